//! Input that is not what it should be: always a 4xx with its code, never a fault of ours, nothing half done.

use actix_web::http::Method;
use serde_json::json;

use crate::shop::{Ask, Portal, get};

const JSON: &str = "application/json";

fn quote(kind: &str, body: &[u8]) -> Ask {
    Ask::new(Method::POST, "/api/v1/quotes").header("content-type", kind).raw_body(body)
}

/// A quote request with `selection` as its selection's text.
fn with_selection(selection: &str) -> String {
    format!(r#"{{"vendor":"acme","product":"sketchpad","menu_version":1,"selection":{selection}}}"#)
}

#[actix_web::test]
async fn a_body_must_be_strict_json() {
    let portal = Portal::open().await;
    let good = with_selection(r#"{"offer":"solo","term":"P1M","terminals":1}"#);
    assert_eq!(portal.send(quote(JSON, good.as_bytes())).await.status, 200, "the story begins with a good one");
    let deep = format!(r#"{{"vendor":{}{}}}"#, "[".repeat(1000), "]".repeat(1000));
    let twice = good.replace(r#""offer":"solo""#, r#""offer":"solo","offer":"pro""#);
    let escaped = good.replace(r#""offer":"solo""#, r#""offer":"solo","off\u0065r":"pro""#);
    let cases: Vec<&[u8]> = vec![
        b"",
        b" ",
        b"null",
        b"[]",
        b"\"text\"",
        b"{",
        b"{\"vendor\":",
        b"{}x",
        b"{'vendor':1}",
        b"{\"vendor\":01}",
        b"NaN",
        b"\xef\xbb\xbf{}",
        b"{\"vendor\":\"\xff\"}",
        b"\xff\xfe{\x00}\x00",
        b"{\"vendor\":\"\\ud800\"}",
        b"{\"vendor\":\"\n\"}",
        deep.as_bytes(),
        twice.as_bytes(),
        escaped.as_bytes(),
    ];
    for body in cases {
        let answer = portal.send(quote(JSON, body)).await;
        assert_eq!(answer.status, 400, "{:?}", String::from_utf8_lossy(body));
        answer.check_refused(400, "INVALID_INPUT", "");
    }
}

#[actix_web::test]
async fn the_member_that_is_wrong_is_named() {
    let portal = Portal::open().await;
    for (selection, field) in [
        ("{}", "selection.offer"),
        ("7", "selection"),
        ("null", "selection"),
        ("[]", "selection"),
        (r#"{"offer":"solo"}"#, "selection.term"),
        (r#"{"offer":7,"term":"P1M"}"#, "selection.offer"),
        (r#"{"offer":"Solo","term":"P1M"}"#, "selection.offer"),
        (r#"{"offer":"solo","term":"P0M"}"#, "selection.term"),
        (r#"{"offer":"solo","term":"soon"}"#, "selection.term"),
        (r#"{"offer":"solo","term":"until:2027-02-30"}"#, "selection.term"),
        (r#"{"offer":"solo","term":"P1M","colour":"red"}"#, "selection.colour"),
        (r#"{"offer":"solo","term":"P1M","terminals":-1}"#, "selection.terminals"),
        (r#"{"offer":"solo","term":"P1M","terminals":1.5}"#, "selection.terminals"),
        (r#"{"offer":"solo","term":"P1M","terminals":"1"}"#, "selection.terminals"),
        (r#"{"offer":"solo","term":"P1M","terminals":4294967296}"#, "selection.terminals"),
        (r#"{"offer":"solo","term":"P1M","seats":99999999999999999999999999}"#, "selection.seats"),
        (r#"{"offer":"solo","term":"P1M","seats":1e999}"#, "selection.seats"),
        (r#"{"offer":"solo","term":"P1M","uses":{"ai.render":-1}}"#, "selection.uses.ai.render"),
        (r#"{"offer":"solo","term":"P1M","uses":{"AI":1}}"#, "selection.uses.AI"),
        (r#"{"offer":"solo","term":"P1M","features":"all"}"#, "selection.features"),
        (r#"{"offer":"solo","term":"P1M","features":[1]}"#, "selection.features[0]"),
    ] {
        let answer = portal.send(quote(JSON, with_selection(selection).as_bytes())).await;
        let problem = answer.json();
        assert_eq!((answer.status, &problem["fields"][0]["field"]), (422, &json!(field)), "{selection}: {problem}");
        answer.check_refused(422, "INVALID_INPUT", field);
    }
    for (body, field) in [
        (r#"{"vendor":"acme"}"#, "product"),
        (r#"{"wrong":1}"#, "wrong"),
        (r#"{"vendor":"../x","product":"a","menu_version":1,"selection":{}}"#, "vendor"),
        (r#"{"vendor":"acme","product":"sketchpad","menu_version":-1,"selection":{}}"#, "menu_version"),
        (r#"{"vendor":"acme","product":"sketchpad","menu_version":"1","selection":{}}"#, "menu_version"),
    ] {
        portal.send(quote(JSON, body.as_bytes())).await.check_refused(422, "INVALID_INPUT", field);
    }
}

#[actix_web::test]
async fn a_body_must_say_that_it_is_json() {
    let portal = Portal::open().await;
    let body = with_selection(r#"{"offer":"solo","term":"P1M","terminals":1}"#);
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin1",
        "application/jsonp",
        "",
        "*/*",
    ] {
        portal.send(quote(kind, body.as_bytes())).await.check_refused(415, "INVALID_INPUT", "");
    }
    let without = Ask::new(Method::POST, "/api/v1/quotes").raw_body(body.as_bytes());
    portal.send(without).await.check_refused(415, "INVALID_INPUT", "");
    for kind in ["application/json;charset=UTF-8", "Application/JSON"] {
        assert_eq!(portal.send(quote(kind, body.as_bytes())).await.status, 200, "{kind}");
    }
}

#[actix_web::test]
async fn a_body_is_read_up_to_its_bound() {
    let portal = Portal::open().await;
    let body = with_selection(r#"{"offer":"solo","term":"P1M","terminals":1}"#);
    let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len()));
    assert_eq!(portal.send(quote(JSON, padded(64 * 1024).as_bytes())).await.status, 200);
    for length in [64 * 1024 + 1, 1024 * 1024] {
        portal.send(quote(JSON, padded(length).as_bytes())).await.check_refused(413, "INVALID_INPUT", "");
    }
}

#[actix_web::test]
async fn a_known_address_with_another_method_says_which_it_takes() {
    let portal = Portal::open().await;
    let answer = portal.send(Ask::new(Method::PUT, "/api/v1/session")).await;
    answer.check_refused(405, "NOT_FOUND", "");
    assert_eq!(answer.header("allow"), "POST, GET, DELETE");
    portal.send(get("/api/v1/quotes")).await.check_refused(405, "NOT_FOUND", "");
    portal.send(Ask::new(Method::POST, "/orders")).await.check_refused(404, "NOT_FOUND", "");
}

#[actix_web::test]
async fn an_idempotency_key_has_its_form() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let body = portal.order_body(json!({"offer": "trial", "term": "first_use:P14D"})).await.to_string();
    let order = || Ask::new(Method::POST, "/api/v1/orders").body(&body).by(&customer);
    let long = "k".repeat(256);
    for key in ["", &long, "a\u{e9}"] {
        portal.send(order().header("idempotency-key", key)).await.check_refused(400, "IDEMPOTENCY_KEY_REQUIRED", "");
    }
    portal.send(order()).await.check_refused(400, "IDEMPOTENCY_KEY_REQUIRED", "");
    let two = order().header("idempotency-key", "1").header("idempotency-key", "2");
    portal.send(two).await.check_refused(400, "IDEMPOTENCY_KEY_REQUIRED", "");
    let orders = portal.send(get("/api/v1/orders").by(&customer)).await.json();
    assert_eq!(orders["items"], json!([]));
    assert_eq!(portal.send(order().header("idempotency-key", &"k".repeat(255))).await.status, 201);
}
