//! Event streams: what is true now at once, every change after it, and only what differs.

use actix_web::http::Method;
use backend::changes::Subject;
use backend::keys::rotate_keys;
use backend::store::records::KeyState;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shared::id::LicenseId;
use shared::pass::PassStatus;

use crate::shop::{Answer, Ask, Customer, Device, Portal, claims, demo_product, get, post};
use crate::watch::Watch;

mod bounds;

async fn with_pass() -> (Portal, Customer, LicenseId, Device, String) {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let uses = json!({"ai.render": 100});
    let selection = json!({"offer": "pro", "term": "P1Y", "features": ["ai.render"], "uses": uses, "terminals": 3});
    let license_id = portal.buy(&customer, selection).await;
    let device = Device::new(1);
    let pass = portal.pass(&customer, license_id, &device).await;
    (portal, customer, license_id, device, pass)
}

fn license_events(license_id: LicenseId, customer: &Customer) -> Ask {
    get(&format!("/api/v1/licenses/{license_id}/events")).by(customer)
}

/// A request by the device, once for a key of its own.
async fn send(portal: &Portal, pass: &str, device: &Device, method: Method, path: &str, body: &Value) -> Answer {
    let ask = Ask::new(method.clone(), path).body(&body.to_string()).once(&portal.app.rng.u128().to_string());
    portal.send(ask.token(pass).proof(&device.proof(portal, method.as_str(), path, Some(pass)))).await
}

/// Counts uses as another window of the app would.
async fn spend(portal: &Portal, pass: &str, device: &Device, count: u32) {
    let body = json!({"feature": "ai.render", "count": count});
    let counted = send(portal, pass, device, Method::POST, "/api/v1/uses", &body).await;
    assert_eq!(counted.status, 200, "{counted:?}");
}

/// Offers the pass to another device.
async fn offer(portal: &Portal, pass: &str, device: &Device) -> Answer {
    let offer =
        send(portal, pass, device, Method::POST, "/api/v1/moves", &json!({"pass_id": claims(pass)["jti"]})).await;
    assert_eq!(offer.status, 201, "{offer:?}");
    offer
}

