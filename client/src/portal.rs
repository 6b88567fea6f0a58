//! The way to a portal: one request, tried again for as long as that may help.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Method, StatusCode, Url};
use serde::de::DeserializeOwned;
use shared::api::problem::Problem;
use shared::refusal::RefusalCode;
use shared::verdict::Code;
use tokio::time::{Instant, sleep, timeout};

use crate::clock::PortalClock;
use crate::error::Error;
use crate::{random, retry};

/// How long one try waits for its answer, unless the request says otherwise.
const ANSWER: Duration = Duration::from_secs(10);

/// The longest answer that is read: none of a portal's comes near it.
const LONGEST_ANSWER: usize = 1024 * 1024;

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A portal, and who asks.
#[derive(Debug)]
pub(crate) struct Portal {
    /// What its clock shows.
    pub(crate) clock: PortalClock,
    url: Url,
    token: HeaderValue,
    http: reqwest::Client,
}

/// A request that may be sent as often as it takes: reading, or with an effect that happens once.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
    /// For how long new tries are begun.
    patience: Duration,
    /// How long one try waits for its answer.
    answer: Duration,
}

/// A try that came to nothing.
enum Fault {
    /// Another would come to the same.
    Final(Error),
    /// Another may help, after the pause that the portal asks for.
    Passing(Error, Option<Duration>),
}

impl Ask {
    pub(crate) fn new(method: Method, path: impl Into<String>, patience: Duration) -> Self {
        let (headers, body) = (HeaderMap::new(), Vec::new());
        Self { method, path: path.into(), headers, body, patience, answer: ANSWER }
    }

    /// With a body of JSON.
    pub(crate) fn json(self, body: &impl serde::Serialize) -> Result<Self, Error> {
        let body = serde_json::to_vec(body).map_err(|error| Error::Setup(error.to_string()))?;
        Ok(self.body(body, "application/json"))
    }

    /// With a body of this type.
    pub(crate) fn body(mut self, body: Vec<u8>, content_type: &'static str) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { body, ..self }
    }

    /// With an effect that happens once, however often it is sent.
    pub(crate) fn once(mut self) -> Result<Self, Error> {
        let key = HeaderValue::from_str(&format!("{:032x}", random()?));
        self.headers.insert(IDEMPOTENCY_KEY.clone(), key.map_err(|error| Error::Setup(error.to_string()))?);
        Ok(self)
    }

    /// The portal was asked to wait for so long before it answers.
    pub(crate) fn waiting(self, waiting: Duration) -> Self {
        Self { answer: ANSWER + waiting, ..self }
    }

    /// A try that is not answered within this time is given up for another: a connection may be dead.
    pub(crate) fn within(self, answer: Duration) -> Self {
        Self { answer: answer.min(ANSWER), ..self }
    }
}

