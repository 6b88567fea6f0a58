//! Passes: issued for one device's key, refreshed by it alone, judged alike by portal and verifier.

use serde_json::{Value, json};
use shared::license::{LicenseState, LicenseTerm};
use shared::pass::PassStatus;
use shared::verdict::Code;
use shared::verify::{Expect, judge, verify_pass};

use crate::shop::{Customer, Device, NOW, Portal, URL, claims, get, post};
use shared::id::LicenseId;

const REFRESH: &str = "/api/v1/passes/refresh";

async fn with_license(selection: Value) -> (Portal, Customer, LicenseId) {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, selection).await;
    (portal, customer, license_id)
}

fn pro() -> Value {
    json!({"offer": "pro", "term": "P1M", "features": ["ai.render"], "uses": {"ai.render": 100}, "terminals": 3})
}

fn solo() -> Value {
    json!({"offer": "solo", "term": "P1M", "terminals": 1})
}

#[track_caller]
fn check_judgement(judgement: &Value, code: &str) {
    assert_eq!(
        (judgement["valid"].as_bool(), judgement["code"].as_str()),
        (Some(code == "VALID"), Some(code)),
        "{judgement}"
    );
    assert!(judgement["detail"].as_str().is_some_and(|detail| detail.ends_with('.')), "{judgement}");
}

#[actix_web::test]
async fn a_pass_is_bound_to_the_device_and_judged_alike_here_and_there() {
    let (portal, customer, license_id) = with_license(pro()).await;
    let device = Device::new(1);
    let issued = portal.issue(&customer, license_id, &device, "1").await;
    assert_eq!(issued.status, 201);
    let pass = issued.text("pass");
    let claimed = claims(&pass);
    assert_eq!(claimed["jti"], issued.json()["pass_id"]);
    assert_eq!(claimed["cnf"], json!({"jkt": device.jkt()}));
    assert_eq!((&claimed["iss"], &claimed["aud"]), (&json!(format!("{URL}/v/acme")), &json!("acme/sketchpad")));
    assert_eq!((&claimed["iat"], &claimed["exp"]), (&json!(NOW.as_unix()), &json!(NOW.as_unix() + 7 * 86_400)));
    assert_eq!(claimed["lic"]["features"]["ai.render"], json!({"uses": {"limit": 100, "left": 100, "slice": 20}}));

    let (keys, issuer, jkt) = (portal.keys().await, format!("{URL}/v/acme"), device.jkt());
    let expect = Expect { issuer: &issuer, audience: "acme/sketchpad", keys: &keys, now: NOW, jkt: Some(&jkt) };
    let read = verify_pass(&pass, &expect).unwrap();
    assert!(judge(&read, None, Some("layers"), NOW).approved);
    assert_eq!(judge(&read, None, Some("fly"), NOW).code, Code::FeatureMissing);
    let other = Device::new(2).jkt();
    let copied = verify_pass(&pass, &Expect { jkt: Some(&other), ..expect });
    assert_eq!(copied.map_err(|denial| denial.code), Err(Code::DeviceMismatch), "a copied pass is useless");

    let judgement = portal.verify(&pass, Some("ai.render")).await;
    check_judgement(&judgement, "VALID");
    assert_eq!((&judgement["left"], &judgement["until"]), (&json!(100), &json!("2026-12-22T02:00:00Z")));
    check_judgement(&portal.verify(&pass, None).await, "VALID");
    check_judgement(&portal.verify(&pass, Some("fly")).await, "FEATURE_MISSING");
}

