//! Signing in beyond the password: sessions, the second step, passkeys, and proofs of the moment.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::authenticator::{Passkey, totp};
use crate::shop::{Answer, Ask, Customer, Portal, URL, get, post};

const PASSWORD: &str = "a long enough password";
const SESSION: &str = "/api/v1/session";
const SESSIONS: &str = "/api/v1/account/sessions";
const TOTP: &str = "/api/v1/account/totp";
const PASSKEYS: &str = "/api/v1/account/passkeys";

fn delete(path: &str) -> Ask {
    Ask::new(Method::DELETE, path)
}

fn put(path: &str, body: &Value) -> Ask {
    Ask::new(Method::PUT, path).body(&body.to_string())
}

fn empty_post(path: &str) -> Ask {
    Ask::new(Method::POST, path)
}

fn password(email: &str) -> Ask {
    post(SESSION, &json!({"email": email, "password": PASSWORD}))
}

async fn who(portal: &Portal, customer: &Customer) -> Value {
    portal.send(get(SESSION).by(customer)).await.json()["account"]["email"].clone()
}

fn now(portal: &Portal) -> i64 {
    portal.app.clock.now().as_unix()
}

/// Turns the second step on; the secret and the recovery codes.
async fn protect(portal: &Portal, customer: &Customer) -> (String, Vec<String>) {
    let begun = portal.send(empty_post(TOTP).by(customer)).await;
    assert_eq!(begun.status, 200, "{begun:?}");
    let secret = begun.text("secret");
    let code = json!({"totp": totp(&secret, now(portal))});
    let done = portal.send(post(&format!("{TOTP}/confirm"), &code).by(customer).once("confirm")).await;
    let codes = done.json()["codes"].as_array().expect("codes").clone();
    portal.wait(30);
    (secret, codes.iter().map(|code| code.as_str().expect("a code").to_owned()).collect())
}

/// The challenge of an account whose password was right.
async fn challenge(portal: &Portal, email: &str) -> String {
    let asked = portal.send(password(email)).await;
    assert_eq!((asked.status, &asked.json()["account"]), (200, &Value::Null), "{asked:?}");
    assert!(!asked.headers.contains_key("set-cookie"));
    asked.json()["second"]["challenge"].as_str().expect("a challenge").to_owned()
}

async fn second(portal: &Portal, challenge: &str, member: &str, code: &str) -> Answer {
    portal.send(post("/api/v1/session/second", &json!({"challenge": challenge, member: code}))).await
}

