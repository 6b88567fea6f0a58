//! Who may have event streams, and how many.

use actix_web::http::Method;
use backend::changes::Subject;
use backend::http::stream::{MAX_STREAMS, MAX_STREAMS_EACH};

use super::{license_events, spend, with_pass};
use crate::shop::{Ask, Device, URL, get};
use crate::watch::Watch;

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
    let ask = portal.ask_events(&pass, &device).header("origin", URL);
    let watch = Watch::open(&portal, ask).await;
    let allowed = watch.headers.get("access-control-allow-origin").and_then(|origin| origin.to_str().ok());
    assert_eq!(allowed, Some(URL));
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
    spend(&portal, &pass, &device, 1).await;
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
    let elsewhere = Watch::open(&portal, license_events(license_id, &portal.sign_in("a@example.com").await)).await;
    let sign_out = Ask::new(Method::DELETE, "/api/v1/session").by(&customer);
    assert_eq!(portal.send(sign_out).await.status, 204);
    watch.end().await;
    assert_eq!(portal.app.streams.count(), 1, "another session's goes on");
    drop(elsewhere);

    // One that has run out is found at the next look.
    let customer = portal.sign_in("a@example.com").await;
    let mut watch = Watch::open(&portal, license_events(license_id, &customer)).await;
    watch.named("retry").await;
    watch.named("license").await;
    portal.wait(31 * 86_400);
    portal.app.changes.tell(Subject::License(license_id));
    watch.end().await;
}
