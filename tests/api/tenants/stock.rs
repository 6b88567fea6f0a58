//! A vendor with something of everything: what its own people may name, and nobody else's.

use std::collections::BTreeMap;

use actix_web::http::Method;
use backend::outbox::webhooks::tell_due;
use backend::store::not_found;
use backend::store::sources::IdentityRecord;
use serde_json::{Value, json};
use shared::id::LicenseId;
use shared::team::Permission;

use crate::authenticator::Passkey;
use crate::shop::{Answer, Ask, Customer, Device, NOW, Portal, URL, claims, get, post, slug};

const COUNTED: &str = r#"{"offer":"pro","term":"P1Y","terminals":3,"features":["ai.render"],"uses":{"ai.render":100}}"#;
const SEATED: &str = r#"{"offer":"studio","term":"P1Y","terminals":5,"seats":5,"uses":{"ai.render":5000}}"#;

/// A vendor, its people, and one id of each kind.
pub(super) struct Stock {
    pub(super) vendor: String,
    /// By kind: the name of the id's type, or of the parameter where it has none.
    pub(super) ids: BTreeMap<&'static str, String>,
    /// An API token with every scope.
    pub(super) token: String,
    pub(super) device: Device,
    /// The device's pass; none of `ids`, so that it stays good whatever is done to them.
    pub(super) pass: String,
}

/// Somebody at work for the vendor that is being stocked.
struct Stocking<'portal> {
    portal: &'portal Portal,
    vendor: String,
    owner: Customer,
}

impl Stocking<'_> {
    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.done(post(&format!("/api/v1/admin/vendors/{}{path}", self.vendor), body).once(&self.portal.new_key()))
            .await
    }

    async fn look(&self, path: &str) -> Value {
        self.done(get(&format!("/api/v1/admin/vendors/{}{path}", self.vendor))).await.json()
    }

    async fn done(&self, ask: Ask) -> Answer {
        let answer = self.portal.send(ask.by(&self.owner)).await;
        assert!(answer.status < 300, "{answer:?}");
        answer
    }

    /// A product with the demo's menu.
    async fn publish(&self, product: &str) {
        let demo = self.portal.sign_in("owner@example.com").await;
        let path = "/api/v1/admin/vendors/acme/products/sketchpad/draft";
        let mut content = self.portal.send(get(path).by(&demo)).await.json()["content"].clone();
        let agreement = self.post("/agreements", &json!({"title": "Terms", "text": self.vendor})).await.json();
        for offer in content["offers"].as_array_mut().expect("the demo has offers") {
            offer["agreement"] = json!({
                "version": agreement["version"], "digest": agreement["digest"], "title": agreement["title"],
            });
        }
        let new = json!({"product": product, "name": "An app", "summary": "It does something."});
        self.post("/products", &new).await;
        let path = format!("/api/v1/admin/vendors/{}/products/{product}/draft", self.vendor);
        let tag = self.done(get(&path)).await.header("etag").to_owned();
        let saving = Ask::new(Method::PUT, &path).body(&content.to_string()).header("if-match", &tag);
        let saved = self.done(saving).await.json();
        self.post(&format!("/products/{product}/menus"), &json!({"revision": saved["revision"]})).await;
    }

    /// The customer buys; the order and the license.
    async fn buy(&self, customer: &Customer, product: &str, selection: &str) -> (String, LicenseId) {
        let selection: Value = serde_json::from_str(selection).expect("a selection");
        let mut body = json!({"vendor": self.vendor, "product": product, "menu_version": 1, "selection": selection});
        let quote = self.portal.send(post("/api/v1/quotes", &body)).await.text("digest");
        let menu =
            self.portal.send(get(&format!("/api/v1/vendors/{}/products/{product}/menu", self.vendor))).await.json();
        body["quote_digest"] = quote.into();
        body["agreement_digest"] = menu["offers"][0]["agreement"]["digest"].clone();
        body["payment"] = "test".into();
        let ordered = self.portal.send(post("/api/v1/orders", &body).by(customer).once(&self.portal.new_key())).await;
        let order_id = ordered.text("order_id");
        let paid = self.portal.pay(customer, &order_id, "approve", &self.portal.new_key()).await;
        (order_id, paid.text("license_id").parse().expect("a license was granted"))
    }

    /// An identifier of a license.
    async fn identify(&self, customer: &Customer, license_id: LicenseId) -> Answer {
        let ask = post("/api/v1/identifiers", &json!({"license_id": license_id})).by(customer);
        self.portal.send(ask.once(&self.portal.new_key())).await
    }

    /// A lease of a license.
    async fn lease(&self, customer: &Customer, license_id: LicenseId, token: &str) -> String {
        let made = self.identify(customer, license_id).await;
        let body = json!({"identifier": made.text("identifier"), "ttl_seconds": 600, "holder": "A story."});
        let ask = post("/api/v1/leases", &body).header("authorization", &format!("Bearer {token}"));
        self.portal.send(ask.once(&self.portal.new_key())).await.text("lease_id")
    }

    /// A way to sign in where nobody answers, which is linked to the account.
    async fn add_source(&self, account: &str) -> String {
        let new = json!({"name": "Nobody", "issuer": "http://127.0.0.1:9", "client_id": "portal"});
        let source_id = self.post("/sources", &new).await.text("source_id");
        let (vendor, linked) = (slug(&self.vendor), source_id.parse().expect("an id"));
        let account_id = account.parse().expect("an id");
        let linking = self.portal.app.store.write(move |tx| {
            let vendor_id = tx.vendor(&vendor)?.ok_or_else(not_found)?.vendor_id;
            let subject = "somebody".to_owned();
            let (created_at, last_at) = (NOW, NOW);
            tx.add_identity(&IdentityRecord { vendor_id, source_id: linked, subject, account_id, created_at, last_at })
        });
        linking.await.expect("the account is linked");
        source_id
    }

    /// A passkey of the owner's.
    async fn add_passkey(&self, number: u8) -> String {
        let path = "/api/v1/account/passkeys";
        let asked = self.done(Ask::new(Method::POST, &format!("{path}/challenge"))).await.json();
        let (_, credential) = Passkey::create(number.into(), &asked["options"], URL);
        let body = json!({"name": "Laptop", "challenge": asked["challenge"], "credential": credential});
        self.done(post(path, &body)).await.text("passkey_id")
    }
}

