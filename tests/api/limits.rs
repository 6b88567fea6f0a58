//! Limits: guessing is slow, one address does not use up another's share, and forwarding headers convince nobody.

use serde_json::json;

use crate::shop::{Answer, Ask, Portal, post};

async fn open() -> Portal {
    Portal::with(|config| {
        config.rate_limits = true;
        config.trusted_proxies = vec!["198.51.100.0/24".parse().expect("a network")];
    })
    .await
}

fn sign_in(email: &str) -> Ask {
    post("/api/v1/session", &json!({"email": email, "password": "a wrong password"}))
}

#[track_caller]
fn check_limited(answer: &Answer) {
    answer.check_refused(429, "RATE_LIMITED", "");
    let seconds: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
}

#[actix_web::test]
async fn guessing_at_one_account_is_slow_from_everywhere() {
    let portal = open().await;
    let peers = ["192.0.2.1:1", "192.0.2.2:1", "192.0.2.3:1", "192.0.2.4:1", "192.0.2.5:1"];
    for peer in peers.iter().chain(&peers) {
        assert_eq!(portal.send(sign_in("customer@example.com").from(peer)).await.status, 401);
    }
    check_limited(&portal.send(sign_in("customer@example.com").from("192.0.2.6:1")).await);
    check_limited(&portal.send(sign_in(" CUSTOMER@example.com").from("192.0.2.6:1")).await);
    assert_eq!(
        portal.send(sign_in("owner@example.com").from("192.0.2.6:1")).await.status,
        401,
        "others are not slowed"
    );
    portal.wait(60);
    assert_eq!(portal.send(sign_in("customer@example.com").from("192.0.2.6:1")).await.status, 401);
    check_limited(&portal.send(sign_in("customer@example.com").from("192.0.2.6:1")).await);
}

#[actix_web::test]
async fn guessing_from_one_address_is_slow_for_all_accounts() {
    let portal = open().await;
    for number in 0..20 {
        assert_eq!(portal.send(sign_in(&format!("{number}@example.com"))).await.status, 401);
    }
    check_limited(&portal.send(sign_in("next@example.com")).await);
    assert_eq!(portal.send(sign_in("next@example.com").from("203.0.113.9:1")).await.status, 401);
    portal.wait(3);
    assert_eq!(portal.send(sign_in("next@example.com")).await.status, 401);
}

#[actix_web::test]
async fn a_whole_network_of_ipv6_counts_as_one() {
    let portal = open().await;
    for number in 0..20 {
        let ask = sign_in(&format!("{number}@example.com")).from("[2001:db8:1:2::1]:1");
        assert_eq!(portal.send(ask).await.status, 401);
    }
    check_limited(&portal.send(sign_in("next@example.com").from("[2001:db8:1:2:ffff::9]:1")).await);
    assert_eq!(portal.send(sign_in("next@example.com").from("[2001:db8:1:3::1]:1")).await.status, 401);
}

#[actix_web::test]
async fn a_client_cannot_invent_where_it_comes_from() {
    let portal = open().await;
    for number in 0..20 {
        let ask = sign_in(&format!("{number}@example.com")).header("x-forwarded-for", &format!("203.0.113.{number}"));
        assert_eq!(portal.send(ask).await.status, 401);
    }
    check_limited(&portal.send(sign_in("next@example.com").header("x-forwarded-for", "203.0.113.200")).await);
}

#[actix_web::test]
async fn a_trusted_proxy_says_whom_it_speaks_for() {
    let portal = open().await;
    let by_proxy =
        |email: &str, forwarded: &str| sign_in(email).from("198.51.100.7:1").header("x-forwarded-for", forwarded);
    for number in 0..20 {
        let ask = by_proxy(&format!("{number}@example.com"), &format!("10.0.0.{number}, 203.0.113.1"));
        assert_eq!(portal.send(ask).await.status, 401);
    }
    check_limited(&portal.send(by_proxy("next@example.com", "10.0.0.99, 203.0.113.1")).await);
    assert_eq!(portal.send(by_proxy("next@example.com", "203.0.113.2")).await.status, 401);
}

#[actix_web::test]
async fn signing_up_and_asking_for_prices_are_limited_too() {
    let portal = open().await;
    let sign_up = |number: u32| {
        let body = json!({"email": format!("{number}@example.com"), "password": "a long enough password", "name": "A"});
        post("/api/v1/accounts", &body)
    };
    for number in 0..10 {
        assert_eq!(portal.send(sign_up(number)).await.status, 201);
    }
    check_limited(&portal.send(sign_up(10)).await);
    let verify = || post("/api/v1/passes/verify", &json!({"pass": "x"}));
    for _ in 0..120 {
        assert_eq!(portal.send(verify()).await.status, 200);
    }
    check_limited(&portal.send(verify()).await);
}
