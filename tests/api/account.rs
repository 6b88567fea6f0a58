//! Accounts and sessions: who signs in stays signed in, nobody else does, and nothing tells who has an account.

use std::fs;

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::shop::{Answer, Ask, Portal, get, is_on_postgres, post};

const PASSWORD: &str = "a long enough password";

fn sign_up(email: &str, password: &str, name: &str) -> Ask {
    post("/api/v1/accounts", &json!({"email": email, "password": password, "name": name}))
}

fn sign_in(email: &str, password: &str) -> Ask {
    post("/api/v1/session", &json!({"email": email, "password": password}))
}

/// The cookie as a browser would send it back.
fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
}

async fn who(portal: &Portal, cookie: &str) -> Value {
    let answer = portal.send(get("/api/v1/session").header("cookie", cookie)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["account"]["email"].clone()
}

#[actix_web::test]
async fn who_signs_up_is_signed_in() {
    let portal = Portal::open().await;
    assert_eq!(portal.send(get("/api/v1/session")).await.json(), json!({"account": null, "test_payments": true}));
    let answer = portal.send(sign_up(" Ada@Example.com ", PASSWORD, " Ada ")).await;
    assert_eq!(answer.status, 201);
    let account = &answer.json()["account"];
    assert_eq!((&account["email"], &account["name"]), (&json!("Ada@Example.com"), &json!("Ada")));
    assert_eq!(who(&portal, &cookie(&answer)).await, "Ada@Example.com");
    let later = portal.send(sign_in("ada@example.COM", PASSWORD)).await;
    assert_eq!((later.status, later.json()), (200, answer.json()));
}

#[actix_web::test]
async fn the_cookie_is_for_this_host_over_https_and_not_for_scripts() {
    let portal = Portal::open().await;
    let answer = portal.send(sign_up("a@example.com", PASSWORD, "A")).await;
    let set = answer.header("set-cookie");
    assert!(set.starts_with("__Host-passgate=ses_"), "{set}");
    for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
        assert!(set.split("; ").any(|found| found == part), "{part} is not in {set}");
    }
    assert!(!set.contains("Domain"), "{set}");
}

#[actix_web::test]
async fn what_is_wrong_with_a_sign_up_is_named() {
    let portal = Portal::open().await;
    let long = "x".repeat(257);
    for (email, password, name, field) in [
        ("nobody", PASSWORD, "A", "email"),
        ("a b@example.com", PASSWORD, "A", "email"),
        ("a@example.com", "too short", "A", "password"),
        ("a@example.com", &long, "A", "password"),
        ("a@example.com", PASSWORD, " ", "name"),
        ("a@example.com", PASSWORD, "A\nB", "name"),
        ("a@example.com", PASSWORD, &long, "name"),
    ] {
        portal.send(sign_up(email, password, name)).await.check_refused(422, "INVALID_INPUT", field);
    }
    let all = portal.send(sign_up("", "", "")).await.json();
    assert_eq!(all["fields"].as_array().map(Vec::len), Some(3));
}

#[actix_web::test]
async fn an_address_has_one_account_however_it_is_written() {
    let portal = Portal::open().await;
    assert_eq!(portal.send(sign_up("a@example.com", PASSWORD, "A")).await.status, 201);
    let again = portal.send(sign_up(" A@Example.Com", "another long password", "B")).await;
    again.check_refused(409, "CONFLICT", "email");
    assert_eq!(again.json()["remedy"], "sign_in");
    assert!(!again.headers.contains_key("set-cookie"));
    assert_eq!(portal.send(sign_in("a@example.com", PASSWORD)).await.status, 200, "the first password still counts");
}

#[actix_web::test]
async fn an_unknown_address_and_a_wrong_password_look_the_same() {
    let portal = Portal::open().await;
    portal.sign_up("a@example.com").await;
    let unknown = portal.send(sign_in("b@example.com", PASSWORD)).await;
    let wrong = portal.send(sign_in("a@example.com", "another long password")).await;
    let without_id = |answer: &Answer| {
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        (answer.status, body, answer.headers.contains_key("set-cookie"))
    };
    assert_eq!(without_id(&unknown), without_id(&wrong));
    wrong.check_refused(401, "INVALID_INPUT", "");
    assert!(!wrong.headers.contains_key("set-cookie"));
}

