//! Answers that are lost, portals that are down or busy: one lease, and it is kept as long as it stands.

use std::time::Duration;

use passgate_client::{Client, Error, RefusalCode};

use super::{Served, wait_until};

const BUSY: &str = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";
const OFTEN: &str = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";
const LATE: &str = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n";
const FAULTY: &str = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 5\r\n\r\noops!";

/// The keys under which leases were asked for.
fn keys(sent: &[String]) -> Vec<String> {
    let asked = sent.iter().filter(|sent| sent.starts_with("POST /api/v1/leases HTTP"));
    let key =
        |sent: &String| sent.lines().find_map(|line| line.strip_prefix("idempotency-key: ")).expect("a key").to_owned();
    asked.map(key).collect()
}

#[actix_web::test]
async fn answers_that_were_lost_are_asked_for_again_and_there_is_one_lease() {
    let served = Served::open().await;
    served.line.lose(3);
    let lease = served.lease(60).await;
    let keys = keys(&served.line.sent());
    assert!(keys.len() == 4 && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(served.farm.portal().events("lease.checked_out").await.len(), 1);
    assert_eq!((served.farm.left().await, lease.granted().seats_left), (4980, 4));
    served.line.lose(2);
    let back = lease.give_back(20).await.expect("it comes back");
    assert_eq!(back.returned, Some(20));
    assert_eq!(served.farm.portal().events("lease.returned").await.len(), 1);
    served.farm.portal().check_sound().await;
}

#[actix_web::test]
async fn each_check_out_has_a_key_of_its_own() {
    let served = Served::open().await;
    let (first, second) = (served.lease(60).await, served.lease(60).await);
    let keys = keys(&served.line.sent());
    assert!(keys.len() == 2 && keys[0] != keys[1], "{keys:?}");
    assert_ne!(first.lease_id(), second.lease_id());
}

#[actix_web::test]
async fn a_busy_portal_is_asked_again_not_before_it_wants_to_be() {
    let served = Served::open().await;
    for (answers, at_least) in [(&[BUSY, OFTEN][..], 2), (&[FAULTY, LATE][..], 0)] {
        served.line.answer(answers);
        let begun = tokio::time::Instant::now();
        let lease = served.lease(60).await;
        assert!(begun.elapsed() >= Duration::from_secs(at_least), "{:?}", begun.elapsed());
        assert_eq!(keys(&served.line.sent()).len(), answers.len() + 1);
        lease.give_back(20).await.expect("it comes back");
    }
}

#[actix_web::test]
async fn patience_has_an_end() {
    let served = Served::open().await;
    let hasty = served.client.clone().with_patience(Duration::from_millis(300));
    served.line.answer(&[BUSY; 9]);
    let refused = hasty.check_out(served.wish(60)).await.map(drop).expect_err("it does not wait a second");
    assert_eq!((refused.code().as_str(), refused.request_id()), ("UNAVAILABLE", Some("")));
    served.line.answer(&[]);
    served.line.go_down();
    let refused = hasty.check_out(served.wish(60)).await.map(drop).expect_err("nobody is there");
    assert!(matches!(refused, Error::Unreachable(_)), "{refused:?}");
    assert_eq!(refused.code().as_str(), "UNAVAILABLE");
    served.line.come_back();
    served.line.answer(&["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"]);
    let refused = hasty.check_out(served.wish(60)).await.map(drop).expect_err("this is no portal");
    assert!(matches!(refused, Error::Strange(_)), "{refused:?}");
    assert_eq!(refused.code(), RefusalCode::Internal);
    served.line.answer(&["HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"]);
    let refused = hasty.introspect("x").await.expect_err("the token goes nowhere else");
    assert_eq!(refused.code(), RefusalCode::Internal);
}

#[actix_web::test]
async fn a_portal_that_is_down_for_a_while_costs_no_lease() {
    let served = Served::open().await;
    // Whole seconds, and a client that trusts none of them, make six of it or more: three until it is tried, one to come back in.
    let lease = served.lease(8).await;
    let before = lease.granted().expires_at;
    served.line.go_down();
    lease.run(served.pass_seconds(5)).await.expect("it stands without the portal");
    assert!(!served.line.sent().is_empty(), "it was tried meanwhile");
    served.line.come_back();
    wait_until(async || lease.granted().expires_at > before || lease.loss().is_some()).await;
    assert_eq!(lease.loss(), None);
    assert_eq!(served.state(&lease.lease_id().to_string()).await, "open");
    // A return that finds nobody is tried again.
    served.line.go_down();
    let lease_id = lease.lease_id().to_string();
    let returning = lease.give_back(20);
    let coming_back = async {
        served.line.sent();
        wait_until(async || served.line.sent().iter().any(|sent| sent.starts_with("DELETE "))).await;
        served.line.come_back();
    };
    let (returned, ()) = futures_util::future::join(returning, coming_back).await;
    assert_eq!(returned.expect("it comes back").lease_id.to_string(), lease_id);
    served.farm.portal().check_sound().await;
}

#[actix_web::test]
async fn a_connection_that_died_silently_costs_no_lease() {
    let served = Served::open().await;
    let lease = served.lease(6).await;
    let before = lease.granted().expires_at;
    served.line.withhold(1);
    lease.run(served.pass_seconds(8)).await.expect("another try is answered");
    assert!(lease.granted().expires_at > before);
    let tries = served.line.sent().iter().filter(|sent| sent.contains("/extend HTTP")).count();
    assert!(tries >= 3, "{tries}");
    lease.give_back(20).await.expect("it comes back");
}

#[actix_web::test]
async fn a_service_that_dies_leaves_a_lease_that_ends_by_itself() {
    let served = Served::open().await;
    let (url, token, wish) = (served.line.url(), served.farm.token.clone(), served.wish(2));
    // The whole program of the service: its runtime ends with everything that it keeps.
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let lease = runtime.block_on(async { Client::new(&url, &token).expect("a client").check_out(wish).await });
        let lease_id = lease.as_ref().expect("a lease").lease_id().to_string();
        runtime.shutdown_background();
        drop(lease);
        tell.send(lease_id).expect("the story goes on");
    });
    let lease_id = told.await.expect("the service worked");
    assert_eq!(served.state(&lease_id).await, "open");
    wait_until(async || served.state(&lease_id).await == "expired").await;
    served.farm.portal().check_sound().await;
}
