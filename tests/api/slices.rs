//! Slices: debited in advance, signed, given back in time, and spent otherwise.

use std::str::FromStr as _;

use serde_json::json;
use shared::license::LicenseState;
use shared::pass::PassStatus;
use shared::slice::SliceClaims;
use shared::time::Timestamp;
use shared::verify::{Expect, verify};

use crate::holder::{Bought, Holder, buy, pro};
use crate::shop::{Answer, NOW, URL, claims};

const DAY: u64 = 86_400;

async fn left(bought: &Bought) -> u64 {
    bought.license().await["features"]["ai.render"]["uses"]["left"].as_u64().expect("there is a limit")
}

#[track_caller]
fn check_granted(answer: &Answer, count: u64, left: u64, expires_at: &str) -> String {
    let granted = answer.json();
    assert_eq!(
        (answer.status, &granted["count"], &granted["left"], &granted["expires_at"]),
        (201, &json!(count), &json!(left), &json!(expires_at)),
        "{granted}"
    );
    answer.text("slice_id")
}

#[track_caller]
fn check_settled(answer: &Answer, spent: u64, returned: u64, left: u64) {
    let settled = answer.json();
    assert_eq!(
        (answer.status, &settled["spent"], &settled["returned"], &settled["left"]),
        (200, &json!(spent), &json!(returned), &json!(left)),
        "{settled}"
    );
}

