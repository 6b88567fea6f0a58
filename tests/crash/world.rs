//! A portal with the demo's vendor, one customer and the vendor's owner, and what they have before a write is tried.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Answer, Request, exchange};
use crate::device::Device;
use crate::mailbox::Mailbox;
use crate::proxy::Proxy;
use crate::server::{PASSWORD, Server};

/// The portal, behind the proxy.
pub(crate) struct World {
    folder: PathBuf,
    /// Gone with its content when the story ends.
    kept: Option<TempDir>,
    pub(crate) server: Server,
    pub(crate) proxy: Proxy,
    pub(crate) mailbox: Mailbox,
    pub(crate) url: String,
    pub(crate) customer: String,
    pub(crate) owner: String,
    order: Value,
    made: Cell<u32>,
    devices: Cell<u8>,
}

/// A device with its pass, and the license that the pass uses.
pub(crate) struct Holder {
    pub(crate) license: String,
    pub(crate) device: Rc<Device>,
    pub(crate) pass: String,
    pub(crate) pass_id: String,
}

impl World {
    /// A new portal that runs.
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut world = Self::on(folder.path());
        world.kept = Some(folder);
        world
    }

    /// A new portal whose store is in PostgreSQL.
    pub(crate) fn on_database(url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut world = Self::with(folder.path(), |server| server.on_database(url));
        world.kept = Some(folder);
        world
    }

    /// A new portal whose data lie in `folder`.
    pub(crate) fn on(folder: &Path) -> Self {
        Self::with(folder, |server| server)
    }

    fn with(folder: &Path, prepare: impl FnOnce(Server) -> Server) -> Self {
        let (listener, address) = Proxy::listen();
        // By a name: browsers have no passkeys for numbers.
        let url = format!("http://{address}").replace("127.0.0.1", "localhost");
        let mailbox = Mailbox::open();
        let server = prepare(Server::new(folder, &url, &mailbox.url()));
        server.start();
        let proxy = Proxy::run(listener, address, server.clone());
        let (customer, owner) = (String::new(), String::new());
        let mut world = Self {
            folder: folder.to_owned(),
            kept: None,
            server,
            proxy,
            mailbox,
            url,
            customer,
            owner,
            order: Value::Null,
            made: Cell::default(),
            devices: Cell::default(),
        };
        world.customer = world.sign_in("customer@example.com");
        world.owner = world.sign_in("owner@example.com");
        let uses = json!({"ai.render": 100});
        world.order = world.order_body(&json!({
            "offer": "pro", "term": "P1Y", "features": ["ai.render"], "uses": uses, "terminals": 3,
        }));
        world
    }

    /// Sends a request that must be answered.
    #[track_caller]
    pub(crate) fn send(&self, request: &Request) -> Answer {
        let bytes = exchange(&self.proxy.address, &request.bytes(&self.url));
        Answer::read(&bytes).expect("a whole answer")
    }

    /// Sends a request that must succeed.
    #[track_caller]
    pub(crate) fn done(&self, request: &Request) -> Answer {
        let answer = self.send(request);
        assert!((200..300).contains(&answer.status), "{} {}: {answer:?}", request.method, request.path);
        answer
    }

    /// Where its data lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A number that nothing else here has.
    pub(crate) fn number(&self) -> u32 {
        self.made.set(self.made.get() + 1);
        self.made.get()
    }

    /// An idempotency key that no other request has.
    pub(crate) fn key(&self) -> String {
        format!("key {}", self.number())
    }

    /// A device that nobody has.
    pub(crate) fn device(&self) -> Rc<Device> {
        self.devices.set(self.devices.get() + 1);
        Rc::new(Device::new(self.devices.get()))
    }

    /// An address that has no account.
    pub(crate) fn email(&self) -> String {
        format!("customer{}@example.com", self.number())
    }

    /// The cookie of a new session.
    pub(crate) fn sign_in(&self, email: &str) -> String {
        let body = json!({"email": email, "password": PASSWORD});
        self.done(&Request::new("POST", "/api/v1/session").body(body)).cookie()
    }

    /// An order for this, at the price of now.
    pub(crate) fn order_body(&self, selection: &Value) -> Value {
        let menu = self.done(&Request::new("GET", "/api/v1/vendors/acme/products/sketchpad/menu")).json();
        let offers = menu["offers"].as_array().expect("a menu has offers");
        let offer = offers.iter().find(|offer| offer["offer"] == selection["offer"]).expect("the demo has this offer");
        let mut order =
            json!({"vendor": "acme", "product": "sketchpad", "menu_version": menu["menu"], "selection": selection});
        let quote = self.done(&Request::new("POST", "/api/v1/quotes").body(order.clone())).json();
        order["quote_digest"] = quote["digest"].clone();
        order["agreement_digest"] = offer["agreement"]["digest"].clone();
        order["payment"] = "test".into();
        order
    }

    /// Places an order.
    pub(crate) fn ordering(&self) -> Request {
        Request::new("POST", "/api/v1/orders").body(self.order.clone()).by(&self.customer).once(self.key())
    }

    /// Sets the demo vendor's tax, and that it takes payments by invoice.
    pub(crate) fn set_up_money(&self, rate: u32) {
        let path = "/api/v1/admin/vendors/acme/settings";
        let known = self.done(&Request::new("GET", path).by(&self.owner)).etag();
        let body = json!({
            "name": "Acme Studio", "tax": {"name": "VAT", "rate": rate.to_string(), "included": true},
            "invoice": {"instructions": "IBAN", "days": 14},
        });
        self.done(&Request::new("PUT", path).body(body).by(&self.owner).if_match(&known));
    }

    /// An order that waits for its invoice to be paid.
    pub(crate) fn invoiced(&self) -> String {
        self.set_up_money(19);
        let mut order = self.order.clone();
        order["payment"] = "invoice".into();
        let placing = Request::new("POST", "/api/v1/orders").body(order).by(&self.customer).once(self.key());
        self.done(&placing).text("order_id")
    }

    /// Pays an order.
    pub(crate) fn paying(&self, order_id: &str) -> Request {
        let path = format!("/api/v1/orders/{order_id}/payments/test");
        Request::new("POST", path).body(json!({"decision": "approve"})).by(&self.customer).once(self.key())
    }

    /// A license of the customer.
    pub(crate) fn buy(&self) -> String {
        let order = self.done(&self.ordering());
        self.done(&self.paying(&order.text("order_id"))).text("license_id")
    }

    /// A license of the customer with five seats.
    pub(crate) fn buy_seats(&self) -> String {
        let uses = json!({"ai.render": 5000});
        let selection = json!({"offer": "studio", "term": "P1Y", "uses": uses, "terminals": 5, "seats": 5});
        let order = Request::new("POST", "/api/v1/orders").body(self.order_body(&selection)).by(&self.customer);
        let order = self.done(&order.once(self.key()));
        self.done(&self.paying(&order.text("order_id"))).text("license_id")
    }

    /// Asks for a pass for the device.
    pub(crate) fn connecting(&self, license: &str, device: &Rc<Device>) -> Request {
        let request = Request::new("POST", format!("/api/v1/licenses/{license}/passes"));
        request.body(json!({"name": "Desk"})).by(&self.customer).once(self.key()).signed(device, None)
    }

    /// A device with a pass of a license of its own.
    pub(crate) fn holder(&self) -> Holder {
        let (license, device) = (self.buy(), self.device());
        let issued = self.done(&self.connecting(&license, &device));
        assert_eq!(claims(&issued.text("pass"))["cnf"]["jkt"], device.jkt());
        Holder { license, device, pass: issued.text("pass"), pass_id: issued.text("pass_id") }
    }

    /// The customer's question for what is at an address.
    pub(crate) fn looking(&self, path: &str) -> Request {
        Request::new("GET", path).by(&self.customer)
    }

    /// What the customer sees at an address.
    pub(crate) fn look(&self, path: &str) -> Value {
        self.done(&self.looking(path)).json()
    }

    /// A license as its customer sees it.
    pub(crate) fn license(&self, license: &str) -> Value {
        self.look(&format!("/api/v1/licenses/{license}"))
    }
}

impl Drop for World {
    /// A story that failed leaves no server behind.
    fn drop(&mut self) {
        self.server.kill();
    }
}

impl Holder {
    /// A request of the device with its pass.
    pub(crate) fn request(&self, method: &'static str, path: impl Into<String>) -> Request {
        Request::new(method, path).signed(&self.device, Some(&self.pass))
    }
}

/// What a pass claims.
pub(crate) fn claims(pass: &str) -> Value {
    let payload = pass.split('.').nth(1).unwrap_or_default();
    let payload = URL_SAFE_NO_PAD.decode(payload).expect("a part of a token is base64url");
    serde_json::from_slice(&payload).expect("claims are JSON")
}
