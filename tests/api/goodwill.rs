//! A vendor's team helps: a longer term, more uses, more moves, money back, and many licenses at once. Every act says why,
//! is told to whoever watches, and can be proven.

use serde_json::{Value, json};
use shared::team::Role;

use crate::lists::{World, id_of, world};
use crate::pass_tenants::add_beta;
use crate::shop::{Answer, Ask, Customer, Device, demo_product, get, post};
use crate::watch::Watch;

impl World {
    /// Does something to a license, as the team's member.
    async fn help(&self, act: &str, body: Value, key: &str) -> Answer {
        self.portal.send(self.helping(&self.member, act, &body, key)).await
    }

    fn helping(&self, by: &Customer, act: &str, body: &Value, key: &str) -> Ask {
        let path = format!("/api/v1/admin/vendors/acme/licenses/{}/{act}", self.licenses[0]);
        post(&path, body).by(by).once(key)
    }

    /// The license as its customer sees it.
    async fn license(&self) -> Value {
        let path = format!("/api/v1/licenses/{}", self.licenses[0]);
        self.portal.send(get(&path).by(&self.anna)).await.json()
    }

    async fn admin(&self) -> Customer {
        let read = self.portal.app.store.read(|tx| Ok(demo_product(tx)?.0.vendor_id));
        self.portal.member("admin@example.com", read.await.expect("the demo's vendor"), Role::Admin).await
    }
}

const WHY: &str = "You had to wait.";

#[actix_web::test]
async fn a_term_is_extended_and_the_customer_is_told_why() {
    let world = world().await;
    let path = format!("/api/v1/licenses/{}/events", world.licenses[0]);
    let mut watch = Watch::open(&world.portal, get(&path).by(&world.anna)).await;
    watch.named("retry").await;
    watch.named("license").await;
    let later = "2028-01-01T00:00:00Z";
    let done = world.help("extend", json!({"ends_at": later, "reason": WHY}), "1").await;
    assert_eq!((done.status, done.header("etag")), (200, "\"2\""), "{done:?}");
    assert_eq!(done.json()["license"]["term"]["ends_at"], later);
    assert_eq!(watch.named("license").await["term"]["ends_at"], later, "the open page is told");
    let again = world.help("extend", json!({"ends_at": later, "reason": WHY}), "2").await;
    assert_eq!((again.status, again.header("etag")), (200, "\"2\""), "repeated, it changes nothing");
    let notes = world.license().await["notes"].clone();
    assert_eq!(notes, json!([{"at": "2026-11-22T02:03:00Z", "kind": "license.extended", "reason": WHY}]));
    let events = world.portal.events("license.extended").await;
    assert_eq!((events.len(), &events[0]["after"]["ends_at"]), (1, &json!(later)));
    assert_eq!(events[0]["from"]["address"], "192.0.2.1");
    let sooner = world.help("extend", json!({"ends_at": "2027-12-31T00:00:00Z", "reason": WHY}), "3").await;
    sooner.check_refused(422, "INVALID_INPUT", "ends_at");
    world.help("extend", json!({"ends_at": later, "reason": " "}), "4").await.check_refused(
        422,
        "INVALID_INPUT",
        "reason",
    );
    // The device's next pass lasts as the license does.
    let refreshed = world.portal.refresh(&world.pass, &world.device).await;
    assert_eq!(refreshed.status, 200, "{refreshed:?}");
    world.portal.check_sound().await;
}

#[actix_web::test]
async fn uses_are_added_once_and_counted_down() {
    let world = world().await;
    let counter = |license: &Value| license["features"]["ai.render"]["uses"].clone();
    let before = counter(&world.license().await);
    let body = json!({"feature": "ai.render", "count": 7, "reason": WHY});
    let done = world.help("uses", body.clone(), "1").await;
    assert_eq!(done.status, 200, "{done:?}");
    let again = world.help("uses", body, "1").await;
    assert_eq!(again.json(), done.json(), "once");
    let after = counter(&world.license().await);
    let left = |counter: &Value| counter["left"].as_u64().expect("they are limited");
    assert_eq!(left(&after), left(&before) + 7);
    assert_eq!(after["added"], 7);
    assert_eq!(world.portal.events("license.uses_added").await.len(), 1);
    for (feature, count, field) in [("draw", 1, "feature"), ("ai.render", 0, "count"), ("no.such", 1, "feature")] {
        let body = json!({"feature": feature, "count": count, "reason": WHY});
        world.help("uses", body, "2").await.check_refused(422, "INVALID_INPUT", field);
    }
    let path = "/api/v1/uses";
    let ask = post(path, &json!({"feature": "ai.render", "count": 3})).once("use").token(&world.pass);
    let ask = ask.proof(&world.device.proof(&world.portal, "POST", path, Some(&world.pass)));
    assert_eq!(world.portal.send(ask).await.json()["left"].as_u64(), Some(left(&after) - 3));
    world.portal.check_sound().await;
    // With the next period everything is as it was sold.
    world.portal.wait(40 * 86_400);
    let world = World { anna: world.portal.sign_in("anna@example.com").await, ..world };
    assert_eq!(left(&counter(&world.license().await)), left(&before));
    world.portal.check_sound().await;
}

