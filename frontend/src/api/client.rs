//! How a request travels: JSON there and back, refusals as [`Fault`]s. Not generic, so that it exists once.

use std::pin::Pin;

use gloo_net::http::{Method as HttpMethod, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::api::problem::{FieldProblem, Problem};
use shared::refusal::RefusalCode;
use shared::time::Timestamp;
use shared::verdict::Remedy;

use super::message;
use crate::browser;
use crate::components::proof;
use crate::words;

/// What a request does.
#[derive(Clone, Copy)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or acts.
    Post,
    /// Changes a part.
    Patch,
    /// Changes the whole.
    Put,
    /// Ends.
    Delete,
}

/// A request to be sent.
#[must_use = "a request does nothing before it is sent"]
pub struct Call {
    method: Method,
    root: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
}

impl Call {
    /// A request to `path` below the API's root.
    pub fn new(method: Method, path: &str) -> Self {
        Self { method, root: super::ROOT, path: path.to_owned(), headers: Vec::new(), body: None }
    }

    /// The same request to the path as it is, not below the API's root.
    pub fn outside(self) -> Self {
        Self { root: "", ..self }
    }

    /// The same request with `body` as JSON.
    pub fn json(mut self, body: &impl Serialize) -> Result<Self, Fault> {
        self.body = Some(message::write(body).map_err(|_| Fault::unreadable())?);
        Ok(self)
    }

    /// The same request with a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// What makes this request the same as another one.
    pub(super) fn content(&self) -> String {
        format!("{} {}", self.path, self.body.as_deref().unwrap_or_default())
    }
}

/// Why a request did not succeed, as far as a page can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The code of the contract; absent when no readable answer came.
    pub code: Option<RefusalCode>,
    /// A sentence for the person at the screen.
    pub detail: String,
    /// The members of the request that are wrong.
    pub fields: Vec<FieldProblem>,
    /// Names the request in the server's logs.
    pub request_id: Option<String>,
    /// What would help.
    pub remedy: Option<Remedy>,
    /// When it may be tried again, where time alone helps.
    pub opens_at: Option<Timestamp>,
    /// True when the browser has no network.
    pub offline: bool,
    /// The nonce that the server wants in the next proof.
    pub nonce: Option<String>,
    /// False when it is not known whether the request took effect.
    pub definite: bool,
}

impl Fault {
    fn new(detail: &str) -> Self {
        Self {
            code: None,
            detail: detail.to_owned(),
            fields: Vec::new(),
            request_id: None,
            remedy: None,
            opens_at: None,
            offline: false,
            nonce: None,
            definite: false,
        }
    }

    /// The answer is not what this program understands.
    pub fn unreadable() -> Self {
        Self::new(words::FAULT_UNREADABLE)
    }

    /// The app that opened the connect window does not answer.
    pub fn silent_app() -> Self {
        Self::new(words::FAULT_SILENT_APP)
    }

    /// A refusal that the page itself puts into words.
    pub fn said(detail: String) -> Self {
        Self { definite: true, ..Self::new(&detail) }
    }

    fn unreachable() -> Self {
        let offline = browser::is_offline();
        Self { offline, ..Self::new(if offline { words::FAULT_OFFLINE } else { words::FAULT_UNREACHABLE }) }
    }

    fn refused(status: u16, body: &str, nonce: Option<String>) -> Self {
        let definite = (400..500).contains(&status) && status != 429;
        let Ok(problem) = message::read::<Problem>(body) else {
            return Self { nonce, definite, ..Self::new(words::FAULT_SERVER) };
        };
        let plain = match problem.code {
            RefusalCode::RateLimited => words::FAULT_RATE_LIMITED,
            _ if definite => problem.title.as_str(),
            _ => words::FAULT_SERVER,
        };
        Self {
            code: Some(problem.code),
            detail: problem.detail.clone().unwrap_or_else(|| plain.to_owned()),
            fields: problem.fields,
            request_id: Some(problem.request_id).filter(|id| !id.is_empty()),
            remedy: problem.remedy,
            opens_at: problem.opens_at,
            offline: false,
            nonce,
            definite,
        }
    }

    /// What is wrong with the first wrong member of the request, or with the whole.
    pub fn said_first(&self) -> &str {
        self.fields.first().map_or(&self.detail, |wrong| &wrong.detail)
    }

    /// True when the code is `code`.
    pub fn is(&self, code: RefusalCode) -> bool {
        self.code == Some(code)
    }
}

/// What becomes of a request.
type Answering<T> = Pin<Box<dyn Future<Output = Result<T, Fault>>>>;

/// Sends `call`, after a proof of who is there where that is wanted, and gives back the answer's text. Errors: every answer that is not a success, and none at all.
///
/// Boxed, so that the functions that call it stay small.
pub fn call(call: Call) -> Answering<String> {
    Box::pin(async move { call_revised(call).await.map(|(text, _)| text) })
}

/// The same with the answer's revision, which is its entity tag; 0 where it has none.
pub fn call_revised(call: Call) -> Answering<(String, u64)> {
    Box::pin(async move {
        match travel(&call).await {
            // Something sensitive: the person shows who they are, and it is asked for again.
            Err(fault) if fault.is(RefusalCode::ConfirmationRequired) && proof::ask().await => travel(&call).await,
            answer => answer,
        }
    })
}

async fn travel(call: &Call) -> Result<(String, u64), Fault> {
    let method = match call.method {
        Method::Get => HttpMethod::GET,
        Method::Post => HttpMethod::POST,
        Method::Patch => HttpMethod::PATCH,
        Method::Put => HttpMethod::PUT,
        Method::Delete => HttpMethod::DELETE,
    };
    let address = format!("{}{}", call.root, call.path);
    let mut builder = RequestBuilder::new(&address).method(method).header("Accept", "application/json");
    for (name, value) in &call.headers {
        builder = builder.header(name, value);
    }
    let request = match call.body.clone() {
        Some(body) => builder.header("Content-Type", "application/json").body(body),
        None => builder.build(),
    };
    let response = request.map_err(|_| Fault::unreadable())?.send().await.map_err(|_| Fault::unreachable())?;
    let nonce = response.headers().get("DPoP-Nonce");
    let revision = response.headers().get("ETag").and_then(|tag| tag.trim_matches('"').parse().ok()).unwrap_or(0);
    let body = response.text().await.map_err(|_| Fault::unreachable())?;
    if response.ok() { Ok((body, revision)) } else { Err(Fault::refused(response.status(), &body, nonce)) }
}

/// Sends `call` and reads the answer as the message it must be.
pub async fn fetch<T: DeserializeOwned>(request: Call) -> Result<T, Fault> {
    answer(&call(request).await?)
}

/// The answer's text as the message it must be.
pub(super) fn answer<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    message::read(text).map_err(|_| Fault::unreadable())
}
