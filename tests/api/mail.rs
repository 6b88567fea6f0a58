//! Mail: written once of what happened, sent at least once, and never to more people or with more in it than is meant.

mod accounts;
mod team;

use std::net::TcpListener;

use actix_web::http::Method;
use backend::config::MailConfig;
use backend::outbox::mail::mail_due;
use backend::store::records::Event;
use serde_json::{Value, json};
use shared::id::{EventId, LicenseId};

use crate::mailbox::{Mail, Mailbox};
use crate::shop::{Ask, Customer, NOW, Portal, URL, demo_product, get, is_on_postgres, post};

const MAILS: &str = "/api/v1/admin/vendors/acme/mails";
const TEMPLATES: &str = "/api/v1/admin/vendors/acme/mail-templates";

/// A portal that sends through `url`.
async fn portal_at(url: &str) -> Portal {
    let mail = MailConfig {
        server: url.parse().expect("a server"),
        from: "Licenses <licenses@mail.example>".parse().expect("an address"),
    };
    Portal::with(|config| config.mail = Some(mail)).await
}

async fn world() -> (Portal, Mailbox) {
    let mailbox = Mailbox::open();
    (portal_at(&mailbox.url()).await, mailbox)
}

/// Writes and sends everything; what arrived.
async fn deliver(portal: &Portal, mailbox: &Mailbox) -> Vec<Mail> {
    mail_due(&portal.app).await.expect("the store works");
    mailbox.take()
}

/// Those to this address.
async fn deliver_to(portal: &Portal, mailbox: &Mailbox, to: &str) -> Vec<Mail> {
    deliver(portal, mailbox).await.into_iter().filter(|mail| mail.to == to).collect()
}

async fn listed(portal: &Portal, owner: &Customer, query: &str) -> Vec<Value> {
    let answer = portal.send(get(&format!("{MAILS}{query}")).by(owner)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["items"].as_array().expect("a list").clone()
}

/// A customer with a license; their address is confirmed by nobody.
async fn bought(portal: &Portal) -> (Customer, LicenseId) {
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, json!({"offer": "pro", "term": "P1Y", "terminals": 1})).await;
    (customer, license_id)
}