#[actix_web::test]
async fn moves_are_allowed_once_and_beyond_the_offers_limit() {
    let world = world().await;
    let left = |license: &Value| license["moves"]["left"].as_u64().expect("they are limited");
    let before = left(&world.license().await);
    let body = json!({"moves": 2, "reason": WHY});
    for _ in 0..2 {
        let done = world.help("moves", body.clone(), "1").await;
        assert_eq!((done.status, done.json()["moves_left"]["left"].as_u64()), (200, Some(before + 2)), "{done:?}");
    }
    let mut pass_id = id_of(&world.pass);
    let offer = async |pass_id: &str| {
        let key = format!("offer {pass_id}");
        world.portal.send(post("/api/v1/moves", &json!({ "pass_id": pass_id })).by(&world.anna).once(&key)).await
    };
    for turn in 0..before + 2 {
        let code = offer(&pass_id).await.text("code");
        let (path, device) = ("/api/v1/moves/redeem", Device::new(100 + u8::try_from(turn).expect("a few")));
        let ask = post(path, &json!({"code": code, "name": "Next"})).once(&pass_id);
        let redeemed = world.portal.send(ask.proof(&device.proof(&world.portal, "POST", path, None))).await;
        pass_id = redeemed.text("pass_id");
    }
    offer(&pass_id).await.check_refused(409, "MOVE_LIMIT_REACHED", "");
    world.help("moves", json!({"moves": 0, "reason": WHY}), "2").await.check_refused(422, "INVALID_INPUT", "moves");
    world.help("moves", json!({"moves": 101, "reason": WHY}), "2").await.check_refused(422, "INVALID_INPUT", "moves");
    world.portal.check_sound().await;
}

#[actix_web::test]
async fn whoever_acts_has_seen_what_is_there() {
    let world = world().await;
    let stale = |ask: Ask| ask.header("if-match", "\"7\"");
    let extend = json!({"ends_at": "2028-01-01T00:00:00Z", "reason": WHY});
    for (act, body) in [
        ("extend", extend),
        ("uses", json!({"feature": "ai.render", "count": 1, "reason": WHY})),
        ("moves", json!({"moves": 1, "reason": WHY})),
        ("suspend", json!({"reason": WHY})),
    ] {
        let ask = world.helping(&world.member, act, &body, act);
        world.portal.send(stale(ask)).await.check_refused(412, "CONFLICT", "");
        let path = format!("licenses/{}", world.licenses[0]);
        let seen = world.get(&path).await.header("etag").to_owned();
        let ask = world.helping(&world.member, act, &body, act).header("if-match", &seen);
        assert_eq!(world.portal.send(ask).await.status, 200, "{act}");
        assert_ne!(world.get(&path).await.header("etag"), seen, "{act} counts the revision up");
    }
    let path = format!("/api/v1/admin/vendors/acme/passes/{}/revoke", id_of(&world.pass));
    let ask = stale(post(&path, &json!({"reason": WHY})).by(&world.member));
    world.portal.send(ask).await.check_refused(412, "CONFLICT", "");
    let ask = post(&path, &json!({"reason": WHY})).by(&world.member).header("if-match", "seven");
    world.portal.send(ask).await.check_refused(422, "INVALID_INPUT", "If-Match");
}

