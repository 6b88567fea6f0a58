//! Counting uses: each once, all or none, never more than were bought.

use actix_web::http::Method;
use serde_json::{Value, json};
use shared::license::LicenseState;
use shared::menu::Counting;
use shared::pass::PassStatus;

use crate::holder::{Bought, buy, pro};
use crate::shop::{Answer, Ask, Device, Portal, URL, claims, post};

const USES: &str = "/api/v1/uses";

fn render(count: u32) -> Value {
    json!({"feature": "ai.render", "count": count})
}

#[track_caller]
fn check_counted(answer: &Answer, spent: u64, left: Option<u64>) {
    let counted = answer.json();
    assert_eq!((answer.status, &counted["spent"], &counted["left"]), (200, &json!(spent), &json!(left)), "{counted}");
}

#[actix_web::test]
async fn uses_are_counted_and_told_to_everybody() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let answer = holder.post(USES, &json!({"feature": "ai.render"}), "1").await;
    check_counted(&answer, 1, Some(99));
    assert_eq!(answer.json()["resets_at"], "2026-12-22T02:00:00Z");
    check_counted(&holder.count("ai.render", 9).await, 9, Some(90));

    let license = bought.license().await;
    let uses = &license["features"]["ai.render"]["uses"];
    assert_eq!(
        (&uses["limit"], &uses["left"], &uses["resets_at"]),
        (&json!(100), &json!(90), &json!("2026-12-22T02:00:00Z"))
    );
    assert_eq!(bought.portal.verify(&holder.pass(), Some("ai.render")).await["left"], 90);
    holder.refresh().await;
    assert_eq!(
        claims(&holder.pass())["lic"]["features"]["ai.render"],
        json!({"uses": {"limit": 100, "left": 90, "slice": 20}})
    );

    let events = bought.portal.events("use.counted").await;
    let told = json!({"feature": "ai.render", "count": 9, "left": 90, "pass_id": holder.pass_id(), "resets_at": "2026-12-22T02:00:00Z"});
    assert_eq!((events.len(), &events[1]), (2, &told));
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn a_count_is_all_or_nothing_and_an_empty_counter_says_when_it_fills() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    check_counted(&holder.count("ai.render", 98).await, 98, Some(2));
    let refused = holder.post(USES, &render(3), "three").await;
    refused.check_refused(403, "USES_EXHAUSTED", "");
    let problem = refused.json();
    assert_eq!(problem["opens_at"], "2026-12-22T02:00:00Z");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("Only 2 uses are left")), "{problem}");
    assert!(bought.portal.events("uses.exhausted").await.is_empty());
    check_counted(&holder.count("ai.render", 2).await, 2, Some(0));
    holder.count("ai.render", 1).await.check_refused(403, "USES_EXHAUSTED", "");
    let told = bought.portal.events("uses.exhausted").await;
    assert_eq!(told.len(), 1, "once for each time that it runs out");
    assert_eq!((&told[0]["feature"], &told[0]["resets_at"]), (&json!("ai.render"), &problem["opens_at"]));

    // A refusal keeps no key: the same request counts once the counter is full again.
    bought.portal.wait(30 * 86_400);
    holder.refresh().await;
    check_counted(&holder.post(USES, &render(3), "three").await, 3, Some(97));
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn the_limit_is_granted_anew_each_calendar_month_from_the_terms_start() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    check_counted(&holder.count("ai.render", 60).await, 60, Some(40));
    bought.portal.wait(30 * 86_400 - 1);
    holder.refresh().await;
    check_counted(&holder.count("ai.render", 1).await, 1, Some(39));
    bought.portal.wait(1);
    let license = bought.license().await;
    assert_eq!(license["features"]["ai.render"]["uses"]["left"], 100, "at the second of the reset");
    assert_eq!(bought.portal.verify(&holder.pass(), Some("ai.render")).await["left"], 100);
    let first = holder.count("ai.render", 1).await;
    check_counted(&first, 1, Some(99));
    assert_eq!(first.json()["resets_at"], "2027-01-22T02:00:00Z");
    // Months in which nobody rendered add nothing.
    bought.portal.wait(100 * 86_400);
    holder.refresh().await;
    check_counted(&holder.count("ai.render", 1).await, 1, Some(99));
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn without_a_limit_uses_are_counted_and_never_run_out() {
    let bought = buy(
        json!({"offer": "pro", "term": "P1M", "features": ["ai.render"], "uses": {"ai.render": null}, "terminals": 1}),
    )
    .await;
    let holder = bought.connect(1).await;
    for _ in 0..3 {
        check_counted(&holder.count("ai.render", 1_000_000).await, 1_000_000, None);
    }
    assert_eq!(bought.license().await["features"]["ai.render"]["uses"]["spent"], 3_000_000);
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn what_is_not_counted_on_use_is_free_and_what_is_not_licensed_is_refused() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    check_counted(&holder.count("draw", 7).await, 0, None);
    assert!(bought.portal.events("use.counted").await.is_empty());
    holder.count("fly", 1).await.check_refused(403, "FEATURE_MISSING", "");
    for (body, field) in [
        (json!({"feature": "ai.render", "count": 0}), "count"),
        (json!({"feature": "ai.render", "count": 1_000_001}), "count"),
        (json!({"feature": "ai.render", "count": -1}), "count"),
        (json!({"feature": "ai.render", "count": 1.5}), "count"),
        (json!({"feature": "A B"}), "feature"),
        (json!({"count": 1}), "feature"),
        (json!({"feature": "ai.render", "left": 7}), "left"),
    ] {
        holder.post(USES, &body, "wrong").await.check_refused(422, "INVALID_INPUT", field);
    }
    check_counted(&holder.count("ai.render", 1).await, 1, Some(99));
}

