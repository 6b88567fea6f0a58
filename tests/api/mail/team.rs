//! Mail as a vendor's team sees it: invitations, templates, and nothing of other vendors.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{MAILS, TEMPLATES, bought, deliver, listed, world};
use crate::pass_tenants::add_beta;
use crate::shop::{Answer, Ask, Customer, Portal, URL, get, post};

const INVITATIONS: &str = "/api/v1/admin/vendors/acme/invitations";

async fn invite(portal: &Portal, owner: &Customer, email: &str, role: &str) -> Value {
    let ask = post(INVITATIONS, &json!({"email": email, "role": role})).by(owner).once(email);
    let answer = portal.send(ask).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

/// Somebody of this role in the team.
async fn member(portal: &Portal, owner: &Customer, email: &str, role: &str) -> Customer {
    let made = invite(portal, owner, email, role).await;
    let somebody = portal.sign_up(email).await;
    let secret = made["url"].as_str().and_then(|url| url.split_once('#')).expect("a secret").1;
    let accept = post("/api/v1/invitations/accept", &json!({"invitation": secret})).by(&somebody).once("join");
    assert_eq!(portal.send(accept).await.status, 200);
    somebody
}

async fn put(portal: &Portal, owner: &Customer, kind: &str, revision: &str, subject: &str, body: &str) -> Answer {
    let text = json!({"subject": subject, "body": body}).to_string();
    let ask = Ask::new(Method::PUT, &format!("{TEMPLATES}/{kind}")).body(&text).by(owner);
    portal.send(ask.header("if-match", revision)).await
}

#[actix_web::test]
async fn an_invitation_is_sent_and_its_link_forgotten() {
    let (portal, mailbox) = world().await;
    let owner = portal.sign_in("owner@example.com").await;
    let made = invite(&portal, &owner, "new@example.com", "admin").await;
    let mails = deliver(&portal, &mailbox).await;
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "new@example.com"));
    assert_eq!(Some(mails[0].link("/admin/join#").as_str()), made["url"].as_str());
    let found = listed(&portal, &owner, "?kind=invitation").await;
    let path = format!("{MAILS}/{}", found[0]["mail_id"].as_str().expect("an id"));
    let shown = portal.send(get(&path).by(&owner)).await.json();
    assert_eq!((shown.get("text"), shown.get("link")), (None, None), "{shown}");
    let again = Ask::new(Method::POST, &format!("{path}/resend")).by(&owner).once("again");
    portal.send(again).await.check_refused(409, "CONFLICT", "");
}

#[actix_web::test]
async fn an_invitation_that_was_taken_back_is_not_sent() {
    let (portal, mailbox) = world().await;
    let owner = portal.sign_in("owner@example.com").await;
    let made = invite(&portal, &owner, "new@example.com", "admin").await;
    let id = made["invitation"]["invitation_id"].as_str().expect("an id").to_owned();
    let taking_back = Ask::new(Method::DELETE, &format!("{INVITATIONS}/{id}")).by(&owner);
    assert_eq!(portal.send(taking_back).await.status, 204);
    assert!(deliver(&portal, &mailbox).await.is_empty(), "its link leads nowhere");
    let found = listed(&portal, &owner, "?kind=invitation").await;
    assert_eq!((found.len(), &found[0]["state"]), (1, &json!("failed")), "{found:?}");
    assert!(found[0]["error"].as_str().is_some_and(|why| why.contains("taken back")), "{found:?}");
    let path = format!("{MAILS}/{}/resend", found[0]["mail_id"].as_str().expect("an id"));
    let again = portal.send(Ask::new(Method::POST, &path).by(&owner).once("again")).await;
    again.check_refused(409, "CONFLICT", "");
    assert!(deliver(&portal, &mailbox).await.is_empty());
}

#[actix_web::test]
async fn a_kept_invitation_is_read_by_those_who_might_have_made_it() {
    let portal = Portal::open().await;
    let owner = portal.sign_in("owner@example.com").await;
    let admin = member(&portal, &owner, "admin@example.com", "admin").await;
    let viewer = member(&portal, &owner, "viewer@example.com", "viewer").await;
    let made = invite(&portal, &owner, "boss@example.com", "owner").await;
    let found = listed(&portal, &owner, "?kind=invitation&state=kept").await;
    let found = found.iter().find(|mail| mail["to"] == "boss@example.com").expect("it is among them");
    let path = format!("{MAILS}/{}", found["mail_id"].as_str().expect("an id"));
    assert_eq!(portal.send(get(&path).by(&owner)).await.json()["link"], made["url"]);
    for below in [&admin, &viewer] {
        let shown = portal.send(get(&path).by(below)).await.json();
        assert_eq!((shown.get("text"), shown.get("link")), (None, None), "{shown}");
    }
    portal.wait(601);
    portal.send(get(&path).by(&owner)).await.check_refused(403, "CONFIRMATION_REQUIRED", "");
    portal.wait(7 * 86_400);
    backend::outbox::mail::mail_due(&portal.app).await.expect("the store works");
    let owner = portal.sign_in("owner@example.com").await;
    assert_eq!(portal.send(get(&path).by(&owner)).await.json().get("link"), None, "it is over");
}

