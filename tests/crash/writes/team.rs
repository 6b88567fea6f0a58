//! The writes about vendors, teams and tokens.

use serde_json::{Value, json};

use super::{Again, Row, Write};
use crate::client::Request;
use crate::server::PASSWORD;
use crate::world::World;

const ACME: &str = "/api/v1/admin/vendors/acme";

pub(super) const WRITES: &[Row] = &[
    ("post", "/api/v1/vendors", add_vendor),
    ("put", "/api/v1/admin/vendors/{vendor}/settings", edit_settings),
    ("put", "/api/v1/admin/vendors/{vendor}/logo", set_logo),
    ("delete", "/api/v1/admin/vendors/{vendor}/logo", remove_logo),
    ("patch", "/api/v1/admin/vendors/{vendor}/members/{account_id}", edit_member),
    ("delete", "/api/v1/admin/vendors/{vendor}/members/{account_id}", remove_member),
    ("post", "/api/v1/admin/vendors/{vendor}/leave", leave_team),
    ("post", "/api/v1/admin/vendors/{vendor}/invitations", invite_member),
    ("delete", "/api/v1/admin/vendors/{vendor}/invitations/{invitation_id}", withdraw_invitation),
    ("post", "/api/v1/invitations/accept", accept_invitation),
    ("post", "/api/v1/admin/vendors/{vendor}/tokens", add_token),
    ("delete", "/api/v1/admin/vendors/{vendor}/tokens/{token_id}", revoke_token),
];

fn add_vendor(world: &World) -> Write {
    let (_, cookie) = newcomer(world);
    let slug = format!("vendor-{}", world.number());
    let body = json!({"vendor": slug, "name": "Inkworks"});
    Write {
        request: Request::new("POST", "/api/v1/vendors").body(body).by(&cookie).once(world.key()),
        status: 201,
        again: Again::Kept,
        see: Box::new(move |world, _| {
            let mine = world.done(&Request::new("GET", "/api/v1/admin/vendors").by(&cookie)).json();
            let roles = mine["items"].as_array().expect("a list").iter().map(|item| item["role"].clone());
            roles.collect()
        }),
        then: json!(["owner"]),
    }
}

fn edit_settings(world: &World) -> Write {
    let (_, cookie) = newcomer(world);
    let slug = format!("vendor-{}", world.number());
    let body = json!({"vendor": slug, "name": "Inkworks"});
    world.done(&Request::new("POST", "/api/v1/vendors").body(body).by(&cookie).once(world.key()));
    let path = format!("/api/v1/admin/vendors/{slug}/settings");
    let request = Request::new("PUT", &path).body(json!({"name": "Quillworks"}));
    Write {
        request: request.by(&cookie).if_match("\"1\""),
        status: 200,
        again: Again::Refused(412),
        see: Box::new(move |world, _| world.done(&Request::new("GET", &path).by(&cookie)).json()["name"].clone()),
        then: json!("Quillworks"),
    }
}

/// A picture of one pixel, as an upload.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk-M9QDwADhgGAWjR9awAAAABJRU5ErkJggg";

/// A new vendor: its address, and its owner's cookie.
fn new_vendor(world: &World) -> (String, String) {
    let (_, cookie) = newcomer(world);
    let slug = format!("vendor-{}", world.number());
    let body = json!({"vendor": slug, "name": "Inkworks"});
    world.done(&Request::new("POST", "/api/v1/vendors").body(body).by(&cookie).once(world.key()));
    (format!("/api/v1/admin/vendors/{slug}"), cookie)
}

/// Whether the vendor has a logo, and which revision of its settings that is.
fn see_logo(path: String, cookie: String) -> super::See {
    Box::new(move |world, _| {
        let settings = world.done(&Request::new("GET", format!("{path}/settings")).by(&cookie)).json();
        json!(settings["brand"]["logo"].is_object())
    })
}

fn set_logo(world: &World) -> Write {
    let (path, cookie) = new_vendor(world);
    let request = Request::new("PUT", format!("{path}/logo")).body(json!({ "image": PICTURE }));
    Write {
        request: request.by(&cookie).if_match("\"1\""),
        status: 200,
        again: Again::Refused(412),
        see: see_logo(path, cookie),
        then: json!(true),
    }
}

fn remove_logo(world: &World) -> Write {
    let (path, cookie) = new_vendor(world);
    let setting = Request::new("PUT", format!("{path}/logo")).body(json!({ "image": PICTURE }));
    world.done(&setting.by(&cookie).if_match("\"1\""));
    Write {
        request: Request::new("DELETE", format!("{path}/logo")).by(&cookie).if_match("\"2\""),
        status: 200,
        again: Again::Refused(412),
        see: see_logo(path, cookie),
        then: json!(false),
    }
}

fn edit_member(world: &World) -> Write {
    let (email, account_id, _) = member(world);
    let request = Request::new("PATCH", format!("{ACME}/members/{account_id}"));
    Write {
        request: request.body(json!({"role": "support"})).by(&world.owner),
        status: 200,
        again: Again::Anew,
        see: Box::new(move |world, _| role(world, &email)),
        then: json!("support"),
    }
}

