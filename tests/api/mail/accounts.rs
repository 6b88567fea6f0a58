//! Addresses confirmed and changed, and forgotten passwords.

use serde_json::{Value, json};

use super::{deliver, deliver_to, world};
use crate::authenticator::totp;
use crate::mailbox::Mailbox;
use crate::shop::{Answer, Ask, Customer, Portal, get, post};
use actix_web::http::Method;

const RESETS: &str = "/api/v1/password-resets";
const REDEEM: &str = "/api/v1/password-resets/redeem";
const EMAIL: &str = "/api/v1/account/email";
const CONFIRM: &str = "/api/v1/account/email/confirm";
const NEW: &str = "quite another password";

async fn account(portal: &Portal, customer: &Customer) -> Value {
    portal.send(get("/api/v1/session").by(customer)).await.json()["account"].clone()
}

async fn sign_in(portal: &Portal, email: &str, password: &str) -> Answer {
    portal.send(post("/api/v1/session", &json!({"email": email, "password": password}))).await
}

async fn confirm(portal: &Portal, token: &str) -> Answer {
    portal.send(post(CONFIRM, &json!({ "token": token }))).await
}

async fn redeem(portal: &Portal, token: &str, password: &str) -> Answer {
    portal.send(post(REDEEM, &json!({"token": token, "password": password}))).await
}

/// Asks for a new password; the link's secret.
async fn ask_reset(portal: &Portal, mailbox: &Mailbox, email: &str) -> String {
    let asked = portal.send(post(RESETS, &json!({ "email": email }))).await;
    assert_eq!((asked.status, asked.body.len()), (202, 0));
    let mails = deliver_to(portal, mailbox, email).await;
    mails.iter().find(|mail| mail.data.contains("/reset#")).expect("a link").secret("/reset#")
}

#[actix_web::test]
async fn who_signs_up_confirms_the_address_once() {
    let (portal, mailbox) = world().await;
    let customer = portal.sign_up("a@example.com").await;
    assert_eq!(account(&portal, &customer).await["email_confirmed"], false);
    let first = deliver(&portal, &mailbox).await[0].secret("/confirm#");
    assert_eq!(portal.send(Ask::new(Method::POST, &format!("{EMAIL}/resend")).by(&customer)).await.status, 202);
    let second = deliver(&portal, &mailbox).await[0].secret("/confirm#");
    assert_ne!(first, second);
    assert_eq!(confirm(&portal, &first).await.json(), json!({"email": "a@example.com"}));
    assert_eq!(account(&portal, &customer).await["email_confirmed"], true);
    confirm(&portal, &first).await.check_refused(404, "NOT_FOUND", "");
    confirm(&portal, &second).await.check_refused(404, "NOT_FOUND", "");
    let resend = Ask::new(Method::POST, &format!("{EMAIL}/resend")).by(&customer);
    portal.send(resend).await.check_refused(409, "CONFLICT", "");
    for wrong in ["", "pge_", "pgr_x", &first.replace("pge_", "pgr_")] {
        confirm(&portal, wrong).await.check_refused(404, "NOT_FOUND", "");
    }
}

#[actix_web::test]
async fn a_link_to_confirm_ends_after_three_days() {
    let (portal, mailbox) = world().await;
    portal.sign_up("a@example.com").await;
    let token = deliver(&portal, &mailbox).await[0].secret("/confirm#");
    portal.wait(3 * 86_400);
    confirm(&portal, &token).await.check_refused(404, "NOT_FOUND", "");
}

#[actix_web::test]
async fn a_forgotten_password_is_replaced_by_who_reads_the_mailbox() {
    let (portal, mailbox) = world().await;
    let customer = portal.sign_up("a@example.com").await;
    deliver(&portal, &mailbox).await;
    let token = ask_reset(&portal, &mailbox, "a@example.com").await;
    redeem(&portal, &token, "short").await.check_refused(422, "INVALID_INPUT", "password");
    assert_eq!(redeem(&portal, &token, NEW).await.status, 204);
    assert_eq!(account(&portal, &customer).await, Value::Null, "every session has ended");
    assert_eq!(sign_in(&portal, "a@example.com", "a long enough password").await.status, 401);
    let signed_in = sign_in(&portal, "a@example.com", NEW).await;
    assert_eq!(signed_in.json()["account"]["email_confirmed"], true, "the link was read in that mailbox");
    redeem(&portal, &token, "yet another password").await.check_refused(404, "NOT_FOUND", "");
}

#[actix_web::test]
async fn nobody_learns_which_addresses_have_accounts() {
    let (portal, mailbox) = world().await;
    portal.sign_up("a@example.com").await;
    deliver(&portal, &mailbox).await;
    let mut answers = Vec::new();
    for email in ["A@example.com", "nobody@example.com"] {
        let answer = portal.send(post(RESETS, &json!({ "email": email }))).await;
        let headers = answer.headers.iter().filter(|(name, _)| *name != "x-request-id");
        let headers: Vec<_> = headers.map(|(name, value)| (name.clone(), value.clone())).collect();
        answers.push((answer.status, answer.body, headers));
    }
    assert_eq!(answers[0], answers[1]);
    let mails = deliver(&portal, &mailbox).await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["a@example.com"]);
    portal.send(post(RESETS, &json!({"email": "x"}))).await.check_refused(422, "INVALID_INPUT", "email");
}

