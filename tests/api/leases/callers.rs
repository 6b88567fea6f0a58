//! Who deals with leases: services of the vendor, with the scope, and nobody else.

use actix_web::http::Method;
use serde_json::{Value, json};
use shared::id::TokenId;

use crate::farm::{ACME, Farm, new_token};
use crate::shop::{Ask, demo_product, post};

#[actix_web::test]
async fn only_a_service_of_the_vendor_with_the_scope_deals_with_leases() {
    let mut farm = Farm::open().await;
    let lease_id = farm.lease(&json!({})).await;
    let paths = |id: &str| {
        [
            (Method::POST, "/api/v1/leases".to_owned(), farm.wish(&json!({}))),
            (Method::GET, format!("/api/v1/leases/{id}"), Value::Null),
            (Method::POST, format!("/api/v1/leases/{id}/extend"), json!({"ttl_seconds": 60})),
            (Method::DELETE, format!("/api/v1/leases/{id}"), json!({})),
        ]
    };
    let asks = paths(&lease_id);
    let (_, poor) = new_token(farm.portal(), &farm.owner, ACME, &["licenses:write", "catalog:read"]).await;
    let rich = std::mem::replace(&mut farm.token, poor);
    for (status, code, token) in [
        (403, "FORBIDDEN", Some(farm.token.clone())),
        (401, "SIGN_IN_REQUIRED", Some(format!("{rich}x"))),
        (401, "SIGN_IN_REQUIRED", None),
    ] {
        for (method, path, body) in &asks {
            let mut ask = Ask::new(method.clone(), path).once(&farm.key());
            if !body.is_null() {
                ask = ask.body(&body.to_string());
            }
            if let Some(token) = &token {
                ask = ask.header("authorization", &format!("Bearer {token}"));
            }
            farm.portal().send(ask).await.check_refused(status, code, "");
        }
    }
    // Another vendor's service, with the right scope.
    let stranger = farm.portal().sign_up("b@example.com").await;
    let vendor = json!({"vendor": "beta", "name": "Beta"});
    let added = farm.portal().send(post("/api/v1/vendors", &vendor).by(&stranger).once(&farm.key())).await;
    assert_eq!(added.status, 201, "{added:?}");
    let beta = "/api/v1/admin/vendors/beta";
    farm.token = new_token(farm.portal(), &stranger, beta, &["leases:write"]).await.1;
    for (method, path, body) in &asks {
        let ask = farm.ask(method.clone(), path).once(&farm.key());
        let ask = if body.is_null() { ask } else { ask.body(&body.to_string()) };
        farm.portal().send(ask).await.check_refused(404, "NOT_FOUND", "");
    }
    let path = format!("{ACME}/tokens/{}", farm.token_id);
    let owner = farm.portal().sign_in("owner@example.com").await;
    farm.token = rich;
    assert_eq!(farm.portal().send(Ask::new(Method::DELETE, &path).by(&owner)).await.status, 204);
    farm.check_out(&json!({})).await.check_refused(401, "SIGN_IN_REQUIRED", "");
}

#[actix_web::test]
async fn a_token_that_ended_on_another_machine_does_nothing_from_that_moment() {
    let farm = Farm::open().await;
    let lease_id = farm.lease(&json!({})).await;
    let token_id: TokenId = farm.token_id.parse().expect("an id");
    let now = farm.portal().app.clock.now();
    // The store knows; what this machine remembers of the token is a few seconds old.
    let revoked = farm.portal().app.store.write(move |tx| {
        let vendor_id = demo_product(tx)?.0.vendor_id;
        tx.revoke_token(vendor_id, token_id, now)
    });
    revoked.await.expect("revoked");
    let path = format!("/api/v1/leases/{lease_id}");
    let answers = [
        farm.check_out(&json!({})).await,
        farm.check_out(&json!({"wait_seconds": 5})).await,
        farm.extend(&lease_id, 7200).await,
        farm.portal().send(farm.ask(Method::GET, &path)).await,
        farm.give_back(&lease_id, 0).await,
    ];
    for answer in answers {
        answer.check_refused(401, "SIGN_IN_REQUIRED", "");
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    }
}
