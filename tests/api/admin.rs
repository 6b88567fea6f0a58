//! A vendor's team acts on licenses and passes: who may, what follows, and what can be taken back.

use serde_json::{Value, json};
use shared::id::{LicenseId, VendorId};
use shared::license::StatusReason;
use shared::pass::PassStatus;
use shared::team::Role;

use crate::pass_tenants::add_beta;
use crate::shop::{Answer, Customer, Device, Portal, claims, demo_product, get, post};

/// A portal with a license on three devices, and a member of the vendor's team.
struct World {
    portal: Portal,
    customer: Customer,
    member: Customer,
    license_id: LicenseId,
    devices: Vec<Device>,
    passes: Vec<String>,
}

async fn world() -> World {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, json!({"offer": "pro", "term": "P1Y", "terminals": 3})).await;
    let devices: Vec<_> = (1..=3).map(Device::new).collect();
    let mut passes = Vec::new();
    for device in &devices {
        passes.push(portal.pass(&customer, license_id, device).await);
    }
    let vendor_id = acme(&portal).await;
    let member = portal.member("support@example.com", vendor_id, Role::Support).await;
    World { portal, customer, member, license_id, devices, passes }
}

async fn acme(portal: &Portal) -> VendorId {
    portal.app.store.read(|tx| Ok(demo_product(tx)?.0.vendor_id)).await.expect("the demo's vendor")
}

fn pass_id(pass: &str) -> String {
    claims(pass)["jti"].as_str().expect("a pass has an id").to_owned()
}

impl Portal {
    /// A new account in the vendor's team.
    pub(crate) async fn member(&self, email: &'static str, vendor_id: VendorId, role: Role) -> Customer {
        let customer = self.sign_up(email).await;
        let now = self.app.clock.now();
        let write = self.app.store.write(move |tx| {
            let account = tx.account_by_email(email)?.ok_or_else(backend::store::not_found)?;
            tx.add_member(vendor_id, account.account_id, role, now)
        });
        write.await.expect("the member is added");
        customer
    }

    /// Does something to a license or a pass for the demo's vendor.
    pub(crate) async fn act(&self, member: &Customer, act: &str, id: &str) -> Answer {
        let kind = if id.starts_with("lic_") { "licenses" } else { "passes" };
        let path = format!("/api/v1/admin/vendors/acme/{kind}/{id}/{act}");
        self.send(post(&path, &json!({"reason": "Asked for by the customer."})).by(member)).await
    }
}

impl World {
    async fn act(&self, act: &str, id: &str) -> Answer {
        self.portal.act(&self.member, act, id).await
    }

    /// Does something that must succeed; the pass's status or the license's state.
    async fn done(&self, act: &str, id: &str) -> Value {
        let answer = self.act(act, id).await;
        assert_eq!(answer.status, 200, "{act} {id}: {answer:?}");
        let answer = answer.json();
        answer.get("status").or_else(|| answer.get("state")).expect("where it stands").clone()
    }

    /// Where the license's passes stand, and why.
    async fn statuses(&self) -> Vec<(PassStatus, Option<StatusReason>)> {
        let ids: Vec<_> = self.passes.iter().map(|pass| pass_id(pass).parse().expect("a pass")).collect();
        let read = self.portal.app.store.read(move |tx| {
            let (vendor, _) = demo_product(tx)?;
            let mut statuses = Vec::new();
            for id in &ids {
                let pass = tx.pass(vendor.vendor_id, *id)?.ok_or_else(backend::store::not_found)?;
                assert_eq!(pass.ended_at.is_some(), pass.status == PassStatus::Invalid);
                statuses.push((pass.status, pass.reason));
            }
            Ok(statuses)
        });
        read.await.expect("the passes")
    }

    /// The kinds of the newest events, with who did it and why.
    async fn events(&self, count: usize) -> Vec<(String, String, Value)> {
        let vendor_id = acme(&self.portal).await;
        let read = self.portal.app.store.read(move |tx| tx.events(vendor_id, 0, 1000));
        let events = read.await.expect("the events");
        // What devices were refused on the way is told of besides.
        let acts = events.into_iter().filter(|(_, event)| event.kind != "license.denied");
        let newest = acts.rev().take(count).map(|(_, event)| {
            let body: Value = serde_json::from_str(&event.body).expect("a body is JSON");
            assert!(event.actor.starts_with("acc_"), "{event:?}");
            (event.kind, event.subject, body["reason"].clone())
        });
        newest.collect()
    }
}

