//! The writes about authentication sources. None of their providers is ever asked: the address is nobody's.

use serde_json::{Value, json};

use super::{Again, Row, Write};
use crate::client::Request;
use crate::world::World;

const SOURCES: &str = "/api/v1/admin/vendors/acme/sources";

pub(super) const WRITES: &[Row] = &[
    ("post", "/api/v1/admin/vendors/{vendor}/sources", add_source),
    ("put", "/api/v1/admin/vendors/{vendor}/sources/{source_id}", edit_source),
    ("delete", "/api/v1/admin/vendors/{vendor}/sources/{source_id}", remove_source),
];

fn add_source(world: &World) -> Write {
    let name = format!("Source {}", world.key());
    Write {
        request: adding(world, &name),
        status: 201,
        again: Again::Kept,
        see: Box::new(move |world, _| named(world, &name).len().into()),
        then: json!(1),
    }
}

fn edit_source(world: &World) -> Write {
    let (name, id) = source(world);
    let body = json!({"name": name, "client_id": "another", "state": "suspended"});
    Write {
        request: Request::new("PUT", format!("{SOURCES}/{id}")).body(body).by(&world.owner).if_match("\"1\""),
        status: 200,
        again: Again::Refused(412),
        see: Box::new(move |world, _| {
            named(world, &name).first().map_or(Value::Null, |source| source["revision"].clone())
        }),
        then: json!(2),
    }
}

fn remove_source(world: &World) -> Write {
    let (name, id) = source(world);
    Write {
        request: Request::new("DELETE", format!("{SOURCES}/{id}")).by(&world.owner),
        status: 204,
        again: Again::Refused(404),
        see: Box::new(move |world, _| named(world, &name).len().into()),
        then: json!(0),
    }
}

fn adding(world: &World, name: &str) -> Request {
    let body =
        json!({"name": name, "issuer": "https://id.nobody.example", "client_id": "portal", "client_secret": "x"});
    Request::new("POST", SOURCES).body(body).by(&world.owner).once(world.key())
}

/// A source: its name and its id.
fn source(world: &World) -> (String, String) {
    let name = format!("Source {}", world.key());
    let made = world.done(&adding(world, &name)).json();
    (name, made["source_id"].as_str().expect("an id").to_owned())
}

fn named(world: &World, name: &str) -> Vec<Value> {
    let list = world.done(&Request::new("GET", format!("{SOURCES}?limit=100")).by(&world.owner)).json();
    list["items"].as_array().expect("a list").iter().filter(|source| source["name"] == name).cloned().collect()
}
