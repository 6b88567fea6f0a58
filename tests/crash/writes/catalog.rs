//! Writes of a vendor's team to its products, menus and license texts.

use serde_json::{Value, json};

use super::{Again, Row, Write};
use crate::client::Request;
use crate::world::World;

const ACME: &str = "/api/v1/admin/vendors/acme";

pub(super) const WRITES: &[Row] = &[
    ("post", "/api/v1/admin/vendors/{vendor}/products", add_product),
    ("put", "/api/v1/admin/vendors/{vendor}/products/{product}", edit_product),
    ("delete", "/api/v1/admin/vendors/{vendor}/products/{product}", delete_product),
    ("put", "/api/v1/admin/vendors/{vendor}/products/{product}/draft", save_draft),
    ("delete", "/api/v1/admin/vendors/{vendor}/products/{product}/draft", discard_draft),
    ("post", "/api/v1/admin/vendors/{vendor}/products/{product}/menus", publish_menu),
    ("post", "/api/v1/admin/vendors/{vendor}/products/{product}/tax", publish_tax),
    ("post", "/api/v1/admin/vendors/{vendor}/agreements", add_agreement),
];

/// A slug that no product has.
fn slug(world: &World) -> String {
    format!("product-{}", world.number())
}

fn adding(world: &World, slug: &str) -> Request {
    let body = json!({"product": slug, "name": "Notebook", "summary": "Writes."});
    Request::new("POST", format!("{ACME}/products")).body(body).by(&world.owner).once(world.key())
}

/// A new product's address.
fn product(world: &World) -> String {
    let slug = slug(world);
    world.done(&adding(world, &slug));
    format!("{ACME}/products/{slug}")
}

/// What the owner sees at an address; nothing where nothing is.
fn look(world: &World, path: &str) -> Value {
    let answer = world.send(&Request::new("GET", path).by(&world.owner));
    if answer.status == 200 { answer.json() } else { Value::Null }
}

fn saving(world: &World, product: &str) -> Request {
    let menu = look(world, &format!("{ACME}/products/sketchpad/menus/1"));
    let content =
        json!({"currency": menu["currency"], "features": menu["product"]["features"], "offers": menu["offers"]});
    Request::new("PUT", format!("{product}/draft")).body(content).by(&world.owner).if_match("\"0\"")
}

fn add_product(world: &World) -> Write {
    let slug = slug(world);
    let path = format!("{ACME}/products/{slug}");
    Write {
        request: adding(world, &slug),
        status: 201,
        again: Again::Kept,
        see: Box::new(move |world, _| look(world, &path)["name"].clone()),
        then: json!("Notebook"),
    }
}

fn edit_product(world: &World) -> Write {
    let path = product(world);
    let request = Request::new("PUT", &path).body(json!({"name": "Diary", "summary": ""}));
    Write {
        request: request.by(&world.owner).if_match("\"1\""),
        status: 200,
        again: Again::Refused(412),
        see: Box::new(move |world, _| {
            let product = look(world, &path);
            json!([product["name"], product["revision"]])
        }),
        then: json!(["Diary", 2]),
    }
}

fn delete_product(world: &World) -> Write {
    let path = product(world);
    Write {
        request: Request::new("DELETE", &path).by(&world.owner),
        status: 204,
        again: Again::Refused(404),
        see: Box::new(move |world, _| look(world, &path)),
        then: Value::Null,
    }
}

fn save_draft(world: &World) -> Write {
    let path = product(world);
    Write {
        request: saving(world, &path),
        status: 200,
        again: Again::Refused(412),
        see: Box::new(move |world, _| {
            let draft = look(world, &format!("{path}/draft"));
            json!([draft["is_saved"], draft["revision"]])
        }),
        then: json!([true, 1]),
    }
}

fn discard_draft(world: &World) -> Write {
    let path = product(world);
    world.done(&saving(world, &path));
    Write {
        request: Request::new("DELETE", format!("{path}/draft")).by(&world.owner).if_match("\"1\""),
        status: 204,
        again: Again::Refused(412),
        see: Box::new(move |world, _| {
            let draft = look(world, &format!("{path}/draft"));
            json!([draft["is_saved"], draft["revision"]])
        }),
        then: json!([false, 2]),
    }
}

fn publish_menu(world: &World) -> Write {
    let path = product(world);
    world.done(&saving(world, &path));
    let request = Request::new("POST", format!("{path}/menus")).body(json!({"revision": 1}));
    Write {
        request: request.by(&world.owner).once(world.key()),
        status: 201,
        again: Again::Kept,
        see: Box::new(move |world, _| {
            let menus = look(world, &format!("{path}/menus"))["items"].as_array().map_or(0, Vec::len);
            json!([menus, look(world, &path)["has_draft"]])
        }),
        then: json!([1, false]),
    }
}

fn publish_tax(world: &World) -> Write {
    let path = product(world);
    world.done(&saving(world, &path));
    let first = Request::new("POST", format!("{path}/menus")).body(json!({"revision": 1}));
    world.done(&first.by(&world.owner).once(world.key()));
    // A rate that the menu cannot have been published with.
    world.set_up_money(20 + world.number() % 70);
    let request = Request::new("POST", format!("{path}/tax")).body(json!({"menu": 1}));
    Write {
        request: request.by(&world.owner).once(world.key()),
        status: 201,
        again: Again::Kept,
        see: Box::new(move |world, _| {
            let menus = look(world, &format!("{path}/menus"))["items"].as_array().map_or(0, Vec::len);
            json!([menus, look(world, &format!("{path}/menus/2"))["tax"]["name"]])
        }),
        then: json!([2, "VAT"]),
    }
}

fn add_agreement(world: &World) -> Write {
    let (path, title) = (format!("{ACME}/agreements"), format!("Terms {}", world.number()));
    let request = Request::new("POST", &path).body(json!({"title": title, "text": title}));
    Write {
        request: request.by(&world.owner).once(world.key()),
        status: 201,
        again: Again::Kept,
        see: Box::new(move |world, _| {
            let list = look(world, &path)["items"].clone();
            let list = list.as_array().expect("a list has items");
            list.iter().filter(|row| row["title"] == title.as_str()).map(|row| row["version"].clone()).collect()
        }),
        then: json!([1]),
    }
}
