//! A render farm: a service of the demo's vendor, and a customer's license that it checks out.

use actix_web::http::Method;
use serde_json::{Value, json};
use shared::menu::Offer;

use crate::holder::Bought;
use crate::shop::{Answer, Ask, Customer, Portal, get, post};

pub(crate) const ACME: &str = "/api/v1/admin/vendors/acme";

/// The service, with an identifier that the customer has handed over.
pub(crate) struct Farm {
    pub(crate) bought: Bought,
    pub(crate) owner: Customer,
    /// The service's token, and its id.
    pub(crate) token: String,
    pub(crate) token_id: String,
    pub(crate) identifier: String,
}

/// Five seats for a year, and 5000 renders a month, which check-outs count.
pub(crate) fn studio() -> Value {
    json!({"offer": "studio", "term": "P1Y", "uses": {"ai.render": 5000}, "terminals": 5, "seats": 5})
}

impl Farm {
    /// The license as the demo sells it.
    pub(crate) async fn open() -> Self {
        Self::with(studio(), |_| {}).await
    }

    /// The license of a menu whose offers are changed.
    pub(crate) async fn with(selection: Value, change: impl Fn(&mut Offer)) -> Self {
        Self::at(Portal::open().await, selection, change).await
    }

    /// The same at this portal.
    pub(crate) async fn at(portal: Portal, selection: Value, change: impl Fn(&mut Offer)) -> Self {
        portal.publish(|menu| menu.offers.iter_mut().for_each(change)).await;
        let customer = portal.sign_up("a@example.com").await;
        let owner = portal.sign_in("owner@example.com").await;
        let license_id = portal.buy(&customer, selection).await;
        let bought = Bought { portal, customer, license_id };
        let (token_id, token) = new_token(&bought.portal, &owner, ACME, &["leases:write"]).await;
        let mut farm = Self { bought, owner, token, token_id, identifier: String::new() };
        farm.identifier = farm.name(&json!({})).await.text("identifier");
        farm
    }

    /// One seat, ten renders a month.
    pub(crate) async fn small() -> Self {
        let selection =
            json!({"offer": "studio", "term": "P1Y", "uses": {"ai.render": 10}, "terminals": 5, "seats": 1});
        Self::with(selection, |offer| {
            let free = |limit| shared::menu::LimitChoice { limit, price: 0 };
            if offer.offer.as_str() == "studio" {
                offer.seats.insert(0, free(1));
                offer.uses[0].limits.push(shared::menu::UsesLimit { limit: Some(10), price: 0 });
            }
        })
        .await
    }

    pub(crate) fn portal(&self) -> &Portal {
        &self.bought.portal
    }

    pub(crate) fn key(&self) -> String {
        self.portal().app.rng.u128().to_string()
    }

    /// The customer asks for an identifier.
    pub(crate) async fn name(&self, scope: &Value) -> Answer {
        let mut body = json!({"license_id": self.bought.license_id});
        merge(&mut body, scope);
        let customer = self.portal().sign_in("a@example.com").await;
        self.portal().send(post("/api/v1/identifiers", &body).by(&customer).once(&self.key())).await
    }

    /// What the service sends.
    pub(crate) fn ask(&self, method: Method, path: &str) -> Ask {
        Ask::new(method, path).header("authorization", &format!("Bearer {}", self.token))
    }

    /// What a check-out says: a render for an hour, unless it says otherwise.
    pub(crate) fn wish(&self, change: &Value) -> Value {
        let mut body =
            json!({"identifier": self.identifier, "feature": "ai.render", "ttl_seconds": 3600, "holder": "farm-1"});
        merge(&mut body, change);
        body
    }

    pub(crate) async fn check_out(&self, change: &Value) -> Answer {
        self.check_out_once(change, &self.key()).await
    }

    pub(crate) async fn check_out_once(&self, change: &Value, key: &str) -> Answer {
        let body = self.wish(change).to_string();
        self.portal().send(self.ask(Method::POST, "/api/v1/leases").body(&body).once(key)).await
    }

    /// Checks out what is to be had; the lease's id.
    pub(crate) async fn lease(&self, change: &Value) -> String {
        let answer = self.check_out(change).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.text("lease_id")
    }

    pub(crate) async fn extend(&self, lease_id: &str, ttl_seconds: i64) -> Answer {
        let body = json!({ "ttl_seconds": ttl_seconds }).to_string();
        self.portal().send(self.ask(Method::POST, &format!("/api/v1/leases/{lease_id}/extend")).body(&body)).await
    }

    pub(crate) async fn give_back(&self, lease_id: &str, unspent: u64) -> Answer {
        let body = json!({ "unspent": unspent }).to_string();
        self.portal().send(self.ask(Method::DELETE, &format!("/api/v1/leases/{lease_id}")).body(&body)).await
    }

    pub(crate) async fn look(&self, lease_id: &str) -> Value {
        let answer = self.portal().send(self.ask(Method::GET, &format!("/api/v1/leases/{lease_id}"))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Renders left, as the customer sees it.
    pub(crate) async fn left(&self) -> u64 {
        self.bought.license().await["features"]["ai.render"]["uses"]["left"].as_u64().expect("there is a limit")
    }

    /// The vendor's team does something to the license.
    pub(crate) async fn act(&self, act: &str) {
        let path = format!("{ACME}/licenses/{}/{act}", self.bought.license_id);
        let owner = self.portal().sign_in("owner@example.com").await;
        let answer = self.portal().send(post(&path, &json!({"reason": "A story."})).by(&owner)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// The identifiers that the customer sees.
    pub(crate) async fn identifiers(&self) -> Vec<Value> {
        let customer = self.portal().sign_in("a@example.com").await;
        let path = format!("/api/v1/licenses/{}/identifiers", self.bought.license_id);
        let list = self.portal().send(get(&path).by(&customer)).await.json();
        list["items"].as_array().expect("a list").clone()
    }
}

/// A new token of a vendor: its id and secret.
pub(crate) async fn new_token(portal: &Portal, owner: &Customer, vendor: &str, scopes: &[&str]) -> (String, String) {
    let key = portal.app.rng.u128().to_string();
    let body = json!({"name": "Farm", "scopes": scopes});
    let answer = portal.send(post(&format!("{vendor}/tokens"), &body).by(owner).once(&key)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    (answer.json()["token"]["token_id"].as_str().expect("an id").to_owned(), answer.text("secret"))
}

/// Sets members; those that are null are taken away.
fn merge(body: &mut Value, change: &Value) {
    let members = body.as_object_mut().expect("an object");
    for (name, value) in change.as_object().expect("an object") {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
}
