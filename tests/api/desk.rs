//! A member of a vendor's team at work: what they send, and what comes back.

use actix_web::http::Method;
use serde_json::Value;

use crate::pass_tenants::add_beta;
use crate::shop::{Answer, Ask, Customer, Portal, get, post};

/// The demo vendor's owner, in front of the portal.
pub(crate) struct Desk {
    pub(crate) portal: Portal,
    pub(crate) owner: Customer,
}

pub(crate) const ACME: &str = "/api/v1/admin/vendors/acme";

impl Desk {
    pub(crate) async fn open() -> Self {
        Self::of(Portal::open().await).await
    }

    /// In front of this portal.
    pub(crate) async fn of(portal: Portal) -> Self {
        let owner = portal.sign_in("owner@example.com").await;
        Self { portal, owner }
    }

    /// What is at this address of the vendor's.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.portal.send(get(&format!("{ACME}{path}")).by(&self.owner)).await
    }

    /// What must be there.
    pub(crate) async fn look(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let key = self.portal.app.rng.u128().to_string();
        self.portal.send(post(&format!("{ACME}{path}"), body).by(&self.owner).once(&key)).await
    }

    pub(crate) async fn put(&self, path: &str, revision: &str, body: &Value) -> Answer {
        let ask = Ask::new(Method::PUT, &format!("{ACME}{path}")).body(&body.to_string());
        self.portal.send(ask.by(&self.owner).header("if-match", revision)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.portal.send(Ask::new(Method::DELETE, &format!("{ACME}{path}")).by(&self.owner)).await
    }

    /// The entity tag of what is at this address now.
    pub(crate) async fn tag(&self, path: &str) -> String {
        self.get(path).await.header("etag").to_owned()
    }

    /// Saves the draft, whatever was there.
    pub(crate) async fn save(&self, product: &str, content: &Value) -> Value {
        let path = format!("/products/{product}/draft");
        let saved = self.put(&path, &self.tag(&path).await, content).await;
        assert_eq!(saved.status, 200, "{saved:?}");
        saved.json()
    }

    /// Publishes what was saved.
    pub(crate) async fn publish(&self, product: &str, draft: &Value) -> Answer {
        let body = serde_json::json!({ "revision": draft["revision"] });
        self.post(&format!("/products/{product}/menus"), &body).await
    }

    /// The content of the published menu.
    pub(crate) async fn content(&self) -> Value {
        serde_json::to_value(self.portal.menu().await.content()).expect("a menu is JSON")
    }

    /// Every request must be answered alike to those who have nothing to do with the demo's vendor: its neighbour's owner, a
    /// customer, and nobody.
    pub(crate) async fn check_strangers(&self, asks: &[(Method, &str, Value)]) {
        let beta = add_beta(&self.portal).await;
        let stranger = self.portal.member("owner@beta.example", beta, shared::team::Role::Owner).await;
        let customer = self.portal.sign_in("customer@example.com").await;
        for (method, path, body) in asks {
            let ask = |vendor: &str| {
                let ask = Ask::new(method.clone(), &format!("/api/v1/admin/vendors/{vendor}{path}"));
                ask.header("if-match", "\"0\"").once("1").body(&body.to_string())
            };
            for person in [&stranger, &customer] {
                self.portal.send(ask("acme").by(person)).await.check_refused(404, "NOT_FOUND", "");
                self.portal.send(ask("nobody").by(person)).await.check_refused(404, "NOT_FOUND", "");
            }
            self.portal.send(ask("acme")).await.check_refused(401, "SIGN_IN_REQUIRED", "");
        }
    }
}