impl Stock {
    /// A new vendor called `vendor`. `number` tells its devices and passkeys from others'.
    pub(super) async fn open(portal: &Portal, vendor: &str, number: u8) -> Self {
        let owner = portal.sign_up(&email("owner", vendor)).await;
        let stocking = Stocking { portal, vendor: vendor.to_owned(), owner };
        let new = json!({"vendor": vendor, "name": vendor});
        stocking.done(post("/api/v1/vendors", &new).once(&portal.new_key())).await;
        // Where nobody listens, so that there is a delivery that may be tried again.
        let hook = stocking.post("/webhooks", &json!({"url": "http://127.0.0.1:9/hook"})).await.json();
        let product = format!("{vendor}-app");
        stocking.publish(&product).await;
        let scopes: Vec<_> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
        let token = stocking.post("/tokens", &json!({"name": "All", "scopes": scopes})).await.json();
        let spare = stocking.post("/tokens", &json!({"name": "Spare", "scopes": scopes})).await.json();
        let invited = json!({"email": email("new", vendor), "role": "viewer"});
        let invitation = stocking.post("/invitations", &invited).await.json();
        let coupon = json!({"code": format!("{}-10", vendor.to_uppercase()), "percent_off": 10});
        let coupon = stocking.post("/coupons", &coupon).await;
        let kid = stocking.post("/keys", &json!({})).await.text("kid");
        let passkey_id = stocking.add_passkey(number).await;

        let customer = portal.sign_up(&email("customer", vendor)).await;
        let devices = [1, 2, 3].map(|place| Device::new(number * 10 + place));
        let (_, license_id) = stocking.buy(&customer, &product, COUNTED).await;
        let pass = portal.pass(&customer, license_id, &devices[0]).await;
        let slicing = json!({"feature": "ai.render", "count": 5});
        let slice = portal.post_by_device("/api/v1/slices", &slicing, &pass, &devices[0]).await;
        let leaving = portal.pass(&customer, license_id, &devices[1]).await;
        let offered = portal.offer(&leaving, &devices[1]).await;
        let (_, seated) = stocking.buy(&customer, &product, SEATED).await;
        let lease_id = stocking.lease(&customer, seated, token["secret"].as_str().expect("a secret")).await;
        let (order_id, license_id) = stocking.buy(&customer, &product, COUNTED).await;
        let named = portal.pass(&customer, license_id, &devices[2]).await;
        let identifier_id = stocking.identify(&customer, license_id).await.text("identifier_id");

        tell_due(&portal.app).await.expect("the store works");
        let webhook_id = hook["webhook"]["webhook_id"].as_str().expect("an id").to_owned();
        let deliveries = stocking.look(&format!("/webhooks/{webhook_id}/deliveries")).await;
        let sessions = stocking.done(get("/api/v1/account/sessions")).await.json();
        let customers = stocking.look("/customers").await;
        let first = |list: &Value, member: &str| list["items"][0][member].as_str().expect("the list has it").to_owned();
        let ids = [
            ("vendor", vendor.to_owned()),
            ("product", product),
            ("kid", kid),
            ("code", coupon.text("code")),
            ("CustomerId", customers["items"][0]["customer"]["customer_id"].as_str().expect("an id").to_owned()),
            ("AccountId", first(&stocking.look("/members").await, "account_id")),
            ("LicenseId", license_id.to_string()),
            ("OrderId", order_id),
            ("PassId", claims(&named)["jti"].as_str().expect("a pass has an id").to_owned()),
            ("MoveId", offered.text("move_id")),
            ("SliceId", slice.text("slice_id")),
            ("InvitationId", invitation["invitation"]["invitation_id"].as_str().expect("an id").to_owned()),
            ("TokenId", spare["token"]["token_id"].as_str().expect("an id").to_owned()),
            ("WebhookId", webhook_id),
            ("DeliveryId", first(&deliveries, "delivery_id")),
            ("LeaseId", lease_id),
            ("IdentifierId", identifier_id.clone()),
            ("identifier", identifier_id),
            ("MailId", first(&stocking.look("/mails").await, "mail_id")),
            ("SessionId", first(&sessions, "session_id")),
            ("PasskeyId", passkey_id),
        ];
        let mut ids = BTreeMap::from(ids);
        ids.insert("SourceId", stocking.add_source(&ids["AccountId"]).await);
        let token = token["secret"].as_str().expect("a secret").to_owned();
        let [device, ..] = devices;
        Self { vendor: vendor.to_owned(), ids, token, device, pass }
    }

    /// What this vendor calls a thing of this kind.
    #[track_caller]
    pub(super) fn id(&self, kind: &str) -> String {
        let known = self.ids.get(kind);
        assert!(known.is_some(), "the walk knows no {kind}: add one to what a vendor has");
        known.cloned().unwrap_or_default()
    }
}

pub(super) fn email(who: &str, vendor: &str) -> String {
    format!("{who}@{vendor}.example")
}
