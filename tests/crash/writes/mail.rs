//! The writes about mail: forgotten passwords, addresses, mails sent again, templates. What is seen of most is the mail.

use serde_json::{Value, json};

use super::{Again, Row, Write};
use crate::client::Request;
use crate::server::PASSWORD;
use crate::world::World;

const RESETS: &str = "/api/v1/password-resets";
const REDEEM: &str = "/api/v1/password-resets/redeem";
const EMAIL: &str = "/api/v1/account/email";
const RESEND: &str = "/api/v1/account/email/resend";
const CONFIRM: &str = "/api/v1/account/email/confirm";
const ACME: &str = "/api/v1/admin/vendors/acme";

pub(super) const WRITES: &[Row] = &[
    ("post", RESETS, ask_reset),
    ("post", REDEEM, redeem_reset),
    ("post", EMAIL, change_address),
    ("post", RESEND, resend_address),
    ("post", CONFIRM, confirm_address),
    ("post", "/api/v1/admin/vendors/{vendor}/mails/{mail_id}/resend", resend_mail),
    ("put", "/api/v1/admin/vendors/{vendor}/mail-templates/{kind}", edit_template),
    ("delete", "/api/v1/admin/vendors/{vendor}/mail-templates/{kind}", discard_template),
];

/// Somebody who has just signed up: their address and their session.
fn newcomer(world: &World) -> (String, String) {
    let email = world.email();
    let body = json!({"email": email, "password": PASSWORD, "name": "Somebody"});
    let cookie = world.done(&Request::new("POST", "/api/v1/accounts").body(body)).cookie();
    (email, cookie)
}

/// Sees, once the write was answered, that so many mails with `part` came to `to`, or more: one may come twice.
fn see_mails(to: String, part: &'static str, count: usize) -> super::See {
    Box::new(move |world, answer| {
        let is_it = |mail: &&crate::mailbox::Mail| mail.to == to && mail.data.contains(part);
        answer.is_some_and(|_| world.mailbox.waits_for(|mails| mails.iter().filter(is_it).count() >= count)).into()
    })
}

fn ask_reset(world: &World) -> Write {
    let (email, _) = newcomer(world);
    Write {
        request: Request::new("POST", RESETS).body(json!({ "email": email })),
        status: 202,
        again: Again::Anew,
        see: see_mails(email, "/reset#", 1),
        then: json!(true),
    }
}

fn redeem_reset(world: &World) -> Write {
    let (email, _) = newcomer(world);
    world.done(&Request::new("POST", RESETS).body(json!({ "email": email })));
    let token = world.mailbox.wait(&email, "/reset#").secret("/reset#");
    let password = "quite another password";
    let signing_in = json!({"email": email, "password": password});
    Write {
        request: Request::new("POST", REDEEM).body(json!({"token": token, "password": password})),
        status: 204,
        again: Again::Refused(404),
        see: Box::new(move |world, _| {
            world.send(&Request::new("POST", "/api/v1/session").body(signing_in.clone())).status.into()
        }),
        then: json!(200),
    }
}

fn change_address(world: &World) -> Write {
    let ((_, cookie), wanted) = (newcomer(world), world.email());
    Write {
        request: Request::new("POST", EMAIL).body(json!({ "email": wanted })).by(&cookie),
        status: 202,
        again: Again::Anew,
        see: see_mails(wanted, "/confirm#", 1),
        then: json!(true),
    }
}

fn resend_address(world: &World) -> Write {
    let (email, cookie) = newcomer(world);
    Write {
        request: Request::new("POST", RESEND).by(&cookie),
        status: 202,
        again: Again::Anew,
        see: see_mails(email, "/confirm#", 2),
        then: json!(true),
    }
}

fn confirm_address(world: &World) -> Write {
    let (email, cookie) = newcomer(world);
    let token = world.mailbox.wait(&email, "/confirm#").secret("/confirm#");
    Write {
        request: Request::new("POST", CONFIRM).body(json!({ "token": token })),
        status: 200,
        again: Again::Refused(404),
        see: Box::new(move |world, _| {
            let session = world.done(&Request::new("GET", "/api/v1/session").by(&cookie)).json();
            session["account"]["email_confirmed"].clone()
        }),
        then: json!(true),
    }
}

/// What is seen is the entry in the log: the mail itself goes out at least once.
fn resend_mail(world: &World) -> Write {
    let order = world.done(&world.ordering()).text("order_id");
    world.done(&world.paying(&order));
    world.mailbox.waits_for(|mails| mails.iter().any(|mail| mail.data.contains(&order)));
    let mails = look(world, &format!("{ACME}/mails?kind=receipt&limit=100"));
    let mail = mails.into_iter().find(|mail| mail["about"] == order.as_str()).expect("a receipt");
    let mail_id = mail["mail_id"].as_str().expect("an id").to_owned();
    Write {
        request: Request::new("POST", format!("{ACME}/mails/{mail_id}/resend")).by(&world.owner).once(world.key()),
        status: 200,
        again: Again::Kept,
        see: Box::new(move |world, _| {
            look(world, &format!("{ACME}/events?kind=mail.resent&subject={mail_id}")).len().into()
        }),
        then: json!(1),
    }
}

fn edit_template(world: &World) -> Write {
    let subject = format!("Moved {}", world.key());
    let revision = template(world)["revision"].clone();
    let body = json!({"subject": subject, "body": "To {{device.name}}."});
    let request = Request::new("PUT", format!("{ACME}/mail-templates/license_moved")).body(body).by(&world.owner);
    Write {
        request: request.if_match(format!("\"{revision}\"")),
        status: 200,
        again: Again::Refused(412),
        see: Box::new(|world, _| template(world)["subject"].clone()),
        then: json!(subject),
    }
}

fn discard_template(world: &World) -> Write {
    let edit = edit_template(world);
    world.done(&edit.request);
    Write {
        request: Request::new("DELETE", format!("{ACME}/mail-templates/license_moved")).by(&world.owner),
        status: 200,
        again: Again::Anew,
        see: Box::new(|world, _| template(world)["is_default"].clone()),
        then: json!(true),
    }
}

fn template(world: &World) -> Value {
    let all = look(world, &format!("{ACME}/mail-templates"));
    all.into_iter().find(|one| one["kind"] == "license_moved").expect("it is among them")
}

fn look(world: &World, path: &str) -> Vec<Value> {
    let list = world.done(&Request::new("GET", path).by(&world.owner)).json();
    list["items"].as_array().expect("a list").clone()
}