async fn ask_passkey(portal: &Portal, path: &str, customer: Option<&Customer>) -> Value {
    let ask = empty_post(path);
    let answer = portal.send(match customer {
        Some(customer) => ask.by(customer),
        None => ask,
    });
    let answer = answer.await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// A passkey of the account.
async fn register(portal: &Portal, customer: &Customer, number: u32) -> (Passkey, Answer) {
    let asked = ask_passkey(portal, &format!("{PASSKEYS}/challenge"), Some(customer)).await;
    let selection = &asked["options"]["authenticatorSelection"];
    assert_eq!((&selection["residentKey"], &selection["userVerification"]), (&json!("required"), &json!("required")));
    let (passkey, credential) = Passkey::create(number, &asked["options"], URL);
    let body = json!({"name": "Laptop", "challenge": asked["challenge"], "credential": credential});
    let answer = portal.send(post(PASSKEYS, &body).by(customer)).await;
    (passkey, answer)
}

fn answer(asked: &Value, credential: &Value) -> Value {
    json!({"challenge": asked["challenge"], "credential": credential})
}

#[actix_web::test]
async fn sessions_are_seen_and_ended_by_their_account_alone() {
    let portal = Portal::open().await;
    let laptop = portal.sign_up("a@example.com").await;
    portal.wait(400);
    let phone = portal.sign_in("a@example.com").await;
    let other = portal.sign_up("b@example.com").await;
    let listed = portal.send(get(SESSIONS).by(&phone)).await;
    let items = listed.json()["items"].as_array().expect("a list").clone();
    let current: Vec<_> = items.iter().map(|item| item["is_current"].clone()).collect();
    assert_eq!(current, [json!(true), json!(false)]);
    assert!(items[0]["last_used_at"].as_str() > items[1]["last_used_at"].as_str());
    let id = items[1]["session_id"].as_str().expect("an id").to_owned();
    assert!(id.starts_with("sid_"));
    let by_id = get("/api/v1/orders").header("cookie", &format!("__Host-passgate={id}"));
    portal.send(by_id).await.check_refused(401, "SIGN_IN_REQUIRED", "");

    let path = format!("{SESSIONS}/{id}");
    portal.send(delete(&path).by(&other)).await.check_refused(404, "NOT_FOUND", "");
    assert_eq!(who(&portal, &laptop).await, "a@example.com");
    assert_eq!(portal.send(delete(&path).by(&phone)).await.status, 204);
    assert_eq!(who(&portal, &laptop).await, Value::Null);
    portal.send(delete(&path).by(&phone)).await.check_refused(404, "NOT_FOUND", "");

    let laptop = portal.sign_in("a@example.com").await;
    assert_eq!(portal.send(delete(SESSIONS).by(&phone)).await.status, 204);
    assert_eq!((who(&portal, &laptop).await, who(&portal, &phone).await), (Value::Null, json!("a@example.com")));
    assert_eq!(who(&portal, &other).await, "b@example.com");
}

#[actix_web::test]
async fn when_a_session_was_used_is_told_to_five_minutes() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let used = async || portal.send(get(SESSIONS).by(&customer)).await.json()["items"][0]["last_used_at"].clone();
    let first = used().await;
    portal.wait(299);
    assert_eq!(used().await, first);
    portal.wait(1);
    assert_eq!(used().await, json!(portal.app.clock.now().to_string()));
}

#[actix_web::test]
async fn another_password_ends_the_other_sessions() {
    let portal = Portal::open().await;
    let laptop = portal.sign_up("a@example.com").await;
    let phone = portal.sign_in("a@example.com").await;
    let change = |current: &str, new: &str| {
        put("/api/v1/account/password", &json!({"current": current, "new": new})).by(&laptop)
    };
    portal.send(change("another password", "a new long password")).await.check_refused(422, "INVALID_INPUT", "current");
    portal.send(change(PASSWORD, "short")).await.check_refused(422, "INVALID_INPUT", "new");
    assert_eq!(who(&portal, &phone).await, "a@example.com");
    assert_eq!(portal.send(change(PASSWORD, "a new long password")).await.status, 204);
    assert_eq!((who(&portal, &phone).await, who(&portal, &laptop).await), (Value::Null, json!("a@example.com")));
    portal.send(password("a@example.com")).await.check_refused(401, "INVALID_INPUT", "");
    let new = json!({"email": "a@example.com", "password": "a new long password"});
    assert_eq!(portal.send(post(SESSION, &new)).await.status, 200);
}

#[actix_web::test]
async fn an_account_may_be_called_otherwise() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let edit = |name: &str| Ask::new(Method::PATCH, "/api/v1/account").body(&json!({ "name": name }).to_string());
    portal.send(edit(" ").by(&customer)).await.check_refused(422, "INVALID_INPUT", "name");
    let edited = portal.send(edit(" Ada ").by(&customer)).await;
    assert_eq!((edited.status, &edited.json()["account"]["name"]), (200, &json!("Ada")));
    portal.send(edit("Eve")).await.check_refused(401, "SIGN_IN_REQUIRED", "");
}