const VALID: (PassStatus, Option<StatusReason>) = (PassStatus::Valid, None);
const BY_VENDOR: (PassStatus, Option<StatusReason>) = (PassStatus::Suspended, Some(StatusReason::Vendor));
const WITH_LICENSE: (PassStatus, Option<StatusReason>) = (PassStatus::Suspended, Some(StatusReason::License));

#[actix_web::test]
async fn a_pass_is_suspended_reinstated_and_revoked() {
    let world = world().await;
    let (portal, pass) = (&world.portal, pass_id(&world.passes[0]));
    assert_eq!(world.done("suspend", &pass).await, "suspended");
    assert_eq!(world.statuses().await, [BY_VENDOR, VALID, VALID]);
    portal.refresh(&world.passes[0], &world.devices[0]).await.check_refused(403, "SUSPENDED", "");
    let reason = json!("Asked for by the customer.");
    let events = world.events(1).await;
    assert_eq!(events, [("pass.suspended".to_owned(), pass.clone(), reason.clone())]);
    assert_eq!(world.done("suspend", &pass).await, "suspended", "again, the same");
    assert_eq!(world.events(2).await[1].0, "pass.issued", "what changes nothing is no event");

    assert_eq!(world.done("reinstate", &pass).await, "valid");
    assert_eq!(world.done("reinstate", &pass).await, "valid");
    assert_eq!(portal.refresh(&world.passes[0], &world.devices[0]).await.status, 200);
    assert_eq!(world.done("revoke", &pass).await, "invalid");
    assert_eq!(world.done("revoke", &pass).await, "invalid");
    assert_eq!(world.events(1).await, [("pass.revoked".to_owned(), pass.clone(), reason)]);
    for act in ["suspend", "reinstate"] {
        world.act(act, &pass).await.check_refused(409, "CONFLICT", "");
    }
    portal.refresh(&world.passes[0], &world.devices[0]).await.check_refused(403, "REVOKED", "");
    let path = format!("/api/v1/licenses/{}", world.license_id);
    let license = portal.send(get(&path).by(&world.customer)).await.json();
    assert_eq!(license["terminals"]["items"].as_array().map(Vec::len), Some(2));
}

#[actix_web::test]
async fn a_license_takes_its_passes_along_and_brings_back_those_alone() {
    let world = world().await;
    let (license, first) = (world.license_id.to_string(), pass_id(&world.passes[0]));
    world.done("suspend", &first).await;
    assert_eq!(world.done("suspend", &license).await, "suspended");
    assert_eq!(world.done("suspend", &license).await, "suspended");
    assert_eq!(world.statuses().await, [BY_VENDOR, WITH_LICENSE, WITH_LICENSE]);
    let mut kinds: Vec<_> = world.events(3).await.into_iter().map(|(kind, ..)| kind).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["license.suspended", "pass.suspended", "pass.suspended"]);
    let fourth = world.portal.issue(&world.customer, world.license_id, &Device::new(4), "4").await;
    fourth.check_refused(403, "SUSPENDED", "");
    world.act("reinstate", &pass_id(&world.passes[1])).await.check_refused(409, "CONFLICT", "");

    assert_eq!(world.done("reinstate", &license).await, "active");
    assert_eq!(world.statuses().await, [BY_VENDOR, VALID, VALID]);
    world.done("suspend", &license).await;
    assert_eq!(world.done("reinstate", &first).await, "suspended", "its license still is");
    assert_eq!(world.statuses().await, [WITH_LICENSE; 3]);
    world.done("reinstate", &license).await;
    assert_eq!(world.statuses().await, [VALID; 3]);

    assert_eq!(world.done("revoke", &license).await, "revoked");
    assert_eq!(world.statuses().await, [(PassStatus::Invalid, Some(StatusReason::License)); 3]);
    assert_eq!(world.done("revoke", &license).await, "revoked");
    for act in ["suspend", "reinstate"] {
        world.act(act, &license).await.check_refused(409, "CONFLICT", "");
    }
    let faults = world.portal.app.store.read(|tx| tx.find_faults()).await.expect("the store is read");
    assert_eq!(faults, Vec::<String>::new());
}

