//! Every write of the API: what is there before, how it is asked for, and what is there once it was done once.

mod catalog;
mod coupons;
mod keys;
mod leases;
mod mail;
mod sign_in;
mod sources;
mod support;
mod team;
mod webhooks;

use serde_json::{Value, json};

use crate::client::{Answer, Request};
use crate::server::PASSWORD;
use crate::world::{Holder, World, claims};

type See = Box<dyn Fn(&World, Option<&Answer>) -> Value>;

/// A write that is about to be tried.
pub(crate) struct Write {
    pub(crate) request: Request,
    /// What it answers when it is done.
    pub(crate) status: u16,
    pub(crate) again: Again,
    /// What can be seen of its effect; the answer is the last one that the client got.
    pub(crate) see: See,
    /// What is seen after one effect.
    pub(crate) then: Value,
}

/// What a client gets that tries again after the write was done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// The first answer, byte for byte.
    Kept,
    /// The same done again: it is so already.
    Anew,
    /// A refusal that says so.
    Refused(u16),
}

/// A row of the URL table, and how its write is prepared.
pub(crate) type Row = (&'static str, &'static str, fn(&World) -> Write);

/// Every write.
pub(crate) fn writes() -> impl Iterator<Item = &'static Row> {
    WRITES
        .iter()
        .chain(catalog::WRITES)
        .chain(coupons::WRITES)
        .chain(keys::WRITES)
        .chain(leases::WRITES)
        .chain(mail::WRITES)
        .chain(sign_in::WRITES)
        .chain(sources::WRITES)
        .chain(support::WRITES)
        .chain(team::WRITES)
        .chain(webhooks::WRITES)
}

const WRITES: &[Row] = &[
    ("post", "/api/v1/accounts", sign_up),
    ("post", "/api/v1/session", sign_in),
    ("delete", "/api/v1/session", sign_out),
    ("post", "/api/v1/orders", place_order),
    ("post", "/api/v1/orders/{id}/payments/test", pay),
    ("delete", "/api/v1/orders/{id}", cancel_order),
    ("post", "/api/v1/licenses/{id}/passes", issue_pass),
    ("patch", "/api/v1/licenses/{id}/passes/{pass_id}", rename_device),
    ("post", "/api/v1/licenses/{id}/recover", recover_device),
    ("post", "/api/v1/passes/refresh", refresh_pass),
    ("post", "/api/v1/uses", count_use),
    ("post", "/api/v1/slices", grant_slice),
    ("post", "/api/v1/slices/{id}/settle", settle_slice),
    ("post", "/api/v1/moves", offer_move),
    ("post", "/api/v1/moves/redeem", redeem_move),
    ("delete", "/api/v1/moves/{id}", withdraw_move),
    ("post", "/api/v1/admin/vendors/{vendor}/passes/{pass_id}/suspend", suspend_pass),
    ("post", "/api/v1/admin/vendors/{vendor}/passes/{pass_id}/reinstate", reinstate_pass),
    ("post", "/api/v1/admin/vendors/{vendor}/passes/{pass_id}/revoke", revoke_pass),
    ("post", "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/suspend", suspend_license),
    ("post", "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/reinstate", reinstate_license),
    ("post", "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/revoke", revoke_license),
];

/// What is sent with `POST` and only looks, and what begins or ends at somebody else's.
pub(crate) const LOOKS: &[(&str, &str)] = &[
    ("post", "/api/v1/quotes"),
    ("post", "/api/v1/session/passkey/challenge"),
    ("post", "/api/v1/session/proof/challenge"),
    ("post", "/api/v1/account/passkeys/challenge"),
    // What it changes is seen ten minutes later.
    ("post", "/api/v1/session/proof"),
    ("post", "/api/v1/passes/verify"),
    // It may spend a proof, which is no use to anybody twice.
    ("post", "/api/v1/introspect"),
    ("post", "/api/v1/moves/preview"),
    ("post", "/api/v1/invitations/preview"),
    ("post", "/api/v1/admin/vendors/{vendor}/mail-templates/{kind}/preview"),
    ("post", "/api/v1/admin/vendors/{vendor}/sources/{source_id}/test"),
    // Done once somebody comes back from a provider, which there is none of here: `tests/api/sources`.
    ("post", "/api/v1/account/sources"),
    ("delete", "/api/v1/account/sources/{source_id}"),
];

fn sign_up(world: &World) -> Write {
    let email = world.email();
    let credentials = json!({"email": email, "password": PASSWORD});
    let body = json!({"email": email, "password": PASSWORD, "name": "Somebody"});
    Write {
        request: Request::new("POST", "/api/v1/accounts").body(body),
        status: 201,
        again: Again::Refused(409),
        see: Box::new(move |world, _| {
            let signed_in = world.send(&Request::new("POST", "/api/v1/session").body(credentials.clone()));
            signed_in.status.into()
        }),
        then: json!(200),
    }
}

