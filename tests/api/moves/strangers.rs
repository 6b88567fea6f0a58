//! What is another's: another customer's pass, another product's app, another vendor's license, another site's page.

use actix_web::http::Method;
use backend::store::records::Product;
use serde_json::json;
use shared::id::ProductId;
use shared::pass::PassStatus;
use shared::portable::PortableClaims;
use shared::verify::{Expect, verify};

use super::{Bought, bought, by_code, by_portable, pro, withdraw};
use crate::pass_tenants::add_beta;
use crate::shop::{Ask, Device, Portal, URL, claims, demo_product, get, post, slug};

const APP: &str = "https://app.example.com";
const OTHER_APP: &str = "https://other.example.com";

/// Another product of the demo's vendor, whose app runs at [`OTHER_APP`].
async fn add_other_product(portal: &Portal) {
    let write = portal.app.store.write(|tx| {
        let (vendor, _) = demo_product(tx)?;
        tx.add_product(&Product {
            product_id: ProductId::new(1, 1),
            vendor_id: vendor.vendor_id,
            slug: slug("notebook"),
            name: "Notebook".to_owned(),
            summary: "Something else.".to_owned(),
            origins: vec![OTHER_APP.to_owned()],
            app_url: None,
        })
    });
    write.await.expect("the product is added");
}

#[actix_web::test]
async fn another_customers_pass_and_move_are_not_there() {
    let bought = bought(pro()).await;
    let Bought { portal, customer, license_id, device, pass } = &bought;
    let stranger = portal.sign_up("b@example.com").await;
    portal.offer_by(&stranger, pass).await.check_refused(404, "NOT_FOUND", "");
    let nothing = json!({"pass_id": "pas_01kavb2c5mf6tvq0sr8s1y4d9e"});
    portal.send(post("/api/v1/moves", &nothing).by(&stranger).once("1")).await.check_refused(404, "NOT_FOUND", "");
    let beside = Device::new(2);
    let beside_pass = portal.pass(customer, *license_id, &beside).await;
    let of_other = json!({"pass_id": claims(pass)["jti"]});
    let refused = portal.post_by_device("/api/v1/moves", &of_other, &beside_pass, &beside).await;
    refused.check_refused(404, "NOT_FOUND", "");

    let offer = bought.offer().await;
    let path = format!("/api/v1/moves/{}", offer.text("move_id"));
    for id in [offer.text("move_id"), "mov_01kavb2c5mf6tvq0sr8s1y4d9e".to_owned(), "7".to_owned()] {
        let path = format!("/api/v1/moves/{id}");
        portal.send(get(&path).by(&stranger)).await.check_refused(404, "NOT_FOUND", "");
        portal.withdraw(&id, &beside_pass, &beside).await.check_refused(404, "NOT_FOUND", "");
        let foreign = Ask::new(Method::DELETE, &path).by(&stranger);
        portal.send(foreign).await.check_refused(404, "NOT_FOUND", "");
        let look = portal.by_device(&Method::GET, &path, &beside_pass, &beside);
        portal.send(look).await.check_refused(404, "NOT_FOUND", "");
    }
    portal.send(get(&path)).await.check_refused(401, "SIGN_IN_REQUIRED", "");
    assert_eq!(portal.stands(pass).await, PassStatus::Moving);
    assert_eq!(portal.withdraw(&offer.text("move_id"), pass, device).await.status, 204);
}

#[actix_web::test]
async fn an_app_receives_licenses_of_its_own_product_only() {
    let bought = bought(pro()).await;
    let portal = &bought.portal;
    add_beta(portal).await;
    let offer = bought.offer().await;
    let next = Device::new(2);
    for (audience, by_code_refused, by_portable_refused) in [
        ("acme/notebook", (403, "WRONG_AUDIENCE"), (403, "WRONG_AUDIENCE")),
        ("beta/sketchpad", (404, "NOT_FOUND"), (403, "WRONG_ISSUER")),
        ("nobody/sketchpad", (404, "NOT_FOUND"), (403, "WRONG_ISSUER")),
    ] {
        for (mut carrier, (status, code)) in
            [(by_code(&offer), by_code_refused), (by_portable(&offer), by_portable_refused)]
        {
            carrier["audience"] = audience.into();
            portal.redeem(&carrier, &next).await.check_refused(status, code, "");
            portal.preview(&carrier).await.check_refused(status, code, "");
        }
    }
    for wrong in ["", "acme", "/", "acme/Sketch Pad", "acme/sketchpad/1"] {
        let carrier = json!({"code": offer.text("code"), "audience": wrong});
        portal.redeem(&carrier, &next).await.check_refused(422, "INVALID_INPUT", "audience");
    }
    let carrier = json!({"code": offer.text("code"), "audience": "acme/sketchpad"});
    assert_eq!(portal.redeem(&carrier, &next).await.status, 201);
}

