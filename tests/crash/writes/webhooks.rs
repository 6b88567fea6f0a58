//! The writes about webhooks. None of them is ever answered: the address is nobody's.

use serde_json::{Value, json};

use super::{Again, Row, Write};
use crate::client::Request;
use crate::world::World;

const HOOKS: &str = "/api/v1/admin/vendors/acme/webhooks";

pub(super) const WRITES: &[Row] = &[
    ("post", "/api/v1/admin/vendors/{vendor}/webhooks", add_webhook),
    ("put", "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}", edit_webhook),
    ("delete", "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}", remove_webhook),
    ("post", "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}/secret", renew_secret),
    ("post", "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}/test", test_webhook),
    ("post", "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver", redeliver),
];

fn add_webhook(world: &World) -> Write {
    let name = format!("Hook {}", world.key());
    Write {
        request: adding(world, &name),
        status: 201,
        again: Again::Kept,
        see: Box::new(move |world, _| named(world, &name).len().into()),
        then: json!(1),
    }
}

fn edit_webhook(world: &World) -> Write {
    let (name, id) = webhook(world);
    let body =
        json!({"url": "https://elsewhere.invalid/", "description": name, "state": "paused", "kinds": ["use.none"]});
    Write {
        request: Request::new("PUT", format!("{HOOKS}/{id}")).body(body).by(&world.owner).if_match("\"1\""),
        status: 200,
        again: Again::Refused(412),
        see: Box::new(move |world, _| named(world, &name).first().map_or(Value::Null, |hook| hook["state"].clone())),
        then: json!("paused"),
    }
}

fn remove_webhook(world: &World) -> Write {
    let (name, id) = webhook(world);
    Write {
        request: Request::new("DELETE", format!("{HOOKS}/{id}")).by(&world.owner),
        status: 204,
        again: Again::Refused(404),
        see: Box::new(move |world, _| named(world, &name).len().into()),
        then: json!(0),
    }
}

fn renew_secret(world: &World) -> Write {
    let (name, id) = webhook(world);
    Write {
        request: Request::new("POST", format!("{HOOKS}/{id}/secret")).by(&world.owner).once(world.key()),
        status: 200,
        again: Again::Kept,
        see: Box::new(move |world, _| named(world, &name).first().map_or(Value::Null, |hook| hook["revision"].clone())),
        then: json!(2),
    }
}

/// Sent again when it is asked for again: what is seen is that there was an attempt.
fn test_webhook(world: &World) -> Write {
    let (_, id) = webhook(world);
    Write {
        request: Request::new("POST", format!("{HOOKS}/{id}/test")).by(&world.owner),
        status: 200,
        again: Again::Anew,
        see: Box::new(move |world, _| deliveries(world, &id).iter().any(|one| one["attempt"] == 1).into()),
        then: json!(true),
    }
}

fn redeliver(world: &World) -> Write {
    let (_, id) = webhook(world);
    world.done(&Request::new("POST", format!("{HOOKS}/{id}/test")).by(&world.owner));
    let first = deliveries(world, &id).pop().expect("there was an attempt");
    let first = first["delivery_id"].as_str().expect("an id");
    Write {
        request: Request::new("POST", format!("{HOOKS}/{id}/deliveries/{first}/redeliver")).by(&world.owner),
        status: 200,
        again: Again::Anew,
        see: Box::new(move |world, _| deliveries(world, &id).iter().any(|one| one["attempt"] == 2).into()),
        then: json!(true),
    }
}

fn adding(world: &World, name: &str) -> Request {
    // Of no kind that happens, so that nothing is sent by itself.
    let body = json!({"url": "https://nobody.invalid/", "description": name, "kinds": ["use.none"]});
    Request::new("POST", HOOKS).body(body).by(&world.owner).once(world.key())
}

/// A webhook: its description and its id.
fn webhook(world: &World) -> (String, String) {
    let name = format!("Hook {}", world.key());
    let made = world.done(&adding(world, &name)).json();
    (name, made["webhook"]["webhook_id"].as_str().expect("an id").to_owned())
}

fn named(world: &World, name: &str) -> Vec<Value> {
    items(world, HOOKS).into_iter().filter(|hook| hook["description"] == name).collect()
}

fn deliveries(world: &World, id: &str) -> Vec<Value> {
    items(world, &format!("{HOOKS}/{id}/deliveries"))
}

fn items(world: &World, path: &str) -> Vec<Value> {
    let list = world.done(&Request::new("GET", format!("{path}?limit=100")).by(&world.owner)).json();
    list["items"].as_array().expect("a list").clone()
}
