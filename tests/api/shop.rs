//! A portal with the demo's menu in it, a clock that stands and seeded randomness: a fresh one for each story.

pub(crate) mod moves;

use std::path::Path;
use std::pin::Pin;
use std::rc::Rc;
use std::str::FromStr;

use actix_web::body::{BoxBody, to_bytes};
use actix_web::dev::{Service as _, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::middleware::from_fn;
use actix_web::web::{Bytes, Data};
use actix_web::{
    Error,
    test::{TestRequest, init_service},
};
use backend::app::App;
use backend::clock::Clock;
use backend::config::{Config, PasswordCost};
use backend::demo::fill_store;
use backend::http::edge::edge;
use backend::http::routes;
use backend::keys::{Keyring, MasterKey};
use backend::rng::Rng;
use backend::store::records::{LicenseRecord, Pass, Product, Vendor};
use backend::store::{Outcome, Store, Tx, not_found};
use backend::store::{postgres, sqlite};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shared::id::{LicenseId, PassId};
use shared::menu::Menu;
use shared::pass::PassClaims;
use shared::quote::{Selection, quote};
use shared::slug::Slug;
use shared::time::Timestamp;
use shared::verify::{Expect, VerifyingKey, parse_jwks, verify_pass};

pub(crate) use crate::device::Device;
use crate::secrets::Watch;
use crate::server::Server;

/// When stories begin: 2026-11-22T02:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_795_312_800);

/// Where browsers would reach the portal.
pub(crate) const URL: &str = "https://licenses.example.com";

type Answering = Pin<Box<dyn Future<Output = Result<ServiceResponse<BoxBody>, Error>>>>;

/// A portal in process; clones are the same portal.
#[derive(Clone)]
pub(crate) struct Portal {
    pub(crate) app: App,
    call: Rc<dyn Fn(TestRequest) -> Answering>,
    pub(crate) folder: Rc<tempfile::TempDir>,
    watch: Rc<Watch>,
}

/// Whether the stories are told on PostgreSQL: `PASSGATE_STORIES_ON=postgres`.
#[expect(clippy::disallowed_methods, reason = "the stories' own switch")]
pub(crate) fn is_on_postgres() -> bool {
    std::env::var("PASSGATE_STORIES_ON").is_ok_and(|database| database == "postgres")
}

/// A store in this folder, or in a database of the stories' own server.
fn new_store(folder: &Path) -> Store {
    if is_on_postgres() {
        let url = Server::shared().new_database();
        return Store::new(postgres::PostgresEngine::open(&url, postgres::Options::for_tests()).expect("a new store"));
    }
    let engine = sqlite::SqliteEngine::open(folder.join("passgate.db"), sqlite::Options::for_tests());
    Store::new(engine.expect("a new store"))
}

impl Portal {
    /// A portal that takes test payments.
    pub(crate) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    /// A portal that is configured otherwise.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = new_store(folder.path());
        let rng = Rng::seeded(7);
        let mut config = Config {
            public_url: URL.to_owned(),
            trusted_proxies: Vec::new(),
            rate_limits: false,
            test_payments: true,
            vendor_sign_up: true,
            private_webhooks: true,
            mail: None,
            mail_kept_days: Some(90),
            operations: backend::config::Operations::default(),
            demo: false,
            password_cost: PasswordCost::CHEAPEST,
        };
        change(&mut config);
        let master_key = URL_SAFE_NO_PAD.encode(rng.bytes::<32>());
        let keys = Keyring::new(MasterKey::parse(&master_key).expect("it is of the right length"), rng.clone());
        let app = App::new(store, Clock::fixed(NOW), rng, keys, config);
        assert!(fill_store(&app, "a long enough password").await.expect("the store is filled"));
        let service = actix_web::App::new().app_data(Data::new(app.clone())).configure(routes).wrap(from_fn(edge));
        let service = Rc::new(init_service(service).await);
        let call = move |request: TestRequest| -> Answering { Box::pin(service.call(request.to_request())) };
        let folder = Rc::new(folder);
        let watch = Rc::new(Watch::new(&folder, master_key));
        Self { app, call: Rc::new(call), folder, watch }
    }

    /// Sends the request and reads the whole answer.
    pub(crate) async fn send(&self, ask: Ask) -> Answer {
        self.watch.note_request(ask.body.as_deref());
        let path = ask.path.clone();
        let answer = self.start(ask).await;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = to_bytes(answer.into_body()).await.expect("the body is in memory");
        self.watch.note_answer(&path, status, &body);
        Answer { status, headers, body }
    }

    /// Sends the request; the answer's body is still to come.
    pub(crate) async fn start(&self, ask: Ask) -> ServiceResponse<BoxBody> {
        let mut request = TestRequest::default().method(ask.method).uri(&ask.path);
        request = request.peer_addr(ask.peer.parse().expect("an address and a port"));
        for (name, value) in ask.headers {
            request = request.append_header((name, value));
        }
        if let Some(body) = ask.body {
            request = request.set_payload(body);
        }
        (self.call)(request).await.expect("every failure is an answer")
    }

    /// A new customer, signed in.
    pub(crate) async fn sign_up(&self, email: &str) -> Customer {
        let body = json!({"email": email, "password": "a long enough password", "name": "Somebody"});
        Customer::of(&self.send(post("/api/v1/accounts", &body)).await)
    }

    /// The same customer, signed in anew: sessions end before long.
    pub(crate) async fn sign_in(&self, email: &str) -> Customer {
        let body = json!({"email": email, "password": "a long enough password"});
        Customer::of(&self.send(post("/api/v1/session", &body)).await)
    }

    /// The menu of the demo's product as it is now.
    pub(crate) async fn menu(&self) -> Menu {
        let read = self.app.store.read(|tx| {
            let (_, product) = demo_product(tx)?;
            tx.current_menu(&product)?.ok_or_else(not_found)
        });
        read.await.expect("there is a menu")
    }

    /// Publishes a newer menu.
    pub(crate) async fn publish(&self, change: impl FnOnce(&mut Menu)) -> Menu {
        let mut menu = self.menu().await;
        menu.menu += 1;
        change(&mut menu);
        menu.digest = menu.compute_digest().expect("a menu holds small numbers");
        let published = menu.clone();
        let write = self.app.store.write(move |tx| {
            let (_, product) = demo_product(tx)?;
            tx.publish_menu(&product, &menu, NOW)
        });
        write.await.expect("the menu is published");
        published
    }

    /// What an order for `selection` says, with the price as it is now.
    pub(crate) async fn order_body(&self, selection: Value) -> Value {
        let menu = self.menu().await;
        let picked: Selection = serde_json::from_value(selection.clone()).expect("a selection");
        let quote = quote(&menu, &picked).expect("a selection that is offered");
        let agreement = menu.offer(&picked.offer).map(|offer| offer.agreement.digest.clone());
        json!({
            "vendor": "acme", "product": "sketchpad", "menu_version": menu.menu, "selection": selection,
            "quote_digest": quote.digest, "agreement_digest": agreement,
            "payment": if quote.total.is_zero() { "free" } else { "test" },
        })
    }

    /// Orders `selection`.
    pub(crate) async fn order(&self, customer: &Customer, selection: Value, key: &str) -> Answer {
        let body = self.order_body(selection).await;
        self.send(post("/api/v1/orders", &body).by(customer).once(key)).await
    }

    /// Approves or declines the payment of an order.
    pub(crate) async fn pay(&self, customer: &Customer, order_id: &str, decision: &str, key: &str) -> Answer {
        let path = format!("/api/v1/orders/{order_id}/payments/test");
        self.send(post(&path, &json!({"decision": decision})).by(customer).once(key)).await
    }

    /// Orders and pays; the license.
    pub(crate) async fn buy(&self, customer: &Customer, selection: Value) -> LicenseId {
        let new_key = || self.app.rng.u128().to_string();
        let mut answer = self.order(customer, selection, &new_key()).await;
        if answer.json()["state"] == "awaiting_payment" {
            answer = self.pay(customer, &answer.text("order_id"), "approve", &new_key()).await;
        }
        answer.text("license_id").parse().expect("a license was granted")
    }

    /// Asks for a pass for the device.
    pub(crate) async fn issue(&self, customer: &Customer, license_id: LicenseId, device: &Device, key: &str) -> Answer {
        let path = format!("/api/v1/licenses/{license_id}/passes");
        let ask = post(&path, &json!({"name": "Firefox on Linux"})).by(customer).once(key);
        self.send(ask.proof(&device.proof(self, "POST", &path, None))).await
    }

    /// A pass for the device.
    pub(crate) async fn pass(&self, customer: &Customer, license_id: LicenseId, device: &Device) -> String {
        let key = self.app.rng.u128().to_string();
        let answer = self.issue(customer, license_id, device, &key).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.text("pass")
    }

    /// Refreshes a pass with a proof by the device's key.
    pub(crate) async fn refresh(&self, pass: &str, device: &Device) -> Answer {
        let path = "/api/v1/passes/refresh";
        self.send(Ask::new(Method::POST, path).token(pass).proof(&device.proof(self, "POST", path, Some(pass)))).await
    }

    /// What the portal says about a token.
    pub(crate) async fn verify(&self, pass: &str, feature: Option<&str>) -> Value {
        let mut body = json!({ "pass": pass });
        if let (Some(feature), Some(members)) = (feature, body.as_object_mut()) {
            members.insert("feature".to_owned(), feature.into());
        }
        let answer = self.send(post("/api/v1/passes/verify", &body)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// The demo vendor's published keys.
    pub(crate) async fn keys(&self) -> Vec<VerifyingKey> {
        let answer = self.send(get("/v/acme/.well-known/jwks.json")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        parse_jwks(core::str::from_utf8(&answer.body).expect("JSON is UTF-8")).expect("the keys are in order")
    }

    /// Changes a license as the vendor would.
    pub(crate) async fn change_license(
        &self,
        license_id: LicenseId,
        change: impl Fn(&mut LicenseRecord) + Send + 'static,
    ) {
        let write = self.app.store.write(move |tx| {
            let (vendor, _) = demo_product(tx)?;
            let mut record = tx.license_at(vendor.vendor_id, license_id)?.ok_or_else(not_found)?;
            change(&mut record);
            tx.update_license(&record)
        });
        write.await.expect("the license is changed");
    }

    /// Changes a pass as the vendor would.
    pub(crate) async fn change_pass(&self, token: &str, change: impl Fn(&mut Pass) + Send + 'static) {
        let pass_id: PassId = claims(token)["jti"].as_str().and_then(|id| id.parse().ok()).expect("a pass");
        let write = self.app.store.write(move |tx| {
            let (vendor, _) = demo_product(tx)?;
            let mut pass = tx.pass(vendor.vendor_id, pass_id)?.ok_or_else(not_found)?;
            change(&mut pass);
            tx.update_pass(&pass)
        });
        write.await.expect("the pass is changed");
    }

    /// What the demo's vendor would have signed: a good pass, changed.
    pub(crate) async fn forge(&self, pass: &str, change: impl FnOnce(&mut PassClaims)) -> String {
        let (keys, issuer) = (self.keys().await, format!("{URL}/v/acme"));
        let now = self.app.clock.now();
        let expect = Expect { issuer: &issuer, audience: "acme/sketchpad", keys: &keys, now, jkt: None };
        let mut claims = verify_pass(pass, &expect).expect("the pass is good");
        change(&mut claims);
        let vendor_id = self.app.store.read(|tx| Ok(demo_product(tx)?.0.vendor_id)).await.expect("the demo's vendor");
        let keys = self.app.keys.vendor_keys(&self.app.store, vendor_id, now).await.expect("the keys open");
        keys.signer().expect("one signs").sign(&claims).expect("a key signs what it is given")
    }

    /// The vendor's events of this kind, their bodies in order.
    pub(crate) async fn events(&self, kind: &'static str) -> Vec<Value> {
        let read = self.app.store.read(|tx| {
            let (vendor, _) = demo_product(tx)?;
            tx.events(vendor.vendor_id, 0, 10_000)
        });
        let events = read.await.expect("there are events").into_iter().map(|(_, event)| event);
        let bodies = events.filter(|event| event.kind == kind).map(|event| event.body);
        bodies.map(|body| serde_json::from_str(&body).expect("a body is JSON")).collect()
    }

    /// `passgate check` must find nothing.
    pub(crate) async fn check_sound(&self) {
        let faults = self.app.store.read(|tx| tx.find_faults()).await.expect("the store is read");
        assert!(faults.is_empty(), "{faults:#?}");
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, seconds: u64) {
        self.app.clock.advance(std::time::Duration::from_secs(seconds));
    }
}

/// The demo's vendor and product.
pub(crate) fn demo_product(tx: &mut dyn Tx) -> Outcome<(Vendor, Product)> {
    let vendor = tx.vendor(&slug("acme"))?.ok_or_else(not_found)?;
    let product = tx.product(vendor.vendor_id, &slug("sketchpad"))?.ok_or_else(not_found)?;
    Ok((vendor, product))
}

pub(crate) fn slug(text: &str) -> Slug {
    Slug::from_str(text).expect("a slug")
}

/// What a token claims.
pub(crate) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap_or_default();
    let payload = URL_SAFE_NO_PAD.decode(payload).expect("a part of a token is base64url");
    serde_json::from_slice(&payload).expect("claims are JSON")
}

/// Somebody who is signed in.
pub(crate) struct Customer {
    cookie: String,
}

impl Customer {
    #[track_caller]
    fn of(answer: &Answer) -> Self {
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        Self { cookie: answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned() }
    }
}

/// A request.
pub(crate) struct Ask {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
    peer: &'static str,
}

pub(crate) fn get(path: &str) -> Ask {
    Ask::new(Method::GET, path)
}

pub(crate) fn post(path: &str, body: &Value) -> Ask {
    Ask::new(Method::POST, path).body(&body.to_string())
}

impl Ask {
    pub(crate) fn new(method: Method, path: &str) -> Self {
        Self { method, path: path.to_owned(), headers: Vec::new(), body: None, peer: "192.0.2.1:5000" }
    }

    pub(crate) fn body(mut self, body: &str) -> Self {
        self.body = Some(body.as_bytes().to_vec());
        self.header("content-type", "application/json")
    }

    /// The same body as bytes of whatever type the headers say.
    pub(crate) fn raw_body(mut self, body: &[u8]) -> Self {
        self.body = Some(body.to_vec());
        self
    }

    /// Sent from another address.
    pub(crate) fn from(mut self, peer: &'static str) -> Self {
        self.peer = peer;
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Where it goes.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn by(self, customer: &Customer) -> Self {
        self.header("cookie", &customer.cookie)
    }

    pub(crate) fn once(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(crate) fn proof(self, proof: &str) -> Self {
        self.header("dpop", proof)
    }

    pub(crate) fn token(self, pass: &str) -> Self {
        self.header("authorization", &format!("DPoP {pass}"))
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the answer is JSON")
    }

    /// A member that must be a text.
    #[track_caller]
    pub(crate) fn text(&self, member: &str) -> String {
        let value = self.json()[member].clone();
        assert!(value.is_string(), "no {member} in {self:?}");
        value.as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).expect("the header is there")
    }

    /// The answer must be a problem with this status and code, which names `field` when that is not empty.
    #[track_caller]
    pub(crate) fn check_refused(&self, status: u16, code: &str, field: &str) {
        let problem = self.json();
        assert_eq!((self.status, problem["code"].as_str()), (status, Some(code)), "{problem}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["fields"][0]["field"].as_str().unwrap_or_default(), field, "{problem}");
        assert!(problem["request_id"].as_str().is_some_and(|id| id.starts_with("req_")), "{problem}");
    }
}

impl Device {
    /// A proof for one request at the portal's time.
    pub(crate) fn proof(&self, portal: &Portal, method: &str, path: &str, token: Option<&str>) -> String {
        let url = format!("{}{path}", portal.app.config.public_url);
        self.prove(method, &url, token, portal.app.clock.now())
    }
}
