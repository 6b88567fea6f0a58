//! Leases: checked out, extended, returned, over; seats, and who waits for one.

use actix_web::http::Method;
use futures_util::future::join_all;
use serde_json::json;
use shared::lease::LeaseClaims;
use shared::menu::{Counting, Leasing, LimitChoice, Offer, Unreturned};
use shared::verify::{Expect, verify};

use crate::farm::{Farm, studio};
use crate::shop::{NOW, URL, claims};

mod callers;
mod gone;
mod model;
mod seats;

#[actix_web::test]
async fn a_license_is_checked_out_signed_counted_and_returned() {
    let farm = Farm::open().await;
    let answer = farm.check_out(&json!({"count": 20})).await;
    let lease_id = answer.text("lease_id");
    let granted = answer.json();
    assert_eq!(
        (answer.status, &granted["expires_at"], &granted["count"], &granted["left"], &granted["seats_left"]),
        (201, &json!("2026-11-22T03:00:00Z"), &json!(20), &json!(4980), &json!(4))
    );
    let token = answer.text("lease");
    let sub = claims(&token)["sub"].as_str().expect("a customer").to_owned();
    assert_eq!(
        claims(&token),
        json!({
            "iss": format!("{URL}/v/acme"), "aud": "acme/sketchpad", "sub": sub, "jti": lease_id, "iat": NOW.as_unix(),
            "exp": NOW.as_unix() + 3600, "lic": {"id": farm.bought.license_id}, "lease": lease_id, "holder": "farm-1",
            "feature": "ai.render", "count": 20,
        })
    );
    let (keys, issuer) = (farm.portal().keys().await, format!("{URL}/v/acme"));
    let expect = Expect { issuer: &issuer, audience: "acme/sketchpad", keys: &keys, now: NOW, jkt: None };
    let read: LeaseClaims = verify(&token, &expect).expect("the lease is good");
    assert_eq!((read.count, read.holder.as_str()), (20, "farm-1"));
    assert_eq!(farm.look(&lease_id).await["state"], "open");
    assert_eq!(farm.left().await, 4980);

    let back = farm.give_back(&lease_id, 5).await.json();
    assert_eq!((&back["state"], &back["spent"], &back["returned"]), (&json!("returned"), &json!(15), &json!(5)));
    assert_eq!(farm.look(&lease_id).await, back);
    assert_eq!(farm.left().await, 4985);
    let told = farm.portal().events("lease.returned").await;
    assert_eq!((told.len(), &told[0]["lease_id"], &told[0]["spent"]), (1, &json!(lease_id), &json!(15)));
    assert_eq!(farm.portal().events("lease.checked_out").await[0]["count"], 20);
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn what_was_returned_twice_came_back_once() {
    let farm = Farm::open().await;
    let lease_id = farm.lease(&json!({"count": 20})).await;
    let first = farm.give_back(&lease_id, 5).await;
    for unspent in [5, 20, 0, 1000] {
        assert_eq!(farm.give_back(&lease_id, unspent).await.body, first.body, "{unspent}");
    }
    let path = format!("/api/v1/leases/{lease_id}");
    let bare = farm.portal().send(farm.ask(Method::DELETE, &path)).await;
    assert_eq!((bare.status, &bare.body), (200, &first.body), "the body may be left out");
    let typed = farm.ask(Method::DELETE, &path).header("content-type", "application/json");
    assert_eq!(farm.portal().send(typed).await.body, first.body, "its type may stand there all the same");
    assert_eq!(farm.left().await, 4985);
    let backs = join_all((0..16).map(|_| farm.give_back(&lease_id, 5))).await;
    assert!(backs.iter().all(|back| back.body == first.body));
    assert_eq!(farm.portal().events("lease.returned").await.len(), 1);
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn a_lease_is_extended_while_it_stands_and_never_shortened() {
    let farm = Farm::open().await;
    let lease_id = farm.lease(&json!({"ttl_seconds": 100})).await;
    assert_eq!(farm.extend(&lease_id, 50).await.json()["expires_at"], "2026-11-22T02:01:40Z");
    farm.portal().wait(99);
    let longer = farm.extend(&lease_id, 50).await;
    assert_eq!(longer.json()["expires_at"], "2026-11-22T02:02:29Z");
    assert_eq!(claims(&longer.text("lease"))["exp"], NOW.as_unix() + 149);
    assert_eq!(claims(&longer.text("lease"))["jti"], lease_id.as_str());
    for (ttl, field) in [(0, "ttl_seconds"), (9, "ttl_seconds"), (86_401, "ttl_seconds"), (-1, "ttl_seconds")] {
        farm.extend(&lease_id, ttl).await.check_refused(422, "INVALID_INPUT", field);
    }
    farm.extend(&lease_id, i64::MAX).await.check_refused(422, "INVALID_INPUT", "ttl_seconds");
    farm.portal().wait(50);
    farm.extend(&lease_id, 50).await.check_refused(409, "LEASE_EXPIRED", "");
    let other = farm.lease(&json!({})).await;
    farm.give_back(&other, 0).await;
    farm.extend(&other, 50).await.check_refused(409, "LEASE_RETURNED", "");
    assert_eq!(farm.portal().events("lease.extended").await.len(), 1, "what changes nothing is not told");
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn wrong_wishes_are_named_and_take_nothing() {
    let farm = Farm::open().await;
    for (change, field) in [
        (json!({"count": 0}), "count"),
        (json!({"count": -1}), "count"),
        (json!({"count": 1_000_001}), "count"),
        (json!({"count": 1e300}), "count"),
        (json!({"feature": "draw", "count": 1}), "count"),
        (json!({"feature": null, "count": 1}), "count"),
        (json!({"ttl_seconds": 0}), "ttl_seconds"),
        (json!({"ttl_seconds": 9}), "ttl_seconds"),
        (json!({"ttl_seconds": 86_401}), "ttl_seconds"),
        (json!({"ttl_seconds": -5}), "ttl_seconds"),
        (json!({"ttl_seconds": u64::MAX}), "ttl_seconds"),
        (json!({"ttl_seconds": null}), "ttl_seconds"),
        (json!({"holder": ""}), "holder"),
        (json!({"holder": " "}), "holder"),
        (json!({"holder": "x".repeat(101)}), "holder"),
        (json!({"holder": "a\nb"}), "holder"),
        (json!({"holder": null}), "holder"),
        (json!({"wait_seconds": 61}), "wait_seconds"),
        (json!({"feature": "AI"}), "feature"),
        (json!({"colour": "red"}), "colour"),
    ] {
        farm.check_out(&change).await.check_refused(422, "INVALID_INPUT", field);
    }
    farm.check_out(&json!({"feature": "fly"})).await.check_refused(403, "FEATURE_MISSING", "");
    farm.check_out(&json!({"count": 5001})).await.check_refused(403, "USES_EXHAUSTED", "");
    let without_key = farm.ask(Method::POST, "/api/v1/leases").body(&farm.wish(&json!({})).to_string());
    farm.portal().send(without_key).await.check_refused(400, "IDEMPOTENCY_KEY_REQUIRED", "");
    let lease_id = farm.lease(&json!({"count": 3})).await;
    farm.give_back(&lease_id, 4).await.check_refused(422, "INVALID_INPUT", "unspent");
    assert_eq!(farm.look(&lease_id).await["state"], "open");
    assert_eq!(farm.left().await, 4997);
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn a_retried_check_out_is_the_same_lease_whatever_happened_since() {
    let farm = Farm::open().await;
    farm.name(&json!({})).await;
    let once = farm.name(&json!({"uses": 1})).await.text("identifier");
    let wish = json!({"identifier": once, "count": 7});
    let answers = join_all((0..16).map(|_| farm.check_out_once(&wish, "one"))).await;
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.body == answers[0].body), "{answers:?}");
    assert_eq!(farm.left().await, 4993);
    farm.check_out(&wish).await.check_refused(404, "NOT_FOUND", "");
    farm.give_back(&answers[0].text("lease_id"), 7).await;
    farm.act("suspend").await;
    assert_eq!(farm.check_out_once(&wish, "one").await.body, answers[0].body, "byte for byte");
    let other = farm.check_out_once(&json!({"identifier": once, "count": 8}), "one").await;
    other.check_refused(422, "IDEMPOTENCY_KEY_REUSED", "");
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn a_service_that_died_loses_its_seat_and_its_uses_at_the_very_second() {
    let farm = Farm::small().await;
    let lease_id = farm.lease(&json!({"count": 4, "ttl_seconds": 60})).await;
    farm.portal().wait(59);
    farm.check_out(&json!({})).await.check_refused(409, "SEATS_EXHAUSTED", "");
    farm.portal().wait(1);
    // Nobody has swept yet.
    let next = farm.lease(&json!({"count": 1, "ttl_seconds": 60})).await;
    let dead = farm.look(&lease_id).await;
    assert_eq!((&dead["state"], &dead["spent"], &dead["returned"]), (&json!("expired"), &json!(4), &json!(0)));
    assert_eq!(dead["ended_at"], dead["expires_at"]);
    let late = farm.give_back(&lease_id, 4).await;
    assert_eq!((late.status, late.json()), (200, dead), "what comes back after the end has been spent");
    assert_eq!(farm.left().await, 5);
    farm.portal().wait(60);
    assert_eq!(farm.look(&next).await["state"], "expired", "who looks is told what is, swept or not");
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn what_nobody_returned_comes_back_where_the_offer_says_so() {
    let farm = Farm::with(studio(), |offer: &mut Offer| {
        offer.leasing = Leasing { min_seconds: 60, max_seconds: 120, unreturned: Unreturned::Returned };
    })
    .await;
    farm.check_out(&json!({"ttl_seconds": 59})).await.check_refused(422, "INVALID_INPUT", "ttl_seconds");
    farm.check_out(&json!({"ttl_seconds": 121})).await.check_refused(422, "INVALID_INPUT", "ttl_seconds");
    let lease_id = farm.lease(&json!({"count": 4, "ttl_seconds": 60})).await;
    assert_eq!(farm.left().await, 4996);
    farm.portal().wait(60);
    assert_eq!(farm.look(&lease_id).await["returned"], 4);
    assert_eq!(farm.left().await, 5000);
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn uses_that_are_counted_one_by_one_are_reserved_by_a_lease() {
    let selection = json!({"offer": "pro", "term": "P1Y", "features": ["ai.render"], "uses": {"ai.render": 100}, "terminals": 3, "seats": 2});
    let farm = Farm::with(selection, |offer: &mut Offer| {
        if offer.offer.as_str() == "pro" {
            offer.seats = vec![LimitChoice { limit: 2, price: 0 }];
            assert_eq!(offer.uses[0].count, Counting::OnUse);
        }
    })
    .await;
    assert_eq!(farm.check_out(&json!({})).await.json()["count"], 0);
    let reserved = farm.lease(&json!({"count": 30})).await;
    let holder = farm.bought.connect(1).await;
    assert_eq!(holder.count("ai.render", 70).await.json()["left"], 0);
    holder.count("ai.render", 1).await.check_refused(403, "USES_EXHAUSTED", "");
    assert_eq!(farm.give_back(&reserved, 10).await.json()["spent"], 20);
    assert_eq!(holder.count("ai.render", 10).await.json()["left"], 0);
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn a_suspended_license_takes_its_leases_with_it() {
    let farm = Farm::open().await;
    let lease_id = farm.lease(&json!({"count": 4})).await;
    farm.act("suspend").await;
    assert_eq!(farm.look(&lease_id).await["state"], "ended");
    farm.extend(&lease_id, 60).await.check_refused(403, "SUSPENDED", "");
    farm.check_out(&json!({})).await.check_refused(403, "SUSPENDED", "");
    assert_eq!(farm.give_back(&lease_id, 4).await.json()["spent"], 4);
    farm.portal().check_sound().await;
    farm.act("reinstate").await;
    farm.extend(&lease_id, 60).await.check_refused(409, "LEASE_EXPIRED", "");
    let again = farm.lease(&json!({})).await;
    farm.act("revoke").await;
    assert_eq!(farm.look(&again).await["state"], "ended");
    farm.extend(&again, 60).await.check_refused(403, "REVOKED", "");
    assert_eq!(farm.portal().events("lease.ended").await.len(), 2);
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn the_first_check_out_begins_a_term_and_no_lease_outlives_it() {
    let selection = json!({"offer": "trial", "term": "first_use:P14D", "seats": 1});
    let farm = Farm::with(selection, |offer: &mut Offer| {
        if offer.offer.as_str() == "trial" {
            offer.seats = vec![LimitChoice { limit: 1, price: 0 }];
        }
    })
    .await;
    farm.portal().wait(86_400);
    let lease_id = farm.lease(&json!({"ttl_seconds": 60})).await;
    assert_eq!(farm.bought.license().await["term"]["ends_at"], "2026-12-07T02:00:00Z");
    farm.give_back(&lease_id, 0).await;
    farm.portal().wait(14 * 86_400 - 100);
    let last = farm.check_out(&json!({"ttl_seconds": 3600})).await;
    assert_eq!(last.json()["expires_at"], "2026-12-07T02:00:00Z");
    farm.portal().wait(100);
    farm.extend(&last.text("lease_id"), 60).await.check_refused(403, "TERM_ENDED", "");
    farm.check_out(&json!({})).await.check_refused(403, "TERM_ENDED", "");
    assert_eq!(farm.look(&last.text("lease_id")).await["state"], "expired");
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn a_server_whose_clock_is_set_back_takes_nothing_from_anybody() {
    let farm = Farm::small().await;
    farm.portal().wait(600);
    let lease_id = farm.lease(&json!({"count": 2, "ttl_seconds": 600})).await;
    farm.portal().app.clock.set(NOW.checked_add_seconds(300).expect("a time"));
    assert_eq!(farm.extend(&lease_id, 600).await.json()["expires_at"], "2026-11-22T02:20:00Z");
    assert_eq!(farm.give_back(&lease_id, 2).await.json()["returned"], 2);
    assert_eq!(farm.left().await, 10);
    farm.portal().check_sound().await;
}