#[actix_web::test]
async fn a_second_step_is_wanted_once_the_app_is_confirmed() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let begun = portal.send(empty_post(TOTP).by(&customer)).await;
    let secret = begun.text("secret");
    let uri = begun.text("uri");
    assert!(uri.starts_with("otpauth://totp/licenses.example.com:a%40example.com?secret="), "{uri}");
    assert!(uri.contains(&secret) && uri.ends_with("&issuer=licenses.example.com&algorithm=SHA1&digits=6&period=30"));
    assert_eq!(portal.send(password("a@example.com")).await.json()["second"], Value::Null, "not yet");

    let confirm =
        |code: String, key: &str| post(&format!("{TOTP}/confirm"), &json!({ "totp": code })).by(&customer).once(key);
    let stale = totp(&secret, now(&portal) - 90);
    portal.send(confirm(stale, "a")).await.check_refused(422, "INVALID_INPUT", "totp");
    let code = totp(&secret, now(&portal));
    let done = portal.send(confirm(code.clone(), "b")).await;
    assert_eq!(done.json()["codes"].as_array().map(Vec::len), Some(10), "{done:?}");
    assert_eq!(portal.send(confirm(code.clone(), "b")).await.body, done.body, "a lost answer is given again");
    portal.send(confirm(code.clone(), "c")).await.check_refused(409, "CONFLICT", "");
    portal.send(empty_post(TOTP).by(&customer)).await.check_refused(409, "CONFLICT", "");
    let security = portal.send(get("/api/v1/account/security").by(&customer)).await.json();
    assert_eq!(security, json!({"totp": true, "recovery_codes": 10, "passkeys": [], "passkeys_possible": true}));

    let asked = portal.send(password("a@example.com")).await.json();
    assert_eq!(asked["second"]["needs"], json!(["totp", "recovery"]));
    let challenge = challenge(&portal, "a@example.com").await;
    let used = second(&portal, &challenge, "totp", &code).await;
    used.check_refused(422, "INVALID_INPUT", "totp");
    portal.wait(30);
    let next = totp(&secret, now(&portal));
    let signed_in = second(&portal, &challenge, "totp", &next).await;
    assert_eq!((signed_in.status, &signed_in.json()["account"]["email"]), (200, &json!("a@example.com")));
    assert!(signed_in.headers.contains_key("set-cookie"));
    second(&portal, &challenge, "totp", &next).await.check_refused(422, "INVALID_INPUT", "challenge");

    assert_eq!(portal.send(delete(TOTP).by(&customer)).await.status, 204);
    assert_eq!(portal.send(password("a@example.com")).await.json()["account"]["email"], "a@example.com");
    portal.check_sound().await;
}

#[actix_web::test]
async fn a_code_counts_once_also_for_two_who_type_it_at_once() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let (secret, _) = protect(&portal, &customer).await;
    let (first, other) = (challenge(&portal, "a@example.com").await, challenge(&portal, "a@example.com").await);
    let code = totp(&secret, now(&portal));
    let (one, two) =
        futures_util::future::join(second(&portal, &first, "totp", &code), second(&portal, &other, "totp", &code))
            .await;
    let unanswered = match [one.status, two.status] {
        [200, 422] => &other,
        [422, 200] => &first,
        statuses => panic!("{statuses:?}"),
    };
    let early = totp(&secret, now(&portal) - 30);
    second(&portal, unanswered, "totp", &early).await.check_refused(422, "INVALID_INPUT", "totp");
}

#[actix_web::test]
async fn a_recovery_code_stands_for_the_app_once() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let (_, codes) = protect(&portal, &customer).await;
    let asked = challenge(&portal, "a@example.com").await;
    let typed = format!(" {} ", codes[3].to_lowercase().replace('-', " "));
    assert_eq!(second(&portal, &asked, "recovery", &typed).await.status, 200);
    let asked = challenge(&portal, "a@example.com").await;
    second(&portal, &asked, "recovery", &codes[3]).await.check_refused(422, "INVALID_INPUT", "recovery");
    let security = async || portal.send(get("/api/v1/account/security").by(&customer)).await.json();
    assert_eq!(security().await["recovery_codes"], 9);

    let new = portal.send(empty_post("/api/v1/account/recovery-codes").by(&customer).once("n")).await;
    assert_eq!(new.status, 200, "{new:?}");
    second(&portal, &asked, "recovery", &codes[0]).await.check_refused(422, "INVALID_INPUT", "recovery");
    let fresh = new.json()["codes"][0].as_str().expect("a code").to_owned();
    assert_eq!(second(&portal, &asked, "recovery", &fresh).await.status, 200);
    let other = portal.sign_up("b@example.com").await;
    let ask = empty_post("/api/v1/account/recovery-codes").by(&other).once("n");
    portal.send(ask).await.check_refused(409, "CONFLICT", "");
}

