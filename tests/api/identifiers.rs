//! License identifiers: asked for, handed to a service, scoped, replaced; and what is none is nothing to anybody.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::farm::{Farm, new_token, studio};
use crate::holder::Bought;
use crate::shop::{Answer, Ask, post};

/// An answer without what differs from request to request.
fn said(answer: &Answer) -> Value {
    let mut body = answer.json();
    body.as_object_mut().expect("a problem").remove("request_id");
    json!([answer.status, body])
}

async fn end(farm: &Farm, named: &str) -> u16 {
    let customer = farm.portal().sign_in("a@example.com").await;
    let path = format!("/api/v1/identifiers/{named}");
    farm.portal().send(Ask::new(Method::DELETE, &path).by(&customer)).await.status
}

#[actix_web::test]
async fn a_customer_hands_an_identifier_out_and_replaces_it_at_once() {
    let farm = Farm::open().await;
    let made = farm.name(&json!({"label": "The farm", "expires_at": "2027-01-01T00:00:00Z", "uses": 9})).await;
    assert_eq!(made.status, 201);
    let (identifier, id) = (made.text("identifier"), made.text("identifier_id"));
    assert!(identifier.starts_with("lid_") && identifier.len() == 53, "{identifier}");
    let list = farm.identifiers().await;
    assert_eq!(list.len(), 2);
    assert_eq!(
        (&list[0]["label"], &list[0]["expires_at"], &list[0]["left"], &list[0]["identifier_id"]),
        (&json!("The farm"), &json!("2027-01-01T00:00:00Z"), &json!(9), &json!(id))
    );
    assert!(!json!(list).to_string().contains(&identifier), "the list holds no secret");
    let lease_id = farm.lease(&json!({"identifier": identifier})).await;
    assert_eq!(farm.identifiers().await[0]["left"], 8);

    let next = farm.name(&json!({"replaces": id})).await;
    farm.check_out(&json!({"identifier": identifier})).await.check_refused(404, "NOT_FOUND", "");
    farm.lease(&json!({"identifier": next.text("identifier")})).await;
    assert_eq!(farm.extend(&lease_id, 60).await.status, 200, "what was taken by the old one stands");
    assert_eq!(farm.identifiers().await.len(), 2);
    assert_eq!(farm.portal().events("identifier.ended").await[0]["identifier_id"], id.as_str());
    assert_eq!(farm.portal().events("identifier.created").await.len(), 3);
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn an_identifier_lies_nowhere_in_clear() {
    let farm = Farm::open().await;
    farm.lease(&json!({})).await;
    for file in std::fs::read_dir(farm.portal().folder.path()).expect("the folder") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("it is read");
        let secret = farm.identifier.as_bytes();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
}

#[actix_web::test]
async fn what_is_no_good_identifier_is_the_same_nothing() {
    let farm = Farm::open().await;
    let name = async |scope: Value| farm.name(&scope).await.text("identifier");
    let (other_service, _) = new_token(farm.portal(), &farm.owner, crate::farm::ACME, &["leases:write"]).await;
    let (replaced, ended) = (farm.name(&json!({})).await, name(json!({})).await);
    name(json!({"replaces": replaced.text("identifier_id")})).await;
    assert_eq!(end(&farm, &ended).await, 204);
    let over = name(json!({"expires_at": "2026-11-22T02:01:00Z"})).await;
    let used = name(json!({"uses": 1})).await;
    farm.lease(&json!({"identifier": used})).await;
    farm.portal().wait(60);
    let mistyped = format!("{}A", &farm.identifier[..52]);
    let never = "lid_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned();
    let scoped = name(json!({"service": other_service})).await;
    let (license, session) = (farm.bought.license_id.to_string(), farm.token.clone());
    let no_good =
        [replaced.text("identifier"), ended, over, used, mistyped, never, scoped, license, session, String::new()];
    let first = farm.check_out(&json!({"identifier": no_good[0]})).await;
    first.check_refused(404, "NOT_FOUND", "");
    for identifier in &no_good {
        let answer = farm.check_out(&json!({ "identifier": identifier })).await;
        assert_eq!(said(&answer), said(&first), "{identifier}");
    }
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn an_identifier_is_for_its_service_its_time_and_its_uses() {
    let farm = Farm::open().await;
    let own = farm.name(&json!({"service": farm.token_id})).await.text("identifier");
    farm.lease(&json!({"identifier": own})).await;
    let until = farm.name(&json!({"expires_at": "2026-11-22T02:01:00Z"})).await.text("identifier");
    farm.portal().wait(59);
    farm.lease(&json!({"identifier": until})).await;
    farm.portal().wait(1);
    farm.check_out(&json!({"identifier": until})).await.check_refused(404, "NOT_FOUND", "");
    let twice = farm.name(&json!({"uses": 2})).await.text("identifier");
    for _ in 0..2 {
        farm.check_out(&json!({"identifier": twice, "count": 5001})).await.check_refused(403, "USES_EXHAUSTED", "");
        farm.lease(&json!({"identifier": twice})).await;
    }
    farm.check_out(&json!({"identifier": twice})).await.check_refused(404, "NOT_FOUND", "");
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn an_app_names_the_license_of_its_own_pass_only() {
    let farm = Farm::open().await;
    let holder = farm.bought.connect(1).await;
    let body = json!({"license_id": farm.bought.license_id, "uses": 3});
    let made = holder.post("/api/v1/identifiers", &body, "one").await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(holder.post("/api/v1/identifiers", &body, "one").await.body, made.body, "byte for byte");
    let identifier = made.text("identifier");
    farm.lease(&json!({"identifier": identifier})).await;

    let other = farm.portal().buy(&farm.bought.customer, studio()).await;
    let foreign = json!({"license_id": other});
    holder.post("/api/v1/identifiers", &foreign, "two").await.check_refused(404, "NOT_FOUND", "");
    let path = |named: &str| format!("/api/v1/identifiers/{named}");
    let neighbour = Bought { license_id: other, ..farm.bought };
    let stranger = neighbour.connect(2).await;
    let theirs = neighbour.portal.send(stranger.request(Method::DELETE, &path(&identifier))).await;
    theirs.check_refused(404, "NOT_FOUND", "");
    assert_eq!(neighbour.portal.send(holder.request(Method::DELETE, &path(&identifier))).await.status, 204);
    assert_eq!(neighbour.portal.send(holder.request(Method::DELETE, &path(&identifier))).await.status, 204);

    neighbour.portal.change_pass(&holder.pass(), |pass| pass.status = shared::pass::PassStatus::Suspended).await;
    holder.post("/api/v1/identifiers", &body, "three").await.check_refused(403, "SUSPENDED", "");
    neighbour.portal.wait(31 * 86_400);
    holder.post("/api/v1/identifiers", &body, "four").await.check_refused(403, "EXPIRED", "");
    neighbour.portal.check_sound().await;
}

#[actix_web::test]
async fn nobody_names_or_ends_what_is_somebody_elses() {
    let farm = Farm::open().await;
    let stranger = farm.portal().sign_up("b@example.com").await;
    let body = json!({"license_id": farm.bought.license_id});
    let ask = || post("/api/v1/identifiers", &body).once(&farm.key());
    farm.portal().send(ask().by(&stranger)).await.check_refused(404, "NOT_FOUND", "");
    farm.portal().send(ask()).await.check_refused(401, "SIGN_IN_REQUIRED", "");
    farm.portal().send(ask().by(&farm.bought.customer).header("origin", "https://evil.example")).await.check_refused(
        403,
        "FORBIDDEN",
        "",
    );
    let id = farm.identifiers().await[0]["identifier_id"].as_str().expect("an id").to_owned();
    for named in [&farm.identifier, &id, "idn_01kavb2c5mf6tvq0sr8s1y4d9e", "nothing"] {
        let path = format!("/api/v1/identifiers/{named}");
        let answer = farm.portal().send(Ask::new(Method::DELETE, &path).by(&stranger)).await;
        answer.check_refused(404, "NOT_FOUND", "");
    }
    let path = format!("/api/v1/licenses/{}/identifiers", farm.bought.license_id);
    farm.portal().send(crate::shop::get(&path).by(&stranger)).await.check_refused(404, "NOT_FOUND", "");
    assert_eq!(end(&farm, &id).await, 204, "its own customer ends it by its id");
    assert_eq!(end(&farm, &farm.identifier).await, 204, "repeated, it changes nothing");
    assert_eq!(farm.portal().events("identifier.ended").await.len(), 1);
}

#[actix_web::test]
async fn wrong_scopes_are_named_and_a_license_has_a_hundred_identifiers_at_most() {
    let farm = Farm::open().await;
    for (scope, field) in [
        (json!({"uses": 0}), "uses"),
        (json!({"uses": 1_000_001}), "uses"),
        (json!({"uses": -1}), "uses"),
        (json!({"label": ""}), "label"),
        (json!({"label": "a\u{202e}b"}), "label"),
        (json!({"expires_at": "2026-11-22T02:00:00Z"}), "expires_at"),
        (json!({"expires_at": "tomorrow"}), "expires_at"),
        (json!({"service": "tok_01kavb2c5mf6tvq0sr8s1y4d9e"}), "service"),
        (json!({"service": "farm"}), "service"),
    ] {
        farm.name(&scope).await.check_refused(422, "INVALID_INPUT", field);
    }
    farm.name(&json!({"replaces": "idn_01kavb2c5mf6tvq0sr8s1y4d9e"})).await.check_refused(404, "NOT_FOUND", "");
    for _ in 1..99 {
        assert_eq!(farm.name(&json!({})).await.status, 201);
    }
    assert_eq!(farm.name(&json!({"expires_at": "2026-11-22T02:01:00Z"})).await.status, 201);
    farm.name(&json!({})).await.check_refused(409, "CONFLICT", "");
    farm.portal().wait(60);
    assert_eq!(farm.name(&json!({})).await.status, 201, "one is over, and makes room");
    farm.portal().check_sound().await;
}
