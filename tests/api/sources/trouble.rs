//! What goes wrong on the way to a provider and back ends at a page with a sentence, and signs nobody in.

use serde_json::{Value, json};

use super::{Browser, World, leads, student};
use crate::shop::get;

/// Where somebody ends for whom this went wrong.
#[track_caller]
fn check(ended: &str, problem: &str) {
    assert!(ended.starts_with("/sign-in?next=") && ended.ends_with(&format!("problem={problem}")), "{ended}");
}

#[actix_web::test]
async fn nobody_is_signed_in_by_a_link_of_somebody_elses() {
    let world = World::open("keep").await;
    let (mut mine, mut theirs) = (Browser::default(), Browser::default());
    let back = world.go(&mut mine, student("ada")).await;
    // A browser that never set out, and one that did for itself.
    check(&leads(&theirs.get(world.portal(), &back).await), "over");
    let back = world.go(&mut mine, student("ada")).await;
    world.go(&mut theirs, student("eve")).await;
    check(&leads(&theirs.get(world.portal(), &back).await), "over");
    assert_eq!(theirs.account(world.portal()).await, Value::Null);
}

#[actix_web::test]
async fn a_way_is_gone_once_and_within_ten_minutes() {
    let world = World::open("keep").await;
    let mut browser = Browser::default();
    let back = world.go(&mut browser, student("ada")).await;
    assert_eq!(leads(&browser.get(world.portal(), &back).await), "/orders?x=1");
    check(&leads(&browser.get(world.portal(), &back).await), "over");
    let late = world.go(&mut browser, student("ada")).await;
    world.portal().wait(600);
    check(&leads(&browser.get(world.portal(), &late).await), "over");
    // Without a state, with one that was never, and with a code that is none.
    for query in ["", "?state=x&code=y", "?code=y"] {
        check(&leads(&browser.get(world.portal(), &world.path(&format!("callback{query}"))).await), "over");
    }
    let back = world.go(&mut browser, student("ada")).await;
    let forged = back.replace("code=code-", "code=none-");
    check(&leads(&browser.get(world.portal(), &forged).await), "over");
}

#[actix_web::test]
async fn what_the_provider_refuses_is_told() {
    let world = World::open("keep").await;
    let mut browser = Browser::default();
    for (error, problem) in [("access_denied", "denied"), ("server_error", "unreachable"), ("x", "unreachable")] {
        let back = world.go(&mut browser, student("ada")).await;
        let (path, state) =
            back.split_once("?code=").and_then(|(path, rest)| Some((path, rest.split_once('&')?.1))).expect("both");
        check(&leads(&browser.get(world.portal(), &format!("{path}?error={error}&{state}")).await), problem);
    }
    for (status, body, problem) in [
        (500, "", "unreachable"),
        (429, "", "unreachable"),
        (400, r#"{"error":"invalid_client"}"#, "unreachable"),
        (200, "{}", "untrusted"),
        (200, "nonsense", "untrusted"),
        (302, "", "unreachable"),
    ] {
        let back = world.go(&mut browser, student("ada")).await;
        world.provider.refuse(status, body);
        check(&leads(&browser.get(world.portal(), &back).await), problem);
    }
    let back = world.go(&mut browser, student("ada")).await;
    check(&leads(&browser.get(world.portal(), &format!("{back}&iss=https%3A%2F%2Fevil.example")).await), "untrusted");
    assert_eq!(browser.account(world.portal()).await, Value::Null);
}

#[actix_web::test]
async fn a_token_that_is_not_for_this_way_is_not_believed() {
    let world = World::open("keep").await;
    let now = world.portal().app.clock.now().as_unix();
    let mut browser = Browser::default();
    for (claims, header) in [
        (json!({"iss": "https://evil.example"}), json!({})),
        (json!({"aud": "another"}), json!({})),
        (json!({"aud": ["portal", "another"]}), json!({})),
        (json!({"azp": "another"}), json!({})),
        (json!({"nonce": "another"}), json!({})),
        (json!({"exp": now - 60}), json!({})),
        (json!({"iat": now + 61}), json!({})),
        (json!({"sub": ""}), json!({})),
        (json!({}), json!({"alg": "none"})),
        (json!({}), json!({"alg": "HS256"})),
        (json!({}), json!({"alg": "RS256"})),
        (json!({}), json!({"kid": "another"})),
        (json!({}), json!({"crit": ["exp"]})),
    ] {
        let mut whole = student("ada");
        for (name, value) in claims.as_object().expect("an object") {
            whole[name.as_str()] = value.clone();
        }
        let away = leads(&browser.get(world.portal(), &world.path("start?next=/orders")).await);
        let back = world.provider.vouch_as(&away, whole, header.clone(), world.portal());
        let ended = leads(&browser.get(world.portal(), &back).await);
        assert!(ended.ends_with("problem=untrusted"), "{claims} {header}: {ended}");
    }
    assert_eq!(browser.account(world.portal()).await, Value::Null);
}

#[actix_web::test]
async fn a_provider_s_new_key_is_looked_for_and_an_unknown_one_once_a_minute() {
    let world = World::open("keep").await;
    let mut browser = Browser::default();
    assert_eq!(world.sign_in(&mut browser, student("ada")).await, "/orders?x=1");
    world.portal().wait(60);
    world.provider.rotate();
    assert_eq!(world.sign_in(&mut browser, student("ada")).await, "/orders?x=1");
    let asked = world.provider.asked_for_keys();
    world.provider.hide_key();
    for _ in 0..5 {
        check(&world.sign_in(&mut browser, student("ada")).await, "untrusted");
    }
    assert_eq!(world.provider.asked_for_keys(), asked, "nobody makes the portal knock at a provider");
    world.portal().wait(60);
    check(&world.sign_in(&mut browser, student("ada")).await, "untrusted");
    assert_eq!(world.provider.asked_for_keys(), asked + 1);
}

#[actix_web::test]
async fn nobody_is_led_to_another_site_and_a_connect_window_stays_one() {
    let world = World::open("keep").await;
    for (next, wanted) in [
        ("https%3A%2F%2Fevil.example%2F", "/licenses"),
        ("%2F%2Fevil.example", "/licenses"),
        ("%2F%5Cevil.example", "/licenses"),
        ("%2Fapi%2Fv1%2Fsession", "/licenses"),
        ("%2Fcheckout%2Facme%2Fsketchpad%3Fselection%3Dx", "/checkout/acme/sketchpad?selection=x"),
    ] {
        let mut browser = Browser::default();
        let away = leads(&browser.get(world.portal(), &world.path(&format!("start?next={next}"))).await);
        let back = world.provider.vouch(&away, student("ada"), world.portal());
        assert_eq!(leads(&browser.get(world.portal(), &back).await), wanted);
    }
    let mut browser = Browser::default();
    let away = leads(&browser.get(world.portal(), &world.path("start?next=%2Fconnect%3Fvendor%3Dacme")).await);
    let back = world.provider.vouch(&away, json!({"sub": ""}), world.portal());
    assert_eq!(leads(&browser.get(world.portal(), &back).await), "/connect?vendor=acme&problem=untrusted");
    let gone = world.portal().send(get("/api/v1/vendors/nobody/sources/src_01kavb2c5mf6tvq0sr8s1y4d9e/start")).await;
    check(&leads(&gone), "gone");
}
