//! Telling webhooks: in order, at least once, signed, with pauses while they fail; and nowhere that is not allowed.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use actix_web::http::Method;
use backend::outbox::webhooks::tell_due;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use ring::hmac::{HMAC_SHA256, Key, verify};
use serde_json::{Value, json};

use crate::pass_tenants::add_beta;
use crate::shop::{Ask, Customer, NOW, Portal, get, post};

const HOOKS: &str = "/api/v1/admin/vendors/acme/webhooks";

/// A program of the vendor's that listens, answers as it is told, and remembers what it heard.
struct Ear {
    url: String,
    heard: Receiver<Heard>,
    statuses: Sender<&'static str>,
}

#[derive(Debug)]
struct Heard {
    headers: String,
    body: String,
}

impl Ear {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("its address"));
        let ((statuses, answers), (told, heard)) = (channel(), channel());
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let status = answers.try_recv().unwrap_or("204 No Content");
                if !hear(connection, status, &told) {
                    return;
                }
            }
        });
        Self { url, heard, statuses }
    }

    /// What the next requests are answered.
    fn answer(&self, statuses: &[&'static str]) {
        for status in statuses {
            self.statuses.send(status).expect("it listens");
        }
    }

    /// Everything heard so far.
    fn heard(&self) -> Vec<Heard> {
        self.heard.try_iter().collect()
    }

    fn kinds(&self) -> Vec<String> {
        self.heard().iter().map(|heard| heard.json()["type"].as_str().expect("a kind").to_owned()).collect()
    }
}

/// Reads one request, tells it and only then answers, so that whoever has the answer finds it told. Gives whether
/// anybody still listens.
fn hear(mut connection: TcpStream, status: &str, told: &Sender<Heard>) -> bool {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let count = connection.read(&mut buffer).expect("the request arrives");
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((headers, body)) = text.split_once("\r\n\r\n") else { continue };
        let heard = Heard { headers: headers.to_owned(), body: body.to_owned() };
        if heard.header("content-length").parse() == Ok(body.len()) {
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 5\r\nconnection: close\r\n\r\nHello");
            let answer = if status.starts_with("204") {
                answer.replace("content-length: 5", "x: y").replace("Hello", "")
            } else {
                answer
            };
            let is_heard = told.send(heard).is_ok();
            connection.write_all(answer.as_bytes()).expect("the answer leaves");
            return is_heard;
        }
    }
}

impl Heard {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    fn header(&self, name: &str) -> String {
        let mut lines = self.headers.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.expect("the header is there").1.to_owned()
    }
}

/// A portal, an owner, and a webhook that asked for `kinds`; its answer.
async fn world(ear: &Ear, kinds: &[&str]) -> (Portal, Customer, Value) {
    let portal = Portal::open().await;
    let owner = portal.sign_in("owner@example.com").await;
    let made = add(&portal, &owner, &json!({"url": ear.url, "kinds": kinds})).await;
    (portal, owner, made)
}

