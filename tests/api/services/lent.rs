//! A license that is lent to a service and comes back: by hand, by itself, after waiting for it, for as long as it takes.

use passgate_client::{CheckOut, Client, Error, LeaseState, RefusalCode};
use serde_json::json;

use super::{Served, wait_until};
use crate::farm::{ACME, new_token};

#[actix_web::test]
async fn a_service_checks_out_works_and_gives_back_what_it_did_not_spend() {
    let served = Served::open().await;
    let lease = served.lease(60).await;
    let (lease_id, granted) = (lease.lease_id().to_string(), lease.granted());
    assert_eq!((granted.count, granted.left, granted.seats_left), (20, Some(4980), 4));
    assert_eq!(lease.loss(), None);
    assert_eq!(lease.run(async { 15 }).await, Ok(15));
    let back = lease.give_back(5).await.expect("it comes back");
    assert_eq!((back.state, back.spent, back.returned), (LeaseState::Returned, Some(15), Some(5)));
    assert_eq!(served.farm.look(&lease_id).await["spent"], 15);
    served.client.settled().await;
    // Returned a second time, over the same line, it says the same.
    let again = served.farm.give_back(&lease_id, 20).await.json();
    assert_eq!((&again["spent"], &again["state"]), (&json!(15), &json!("returned")));
    assert_eq!(served.farm.left().await, 4985);
    served.farm.portal().check_sound().await;
}

#[actix_web::test]
async fn a_lease_that_is_dropped_goes_back_with_what_was_not_noted_as_spent() {
    let served = Served::open().await;
    for (noted, left) in [(Some(3), 4997), (Some(0), 4997), (Some(25), 4977), (None, 4957)] {
        let lease = served.lease(60).await;
        let lease_id = lease.lease_id().to_string();
        if let Some(noted) = noted {
            lease.spent(noted);
        }
        drop(lease);
        served.client.settled().await;
        assert_eq!(served.state(&lease_id).await, "returned");
        assert_eq!(served.farm.left().await, left, "{noted:?}");
    }
    served.farm.portal().check_sound().await;
}

#[actix_web::test]
async fn a_return_goes_on_when_nobody_waits_for_it_any_more() {
    let served = Served::open().await;
    let lease = served.lease(60).await;
    let lease_id = lease.lease_id().to_string();
    let returning = lease.give_back(20);
    drop(returning);
    served.client.settled().await;
    assert_eq!(served.state(&lease_id).await, "returned");
    served.farm.portal().check_sound().await;
}

#[actix_web::test]
async fn a_lease_extends_itself_over_three_of_its_lives() {
    let served = Served::open().await;
    let lease = served.lease(3).await;
    let first = lease.granted();
    lease.run(served.pass_seconds(10)).await.expect("it stands all the while");
    let last = lease.granted();
    assert!(last.expires_at.as_unix() - first.expires_at.as_unix() >= 7, "{first:?} {last:?}");
    assert_ne!(first.lease, last.lease);
    let claims = served.client.verify_lease(&last.lease, "acme/sketchpad").await.expect("the newest token is good");
    assert_eq!(claims.jti, lease.lease_id().to_string());
    assert_eq!(served.state(&claims.jti).await, "open");
    assert_eq!(served.farm.left().await, 4980, "extending counts nothing");
    lease.give_back(0).await.expect("it comes back");
    served.farm.portal().check_sound().await;
}

#[actix_web::test]
async fn a_service_waits_for_a_seat() {
    let served = Served::narrow().await;
    let first = served.lease(60).await;
    let refused = served.client.check_out(served.wish(60)).await.expect_err("every seat is taken");
    assert_eq!(refused.code(), RefusalCode::SeatsExhausted);
    let Error::Refused(problem) = &refused else { unreachable!("{refused:?}") };
    assert_eq!(
        (problem.holders.as_slice(), refused.request_id()),
        (&["farm-1".to_owned()][..], Some(&*problem.request_id))
    );
    assert!(problem.opens_at.is_some_and(|opens_at| opens_at <= first.granted().expires_at));

    let waiting = served.client.check_out(CheckOut { wait_seconds: Some(30), ..served.wish(3) });
    let returning = async {
        let license_id = served.farm.bought.license_id;
        let waits = || served.farm.portal().app.waiting.before(license_id, None) > 0;
        wait_until(async || waits()).await;
        first.give_back(20).await
    };
    let (second, returned) = futures_util::future::join(waiting, returning).await;
    returned.expect("the first came back");
    let second = second.expect("there is a seat now");
    // However long it waited, it knows its end: it is extended, and not given up.
    second.run(served.pass_seconds(5)).await.expect("it stands");
    second.give_back(20).await.expect("it comes back");
    served.farm.portal().check_sound().await;
}

