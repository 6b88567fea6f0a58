//! What clients do, each on licenses of its own, so that it knows every number in advance.

use serde_json::{Value, json};

use super::actor::{Actor, Held};
use crate::client::Request;

/// Counts uses one by one until none is left.
pub(super) fn count_uses(actor: &mut Actor<'_>) {
    while !actor.stage.is_over() {
        let Held { license, device, pass, .. } = actor.connect();
        let mut left = 500;
        while left > 0 && !actor.stage.is_over() {
            left -= 1;
            let count = actor.post("/api/v1/uses", json!({"feature": "ai.render", "count": 1}));
            let answer = actor.ask(&count.signed(&device, Some(&pass)), 200).json();
            assert_eq!(answer["left"], left, "{answer}");
        }
        let license = actor.look(&format!("/api/v1/licenses/{license}"));
        assert_eq!(license["features"]["ai.render"]["uses"]["left"], left, "{license}");
    }
}

/// Checks a license out, extends and returns it, with some of its uses; at times two leases of it at once.
pub(super) fn lend(actor: &mut Actor<'_>) {
    let license = actor.buy(&actor.stage.orders[1]);
    let named = actor.post("/api/v1/identifiers", json!({"license_id": license})).by(&actor.stage.customer);
    let identifier = actor.ask(&named, 201).text("identifier");
    let (mut left, mut turn) = (5000, 0);
    while !actor.stage.is_over() {
        turn += 1;
        let mut held = Vec::new();
        for number in 1..=1 + turn % 2 {
            let body = json!({
                "identifier": identifier, "feature": "ai.render", "count": 3, "ttl_seconds": 600, "holder": "farm",
            });
            let granted = actor.ask(&actor.post("/api/v1/leases", body).with_token(&actor.stage.token), 201);
            left -= 3;
            let told = granted.json();
            assert_eq!((&told["left"], &told["seats_left"]), (&json!(left), &json!(5 - number)), "{told}");
            held.push(granted.text("lease_id"));
        }
        for lease in held {
            let path = format!("/api/v1/leases/{lease}");
            let extend = Request::new("POST", format!("{path}/extend")).body(json!({"ttl_seconds": 900}));
            actor.ask(&extend.with_token(&actor.stage.token), 200);
            let back = Request::new("DELETE", &path).body(json!({"unspent": 2})).with_token(&actor.stage.token);
            let returned = actor.ask(&back, 200).json();
            assert_eq!((&returned["state"], &returned["returned"]), (&json!("returned"), &json!(2)), "{returned}");
            left += 2;
        }
    }
    let license = actor.look(&format!("/api/v1/licenses/{license}"));
    assert_eq!(license["features"]["ai.render"]["uses"]["left"], left, "{license}");
}

/// Names a license, replaces the name, and ends it.
pub(super) fn name(actor: &mut Actor<'_>) {
    let license = actor.buy(&actor.stage.orders[1]);
    let list = format!("/api/v1/licenses/{license}/identifiers");
    let good = |actor: &Actor<'_>| -> Vec<Value> {
        let items = actor.look(&list)["items"].as_array().cloned().unwrap_or_default();
        items.into_iter().map(|item| item["identifier_id"].clone()).collect()
    };
    while !actor.stage.is_over() {
        let named = actor.post("/api/v1/identifiers", json!({"license_id": license})).by(&actor.stage.customer);
        let first = actor.ask(&named, 201).text("identifier_id");
        assert_eq!(good(actor), [json!(first)]);
        let body = json!({"license_id": license, "replaces": first});
        let second = actor.ask(&actor.post("/api/v1/identifiers", body).by(&actor.stage.customer), 201);
        let second = second.text("identifier_id");
        assert_eq!(good(actor), [json!(second)]);
        let end = Request::new("DELETE", format!("/api/v1/identifiers/{second}")).by(&actor.stage.customer);
        actor.ask(&end, 204);
        assert_eq!(good(actor), [] as [Value; 0]);
    }
}

/// Buys a license for a device, and moves it to another one.
pub(super) fn buy_and_move(actor: &mut Actor<'_>) {
    let mut moved = Vec::new();
    while !actor.stage.is_over() {
        let Held { license, device, pass, pass_id } = actor.connect();
        let offer = actor.post("/api/v1/moves", json!({"pass_id": pass_id})).signed(&device, Some(&pass));
        let code = actor.ask(&offer, 201).text("code");
        let body = json!({"code": code, "name": "Tablet"});
        let redeem = actor.post("/api/v1/moves/redeem", body).signed(&actor.device(1), None);
        let successor = actor.ask(&redeem, 201).text("pass_id");
        assert_ne!(successor, pass_id);
        moved.push((license, successor));
        check_moved(actor, moved.last().expect("it was just moved"));
    }
    // What was said long ago holds as well.
    for moved in &moved {
        check_moved(actor, moved);
    }
}

/// The license is on the second device alone.
fn check_moved(actor: &Actor<'_>, (license, successor): &(String, String)) {
    let license = actor.look(&format!("/api/v1/licenses/{license}"));
    let devices = license["terminals"]["items"].as_array().expect("a license has devices");
    let seen: Vec<_> = devices.iter().map(|device| (&device["pass_id"], &device["name"], &device["status"])).collect();
    assert_eq!(seen, [(&json!(successor), &json!("Tablet"), &json!("valid"))]);
}