async fn act(portal: &Portal, owner: &Customer, license_id: LicenseId, act: &str, reason: &str) {
    let path = format!("/api/v1/admin/vendors/acme/licenses/{license_id}/{act}");
    let answer = portal.send(post(&path, &json!({ "reason": reason })).by(owner)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[actix_web::test]
async fn a_purchase_is_written_of_once() {
    let (portal, mailbox) = world().await;
    let owner = portal.sign_in("owner@example.com").await;
    let (_, license_id) = bought(&portal).await;
    let mails = deliver_to(&portal, &mailbox, "a@example.com").await;
    let receipts: Vec<_> = mails.iter().filter(|mail| mail.data.contains("thank you for your order")).collect();
    assert_eq!((mails.len(), receipts.len()), (2, 1), "{mails:#?}");
    let receipt = receipts[0];
    assert_eq!(receipt.link("/licenses/"), format!("{URL}/licenses/{license_id}"));
    assert!(receipt.data.contains("1 year: 120.00 EUR"), "{}", receipt.data);
    let from = receipt.header("From").expect("a sender").replace('"', "");
    assert_eq!(from, "Acme Studio <licenses@mail.example>");
    assert_eq!(receipt.header("Auto-Submitted").as_deref(), Some("auto-generated"));
    let found = listed(&portal, &owner, "?kind=receipt").await;
    assert_eq!((found.len(), &found[0]["state"]), (1, &json!("sent")), "{found:?}");
    let id = found[0]["mail_id"].as_str().expect("an id");
    assert_eq!(receipt.header("Message-ID"), Some(format!("<{id}@mail.example>")));
    let shown = portal.send(get(&format!("{MAILS}/{id}")).by(&owner)).await.json();
    assert!(shown["text"].as_str().is_some_and(|text| text.contains("120.00 EUR")), "{shown}");
    assert!(shown["link"].as_str().is_some_and(|link| link.starts_with(&format!("{URL}/orders/"))), "{shown}");
    assert!(deliver(&portal, &mailbox).await.is_empty(), "once is enough");
    portal.check_sound().await;
}

#[actix_web::test]
async fn a_customer_is_told_what_a_team_does_to_a_license_and_why() {
    let (portal, mailbox) = world().await;
    let owner = portal.sign_in("owner@example.com").await;
    let (_, license_id) = bought(&portal).await;
    deliver(&portal, &mailbox).await;
    for (what, subject) in [("suspend", "is suspended"), ("reinstate", "works again"), ("revoke", "has ended")] {
        act(&portal, &owner, license_id, what, &format!("Because of {what}.")).await;
        let mails = deliver(&portal, &mailbox).await;
        assert_eq!(mails.len(), 1, "{mails:#?}");
        assert!(mails[0].data.contains(&format!("Because of {what}.")), "{mails:#?}");
        assert!(mails[0].header("Subject").is_some_and(|line| line.contains(subject)), "{mails:#?}");
    }
}

#[actix_web::test]
async fn a_license_that_ends_soon_is_written_of_unless_it_does_not_any_more() {
    let (portal, mailbox) = world().await;
    let owner = portal.sign_in("owner@example.com").await;
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, json!({"offer": "pro", "term": "P1M", "terminals": 1})).await;
    deliver(&portal, &mailbox).await;
    let tell = |portal: &Portal| {
        let (event_id, at) = (portal.app.new_id(EventId::new), portal.app.clock.now());
        let app = portal.app.clone();
        async move {
            let told = app.store.write(move |tx| {
                let (vendor, _) = demo_product(tx)?;
                tx.append_event(&Event {
                    event_id,
                    vendor_id: vendor.vendor_id,
                    at,
                    kind: "license.expiring".to_owned(),
                    actor: "operator".to_owned(),
                    subject: license_id.to_string(),
                    body: "{}".to_owned(),
                })
            });
            told.await.expect("the event is written");
        }
    };
    portal.wait(25 * 86_400);
    tell(&portal).await;
    let mails = deliver(&portal, &mailbox).await;
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert!(mails[0].header("Subject").is_some_and(|line| line.contains("ends on 2026-12-22")), "{mails:#?}");
    assert_eq!(mails[0].link("/products/"), format!("{URL}/products/acme/sketchpad"));
    let owner_again = portal.sign_in("owner@example.com").await;
    drop(owner);
    act(&portal, &owner_again, license_id, "suspend", "No more.").await;
    deliver(&portal, &mailbox).await;
    tell(&portal).await;
    assert!(deliver(&portal, &mailbox).await.is_empty(), "a suspended license is not about to end");
}

#[actix_web::test]
async fn what_cannot_be_sent_is_sent_later_and_nothing_is_lost() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address");
    drop(listener);
    let portal = portal_at(&format!("smtp://{address}?tls=off")).await;
    let owner = portal.sign_in("owner@example.com").await;
    bought(&portal).await;
    mail_due(&portal.app).await.expect("the store works");
    let waiting = listed(&portal, &owner, "?state=queued").await;
    assert_eq!((waiting.len(), &waiting[0]["attempts"]), (1, &json!(1)), "{waiting:?}");
    assert!(waiting[0]["error"].as_str().is_some_and(|error| !error.contains("127.0.0.1")), "{waiting:?}");
    let mailbox = Mailbox::listen(TcpListener::bind(address).expect("the port is free again"));
    assert!(deliver(&portal, &mailbox).await.is_empty(), "not before its time");
    portal.wait(5);
    let mails = deliver(&portal, &mailbox).await;
    assert_eq!(mails.len(), 2, "the receipt and the address to confirm: {mails:#?}");
    assert!(deliver(&portal, &mailbox).await.is_empty());
    assert_eq!(listed(&portal, &owner, "?state=sent").await.len(), 1);
}