#[actix_web::test]
async fn a_retried_use_gets_its_first_answer_and_is_counted_once() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let first = holder.post(USES, &render(5), "1").await;
    check_counted(&first, 5, Some(95));
    check_counted(&holder.count("ai.render", 1).await, 1, Some(94));
    let again = holder.post(USES, &render(5), "1").await;
    assert_eq!((again.status, &again.body), (200, &first.body), "byte for byte");
    holder.post(USES, &render(6), "1").await.check_refused(422, "IDEMPOTENCY_KEY_REUSED", "");

    // Whatever happened since: what was counted was counted.
    bought.portal.change_pass(&holder.pass(), |pass| pass.status = PassStatus::Suspended).await;
    assert_eq!(holder.post(USES, &render(5), "1").await.body, first.body);
    bought.portal.wait(8 * 86_400 - 3600);
    let expired = holder.post(USES, &render(5), "2").await;
    expired.check_refused(403, "EXPIRED", "");
    assert_eq!(bought.license().await["features"]["ai.render"]["uses"]["spent"], 6);
}

#[actix_web::test]
async fn another_devices_key_is_another_request() {
    let bought = buy(pro()).await;
    let (one, two) = (bought.connect(1).await, bought.connect(2).await);
    check_counted(&one.post(USES, &render(5), "1").await, 5, Some(95));
    check_counted(&two.post(USES, &render(5), "1").await, 5, Some(90));
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn the_same_bytes_delivered_twice_or_a_day_late_count_once() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let proof = holder.device.proof(&bought.portal, "POST", USES, Some(&holder.pass()));
    let ask = || post(USES, &render(1)).token(&holder.pass()).proof(&proof).once("1");
    let first = bought.portal.send(ask()).await;
    check_counted(&first, 1, Some(99));
    assert_eq!(bought.portal.send(ask()).await.body, first.body, "twice: the first answer again");
    let other_key = post(USES, &render(1)).token(&holder.pass()).proof(&proof).once("2");
    bought.portal.send(other_key).await.check_refused(401, "PROOF_INVALID", "");
    bought.portal.wait(86_400);
    bought.portal.send(ask()).await.check_refused(401, "PROOF_INVALID", "");
    // Two days on, when the first answer may be forgotten, the old proof still opens nothing.
    bought.portal.wait(86_400);
    holder.count("draw", 1).await;
    bought.portal.send(ask()).await.check_refused(401, "PROOF_INVALID", "");
    assert_eq!(bought.license().await["features"]["ai.render"]["uses"]["spent"], 1);
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn uses_that_arrive_at_once_never_count_beyond_the_limit() {
    let bought = buy(pro()).await;
    let holders = [bought.connect(1).await, bought.connect(2).await, bought.connect(3).await];
    check_counted(&holders[0].count("ai.render", 40).await, 40, Some(60));
    let asks = (0..100).map(|number: usize| {
        let holder = &holders[number % 3];
        async move { holder.post(USES, &json!({"feature": "ai.render"}), &format!("at once {number}")).await }
    });
    let answers = futures_util::future::join_all(asks).await;
    let counted: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(counted.len(), 60);
    let mut left: Vec<_> = counted.iter().filter_map(|answer| answer.json()["left"].as_u64()).collect();
    left.sort_unstable();
    assert_eq!(left, (0..60).collect::<Vec<_>>(), "each use found a counter of its own");
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        refused.check_refused(403, "USES_EXHAUSTED", "");
    }
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn the_same_use_sent_at_once_from_every_side_is_counted_once() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let body = render(3);
    let asks = (0..32).map(|_| holder.post(USES, &body, "one"));
    let answers = futures_util::future::join_all(asks).await;
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body == answers[0].body));
    assert_eq!(bought.license().await["features"]["ai.render"]["uses"]["left"], 97);
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn nothing_is_counted_for_a_pass_or_a_license_that_may_not_be_used() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    for (state, code) in [(LicenseState::Suspended, "SUSPENDED"), (LicenseState::Revoked, "REVOKED")] {
        bought.portal.change_license(bought.license_id, move |record| record.license.state = state).await;
        holder.count("ai.render", 1).await.check_refused(403, code, "");
    }
    let again = Bought { license_id: bought.portal.buy(&bought.customer, pro()).await, ..bought };
    let holder = again.connect(1).await;
    for (status, code) in
        [(PassStatus::Suspended, "SUSPENDED"), (PassStatus::Moving, "BEING_MOVED"), (PassStatus::Invalid, "REVOKED")]
    {
        again.portal.change_pass(&holder.pass(), move |pass| pass.status = status).await;
        holder.count("ai.render", 1).await.check_refused(403, code, "");
        holder.slice(None).await.check_refused(403, code, "");
    }
    assert!(again.portal.events("use.counted").await.is_empty());
}