#[actix_web::test]
async fn a_session_that_ended_on_another_machine_gets_no_pass_from_that_moment() {
    let (portal, customer, license_id) = with_license(pro()).await;
    assert_eq!(portal.issue(&customer, license_id, &Device::new(1), "1").await.status, 201);
    // The store knows; what this machine remembers of the session is a few seconds old.
    let ended = portal.app.store.write(move |tx| {
        let account = tx.account_by_email("a@example.com")?.ok_or_else(backend::store::not_found)?;
        tx.end_other_sessions(account.account_id, "")
    });
    assert_eq!(ended.await.expect("ended").len(), 1);
    let refused = portal.issue(&customer, license_id, &Device::new(2), "2").await;
    refused.check_refused(401, "SIGN_IN_REQUIRED", "");
    assert_eq!(refused.json()["remedy"], "sign_in");
    let back = portal.sign_in("a@example.com").await;
    assert_eq!(portal.issue(&back, license_id, &Device::new(2), "2").await.status, 201);
}

#[actix_web::test]
async fn each_device_has_one_pass_and_there_are_as_many_as_were_bought() {
    let (portal, customer, license_id) = with_license(pro()).await;
    let devices: Vec<_> = (1..=4).map(Device::new).collect();
    let first = portal.issue(&customer, license_id, &devices[0], "1").await;
    for (device, key) in devices[1..3].iter().zip(["2", "3"]) {
        assert_eq!(portal.issue(&customer, license_id, device, key).await.status, 201);
    }
    let refused = portal.issue(&customer, license_id, &devices[3], "4").await;
    refused.check_refused(409, "DEVICES_EXHAUSTED", "");
    assert_eq!(refused.json()["remedy"], "move");

    portal.wait(60);
    let again = portal.issue(&customer, license_id, &devices[0], "5").await;
    assert_eq!(
        (again.status, again.text("pass_id")),
        (201, first.text("pass_id")),
        "its pass again, not a second device"
    );
    assert_eq!(claims(&again.text("pass"))["iat"], json!(NOW.as_unix() + 60));
    let path = format!("/api/v1/licenses/{license_id}");
    let license = portal.send(get(&path).by(&customer)).await.json();
    assert_eq!(license["terminals"]["items"].as_array().map(Vec::len), Some(3));
}

#[actix_web::test]
async fn devices_that_ask_at_once_do_not_get_more_passes_than_there_are() {
    let (portal, customer, license_id) = with_license(pro()).await;
    let devices: Vec<_> = (1..=20).map(Device::new).collect();
    let asks = devices.iter().enumerate().map(|(number, device)| {
        let (portal, customer) = (&portal, &customer);
        async move { portal.issue(customer, license_id, device, &number.to_string()).await.status }
    });
    let mut statuses = futures_util::future::join_all(asks).await;
    statuses.sort_unstable();
    assert_eq!((statuses[..3].to_vec(), statuses[3..].to_vec()), (vec![201; 3], vec![409; 17]));
}

#[actix_web::test]
async fn a_retried_request_gets_its_first_answer_byte_for_byte() {
    let (portal, customer, license_id) = with_license(solo()).await;
    let device = Device::new(1);
    let first = portal.issue(&customer, license_id, &device, "1").await;
    portal.wait(30);
    let again = portal.issue(&customer, license_id, &device, "1").await;
    assert_eq!((again.status, &again.body), (201, &first.body), "a new proof, the same answer");
    portal.issue(&customer, license_id, &Device::new(2), "1").await.check_refused(422, "IDEMPOTENCY_KEY_REUSED", "");

    let path = format!("/api/v1/licenses/{license_id}/passes");
    let proof = device.proof(&portal, "POST", &path, None);
    let ask = |key: &str| post(&path, &json!({"name": "Tab"})).by(&customer).once(key).proof(&proof);
    let retried = portal.send(ask("2")).await;
    assert_eq!(portal.send(ask("2")).await.body, retried.body, "the very same request is a retry");
    portal.send(ask("3")).await.check_refused(401, "PROOF_INVALID", "");
}