#[actix_web::test]
async fn a_passing_refusal_is_tried_again_and_a_final_one_is_shown() {
    let (portal, mailbox) = world().await;
    let owner = portal.sign_in("owner@example.com").await;
    let (_, license_id) = bought(&portal).await;
    deliver(&portal, &mailbox).await;
    mailbox.refuse(&["451 4.3.0 Come back later", "550 5.1.1 No such mailbox"]);
    act(&portal, &owner, license_id, "suspend", "A pause.").await;
    assert!(deliver(&portal, &mailbox).await.is_empty());
    let queued = listed(&portal, &owner, "?state=queued").await;
    assert!(queued[0]["error"].as_str().is_some_and(|error| error.contains("451")), "{queued:?}");
    portal.wait(5);
    assert!(deliver(&portal, &mailbox).await.is_empty());
    let failed = listed(&portal, &owner, "?state=failed").await;
    assert_eq!((failed.len(), &failed[0]["attempts"]), (1, &json!(2)), "{failed:?}");
    assert!(failed[0]["error"].as_str().is_some_and(|error| error.contains("No such mailbox")), "{failed:?}");
    portal.wait(86_400);
    assert!(deliver(&portal, &mailbox).await.is_empty(), "given up");

    let owner = portal.sign_in("owner@example.com").await;
    let id = failed[0]["mail_id"].as_str().expect("an id").to_owned();
    let again = Ask::new(Method::POST, &format!("{MAILS}/{id}/resend")).by(&owner).once("again");
    let answer = portal.send(again).await;
    assert_eq!((answer.json()["state"].clone(), answer.text("mail_id")), (json!("queued"), id.clone()), "{answer:?}");
    let mails = deliver(&portal, &mailbox).await;
    assert_eq!(mails[0].header("Message-ID"), Some(format!("<{id}@mail.example>")));
    let again = Ask::new(Method::POST, &format!("{MAILS}/{id}/resend")).by(&owner).once("once more");
    assert_ne!(portal.send(again).await.text("mail_id"), id, "what was sent stays as it was");
    let mails = deliver(&portal, &mailbox).await;
    assert!(mails.len() == 1 && mails[0].data.contains("A pause."), "{mails:#?}");
    assert_eq!(portal.events("mail.resent").await.len(), 2);
}

#[actix_web::test]
async fn after_two_days_a_mail_has_failed() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("its address");
    let portal = portal_at(&format!("smtp://{closed}?tls=off")).await;
    bought(&portal).await;
    for _ in 0..14 {
        mail_due(&portal.app).await.expect("the store works");
        portal.wait(8 * 3600);
    }
    let owner = portal.sign_in("owner@example.com").await;
    let failed = listed(&portal, &owner, "?state=failed").await;
    assert_eq!((failed.len(), &failed[0]["attempts"]), (1, &json!(14)), "{failed:?}");
}

#[actix_web::test]
async fn without_a_mail_server_mails_are_kept_to_be_read() {
    let portal = Portal::open().await;
    let owner = portal.sign_in("owner@example.com").await;
    bought(&portal).await;
    mail_due(&portal.app).await.expect("the store works");
    let kept = listed(&portal, &owner, "?state=kept").await;
    assert_eq!((kept.len(), &kept[0]["kind"]), (1, &json!("receipt")), "{kept:?}");
    let id = kept[0]["mail_id"].as_str().expect("an id");
    let again = Ask::new(Method::POST, &format!("{MAILS}/{id}/resend")).by(&owner).once("again");
    portal.send(again).await.check_refused(409, "CONFLICT", "");
    let settings = portal.send(get("/api/v1/admin/vendors/acme/settings").by(&owner)).await.json();
    assert_eq!(settings["mail"], json!({"sending": false}));
    let instance = portal.send(get("/api/v1/instance")).await.json();
    assert_eq!((&instance["mail"], &instance["vendor_sign_up"]), (&json!(false), &json!(true)));
    let reset = portal.send(post("/api/v1/password-resets", &json!({"email": "a@example.com"}))).await;
    assert_eq!(reset.status, 202);
    let change = post("/api/v1/account/email", &json!({"email": "new@example.com"})).by(&owner);
    portal.send(change).await.check_refused(409, "CONFLICT", "");
}