async fn add(portal: &Portal, owner: &Customer, body: &Value) -> Value {
    let answer = portal.send(post(HOOKS, body).by(owner).once(&portal.app.rng.u128().to_string())).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

fn at(made: &Value, rest: &str) -> String {
    format!("{HOOKS}/{}{rest}", made["webhook"]["webhook_id"].as_str().expect("an id"))
}

/// Changes the webhook.
async fn put(portal: &Portal, owner: &Customer, made: &Value, change: Value) -> Value {
    let found = portal.send(get(&at(made, "")).by(owner)).await;
    let shown = found.json();
    let mut body = json!({"url": shown["url"], "kinds": shown["kinds"], "state": "active"});
    body.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
    let ask = Ask::new(Method::PUT, &at(made, "")).body(&body.to_string()).by(owner);
    let answer = portal.send(ask.header("if-match", found.header("etag"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

async fn tell(portal: &Portal) {
    tell_due(&portal.app).await.expect("the store works");
}

async fn deliveries(portal: &Portal, owner: &Customer, made: &Value) -> Vec<Value> {
    let list = portal.send(get(&at(made, "/deliveries")).by(owner)).await.json();
    list["items"].as_array().expect("a list").clone()
}

/// A `v1` signature with this secret is among those of the message.
fn is_signed_with(heard: &Heard, secret: &str) -> bool {
    let secret = STANDARD.decode(secret.strip_prefix("whsec_").expect("a secret")).expect("base64");
    let signed = format!("{}.{}.{}", heard.header("webhook-id"), heard.header("webhook-timestamp"), heard.body);
    let raw = heard_signature(heard);
    raw.split(' ').filter_map(|signature| signature.strip_prefix("v1,")).any(|tag| {
        let tag = STANDARD.decode(tag).expect("base64");
        verify(&Key::new(HMAC_SHA256, &secret), signed.as_bytes(), &tag).is_ok()
    })
}

fn heard_signature(heard: &Heard) -> String {
    heard.header("webhook-signature")
}

#[actix_web::test]
async fn a_vendor_is_told_in_order_of_what_it_asked_for() {
    let ear = Ear::open();
    let (portal, owner, made) = world(&ear, &["order.*", "license.created"]).await;
    let customer = portal.sign_up("a@example.com").await;
    portal.buy(&customer, json!({"offer": "pro", "term": "P1Y", "terminals": 1})).await;
    tell(&portal).await;
    assert_eq!(ear.kinds(), ["order.placed", "order.fulfilled", "license.created"]);
    tell(&portal).await;
    assert!(ear.heard().is_empty(), "once is enough");
    let told = deliveries(&portal, &owner, &made).await;
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.iter().all(|delivery| delivery["status"] == 204 && delivery["is_done"] == true), "{told:?}");
    portal.check_sound().await;
}

#[actix_web::test]
async fn what_was_there_before_a_webhook_is_not_told() {
    let ear = Ear::open();
    let portal = Portal::open().await;
    let owner = portal.sign_in("owner@example.com").await;
    let customer = portal.sign_up("a@example.com").await;
    portal.buy(&customer, json!({"offer": "pro", "term": "P1Y", "terminals": 1})).await;
    add(&portal, &owner, &json!({"url": ear.url})).await;
    tell(&portal).await;
    assert_eq!(ear.kinds(), Vec::<String>::new());
}

#[actix_web::test]
async fn messages_are_signed_both_ways_and_with_the_old_secret_for_a_day() {
    let ear = Ear::open();
    let (portal, owner, made) = world(&ear, &[]).await;
    let secret = made["secret"].as_str().expect("a secret").to_owned();
    let shown = portal.send(get(HOOKS).by(&owner)).await;
    assert!(!String::from_utf8_lossy(&shown.body).contains("whsec_"), "the secret cannot be read again");

    let test = portal.send(post(&at(&made, "/test"), &json!({})).by(&owner)).await;
    assert_eq!((test.status, test.json()["is_done"].clone()), (200, json!(true)), "{test:?}");
    let heard = ear.heard().pop().expect("it was told");
    assert_eq!(heard.header("webhook-timestamp"), NOW.as_unix().to_string());
    assert!(is_signed_with(&heard, &secret));
    let public = made["webhook"]["public_key"].as_str().and_then(|key| key.strip_prefix("whpk_")).expect("a key");
    let public: [u8; 32] = STANDARD.decode(public).expect("base64").try_into().expect("32 bytes");
    let signed = format!("{}.{}.{}", heard.header("webhook-id"), heard.header("webhook-timestamp"), heard.body);
    let signature = heard_signature(&heard);
    let signature = signature.split(' ').find_map(|one| one.strip_prefix("v1a,")).expect("an Ed25519 signature");
    let signature = Signature::from_slice(&STANDARD.decode(signature).expect("base64")).expect("64 bytes");
    let key = VerifyingKey::from_bytes(&public).expect("a key");
    assert!(key.verify(signed.as_bytes(), &signature).is_ok());

    let renew = Ask::new(Method::POST, &at(&made, "/secret")).by(&owner).once("renew");
    let renewed = portal.send(renew).await.text("secret");
    assert_ne!(renewed, secret);
    portal.send(post(&at(&made, "/test"), &json!({})).by(&owner)).await;
    let heard = ear.heard().pop().expect("it was told");
    assert!(is_signed_with(&heard, &renewed) && is_signed_with(&heard, &secret));
    portal.wait(86_400);
    portal.send(post(&at(&made, "/test"), &json!({})).by(&portal.sign_in("owner@example.com").await)).await;
    let heard = ear.heard().pop().expect("it was told");
    assert!(is_signed_with(&heard, &renewed) && !is_signed_with(&heard, &secret), "the old one has ended");
}

#[actix_web::test]
async fn a_failure_is_tried_again_later_and_later_events_wait_for_it() {
    let ear = Ear::open();
    let (portal, owner, made) = world(&ear, &["order.placed", "license.created"]).await;
    ear.answer(&["500 Broken", "302 Elsewhere"]);
    let customer = portal.sign_up("a@example.com").await;
    portal.buy(&customer, json!({"offer": "pro", "term": "P1Y", "terminals": 1})).await;
    tell(&portal).await;
    assert_eq!(ear.kinds(), ["order.placed"]);
    let waiting = portal.send(get(&at(&made, "")).by(&owner)).await.json();
    assert_eq!(waiting["failing_since"], json!(NOW.to_string()), "{waiting}");
    tell(&portal).await;
    assert!(ear.heard().is_empty(), "not before its time");
    portal.wait(5);
    tell(&portal).await;
    portal.wait(30);
    tell(&portal).await;
    let heard = ear.heard();
    let kinds: Vec<_> = heard.iter().map(|heard| heard.json()["type"].clone()).collect();
    assert_eq!(kinds, ["order.placed", "order.placed", "license.created"]);
    assert_eq!(heard[0].header("webhook-id"), heard[1].header("webhook-id"));
    let told = deliveries(&portal, &owner, &made).await;
    let of = |kind: &str| {
        let mut seen: Vec<_> = told.iter().filter(|one| one["kind"] == kind).collect();
        seen.sort_by_key(|one| one["attempt"].as_u64());
        seen.iter().map(|one| (one["status"].clone(), one["is_done"].clone())).collect::<Vec<_>>()
    };
    let row = |status: u16, is_done: bool| (json!(status), json!(is_done));
    assert_eq!(of("order.placed"), [row(500, false), row(302, false), row(204, true)]);
    assert_eq!(of("license.created"), [row(204, true)]);
    let failed = told.iter().find(|one| one["status"] == 500).expect("the first attempt");
    assert_eq!(failed["response"], "Hello");
    let fine = portal.send(get(&at(&made, "")).by(&owner)).await.json();
    assert_eq!(fine.get("failing_since"), None, "{fine}");
}

#[actix_web::test]
async fn after_a_day_of_failing_a_webhook_is_disabled_and_goes_on_where_it_was() {
    let portal = Portal::open().await;
    let owner = portal.sign_in("owner@example.com").await;
    let closed = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("its address");
    let made = add(&portal, &owner, &json!({"url": format!("http://{closed}/"), "kinds": ["license.created"]})).await;
    let customer = portal.sign_up("a@example.com").await;
    portal.buy(&customer, json!({"offer": "pro", "term": "P1Y", "terminals": 1})).await;
    for _ in 0..11 {
        tell(&portal).await;
        portal.wait(8 * 3600);
    }
    let found = portal.send(get(&at(&made, "")).by(&owner)).await.json();
    assert_eq!(found["state"], "disabled", "{found}");
    let told = deliveries(&portal, &owner, &made).await;
    assert_eq!(told.len(), 11);
    assert!(told[0]["error"].as_str().is_some_and(|error| error.contains("no connection")), "{told:?}");
    assert_eq!(portal.events("webhook.disabled").await.len(), 1);

    let ear = Ear::open();
    let active = put(&portal, &owner, &made, json!({"url": ear.url})).await;
    assert_eq!(active["state"], "active");
    tell(&portal).await;
    assert_eq!(ear.kinds(), ["license.created"]);
}

#[actix_web::test]
async fn one_that_is_gone_is_disabled_at_once_and_a_paused_one_is_told_later() {
    let ear = Ear::open();
    let (portal, owner, made) = world(&ear, &["license.created"]).await;
    put(&portal, &owner, &made, json!({"state": "paused"})).await;
    let customer = portal.sign_up("a@example.com").await;
    portal.buy(&customer, json!({"offer": "pro", "term": "P1Y", "terminals": 1})).await;
    tell(&portal).await;
    assert!(ear.heard().is_empty());
    ear.answer(&["410 Gone"]);
    put(&portal, &owner, &made, json!({"state": "active"})).await;
    tell(&portal).await;
    assert_eq!(ear.kinds(), ["license.created"]);
    let found = portal.send(get(&at(&made, "")).by(&owner)).await.json();
    assert_eq!(found["state"], "disabled");
}

#[actix_web::test]
async fn a_delivery_is_sent_again_with_the_same_id() {
    let ear = Ear::open();
    let (portal, owner, made) = world(&ear, &["license.created"]).await;
    let customer = portal.sign_up("a@example.com").await;
    portal.buy(&customer, json!({"offer": "pro", "term": "P1Y", "terminals": 1})).await;
    tell(&portal).await;
    let first = ear.heard().pop().expect("it was told");
    let told = deliveries(&portal, &owner, &made).await;
    let path = format!("/deliveries/{}/redeliver", told[0]["delivery_id"].as_str().expect("an id"));
    let again = portal.send(post(&at(&made, &path), &json!({})).by(&owner)).await;
    assert_eq!(again.json()["attempt"], 2, "{again:?}");
    let second = ear.heard().pop().expect("it was told again");
    assert_eq!((first.header("webhook-id"), first.body), (second.header("webhook-id"), second.body));
}

#[actix_web::test]
async fn nobody_reaches_into_the_operators_network() {
    let portal = Portal::with(|config| config.private_webhooks = false).await;
    let owner = portal.sign_in("owner@example.com").await;
    for url in [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://10.0.0.8/x",
        "https://169.254.169.254/latest",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://[::ffff:127.0.0.1]/",
        "https://intranet/",
        "https://db.internal/",
        "http://example.com/",
        "ftp://example.com/",
        "https://user:secret@example.com/",
        "javascript:alert(1)",
        "",
        "https://",
    ] {
        let answer = portal.send(post(HOOKS, &json!({ "url": url })).by(&owner).once(url)).await;
        if url.is_empty() {
            assert_eq!(answer.status, 400, "{answer:?}");
        } else {
            answer.check_refused(422, "INVALID_INPUT", "url");
        }
    }
    // A name that leads into the network is found out when it is looked up.
    let ear = Ear::open();
    let address = ear.url.replace("http://127.0.0.1", "https://localtest.invalid");
    let made = add(&portal, &owner, &json!({ "url": address })).await;
    let test = portal.send(post(&at(&made, "/test"), &json!({})).by(&owner)).await;
    assert_eq!(test.json()["is_done"], false);
    assert!(ear.heard().is_empty());
}

#[actix_web::test]
async fn nobody_is_led_elsewhere_by_a_redirect() {
    let (ear, elsewhere) = (Ear::open(), Ear::open());
    let (portal, owner, made) = world(&ear, &[]).await;
    let answer = format!("302 Found\r\nlocation: {}", elsewhere.url);
    ear.answer(&[answer.leak()]);
    let test = portal.send(post(&at(&made, "/test"), &json!({})).by(&owner)).await.json();
    assert_eq!((&test["is_done"], &test["status"]), (&json!(false), &json!(302)), "{test}");
    assert_eq!((ear.heard().len(), elsewhere.heard().len()), (1, 0));
}

#[actix_web::test]
async fn webhooks_are_their_vendors_alone() {
    let ear = Ear::open();
    let (portal, owner, made) = world(&ear, &[]).await;
    add_beta(&portal).await;
    for path in ["", "/deliveries"] {
        let elsewhere = at(&made, path).replace("/acme/", "/beta/");
        portal.send(get(&elsewhere).by(&owner)).await.check_refused(404, "NOT_FOUND", "");
    }
    let stranger = portal.sign_up("stranger@example.com").await;
    portal.send(get(HOOKS).by(&stranger)).await.check_refused(404, "NOT_FOUND", "");
    let body = json!({"url": ear.url, "kinds": ["License.created"]});
    portal.send(post(HOOKS, &body).by(&owner).once("k")).await.check_refused(422, "INVALID_INPUT", "kinds");
    let gone = portal.send(Ask::new(Method::DELETE, &at(&made, "")).by(&owner)).await;
    assert_eq!(gone.status, 204);
    portal.send(get(&at(&made, "")).by(&owner)).await.check_refused(404, "NOT_FOUND", "");
    portal.check_sound().await;
}