#[actix_web::test]
async fn refusals_have_their_code_reason_and_request() {
    let served = Served::open().await;
    let unknown = CheckOut { identifier: "lid_nobody".to_owned(), ..served.wish(60) };
    let foreign = Client::new(&served.line.url(), "pgt_nobody").expect("an address and a token");
    let (_, poor) = new_token(served.farm.portal(), &served.farm.owner, ACME, &["catalog:read"]).await;
    let poor = Client::new(&served.line.url(), &poor).expect("an address and a token");
    for (client, wish, code) in [
        (&served.client, unknown, "NOT_FOUND"),
        (&served.client, served.wish(0), "INVALID_INPUT"),
        (&served.client, CheckOut { count: Some(9999), ..served.wish(60) }, "USES_EXHAUSTED"),
        (&foreign, served.wish(60), "SIGN_IN_REQUIRED"),
        (&poor, served.wish(60), "FORBIDDEN"),
    ] {
        let refused = client.check_out(wish).await.expect_err(code);
        assert_eq!(refused.code().as_str(), code);
        assert!(refused.request_id().is_some_and(|id| id.starts_with("req_")), "{refused:?}");
        assert_eq!(refused.to_string(), format!("{code}: {}", refused.detail()));
    }
    for (url, token) in
        [("licenses.example.com", "pgt_x"), ("ftp://example.com", "pgt_x"), ("https://example.com", "a\nb")]
    {
        assert!(matches!(Client::new(url, token), Err(Error::Setup(_))), "{url}");
    }
    assert!(!format!("{:?}", served.client).contains(&served.farm.token), "the token is nobody's to print");
}

#[actix_web::test]
async fn a_service_judges_tokens_offline_and_asks_what_they_are_worth() {
    let served = Served::open().await;
    let (_, token) = new_token(served.farm.portal(), &served.farm.owner, ACME, &["leases:write", "introspect"]).await;
    let client = Client::new(&served.line.url(), &token).expect("an address and a token");
    let lease = client.check_out(served.wish(60)).await.expect("the license is checked out");
    let signed = lease.granted().lease;
    let claims = client.verify_lease(&signed, "acme/sketchpad").await.expect("it is good");
    assert_eq!((claims.count, claims.holder.as_str()), (20, "farm-1"));
    let fetched = served.line.sent().iter().filter(|sent| sent.contains("jwks.json")).count();
    assert_eq!(client.verify_lease(&signed, "acme/sketchpad").await.expect("still"), claims);
    assert_eq!((fetched, served.line.sent().len()), (1, 0), "the keys are kept");
    let (head, tail) = signed.split_at(signed.len() - 10);
    let tampered = format!("{head}{}", if tail.starts_with('A') { "B" } else { "A" }) + &tail[1..];
    for (lease, audience, code) in [
        (tampered.as_str(), "acme/sketchpad", "SIGNATURE_INVALID"),
        (&signed, "acme/other", "WRONG_AUDIENCE"),
        ("nothing", "acme/sketchpad", "MALFORMED"),
    ] {
        let refused = client.verify_lease(lease, audience).await.expect_err(code);
        assert!(matches!(refused, Error::Untrusted(_)) && refused.code().as_str() == code, "{refused:?}");
    }
    let refused = client.verify_pass(&signed, "acme/sketchpad").await.expect_err("a lease is no pass");
    assert_eq!(refused.code().as_str(), "WRONG_TYPE");
    let told = client.introspect(&signed).await.expect("it may ask");
    assert!(told.active && told.count == Some(20), "{told:?}");
    lease.give_back(20).await.expect("it comes back");
    assert!(client.verify_lease(&signed, "acme/sketchpad").await.is_ok(), "the token does not know");
    assert!(!client.introspect(&signed).await.expect("it may ask").active, "the portal does");
    let refused = served.client.introspect(&signed).await.expect_err("without the scope");
    assert_eq!(refused.code(), RefusalCode::Forbidden);
}