#[actix_web::test]
async fn an_expired_pass_counts_nothing_until_it_is_refreshed_and_an_ended_term_ends_it() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    bought.portal.wait(7 * 86_400 - 1);
    check_counted(&holder.count("ai.render", 1).await, 1, Some(99));
    bought.portal.wait(1);
    holder.count("ai.render", 1).await.check_refused(403, "EXPIRED", "");
    holder.slice(None).await.check_refused(403, "EXPIRED", "");
    holder.refresh().await;
    check_counted(&holder.count("ai.render", 1).await, 1, Some(98));
    bought.portal.wait(357 * 86_400);
    holder.refresh().await;
    bought.portal.wait(86_400);
    holder.count("ai.render", 1).await.check_refused(403, "EXPIRED", "");
}

#[actix_web::test]
async fn a_use_needs_the_pass_its_key_and_a_new_proof() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let (portal, pass, thief) = (&bought.portal, holder.pass(), Device::new(9));
    let ask = |proof: &str| post(USES, &render(1)).token(&pass).once("1").proof(proof);
    portal.send(ask(&thief.proof(portal, "POST", USES, Some(&pass)))).await.check_refused(403, "DEVICE_MISMATCH", "");
    for wrong in [
        holder.device.proof(portal, "POST", USES, None),
        holder.device.proof(portal, "POST", "/api/v1/slices", Some(&pass)),
        holder.device.proof(portal, "GET", USES, Some(&pass)),
    ] {
        portal.send(ask(&wrong)).await.check_refused(401, "PROOF_INVALID", "");
    }
    portal.send(post(USES, &render(1)).token(&pass).once("1")).await.check_refused(401, "PROOF_REQUIRED", "");
    let signed_in = post(USES, &render(1)).by(&bought.customer).once("1");
    portal.send(signed_in).await.check_refused(401, "PROOF_REQUIRED", "");
    let proof = holder.device.proof(portal, "POST", USES, Some(&pass));
    portal.send(post(USES, &render(1)).token(&pass).proof(&proof)).await.check_refused(
        400,
        "IDEMPOTENCY_KEY_REQUIRED",
        "",
    );
    let elsewhere = Portal::with(|config| config.public_url = "https://other.example.com".to_owned()).await;
    let proof = holder.device.proof(&elsewhere, "POST", USES, Some(&pass));
    elsewhere.send(ask(&proof)).await.check_refused(403, "WRONG_ISSUER", "");
    check_counted(&holder.count("ai.render", 1).await, 1, Some(99));
}

