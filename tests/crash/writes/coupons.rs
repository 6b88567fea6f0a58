//! The writes about coupons.

use serde_json::{Value, json};

use super::{Again, Row, Write};
use crate::client::Request;
use crate::world::World;

const COUPONS: &str = "/api/v1/admin/vendors/acme/coupons";

pub(super) const WRITES: &[Row] = &[
    ("post", "/api/v1/admin/vendors/{vendor}/coupons", add_coupon),
    ("patch", "/api/v1/admin/vendors/{vendor}/coupons/{code}", edit_coupon),
];

fn add_coupon(world: &World) -> Write {
    let code = format!("COUPON-{}", world.number());
    Write {
        request: adding(world, &code),
        status: 201,
        again: Again::Kept,
        see: see_coupon(&code, |coupon| coupon["revision"].clone()),
        then: json!(1),
    }
}

fn edit_coupon(world: &World) -> Write {
    let code = format!("COUPON-{}", world.number());
    world.done(&adding(world, &code));
    let request = Request::new("PATCH", format!("{COUPONS}/{code}"));
    Write {
        request: request.body(json!({"active": false})).by(&world.owner).if_match("\"1\""),
        status: 200,
        again: Again::Refused(412),
        see: see_coupon(&code, |coupon| coupon["active"].clone()),
        then: json!(false),
    }
}

fn adding(world: &World, code: &str) -> Request {
    let body = json!({"code": code, "percent_off": 20});
    Request::new("POST", COUPONS).body(body).by(&world.owner).once(world.key())
}

fn see_coupon(code: &str, part: fn(&Value) -> Value) -> super::See {
    let path = format!("{COUPONS}/{code}");
    Box::new(move |world, _| {
        let answer = world.send(&Request::new("GET", &path).by(&world.owner));
        if answer.status == 200 { part(&answer.json()) } else { Value::Null }
    })
}
