//! A pass lives on one device and goes to another: exactly once, and back only by a move.

use actix_web::http::Method;
use backend::changes::Subject;
use backend::http::moves::{keep_sweeping, sweep_moves};
use serde_json::{Value, json};
use shared::id::LicenseId;
use shared::license::LicenseState;
use shared::pass::PassStatus;

use crate::shop::moves::{by_code, by_portable};
use crate::shop::{Answer, Ask, Customer, Device, NOW, Portal, URL, claims, get, post};

mod carriers;
mod races;
mod strangers;

/// A license with its pass on device 1.
struct Bought {
    portal: Portal,
    customer: Customer,
    license_id: LicenseId,
    device: Device,
    pass: String,
}

async fn bought(selection: Value) -> Bought {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, selection).await;
    let device = Device::new(1);
    let pass = portal.pass(&customer, license_id, &device).await;
    Bought { portal, customer, license_id, device, pass }
}

fn pro() -> Value {
    json!({"offer": "pro", "term": "P1Y", "features": ["ai.render"], "uses": {"ai.render": 100}, "terminals": 3})
}

impl Bought {
    async fn offer(&self) -> Answer {
        let offer = self.portal.offer(&self.pass, &self.device).await;
        assert_eq!(offer.status, 201, "{offer:?}");
        offer
    }

    /// The pass must be refused with this code by whatever uses it, and stand so in the status list.
    async fn check_refused_everywhere(&self, pass: &str, code: &str, status: PassStatus) {
        let Self { portal, device, .. } = self;
        portal.refresh(pass, device).await.check_refused(403, code, "");
        portal.use_once(pass, device).await.check_refused(403, code, "");
        let slice = json!({"feature": "ai.render"});
        portal.post_by_device("/api/v1/slices", &slice, pass, device).await.check_refused(403, code, "");
        portal.offer(pass, device).await.check_refused(403, code, "");
        assert_eq!(portal.verify(pass, None).await["code"], code);
        assert_eq!(portal.stands(pass).await, status);
    }

    async fn check_good(&self, pass: &str, device: &Device) {
        assert_eq!(self.portal.verify(pass, None).await["code"], "VALID");
        assert_eq!(self.portal.stands(pass).await, PassStatus::Valid);
        let used = self.portal.use_once(pass, device).await;
        assert_eq!(used.status, 200, "{used:?}");
    }
}

