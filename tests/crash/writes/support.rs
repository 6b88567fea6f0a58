//! The writes by which a vendor's team helps its customers.

use serde_json::{Value, json};

use super::{Again, Row, Write, left, see_license};
use crate::client::Request;
use crate::world::{Holder, World};

const ACME: &str = "/api/v1/admin/vendors/acme";

pub(super) const WRITES: &[Row] = &[
    ("post", "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/extend", extend_license),
    ("post", "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/uses", add_uses),
    ("post", "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/moves", allow_moves),
    ("post", "/api/v1/admin/vendors/{vendor}/licenses/bulk", act_in_bulk),
    ("post", "/api/v1/admin/vendors/{vendor}/orders/{order_id}/refund", refund),
    ("post", "/api/v1/admin/vendors/{vendor}/orders/{order_id}/paid", mark_paid),
    ("post", "/api/v1/admin/vendors/{vendor}/orders/{order_id}/cancel", cancel_unpaid),
];

fn helping(world: &World, path: &str, body: Value) -> Request {
    Request::new("POST", format!("{ACME}/{path}")).body(body).by(&world.owner)
}

fn extend_license(world: &World) -> Write {
    let Holder { license, .. } = world.holder();
    let body = json!({"ends_at": "2099-01-01T00:00:00Z", "reason": "A story."});
    Write {
        request: helping(world, &format!("licenses/{license}/extend"), body),
        status: 200,
        again: Again::Anew,
        see: see_license(&license, |license| {
            json!([license["term"]["ends_at"], license["notes"].as_array().map(Vec::len)])
        }),
        then: json!(["2099-01-01T00:00:00Z", 1]),
    }
}

fn add_uses(world: &World) -> Write {
    let Holder { license, .. } = world.holder();
    let body = json!({"feature": "ai.render", "count": 5, "reason": "A story."});
    Write {
        request: helping(world, &format!("licenses/{license}/uses"), body).once(world.key()),
        status: 200,
        again: Again::Kept,
        see: see_license(&license, |license| left(license).clone()),
        then: json!(105),
    }
}

fn allow_moves(world: &World) -> Write {
    let Holder { license, .. } = world.holder();
    let body = json!({"moves": 2, "reason": "A story."});
    Write {
        request: helping(world, &format!("licenses/{license}/moves"), body).once(world.key()),
        status: 200,
        again: Again::Kept,
        see: see_license(&license, |license| license["moves"]["left"].clone()),
        then: json!(5),
    }
}

fn act_in_bulk(world: &World) -> Write {
    let Holder { license, .. } = world.holder();
    let body = json!({"act": "suspend", "license_ids": [license], "reason": "A story."});
    Write {
        request: helping(world, "licenses/bulk", body),
        status: 200,
        again: Again::Anew,
        see: see_license(&license, |license| json!([license["state"], license["notes"].as_array().map(Vec::len)])),
        then: json!(["suspended", 1]),
    }
}

fn refund(world: &World) -> Write {
    let Holder { license, .. } = world.holder();
    let order = world.license(&license)["order_id"].as_str().expect("a license names its order").to_owned();
    let path = format!("/api/v1/orders/{order}");
    Write {
        request: helping(world, &format!("orders/{order}/refund"), json!({"reason": "A story."})),
        status: 200,
        again: Again::Anew,
        see: Box::new(move |world, _| json!([world.look(&path)["state"], world.license(&license)["state"]])),
        then: json!(["refunded", "revoked"]),
    }
}

fn cancel_unpaid(world: &World) -> Write {
    let order = world.invoiced();
    let path = format!("/api/v1/orders/{order}");
    Write {
        request: helping(world, &format!("orders/{order}/cancel"), json!({"reason": "A story."})),
        status: 200,
        again: Again::Anew,
        see: Box::new(move |world, _| {
            world.done(&Request::new("GET", &path).by(&world.customer)).json()["state"].clone()
        }),
        then: json!("cancelled"),
    }
}

fn mark_paid(world: &World) -> Write {
    let order = world.invoiced();
    let path = format!("/api/v1/orders/{order}");
    Write {
        request: helping(world, &format!("orders/{order}/paid"), json!({"note": "A story."})).once(world.key()),
        status: 200,
        again: Again::Kept,
        see: Box::new(move |world, _| {
            let order = world.done(&Request::new("GET", &path).by(&world.customer)).json();
            json!([order["state"], order["license_id"].is_string()])
        }),
        then: json!(["fulfilled", true]),
    }
}
