//! The writes about signing in: second steps, passkeys, sessions. Each has an account of its own.

use serde_json::{Value, json};

use super::{Again, Row, Write};
use crate::authenticator::{Passkey, totp};
use crate::client::{Answer, Request};
use crate::server::PASSWORD;
use crate::world::World;

const SECURITY: &str = "/api/v1/account/security";
const SESSIONS: &str = "/api/v1/account/sessions";
const TOTP: &str = "/api/v1/account/totp";
const CONFIRM: &str = "/api/v1/account/totp/confirm";
const CODES: &str = "/api/v1/account/recovery-codes";
const PASSKEYS: &str = "/api/v1/account/passkeys";

pub(super) const WRITES: &[Row] = &[
    ("patch", "/api/v1/account", edit_account),
    ("put", "/api/v1/account/password", change_password),
    ("delete", SESSIONS, end_other_sessions),
    ("delete", "/api/v1/account/sessions/{session_id}", end_session),
    ("post", TOTP, start_totp),
    ("post", CONFIRM, confirm_totp),
    ("delete", TOTP, remove_totp),
    ("post", CODES, renew_codes),
    ("post", "/api/v1/session/second", finish_sign_in),
    ("post", PASSKEYS, add_passkey),
    ("delete", "/api/v1/account/passkeys/{passkey_id}", remove_passkey),
    ("post", "/api/v1/session/passkey", sign_in_by_passkey),
];

/// Somebody who has just signed up.
struct Newcomer {
    email: String,
    cookie: String,
}

impl Newcomer {
    fn new(world: &World) -> Self {
        let email = world.email();
        let body = json!({"email": email, "password": PASSWORD, "name": "Somebody"});
        let cookie = world.done(&Request::new("POST", "/api/v1/accounts").body(body)).cookie();
        Self { email, cookie }
    }

    fn look(&self, world: &World, path: &str) -> Value {
        world.done(&Request::new("GET", path).by(&self.cookie)).json()
    }

    fn request(&self, method: &'static str, path: impl Into<String>) -> Request {
        Request::new(method, path).by(&self.cookie)
    }

    /// Begins with an authenticator app; its secret.
    fn begin(&self, world: &World) -> String {
        world.done(&self.request("POST", TOTP)).text("secret")
    }

    /// Turns the second step on; the recovery codes.
    fn protect(&self, world: &World) -> Vec<Value> {
        let secret = self.begin(world);
        let done = world.done(&self.confirming(world, &secret)).json();
        done["codes"].as_array().expect("codes").clone()
    }

    fn confirming(&self, world: &World, secret: &str) -> Request {
        let code = totp(secret, now());
        self.request("POST", CONFIRM).body(json!({ "totp": code })).once(world.key())
    }

    /// Signs in with the first of the recovery codes, the password being right.
    fn finishing(&self, world: &World, codes: &[Value]) -> Request {
        let body = json!({"email": self.email, "password": PASSWORD});
        let asked = world.done(&Request::new("POST", "/api/v1/session").body(body)).json();
        let body = json!({"challenge": asked["second"]["challenge"], "recovery": codes[0]});
        Request::new("POST", "/api/v1/session/second").body(body)
    }

    /// A passkey as the browser made it, and the request that adds it.
    fn making(&self, world: &World) -> (Passkey, Request) {
        let asked = world.done(&self.request("POST", format!("{PASSKEYS}/challenge"))).json();
        let (passkey, credential) = Passkey::create(world.number(), &asked["options"], &world.url);
        let body = json!({"name": "Laptop", "challenge": asked["challenge"], "credential": credential});
        (passkey, self.request("POST", PASSKEYS).body(body))
    }
}

fn now() -> i64 {
    let now = std::time::UNIX_EPOCH.elapsed().expect("it is later than 1970").as_secs();
    i64::try_from(now).expect("it is earlier than that")
}

/// Who is signed in by the answer.
fn signed_in(world: &World, answer: Option<&Answer>) -> Value {
    let cookie = answer.filter(|answer| answer.status == 200).map(Answer::cookie);
    let session = cookie.map(|cookie| world.done(&Request::new("GET", "/api/v1/session").by(&cookie)).json());
    session.map_or(Value::Null, |session| session["account"]["email"].clone())
}

fn edit_account(world: &World) -> Write {
    let somebody = Newcomer::new(world);
    Write {
        request: somebody.request("PATCH", "/api/v1/account").body(json!({"name": "Ada"})),
        status: 200,
        again: Again::Anew,
        see: Box::new(move |world, _| somebody.look(world, "/api/v1/session")["account"]["name"].clone()),
        then: json!("Ada"),
    }
}

fn change_password(world: &World) -> Write {
    let somebody = Newcomer::new(world);
    let other = world.sign_in(&somebody.email);
    let body = json!({"current": PASSWORD, "new": "another long password"});
    Write {
        request: somebody.request("PUT", "/api/v1/account/password").body(body),
        status: 204,
        again: Again::Refused(422),
        see: Box::new(move |world, _| {
            let sessions = somebody.look(world, SESSIONS)["items"].as_array().map(Vec::len);
            let old = json!({"email": somebody.email, "password": PASSWORD});
            let by_old = world.send(&Request::new("POST", "/api/v1/session").body(old)).status;
            let kept = world.send(&Request::new("GET", SESSIONS).by(&other)).status;
            json!([sessions, by_old, kept])
        }),
        then: json!([1, 401, 401]),
    }
}