async fn granted(holder: &Holder, count: u32) -> String {
    let answer = holder.slice(Some(count)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.text("slice_id")
}

#[actix_web::test]
async fn a_slice_is_debited_signed_to_the_device_and_shown() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let answer = holder.slice(None).await;
    // A sixth of 100 for each of three devices, and as much again for the others.
    let slice_id = check_granted(&answer, 17, 83, "2026-11-29T02:00:00Z");
    let token = answer.text("slice");
    let claimed = claims(&token);
    assert_eq!(
        claimed,
        json!({
            "iss": format!("{URL}/v/acme"), "aud": "acme/sketchpad", "sub": claims(&holder.pass())["sub"], "jti": slice_id,
            "iat": NOW.as_unix(), "exp": NOW.as_unix() + 604_800, "cnf": {"jkt": holder.device.jkt()},
            "feature": "ai.render", "count": 17, "pass": holder.pass_id(),
        })
    );
    let (keys, issuer, jkt) = (bought.portal.keys().await, format!("{URL}/v/acme"), holder.device.jkt());
    let expect = Expect { issuer: &issuer, audience: "acme/sketchpad", keys: &keys, now: NOW, jkt: Some(&jkt) };
    let read: SliceClaims = verify(&token, &expect).expect("the slice is good");
    assert_eq!((read.count, read.feature.as_str()), (17, "ai.render"));

    assert_eq!(left(&bought).await, 83);
    let license = bought.license().await;
    assert_eq!(license["features"]["ai.render"]["uses"]["spent"], 17);
    assert_eq!(license["terminals"]["items"][0]["slices"], json!({"ai.render": 17}));
    holder.slice(None).await.check_refused(409, "CONFLICT", "");
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn what_was_not_spent_is_given_back_once() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let slice_id = granted(&holder, 20).await;
    assert_eq!(left(&bought).await, 80);
    holder.settle(&slice_id, 21).await.check_refused(422, "INVALID_INPUT", "spent");
    check_settled(&holder.settle(&slice_id, 6).await, 6, 14, 94);
    check_settled(&holder.settle(&slice_id, 6).await, 6, 14, 94);
    holder.settle(&slice_id, 5).await.check_refused(409, "CONFLICT", "");
    let key = "the same request";
    let next = granted(&holder, 10).await;
    let path = format!("/api/v1/slices/{next}/settle");
    let first = holder.post(&path, &json!({"spent": 0}), key).await;
    check_settled(&first, 0, 10, 94);
    assert_eq!(holder.count("ai.render", 4).await.status, 200);
    assert_eq!(holder.post(&path, &json!({"spent": 0}), key).await.body, first.body, "byte for byte");
    check_settled(&holder.settle(&next, 0).await, 0, 10, 90);
    let events = bought.portal.events("slice.settled").await;
    assert_eq!((events.len(), &events[0]["spent"], &events[0]["returned"]), (2, &json!(6), &json!(14)));
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn a_slice_that_is_not_settled_in_time_is_spent() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let slice_id = granted(&holder, 20).await;
    bought.portal.wait(7 * DAY - 1);
    holder.refresh().await;
    holder.slice(None).await.check_refused(409, "CONFLICT", "");
    bought.portal.wait(1);
    check_settled(&holder.settle(&slice_id, 3).await, 20, 0, 80);
    check_settled(&holder.settle(&slice_id, 3).await, 20, 0, 80);
    check_settled(&holder.settle(&slice_id, 20).await, 20, 0, 80);

    // One that nobody settled is closed when the next is granted.
    let forgotten = granted(&holder, 20).await;
    bought.portal.wait(7 * DAY);
    holder.refresh().await;
    let next = check_granted(&holder.slice(Some(5)).await, 5, 55, "2026-12-13T02:00:00Z");
    check_settled(&holder.settle(&forgotten, 0).await, 20, 0, 55);
    check_settled(&holder.settle(&next, 0).await, 0, 5, 60);
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn a_slice_never_outlives_the_period_or_the_term() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    bought.portal.wait(28 * DAY);
    holder.refresh().await;
    let slice_id = check_granted(&holder.slice(Some(20)).await, 20, 80, "2026-12-22T02:00:00Z");
    bought.portal.wait(2 * DAY);
    check_settled(&holder.settle(&slice_id, 0).await, 20, 0, 100);
    assert_eq!(left(&bought).await, 100, "what was set aside in one month is not the next month's");
    bought.portal.wait(333 * DAY);
    holder.refresh().await;
    check_granted(&holder.slice(Some(20)).await, 20, 80, "2027-11-22T02:00:00Z");
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn slices_and_uses_together_never_exceed_the_limit() {
    let bought = buy(pro()).await;
    let (one, two) = (bought.connect(1).await, bought.connect(2).await);
    check_granted(&one.slice(Some(999)).await, 20, 80, "2026-11-29T02:00:00Z");
    assert_eq!(two.count("ai.render", 75).await.status, 200);
    check_granted(&two.slice(Some(20)).await, 5, 0, "2026-11-29T02:00:00Z");
    two.count("ai.render", 1).await.check_refused(403, "USES_EXHAUSTED", "");
    let third = bought.connect(3).await;
    let refused = third.slice(None).await;
    refused.check_refused(403, "USES_EXHAUSTED", "");
    assert_eq!(refused.json()["opens_at"], "2026-12-22T02:00:00Z");
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn a_slice_is_given_back_whatever_became_of_the_pass_and_the_license() {
    let bought = buy(pro()).await;
    let mut expected = 100;
    for (number, status) in [(1, PassStatus::Moving), (2, PassStatus::Suspended), (3, PassStatus::Invalid)] {
        let holder = bought.connect(number).await;
        let slice_id = granted(&holder, 10).await;
        bought.portal.change_pass(&holder.pass(), move |pass| pass.status = status).await;
        expected -= 4;
        check_settled(&holder.settle(&slice_id, 4).await, 4, 6, expected);
    }
    let other = Bought { license_id: bought.portal.buy(&bought.customer, pro()).await, ..bought };
    let holder = other.connect(1).await;
    let slice_id = granted(&holder, 10).await;
    other.portal.change_license(other.license_id, |record| record.license.state = LicenseState::Revoked).await;
    check_settled(&holder.settle(&slice_id, 1).await, 1, 9, 99);
}

#[actix_web::test]
async fn a_device_that_comes_back_after_a_long_time_settles_with_its_expired_pass() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    bought.portal.wait(3 * DAY);
    let slice_id = granted(&holder, 10).await;
    bought.portal.wait(5 * DAY);
    assert_eq!(bought.portal.verify(&holder.pass(), None).await["code"], "EXPIRED");
    check_settled(&holder.settle(&slice_id, 2).await, 2, 8, 98);
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn a_slice_belongs_to_its_pass_alone() {
    let bought = buy(pro()).await;
    let (one, two) = (bought.connect(1).await, bought.connect(2).await);
    let slice_id = granted(&one, 10).await;
    two.settle(&slice_id, 0).await.check_refused(404, "NOT_FOUND", "");
    two.settle("sli_01kavb2c5mf6tvq0sr8s1y4d9e", 0).await.check_refused(404, "NOT_FOUND", "");
    two.settle("nothing", 0).await.check_refused(404, "NOT_FOUND", "");
    check_settled(&one.settle(&slice_id, 0).await, 0, 10, 100);
}

#[actix_web::test]
async fn only_what_is_counted_on_use_comes_in_slices_and_only_where_the_offer_has_them() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let ask =
        async |feature: &str| holder.post("/api/v1/slices", &json!({"feature": feature}), &holder.new_key()).await;
    ask("draw").await.check_refused(403, "FORBIDDEN", "");
    ask("fly").await.check_refused(403, "FEATURE_MISSING", "");
    holder.slice(Some(0)).await.check_refused(422, "INVALID_INPUT", "count");
    let trial = json!({"offer": "trial", "term": "first_use:P14D"});
    let trial = Bought { license_id: bought.portal.buy(&bought.customer, trial).await, ..bought };
    trial.connect(1).await.slice(None).await.check_refused(403, "FORBIDDEN", "");
}

#[actix_web::test]
async fn a_retried_slice_is_the_same_slice() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let body = json!({"feature": "ai.render", "count": 10});
    let asks = (0..16).map(|_| holder.post("/api/v1/slices", &body, "one"));
    let answers = futures_util::future::join_all(asks).await;
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.body == answers[0].body), "{answers:?}");
    let asks = (0..16).map(|_| holder.slice(Some(10)));
    let others = futures_util::future::join_all(asks).await;
    for answer in &others {
        answer.check_refused(409, "CONFLICT", "");
    }
    assert_eq!(left(&bought).await, 90);
    let slice_id = answers[0].text("slice_id");
    let asks = (0..16).map(|number| holder.settle(&slice_id, number % 2));
    let settled = futures_util::future::join_all(asks).await;
    let spent: Vec<_> =
        settled.iter().filter(|answer| answer.status == 200).map(|answer| answer.json()["spent"].clone()).collect();
    assert_eq!(spent.len(), 8, "one of the two counts is right");
    assert!(spent.iter().all(|count| *count == spent[0]));
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn a_clock_set_back_gives_nothing_to_another_period() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let at = |text: &str| Timestamp::from_str(text).expect("a time");
    bought.portal.app.clock.set(at("2026-12-22T01:59:00Z"));
    holder.refresh().await;
    let slice_id = granted(&holder, 20).await;
    bought.portal.app.clock.set(at("2026-12-22T02:00:10Z"));
    assert_eq!(holder.count("ai.render", 30).await.json()["left"], 70);
    bought.portal.app.clock.set(at("2026-12-22T01:59:50Z"));
    check_settled(&holder.settle(&slice_id, 0).await, 20, 0, 70);
    bought.portal.check_sound().await;
}