#[actix_web::test]
async fn what_is_true_arrives_at_once() {
    let (portal, _, _, device, pass) = with_pass().await;
    let mut watch = Watch::open(&portal, portal.ask_events(&pass, &device)).await;
    for (name, value) in
        [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")]
    {
        assert_eq!(watch.headers.get(name).and_then(|value| value.to_str().ok()), Some(value), "{name}");
    }
    assert!(watch.headers.get("content-encoding").is_none());
    assert_eq!(watch.named("retry").await, 1000);
    assert_eq!(watch.named("status").await, json!({"status": "valid"}));
    let counter = json!({"limit": 100, "left": 100, "resets_at": "2026-12-22T02:00:00Z"});
    assert_eq!(watch.named("counters").await, json!({"counters": {"ai.render": counter}}));
    let active = portal.keys().await;
    let kid = watch.named("keys").await["kid"].clone();
    assert!(active.iter().any(|key| json!(key.kid()) == kid), "{kid}");
}

#[actix_web::test]
async fn a_change_arrives_alone_and_one_that_changes_nothing_does_not_arrive() {
    let (portal, _, license_id, device, pass) = with_pass().await;
    let mut watch = portal.watch(&pass, &device).await;
    spend(&portal, &pass, &device, 3).await;
    let counters = watch.named("counters").await;
    assert_eq!(counters["counters"]["ai.render"]["left"], 97);
    portal.app.changes.tell(Subject::License(license_id));
    portal.change_pass(&pass, |pass| pass.status = PassStatus::Suspended).await;
    portal.app.changes.tell(Subject::License(license_id));
    assert_eq!(watch.named("status").await, json!({"status": "suspended", "code": "SUSPENDED"}));
    portal.change_pass(&pass, |pass| pass.status = PassStatus::Valid).await;
    portal.app.changes.tell(Subject::License(license_id));
    assert_eq!(watch.named("status").await, json!({"status": "valid"}));
}

#[actix_web::test]
async fn a_move_stops_the_app_at_once_and_taking_it_back_lets_it_run_again() {
    let (portal, customer, license_id, device, pass) = with_pass().await;
    let mut watch = portal.watch(&pass, &device).await;
    let mut page = Watch::open(&portal, license_events(license_id, &customer)).await;
    page.named("retry").await;
    page.named("license").await;
    let first = offer(&portal, &pass, &device).await;
    let moving = json!({"status": "moving", "code": "BEING_MOVED", "move_id": first.json()["move_id"]});
    assert_eq!(watch.named("status").await, moving);
    let device_now = page.named("license").await["terminals"]["items"][0].clone();
    assert_eq!((&device_now["status"], &device_now["move"]["move_id"]), (&json!("moving"), &moving["move_id"]));

    let path = format!("/api/v1/moves/{}", first.text("move_id"));
    let withdrawn = send(&portal, &pass, &device, Method::DELETE, &path, &json!({})).await;
    assert_eq!(withdrawn.status, 204, "{withdrawn:?}");
    assert_eq!(watch.named("status").await, json!({"status": "valid"}));

    offer(&portal, &pass, &device).await;
    assert_eq!(watch.named("status").await["status"], "moving");
    portal.wait(15 * 60);
    backend::http::moves::sweep_moves(&portal.app).await.expect("the store is there");
    assert_eq!(watch.named("status").await, json!({"status": "valid"}), "nobody came for it");
}

#[actix_web::test]
async fn the_sender_is_told_where_the_license_went_and_the_receiver_goes_on() {
    let (portal, _, _, device, pass) = with_pass().await;
    let mut watch = portal.watch(&pass, &device).await;
    let code = offer(&portal, &pass, &device).await.text("code");
    assert_eq!(watch.named("status").await["status"], "moving");
    let (other, path) = (Device::new(2), "/api/v1/moves/redeem");
    let ask = post(path, &json!({"code": code, "name": "Tablet"})).once("1");
    let redeemed = portal.send(ask.proof(&other.proof(&portal, "POST", path, None))).await;
    assert_eq!(redeemed.status, 201, "{redeemed:?}");
    let moved_to = json!({"name": "Tablet", "at": "2026-11-22T02:00:00Z"});
    assert_eq!(watch.named("status").await, json!({"status": "invalid", "code": "MOVED", "moved_to": moved_to}));
    watch.end().await;
    let mut successor = portal.watch(&redeemed.text("pass"), &other).await;
    spend(&portal, &redeemed.text("pass"), &other, 1).await;
    assert_eq!(successor.named("counters").await["counters"]["ai.render"]["left"], 99);
}

#[actix_web::test]
async fn a_copy_is_told_that_it_is_one() {
    let (portal, _, _, device, pass) = with_pass().await;
    let mut watch = portal.watch(&pass, &device).await;
    assert_eq!(portal.refresh(&pass, &device).await.status, 200);
    let refused = portal.refresh(&pass, &device).await;
    refused.check_refused(403, "SUSPENDED", "");
    let told =
        json!({"status": "suspended", "code": "SUSPENDED", "detail": refused.json()["detail"], "remedy": "recover"});
    assert_eq!(watch.named("status").await, told);
}

#[actix_web::test]
async fn a_device_that_is_signed_out_is_told_so_in_the_words_it_is_refused_with() {
    let (portal, customer, license_id, device, pass) = with_pass().await;
    let mut watch = portal.watch(&pass, &device).await;
    assert_eq!(portal.recover(&customer, license_id, &pass).await.status, 200);
    let refused = portal.refresh(&pass, &device).await.json();
    assert_eq!(
        (&refused["detail"], &refused["remedy"]),
        (&json!("This device was signed out of its license."), &json!("connect"))
    );
    let told = json!({"status": "invalid", "code": "MOVED", "detail": refused["detail"], "remedy": "connect"});
    assert_eq!(watch.named("status").await, told);
}

#[actix_web::test]
async fn changes_that_come_faster_than_they_are_read_become_one() {
    let (portal, _, _, device, pass) = with_pass().await;
    let mut watch = portal.watch(&pass, &device).await;
    for _ in 0..50 {
        spend(&portal, &pass, &device, 1).await;
    }
    assert_eq!(watch.named("counters").await["counters"]["ai.render"]["left"], 50, "the reader was slow");
}

#[actix_web::test]
async fn a_new_signing_key_arrives() {
    let (portal, _, _, device, pass) = with_pass().await;
    let mut watch = portal.watch(&pass, &device).await;
    portal.wait(300);
    let vendor = portal.app.store.read(|tx| Ok(demo_product(tx)?.0.vendor_id)).await.expect("the demo's vendor");
    let now = portal.app.clock.now();
    let keys = portal.app.keys.clone();
    let make = move || keys.make_key(vendor, KeyState::Next, now);
    let rotated = portal.app.store.write(move |tx| rotate_keys(tx, vendor, &make, now));
    rotated.await.expect("the keys are rotated");
    portal.app.keys.forget(vendor);
    portal.app.changes.tell(Subject::Keys(vendor));
    let kid = watch.named("keys").await["kid"].clone();
    let next = portal.refresh(&pass, &device).await;
    assert_eq!(next.status, 200, "{next:?}");
    let header = next.text("pass").split('.').next().unwrap_or_default().to_owned();
    let header = URL_SAFE_NO_PAD.decode(header).expect("base64url");
    assert_eq!(serde_json::from_slice::<Value>(&header).expect("JSON")["kid"], kid);
}

#[actix_web::test]
async fn a_counter_that_is_full_again_arrives() {
    let (portal, _, license_id, device, pass) = with_pass().await;
    spend(&portal, &pass, &device, 100).await;
    let mut watch = portal.watch(&pass, &device).await;
    portal.wait(31 * 86_400);
    portal.app.changes.tell(Subject::License(license_id));
    let counter = json!({"limit": 100, "left": 100, "resets_at": "2027-01-22T02:00:00Z"});
    assert_eq!(watch.named("counters").await["counters"]["ai.render"], counter);
}

#[actix_web::test]
async fn the_stream_wakes_by_itself_when_a_counter_is_full_again() {
    let (portal, _, _, device, pass) = with_pass().await;
    spend(&portal, &pass, &device, 100).await;
    // One second before the month ends: the stream looks by itself too, but says before that it lives.
    portal.wait(30 * 86_400 - 1);
    let pass = portal.refresh(&pass, &device).await.text("pass");
    let mut watch = portal.watch(&pass, &device).await;
    portal.wait(1);
    assert_eq!(watch.named("counters").await["counters"]["ai.render"]["left"], 100);
}

#[actix_web::test]
async fn a_silent_stream_says_that_it_lives_and_looks_by_itself() {
    let (portal, _, _, device, pass) = with_pass().await;
    let mut watch = portal.watch(&pass, &device).await;
    watch.pause_time();
    assert_eq!(watch.named("").await, Value::Null);
    // Another process writes: nobody tells.
    portal.change_pass(&pass, |pass| pass.status = PassStatus::Suspended).await;
    assert_eq!(watch.named("status").await["status"], "suspended");
}

#[actix_web::test]
async fn a_pass_that_has_expired_may_watch() {
    let (portal, _, _, device, pass) = with_pass().await;
    portal.wait(8 * 86_400);
    let mut watch = portal.watch(&pass, &device).await;
    portal.app.streams.close();
    watch.end().await;
}

#[actix_web::test]
async fn after_an_invalid_status_the_stream_ends() {
    let (portal, _, license_id, device, pass) = with_pass().await;
    let mut watch = portal.watch(&pass, &device).await;
    portal.change_pass(&pass, |pass| pass.status = PassStatus::Invalid).await;
    portal.app.changes.tell(Subject::License(license_id));
    let revoked = json!({"status": "invalid", "code": "REVOKED"});
    assert_eq!(watch.named("status").await, revoked);
    watch.end().await;

    let mut again = Watch::open(&portal, portal.ask_events(&pass, &device)).await;
    again.named("retry").await;
    assert_eq!(again.named("status").await, revoked, "whoever comes late is told as well");
    again.end().await;
    assert_eq!(portal.app.streams.count(), 0, "a stream that has ended takes no place");
}

#[actix_web::test]
async fn opening_a_stream_is_hearing_of_the_device() {
    let (portal, customer, license_id, device, pass) = with_pass().await;
    portal.wait(60);
    let _watch = portal.watch(&pass, &device).await;
    let license = portal.send(get(&format!("/api/v1/licenses/{license_id}")).by(&customer)).await.json();
    assert_eq!(license["terminals"]["items"][0]["last_seen_at"], "2026-11-22T02:01:00Z");
}

#[actix_web::test]
async fn a_customer_sees_a_license_change() {
    let (portal, customer, license_id, device, pass) = with_pass().await;
    let mut watch = Watch::open(&portal, license_events(license_id, &customer)).await;
    watch.named("retry").await;
    let now = watch.named("license").await;
    let path = format!("/api/v1/licenses/{license_id}");
    assert_eq!(now, portal.send(get(&path).by(&customer)).await.json(), "the same as when asked for");
    let services = portal.send(get(&format!("{path}/services")).by(&customer)).await.json();
    assert_eq!(watch.services, services, "what services have of it comes with it");
    spend(&portal, &pass, &device, 1).await;
    assert_eq!(watch.named("license").await["features"]["ai.render"]["uses"]["left"], 99);
    assert_eq!(watch.services["counted"]["ai.render"]["uses"]["left"], 99);
    portal.change_pass(&pass, |pass| pass.name = "Desk".to_owned()).await;
    portal.app.changes.tell(Subject::License(license_id));
    assert_eq!(watch.named("license").await["terminals"]["items"][0]["name"], "Desk");
}