#[actix_web::test]
async fn what_the_team_does_reaches_the_open_app() {
    let world = world().await;
    let (license, pass) = (world.license_id.to_string(), pass_id(&world.passes[0]));
    let mut watch = world.portal.watch(&world.passes[0], &world.devices[0]).await;
    let suspended = json!({"status": "suspended", "code": "SUSPENDED"});
    for (suspend, id) in [("suspend", &pass), ("suspend", &license)] {
        world.done(suspend, id).await;
        assert_eq!(watch.named("status").await, suspended);
        world.done("reinstate", id).await;
        assert_eq!(watch.named("status").await, json!({"status": "valid"}));
    }
    world.done("revoke", &license).await;
    assert_eq!(watch.named("status").await, json!({"status": "invalid", "code": "REVOKED"}));
    watch.end().await;
}

#[actix_web::test]
async fn an_open_move_is_cancelled_first() {
    let world = world().await;
    let (portal, license, pass) = (&world.portal, world.license_id.to_string(), pass_id(&world.passes[0]));
    for (act, id) in [("suspend", &pass), ("suspend", &license), ("revoke", &pass)] {
        let key = portal.app.rng.u128().to_string();
        let ask = post("/api/v1/moves", &json!({ "pass_id": pass })).by(&world.customer).once(&key);
        let offer = portal.send(ask).await;
        assert_eq!(offer.status, 201, "{offer:?}");
        world.done(act, id).await;
        let path = format!("/api/v1/moves/{}", offer.text("move_id"));
        assert_eq!(portal.send(get(&path).by(&world.customer)).await.json()["state"], "cancelled", "{act} {id}");
        let (other, path) = (Device::new(9), "/api/v1/moves/redeem");
        let ask = post(path, &json!({"code": offer.text("code"), "name": "Tablet"})).once(&key);
        let late = portal.send(ask.proof(&other.proof(portal, "POST", path, None))).await;
        late.check_refused(409, "MOVE_EXPIRED", "");
        if act == "suspend" {
            world.done("reinstate", id).await;
        }
    }
    let faults = portal.app.store.read(|tx| tx.find_faults()).await.expect("the store is read");
    assert_eq!(faults, Vec::<String>::new());
}

#[actix_web::test]
async fn only_the_vendors_own_team_acts_and_of_it_not_everybody() {
    let world = world().await;
    let portal = &world.portal;
    let (license, pass) = (world.license_id.to_string(), pass_id(&world.passes[0]));
    let vendor_id = acme(portal).await;
    let viewer = portal.member("viewer@example.com", vendor_id, Role::Viewer).await;
    let beta = add_beta(portal).await;
    let stranger = portal.member("owner@beta.example", beta, Role::Owner).await;
    for id in [&license, &pass] {
        for act in ["suspend", "reinstate", "revoke"] {
            portal.act(&viewer, act, id).await.check_refused(403, "FORBIDDEN", "");
            portal.act(&stranger, act, id).await.check_refused(404, "NOT_FOUND", "");
            portal.act(&world.customer, act, id).await.check_refused(404, "NOT_FOUND", "");
            let kind = if id.starts_with("lic_") { "licenses" } else { "passes" };
            let body = json!({"reason": "Why not?"});
            let own = format!("/api/v1/admin/vendors/beta/{kind}/{id}/{act}");
            portal.send(post(&own, &body).by(&stranger)).await.check_refused(404, "NOT_FOUND", "");
            let nowhere = format!("/api/v1/admin/vendors/nobody/{kind}/{id}/{act}");
            portal.send(post(&nowhere, &body).by(&world.member)).await.check_refused(404, "NOT_FOUND", "");
            let path = format!("/api/v1/admin/vendors/acme/{kind}/{id}/{act}");
            portal.send(post(&path, &body)).await.check_refused(401, "SIGN_IN_REQUIRED", "");
        }
    }
    assert_eq!(world.statuses().await, [VALID; 3]);
    for role in [Role::Owner, Role::Admin] {
        let member =
            portal.member(if role == Role::Owner { "o@example.com" } else { "i@example.com" }, vendor_id, role).await;
        assert_eq!(portal.act(&member, "suspend", &pass).await.status, 200);
    }
}

#[actix_web::test]
async fn an_act_says_why() {
    let world = world().await;
    let path = format!("/api/v1/admin/vendors/acme/licenses/{}/suspend", world.license_id);
    for reason in [String::new(), "  ".to_owned(), "r".repeat(501)] {
        let ask = post(&path, &json!({ "reason": reason })).by(&world.member);
        world.portal.send(ask).await.check_refused(422, "INVALID_INPUT", "reason");
    }
    world.portal.send(post(&path, &json!({})).by(&world.member)).await.check_refused(422, "INVALID_INPUT", "reason");
}