#[actix_web::test]
async fn a_pass_is_issued_for_a_proven_key_and_a_named_device_only() {
    let (portal, customer, license_id) = with_license(solo()).await;
    let (device, path) = (Device::new(1), format!("/api/v1/licenses/{license_id}/passes"));
    let ask = |body: Value| post(&path, &body).by(&customer).once("1");
    let named = json!({"name": "Tab"});
    portal.send(ask(named.clone())).await.check_refused(401, "PROOF_REQUIRED", "");
    for wrong in [
        device.proof(&portal, "GET", &path, None),
        device.proof(&portal, "POST", "/api/v1/passes/refresh", None),
        device.proof(&portal, "POST", &path, None) + "A",
        "proof".to_owned(),
        String::new(),
    ] {
        portal.send(ask(named.clone()).proof(&wrong)).await.check_refused(401, "PROOF_INVALID", "");
    }
    let two = ask(named.clone()).proof(&device.proof(&portal, "POST", &path, None));
    let two = two.proof(&device.proof(&portal, "POST", &path, None));
    portal.send(two).await.check_refused(401, "PROOF_INVALID", "");
    let old = device.proof(&portal, "POST", &path, None);
    portal.wait(61);
    portal.send(ask(named.clone()).proof(&old)).await.check_refused(401, "PROOF_INVALID", "");

    for name in ["", "  ", "a\u{7}", &"n".repeat(101)] {
        let proof = device.proof(&portal, "POST", &path, None);
        portal.send(ask(json!({"name": name})).proof(&proof)).await.check_refused(422, "INVALID_INPUT", "name");
    }
    let without_key = post(&path, &named).by(&customer).proof(&device.proof(&portal, "POST", &path, None));
    portal.send(without_key).await.check_refused(400, "IDEMPOTENCY_KEY_REQUIRED", "");
    let nobody = post(&path, &named).once("1").proof(&device.proof(&portal, "POST", &path, None));
    portal.send(nobody).await.check_refused(401, "SIGN_IN_REQUIRED", "");
}

#[actix_web::test]
async fn a_first_use_term_begins_with_the_first_pass() {
    let (portal, customer, license_id) = with_license(json!({"offer": "trial", "term": "first_use:P14D"})).await;
    portal.wait(20 * 86_400);
    let device = Device::new(1);
    let pass = portal.pass(&customer, license_id, &device).await;
    let begun = NOW.as_unix() + 20 * 86_400;
    let term = json!({"kind": "fixed", "nbf": begun, "exp": begun + 14 * 86_400});
    assert_eq!(claims(&pass)["lic"]["term"], term);
    portal.wait(86_400);
    let refreshed = portal.refresh(&pass, &device).await.text("pass");
    assert_eq!(claims(&refreshed)["lic"]["term"], term, "it begins once");
    portal.wait(13 * 86_400);
    portal.refresh(&refreshed, &device).await.check_refused(403, "TERM_ENDED", "");
    check_judgement(&portal.verify(&refreshed, None).await, "TERM_ENDED");
}

#[actix_web::test]
async fn a_device_refreshes_its_pass_also_after_it_has_expired() {
    let (portal, customer, license_id) = with_license(pro()).await;
    let device = Device::new(1);
    let pass = portal.pass(&customer, license_id, &device).await;
    portal.wait(10 * 86_400);
    check_judgement(&portal.verify(&pass, None).await, "EXPIRED");
    let answer = portal.refresh(&pass, &device).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let (old, new) = (claims(&pass), claims(&answer.text("pass")));
    assert_eq!((&old["jti"], &old["cnf"], &old["status"]), (&new["jti"], &new["cnf"], &new["status"]));
    assert_eq!(new["iat"], json!(NOW.as_unix() + 10 * 86_400));
    let pass = answer.text("pass");
    check_judgement(&portal.verify(&pass, None).await, "VALID");

    // Near its end the term bounds the pass: 2026-12-22T02:00:00Z.
    portal.wait(17 * 86_400);
    let last = portal.refresh(&pass, &device).await.text("pass");
    assert_eq!(claims(&last)["exp"], json!(NOW.as_unix() + 30 * 86_400));
    let license = portal.send(get(&format!("/api/v1/licenses/{license_id}")).by(&customer)).await.json();
    assert_eq!(license["terminals"]["items"][0]["last_seen_at"], "2026-12-19T02:00:00Z");
}