#[actix_web::test]
async fn a_license_goes_to_another_device_and_the_old_pass_is_refused_everywhere() {
    let bought = bought(pro()).await;
    let Bought { portal, customer, license_id, device, pass } = &bought;
    portal.wait(5);
    let offer = bought.offer().await;
    let portable = claims(&offer.text("portable_pass"));
    for (claim, wanted) in [
        ("iss", json!(format!("{URL}/v/acme"))),
        ("aud", json!("acme/sketchpad")),
        ("sub", claims(pass)["sub"].clone()),
        ("jti", offer.json()["move_id"].clone()),
        ("move", offer.json()["move_id"].clone()),
        ("from", claims(pass)["jti"].clone()),
        ("iat", json!(NOW.as_unix() + 5)),
        ("exp", json!(NOW.as_unix() + 5 + 900)),
        ("pass_status", json!("moving")),
        ("lic", claims(pass)["lic"].clone()),
    ] {
        assert_eq!(portable[claim], wanted, "{claim}");
    }
    assert!(portable["cnf"].is_null() && portable["status"].is_null(), "bound to no key");
    assert_eq!(offer.json()["expires_at"], "2026-11-22T02:15:05Z");
    assert_eq!(offer.text("url"), format!("{URL}/receive#{}", offer.text("code")));

    bought.check_refused_everywhere(pass, "BEING_MOVED", PassStatus::Moving).await;
    let terminal = portal.license(customer, *license_id).await["terminals"]["items"][0].clone();
    assert_eq!(terminal["status"], "moving");
    assert_eq!(terminal["move"], json!({"move_id": offer.json()["move_id"], "expires_at": offer.json()["expires_at"]}));

    let next = Device::new(2);
    let moved = portal.redeem(&by_portable(&offer), &next).await;
    assert_eq!(moved.status, 201, "{moved:?}");
    let successor = moved.text("pass");
    assert_eq!(claims(&successor)["cnf"]["jkt"], next.jkt());
    assert_eq!(
        (&claims(&successor)["lic"]["epoch"], &claims(&successor)["jti"]),
        (&json!(1), &moved.json()["pass_id"])
    );
    bought.check_good(&successor, &next).await;
    bought.check_refused_everywhere(pass, "MOVED", PassStatus::Invalid).await;
    let license = portal.license(customer, *license_id).await;
    assert_eq!(license["terminals"]["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(license["terminals"]["items"][0]["name"], "Chrome on Windows");
    assert_eq!(license["moves"]["left"], 2);

    let settled = portal.look_at_move(&offer.text("move_id"), customer).await;
    assert_eq!(settled["state"], "redeemed");
    let moved_to = json!({"name": "Chrome on Windows", "at": "2026-11-22T02:00:05Z"});
    assert_eq!((&settled["moved_to"], &settled["settled_at"]), (&moved_to, &moved_to["at"]));
    let path = format!("/api/v1/moves/{}", offer.text("move_id"));
    let seen = portal.send(portal.by_device(&Method::GET, &path, pass, device)).await;
    assert_eq!(seen.json(), settled, "the old device learns where its license went");
    let happened = portal.happened().await;
    assert!(happened.ends_with(&["pass.move.offered".into(), "pass.move.redeemed".into(), "use.counted".into()]));
    portal.check_store().await;
}

#[actix_web::test]
async fn a_carrier_is_good_once_and_the_winner_may_ask_again() {
    let bought = bought(pro()).await;
    let portal = &bought.portal;
    let offer = bought.offer().await;
    let (winner, other) = (Device::new(2), Device::new(3));
    let first = portal.redeem_once(&by_code(&offer), &winner, "lost").await;
    assert_eq!(first.status, 201);
    let replayed = portal.redeem_once(&by_code(&offer), &winner, "lost").await;
    assert_eq!(replayed.body, first.body, "the reply was lost: the same answer");
    portal.wait(30);
    for carrier in [by_portable(&offer), by_code(&offer)] {
        let again = portal.redeem(&carrier, &winner).await;
        assert_eq!((again.status, again.text("pass_id")), (201, first.text("pass_id")), "the winner's own pass");
        assert_eq!(claims(&again.text("pass"))["iat"], json!(portal.app.clock.now().as_unix()), "freshly signed");
        portal.redeem(&carrier, &bought.device).await.check_refused(409, "MOVE_USED", "");
    }
    for seconds in [0, 900, 86_400, 30 * 86_400] {
        portal.wait(seconds);
        for carrier in [by_portable(&offer), by_code(&offer)] {
            portal.redeem(&carrier, &other).await.check_refused(409, "MOVE_USED", "");
            portal.preview(&carrier).await.check_refused(409, "MOVE_USED", "");
        }
    }
    let again = portal.redeem(&by_portable(&offer), &winner).await;
    assert_eq!(again.text("pass_id"), first.text("pass_id"), "also a month late");
    let onward = portal.offer(&again.text("pass"), &winner).await;
    assert_eq!(portal.redeem(&by_code(&onward), &other).await.status, 201);
    portal.redeem(&by_portable(&offer), &winner).await.check_refused(403, "MOVED", "");
    let customer = portal.sign_in("a@example.com").await;
    portal.send(withdraw(&offer).by(&customer)).await.check_refused(409, "MOVE_USED", "");
    portal.check_store().await;
}

fn withdraw(offer: &Answer) -> Ask {
    Ask::new(Method::DELETE, &format!("/api/v1/moves/{}", offer.text("move_id")))
}

#[actix_web::test]
async fn a_cancelled_move_gives_the_pass_back_and_its_carriers_are_worth_nothing() {
    let bought = bought(pro()).await;
    let Bought { portal, customer, device, pass, .. } = &bought;
    let offer = bought.offer().await;
    assert_eq!(portal.withdraw(&offer.text("move_id"), pass, device).await.status, 204);
    bought.check_good(pass, device).await;
    assert_eq!(portal.withdraw(&offer.text("move_id"), pass, device).await.status, 204, "cancelled is cancelled");
    assert_eq!(portal.send(withdraw(&offer).by(customer)).await.status, 204);
    for carrier in [by_portable(&offer), by_code(&offer)] {
        let refused = portal.redeem(&carrier, &Device::new(2)).await;
        refused.check_refused(409, "MOVE_EXPIRED", "");
        assert!(refused.text("detail").contains("cancelled"), "{refused:?}");
        portal.preview(&carrier).await.check_refused(409, "MOVE_EXPIRED", "");
    }
    let second = portal.offer_by(customer, pass).await;
    assert_eq!(second.status, 201, "a cancelled move counts against no limit: {second:?}");
    assert_eq!(portal.send(withdraw(&second).by(customer)).await.status, 204);
    bought.check_good(pass, device).await;
    assert_eq!(portal.license(customer, bought.license_id).await["moves"]["left"], 3);
    let cancelled = portal.happened().await.iter().filter(|kind| *kind == "pass.move.cancelled").count();
    assert_eq!(cancelled, 2, "each once");
    portal.check_store().await;
}

#[actix_web::test]
async fn a_move_that_nobody_redeems_expires_at_its_second_and_gives_the_pass_back() {
    let bought = bought(pro()).await;
    let Bought { portal, customer, device, pass, .. } = &bought;
    let offer = bought.offer().await;
    portal.wait(899);
    assert_eq!(sweep_moves(&portal.app).await.unwrap(), 0);
    assert_eq!(portal.preview(&by_code(&offer)).await.status, 200);
    bought.check_refused_everywhere(pass, "BEING_MOVED", PassStatus::Moving).await;
    portal.wait(1);
    assert_eq!(sweep_moves(&portal.app).await.unwrap(), 1);
    assert_eq!(sweep_moves(&portal.app).await.unwrap(), 0);
    bought.check_good(pass, device).await;
    let seen = portal.look_at_move(&offer.text("move_id"), customer).await;
    assert_eq!((&seen["state"], &seen["settled_at"]), (&json!("expired"), &offer.json()["expires_at"]));
    for carrier in [by_portable(&offer), by_code(&offer)] {
        portal.redeem(&carrier, &Device::new(2)).await.check_refused(409, "MOVE_EXPIRED", "");
    }
    assert_eq!(portal.send(withdraw(&offer).by(customer)).await.status, 204);
    portal.wait(60);
    portal.redeem(&by_portable(&offer), &Device::new(2)).await.check_refused(409, "MOVE_EXPIRED", "");
    assert_eq!(portal.happened().await.iter().filter(|kind| *kind == "pass.move.expired").count(), 1);
    portal.check_store().await;
}

#[actix_web::test]
async fn the_server_sweeps_by_itself_and_tells_who_waits() {
    let bought = bought(pro()).await;
    let Bought { portal, device, pass, .. } = &bought;
    bought.offer().await;
    let mut changes = portal.app.changes.watch(Subject::License(bought.license_id));
    // The seconds between sweeps pass at once.
    tokio::time::pause();
    let sweeping = actix_web::rt::spawn(keep_sweeping(portal.app.clone()));
    portal.wait(900);
    changes.changed().await.expect("the license changes");
    sweeping.abort();
    bought.check_good(pass, device).await;
}

#[actix_web::test]
async fn nobody_waits_for_the_sweeper() {
    for (what, code) in
        [("redeem", "MOVE_EXPIRED"), ("look", ""), ("use", ""), ("refresh", ""), ("offer", ""), ("issue", "")]
    {
        let bought = bought(pro()).await;
        let Bought { portal, customer, license_id, device, pass } = &bought;
        let offer = bought.offer().await;
        portal.wait(900);
        let answer = match what {
            "redeem" => portal.redeem(&by_code(&offer), &Device::new(2)).await,
            "look" => portal.send(get(&format!("/api/v1/moves/{}", offer.text("move_id"))).by(customer)).await,
            "use" => portal.use_once(pass, device).await,
            "refresh" => portal.refresh(pass, device).await,
            "offer" => portal.offer(pass, device).await,
            _ => portal.issue(customer, *license_id, device, "again").await,
        };
        if code.is_empty() {
            assert!(answer.status < 300, "{what}: {answer:?}");
        } else {
            answer.check_refused(409, code, "");
        }
        let expired = portal.look_at_move(&offer.text("move_id"), customer).await;
        assert_eq!(expired["state"], "expired", "{what}");
        assert_eq!(portal.stands(pass).await == PassStatus::Moving, what == "offer", "{what}");
        assert_eq!(portal.happened().await.iter().filter(|kind| *kind == "pass.move.expired").count(), 1, "{what}");
    }
}

#[actix_web::test]
async fn only_a_valid_pass_of_a_good_license_moves() {
    let bought = bought(pro()).await;
    let Bought { portal, customer, license_id, device, pass } = &bought;
    portal.change_license(*license_id, |record| record.license.state = LicenseState::Suspended).await;
    portal.offer(pass, device).await.check_refused(403, "SUSPENDED", "");
    portal.offer_by(customer, pass).await.check_refused(403, "SUSPENDED", "");
    portal.change_license(*license_id, |record| record.license.state = LicenseState::Active).await;
    portal.change_pass(pass, |pass| pass.status = PassStatus::Suspended).await;
    portal.offer(pass, device).await.check_refused(403, "SUSPENDED", "");
    portal.change_pass(pass, |pass| pass.status = PassStatus::Valid).await;

    let offer = bought.offer().await;
    portal.offer_by(customer, pass).await.check_refused(403, "BEING_MOVED", "");
    portal.change_license(*license_id, |record| record.license.state = LicenseState::Suspended).await;
    for carrier in [by_portable(&offer), by_code(&offer)] {
        portal.preview(&carrier).await.check_refused(403, "SUSPENDED", "");
        portal.redeem(&carrier, &Device::new(2)).await.check_refused(403, "SUSPENDED", "");
    }
    portal.change_license(*license_id, |record| record.license.state = LicenseState::Active).await;
    assert_eq!(portal.withdraw(&offer.text("move_id"), pass, device).await.status, 204);
    portal.change_pass(pass, |pass| pass.status = PassStatus::Invalid).await;
    portal.offer(pass, device).await.check_refused(403, "REVOKED", "");

    let trial = portal.buy(customer, json!({"offer": "trial", "term": "first_use:P14D"})).await;
    let staying = portal.pass(customer, trial, device).await;
    portal.offer(&staying, device).await.check_refused(409, "MOVE_NOT_ALLOWED", "");
    let month = portal.buy(customer, json!({"offer": "solo", "term": "P1M", "terminals": 1})).await;
    let ending = portal.pass(customer, month, device).await;
    portal.wait(30 * 86_400 - 60);
    portal.offer(&ending, device).await.check_refused(403, "EXPIRED", "");
    let ending = portal.refresh(&ending, device).await.text("pass");
    let late = portal.offer(&ending, device).await;
    portal.wait(60);
    let customer = portal.sign_in("a@example.com").await;
    portal.redeem(&by_code(&late), &Device::new(2)).await.check_refused(403, "TERM_ENDED", "");
    assert_eq!(portal.send(withdraw(&late).by(&customer)).await.status, 204);
    portal.offer_by(&customer, &ending).await.check_refused(403, "TERM_ENDED", "");
}

#[actix_web::test]
async fn a_revoked_license_goes_nowhere() {
    let bought = bought(pro()).await;
    let Bought { portal, customer, license_id, device, pass } = &bought;
    let offer = bought.offer().await;
    portal.change_license(*license_id, |record| record.license.state = LicenseState::Revoked).await;
    for carrier in [by_portable(&offer), by_code(&offer)] {
        portal.preview(&carrier).await.check_refused(403, "REVOKED", "");
        portal.redeem(&carrier, &Device::new(2)).await.check_refused(403, "REVOKED", "");
    }
    portal.offer(pass, device).await.check_refused(403, "REVOKED", "");
    portal.offer_by(customer, pass).await.check_refused(403, "REVOKED", "");
}

#[actix_web::test]
async fn moves_are_limited_and_the_refusal_says_when_there_are_more() {
    let bought = bought(json!({"offer": "solo", "term": "perpetual", "terminals": 2})).await;
    let Bought { portal, customer, license_id, .. } = &bought;
    let (mut pass, mut device) = (bought.pass.clone(), Device::new(1));
    let second = portal.pass(customer, *license_id, &Device::new(9)).await;
    for number in 2..=3 {
        let offer = portal.offer(&pass, &device).await;
        device = Device::new(number);
        pass = portal.redeem(&by_code(&offer), &device).await.text("pass");
    }
    let refused = portal.offer(&pass, &device).await;
    refused.check_refused(409, "MOVE_LIMIT_REACHED", "");
    assert_eq!(refused.json()["opens_at"], "2027-11-22T02:00:00Z");
    portal.offer_by(customer, &second).await.check_refused(409, "MOVE_LIMIT_REACHED", "");
    let moves = portal.license(customer, *license_id).await["moves"].clone();
    assert_eq!((&moves["left"], &moves["opens_at"]), (&json!(0), &json!("2027-11-22T02:00:00Z")));

    portal.wait(365 * 86_400 - 1);
    let customer = portal.sign_in("a@example.com").await;
    portal.offer_by(&customer, &pass).await.check_refused(409, "MOVE_LIMIT_REACHED", "");
    portal.wait(1);
    let open = portal.offer_by(&customer, &pass).await;
    assert_eq!(open.status, 201, "{open:?}");
    let other = portal.offer_by(&customer, &second).await;
    assert_eq!(other.status, 201, "two passes, two moves: {other:?}");
    assert_eq!(portal.license(&customer, *license_id).await["moves"]["left"], 0, "what is on offer counts");
    assert_eq!(portal.send(withdraw(&other).by(&customer)).await.status, 204);
    assert_eq!(portal.license(&customer, *license_id).await["moves"]["left"], 1);
}

#[actix_web::test]
async fn a_license_does_not_move_to_a_device_that_has_it() {
    let bought = bought(pro()).await;
    let Bought { portal, customer, license_id, device, pass } = &bought;
    let (beside, beside_pass) = (Device::new(2), portal.pass(customer, *license_id, &Device::new(2)).await);
    let offer = bought.offer().await;
    for carrier in [by_portable(&offer), by_code(&offer)] {
        portal.redeem(&carrier, device).await.check_refused(409, "SAME_DEVICE", "");
        portal.redeem(&carrier, &beside).await.check_refused(409, "SAME_DEVICE", "");
    }
    bought.check_good(&beside_pass, &beside).await;
    assert_eq!(portal.stands(pass).await, PassStatus::Moving, "nothing happened");
    assert_eq!(portal.redeem(&by_code(&offer), &Device::new(3)).await.status, 201);
    let back = portal.offer_by(customer, &beside_pass).await;
    let returned = portal.redeem(&by_code(&back), device).await;
    assert_eq!(returned.status, 201, "a device that gave its pass away may receive another: {returned:?}");
    portal.check_store().await;
}

#[actix_web::test]
async fn what_would_arrive_is_shown_before() {
    let bought = bought(pro()).await;
    let Bought { portal, device, pass, .. } = &bought;
    for _ in 0..3 {
        portal.use_once(pass, device).await;
    }
    let offer = bought.offer().await;
    let preview = portal.preview(&by_code(&offer)).await.json();
    assert_eq!(preview, portal.preview(&by_portable(&offer)).await.json());
    for (member, wanted) in [
        ("move_id", offer.json()["move_id"].clone()),
        ("offer_name", json!("Pro")),
        ("from", json!("Firefox on Linux")),
        ("until", json!("2027-11-22T02:00:00Z")),
        ("expires_at", offer.json()["expires_at"].clone()),
        ("app_url", json!(format!("{URL}/demo/"))),
    ] {
        assert_eq!(preview[member], wanted, "{member}");
    }
    assert_eq!(preview["product"]["vendor"]["slug"], "acme");
    assert_eq!(
        (&preview["product"]["product"], &preview["product"]["name"]),
        (&json!("sketchpad"), &json!("Sketchpad"))
    );
    let features = preview["features"].as_array().expect("features").clone();
    assert!(features.contains(&json!({"feature": "ai.render", "name": "AI rendering", "left": 97})), "{features:?}");
    assert!(features.contains(&json!({"feature": "draw", "name": "Draw and undo"})), "{features:?}");
    let audience = json!({"code": offer.text("code"), "audience": "acme/sketchpad"});
    assert_eq!(portal.send(post("/api/v1/moves/preview", &audience)).await.json(), preview);
}

#[actix_web::test]
async fn what_was_counted_stays_counted_when_a_license_moves() {
    let bought = bought(pro()).await;
    let Bought { portal, customer, license_id, device, pass } = &bought;
    let slice = portal.post_by_device("/api/v1/slices", &json!({"feature": "ai.render"}), pass, device).await;
    let (count, slice_id) = (slice.json()["count"].as_u64().expect("a count"), slice.text("slice_id"));
    let offer = bought.offer().await;
    let settle = format!("/api/v1/slices/{slice_id}/settle");
    let next = Device::new(2);
    let successor = portal.redeem(&by_code(&offer), &next).await.text("pass");
    let left = |license: Value| license["features"]["ai.render"]["uses"]["left"].clone();
    assert_eq!(left(portal.license(customer, *license_id).await), json!(100 - count));
    assert_eq!(claims(&successor)["lic"]["features"]["ai.render"]["uses"]["left"], json!(100 - count));
    let settled = portal.post_by_device(&settle, &json!({"spent": 1}), pass, device).await;
    assert_eq!((settled.status, &settled.json()["returned"]), (200, &json!(count - 1)), "{settled:?}");
    assert_eq!(left(portal.license(customer, *license_id).await), json!(99));
    portal.check_store().await;
}