#[actix_web::test]
async fn a_second_step_needs_its_first() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let (secret, _) = protect(&portal, &customer).await;
    let code = totp(&secret, now(&portal));
    for wrong in ["", "chl_nonsense"] {
        second(&portal, wrong, "totp", &code).await.check_refused(422, "INVALID_INPUT", "challenge");
    }
    let asked = challenge(&portal, "a@example.com").await;
    let both = json!({"challenge": asked, "totp": code, "recovery": "A"});
    portal.send(post("/api/v1/session/second", &both)).await.check_refused(422, "INVALID_INPUT", "totp");
    portal.wait(600);
    let code = totp(&secret, now(&portal));
    second(&portal, &asked, "totp", &code).await.check_refused(422, "INVALID_INPUT", "challenge");
}

#[actix_web::test]
async fn guessing_codes_is_slow_and_counted_in_the_store() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let (secret, _) = protect(&portal, &customer).await;
    let asked = challenge(&portal, "a@example.com").await;
    for _ in 0..10 {
        second(&portal, &asked, "recovery", "WRONG").await.check_refused(422, "INVALID_INPUT", "recovery");
    }
    let right = totp(&secret, now(&portal));
    let refused = second(&portal, &asked, "totp", &right).await;
    refused.check_refused(429, "RATE_LIMITED", "");
    assert_eq!(refused.header("retry-after"), "900");
    portal.wait(900);
    let asked = challenge(&portal, "a@example.com").await;
    second(&portal, &asked, "recovery", "WRONG").await.check_refused(422, "INVALID_INPUT", "recovery");
    second(&portal, &asked, "recovery", "WRONG").await.check_refused(429, "RATE_LIMITED", "");
    portal.wait(900);
    let asked = challenge(&portal, "a@example.com").await;
    let right = totp(&secret, now(&portal));
    assert_eq!(second(&portal, &asked, "totp", &right).await.status, 200);
    let asked = challenge(&portal, "a@example.com").await;
    second(&portal, &asked, "recovery", "WRONG").await.check_refused(422, "INVALID_INPUT", "recovery");
}

#[actix_web::test]
async fn codes_are_limited_by_account() {
    let portal = Portal::with(|config| config.rate_limits = true).await;
    let customer = portal.sign_up("a@example.com").await;
    let prove = || post("/api/v1/session/proof", &json!({"totp": "123456"})).by(&customer);
    for _ in 0..10 {
        portal.send(prove()).await.check_refused(422, "INVALID_INPUT", "totp");
    }
    portal.send(prove()).await.check_refused(429, "RATE_LIMITED", "");
}

#[actix_web::test]
async fn a_passkey_signs_in_with_nothing_else() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let (mut passkey, registered) = register(&portal, &customer, 1).await;
    assert_eq!((registered.status, registered.text("name").as_str()), (201, "Laptop"), "{registered:?}");
    protect(&portal, &customer).await;

    let path = "/api/v1/session/passkey";
    let asked = ask_passkey(&portal, "/api/v1/session/passkey/challenge", None).await;
    assert_eq!(asked["options"]["allowCredentials"], json!([]), "it tells nobody who has one");
    let body = answer(&asked, &passkey.get(&asked["options"], URL));
    let signed_in = portal.send(post(path, &body)).await;
    assert_eq!(
        (signed_in.status, &signed_in.json()["account"]["email"]),
        (200, &json!("a@example.com")),
        "{signed_in:?}"
    );
    assert!(signed_in.headers.contains_key("set-cookie"));
    portal.send(post(path, &body)).await.check_refused(422, "INVALID_INPUT", "challenge");

    let needs = portal.send(password("a@example.com")).await.json()["second"]["needs"].clone();
    assert_eq!(needs, json!(["totp", "passkey", "recovery"]));
    let security = portal.send(get("/api/v1/account/security").by(&customer)).await.json();
    assert_eq!(security["passkeys"][0]["last_used_at"], json!(portal.app.clock.now().to_string()));

    let id = registered.text("passkey_id");
    let other = portal.sign_up("b@example.com").await;
    portal.send(delete(&format!("{PASSKEYS}/{id}")).by(&other)).await.check_refused(404, "NOT_FOUND", "");
    assert_eq!(portal.send(delete(&format!("{PASSKEYS}/{id}")).by(&customer)).await.status, 204);
    let asked = ask_passkey(&portal, "/api/v1/session/passkey/challenge", None).await;
    let body = answer(&asked, &passkey.get(&asked["options"], URL));
    portal.send(post(path, &body)).await.check_refused(422, "INVALID_INPUT", "credential");
    portal.check_sound().await;
}

