//! Writes of a vendor's team to its signing keys.

use serde_json::{Value, json};

use super::{Again, Row, Write};
use crate::client::Request;
use crate::world::World;

const KEYS: &str = "/api/v1/admin/vendors/acme/keys";

pub(super) const WRITES: &[Row] = &[
    // First: only a key that was made with the vendor's first may sign at once.
    ("post", "/api/v1/admin/vendors/{vendor}/keys/{kid}/activate", activate_key),
    ("post", "/api/v1/admin/vendors/{vendor}/keys", add_key),
    ("post", "/api/v1/admin/vendors/{vendor}/keys/{kid}/retire", retire_key),
    ("post", "/api/v1/admin/vendors/{vendor}/keys/{kid}/revoke", revoke_key),
];

fn keys(world: &World) -> Vec<Value> {
    let list = world.done(&Request::new("GET", KEYS).by(&world.owner)).json();
    list["items"].as_array().expect("a list has items").clone()
}

fn count(world: &World, state: &str) -> usize {
    keys(world).iter().filter(|key| key["state"] == state).count()
}

fn adding(world: &World) -> Request {
    Request::new("POST", KEYS).by(&world.owner).once(world.key())
}

fn act(world: &World, kid: &str, act: &str) -> Request {
    Request::new("POST", format!("{KEYS}/{kid}/{act}")).by(&world.owner)
}

/// The state of a key, and how many sign.
fn see(kid: String) -> super::See {
    Box::new(move |world, _| {
        let key = keys(world).into_iter().find(|key| key["kid"] == kid.as_str()).unwrap_or_default();
        json!([key["state"], count(world, "active")])
    })
}

fn activate_key(world: &World) -> Write {
    let next = keys(world).into_iter().find(|key| key["state"] == "next").expect("there is a next key");
    let kid = next["kid"].as_str().expect("a key has an id").to_owned();
    Write {
        request: act(world, &kid, "activate"),
        status: 200,
        again: Again::Anew,
        see: see(kid),
        then: json!(["active", 1]),
    }
}

fn add_key(world: &World) -> Write {
    let before = count(world, "next");
    Write {
        request: adding(world),
        status: 201,
        again: Again::Kept,
        see: Box::new(|world, _| count(world, "next").into()),
        then: json!(before + 1),
    }
}

fn retire_key(world: &World) -> Write {
    let kid = world.done(&adding(world)).text("kid");
    Write {
        request: act(world, &kid, "retire"),
        status: 200,
        again: Again::Anew,
        see: see(kid),
        then: json!(["retired", 1]),
    }
}

/// The key that signs: another signs from then on, and there is only ever one.
fn revoke_key(world: &World) -> Write {
    let active = keys(world).into_iter().find(|key| key["state"] == "active").expect("one signs");
    let kid = active["kid"].as_str().expect("a key has an id").to_owned();
    Write {
        request: act(world, &kid, "revoke").body(json!({"reason": "A story."})),
        status: 200,
        again: Again::Anew,
        see: see(kid),
        then: json!(["revoked", 1]),
    }
}
