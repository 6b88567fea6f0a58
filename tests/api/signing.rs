//! A vendor's team runs its signing keys: made ahead, activated without anybody noticing, revoked with what that does said
//! before.

use std::collections::BTreeSet;

use actix_web::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::id::LicenseId;
use shared::team::Role;

use crate::desk::{ACME, Desk};
use crate::shop::{Ask, Customer, Device, Portal, get, post};

impl Desk {
    /// The vendor's keys, the newest first.
    async fn keys(&self) -> Vec<Value> {
        self.look("/keys").await["items"].as_array().expect("a list").clone()
    }

    /// The key in this state that was made last.
    async fn key(&self, state: &str) -> Value {
        self.keys().await.into_iter().find(|key| key["state"] == state).expect("there is one")
    }

    async fn kid(&self, state: &str) -> String {
        self.key(state).await["kid"].as_str().expect("a key has an id").to_owned()
    }

    async fn do_to(&self, kid: &str, act: &str) -> crate::shop::Answer {
        self.post(&format!("/keys/{kid}/{act}"), &json!({"reason": "A laptop was stolen."})).await
    }
}

async fn published(portal: &Portal) -> BTreeSet<String> {
    portal.keys().await.iter().map(|key| key.kid().to_owned()).collect()
}

async fn buy(desk: &Desk, devices: u32) -> (Customer, LicenseId) {
    let customer = desk.portal.sign_up("a@example.com").await;
    let license_id = desk.portal.buy(&customer, json!({"offer": "pro", "term": "P1Y", "terminals": devices})).await;
    (customer, license_id)
}

