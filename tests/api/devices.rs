//! A customer's devices: named, and retired without them when they are lost.

use actix_web::http::Method;
use serde_json::{Value, json};
use shared::id::LicenseId;
use shared::license::{LicenseState, StatusReason};
use shared::pass::PassStatus;

use crate::shop::moves::{by_code, by_portable};
use crate::shop::{Answer, Ask, Customer, Device, Portal, claims, post};

/// A portal, and a customer's license for three devices that may lose two.
async fn bought() -> (Portal, Customer, LicenseId) {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let selection =
        json!({"offer": "pro", "term": "P1Y", "features": ["ai.render"], "uses": {"ai.render": 100}, "terminals": 3});
    let license_id = portal.buy(&customer, selection).await;
    (portal, customer, license_id)
}

pub(crate) async fn rename(
    portal: &Portal,
    customer: &Customer,
    license_id: LicenseId,
    pass: &str,
    name: &str,
) -> Answer {
    let pass_id = claims(pass)["jti"].as_str().unwrap_or_default().to_owned();
    let ask = Ask::new(Method::PATCH, &format!("/api/v1/licenses/{license_id}/passes/{pass_id}"));
    portal.send(ask.body(&json!({"name": name}).to_string()).by(customer)).await
}

fn names(license: &Value) -> Vec<String> {
    let items = license["terminals"]["items"].as_array().cloned().unwrap_or_default();
    items.iter().filter_map(|item| item["name"].as_str().map(str::to_owned)).collect()
}

#[actix_web::test]
async fn a_lost_devices_pass_is_retired_and_its_place_is_free() {
    let (portal, customer, license_id) = bought().await;
    let lost = Device::new(1);
    let pass = portal.pass(&customer, license_id, &lost).await;
    let others: Vec<_> = [Device::new(2), Device::new(3)].into_iter().collect();
    for device in &others {
        portal.pass(&customer, license_id, device).await;
    }
    portal.issue(&customer, license_id, &Device::new(4), "1").await.check_refused(409, "DEVICES_EXHAUSTED", "");
    let slice = portal.post_by_device("/api/v1/slices", &json!({"feature": "ai.render"}), &pass, &lost).await;
    let count = slice.json()["count"].as_u64().expect("a count");

    let recovered = portal.recover(&customer, license_id, &pass).await;
    assert_eq!(recovered.status, 200);
    assert_eq!(recovered.json(), json!({"pass_id": claims(&pass)["jti"], "recoveries_left": 1}));
    portal.refresh(&pass, &lost).await.check_refused(403, "MOVED", "");
    portal.use_once(&pass, &lost).await.check_refused(403, "MOVED", "");
    portal.offer(&pass, &lost).await.check_refused(403, "MOVED", "");
    assert_eq!(portal.verify(&pass, None).await["code"], "MOVED");
    assert_eq!(portal.stands(&pass).await, PassStatus::Invalid);

    let next = portal.pass(&customer, license_id, &Device::new(4)).await;
    assert_eq!(claims(&next)["lic"]["epoch"], 1, "a recovery counts up the epoch");
    let left = portal.license(&customer, license_id).await["features"]["ai.render"]["uses"]["left"].clone();
    assert_eq!(left, json!(100 - count), "what the lost device may still spend stays counted");
    let settle = format!("/api/v1/slices/{}/settle", slice.text("slice_id"));
    let settled = portal.post_by_device(&settle, &json!({"spent": 2}), &pass, &lost).await;
    assert_eq!((settled.status, &settled.json()["left"]), (200, &json!(98)), "found again, it gives back: {settled:?}");
    assert!(portal.happened().await.contains(&"pass.recovered".to_owned()));
    portal.check_store().await;
}

