//! One request to a webhook's address: where to is checked before, and nothing leads it elsewhere.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::redirect::Policy;

use super::address::is_public;

/// How long one attempt may take, from looking the name up to the end of the answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// How much of an answer is read.
const ANSWER_BYTES: usize = 8 * 1024;

/// How much of it is remembered.
const ANSWER_LETTERS: usize = 2_000;

/// Sends to addresses that are allowed.
#[derive(Clone, Copy, Debug)]
pub struct Sender {
    private: bool,
}

/// What is sent: the headers of Standard Webhooks 1.0 and the body.
#[derive(Clone, Debug)]
pub struct Message {
    /// `webhook-id`: the event's, the same at every attempt.
    pub id: String,
    /// `webhook-timestamp`: of the attempt, seconds since the Unix epoch.
    pub timestamp: i64,
    /// `webhook-signature`.
    pub signature: String,
    /// JSON.
    pub body: String,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What was answered; absent when there was no answer.
    pub status: Option<u16>,
    /// Why there was none.
    pub error: Option<String>,
    /// The beginning of the answer.
    pub response: String,
}

impl Sent {
    /// Whether the other side took it.
    pub fn is_done(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// Whether something may be sent to `url` as far as its text tells; a sentence for who typed it otherwise. `private` allows
/// plain http and addresses of the operator's network.
pub fn check_url(url: &str, private: bool) -> Result<(), &'static str> {
    read_url(url, private).map(drop)
}

/// [`check_url`], and the address.
pub(crate) fn read_url(text: &str, private: bool) -> Result<Url, &'static str> {
    if text.len() > 500 {
        return Err("This address is too long.");
    }
    let url = Url::parse(text).map_err(|_| "This must be an address that begins with https://.")?;
    match url.scheme() {
        "https" => {}
        "http" if private => {}
        _ => return Err("This must be an address that begins with https://."),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("An address may not hold a name or password: check the signature instead.");
    }
    let literal = match url.host().ok_or("This must be an address that begins with https://.")? {
        url::Host::Domain(name) if is_local_name(name) && !private => return Err(PRIVATE),
        url::Host::Domain(_) => None,
        url::Host::Ipv4(address) => Some(IpAddr::V4(address)),
        url::Host::Ipv6(address) => Some(IpAddr::V6(address)),
    };
    if literal.is_some_and(|address| !private && !is_public(address)) {
        return Err(PRIVATE);
    }
    Ok(url)
}

const PRIVATE: &str = "This is not an address on the public internet; whoever runs this installation can allow it.";

fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || !name.contains('.') || name.ends_with(".localhost") || name.ends_with(".internal")
}

impl Sender {
    /// A sender; `private` allows plain http and addresses of the operator's own network.
    pub const fn new(private: bool) -> Self {
        Self { private }
    }

    /// Sends `message` to `url`, once.
    ///
    /// The host's addresses are looked up here and the connection is pinned to them, so that a name cannot be public when it
    /// is checked and private when it is used. Redirects are not followed, and no proxy is asked.
    pub async fn send(self, url: &str, message: Message) -> Sent {
        let sent = tokio::time::timeout(PATIENCE, self.try_send(url, message)).await;
        let sent = sent.unwrap_or_else(|_| Err(format!("There was no answer within {} seconds.", PATIENCE.as_secs())));
        match sent {
            Ok((status, response)) => Sent { status: Some(status), error: None, response },
            Err(error) => Sent { status: None, error: Some(error), response: String::new() },
        }
    }

    async fn try_send(self, url: &str, message: Message) -> Result<(u16, String), String> {
        let (client, url) = self.connect(url).await?;
        let header = |text: &str| HeaderValue::from_str(text).map_err(|error| error.to_string());
        let request = client
            .post(url)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header("webhook-id", header(&message.id)?)
            .header("webhook-timestamp", header(&message.timestamp.to_string())?)
            .header("webhook-signature", header(&message.signature)?)
            .body(message.body);
        let mut answer = request.send().await.map_err(|error| reason(&error))?;
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        // What follows is not read: an answer is "I have it", not a document.
        while body.len() < ANSWER_BYTES {
            match answer.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                // The status has said it all.
                Ok(None) | Err(_) => break,
            }
        }
        Ok((status, String::from_utf8_lossy(&body).chars().take(ANSWER_LETTERS).collect()))
    }

    /// What connects to where `url` leads now, and to nothing else.
    pub(crate) async fn connect(self, url: &str) -> Result<(reqwest::Client, Url), String> {
        let url = read_url(url, self.private)?;
        let addresses = self.resolve(&url).await?;
        // TLS by the crypto library that the rest of the server uses. Failing means that it is there already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .user_agent(concat!("Passgate/", env!("CARGO_PKG_VERSION")))
            .resolve_to_addrs(url.host_str().unwrap_or_default(), &addresses)
            .build()
            .map_err(|error| reason(&error))?;
        Ok((client, url))
    }

    /// The addresses to connect to; all of them must be allowed.
    async fn resolve(self, url: &Url) -> Result<Vec<SocketAddr>, String> {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let port = url.port_or_known_default().unwrap_or(443);
        let found = tokio::net::lookup_host((host, port)).await;
        let found: Vec<_> = found.map_err(|_| format!("{host} is not known to the name service."))?.collect();
        if found.is_empty() {
            return Err(format!("{host} has no address."));
        }
        if !self.private && found.iter().any(|found| !is_public(found.ip())) {
            return Err(PRIVATE.to_owned());
        }
        Ok(found)
    }
}

/// What went wrong, down to its cause: "connection refused" is what somebody can act on.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let what = match error {
        error if error.is_connect() => "There was no connection",
        error if error.is_timeout() => "There was no answer in time",
        _ => "The request failed",
    };
    format!("{what}: {cause}.")
}