fn remove_member(world: &World) -> Write {
    let (email, account_id, _) = member(world);
    Write {
        request: Request::new("DELETE", format!("{ACME}/members/{account_id}")).by(&world.owner),
        status: 204,
        again: Again::Refused(404),
        see: Box::new(move |world, _| role(world, &email)),
        then: Value::Null,
    }
}

fn leave_team(world: &World) -> Write {
    let (email, _, cookie) = member(world);
    Write {
        request: Request::new("POST", format!("{ACME}/leave")).body(json!({})).by(&cookie),
        status: 204,
        again: Again::Refused(404),
        see: Box::new(move |world, _| role(world, &email)),
        then: Value::Null,
    }
}

fn invite_member(world: &World) -> Write {
    let email = world.email();
    let seen = email.clone();
    Write {
        request: inviting(world, &email),
        status: 201,
        again: Again::Kept,
        see: Box::new(move |world, _| open_invitations(world, &seen).len().into()),
        then: json!(1),
    }
}

fn withdraw_invitation(world: &World) -> Write {
    let email = world.email();
    world.done(&inviting(world, &email));
    let id = open_invitations(world, &email).pop().expect("the invitation is open");
    Write {
        request: Request::new("DELETE", format!("{ACME}/invitations/{id}")).by(&world.owner),
        status: 204,
        again: Again::Refused(404),
        see: Box::new(move |world, _| open_invitations(world, &email).len().into()),
        then: json!(0),
    }
}

fn accept_invitation(world: &World) -> Write {
    let (email, cookie) = newcomer(world);
    let request = accepting(world, &email, &cookie);
    Write {
        request,
        status: 200,
        again: Again::Kept,
        see: Box::new(move |world, _| role(world, &email)),
        then: json!("viewer"),
    }
}

fn add_token(world: &World) -> Write {
    let name = format!("Token {}", world.key());
    Write {
        request: making(world, &name),
        status: 201,
        again: Again::Kept,
        see: Box::new(move |world, _| tokens(world, &name).len().into()),
        then: json!(1),
    }
}

fn revoke_token(world: &World) -> Write {
    let name = format!("Token {}", world.key());
    world.done(&making(world, &name));
    let id = tokens(world, &name).pop().expect("the token is there");
    Write {
        request: Request::new("DELETE", format!("{ACME}/tokens/{id}")).by(&world.owner),
        status: 204,
        again: Again::Refused(404),
        see: Box::new(move |world, _| tokens(world, &name).len().into()),
        then: json!(0),
    }
}

/// Somebody who has just signed up: address and session.
fn newcomer(world: &World) -> (String, String) {
    let email = world.email();
    let body = json!({"email": email, "password": PASSWORD, "name": "Somebody"});
    let cookie = world.done(&Request::new("POST", "/api/v1/accounts").body(body)).cookie();
    (email, cookie)
}

/// A viewer in the team: address, account and session.
fn member(world: &World) -> (String, String, String) {
    let (email, cookie) = newcomer(world);
    world.done(&accepting(world, &email, &cookie));
    let found = members(world).into_iter().find(|member| member["email"] == email.as_str()).expect("a new member");
    (email, found["account_id"].as_str().expect("an id").to_owned(), cookie)
}

fn inviting(world: &World, email: &str) -> Request {
    let request = Request::new("POST", format!("{ACME}/invitations"));
    request.body(json!({"email": email, "role": "viewer"})).by(&world.owner).once(world.key())
}

fn accepting(world: &World, email: &str, cookie: &str) -> Request {
    let url = world.done(&inviting(world, email)).text("url");
    let invitation = url.split_once('#').expect("the secret is in the fragment").1;
    let request = Request::new("POST", "/api/v1/invitations/accept");
    request.body(json!({ "invitation": invitation })).by(cookie).once(world.key())
}

fn making(world: &World, name: &str) -> Request {
    let request = Request::new("POST", format!("{ACME}/tokens"));
    request.body(json!({"name": name, "scopes": ["team:read"]})).by(&world.owner).once(world.key())
}

fn items(world: &World, list: &str) -> Vec<Value> {
    let list = world.done(&Request::new("GET", format!("{ACME}/{list}?limit=100")).by(&world.owner)).json();
    list["items"].as_array().expect("a list").clone()
}

fn members(world: &World) -> Vec<Value> {
    items(world, "members")
}

fn role(world: &World, email: &str) -> Value {
    let found = members(world).into_iter().find(|member| member["email"] == email);
    found.map_or(Value::Null, |member| member["role"].clone())
}

fn open_invitations(world: &World, email: &str) -> Vec<String> {
    let open = items(world, "invitations").into_iter().filter(|item| item["email"] == email);
    open.map(|item| item["invitation_id"].as_str().expect("an id").to_owned()).collect()
}

fn tokens(world: &World, name: &str) -> Vec<String> {
    let named = items(world, "tokens").into_iter().filter(|item| item["name"] == name);
    named.map(|item| item["token_id"].as_str().expect("an id").to_owned()).collect()
}