#[actix_web::test]
async fn an_order_is_paid_back_and_its_license_ends_with_it() {
    let world = world().await;
    let admin = world.admin().await;
    let license = world.licenses[0].to_string();
    let order = world.get(&format!("orders?q={license}")).await.json()["items"][0].clone();
    let path = format!("/api/v1/admin/vendors/acme/orders/{}/refund", order["order_id"].as_str().expect("an order"));
    let refund = async |by: &Customer| world.portal.send(post(&path, &json!({"reason": WHY})).by(by)).await;
    refund(&world.member).await.check_refused(403, "FORBIDDEN", "");
    let mut watch = world.portal.watch(&world.pass, &world.device).await;
    for _ in 0..2 {
        let done = refund(&admin).await;
        assert_eq!((done.status, done.json()["state"].as_str()), (200, Some("refunded")), "{done:?}");
    }
    assert_eq!(watch.named("status").await["code"], "REVOKED");
    watch.end().await;
    assert_eq!(world.license().await["state"], "revoked");
    world.portal.refresh(&world.pass, &world.device).await.check_refused(403, "REVOKED", "");
    assert_eq!(world.portal.events("order.refunded").await.len(), 1);
    assert_eq!(world.license().await["notes"].as_array().map(Vec::len), Some(1), "the passes went with their license");
    let unpaid = world.get("orders?state=awaiting_payment").await.json()["items"][0].clone();
    let path = format!("/api/v1/admin/vendors/acme/orders/{}/refund", unpaid["order_id"].as_str().expect("an order"));
    world.portal.send(post(&path, &json!({"reason": WHY})).by(&admin)).await.check_refused(409, "CONFLICT", "");
    for (act, body) in [
        ("extend", json!({"ends_at": "2029-01-01T00:00:00Z", "reason": WHY})),
        ("uses", json!({"feature": "ai.render", "count": 1, "reason": WHY})),
        ("moves", json!({"moves": 1, "reason": WHY})),
    ] {
        world.help(act, body, act).await.check_refused(409, "CONFLICT", "");
    }
    world.portal.check_sound().await;
}

#[actix_web::test]
async fn many_licenses_are_done_one_by_one() {
    let world = world().await;
    let path = "/api/v1/admin/vendors/acme/licenses/bulk";
    let bulk = async |act: &str, ids: Value| {
        let body = json!({"act": act, "license_ids": ids, "reason": WHY});
        world.portal.send(post(path, &body).by(&world.member)).await
    };
    let [first, second] = world.licenses.map(|license| license.to_string());
    let nowhere = first.replace(char::is_numeric, "0");
    world.portal.act(&world.member, "revoke", &second).await;
    for _ in 0..2 {
        let done = bulk("suspend", json!([first, second, first, nowhere])).await.json();
        assert_eq!(done["done"], json!([first]), "{done}");
        let codes: Vec<_> = done["refused"].as_array().expect("two").iter().map(|one| one["code"].as_str()).collect();
        assert_eq!(codes.len(), 2);
        assert!(codes.contains(&Some("CONFLICT")) && codes.contains(&Some("NOT_FOUND")), "{done}");
    }
    assert_eq!(world.portal.events("license.suspended").await.len(), 1);
    assert_eq!(bulk("reinstate", json!([first])).await.json()["done"], json!([first]));
    bulk("suspend", json!([])).await.check_refused(422, "INVALID_INPUT", "license_ids");
    bulk("suspend", Value::Array((0..101).map(|n| json!(format!("lic_{n:026}"))).collect())).await.check_refused(
        422,
        "INVALID_INPUT",
        "license_ids",
    );
    world.portal.check_sound().await;
}

#[actix_web::test]
async fn nobody_helps_at_another_vendor() {
    let world = world().await;
    let portal = &world.portal;
    let beta = add_beta(portal).await;
    let stranger = portal.member("owner@beta.example", beta, Role::Owner).await;
    let license = world.licenses[0];
    let order = world.get(&format!("orders?q={license}")).await.json()["items"][0]["order_id"].clone();
    let order = order.as_str().expect("an order").to_owned();
    for vendor in ["acme", "beta"] {
        for (path, body) in [
            (format!("licenses/{license}/extend"), json!({"ends_at": "2029-01-01T00:00:00Z", "reason": WHY})),
            (format!("licenses/{license}/uses"), json!({"feature": "ai.render", "count": 1, "reason": WHY})),
            (format!("licenses/{license}/moves"), json!({"moves": 1, "reason": WHY})),
            (format!("orders/{order}/refund"), json!({"reason": WHY})),
        ] {
            let path = format!("/api/v1/admin/vendors/{vendor}/{path}");
            portal.send(post(&path, &body).by(&stranger).once(&path)).await.check_refused(404, "NOT_FOUND", "");
            portal.send(post(&path, &body).by(&world.anna).once("x")).await.check_refused(404, "NOT_FOUND", "");
        }
    }
    let body = json!({"act": "revoke", "license_ids": [license], "reason": WHY});
    let done = portal.send(post("/api/v1/admin/vendors/beta/licenses/bulk", &body).by(&stranger)).await.json();
    assert_eq!((&done["done"], &done["refused"][0]["code"]), (&json!([]), &json!("NOT_FOUND")));
    assert_eq!(world.license().await["state"], "active");
}