#[actix_web::test]
async fn a_pass_that_counts_itself_is_counted_when_it_is_issued_and_runs_out() {
    let portal = Portal::open().await;
    portal
        .publish(|menu| {
            for rule in menu.offers.iter_mut().flat_map(|offer| &mut offer.uses) {
                rule.count = Counting::OnIssue;
            }
        })
        .await;
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, pro()).await;
    portal
        .change_license(license_id, |record| {
            for counter in record.license.features.values_mut().flatten() {
                (counter.limit, counter.left) = (Some(2), Some(2));
            }
        })
        .await;
    let bought = Bought { portal, customer, license_id };
    let (one, _two) = (bought.connect(1).await, bought.connect(2).await);
    let refused = bought.portal.issue(&bought.customer, license_id, &Device::new(3), "3").await;
    refused.check_refused(403, "USES_EXHAUSTED", "");
    assert_eq!(refused.json()["opens_at"], "2026-12-22T02:00:00Z");
    assert_eq!(bought.portal.issue(&bought.customer, license_id, &one.device, "again").await.status, 201);
    assert_eq!(claims(&one.pass())["lic"]["features"]["ai.render"], json!({}), "it runs free on the device");
    check_counted(&one.count("ai.render", 5).await, 0, None);
    one.slice(None).await.check_refused(403, "FORBIDDEN", "");
    let uses = bought.license().await["features"]["ai.render"]["uses"].clone();
    assert_eq!((&uses["left"], &uses["spent"]), (&json!(0), &json!(2)));
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn apps_of_registered_origins_may_count() {
    let bought = buy(pro()).await;
    let preflight = |path: &str| {
        let ask = Ask::new(Method::OPTIONS, path);
        ask.header("origin", URL).header("access-control-request-method", "POST")
    };
    for path in [USES, "/api/v1/slices", "/api/v1/slices/sli_1/settle", "/api/v1/moves", "/api/v1/moves/redeem"] {
        let answer = bought.portal.send(preflight(path)).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, URL), "{path}");
    }
    assert_ne!(bought.portal.send(preflight("/api/v1/licenses")).await.status, 204);
    assert_ne!(bought.portal.send(preflight("/api/v1/usesless")).await.status, 204);
}

#[actix_web::test]
async fn a_device_that_counts_is_seen_about_once_a_minute() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let seen = async || bought.license().await["terminals"]["items"][0]["last_seen_at"].clone();
    for (seconds, expected) in [(59, "2026-11-22T02:00:00Z"), (1, "2026-11-22T02:01:00Z"), (60, "2026-11-22T02:02:00Z")]
    {
        bought.portal.wait(seconds);
        check_counted(&holder.count("draw", 1).await, 0, None);
        assert_eq!(seen().await, expected);
    }
}