#[actix_web::test]
async fn a_pass_is_refreshed_by_its_own_key_with_a_new_proof_only() {
    let (portal, customer, license_id) = with_license(solo()).await;
    let (device, thief) = (Device::new(1), Device::new(2));
    let pass = portal.pass(&customer, license_id, &device).await;
    portal.refresh(&pass, &thief).await.check_refused(403, "DEVICE_MISMATCH", "");

    let proof = device.proof(&portal, "POST", REFRESH, Some(&pass));
    let ask = || post(REFRESH, &json!({})).token(&pass).proof(&proof);
    assert_eq!(portal.send(ask()).await.status, 200);
    portal.send(ask()).await.check_refused(401, "PROOF_INVALID", "");

    let bound_elsewhere = device.proof(&portal, "POST", REFRESH, Some("another token"));
    portal.send(post(REFRESH, &json!({})).token(&pass).proof(&bound_elsewhere)).await.check_refused(
        401,
        "PROOF_INVALID",
        "",
    );
    let unbound = device.proof(&portal, "POST", REFRESH, None);
    portal.send(post(REFRESH, &json!({})).token(&pass).proof(&unbound)).await.check_refused(401, "PROOF_INVALID", "");
    portal.send(post(REFRESH, &json!({})).token(&pass)).await.check_refused(401, "PROOF_REQUIRED", "");
    let alone = device.proof(&portal, "POST", REFRESH, Some(&pass));
    portal.send(post(REFRESH, &json!({})).proof(&alone)).await.check_refused(401, "PROOF_REQUIRED", "");

    let tampered = pass.replacen("eyJ", "eyK", 1);
    portal.refresh(&tampered, &device).await.check_refused(403, "MALFORMED", "");
    let last = if pass.ends_with('A') { "Q" } else { "A" };
    let forged = format!("{}{last}", &pass[..pass.len() - 1]);
    portal.refresh(&forged, &device).await.check_refused(403, "SIGNATURE_INVALID", "");
}

#[actix_web::test]
async fn a_stopped_license_or_pass_is_refused_everywhere_with_its_reason() {
    let (portal, customer, license_id) = with_license(pro()).await;
    let device = Device::new(1);
    let pass = portal.pass(&customer, license_id, &device).await;
    for (state, code) in [(LicenseState::Suspended, "SUSPENDED"), (LicenseState::Revoked, "REVOKED")] {
        portal.change_license(license_id, move |record| record.license.state = state).await;
        portal.refresh(&pass, &device).await.check_refused(403, code, "");
        portal.issue(&customer, license_id, &device, "1").await.check_refused(403, code, "");
        portal.issue(&customer, license_id, &Device::new(2), "2").await.check_refused(403, code, "");
        check_judgement(&portal.verify(&pass, Some("draw")).await, code);
    }
    let license_id = portal.buy(&customer, pro()).await;
    let pass = portal.pass(&customer, license_id, &device).await;
    for (status, code) in
        [(PassStatus::Suspended, "SUSPENDED"), (PassStatus::Moving, "BEING_MOVED"), (PassStatus::Invalid, "REVOKED")]
    {
        portal.change_pass(&pass, move |pass| pass.status = status).await;
        portal.refresh(&pass, &device).await.check_refused(403, code, "");
        check_judgement(&portal.verify(&pass, Some("draw")).await, code);
    }
}