impl Portal {
    /// The portal at `url`, asked with `token`.
    pub(crate) fn new(url: &str, token: &str) -> Result<Self, Error> {
        let setup = |what: &str| Error::Setup(what.to_owned());
        let mut url = Url::parse(url).map_err(|_| setup("The portal's address is not one."))?;
        if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none() {
            return Err(setup("The portal's address begins with https://."));
        }
        url.set_path(&format!("{}/", url.path().trim_end_matches('/')));
        let mut token = HeaderValue::from_str(&format!("Bearer {token}"))
            .map_err(|_| setup("The API token holds characters that no token has."))?;
        token.set_sensitive(true);
        // Failing means that the program has chosen its crypto library already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            // The token goes to the portal and nowhere else.
            .redirect(Policy::none())
            .referer(false)
            .user_agent(concat!("passgate-client/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(ANSWER / 2)
            .build()
            .map_err(|error| Error::Setup(reason(&error)))?;
        Ok(Self { clock: PortalClock::new(), url, token, http })
    }

    /// `{url}/v/{vendor}`: who signs a vendor's tokens.
    pub(crate) fn issuer(&self, vendor: &str) -> String {
        format!("{}v/{vendor}", self.url)
    }

    /// The answer to `ask` as a message. Errors: the last try's.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, ask: &Ask) -> Result<T, Error> {
        let body = self.ask_bytes(ask).await?;
        serde_json::from_slice(&body).map_err(|error| Error::Strange(error.to_string()))
    }

    /// The answer's body. Errors: the last try's.
    pub(crate) async fn ask_bytes(&self, ask: &Ask) -> Result<Vec<u8>, Error> {
        let until = Instant::now() + ask.patience;
        let mut tries = 0;
        loop {
            let (error, asked) = match self.send(ask).await {
                Ok(body) => return Ok(body),
                Err(Fault::Final(error)) => return Err(error),
                Err(Fault::Passing(error, asked)) => (error, asked),
            };
            tries += 1;
            // Without randomness it is tried again all the same.
            let pause = retry::pause(tries, asked, random().unwrap_or(0));
            if Instant::now() + pause >= until {
                return Err(error);
            }
            sleep(pause).await;
        }
    }

    async fn send(&self, ask: &Ask) -> Result<Vec<u8>, Fault> {
        let unreachable = |reason| Fault::Passing(Error::Unreachable(reason), None);
        let url = self.url.join(&ask.path).map_err(|error| Fault::Final(Error::Setup(error.to_string())))?;
        let mut request = self.http.request(ask.method.clone(), url).headers(ask.headers.clone());
        // A wait is in the body; what anybody may read needs no token.
        if ask.path.starts_with("api/") {
            request = request.header(AUTHORIZATION, self.token.clone());
        }
        let sent = Instant::now();
        let answer = timeout(ask.answer, async {
            let answer = request.body(ask.body.clone()).send().await?;
            let received = Instant::now();
            let (status, headers) = (answer.status(), answer.headers().clone());
            if let Some(date) = headers.get(DATE).and_then(|date| date.to_str().ok()) {
                self.clock.observe(date, sent, received);
            }
            Ok((status, headers, read(answer).await?))
        });
        let (status, headers, body) = match answer.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return Err(unreachable(reason(&error))),
            Err(_) => return Err(unreachable("it does not answer".to_owned())),
        };
        if status.is_success() { Ok(body) } else { Err(refused(status, &headers, &body)) }
    }
}

/// The body, as far as anybody would read it.
async fn read(mut answer: reqwest::Response) -> Result<Vec<u8>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ANSWER {
            break;
        }
    }
    Ok(body)
}

/// Whether another try may help after this status.
pub(crate) const fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..)
}

fn refused(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Fault {
    let asked = || {
        let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
        Some(Duration::from_secs(seconds))
    };
    let problem = serde_json::from_slice(body).unwrap_or_else(|_| strange(status));
    let error = Error::Refused(Box::new(problem));
    if is_passing(status.as_u16()) { Fault::Passing(error, asked()) } else { Fault::Final(error) }
}

/// What stands between service and portal answers otherwise: a page of a proxy.
fn strange(status: StatusCode) -> Problem {
    let code = match status {
        StatusCode::TOO_MANY_REQUESTS => RefusalCode::RateLimited,
        status if status.is_server_error() => RefusalCode::Judged(Code::Unavailable),
        _ => RefusalCode::Internal,
    };
    Problem {
        kind: "about:blank".to_owned(),
        title: status.canonical_reason().unwrap_or("Refused").to_owned(),
        status: status.as_u16(),
        code,
        detail: Some(format!("The answer {status} is not a portal's.")),
        request_id: String::new(),
        remedy: None,
        opens_at: None,
        holders: Vec::new(),
        fields: Vec::new(),
    }
}

fn random() -> Result<u128, Error> {
    random::bits().map_err(|error| Error::Setup(format!("This machine has no randomness: {error}")))
}

/// The innermost reason: what stands around it names the address, which the caller knows.
fn reason(error: &reqwest::Error) -> String {
    let mut error: &dyn std::error::Error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