#[actix_web::test]
async fn a_portable_pass_of_another_vendor_is_nothing_to_this_one() {
    let bought = bought(pro()).await;
    let portal = &bought.portal;
    let beta_id = add_beta(portal).await;
    let offer = bought.offer().await;
    let acme = format!("{URL}/v/acme");
    let (keys, now) = (portal.keys().await, portal.app.clock.now());
    let expect = Expect { issuer: &acme, audience: "acme/sketchpad", keys: &keys, now, jkt: None };
    let genuine: PortableClaims = verify(&offer.text("portable_pass"), &expect).expect("it is genuine");
    let keys = portal.app.keys.vendor_keys(&portal.app.store, beta_id, now).await.expect("keys");
    let signer = keys.signer().expect("one signs");
    let read = |issuer: &str, audience: &str| PortableClaims {
        iss: issuer.to_owned(),
        aud: audience.to_owned(),
        ..genuine.clone()
    };
    let next = Device::new(2);
    for (claims, code) in [
        (read(&format!("{URL}/v/acme"), "acme/sketchpad"), "UNKNOWN_KEY"),
        (read(&format!("{URL}/v/beta"), "acme/sketchpad"), "WRONG_AUDIENCE"),
        (read("https://elsewhere.example/v/acme", "acme/sketchpad"), "WRONG_ISSUER"),
    ] {
        let token = signer.sign(&claims).expect("a key signs what it is given");
        portal.redeem(&json!({"portable_pass": token}), &next).await.check_refused(403, code, "");
    }
    let own = signer.sign(&read(&format!("{URL}/v/beta"), "beta/sketchpad")).expect("signed");
    // Genuine for beta, but beta knows no such move.
    portal.redeem(&json!({"portable_pass": own}), &next).await.check_refused(404, "NOT_FOUND", "");
    assert_eq!(portal.stands(&bought.pass).await, PassStatus::Moving);
}

#[actix_web::test]
async fn a_page_that_is_not_the_products_receives_nothing() {
    let bought = bought(pro()).await;
    let portal = &bought.portal;
    add_other_product(portal).await;
    let offer = bought.offer().await;
    let next = Device::new(2);
    for (origin, carrier) in [OTHER_APP, "https://evil.example.com", "null"]
        .into_iter()
        .flat_map(|origin| [(origin, by_code(&offer)), (origin, by_portable(&offer))])
    {
        let ask = portal.redeeming(&carrier, &next, "1").header("origin", origin);
        portal.send(ask).await.check_refused(403, "FORBIDDEN", "");
        let look = post("/api/v1/moves/preview", &carrier).header("origin", origin);
        portal.send(look).await.check_refused(403, "FORBIDDEN", "");
    }
    let named = json!({"code": offer.text("code"), "origin": OTHER_APP});
    portal.redeem(&named, &next).await.check_refused(422, "INVALID_INPUT", "origin");
    let own = json!({"code": offer.text("code"), "origin": URL});
    let moved = portal.send(portal.redeeming(&own, &next, "2").header("origin", URL)).await;
    assert_eq!(moved.status, 201, "{moved:?}");
}

#[actix_web::test]
async fn a_registered_app_may_ask_and_another_sites_page_may_not_use_the_session() {
    let bought = bought(pro()).await;
    let Bought { portal, customer, device, pass, .. } = &bought;
    let write = portal.app.store.write(|tx| {
        let (vendor, _) = demo_product(tx)?;
        tx.add_product(&Product {
            product_id: ProductId::new(1, 2),
            vendor_id: vendor.vendor_id,
            slug: slug("app"),
            name: "App".to_owned(),
            summary: "An app.".to_owned(),
            origins: vec![APP.to_owned()],
            app_url: None,
        })
    });
    write.await.expect("the product is added");
    let body = json!({"pass_id": claims(pass)["jti"]});
    for headers in [
        vec![("origin", APP)],
        vec![("origin", "https://evil.example.com")],
        vec![("sec-fetch-site", "cross-site"), ("origin", APP)],
    ] {
        let with = |ask: Ask| headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value));
        let ask = with(post("/api/v1/moves", &body).by(customer).once("1"));
        portal.send(ask).await.check_refused(403, "FORBIDDEN", "");
    }
    let ask = portal.by_device(&Method::POST, "/api/v1/moves", pass, device).body(&body.to_string());
    let offer = portal.send(ask.once("2").header("origin", APP)).await;
    assert_eq!((offer.status, offer.header("access-control-allow-origin")), (201, APP), "{offer:?}");
    let foreign = withdraw(&offer).by(customer).header("origin", APP);
    portal.send(foreign).await.check_refused(403, "FORBIDDEN", "");
    let both = withdraw(&offer).by(customer).header("authorization", "DPoP x").header("origin", APP);
    portal.send(both).await.check_refused(401, "PROOF_REQUIRED", "");
    let own = withdraw(&offer).by(customer).header("origin", URL);
    assert_eq!(portal.send(own).await.status, 204);
}