#[actix_web::test]
async fn keys_are_made_ahead_activated_and_retired() {
    let desk = Desk::open().await;
    let before = desk.keys().await;
    let states: BTreeSet<_> = before.iter().map(|key| key["state"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!((before.len(), states), (2, ["active", "next"].map(str::to_owned).into()));
    desk.portal.wait(1);
    let made = desk.post("/keys", &json!({})).await;
    assert_eq!((made.status, made.text("state")), (201, "next".to_owned()), "{made:?}");
    let kid = made.text("kid");
    assert!(published(&desk.portal).await.contains(&kid), "verifiers learn it before it signs");
    assert_eq!(desk.keys().await[0], made.json());

    let early = desk.do_to(&kid, "activate").await;
    early.check_refused(409, "CONFLICT", "");
    assert_eq!(early.text("opens_at"), "2026-11-22T02:05:01Z");
    desk.portal.wait(300);
    let old = desk.kid("active").await;
    for _ in 0..2 {
        let done = desk.do_to(&kid, "activate").await;
        assert_eq!(
            (done.status, done.text("state"), done.text("activated_at")),
            (200, "active".to_owned(), "2026-11-22T02:05:01Z".to_owned())
        );
    }
    let retired = desk.key("retired").await;
    assert_eq!(
        (retired["kid"].as_str(), &retired["removable_at"]),
        (Some(old.as_str()), &json!("2027-11-30T02:05:01Z"))
    );
    desk.do_to(&old, "activate").await.check_refused(409, "CONFLICT", "");
    desk.do_to(&kid, "retire").await.check_refused(409, "CONFLICT", "");
    let next = desk.kid("next").await;
    for _ in 0..2 {
        assert_eq!(desk.do_to(&next, "retire").await.text("state"), "retired");
    }
    assert!(!published(&desk.portal).await.contains(&next), "it never signed");
    assert_ne!(desk.kid("next").await, next, "there is always a next one");
    for _ in 0..4 {
        assert_eq!(desk.post("/keys", &json!({})).await.status, 201);
    }
    desk.post("/keys", &json!({})).await.check_refused(409, "CONFLICT", "");
    for act in ["activate", "retire", "revoke"] {
        desk.do_to("nobody", act).await.check_refused(404, "NOT_FOUND", "");
    }
    assert_eq!(desk.portal.events("key.activated").await.len(), 1, "what is so already is not told again");
    assert_eq!(desk.portal.events("key.retired").await.len(), 2);
    assert!(desk.keys().await.iter().all(|key| !key.to_string().contains("private")));
    desk.portal.check_sound().await;
}

#[actix_web::test]
async fn a_revoked_key_takes_its_passes_along_until_they_are_refreshed() {
    let desk = Desk::open().await;
    let (customer, license_id) = buy(&desk, 3).await;
    let devices: Vec<_> = (1..=3).map(Device::new).collect();
    let mut passes = Vec::new();
    for device in &devices {
        passes.push(desk.portal.pass(&customer, license_id, device).await);
    }
    let compromised = desk.kid("active").await;
    assert_eq!(desk.key("active").await["passes"], 3, "what it would do is said before");
    let path = format!("/keys/{compromised}/revoke");
    desk.post(&path, &json!({"reason": " "})).await.check_refused(422, "INVALID_INPUT", "reason");
    let mut watch = desk.portal.watch(&passes[0], &devices[0]).await;
    // Whoever has the stolen key makes a pass of somebody else's for a device of their own.
    let thief = Device::new(9);
    let forged = desk.portal.forge(&passes[1], |claims| claims.cnf.jkt = thief.jkt()).await;

    let revoked = desk.do_to(&compromised, "revoke").await;
    assert_eq!((revoked.status, revoked.text("state")), (200, "revoked".to_owned()), "{revoked:?}");
    assert_eq!(desk.do_to(&compromised, "revoke").await.json(), revoked.json());
    let signs = desk.kid("active").await;
    assert_eq!(watch.named("keys").await["kid"], signs.as_str(), "open apps are told which key signs");
    assert_eq!(published(&desk.portal).await, [signs.clone(), desk.kid("next").await].into());
    let told = desk.portal.events("key.revoked").await;
    assert_eq!((told.len(), &told[0]["reason"]), (1, &json!("A laptop was stolen.")));

    let (pass, device) = (&passes[0], &devices[0]);
    assert_eq!(desk.portal.verify(pass, None).await["code"], "UNKNOWN_KEY");
    let path = "/api/v1/uses";
    let proof = device.proof(&desk.portal, "POST", path, Some(pass));
    let ask = post(path, &json!({"feature": "draw"})).token(pass).proof(&proof).once("1");
    desk.portal.send(ask).await.check_refused(403, "UNKNOWN_KEY", "");
    let renewed = desk.portal.refresh(pass, device).await;
    assert_eq!(renewed.status, 200, "the device proves itself by its own key: {renewed:?}");
    assert_eq!(desk.portal.verify(&renewed.text("pass"), None).await["code"], "VALID");
    assert_eq!(desk.key("active").await["passes"], 1);

    desk.portal.refresh(&forged, &thief).await.check_refused(403, "DEVICE_MISMATCH", "");
    assert_eq!(desk.portal.refresh(&passes[1], &devices[1]).await.status, 200, "its own device is none the worse");
    desk.portal.check_sound().await;
}

/// What is kept of an answer lacks the signature: it is made again, by the key that made it.
#[actix_web::test]
async fn an_answer_that_was_lost_is_given_again_whichever_key_signs_by_then() {
    let desk = Desk::open().await;
    let (customer, license_id) = buy(&desk, 3).await;
    let devices: Vec<_> = (1..=2).map(Device::new).collect();
    let mut lost = Vec::new();
    for device in &devices {
        lost.push(desk.portal.issue(&customer, license_id, device, &device.jkt()).await);
        desk.portal.wait(300);
        let next = desk.kid("next").await;
        assert_eq!(desk.do_to(&next, "activate").await.status, 200);
    }
    let first =
        desk.keys().await.pop().expect("there are several")["kid"].as_str().expect("a key has an id").to_owned();
    assert_eq!(desk.do_to(&first, "revoke").await.status, 200);
    desk.portal.wait(60);
    for (device, lost) in devices.iter().zip(&lost) {
        let again = desk.portal.issue(&customer, license_id, device, &device.jkt()).await;
        assert_eq!((again.status, &again.body), (201, &lost.body));
    }
    assert_ne!(kid_of(&lost[0].text("pass")), kid_of(&lost[1].text("pass")));
    assert_eq!(kid_of(&lost[0].text("pass")), first);
    desk.portal.check_sound().await;
}

#[actix_web::test]
async fn rotation_refuses_nobody() {
    let desk = Desk::open().await;
    let (customer, license_id) = buy(&desk, 3).await;
    let devices: Vec<_> = (1..=2).map(Device::new).collect();
    let mut passes = Vec::new();
    for device in &devices {
        passes.push(desk.portal.pass(&customer, license_id, device).await);
    }
    let mut kids = BTreeSet::new();
    for round in 0..4_u8 {
        desk.portal.wait(300);
        let next = desk.kid("next").await;
        let (portal, customer) = (&desk.portal, &customer);
        let work = async |number: usize| -> Option<String> {
            match number % 5 {
                // Whoever is new to the license takes the place of the one before: the browser is the same.
                0 => Some(portal.pass(customer, license_id, &devices[0]).await),
                1 if number == 1 => {
                    let answer = portal.refresh(&passes[1], &devices[1]).await;
                    assert_eq!(answer.status, 200, "{answer:?}");
                    Some(answer.text("pass"))
                }
                2 => {
                    assert_eq!(portal.verify(&passes[number % 2], None).await["code"], "VALID");
                    None
                }
                3 => {
                    assert_eq!(portal.send(get("/v/acme/.well-known/jwks.json")).await.status, 200);
                    None
                }
                _ => {
                    let path = "/api/v1/uses";
                    let pass = &passes[0];
                    let proof = devices[0].proof(portal, "POST", path, Some(pass));
                    let key = format!("{round} {number}");
                    let ask = post(path, &json!({"feature": "draw"})).token(pass).proof(&proof).once(&key);
                    let answer = portal.send(ask).await;
                    assert_ne!(answer.json()["code"], "UNKNOWN_KEY", "{answer:?}");
                    None
                }
            }
        };
        let rotate = async {
            assert_eq!(desk.do_to(&next, "activate").await.status, 200);
        };
        let before = join_all((0..20).map(&work));
        let ((), made) = futures_util::future::join(rotate, before).await;
        let made: Vec<_> = made.into_iter().flatten().collect();
        for pass in made.iter().chain(&passes) {
            assert_eq!(desk.portal.verify(pass, None).await["code"], "VALID");
            kids.insert(kid_of(pass));
        }
        passes[0] = desk.portal.pass(customer, license_id, &devices[0]).await;
        passes[1] = desk
            .portal
            .refresh(made.iter().find(|pass| is_of(pass, &devices[1])).expect("it was refreshed"), &devices[1])
            .await
            .text("pass");
    }
    assert!(kids.len() >= 4, "several keys have signed: {kids:?}");
    desk.portal.check_sound().await;
}

fn kid_of(token: &str) -> String {
    use base64::Engine as _;
    let header = token.split('.').next().unwrap_or_default();
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header).expect("a header is base64url");
    let header: Value = serde_json::from_slice(&header).expect("a header is JSON");
    header["kid"].as_str().expect("a header names its key").to_owned()
}

fn is_of(pass: &str, device: &Device) -> bool {
    crate::shop::claims(pass)["cnf"]["jkt"] == device.jkt()
}

#[actix_web::test]
async fn keys_are_the_vendors_own_business() {
    let desk = Desk::open().await;
    let (own, next) = (desk.kid("active").await, desk.kid("next").await);
    let reason = json!({"reason": "Why not?"});
    let acts = ["activate", "retire", "revoke"].map(|act| format!("/keys/{next}/{act}"));
    let acts = acts.iter().map(|path| (Method::POST, path.as_str(), reason.clone()));
    let both = [(Method::GET, "/keys", json!({})), (Method::POST, "/keys", json!({}))];
    let asks: Vec<_> = both.into_iter().chain(acts).collect();
    desk.check_strangers(&asks).await;
    let neighbour = desk.portal.sign_in("owner@beta.example").await;
    for (kid, act) in [(&own, "revoke"), (&next, "activate"), (&next, "retire")] {
        let ask = post(&format!("/api/v1/admin/vendors/beta/keys/{kid}/{act}"), &json!({"reason": "Why not?"}));
        desk.portal.send(ask.by(&neighbour)).await.check_refused(404, "NOT_FOUND", "");
    }
    let theirs = desk.portal.send(get("/api/v1/admin/vendors/beta/keys").by(&neighbour)).await.json();
    assert!(!theirs.to_string().contains(&own));
    let before = desk.portal.send(get("/v/beta/.well-known/jwks.json")).await.json();
    assert_eq!(desk.do_to(&own, "revoke").await.status, 200);
    assert_eq!(
        desk.portal.send(get("/v/beta/.well-known/jwks.json")).await.json(),
        before,
        "nothing of theirs changes"
    );

    let vendor =
        desk.portal.app.store.read(|tx| Ok(crate::shop::demo_product(tx)?.0.vendor_id)).await.expect("the demo");
    let viewer = desk.portal.member("viewer@example.com", vendor, Role::Viewer).await;
    assert_eq!(desk.portal.send(get(&format!("{ACME}/keys")).by(&viewer)).await.status, 200);
    let ask = Ask::new(Method::POST, &format!("{ACME}/keys")).by(&viewer).once("1");
    desk.portal.send(ask).await.check_refused(403, "FORBIDDEN", "");
}
