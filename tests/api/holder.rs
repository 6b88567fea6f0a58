//! A device that has a pass and asks with it, as an app does through the SDK.

use std::cell::RefCell;

use actix_web::http::Method;
use serde_json::{Value, json};
use shared::id::LicenseId;

use crate::shop::{Answer, Ask, Customer, Device, Portal, claims};

/// A customer who bought something, and the portal they bought it from.
pub(crate) struct Bought {
    pub(crate) portal: Portal,
    pub(crate) customer: Customer,
    pub(crate) license_id: LicenseId,
}

/// A new portal with a customer's license in it.
pub(crate) async fn buy(selection: Value) -> Bought {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, selection).await;
    Bought { portal, customer, license_id }
}

/// A license for a year on three devices: 100 renders a month.
pub(crate) fn pro() -> Value {
    json!({"offer": "pro", "term": "P1Y", "features": ["ai.render"], "uses": {"ai.render": 100}, "terminals": 3})
}

impl Bought {
    /// The device with this number, with a pass of its own.
    pub(crate) async fn connect(&self, number: u8) -> Holder {
        let device = Device::new(number);
        let pass = self.portal.pass(&self.customer, self.license_id, &device).await;
        Holder { portal: self.portal.clone(), device, pass: RefCell::new(pass) }
    }

    /// The license as its customer sees it.
    pub(crate) async fn license(&self) -> Value {
        let customer = self.portal.sign_in("a@example.com").await;
        let path = format!("/api/v1/licenses/{}", self.license_id);
        self.portal.send(crate::shop::get(&path).by(&customer)).await.json()
    }
}

/// A device with its pass.
pub(crate) struct Holder {
    pub(crate) portal: Portal,
    pub(crate) device: Device,
    pass: RefCell<String>,
}

impl Holder {
    /// The token that it has now.
    pub(crate) fn pass(&self) -> String {
        self.pass.borrow().clone()
    }

    pub(crate) fn pass_id(&self) -> String {
        claims(&self.pass())["jti"].as_str().unwrap_or_default().to_owned()
    }

    /// A request with its pass and a proof of its key.
    pub(crate) fn request(&self, method: Method, path: &str) -> Ask {
        let pass = self.pass();
        let proof = self.device.proof(&self.portal, method.as_str(), path, Some(&pass));
        Ask::new(method, path).token(&pass).proof(&proof)
    }

    /// Posts `body` once for `key`.
    pub(crate) async fn post(&self, path: &str, body: &Value, key: &str) -> Answer {
        self.portal.send(self.request(Method::POST, path).body(&body.to_string()).once(key)).await
    }

    /// Counts uses, with a key that no other request has.
    pub(crate) async fn count(&self, feature: &str, count: u32) -> Answer {
        self.post("/api/v1/uses", &json!({"feature": feature, "count": count}), &self.new_key()).await
    }

    /// Takes a slice of renders.
    pub(crate) async fn slice(&self, count: Option<u32>) -> Answer {
        let body = count
            .map_or_else(|| json!({"feature": "ai.render"}), |count| json!({"feature": "ai.render", "count": count}));
        self.post("/api/v1/slices", &body, &self.new_key()).await
    }

    /// Settles a slice.
    pub(crate) async fn settle(&self, slice_id: &str, spent: u64) -> Answer {
        self.post(&format!("/api/v1/slices/{slice_id}/settle"), &json!({"spent": spent}), &self.new_key()).await
    }

    /// Refreshes its pass and keeps the new one.
    pub(crate) async fn refresh(&self) {
        let answer = self.portal.refresh(&self.pass(), &self.device).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.pass.replace(answer.text("pass"));
    }

    pub(crate) fn new_key(&self) -> String {
        self.portal.app.rng.u128().to_string()
    }
}
