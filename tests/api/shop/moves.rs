//! Moving, as stories do it: offers, codes, redemptions, and what became of a pass.

use std::io::Read as _;

use actix_web::http::Method;
use flate2::read::ZlibDecoder;
use serde_json::{Value, json};
use shared::id::LicenseId;
use shared::pass::PassStatus;
use shared::status_list::{get_status, verify_status_list};

use super::{Answer, Ask, Customer, Device, Portal, URL, claims, demo_product, get, post};

impl Portal {
    /// A key that no request had before.
    pub(crate) fn new_key(&self) -> String {
        self.app.rng.u128().to_string()
    }

    /// A request of a device with its pass.
    pub(crate) fn by_device(&self, method: &Method, path: &str, pass: &str, device: &Device) -> Ask {
        let proof = device.proof(self, method.as_str(), path, Some(pass));
        Ask::new(method.clone(), path).token(pass).proof(&proof)
    }

    /// The same with a body and a new idempotency key.
    pub(crate) async fn post_by_device(&self, path: &str, body: &Value, pass: &str, device: &Device) -> Answer {
        let ask = self.by_device(&Method::POST, path, pass, device).body(&body.to_string());
        self.send(ask.once(&self.new_key())).await
    }

    /// The device offers its own pass.
    pub(crate) async fn offer(&self, pass: &str, device: &Device) -> Answer {
        self.post_by_device("/api/v1/moves", &json!({"pass_id": claims(pass)["jti"]}), pass, device).await
    }

    /// The customer offers one of theirs.
    pub(crate) async fn offer_by(&self, customer: &Customer, pass: &str) -> Answer {
        let body = json!({"pass_id": claims(pass)["jti"]});
        self.send(post("/api/v1/moves", &body).by(customer).once(&self.new_key())).await
    }

    /// Redeems by `{"code": …}` or `{"portable_pass": …}`, and whatever else that says.
    pub(crate) async fn redeem(&self, carrier: &Value, device: &Device) -> Answer {
        self.redeem_once(carrier, device, &self.new_key()).await
    }

    /// The same with this idempotency key.
    pub(crate) async fn redeem_once(&self, carrier: &Value, device: &Device, key: &str) -> Answer {
        self.send(self.redeeming(carrier, device, key)).await
    }

    /// The request that redeems.
    pub(crate) fn redeeming(&self, carrier: &Value, device: &Device, key: &str) -> Ask {
        let mut body = carrier.clone();
        if let Some(members) = body.as_object_mut() {
            members.entry("name").or_insert_with(|| "Chrome on Windows".into());
        }
        let path = "/api/v1/moves/redeem";
        post(path, &body).once(key).proof(&device.proof(self, "POST", path, None))
    }

    /// What would arrive.
    pub(crate) async fn preview(&self, carrier: &Value) -> Answer {
        self.send(post("/api/v1/moves/preview", carrier)).await
    }

    /// The device takes its move back.
    pub(crate) async fn withdraw(&self, move_id: &str, pass: &str, device: &Device) -> Answer {
        self.send(self.by_device(&Method::DELETE, &format!("/api/v1/moves/{move_id}"), pass, device)).await
    }

    /// Where a move stands, as its customer sees it.
    pub(crate) async fn look_at_move(&self, move_id: &str, customer: &Customer) -> Value {
        let answer = self.send(get(&format!("/api/v1/moves/{move_id}")).by(customer)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Counts a use.
    pub(crate) async fn use_once(&self, pass: &str, device: &Device) -> Answer {
        self.post_by_device("/api/v1/uses", &json!({"feature": "ai.render"}), pass, device).await
    }

    /// Retires a device without it.
    pub(crate) async fn recover(&self, customer: &Customer, license_id: LicenseId, pass: &str) -> Answer {
        let path = format!("/api/v1/licenses/{license_id}/recover");
        let body = json!({"pass_id": claims(pass)["jti"]});
        self.send(post(&path, &body).by(customer).once(&self.new_key())).await
    }

    /// The license as its customer sees it.
    pub(crate) async fn license(&self, customer: &Customer, license_id: LicenseId) -> Value {
        let answer = self.send(get(&format!("/api/v1/licenses/{license_id}")).by(customer)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Where the published status list says that the pass stands.
    pub(crate) async fn stands(&self, pass: &str) -> PassStatus {
        let place = claims(pass)["status"]["status_list"].clone();
        let uri = place["uri"].as_str().expect("a pass names its list").to_owned();
        let list = self.send(get(uri.strip_prefix(URL).expect("the list is ours"))).await;
        let token = core::str::from_utf8(&list.body).expect("a token is text");
        let now = self.app.clock.now();
        let claims = verify_status_list(token, &format!("{URL}/v/acme"), &uri, &self.keys().await, now);
        let deflated = claims.expect("the list is genuine").deflated().expect("the list is base64url");
        let mut packed = Vec::new();
        ZlibDecoder::new(deflated.as_slice()).read_to_end(&mut packed).expect("the list inflates");
        get_status(&packed, place["idx"].as_u64().expect("an index")).expect("the place is in the list")
    }

    /// The kinds of what happened to the demo's vendor, in order.
    pub(crate) async fn happened(&self) -> Vec<String> {
        let read = self.app.store.read(|tx| {
            let (vendor, _) = demo_product(tx)?;
            tx.events(vendor.vendor_id, 0, 10_000)
        });
        let kinds = read.await.expect("the events are read").into_iter().map(|(_, event)| event.kind);
        // What was refused on the way is told of besides.
        kinds.filter(|kind| kind != "license.denied").collect()
    }

    /// Every fault of the store; there must be none.
    pub(crate) async fn check_store(&self) {
        let faults = self.app.store.read(|tx| tx.find_faults()).await.expect("the store is read");
        assert_eq!(faults, Vec::<String>::new());
    }
}

/// `{"code": …}` of an offer.
#[track_caller]
pub(crate) fn by_code(offer: &Answer) -> Value {
    json!({"code": offer.text("code")})
}

/// `{"portable_pass": …}` of an offer.
#[track_caller]
pub(crate) fn by_portable(offer: &Answer) -> Value {
    json!({"portable_pass": offer.text("portable_pass")})
}