fn sign_in(_: &World) -> Write {
    let body = json!({"email": "customer@example.com", "password": PASSWORD});
    Write {
        request: Request::new("POST", "/api/v1/session").body(body),
        status: 200,
        again: Again::Anew,
        see: Box::new(|world, answer| match answer {
            Some(answer) => whose(world, &answer.cookie()),
            None => Value::Null,
        }),
        then: json!("customer@example.com"),
    }
}

fn sign_out(world: &World) -> Write {
    let cookie = world.sign_in("customer@example.com");
    Write {
        request: Request::new("DELETE", "/api/v1/session").by(&cookie),
        status: 204,
        again: Again::Anew,
        see: Box::new(move |world, _| whose(world, &cookie)),
        then: Value::Null,
    }
}

/// Whose session the cookie carries.
fn whose(world: &World, cookie: &str) -> Value {
    let session = world.done(&Request::new("GET", "/api/v1/session").by(cookie)).json();
    session["account"]["email"].clone()
}

fn place_order(world: &World) -> Write {
    let count = |world: &World| world.look("/api/v1/orders?limit=100")["items"].as_array().map_or(0, Vec::len);
    let before = count(world);
    Write {
        request: world.ordering(),
        status: 201,
        again: Again::Kept,
        see: Box::new(move |world, _| count(world).into()),
        then: json!(before + 1),
    }
}

fn pay(world: &World) -> Write {
    let order_id = world.done(&world.ordering()).text("order_id");
    let (path, paid) = (format!("/api/v1/orders/{order_id}"), order_id.clone());
    Write {
        request: world.paying(&order_id),
        status: 200,
        again: Again::Kept,
        see: Box::new(move |world, _| {
            let licenses = world.look("/api/v1/licenses?limit=100")["items"].clone();
            let licenses = licenses.as_array().expect("a list has items");
            let granted = licenses.iter().filter(|license| license["order_id"] == paid.as_str()).count();
            json!([world.look(&path)["state"], granted])
        }),
        then: json!(["fulfilled", 1]),
    }
}

fn cancel_order(world: &World) -> Write {
    let path = format!("/api/v1/orders/{}", world.done(&world.ordering()).text("order_id"));
    Write {
        request: Request::new("DELETE", &path).by(&world.customer),
        status: 200,
        again: Again::Anew,
        see: Box::new(move |world, _| world.look(&path)["state"].clone()),
        then: json!("cancelled"),
    }
}

fn issue_pass(world: &World) -> Write {
    let license = world.buy();
    Write {
        request: world.connecting(&license, &world.device()),
        status: 201,
        again: Again::Kept,
        see: see_license(&license, |license| json!(names(license))),
        then: json!(["Desk"]),
    }
}

fn rename_device(world: &World) -> Write {
    let Holder { license, pass_id, .. } = world.holder();
    let request = Request::new("PATCH", format!("/api/v1/licenses/{license}/passes/{pass_id}"));
    Write {
        request: request.body(json!({"name": "Office"})).by(&world.customer),
        status: 200,
        again: Again::Anew,
        see: see_license(&license, |license| json!(names(license))),
        then: json!(["Office"]),
    }
}

fn recover_device(world: &World) -> Write {
    let Holder { license, pass_id, .. } = world.holder();
    let request = Request::new("POST", format!("/api/v1/licenses/{license}/recover"));
    Write {
        request: request.body(json!({"pass_id": pass_id})).by(&world.customer).once(world.key()),
        status: 200,
        again: Again::Kept,
        see: see_license(&license, |license| json!([names(license), license["moves"]["recoveries_left"]])),
        then: json!([[], 1]),
    }
}

/// A refresh is not answered byte for byte, but its count is used once: what is seen is the count in the new pass, and that
/// the retry was not taken for a copy.
fn refresh_pass(world: &World) -> Write {
    let holder = world.holder();
    let license = holder.license.clone();
    Write {
        request: holder.request("POST", "/api/v1/passes/refresh").once(world.key()),
        status: 200,
        again: Again::Anew,
        see: Box::new(move |world, answer| {
            let count = answer.map_or(Value::Null, |answer| claims(&answer.text("pass"))["refresh"].clone());
            json!([world.license(&license)["terminals"]["items"][0]["status"], count])
        }),
        then: json!(["valid", 1]),
    }
}

fn count_use(world: &World) -> Write {
    let holder = world.holder();
    let body = json!({"feature": "ai.render", "count": 3});
    Write {
        request: holder.request("POST", "/api/v1/uses").body(body).once(world.key()),
        status: 200,
        again: Again::Kept,
        see: see_license(&holder.license, |license| left(license).clone()),
        then: json!(97),
    }
}