#[actix_web::test]
async fn a_passkey_s_answer_is_for_this_portal_now_and_unlocked() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let (mut passkey, _) = register(&portal, &customer, 1).await;
    let path = "/api/v1/session/passkey";
    let ask = async || ask_passkey(&portal, "/api/v1/session/passkey/challenge", None).await;
    let refused = async |body: Value, field: &str| {
        portal.send(post(path, &body)).await.check_refused(422, "INVALID_INPUT", field);
    };

    let asked = ask().await;
    refused(answer(&asked, &passkey.get(&asked["options"], "https://evil.example.com")), "credential").await;
    let mut elsewhere = asked["options"].clone();
    elsewhere["rpId"] = "evil.example.com".into();
    refused(answer(&asked, &passkey.get(&elsewhere, URL)), "credential").await;
    refused(answer(&asked, &passkey.get(&ask().await["options"], URL)), "credential").await;
    passkey.is_unlocked = false;
    refused(answer(&asked, &passkey.get(&asked["options"], URL)), "credential").await;
    passkey.is_unlocked = true;
    let mut changed = passkey.get(&asked["options"], URL);
    changed["response"]["userHandle"] = "AAAAAAAAAAAAAAAAAAAAAA".into();
    refused(answer(&asked, &changed), "credential").await;
    refused(answer(&asked, &json!({})), "credential").await;
    let late = passkey.get(&asked["options"], URL);
    portal.wait(600);
    refused(answer(&asked, &late), "challenge").await;
}

#[actix_web::test]
async fn a_passkey_belongs_to_one_account_and_its_challenge_to_one_session_s_account() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let (_, first) = register(&portal, &customer, 1).await;
    assert_eq!(first.status, 201);
    let other = portal.sign_up("b@example.com").await;
    let (_, same) = register(&portal, &other, 1).await;
    same.check_refused(409, "CONFLICT", "");
    let asked = ask_passkey(&portal, &format!("{PASSKEYS}/challenge"), Some(&customer)).await;
    let (_, credential) = Passkey::create(2, &asked["options"], URL);
    let body = json!({"name": "Phone", "challenge": asked["challenge"], "credential": credential});
    portal.send(post(PASSKEYS, &body).by(&other)).await.check_refused(422, "INVALID_INPUT", "challenge");
    assert_eq!(portal.send(post(PASSKEYS, &body).by(&customer)).await.status, 201);
}

#[actix_web::test]
async fn a_portal_without_a_name_has_no_passkeys_and_says_so() {
    let portal = Portal::with(|config| config.public_url = "http://127.0.0.1:8080".to_owned()).await;
    let customer = portal.sign_up("a@example.com").await;
    let security = portal.send(get("/api/v1/account/security").by(&customer)).await.json();
    assert_eq!(security["passkeys_possible"], false);
    let ask = empty_post("/api/v1/session/passkey/challenge");
    portal.send(ask).await.check_refused(409, "CONFLICT", "");
}