fn end_other_sessions(world: &World) -> Write {
    let somebody = Newcomer::new(world);
    world.sign_in(&somebody.email);
    Write {
        request: somebody.request("DELETE", SESSIONS),
        status: 204,
        again: Again::Anew,
        see: Box::new(move |world, _| somebody.look(world, SESSIONS)["items"].as_array().map(Vec::len).into()),
        then: json!(1),
    }
}

fn end_session(world: &World) -> Write {
    let somebody = Newcomer::new(world);
    world.sign_in(&somebody.email);
    let items = somebody.look(world, SESSIONS)["items"].as_array().expect("a list").clone();
    let other = items.iter().find(|item| item["is_current"] == false).expect("another session");
    let path = format!("{SESSIONS}/{}", other["session_id"].as_str().expect("an id"));
    Write {
        request: somebody.request("DELETE", path),
        status: 204,
        again: Again::Refused(404),
        see: Box::new(move |world, _| somebody.look(world, SESSIONS)["items"].as_array().map(Vec::len).into()),
        then: json!(1),
    }
}

fn start_totp(world: &World) -> Write {
    let somebody = Newcomer::new(world);
    Write {
        request: somebody.request("POST", TOTP),
        status: 200,
        again: Again::Anew,
        // The secret that came last is the one that counts.
        see: Box::new(move |world, answer| match answer {
            Some(answer) => world.send(&somebody.confirming(world, &answer.text("secret"))).status.into(),
            None => Value::Null,
        }),
        then: json!(200),
    }
}

fn confirm_totp(world: &World) -> Write {
    let somebody = Newcomer::new(world);
    let secret = somebody.begin(world);
    Write {
        request: somebody.confirming(world, &secret),
        status: 200,
        again: Again::Kept,
        see: Box::new(move |world, _| {
            let security = somebody.look(world, SECURITY);
            json!([security["totp"], security["recovery_codes"]])
        }),
        then: json!([true, 10]),
    }
}

fn remove_totp(world: &World) -> Write {
    let somebody = Newcomer::new(world);
    somebody.protect(world);
    Write {
        request: somebody.request("DELETE", TOTP),
        status: 204,
        again: Again::Refused(404),
        see: Box::new(move |world, _| somebody.look(world, SECURITY)["totp"].clone()),
        then: json!(false),
    }
}

fn renew_codes(world: &World) -> Write {
    let somebody = Newcomer::new(world);
    let codes = somebody.protect(world);
    world.done(&somebody.finishing(world, &codes));
    Write {
        request: somebody.request("POST", CODES).once(world.key()),
        status: 200,
        again: Again::Kept,
        see: Box::new(move |world, _| somebody.look(world, SECURITY)["recovery_codes"].clone()),
        then: json!(10),
    }
}

/// A lost answer is a lost session: the challenge is used up, the person begins again.
fn finish_sign_in(world: &World) -> Write {
    let somebody = Newcomer::new(world);
    let codes = somebody.protect(world);
    Write {
        request: somebody.finishing(world, &codes),
        status: 200,
        again: Again::Refused(422),
        see: Box::new(move |world, _| somebody.look(world, SECURITY)["recovery_codes"].clone()),
        then: json!(9),
    }
}

fn add_passkey(world: &World) -> Write {
    let somebody = Newcomer::new(world);
    let (_, request) = somebody.making(world);
    Write {
        request,
        status: 201,
        again: Again::Refused(422),
        see: Box::new(move |world, _| somebody.look(world, SECURITY)["passkeys"].as_array().map(Vec::len).into()),
        then: json!(1),
    }
}

fn remove_passkey(world: &World) -> Write {
    let somebody = Newcomer::new(world);
    let (_, request) = somebody.making(world);
    let path = format!("{PASSKEYS}/{}", world.done(&request).text("passkey_id"));
    Write {
        request: somebody.request("DELETE", path),
        status: 204,
        again: Again::Refused(404),
        see: Box::new(move |world, _| somebody.look(world, SECURITY)["passkeys"].as_array().map(Vec::len).into()),
        then: json!(0),
    }
}

/// What is seen is the passkey's use: a lost answer is a lost session.
fn sign_in_by_passkey(world: &World) -> Write {
    let somebody = Newcomer::new(world);
    let (mut passkey, request) = somebody.making(world);
    world.done(&request);
    let asked = world.done(&Request::new("POST", "/api/v1/session/passkey/challenge")).json();
    let body = json!({"challenge": asked["challenge"], "credential": passkey.get(&asked["options"], &world.url)});
    Write {
        request: Request::new("POST", "/api/v1/session/passkey").body(body),
        status: 200,
        again: Again::Refused(422),
        see: Box::new(move |world, answer| {
            let used = somebody.look(world, SECURITY)["passkeys"][0]["last_used_at"].is_string();
            let who = signed_in(world, answer);
            json!([used, who.is_null() || who == somebody.email.as_str()])
        }),
        then: json!([true, true]),
    }
}