#[actix_web::test]
async fn retiring_a_device_that_is_moving_takes_the_move_back_first() {
    let (portal, customer, license_id) = bought().await;
    let device = Device::new(1);
    let pass = portal.pass(&customer, license_id, &device).await;
    let offer = portal.offer(&pass, &device).await;
    assert_eq!(portal.recover(&customer, license_id, &pass).await.status, 200);
    assert_eq!(portal.look_at_move(&offer.text("move_id"), &customer).await["state"], "cancelled");
    for carrier in [by_code(&offer), by_portable(&offer)] {
        portal.redeem(&carrier, &Device::new(2)).await.check_refused(409, "MOVE_EXPIRED", "");
    }
    let moves = portal.license(&customer, license_id).await["moves"].clone();
    assert_eq!((&moves["left"], &moves["recoveries_left"]), (&json!(3), &json!(1)));
    let happened = portal.happened().await;
    assert!(happened.ends_with(&["pass.move.cancelled".into(), "pass.recovered".into()]), "{happened:?}");
    portal.check_store().await;
}

#[actix_web::test]
async fn devices_are_retired_as_often_as_the_offer_says() {
    let (portal, customer, license_id) = bought().await;
    let device = Device::new(1);
    for left in [1, 0] {
        let pass = portal.pass(&customer, license_id, &device).await;
        assert_eq!(portal.recover(&customer, license_id, &pass).await.json()["recoveries_left"], left);
    }
    let pass = portal.pass(&customer, license_id, &device).await;
    let offer = portal.offer(&pass, &device).await;
    let refused = portal.recover(&customer, license_id, &pass).await;
    refused.check_refused(409, "MOVE_LIMIT_REACHED", "");
    assert_eq!(refused.json()["remedy"], "contact_vendor");
    assert_eq!(refused.json()["opens_at"], "2027-11-22T02:00:00Z");
    let open = portal.look_at_move(&offer.text("move_id"), &customer).await;
    assert_eq!(open["state"], "offered", "a refused recovery cancels nothing");
    let license = portal.license(&customer, license_id).await;
    assert_eq!(license["moves"]["recoveries_left"], 0);
    assert_eq!(portal.redeem(&by_code(&offer), &Device::new(2)).await.status, 201, "moves are counted apart");
}

#[actix_web::test]
async fn a_retried_recovery_retires_once() {
    let (portal, customer, license_id) = bought().await;
    let pass = portal.pass(&customer, license_id, &Device::new(1)).await;
    let path = format!("/api/v1/licenses/{license_id}/recover");
    let ask = |pass_id: &Value, key: &str| post(&path, &json!({"pass_id": pass_id})).by(&customer).once(key);
    let pass_id = claims(&pass)["jti"].clone();
    let asks = (0..16).map(|_| portal.send(ask(&pass_id, "1")));
    let answers = futures_util::future::join_all(asks).await;
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body == answers[0].body));
    portal.send(ask(&pass_id, "2")).await.check_refused(403, "MOVED", "");
    assert_eq!(portal.license(&customer, license_id).await["moves"]["recoveries_left"], 1);
    let without = post(&path, &json!({"pass_id": pass_id})).by(&customer);
    portal.send(without).await.check_refused(400, "IDEMPOTENCY_KEY_REQUIRED", "");
}

#[actix_web::test]
async fn what_the_vendor_suspended_stays_and_a_copy_may_be_retired() {
    let (portal, customer, license_id) = bought().await;
    let pass = portal.pass(&customer, license_id, &Device::new(1)).await;
    let suspend = |reason| {
        move |pass: &mut backend::store::records::Pass| {
            (pass.status, pass.reason) = (PassStatus::Suspended, Some(reason));
        }
    };
    for reason in [StatusReason::Vendor, StatusReason::License] {
        portal.change_pass(&pass, suspend(reason)).await;
        portal.recover(&customer, license_id, &pass).await.check_refused(403, "SUSPENDED", "");
    }
    portal.change_pass(&pass, suspend(StatusReason::Cloned)).await;
    portal.change_license(license_id, |record| record.license.state = LicenseState::Suspended).await;
    portal.recover(&customer, license_id, &pass).await.check_refused(403, "SUSPENDED", "");
    portal.change_license(license_id, |record| record.license.state = LicenseState::Active).await;
    assert_eq!(portal.recover(&customer, license_id, &pass).await.status, 200);

    let other = portal.pass(&customer, license_id, &Device::new(2)).await;
    portal
        .change_pass(&other, |pass| (pass.status, pass.reason) = (PassStatus::Invalid, Some(StatusReason::Vendor)))
        .await;
    portal.recover(&customer, license_id, &other).await.check_refused(403, "REVOKED", "");
}