#[actix_web::test]
async fn signing_in_ends_the_session_that_the_browser_had() {
    let portal = Portal::open().await;
    let first = cookie(&portal.send(sign_up("a@example.com", PASSWORD, "A")).await);
    let second = cookie(&portal.send(sign_in("a@example.com", PASSWORD).header("cookie", &first)).await);
    assert_ne!(first, second);
    assert_eq!((who(&portal, &first).await, who(&portal, &second).await), (Value::Null, json!("a@example.com")));
    let third = cookie(&portal.send(sign_up("b@example.com", PASSWORD, "B").header("cookie", &second)).await);
    assert_eq!((who(&portal, &second).await, who(&portal, &third).await), (Value::Null, json!("b@example.com")));
}

#[actix_web::test]
async fn a_planted_session_is_not_taken_over() {
    let portal = Portal::open().await;
    portal.sign_up("victim@example.com").await;
    let attacker = cookie(&portal.send(sign_up("attacker@example.com", PASSWORD, "A")).await);
    let victim = portal.send(sign_in("victim@example.com", PASSWORD).header("cookie", &attacker)).await;
    assert_ne!(cookie(&victim), attacker);
    assert_eq!(who(&portal, &attacker).await, Value::Null);
    let invented = format!("__Host-passgate=ses_{}", "A".repeat(49));
    let fresh = portal.send(sign_in("victim@example.com", PASSWORD).header("cookie", &invented)).await;
    assert_ne!(cookie(&fresh), invented);
    assert_eq!(who(&portal, &invented).await, Value::Null);
}

#[actix_web::test]
async fn other_devices_stay_signed_in() {
    let portal = Portal::open().await;
    let laptop = cookie(&portal.send(sign_up("a@example.com", PASSWORD, "A")).await);
    let phone = cookie(&portal.send(sign_in("a@example.com", PASSWORD)).await);
    portal.send(Ask::new(Method::DELETE, "/api/v1/session").header("cookie", &phone)).await;
    assert_eq!((who(&portal, &phone).await, who(&portal, &laptop).await), (Value::Null, json!("a@example.com")));
}

#[actix_web::test]
async fn signing_out_ends_the_session_for_whoever_copied_it() {
    let portal = Portal::open().await;
    let session = cookie(&portal.send(sign_up("a@example.com", PASSWORD, "A")).await);
    let out = portal.send(Ask::new(Method::DELETE, "/api/v1/session").header("cookie", &session)).await;
    assert_eq!((out.status, out.body.len()), (204, 0));
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
    assert_eq!(who(&portal, &session).await, Value::Null);
    portal.send(get("/api/v1/orders").header("cookie", &session)).await.check_refused(401, "SIGN_IN_REQUIRED", "");
    assert_eq!(portal.send(Ask::new(Method::DELETE, "/api/v1/session")).await.status, 204, "again does no harm");
}

#[actix_web::test]
async fn a_session_lasts_thirty_days() {
    let portal = Portal::open().await;
    let session = cookie(&portal.send(sign_up("a@example.com", PASSWORD, "A")).await);
    portal.wait(30 * 24 * 3600 - 1);
    assert_eq!(who(&portal, &session).await, "a@example.com");
    portal.wait(1);
    assert_eq!(who(&portal, &session).await, Value::Null);
}

#[actix_web::test]
async fn nothing_but_a_session_signs_in() {
    let portal = Portal::open().await;
    let session = cookie(&portal.send(sign_up("a@example.com", PASSWORD, "A")).await);
    let (_, secret) = session.split_once('=').expect("a name and a value");
    let mut mistyped = session.clone();
    let last = mistyped.pop().expect("it is long");
    mistyped.push(if last == 'A' { 'B' } else { 'A' });
    for other in [
        mistyped,
        format!("passgate={secret}"),
        format!("__Host-passgate={secret}A"),
        "__Host-passgate=".to_owned(),
        format!("__Host-passgate={}", secret.replace("ses_", "tok_")),
        "\u{e9}".to_owned(),
        String::new(),
    ] {
        assert_eq!(who(&portal, &other).await, Value::Null, "{other:?}");
    }
}

#[actix_web::test]
async fn the_store_holds_neither_passwords_nor_session_secrets() {
    let portal = Portal::open().await;
    let answer = portal.send(sign_up("a@example.com", "correct horse battery", "A")).await;
    let session = cookie(&answer);
    let (_, secret) = session.split_once("=ses_").expect("a session's secret");
    if is_on_postgres() {
        // Its files are not looked through.
        return;
    }
    let mut stored = Vec::new();
    for entry in fs::read_dir(portal.folder.path()).expect("the store's folder") {
        stored.extend(fs::read(entry.expect("an entry").path()).expect("a file of the store"));
    }
    let holds = |text: &str| stored.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("a@example.com"), "the store is where it is looked for");
    assert!(holds("$argon2id$v=19$"));
    assert!(!holds("correct horse battery") && !holds(secret));
}
