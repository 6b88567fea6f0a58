//! What is on offer: read by anybody, priced as in the page.

use serde_json::{Value, json};

use crate::shop::{Ask, Portal, get, post};

const MENU: &str = "/api/v1/vendors/acme/products/sketchpad/menu";

fn quote(menu_version: u32, selection: &Value) -> Ask {
    let body = json!({"vendor": "acme", "product": "sketchpad", "menu_version": menu_version, "selection": selection});
    post("/api/v1/quotes", &body)
}

fn solo() -> Value {
    json!({"offer": "solo", "term": "P1M", "terminals": 1})
}

#[actix_web::test]
async fn products_with_a_menu_are_listed() {
    let portal = Portal::open().await;
    let list = portal.send(get("/api/v1/products")).await.json();
    assert_eq!(
        (&list["items"][0]["product"], &list["items"][0]["vendor"]["slug"]),
        (&json!("sketchpad"), &json!("acme"))
    );
    assert_eq!(list["next"], Value::Null);
    let rest = portal.send(get("/api/v1/products?limit=1&cursor=acme/sketchpad")).await.json();
    assert_eq!(rest["items"], json!([]));
    for query in ["limit=0", "limit=101", "limit=x", "colour=red", "cursor=%00"] {
        let answer = portal.send(get(&format!("/api/v1/products?{query}"))).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (422, Some("INVALID_INPUT")), "{query}");
    }
}

#[actix_web::test]
async fn an_unchanged_menu_is_not_sent_again() {
    let portal = Portal::open().await;
    let first = portal.send(get(MENU)).await;
    assert_eq!(first.status, 200);
    let tag = first.header("etag").to_owned();
    assert_eq!(tag, format!("\"{}\"", first.text("digest")));
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let again = portal.send(get(MENU).header("if-none-match", &known)).await;
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, tag.as_str()), "{known}");
    }
    portal.publish(|menu| menu.offers.retain(|offer| offer.offer.as_str() != "solo")).await;
    let newer = portal.send(get(MENU).header("if-none-match", &tag)).await;
    assert_eq!((newer.status, &newer.json()["menu"]), (200, &json!(2)));
}

#[actix_web::test]
async fn a_quote_is_the_price_that_the_page_shows() {
    let portal = Portal::open().await;
    let menu = portal.menu().await;
    let answer = portal.send(quote(1, &solo())).await;
    assert_eq!(answer.status, 200);
    let selection = serde_json::from_value(solo()).expect("a selection");
    let expected = shared::quote::quote(&menu, &selection).expect("it is offered");
    assert_eq!(answer.json(), json!(expected));
}

#[actix_web::test]
async fn a_quote_for_another_menu_is_refused() {
    let portal = Portal::open().await;
    portal.publish(|_| {}).await;
    portal.send(quote(1, &solo())).await.check_refused(409, "MENU_CHANGED", "");
    for unknown in [0, 3, u32::MAX] {
        portal.send(quote(unknown, &solo())).await.check_refused(422, "INVALID_INPUT", "menu_version");
    }
    assert_eq!(portal.send(quote(2, &solo())).await.status, 200);
}

#[actix_web::test]
async fn impossible_selections_name_the_member_at_fault() {
    let portal = Portal::open().await;
    for (change, field) in [
        (json!({"offer": "golden"}), "selection.offer"),
        (json!({"term": "P7Y"}), "selection.term"),
        (json!({"features": ["no.such"]}), "selection.features"),
        (json!({"terminals": 4_000_000_000_u32}), "selection.terminals"),
        (json!({"seats": 77}), "selection.seats"),
        (json!({"uses": {"no.such": 1}}), "selection.uses.no.such"),
        (json!({"coupon": "FREE"}), "selection.coupon"),
    ] {
        let mut selection = solo();
        let (members, change) =
            (selection.as_object_mut().expect("an object"), change.as_object().expect("an object").clone());
        members.extend(change);
        portal.send(quote(1, &selection)).await.check_refused(422, "INVALID_INPUT", field);
    }
}

#[actix_web::test]
async fn agreements_are_found_by_their_digest() {
    let portal = Portal::open().await;
    let named = portal.menu().await.offers[0].agreement.clone();
    let path = format!("/api/v1/vendors/acme/agreements/{}", named.digest);
    let answer = portal.send(get(&path)).await;
    assert_eq!((answer.status, answer.text("title"), answer.text("digest")), (200, named.title, named.digest.clone()));
    assert_eq!(shared::canonical::digest_bytes(answer.text("text").as_bytes()), named.digest);
    assert!(answer.header("cache-control").contains("immutable"));
}

#[actix_web::test]
async fn an_app_origin_is_known_for_its_product_only() {
    let portal = Portal::open().await;
    let ask = |origin: &str| get(&format!("/api/v1/vendors/acme/products/sketchpad/origins?origin={origin}"));
    for (origin, registered) in [
        ("https://licenses.example.com", true),
        ("https://evil.example.com", false),
        ("https://licenses.example.com.evil.example", false),
        ("null", false),
        ("", false),
    ] {
        assert_eq!(portal.send(ask(origin)).await.json(), json!({"registered": registered}), "{origin}");
    }
    let without = get("/api/v1/vendors/acme/products/sketchpad/origins");
    assert_eq!(portal.send(without).await.status, 422);
}

#[actix_web::test]
async fn what_is_not_there_is_not_found_alike() {
    let portal = Portal::open().await;
    let mut bodies = Vec::new();
    for path in [
        "/api/v1/vendors/nobody/products/sketchpad/menu",
        "/api/v1/vendors/acme/products/nothing/menu",
        "/api/v1/vendors/ACME/products/sketchpad/menu",
        "/api/v1/vendors/%2e%2e/products/sketchpad/menu",
        "/api/v1/vendors/acme/agreements/x",
        "/api/v1/vendors/nobody/agreements/x",
        "/api/v1/vendors/acme/products/nothing/origins?origin=x",
        "/api/v1/nothing",
        "/api/v1/",
        "/api",
        "/v/nobody/.well-known/jwks.json",
        "/v/acme/nothing",
        "/sdk/nothing.js",
    ] {
        let answer = portal.send(get(path)).await;
        answer.check_refused(404, "NOT_FOUND", "");
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        bodies.push((path, body));
    }
    assert!(bodies.iter().all(|(_, body)| *body == bodies[0].1), "{bodies:#?}");
    // Elsewhere a person may have mistyped: the page says that nothing is there.
    assert_eq!(portal.send(get("/demo/")).await.status, 404);
}
