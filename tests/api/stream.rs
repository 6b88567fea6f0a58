//! Event streams: what is true now at once, every change after it, and only what differs.

use backend::changes::Subject;
use backend::http::stream::{MAX_STREAMS, MAX_STREAMS_EACH};
use backend::keys::rotate_keys;
use backend::store::records::{KeyState, LicenseRecord};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shared::id::LicenseId;
use shared::pass::PassStatus;

use crate::shop::{Ask, Customer, Device, Portal, demo_product, get};
use crate::watch::Watch;

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

/// Spends uses of the license as another of its devices would.
async fn spend(portal: &Portal, license_id: LicenseId, count: u32) {
    let now = portal.app.clock.now();
    let spend = move |record: &mut LicenseRecord| {
        let feature = "ai.render".parse().expect("a feature");
        record.license = record.license.spend(&feature, count, now).expect("there are uses").license;
    };
    portal.change_license(license_id, spend).await;
    portal.app.changes.tell(Subject::License(license_id));
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
    spend(&portal, license_id, 3).await;
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
async fn changes_that_come_faster_than_they_are_read_become_one() {
    let (portal, _, license_id, device, pass) = with_pass().await;
    let mut watch = portal.watch(&pass, &device).await;
    for _ in 0..50 {
        spend(&portal, license_id, 1).await;
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
    let fresh = portal.app.keys.make_key(vendor, KeyState::Next, now);
    let rotated = portal.app.store.write(move |tx| rotate_keys(tx, vendor, &fresh, now));
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
    spend(&portal, license_id, 100).await;
    let mut watch = portal.watch(&pass, &device).await;
    portal.wait(31 * 86_400);
    portal.app.changes.tell(Subject::License(license_id));
    let counter = json!({"limit": 100, "left": 100, "resets_at": "2027-01-22T02:00:00Z"});
    assert_eq!(watch.named("counters").await["counters"]["ai.render"], counter);
}

#[actix_web::test]
async fn the_stream_wakes_by_itself_when_a_counter_is_full_again() {
    let (portal, _, license_id, device, pass) = with_pass().await;
    spend(&portal, license_id, 100).await;
    // One second before the month ends: much sooner than the stream would look by itself.
    portal.wait(30 * 86_400 - 1);
    let pass = portal.refresh(&pass, &device).await.text("pass");
    let mut watch = portal.watch(&pass, &device).await;
    portal.wait(1);
    let start = tokio::time::Instant::now();
    assert_eq!(watch.named("counters").await["counters"]["ai.render"]["left"], 100);
    assert!(start.elapsed().as_secs() < 10);
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
async fn only_the_passs_own_device_may_watch_and_each_proof_is_good_once() {
    let (portal, _, _, device, pass) = with_pass().await;
    let path = "/api/v1/passes/events";
    portal.send(get(path)).await.check_refused(401, "PROOF_REQUIRED", "");
    portal.send(get(path).token(&pass)).await.check_refused(401, "PROOF_REQUIRED", "");
    portal.send(portal.ask_events(&pass, &Device::new(2))).await.check_refused(403, "DEVICE_MISMATCH", "");
    let other = device.proof(&portal, "GET", "/api/v1/passes/refresh", Some(&pass));
    portal.send(get(path).token(&pass).proof(&other)).await.check_refused(401, "PROOF_INVALID", "");
    let proof = device.proof(&portal, "GET", path, Some(&pass));
    let mut watch = Watch::open(&portal, get(path).token(&pass).proof(&proof)).await;
    watch.named("retry").await;
    portal.send(get(path).token(&pass).proof(&proof)).await.check_refused(401, "PROOF_INVALID", "");
}

#[actix_web::test]
async fn apps_of_registered_origins_may_watch() {
    let (portal, _, _, device, pass) = with_pass().await;
    let ask = portal.ask_events(&pass, &device).header("origin", crate::shop::URL);
    let watch = Watch::open(&portal, ask).await;
    let allowed = watch.headers.get("access-control-allow-origin").and_then(|origin| origin.to_str().ok());
    assert_eq!(allowed, Some(crate::shop::URL));
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
async fn one_stream_too_many_ends_the_oldest() {
    let (portal, customer, license_id, device, pass) = with_pass().await;
    let mut first = portal.watch(&pass, &device).await;
    let mut others = Vec::new();
    for _ in 1..MAX_STREAMS_EACH {
        others.push(portal.watch(&pass, &device).await);
    }
    let other = Device::new(2);
    let pass_of_other = portal.pass(&customer, license_id, &other).await;
    let mut elsewhere = portal.watch(&pass_of_other, &other).await;
    assert_eq!(portal.app.streams.count(), MAX_STREAMS_EACH + 1);
    others.push(portal.watch(&pass, &device).await);
    first.end().await;
    drop(first);
    assert_eq!(portal.app.streams.count(), MAX_STREAMS_EACH + 1);
    spend(&portal, license_id, 1).await;
    for watch in others.iter_mut().chain([&mut elsewhere]) {
        watch.named("counters").await;
    }
    drop((others, elsewhere));
    assert_eq!(portal.app.streams.count(), 0);
}

#[actix_web::test]
async fn there_are_only_so_many_streams_at_all() {
    let (portal, customer, license_id, device, pass) = with_pass().await;
    let others = (0..MAX_STREAMS).map(|number| portal.app.streams.enter(number.to_string()));
    let mut others: Vec<_> = others.collect::<Result<_, _>>().expect("there is room for them");
    for ask in [portal.ask_events(&pass, &device), license_events(license_id, &customer)] {
        let refused = portal.send(ask).await;
        refused.check_refused(503, "UNAVAILABLE", "");
        assert_eq!(refused.header("retry-after"), "1");
    }
    others.pop();
    portal.watch(&pass, &device).await;
}

#[actix_web::test]
async fn a_server_that_stops_ends_every_stream_and_opens_no_other() {
    let (portal, customer, license_id, device, pass) = with_pass().await;
    let mut of_pass = portal.watch(&pass, &device).await;
    let mut of_license = Watch::open(&portal, license_events(license_id, &customer)).await;
    of_license.named("retry").await;
    of_license.named("license").await;
    portal.app.streams.close();
    of_pass.end().await;
    of_license.end().await;
    portal.send(portal.ask_events(&pass, &device)).await.check_refused(503, "UNAVAILABLE", "");
}

#[actix_web::test]
async fn a_customer_sees_a_license_change() {
    let (portal, customer, license_id, _, pass) = with_pass().await;
    let mut watch = Watch::open(&portal, license_events(license_id, &customer)).await;
    watch.named("retry").await;
    let now = watch.named("license").await;
    let path = format!("/api/v1/licenses/{license_id}");
    assert_eq!(now, portal.send(get(&path).by(&customer)).await.json(), "the same as when asked for");
    spend(&portal, license_id, 1).await;
    assert_eq!(watch.named("license").await["features"]["ai.render"]["uses"]["left"], 99);
    portal.change_pass(&pass, |pass| pass.name = "Desk".to_owned()).await;
    portal.app.changes.tell(Subject::License(license_id));
    assert_eq!(watch.named("license").await["terminals"]["items"][0]["name"], "Desk");
}

#[actix_web::test]
async fn a_licenses_stream_is_its_customers_and_ends_with_the_session() {
    let (portal, customer, license_id, _, _) = with_pass().await;
    let other = portal.sign_up("b@example.com").await;
    portal.send(license_events(license_id, &other)).await.check_refused(404, "NOT_FOUND", "");
    let path = format!("/api/v1/licenses/{license_id}/events");
    portal.send(get(&path)).await.check_refused(401, "SIGN_IN_REQUIRED", "");
    assert_eq!(portal.app.streams.count(), 0, "who is refused takes no place");
    let mut watch = Watch::open(&portal, license_events(license_id, &customer)).await;
    watch.named("retry").await;
    watch.named("license").await;
    let sign_out = Ask::new(actix_web::http::Method::DELETE, "/api/v1/session").by(&customer);
    assert_eq!(portal.send(sign_out).await.status, 204);
    portal.app.changes.tell(Subject::License(license_id));
    watch.end().await;
}