#[actix_web::test]
async fn what_is_sensitive_wants_a_proof_of_the_last_ten_minutes() {
    let portal = Portal::open().await;
    let owner = portal.sign_in("owner@example.com").await;
    let (mut passkey, _) = register(&portal, &owner, 1).await;
    let (secret, codes) = protect(&portal, &owner).await;
    let acme = "/api/v1/admin/vendors/acme";
    let token = json!({"name": "CI", "scopes": ["team:read"]});
    let make = |key: &str| post(&format!("{acme}/tokens"), &token).by(&owner).once(key);
    let made = portal.send(make("a")).await;
    assert_eq!(made.status, 201);

    portal.wait(571);
    let members = portal.send(get(&format!("{acme}/members")).by(&owner)).await.json();
    let member = format!("{acme}/members/{}", members["items"][0]["account_id"].as_str().expect("an id"));
    let kid = portal.send(get(&format!("{acme}/keys")).by(&owner)).await.json()["items"][0]["kid"].clone();
    let revoke = format!("{acme}/keys/{}/revoke", kid.as_str().expect("a key"));
    let role = json!({"role": "admin"}).to_string();
    let asks = [
        make("b"),
        Ask::new(Method::PATCH, &member).body(&role).by(&owner),
        delete(&member).by(&owner),
        post(&revoke, &json!({"reason": "Stolen."})).by(&owner),
        post(&format!("{acme}/invitations"), &json!({"email": "x@example.com", "role": "owner"})).by(&owner).once("c"),
        delete(TOTP).by(&owner),
        empty_post(&format!("{PASSKEYS}/challenge")).by(&owner),
        empty_post("/api/v1/account/recovery-codes").by(&owner).once("d"),
    ];
    for ask in asks {
        let refused = portal.send(ask).await;
        refused.check_refused(403, "CONFIRMATION_REQUIRED", "");
        assert_eq!(refused.json()["remedy"], "sign_in");
    }
    let bearer = format!("Bearer {}", made.text("secret"));
    let by_token = get(&format!("{acme}/members")).header("authorization", &bearer);
    assert_eq!(portal.send(by_token).await.status, 200);
    assert_eq!(portal.send(get(&format!("{acme}/tokens")).by(&owner)).await.status, 200, "looking is not sensitive");

    let prove = |body: Value| post("/api/v1/session/proof", &body).by(&owner);
    portal.send(prove(json!({"password": "wrong"}))).await.check_refused(422, "INVALID_INPUT", "password");
    portal.send(prove(json!({}))).await.check_refused(422, "INVALID_INPUT", "password");
    portal.send(make("b")).await.check_refused(403, "CONFIRMATION_REQUIRED", "");
    assert_eq!(portal.send(prove(json!({ "password": PASSWORD }))).await.status, 204);
    assert_eq!(portal.send(make("b")).await.status, 201);

    portal.wait(601);
    assert_eq!(portal.send(prove(json!({"totp": totp(&secret, now(&portal))}))).await.status, 204);
    assert_eq!(portal.send(make("e")).await.status, 201);

    portal.wait(601);
    let written_down = json!({"recovery": codes[0]});
    assert_eq!(portal.send(prove(written_down.clone())).await.status, 204);
    assert_eq!(portal.send(make("g")).await.status, 201);
    portal.send(prove(written_down)).await.check_refused(422, "INVALID_INPUT", "recovery");

    portal.wait(601);
    let asked = ask_passkey(&portal, "/api/v1/session/proof/challenge", Some(&owner)).await;
    let body = json!({"passkey": answer(&asked, &passkey.get(&asked["options"], URL))});
    assert_eq!(portal.send(prove(body.clone())).await.status, 204);
    assert_eq!(portal.send(make("f")).await.status, 201);
    portal.send(prove(body)).await.check_refused(422, "INVALID_INPUT", "challenge");
}

#[actix_web::test]
async fn a_token_has_nobody_to_ask() {
    let portal = Portal::open().await;
    let owner = portal.sign_in("owner@example.com").await;
    let tokens = "/api/v1/admin/vendors/acme/tokens";
    let body = json!({"name": "CI", "scopes": ["tokens:write"]});
    let secret = portal.send(post(tokens, &body).by(&owner).once("a")).await.text("secret");
    portal.wait(3600);
    let bearer = format!("Bearer {secret}");
    let ask = post(tokens, &body).header("authorization", &bearer).once("b");
    assert_eq!(portal.send(ask).await.status, 201);
    let account = empty_post(TOTP).by(&owner).header("authorization", &bearer);
    portal.send(account).await.check_refused(403, "CONFIRMATION_REQUIRED", "");
}
