//! The writes about license identifiers and leases.

use serde_json::{Value, json};
use shared::time::Timestamp;

use super::{Again, Row, See, Write, left, see_license};
use crate::client::Request;
use crate::world::World;

pub(super) const WRITES: &[Row] = &[
    ("post", "/api/v1/identifiers", add_identifier),
    ("delete", "/api/v1/identifiers/{identifier}", end_identifier),
    ("post", "/api/v1/leases", check_out),
    ("post", "/api/v1/leases/{id}/extend", extend_lease),
    ("delete", "/api/v1/leases/{id}", return_lease),
    ("post", "/api/v1/admin/vendors/{vendor}/leases/{lease_id}/end", end_lease),
    ("post", "/api/v1/admin/vendors/{vendor}/identifiers/{identifier_id}/end", end_identifier_for_vendor),
];

/// A license with seats, and a service that may check it out.
struct Farm {
    license: String,
    token: String,
}

impl Farm {
    fn open(world: &World) -> Self {
        let body = json!({"name": "Farm", "scopes": ["leases:write"]});
        let new = Request::new("POST", "/api/v1/admin/vendors/acme/tokens").body(body).by(&world.owner);
        Self { license: world.buy_seats(), token: world.done(&new.once(world.key())).text("secret") }
    }

    fn naming(&self, world: &World) -> Request {
        let body = json!({"license_id": self.license});
        Request::new("POST", "/api/v1/identifiers").body(body).by(&world.customer).once(world.key())
    }

    fn checking_out(&self, world: &World) -> Request {
        let identifier = world.done(&self.naming(world)).text("identifier");
        let body = json!({
            "identifier": identifier, "feature": "ai.render", "count": 10, "ttl_seconds": 600, "holder": "Farm",
        });
        Request::new("POST", "/api/v1/leases").body(body).with_token(&self.token).once(world.key())
    }

    /// What the service sees of a lease.
    fn see(&self, lease: &str, part: fn(&Value) -> Value) -> See {
        let look = Request::new("GET", format!("/api/v1/leases/{lease}")).with_token(&self.token);
        Box::new(move |world, _| part(&world.done(&look).json()))
    }

    /// How many identifiers the customer sees.
    fn see_identifiers(&self) -> See {
        let path = format!("/api/v1/licenses/{}/identifiers", self.license);
        Box::new(move |world, _| world.look(&path)["items"].as_array().map_or(0, Vec::len).into())
    }
}

fn add_identifier(world: &World) -> Write {
    let farm = Farm::open(world);
    Write { request: farm.naming(world), status: 201, again: Again::Kept, see: farm.see_identifiers(), then: json!(1) }
}

fn end_identifier(world: &World) -> Write {
    let farm = Farm::open(world);
    let identifier = world.done(&farm.naming(world)).text("identifier");
    Write {
        request: Request::new("DELETE", format!("/api/v1/identifiers/{identifier}")).by(&world.customer),
        status: 204,
        again: Again::Anew,
        see: farm.see_identifiers(),
        then: json!(0),
    }
}

fn check_out(world: &World) -> Write {
    let farm = Farm::open(world);
    Write {
        request: farm.checking_out(world),
        status: 201,
        again: Again::Kept,
        see: see_license(&farm.license, |license| left(license).clone()),
        then: json!(4990),
    }
}

fn extend_lease(world: &World) -> Write {
    let farm = Farm::open(world);
    let lease = world.done(&farm.checking_out(world)).text("lease_id");
    let request = Request::new("POST", format!("/api/v1/leases/{lease}/extend"));
    Write {
        request: request.body(json!({"ttl_seconds": 86_400})).with_token(&farm.token),
        status: 200,
        again: Again::Anew,
        see: farm.see(&lease, |lease| {
            let time = |member: &str| -> i64 {
                let time: Timestamp = lease[member].as_str().and_then(|time| time.parse().ok()).expect("a time");
                time.as_unix()
            };
            json!(time("expires_at") - time("checked_out_at") >= 86_400)
        }),
        then: json!(true),
    }
}

fn return_lease(world: &World) -> Write {
    let farm = Farm::open(world);
    let lease = world.done(&farm.checking_out(world)).text("lease_id");
    Write {
        request: Request::new("DELETE", format!("/api/v1/leases/{lease}"))
            .body(json!({"unspent": 4}))
            .with_token(&farm.token),
        status: 200,
        again: Again::Anew,
        see: farm.see(&lease, |lease| json!([lease["state"], lease["spent"], lease["returned"]])),
        then: json!(["returned", 6, 4]),
    }
}

fn end_lease(world: &World) -> Write {
    let farm = Farm::open(world);
    let lease = world.done(&farm.checking_out(world)).text("lease_id");
    let request = Request::new("POST", format!("/api/v1/admin/vendors/acme/leases/{lease}/end"));
    Write {
        request: request.body(json!({"reason": "A story."})).by(&world.owner),
        status: 200,
        again: Again::Anew,
        see: farm.see(&lease, |lease| json!([lease["state"], lease["spent"]])),
        then: json!(["ended", 10]),
    }
}

fn end_identifier_for_vendor(world: &World) -> Write {
    let farm = Farm::open(world);
    let identifier = world.done(&farm.naming(world)).text("identifier_id");
    let request = Request::new("POST", format!("/api/v1/admin/vendors/acme/identifiers/{identifier}/end"));
    Write {
        request: request.body(json!({"reason": "A story."})).by(&world.owner),
        status: 204,
        again: Again::Anew,
        see: farm.see_identifiers(),
        then: json!(0),
    }
}
