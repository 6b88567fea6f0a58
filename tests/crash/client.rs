//! HTTP/1.1 as a client speaks it, byte for byte: what is sent twice must be the very same.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;

use crate::device::Device;

/// A story that waits for longer waits for something that does not come.
const LONG: Duration = Duration::from_secs(20);

/// A request, to be sent as often as it takes: each time with a new proof, where one is needed.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    pub(crate) key: Option<String>,
    pub(crate) cookie: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) known: Option<String>,
    pub(crate) signer: Option<Signer>,
}

/// A device, and the pass that it presents, if it has one.
#[derive(Clone)]
pub(crate) struct Signer {
    pub(crate) device: Rc<Device>,
    pub(crate) pass: Option<String>,
}

impl Request {
    pub(crate) fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), body: None, key: None, cookie: None, token: None, known: None, signer: None }
    }

    pub(crate) fn body(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    pub(crate) fn once(self, key: String) -> Self {
        Self { key: Some(key), ..self }
    }

    pub(crate) fn by(self, cookie: &str) -> Self {
        Self { cookie: Some(cookie.to_owned()), ..self }
    }

    /// What a program sends, with its API token.
    pub(crate) fn with_token(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    /// What is edited is the revision with this entity tag.
    pub(crate) fn if_match(self, known: impl Into<String>) -> Self {
        Self { known: Some(known.into()), ..self }
    }

    pub(crate) fn signed(self, device: &Rc<Device>, pass: Option<&str>) -> Self {
        Self { signer: Some(Signer { device: Rc::clone(device), pass: pass.map(str::to_owned) }), ..self }
    }

    /// The request as it is sent now to the server that calls itself `url`.
    pub(crate) fn bytes(&self, url: &str) -> Vec<u8> {
        use std::fmt::Write as _;
        let mut head = format!("{} {} HTTP/1.1\r\nHost: passgate\r\nConnection: close\r\n", self.method, self.path);
        let mut header = |name: &str, value: &str| write!(head, "{name}: {value}\r\n").expect("memory is there");
        if let Some(key) = &self.key {
            header("Idempotency-Key", key);
        }
        if let Some(token) = &self.token {
            header("Authorization", &format!("Bearer {token}"));
        }
        if let Some(cookie) = &self.cookie {
            header("Cookie", cookie);
        }
        if let Some(known) = &self.known {
            header("If-Match", known);
        }
        if let Some(Signer { device, pass }) = &self.signer {
            let now = std::time::UNIX_EPOCH.elapsed().expect("it is later than 1970").as_secs();
            let now = shared::time::Timestamp::from_unix(i64::try_from(now).expect("it is earlier than that"));
            header("DPoP", &device.prove(self.method, &format!("{url}{}", self.path), pass.as_deref(), now));
            if let Some(pass) = pass {
                header("Authorization", &format!("DPoP {pass}"));
            }
        }
        let body = self.body.as_ref().map(Value::to_string).unwrap_or_default();
        if self.body.is_some() {
            header("Content-Type", "application/json");
        }
        header("Content-Length", &body.len().to_string());
        [head, "\r\n".to_owned(), body].concat().into_bytes()
    }
}

/// An answer, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// Reads what a server sent until it closed; `None` for less than a whole answer.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let text = core::str::from_utf8(bytes).expect("answers are text");
        let (head, body) = text.split_once("\r\n\r\n")?;
        let length = header(head, "content-length");
        let length: usize = length.map_or(0, |length| length.parse().expect("a length is a number"));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("an answer has a status");
        (body.len() == length).then(|| Self { status, head: head.to_owned(), body: body.to_owned() })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// A member that must be a text.
    #[track_caller]
    pub(crate) fn text(&self, member: &str) -> String {
        self.json()[member].as_str().unwrap_or_else(|| unreachable!("no {member} in {self:?}")).to_owned()
    }

    /// The entity tag of what it holds.
    #[track_caller]
    pub(crate) fn etag(&self) -> String {
        header(&self.head, "etag").expect("it has an entity tag").to_owned()
    }

    /// The cookie that it sets.
    #[track_caller]
    pub(crate) fn cookie(&self) -> String {
        header(&self.head, "set-cookie").and_then(|line| line.split(';').next()).expect("a cookie is set").to_owned()
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find_map(|(other, value)| other.eq_ignore_ascii_case(name).then_some(value))
}

/// Sends `bytes` and reads everything that comes; a connection that breaks ends it.
pub(crate) fn exchange(address: &str, bytes: &[u8]) -> Vec<u8> {
    let mut connection = connect(address);
    let mut answer = Vec::new();
    if connection.write_all(bytes).is_err() {
        return answer;
    }
    read_all(&mut connection, &mut answer);
    answer
}

pub(crate) fn connect(address: &str) -> TcpStream {
    let connection = TcpStream::connect(address).expect("somebody listens");
    connection.set_read_timeout(Some(LONG)).expect("a time-out can be set");
    connection
}

/// Reads to the end, or until the other side has gone.
pub(crate) fn read_all(connection: &mut TcpStream, into: &mut Vec<u8>) {
    if let Err(error) = connection.read_to_end(into) {
        assert!(matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{error}");
    }
}