#[actix_web::test]
async fn the_portals_judgement_knows_the_counters_of_now() {
    let (portal, customer, license_id) = with_license(pro()).await;
    let device = Device::new(1);
    let pass = portal.pass(&customer, license_id, &device).await;
    portal
        .change_license(license_id, |record| {
            record.license.features.values_mut().flatten().for_each(|counter| counter.left = Some(0));
        })
        .await;
    let judgement = portal.verify(&pass, Some("ai.render")).await;
    check_judgement(&judgement, "USES_EXHAUSTED");
    assert_eq!((&judgement["left"], &judgement["remedy"]), (&json!(0), &json!("renew")));
    check_judgement(&portal.verify(&pass, Some("draw")).await, "VALID");
    let refreshed = portal.refresh(&pass, &device).await.text("pass");
    assert_eq!(
        claims(&refreshed)["lic"]["features"]["ai.render"],
        json!({"uses": {"limit": 100, "left": 0, "slice": 20}})
    );
}

#[actix_web::test]
async fn anything_that_is_not_a_good_pass_is_judged_and_never_an_error() {
    let (portal, customer, license_id) = with_license(solo()).await;
    let pass = portal.pass(&customer, license_id, &Device::new(1)).await;
    let elsewhere = Portal::with(|config| config.public_url = "https://other.example.com".to_owned()).await;
    check_judgement(&elsewhere.verify(&pass, None).await, "WRONG_ISSUER");
    let parts: Vec<_> = pass.split('.').collect();
    for (token, code) in [
        (String::new(), "MALFORMED"),
        ("garbage".to_owned(), "MALFORMED"),
        ("\u{0}\u{ffff}..".to_owned(), "MALFORMED"),
        ("a".repeat(9000), "MALFORMED"),
        (format!("{pass}."), "MALFORMED"),
        (format!("{}.{}.", parts[0], parts[1]), "SIGNATURE_INVALID"),
        (format!("{}.{}.{}", parts[0], parts[1], "A".repeat(86)), "SIGNATURE_INVALID"),
        // {"alg":"none","typ":"license-pass+jwt","kid":"x"}
        (
            format!("eyJhbGciOiJub25lIiwidHlwIjoibGljZW5zZS1wYXNzK2p3dCIsImtpZCI6IngifQ.{}.", parts[1]),
            "SIGNATURE_INVALID",
        ),
        // {"alg":"EdDSA","typ":"JWT","kid":"x"}
        (format!("eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6IngifQ.{}.AA", parts[1]), "WRONG_TYPE"),
        // {"alg":"EdDSA","typ":"license-pass+jwt","kid":"x"}
        (format!("eyJhbGciOiJFZERTQSIsInR5cCI6ImxpY2Vuc2UtcGFzcytqd3QiLCJraWQiOiJ4In0.{}.AA", parts[1]), "UNKNOWN_KEY"),
    ] {
        check_judgement(&portal.verify(&token, Some("draw")).await, code);
    }
    let verify = "/api/v1/passes/verify";
    portal.send(post(verify, &json!({}))).await.check_refused(422, "INVALID_INPUT", "pass");
    portal.send(post(verify, &json!({"pass": "x", "feature": "A B"}))).await.check_refused(
        422,
        "INVALID_INPUT",
        "feature",
    );
    portal.send(post(verify, &json!({"pass": 7}))).await.check_refused(422, "INVALID_INPUT", "pass");
}

#[actix_web::test]
async fn an_ended_or_unbegun_license_gets_no_pass() {
    let (portal, customer, license_id) = with_license(solo()).await;
    portal
        .change_license(license_id, |record| {
            let starts_at = NOW.checked_add_seconds(10).unwrap_or(NOW);
            record.license.term = LicenseTerm::Perpetual { starts_at };
        })
        .await;
    portal.issue(&customer, license_id, &Device::new(1), "1").await.check_refused(403, "NOT_YET_VALID", "");
    portal.wait(10);
    assert_eq!(portal.issue(&customer, license_id, &Device::new(1), "1").await.status, 201);
    let ended = portal.buy(&customer, solo()).await;
    portal.wait(31 * 86_400);
    let customer = portal.sign_in("a@example.com").await;
    let refused = portal.issue(&customer, ended, &Device::new(1), "2").await;
    refused.check_refused(403, "TERM_ENDED", "");
    assert_eq!(refused.json()["remedy"], "renew");
}