#[actix_web::test]
async fn what_somebody_is_called_breaks_out_of_nothing() {
    let (portal, mailbox) = world().await;
    let owner = portal.sign_in("owner@example.com").await;
    let text = json!({
        "subject": "{{customer.name}} {{product.name}}",
        "body": "Dear {{customer.name}},\n.\n{{vendor.name}}",
    });
    let put = Ask::new(Method::PUT, &format!("{TEMPLATES}/receipt")).body(&text.to_string());
    let answer = portal.send(put.by(&owner).header("if-match", "\"0\"")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let customer = portal.sign_up("a@example.com").await;
    let account = portal.app.store.read(|tx| tx.account_by_email("a@example.com")).await.expect("read").expect("there");
    // Nobody can have such a name: this is what was missed elsewhere.
    let name = "{{order.id}}\r\nBcc: evil@example.com\r\n\r\n<b>\u{202e}x</b>";
    portal.app.store.write(move |tx| tx.rename_account(account.account_id, name)).await.expect("renamed");
    portal.buy(&customer, json!({"offer": "pro", "term": "P1Y", "terminals": 1})).await;
    let mails = deliver(&portal, &mailbox).await;
    let receipt = mails.iter().find(|mail| mail.data.contains("Dear")).expect("a receipt");
    assert_eq!((receipt.header("Bcc"), receipt.to.as_str()), (None, "a@example.com"));
    assert!(receipt.header("Subject").is_some_and(|subject| subject.starts_with("{{order.id}} Bcc:")), "{receipt:?}");
    assert!(receipt.data.contains("&lt;b&gt;x&lt;/b&gt;") && !receipt.data.contains('\u{202e}'), "{receipt:?}");
    assert!(!mails.iter().any(|mail| mail.to.contains("evil")));
}

#[actix_web::test]
async fn links_do_not_lie_in_the_store() {
    if is_on_postgres() {
        // Its files are not looked through.
        return;
    }
    let (portal, mailbox) = world().await;
    portal.sign_up("a@example.com").await;
    portal.send(post("/api/v1/password-resets", &json!({"email": "a@example.com"}))).await;
    let read = |portal: &Portal| {
        let files = ["passgate.db", "passgate.db-wal"].map(|name| std::fs::read(portal.folder.path().join(name)));
        files.into_iter().flatten().flatten().collect::<Vec<u8>>()
    };
    let has = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let before = read(&portal);
    assert!(has(&before, b"a@example.com") && !has(&before, b"pge_") && !has(&before, b"pgr_"));
    let mails = deliver(&portal, &mailbox).await;
    assert_eq!(mails.len(), 2, "{mails:#?}");
    let after = read(&portal);
    assert!(!has(&after, b"pge_") && !has(&after, b"pgr_"));
    assert!(NOW <= portal.app.clock.now());
}

#[actix_web::test]
async fn what_mails_said_is_forgotten_after_a_quarter_and_that_they_were_sent_is_not() {
    let (portal, mailbox) = world().await;
    bought(&portal).await;
    let sent = deliver(&portal, &mailbox).await.len();
    assert!(sent > 0, "there is something to forget");
    let day = 86_400;
    portal.wait(90 * day);
    deliver(&portal, &mailbox).await;
    let owner = portal.sign_in("owner@example.com").await;
    let shown = async |owner: &Customer| {
        let receipt = listed(&portal, owner, "?kind=receipt").await[0].clone();
        let path = format!("{MAILS}/{}", receipt["mail_id"].as_str().expect("an id"));
        portal.send(get(&path).by(owner)).await.json()
    };
    assert!(shown(&owner).await["text"].is_string(), "kept for ninety days");
    portal.wait(1);
    assert!(deliver(&portal, &mailbox).await.is_empty());
    let forgotten = shown(&owner).await;
    assert_eq!((&forgotten["text"], &forgotten["link"]), (&Value::Null, &Value::Null), "{forgotten}");
    assert_eq!(
        (&forgotten["mail"]["state"], &forgotten["mail"]["to"]),
        (&json!("sent"), &json!("a@example.com")),
        "{forgotten}"
    );
    assert!(deliver(&portal, &mailbox).await.is_empty());
}

#[actix_web::test]
async fn a_mail_tells_how_to_pay_by_invoice_and_none_once_that_is_done() {
    let (portal, mailbox) = world().await;
    let owner = portal.sign_in("owner@example.com").await;
    let path = "/api/v1/admin/vendors/acme/settings";
    let tag = portal.send(get(path).by(&owner)).await.header("etag").to_owned();
    let body = json!({"name": "Acme", "invoice": {"instructions": "Acme Ltd\nIBAN DE00", "days": 14},
        "tax": {"name": "VAT", "rate": "19", "included": true, "number": "DE123456789"}});
    let saving = Ask::new(Method::PUT, path).body(&body.to_string()).by(&owner).header("if-match", &tag);
    assert_eq!(portal.send(saving).await.status, 200);
    let taxing = post("/api/v1/admin/vendors/acme/products/sketchpad/tax", &json!({"menu": 1})).by(&owner).once("t");
    assert_eq!(portal.send(taxing).await.status, 201);
    let customer = portal.sign_up("a@example.com").await;
    let order = async |key: &str| {
        let mut body = portal.order_body(json!({"offer": "solo", "term": "P1M", "terminals": 1})).await;
        body["payment"] = json!("invoice");
        portal.send(post("/api/v1/orders", &body).by(&customer).once(key)).await.text("order_id")
    };
    let order_id = order("1").await;
    let mails = deliver_to(&portal, &mailbox, "a@example.com").await;
    let asked = mails.iter().find(|mail| mail.data.contains("IBAN DE00")).expect("how to pay");
    for part in ["4.00 EUR", "2026-12-06", "P-", "Includes VAT 19 %: 0.64 EUR", "VAT number: DE123456789"] {
        assert!(asked.data.contains(part), "{part}: {}", asked.data);
    }
    let paying = async |order_id: &str, key: &str| {
        let path = format!("/api/v1/admin/vendors/acme/orders/{order_id}/paid");
        portal.send(post(&path, &json!({"note": "It came."})).by(&owner).once(key)).await.status
    };
    assert_eq!(paying(&order_id, "2").await, 200);
    let mails = deliver_to(&portal, &mailbox, "a@example.com").await;
    assert!(mails.len() == 1 && mails[0].data.contains("Includes VAT 19 %: 0.64 EUR"), "a receipt: {mails:#?}");
    let order_id = order("3").await;
    assert_eq!(paying(&order_id, "4").await, 200);
    let mails = deliver_to(&portal, &mailbox, "a@example.com").await;
    assert!(mails.len() == 1 && mails[0].data.contains("thank you"), "paid before it was written of: {mails:#?}");
    let order_id = order("5").await;
    let path = format!("/api/v1/admin/vendors/acme/orders/{order_id}/cancel");
    let cancelling = post(&path, &json!({"reason": "You ordered twice."})).by(&owner);
    assert_eq!(portal.send(cancelling).await.status, 200);
    let mails = deliver_to(&portal, &mailbox, "a@example.com").await;
    assert!(mails.len() == 1 && mails[0].data.contains("You ordered twice."), "and not how to pay: {mails:#?}");
    let order_id = order("6").await;
    assert_eq!(deliver_to(&portal, &mailbox, "a@example.com").await.len(), 1, "how to pay");
    let giving_up = Ask::new(Method::DELETE, &format!("/api/v1/orders/{order_id}")).by(&customer);
    assert_eq!(portal.send(giving_up).await.status, 200);
    let mails = deliver_to(&portal, &mailbox, "a@example.com").await;
    assert!(mails.is_empty(), "they did it themselves: {mails:#?}");
}
