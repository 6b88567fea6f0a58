//! Bodies of requests: read strictly, bounded, and kept as they came for fingerprints.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Bytes};
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use shared::refusal::RefusalCode;
use shared::strict;
use tokio::time::timeout;

use crate::error::Failure;

/// The longest body read of most messages: none of ours comes near it, and nobody fills memory with more.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// The longest body of what a vendor writes at length: menus and license texts.
pub const MAX_LONG_BODY_BYTES: usize = 512 * 1024;

/// How long a body may take to arrive: slow clients must not hold connections.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);

/// How deep a body may nest.
const BODY_DEPTH: usize = 16;

/// A JSON body as a message; duplicate and unknown members are refused.
///
/// Errors, all `INVALID_INPUT`: 408 when it does not arrive in time, 415 for another content type, 413 beyond `MAX_BYTES`, 400 for what is not strict
/// JSON, 422 with the member at fault for what is not the message.
#[derive(Debug)]
pub struct Strict<T, const MAX_BYTES: usize = MAX_BODY_BYTES> {
    /// The message.
    pub value: T,
    /// The body as it came.
    pub bytes: Bytes,
}

/// The same with room for menus and license texts: [`MAX_LONG_BODY_BYTES`].
pub type StrictLong<T> = Strict<T, MAX_LONG_BODY_BYTES>;

impl<T: DeserializeOwned + 'static, const MAX_BYTES: usize> FromRequest for Strict<T, MAX_BYTES> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !is_json(request) {
            let refusal = refuse(NO_JSON);
            return Box::pin(std::future::ready(Err(refusal.with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE))));
        }
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            let payload = payload.await.map_err(|error| Failure::fault(error.to_string()))?;
            let bytes = read_bytes(payload, MAX_BYTES).await?;
            let value = read_message(&bytes)?;
            Ok(Self { value, bytes })
        })
    }
}

/// A body that may be left out: then it is the message's default.
///
/// Errors: those of [`Strict`].
#[derive(Debug)]
pub struct OrNothing<T>(pub T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for OrNothing<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            let payload = payload.await.map_err(|error| Failure::fault(error.to_string()))?;
            let bytes = read_bytes(payload, MAX_BODY_BYTES).await?;
            if bytes.is_empty() {
                // Many clients name the type of a body that they have not.
                return Ok(Self(T::default()));
            }
            if !is_json {
                return Err(refuse(NO_JSON).with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
            }
            read_message(&bytes).map(Self)
        })
    }
}

const NO_JSON: &str = "Send JSON, as `Content-Type: application/json`.";

/// A form, as browsers and OAuth clients send it: its parameters in their order. Unknown ones are nobody's concern.
///
/// Errors, all `INVALID_INPUT`: 415 for another content type, 408 and 413 as for [`Strict`].
#[derive(Debug)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// What stands for this parameter, each time that it does.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect()
    }
}

impl FromRequest for Form {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !is_of_kind(request, "application/x-www-form-urlencoded") {
            let refusal = refuse("Send `application/x-www-form-urlencoded`.");
            return Box::pin(std::future::ready(Err(refusal.with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE))));
        }
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            let payload = payload.await.map_err(|error| Failure::fault(error.to_string()))?;
            let bytes = read_bytes(payload, MAX_BODY_BYTES).await?;
            Ok(Self(url::form_urlencoded::parse(&bytes).into_owned().collect()))
        })
    }
}

fn is_json(request: &HttpRequest) -> bool {
    is_of_kind(request, "application/json")
}

/// Whether the body is of this type, with or without `charset=utf-8`.
fn is_of_kind(request: &HttpRequest, wanted: &str) -> bool {
    let header = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (kind, parameters) = header.split_once(';').unwrap_or((header, "charset=utf-8"));
    kind.trim().eq_ignore_ascii_case(wanted) && parameters.trim().eq_ignore_ascii_case("charset=utf-8")
}

async fn read_bytes(payload: web::Payload, max_bytes: usize) -> Result<Bytes, Failure> {
    let Ok(read) = timeout(BODY_TIMEOUT, payload.to_bytes_limited(max_bytes)).await else {
        return Err(refuse("The body took too long to arrive.").with_status(StatusCode::REQUEST_TIMEOUT));
    };
    match read {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(refuse("The body did not arrive in full.").with_status(StatusCode::BAD_REQUEST)),
        Err(_) => Err(refuse("The body is too large.").with_status(StatusCode::PAYLOAD_TOO_LARGE)),
    }
}

