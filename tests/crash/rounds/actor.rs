//! A client that asks until it is answered.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::rc::Rc;
use std::time::Duration;

use serde_json::{Value, json};

use super::Stage;
use crate::client::{Answer, Request};
use crate::device::Device;

/// A client that is told more often than this to come back is told so for ever.
const MOST_REFUSALS: usize = 1000;

/// A client.
pub(super) struct Actor<'a> {
    pub(super) stage: &'a Stage,
    number: usize,
    told: &'a dyn Fn(),
}

/// A license with a device that has a pass of it.
pub(super) struct Held {
    pub(super) license: String,
    pub(super) device: Rc<Device>,
    pub(super) pass: String,
    pub(super) pass_id: String,
}

impl<'a> Actor<'a> {
    pub(super) fn new(stage: &'a Stage, number: usize, told: &'a dyn Fn()) -> Self {
        Self { stage, number, told }
    }

    /// Sends the request until there is a whole answer to it, which must have `status`.
    #[track_caller]
    pub(super) fn ask(&self, request: &Request, status: u16) -> Answer {
        let (mut starts, mut refused) = (0, 0);
        loop {
            let (address, now) = self.stage.wait(starts);
            let answer = exchange(&address, &request.bytes(&self.stage.url));
            if let Some(answer) = answer.and_then(|bytes| Answer::read(&bytes)) {
                if answer.status == 503 {
                    // It has lost its database, or does not know yet that it is back.
                    refused += 1;
                    assert!(refused < MOST_REFUSALS, "{} {}: {answer:?}", request.method, request.path);
                    starts = now.saturating_sub(1);
                    continue;
                }
                assert_eq!(answer.status, status, "{} {}: {answer:?}", request.method, request.path);
                (self.told)();
                return answer;
            }
            starts = now;
        }
    }

    pub(super) fn post(&self, path: impl Into<String>, body: Value) -> Request {
        Request::new("POST", path).body(body).once(self.stage.key())
    }

    /// What the customer sees.
    pub(super) fn look(&self, path: &str) -> Value {
        self.ask(&Request::new("GET", path).by(&self.stage.customer), 200).json()
    }

    /// A new license; `order` says what is bought.
    pub(super) fn buy(&self, order: &Value) -> String {
        let order = self.post("/api/v1/orders", order.clone()).by(&self.stage.customer);
        let order = self.ask(&order, 201).text("order_id");
        let path = format!("/api/v1/orders/{order}/payments/test");
        let paid = self.post(path, json!({"decision": "approve"})).by(&self.stage.customer);
        let license = self.ask(&paid, 200).text("license_id");
        assert_eq!(self.look(&format!("/api/v1/orders/{order}"))["license_id"], license.as_str());
        license
    }

    /// One of this client's own two devices.
    pub(super) fn device(&self, which: u8) -> Rc<Device> {
        let number = u8::try_from(self.number).expect("few clients");
        Rc::new(Device::new(100 + 2 * number + which))
    }

    /// A license of its own with a pass on a device.
    pub(super) fn connect(&self) -> Held {
        let (license, device) = (self.buy(&self.stage.orders[0]), self.device(0));
        let path = format!("/api/v1/licenses/{license}/passes");
        let issue = self.post(path, json!({"name": "Desk"})).by(&self.stage.customer).signed(&device, None);
        let issued = self.ask(&issue, 201);
        Held { license, device, pass: issued.text("pass"), pass_id: issued.text("pass_id") }
    }
}

/// Sends `bytes` and reads what comes; nothing where the server goes away.
fn exchange(address: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut connection = TcpStream::connect(address).ok()?;
    connection.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    connection.write_all(bytes).ok()?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).ok()?;
    Some(answer)
}
