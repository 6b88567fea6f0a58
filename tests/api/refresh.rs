//! Refreshing: each count once; a copied profile gives itself away, a lost answer does not.

use actix_web::http::Method;
use serde_json::json;
use shared::pass::PassStatus;

use crate::holder::{Holder, buy, pro};
use crate::shop::{Answer, Ask, claims};

const REFRESH: &str = "/api/v1/passes/refresh";

/// Refreshes `pass`, which the holder may have replaced by a newer one, with this key.
async fn refresh(holder: &Holder, pass: &str, key: &str) -> Answer {
    let proof = holder.device.proof(&holder.portal, "POST", REFRESH, Some(pass));
    let ask = Ask::new(Method::POST, REFRESH).token(pass).proof(&proof);
    holder.portal.send(ask.once(key)).await
}

#[track_caller]
fn check_refreshed(answer: &Answer, count: u64) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let pass = answer.text("pass");
    assert_eq!(claims(&pass)["refresh"].as_u64().unwrap_or(0), count);
    pass
}

#[actix_web::test]
async fn each_refresh_carries_the_next_count() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    assert_eq!(claims(&holder.pass())["refresh"].as_u64().unwrap_or(0), 0);
    let first = check_refreshed(&refresh(&holder, &holder.pass(), "1").await, 1);
    let second = check_refreshed(&refresh(&holder, &first, "2").await, 2);
    // A device that asks for its pass again gets it with the count that it has.
    let again = bought.portal.pass(&bought.customer, bought.license_id, &holder.device).await;
    assert_eq!(claims(&again)["refresh"], 2);
    check_refreshed(&refresh(&holder, &second, "3").await, 3);
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn a_lost_answer_is_not_a_copy() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    check_refreshed(&refresh(&holder, &holder.pass(), "1").await, 1);
    bought.portal.wait(8 * 86_400);
    let again = check_refreshed(&refresh(&holder, &holder.pass(), "1").await, 1);
    assert_eq!(claims(&again)["iat"], bought.portal.app.clock.now().as_unix(), "signed anew");
    check_refreshed(&refresh(&holder, &again, "2").await, 2);
    assert!(bought.portal.events("pass.cloned").await.is_empty());
}

#[actix_web::test]
async fn a_refresh_delivered_twice_or_late_is_refused_as_a_proof_not_as_a_copy() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let proof = holder.device.proof(&bought.portal, "POST", REFRESH, Some(&holder.pass()));
    let ask = || Ask::new(Method::POST, REFRESH).token(&holder.pass()).proof(&proof).once("1");
    let next = check_refreshed(&bought.portal.send(ask()).await, 1);
    bought.portal.send(ask()).await.check_refused(401, "PROOF_INVALID", "");
    bought.portal.wait(86_400);
    bought.portal.send(ask()).await.check_refused(401, "PROOF_INVALID", "");
    check_refreshed(&refresh(&holder, &next, "2").await, 2);
}

#[actix_web::test]
async fn a_copied_profile_suspends_the_pass_for_both() {
    let bought = buy(pro()).await;
    let original = bought.connect(1).await;
    let copy = original.pass();
    let newer = check_refreshed(&refresh(&original, &original.pass(), "original").await, 1);
    let refused = refresh(&original, &copy, "copy").await;
    refused.check_refused(403, "SUSPENDED", "");
    assert_eq!(refused.json()["remedy"], "recover");

    // The refusal has not taken the suspension back.
    refresh(&original, &newer, "original 2").await.check_refused(403, "SUSPENDED", "");
    original.count("ai.render", 1).await.check_refused(403, "SUSPENDED", "");
    assert_eq!(bought.portal.verify(&newer, None).await["code"], "SUSPENDED");
    let device = bought.license().await["terminals"]["items"][0].clone();
    assert_eq!((&device["status"], &device["reason"]), (&json!("suspended"), &json!("cloned")));
    let told = bought.portal.events("pass.cloned").await;
    assert_eq!(told, [json!({"license_id": bought.license_id, "presented": 0, "refreshes": 1})]);
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn a_copy_is_told_by_its_count_whatever_the_order() {
    for (key, reason) in [(Some("x"), "another key"), (None, "no key")] {
        let bought = buy(pro()).await;
        let holder = bought.connect(1).await;
        let old = holder.pass();
        let one = check_refreshed(&refresh(&holder, &old, "1").await, 1);
        check_refreshed(&refresh(&holder, &one, "2").await, 2);
        let refused = match key {
            Some(key) => refresh(&holder, &one, key).await,
            None => bought.portal.refresh(&one, &holder.device).await,
        };
        refused.check_refused(403, "SUSPENDED", "");
        assert_eq!(bought.portal.events("pass.cloned").await.len(), 1, "{reason}");
    }
    // The key of an older refresh excuses nothing.
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let one = check_refreshed(&refresh(&holder, &holder.pass(), "1").await, 1);
    check_refreshed(&refresh(&holder, &one, "2").await, 2);
    refresh(&holder, &holder.pass(), "1").await.check_refused(403, "SUSPENDED", "");
}

#[actix_web::test]
async fn two_copies_that_refresh_at_once_do_not_both_stay() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let pass = holder.pass();
    let both = futures_util::future::join(refresh(&holder, &pass, "one"), refresh(&holder, &pass, "two")).await;
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403]);
    assert_eq!(bought.portal.verify(&pass, None).await["code"], "SUSPENDED");
}

#[actix_web::test]
async fn a_server_restored_from_a_backup_takes_the_count_of_the_pass() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let one = check_refreshed(&refresh(&holder, &holder.pass(), "1").await, 1);
    // As this portal would have signed it four refreshes later, all of which the backup has forgotten.
    let ahead = bought.portal.forge(&one, |claims| claims.refresh = 5).await;
    let next = check_refreshed(&refresh(&holder, &ahead, "6").await, 6);
    refresh(&holder, &one, "2").await.check_refused(403, "SUSPENDED", "");
    refresh(&holder, &next, "7").await.check_refused(403, "SUSPENDED", "");
}

#[actix_web::test]
async fn a_pass_that_is_over_or_on_its_way_is_refused_and_never_taken_for_a_copy() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let old = holder.pass();
    check_refreshed(&refresh(&holder, &old, "1").await, 1);
    for (status, code) in [(PassStatus::Moving, "BEING_MOVED"), (PassStatus::Invalid, "REVOKED")] {
        bought.portal.change_pass(&old, move |pass| pass.status = status).await;
        refresh(&holder, &old, "2").await.check_refused(403, code, "");
    }
    assert!(bought.portal.events("pass.cloned").await.is_empty());
}

#[actix_web::test]
async fn a_wrong_key_is_refused_although_none_is_needed() {
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    refresh(&holder, &holder.pass(), &"k".repeat(256)).await.check_refused(400, "IDEMPOTENCY_KEY_REQUIRED", "");
    holder.refresh().await;
    assert_eq!(claims(&holder.pass())["refresh"], 1);
}