#[actix_web::test]
async fn a_vendor_writes_its_own_texts() {
    let (portal, mailbox) = world().await;
    let owner = portal.sign_in("owner@example.com").await;
    let found = portal.send(get(TEMPLATES).by(&owner)).await.json();
    let items = found["items"].as_array().expect("a list");
    assert!(items.iter().all(|item| item["is_default"] == true && item["revision"] == 0), "{found}");
    let kinds: Vec<_> = items.iter().map(|item| item["kind"].as_str().expect("a kind")).collect();
    assert!(kinds.contains(&"receipt") && !kinds.contains(&"password_reset"), "{kinds:?}");

    let bad = put(&portal, &owner, "receipt", "\"0\"", "Hi", "one\n{{licence.link}}").await;
    bad.check_refused(422, "INVALID_INPUT", "body");
    assert!(bad.json()["fields"][0]["detail"].as_str().is_some_and(|detail| detail.contains("Line 2")), "{bad:?}");
    put(&portal, &owner, "password_reset", "\"0\"", "x", "x").await.check_refused(404, "NOT_FOUND", "");
    let text = json!({"subject": "Thanks, {{customer.name}}", "body": "From {{vendor.name}}: {{order.total}}"});
    let preview = portal.send(post(&format!("{TEMPLATES}/receipt/preview"), &text).by(&owner)).await.json();
    assert_eq!(preview, json!({"subject": "Thanks, Ada Lovelace", "text": "From Acme Studio: 19.99 EUR"}));

    let saved = put(&portal, &owner, "receipt", "\"0\"", "Thanks, {{customer.name}}", "{{order.total}}!").await;
    assert_eq!((saved.status, &saved.json()["is_default"]), (200, &json!(false)), "{saved:?}");
    put(&portal, &owner, "receipt", "\"0\"", "x", "x").await.check_refused(412, "CONFLICT", "");
    bought(&portal).await;
    let mails = deliver(&portal, &mailbox).await;
    let receipt = mails.iter().find(|mail| mail.data.contains("120.00 EUR!")).expect("the receipt");
    assert_eq!(receipt.header("Subject").as_deref(), Some("Thanks, Somebody"));

    let back = Ask::new(Method::DELETE, &format!("{TEMPLATES}/receipt")).by(&owner);
    let back = portal.send(back).await;
    assert_eq!((&back.json()["is_default"], &back.json()["revision"]), (&json!(true), &json!(2)), "{back:?}");
    assert_eq!(portal.events("mail_template.updated").await.len(), 2);
}

#[actix_web::test]
async fn answers_go_to_the_vendors_support() {
    let (portal, mailbox) = world().await;
    let owner = portal.sign_in("owner@example.com").await;
    let path = "/api/v1/admin/vendors/acme/settings";
    let shown = portal.send(get(path).by(&owner)).await;
    assert_eq!(shown.json()["mail"], json!({"sending": true, "from": "licenses@mail.example"}));
    let body = json!({"name": "Acme", "support_email": "help@acme.example"}).to_string();
    let put = Ask::new(Method::PUT, path).body(&body).by(&owner).header("if-match", shown.header("etag"));
    assert_eq!(portal.send(put).await.status, 200);
    bought(&portal).await;
    let mails = deliver(&portal, &mailbox).await;
    let receipt = mails.iter().find(|mail| mail.data.contains("thank you")).expect("the receipt");
    assert_eq!(receipt.header("Reply-To").as_deref(), Some("help@acme.example"));
    assert!(receipt.data.contains(&format!("{URL}/orders/")));
}

#[actix_web::test]
async fn nobody_reads_or_sends_another_vendors_mail() {
    let (portal, mailbox) = world().await;
    let owner = portal.sign_in("owner@example.com").await;
    bought(&portal).await;
    deliver(&portal, &mailbox).await;
    let id = listed(&portal, &owner, "").await[0]["mail_id"].as_str().expect("an id").to_owned();
    add_beta(&portal).await;
    let stranger = portal.sign_up("stranger@example.com").await;
    for path in [MAILS.to_owned(), format!("{MAILS}/{id}"), TEMPLATES.to_owned()] {
        portal.send(get(&path).by(&stranger)).await.check_refused(404, "NOT_FOUND", "");
        portal.send(get(&path)).await.check_refused(401, "SIGN_IN_REQUIRED", "");
    }
    let viewer = member(&portal, &owner, "viewer@example.com", "viewer").await;
    let again = Ask::new(Method::POST, &format!("{MAILS}/{id}/resend")).by(&viewer).once("again");
    portal.send(again).await.check_refused(403, "FORBIDDEN", "");
    put(&portal, &viewer, "receipt", "\"0\"", "x", "x").await.check_refused(403, "FORBIDDEN", "");
    portal.send(get(&format!("{MAILS}?colour=red")).by(&owner)).await.check_refused(422, "INVALID_INPUT", "colour");
    portal.send(get(&format!("{MAILS}?state=gone")).by(&owner)).await.check_refused(422, "INVALID_INPUT", "state");
}