/// The device takes ten uses in advance.
fn slicing(world: &World, holder: &Holder) -> Request {
    let body = json!({"feature": "ai.render", "count": 10});
    holder.request("POST", "/api/v1/slices").body(body).once(world.key())
}

fn grant_slice(world: &World) -> Write {
    let holder = world.holder();
    Write {
        request: slicing(world, &holder),
        status: 201,
        again: Again::Kept,
        see: see_license(&holder.license, |license| json!([left(license), slices(license)])),
        then: json!([90, {"ai.render": 10}]),
    }
}

fn settle_slice(world: &World) -> Write {
    let holder = world.holder();
    let slice_id = world.done(&slicing(world, &holder)).text("slice_id");
    let request = holder.request("POST", format!("/api/v1/slices/{slice_id}/settle"));
    Write {
        request: request.body(json!({"spent": 4})).once(world.key()),
        status: 200,
        again: Again::Kept,
        see: see_license(&holder.license, |license| json!([left(license), slices(license)])),
        then: json!([96, null]),
    }
}

fn offering(world: &World, holder: &Holder) -> Request {
    holder.request("POST", "/api/v1/moves").body(json!({"pass_id": holder.pass_id})).once(world.key())
}

fn offer_move(world: &World) -> Write {
    let holder = world.holder();
    Write {
        request: offering(world, &holder),
        status: 201,
        again: Again::Kept,
        see: see_license(&holder.license, |license| json!([status(license), license["moves"]["left"]])),
        then: json!(["moving", 2]),
    }
}

fn redeem_move(world: &World) -> Write {
    let holder = world.holder();
    let code = world.done(&offering(world, &holder)).text("code");
    let body = json!({"code": code, "name": "Tablet"});
    Write {
        request: Request::new("POST", "/api/v1/moves/redeem")
            .body(body)
            .once(world.key())
            .signed(&world.device(), None),
        status: 201,
        again: Again::Kept,
        see: see_license(&holder.license, |license| json!([names(license), status(license), license["moves"]["left"]])),
        then: json!([["Tablet"], "valid", 2]),
    }
}

fn withdraw_move(world: &World) -> Write {
    let holder = world.holder();
    let move_id = world.done(&offering(world, &holder)).text("move_id");
    Write {
        request: holder.request("DELETE", format!("/api/v1/moves/{move_id}")),
        status: 204,
        again: Again::Anew,
        see: see_license(&holder.license, |license| json!([status(license), license["moves"]["left"]])),
        then: json!(["valid", 3]),
    }
}

fn suspend_pass(world: &World) -> Write {
    act_on_pass(world, "suspend", json!("suspended"))
}

fn reinstate_pass(world: &World) -> Write {
    act_on_pass(world, "reinstate", json!("valid"))
}

fn revoke_pass(world: &World) -> Write {
    act_on_pass(world, "revoke", Value::Null)
}

fn suspend_license(world: &World) -> Write {
    act_on_license(world, "suspend", json!(["suspended", "suspended"]))
}

fn reinstate_license(world: &World) -> Write {
    act_on_license(world, "reinstate", json!(["active", "valid"]))
}

fn revoke_license(world: &World) -> Write {
    act_on_license(world, "revoke", json!(["revoked", null]))
}

fn act_on_pass(world: &World, act: &str, then: Value) -> Write {
    let Holder { license, pass_id, .. } = world.holder();
    let see = see_license(&license, |license| status(license).clone());
    acted(world, &format!("passes/{pass_id}"), act, see, then)
}

fn act_on_license(world: &World, act: &str, then: Value) -> Write {
    let license = world.holder().license;
    let see = see_license(&license, |license| json!([license["state"], status(license)]));
    acted(world, &format!("licenses/{license}"), act, see, then)
}

fn acted(world: &World, subject: &str, act: &str, see: See, then: Value) -> Write {
    let request = |act: &str| {
        let request = Request::new("POST", format!("/api/v1/admin/vendors/acme/{subject}/{act}"));
        request.body(json!({"reason": "A story."})).by(&world.owner)
    };
    if act == "reinstate" {
        world.done(&request("suspend"));
    }
    Write { request: request(act), status: 200, again: Again::Anew, see, then }
}

fn see_license(license: &str, part: fn(&Value) -> Value) -> See {
    let license = license.to_owned();
    Box::new(move |world, _| part(&world.license(&license)))
}

fn names(license: &Value) -> Vec<&Value> {
    let devices = license["terminals"]["items"].as_array().expect("a license has devices");
    devices.iter().map(|device| &device["name"]).collect()
}

fn status(license: &Value) -> &Value {
    &license["terminals"]["items"][0]["status"]
}

fn slices(license: &Value) -> &Value {
    &license["terminals"]["items"][0]["slices"]
}

fn left(license: &Value) -> &Value {
    &license["features"]["ai.render"]["uses"]["left"]
}
