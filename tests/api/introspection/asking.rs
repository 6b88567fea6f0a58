//! Who may ask, how, and with what: the proof that came with a pass.

use actix_web::http::Method;
use serde_json::json;

use super::{Backend, INACTIVE, PATH};
use crate::holder::pro;
use crate::shop::{Ask, post};

#[actix_web::test]
async fn with_its_proof_a_pass_is_good_from_its_own_device_only() {
    let backend = Backend::with(pro()).await;
    let portal = backend.portal();
    let holder = backend.farm.bought.connect(1).await;
    let other = backend.farm.bought.connect(2).await;
    let (pass, url) = (holder.pass(), "https://app.example.com/api/render");
    let now = || portal.app.clock.now();
    let form = |dpop: &str, htm: &'static str| {
        [("token", pass.clone()), ("dpop", dpop.to_owned()), ("htm", htm.to_owned()), ("htu", url.to_owned())]
    };
    let look = async |form: [(&str, String); 4]| {
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        backend.ask(&form).await
    };
    let good = holder.device.prove("POST", url, Some(&pass), now());
    let told = look(form(&good, "POST")).await.json();
    assert_eq!((&told["active"], &told["cnf"]["jkt"]), (&json!(true), &json!(holder.device.jkt())));
    let old = holder.device.prove("POST", url, Some(&pass), now());
    for (why, proof, method) in [
        ("seen before", good, "POST"),
        ("another device's", other.device.prove("POST", url, Some(&pass), now()), "POST"),
        ("for another pass", holder.device.prove("POST", url, Some(&other.pass()), now()), "POST"),
        ("for no pass", holder.device.prove("POST", url, None, now()), "POST"),
        ("for another method", holder.device.prove("GET", url, Some(&pass), now()), "POST"),
        ("for another address", holder.device.prove("POST", "https://evil.example.com/", Some(&pass), now()), "POST"),
        ("no proof", "x".to_owned(), "POST"),
    ] {
        let answer = look(form(&proof, method)).await;
        assert_eq!((answer.status, &answer.body[..]), (200, INACTIVE), "{why}: {answer:?}");
    }
    portal.wait(61);
    Backend::check_inactive(&look(form(&old, "POST")).await);
    // What is bound to no key cannot be proven.
    let fresh = holder.device.prove("POST", url, Some(&backend.farm.identifier), now());
    let [_, dpop, htm, htu] = form(&fresh, "POST");
    Backend::check_inactive(&look([("token", backend.farm.identifier.clone()), dpop, htm, htu]).await);
}

#[actix_web::test]
async fn who_may_not_ask_and_what_is_no_question_is_refused() {
    let backend = Backend::open().await;
    let portal = backend.portal();
    let form = |form: &str| {
        let ask = Ask::new(Method::POST, PATH).header("content-type", "application/x-www-form-urlencoded");
        ask.raw_body(form.as_bytes())
    };
    let nobody = portal.send(form("token=x")).await;
    nobody.check_refused(401, "SIGN_IN_REQUIRED", "");
    assert_eq!(nobody.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    let poor = backend.send("token=x", &backend.farm.token).await;
    poor.check_refused(403, "FORBIDDEN", "");
    assert_eq!(poor.header("www-authenticate"), "Bearer error=\"insufficient_scope\", scope=\"introspect\"");
    let owner = portal.sign_in("owner@example.com").await;
    portal.send(form("token=x").by(&owner)).await.check_refused(401, "SIGN_IN_REQUIRED", "");
    for (text, status, field) in [
        ("", 400, "token"),
        ("token=", 400, "token"),
        ("token_type_hint=pass", 400, "token"),
        ("token=a&token=b", 400, "token"),
        ("token=a&dpop=x&dpop=y", 400, "dpop"),
        ("token=a&dpop=x", 422, "htm"),
        ("token=a&dpop=x&htm=POST", 422, "htu"),
        ("token=a&htu=x", 422, "dpop"),
    ] {
        backend.send(text, &backend.token).await.check_refused(status, "INVALID_INPUT", field);
    }
    let bearer = format!("Bearer {}", backend.token);
    let json = post(PATH, &json!({"token": "x"})).header("authorization", &bearer);
    portal.send(json).await.check_refused(415, "INVALID_INPUT", "");
    let huge = format!("token={}", "a".repeat(70_000));
    backend.send(&huge, &backend.token).await.check_refused(413, "INVALID_INPUT", "");
    let get = Ask::new(Method::GET, PATH).header("authorization", &bearer);
    assert_eq!(portal.send(get).await.status, 405);
}