/// Reads a message from strict JSON.
pub fn read_message<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    strict::parse_object(bytes, BODY_DEPTH).map_err(|refusal| {
        let detail = format!("The JSON {} (at byte {}).", refusal.reason.sentence(), refusal.at);
        refuse(detail).with_status(StatusCode::BAD_REQUEST)
    })?;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let (field, detail) = name_field(&path, &error.into_inner().to_string());
        Failure::fields([(field, detail)])
    })
}

fn refuse(detail: impl Into<String>) -> Failure {
    Failure::code(RefusalCode::InvalidInput, detail)
}

/// The member at fault and a sentence, from serde's path and message.
fn name_field(path: &str, message: &str) -> (String, String) {
    let parent = if path == "." { "" } else { path };
    let inside = |member: &str| match parent {
        "" => member.to_owned(),
        // The path of an unknown member may name it already.
        parent if parent == member || parent.ends_with(&format!(".{member}")) => parent.to_owned(),
        parent => format!("{parent}.{member}"),
    };
    let quoted = |rest: &str| rest.split('`').next().unwrap_or_default().to_owned();
    if let Some(rest) = message.strip_prefix("missing field `") {
        return (inside(&quoted(rest)), "This member is missing.".to_owned());
    }
    if let Some(rest) = message.strip_prefix("unknown field `") {
        return (inside(&quoted(rest)), "This member is not known.".to_owned());
    }
    let reason = message.split(" at line ").next().unwrap_or_default();
    (parent.to_owned(), format!("This is wrong: {reason}."))
}

#[cfg(test)]
mod tests {
    use super::read_message;
    use shared::api::catalog::QuoteRequest;

    #[track_caller]
    fn check(body: &str, status: u16, field: &str) {
        let failure = read_message::<QuoteRequest>(body.as_bytes()).expect_err("the body is wrong");
        let problem = failure.problem(String::new());
        let fields: Vec<_> = problem.fields.iter().map(|problem| problem.field.as_str()).collect();
        let wanted: Vec<_> = Some(field).filter(|field| !field.is_empty()).into_iter().collect();
        assert_eq!((problem.status, fields), (status, wanted), "{body}: {problem:?}");
    }

    #[test]
    fn the_member_at_fault_is_named() {
        let body = |selection: &str| {
            format!(r#"{{"vendor":"acme","product":"sketchpad","menu_version":7,"selection":{selection}}}"#)
        };
        check("{}", 422, "vendor");
        check(&body("{}"), 422, "selection.offer");
        check(&body("7"), 422, "selection");
        check(&body(r#"{"offer":"PRO","term":"P1M"}"#), 422, "selection.offer");
        check(&body(r#"{"offer":"pro","term":"P1M","colour":"red"}"#), 422, "selection.colour");
        check(&body(r#"{"offer":"pro","term":"P1M","uses":{"ai.render":-1}}"#), 422, "selection.uses.ai.render");
        check(&body(r#"{"offer":"pro","term":"P1M","features":["a.b","A"]}"#), 422, "selection.features[1]");
        check(&body(r#"{"offer":"pro","term":"P1M","terminals":99999999999999999999}"#), 422, "selection.terminals");
        check(&body(r#"{"offer":"pro","term":"P1M","terminals":1e400}"#), 422, "selection.terminals");
        check(&body(r#"{"offer":"pro","term":"P1M","seats":1.5}"#), 422, "selection.seats");
        check(r#"{"wrong":1}"#, 422, "wrong");
    }

    #[test]
    fn what_two_readers_could_understand_differently_is_refused() {
        check("", 400, "");
        check("[]", 400, "");
        check("{", 400, "");
        check(r#"{"vendor":"acme","vendor":"other"}"#, 400, "");
        check(r#"{"vendor":"acme"} x"#, 400, "");
        check(&format!(r#"{{"vendor":{}{}}}"#, "[".repeat(16), "]".repeat(16)), 400, "");
    }
}