#[actix_web::test]
async fn another_customers_device_is_not_there() {
    let (portal, customer, license_id) = bought().await;
    let stranger = portal.sign_up("b@example.com").await;
    let own = portal.buy(&stranger, json!({"offer": "solo", "term": "P1M", "terminals": 1})).await;
    let pass = portal.pass(&customer, license_id, &Device::new(1)).await;
    let their_pass = portal.pass(&stranger, own, &Device::new(2)).await;
    for (license_id, pass) in [(license_id, &pass), (own, &pass), (license_id, &their_pass)] {
        portal.recover(&stranger, license_id, pass).await.check_refused(404, "NOT_FOUND", "");
        rename(&portal, &stranger, license_id, pass, "Mine").await.check_refused(404, "NOT_FOUND", "");
    }
    let nobody = Ask::new(Method::PATCH, &format!("/api/v1/licenses/{license_id}/passes/7")).by(&customer);
    portal.send(nobody.body("{}")).await.check_refused(404, "NOT_FOUND", "");
    assert_eq!(names(&portal.license(&customer, license_id).await), ["Firefox on Linux"]);
    assert_eq!(portal.verify(&pass, None).await["code"], "VALID");
}

#[actix_web::test]
async fn a_device_is_called_what_its_customer_calls_it() {
    let (portal, customer, license_id) = bought().await;
    let device = Device::new(1);
    let pass = portal.pass(&customer, license_id, &device).await;
    for name in [
        "The big one",
        "<script>alert(1)</script>",
        "'; DROP TABLE passes; --",
        "=HYPERLINK(\"https://evil.example.com\")",
        "\\u0000 %00 ${jndi:ldap://x}",
        "端末 🖥️ и ещё",
        &"n".repeat(100),
        &"名".repeat(100),
    ] {
        let renamed = rename(&portal, &customer, license_id, &pass, name).await;
        assert_eq!((renamed.status, renamed.text("name").as_str()), (200, name), "{renamed:?}");
        assert_eq!(renamed.header("content-type"), "application/json");
        assert_eq!(renamed.json()["pass_id"], claims(&pass)["jti"]);
        assert_eq!(names(&portal.license(&customer, license_id).await), [name], "as it was written, never as markup");
    }
    assert_eq!(rename(&portal, &customer, license_id, &pass, "  Desk \t").await.text("name"), "Desk");
    for wrong in ["", "   ", "a\nb", "a\u{0}", "a\u{1b}[31m", "a\u{85}b", "\u{202e}evissergorp", &"n".repeat(101)] {
        rename(&portal, &customer, license_id, &pass, wrong).await.check_refused(422, "INVALID_INPUT", "name");
    }
    let offer = portal.offer(&pass, &device).await;
    assert_eq!(rename(&portal, &customer, license_id, &pass, "On its way").await.json()["status"], "moving");
    assert_eq!(portal.preview(&by_code(&offer)).await.text("from"), "On its way");
    assert_eq!(portal.recover(&customer, license_id, &pass).await.status, 200);
    rename(&portal, &customer, license_id, &pass, "Gone").await.check_refused(404, "NOT_FOUND", "");
    let told = portal.app.store.read(|tx| {
        let (vendor, _) = crate::shop::demo_product(tx)?;
        tx.events(vendor.vendor_id, 0, 1000)
    });
    let told = told.await.expect("the events are read");
    assert!(told.iter().all(|(_, event)| !event.body.contains("Desk")), "names are nobody else's business");
}