#[actix_web::test]
async fn a_reset_leaves_the_second_step_standing() {
    let (portal, mailbox) = world().await;
    let customer = portal.sign_up("a@example.com").await;
    let begun = portal.send(Ask::new(Method::POST, "/api/v1/account/totp").by(&customer)).await;
    let code = totp(&begun.text("secret"), portal.app.clock.now().as_unix());
    let done = post("/api/v1/account/totp/confirm", &json!({ "totp": code })).by(&customer).once("confirm");
    assert_eq!(portal.send(done).await.status, 200);
    deliver(&portal, &mailbox).await;
    let token = ask_reset(&portal, &mailbox, "a@example.com").await;
    assert_eq!(redeem(&portal, &token, NEW).await.status, 204);
    let half = sign_in(&portal, "a@example.com", NEW).await;
    assert_eq!((half.status, &half.json()["account"]), (200, &Value::Null));
    assert!(half.json()["second"]["challenge"].is_string(), "{half:?}");
}

#[actix_web::test]
async fn a_link_to_a_new_password_ends_after_an_hour_and_with_any_other_change() {
    let (portal, mailbox) = world().await;
    let customer = portal.sign_up("a@example.com").await;
    deliver(&portal, &mailbox).await;
    let old = ask_reset(&portal, &mailbox, "a@example.com").await;
    let body = json!({"current": "a long enough password", "new": NEW});
    let change = Ask::new(Method::PUT, "/api/v1/account/password").body(&body.to_string()).by(&customer);
    assert_eq!(portal.send(change).await.status, 204);
    redeem(&portal, &old, "yet another password").await.check_refused(404, "NOT_FOUND", "");
    let token = ask_reset(&portal, &mailbox, "a@example.com").await;
    portal.wait(3_600);
    redeem(&portal, &token, "yet another password").await.check_refused(404, "NOT_FOUND", "");
    assert_eq!(sign_in(&portal, "a@example.com", NEW).await.status, 200);
}

#[actix_web::test]
async fn a_new_address_counts_once_it_is_confirmed() {
    let (portal, mailbox) = world().await;
    let customer = portal.sign_up("a@example.com").await;
    portal.buy(&customer, json!({"offer": "pro", "term": "P1Y", "terminals": 1})).await;
    deliver(&portal, &mailbox).await;
    let wanted = || post(EMAIL, &json!({"email": "new@example.com"})).by(&customer);
    portal.wait(601);
    portal.send(wanted()).await.check_refused(403, "CONFIRMATION_REQUIRED", "");
    let proof = json!({"password": "a long enough password"});
    assert_eq!(portal.send(post("/api/v1/session/proof", &proof).by(&customer)).await.status, 204);
    assert_eq!(portal.send(wanted()).await.status, 202);
    assert_eq!(account(&portal, &customer).await["email"], "a@example.com");
    let reset = ask_reset(&portal, &mailbox, "a@example.com").await;
    // The mail to the new address was sent with the one above.
    assert_eq!(portal.send(Ask::new(Method::POST, &format!("{EMAIL}/resend")).by(&customer)).await.status, 202);
    let mails = deliver(&portal, &mailbox).await;
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "new@example.com"));
    assert_eq!(confirm(&portal, &mails[0].secret("/confirm#")).await.status, 200);
    let now = account(&portal, &customer).await;
    assert_eq!((&now["email"], &now["email_confirmed"]), (&json!("new@example.com"), &json!(true)));
    let notice = deliver(&portal, &mailbox).await;
    assert!(notice.len() == 1 && notice[0].to == "a@example.com" && notice[0].data.contains("new@example.com"));
    redeem(&portal, &reset, NEW).await.check_refused(404, "NOT_FOUND", "");
    assert_eq!(sign_in(&portal, "a@example.com", "a long enough password").await.status, 401);
    let owner = portal.sign_in("owner@example.com").await;
    let found = portal.send(get("/api/v1/admin/vendors/acme/customers?q=new@ex").by(&owner)).await.json();
    assert_eq!(found["items"][0]["customer"]["email"], "new@example.com", "{found}");
}

#[actix_web::test]
async fn an_address_belongs_to_one_account() {
    let (portal, mailbox) = world().await;
    let customer = portal.sign_up("a@example.com").await;
    portal.sign_up("b@example.com").await;
    deliver(&portal, &mailbox).await;
    let wanted = |email: &str| post(EMAIL, &json!({ "email": email })).by(&customer);
    assert_eq!(portal.send(wanted("B@example.com")).await.status, 202);
    assert!(deliver(&portal, &mailbox).await.is_empty(), "nobody is asked");
    assert_eq!(portal.send(wanted("c@example.com")).await.status, 202);
    let token = deliver(&portal, &mailbox).await[0].secret("/confirm#");
    portal.sign_up("c@example.com").await;
    confirm(&portal, &token).await.check_refused(409, "CONFLICT", "");
    assert_eq!(account(&portal, &customer).await["email"], "a@example.com");
    portal.send(wanted("no address")).await.check_refused(422, "INVALID_INPUT", "email");
}

#[actix_web::test]
async fn nobodys_mailbox_is_filled_for_them() {
    let mailbox = Mailbox::open();
    let mail = backend::config::MailConfig {
        server: mailbox.url().parse().expect("a server"),
        from: "licenses@mail.example".parse().expect("an address"),
    };
    let portal = Portal::with(|config| (config.mail, config.rate_limits) = (Some(mail), true)).await;
    for email in ["customer@example.com", "nobody@example.com"] {
        let ask = |peer: &'static str| post(RESETS, &json!({ "email": email })).from(peer);
        for peer in ["192.0.2.1:1", "192.0.2.2:1", "192.0.2.3:1", "192.0.2.4:1", "192.0.2.5:1"] {
            assert_eq!(portal.send(ask(peer)).await.status, 202);
        }
        portal.send(ask("192.0.2.6:1")).await.check_refused(429, "RATE_LIMITED", "");
    }
    assert_eq!(deliver(&portal, &mailbox).await.len(), 1, "asked five times before it was answered once");
}
