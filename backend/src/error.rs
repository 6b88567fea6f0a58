//! The one place that turns refusals and faults into HTTP.
//!
//! A handler returns a [`Failure`]; the outermost layer (`http::edge`) gives it the request's id, writes it as
//! `application/problem+json` and logs it, once. A 5xx never tells the client more than its code.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use shared::api::problem::{FieldProblem, Problem};
use shared::license::Refusal;
use shared::quote::SelectionError;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;
use shared::verdict::{Code, Remedy};

use crate::keys::KeyFault;
use crate::store::StoreError;

/// Why a request was not done.
#[derive(Debug)]
pub struct Failure(Box<Content>);

/// Boxed, since every handler's result has room for one.
#[derive(Debug)]
struct Content {
    code: RefusalCode,
    status: StatusCode,
    detail: Option<String>,
    remedy: Option<Remedy>,
    opens_at: Option<Timestamp>,
    holders: Vec<String>,
    fields: Vec<FieldProblem>,
    header: Option<(HeaderName, HeaderValue)>,
    /// What the log says about a fault of ours; never sent.
    cause: Option<String>,
}

/// Unavailability is short: a full queue, a locked database.
const RETRY_UNAVAILABLE_SECONDS: u64 = 1;

impl Failure {
    /// A refusal with this code; `detail` is a sentence for the person who can act.
    pub fn code(code: RefusalCode, detail: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let detail = Some(detail.into());
        Self(Box::new(Content {
            code,
            status,
            detail,
            remedy: None,
            opens_at: None,
            holders: Vec::new(),
            fields: Vec::new(),
            header: None,
            cause: None,
        }))
    }

    /// Nothing is there, or it is somebody else's: one answer for both.
    pub fn not_found() -> Self {
        Self::code(RefusalCode::NotFound, "There is nothing here.")
    }

    /// `INVALID_INPUT`: these members of the body are wrong, each with a sentence.
    pub fn fields<F: Into<String>, D: Into<String>>(fields: impl IntoIterator<Item = (F, D)>) -> Self {
        let mut failure = Self::code(RefusalCode::InvalidInput, "Something in the request is wrong.");
        let problem = |(field, detail): (F, D)| FieldProblem { field: field.into(), detail: detail.into() };
        failure.0.fields = fields.into_iter().map(problem).collect();
        failure
    }

    /// `INTERNAL`: a fault of ours. `cause` goes to the log only.
    pub fn fault(cause: impl Into<String>) -> Self {
        let mut failure = Self::code(RefusalCode::Internal, "");
        failure.0.cause = Some(cause.into());
        failure
    }

    /// `RATE_LIMITED`: may be tried again after so many seconds.
    pub fn rate_limited(retry_after_seconds: u64) -> Self {
        let failure = Self::code(RefusalCode::RateLimited, "Too many requests: please wait a moment.");
        failure.with_header(RETRY_AFTER, retry_after_seconds.max(1).into())
    }

    /// The same, with what would help.
    #[must_use]
    pub fn with_remedy(mut self, remedy: Remedy) -> Self {
        self.0.remedy = Some(remedy);
        self
    }

    /// The same, naming a member of the body besides.
    #[must_use]
    pub fn with_field(mut self, field: &str, detail: &str) -> Self {
        self.0.fields.push(FieldProblem { field: field.to_owned(), detail: detail.to_owned() });
        self
    }

    /// The same code under another status, where HTTP has a more telling one (413, 415).
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = status;
        self
    }

    /// The same, with a header that tells more.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.header = Some((name, value));
        self
    }

    /// For the log: why, when the fault is ours.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// Whether this is the code.
    pub fn is(&self, code: RefusalCode) -> bool {
        self.0.code == code
    }

    /// For the log.
    pub(crate) fn refusal_code(&self) -> RefusalCode {
        self.0.code
    }

    /// What the answer carries besides.
    pub(crate) fn header(&self) -> Option<&(HeaderName, HeaderValue)> {
        self.0.header.as_ref()
    }

    /// What the client is told.
    pub(crate) fn problem(&self, request_id: String) -> Problem {
        let is_ours = self.0.status.is_server_error();
        Problem {
            kind: "about:blank".to_owned(),
            title: title(self.0.code).to_owned(),
            status: self.0.status.as_u16(),
            code: self.0.code,
            detail: self.0.detail.clone().filter(|_| !is_ours),
            request_id,
            remedy: self.0.remedy,
            opens_at: self.0.opens_at,
            holders: self.0.holders.clone(),
            fields: if is_ours { Vec::new() } else { self.0.fields.clone() },
        }
    }

    /// `UNAVAILABLE`: try again in a moment. `cause` goes to the log only.
    pub fn unavailable(cause: impl Into<String>) -> Self {
        let mut failure = Self::code(RefusalCode::Judged(Code::Unavailable), "");
        failure.0.cause = Some(cause.into());
        failure.with_header(RETRY_AFTER, RETRY_UNAVAILABLE_SECONDS.into())
    }
}

/// The code in words, the same for every occurrence.
fn title(code: RefusalCode) -> &'static str {
    match code {
        // On a device the same code says that there is no pass yet.
        RefusalCode::Judged(Code::Unavailable) => "The portal cannot do this at the moment: try again soon.",
        RefusalCode::Judged(code) => code.sentence(),
        RefusalCode::NotFound => "Not found.",
        RefusalCode::SignInRequired => "Sign in first.",
        RefusalCode::Forbidden => "This is not allowed.",
        RefusalCode::ConfirmationRequired => "Show again that it is you.",
        RefusalCode::InvalidInput => "The request is wrong.",
        RefusalCode::Conflict => "Something changed meanwhile.",
        RefusalCode::MenuChanged => "A newer menu was published.",
        RefusalCode::PriceChanged => "The price has changed.",
        RefusalCode::AgreementChanged => "A newer agreement is in force.",
        RefusalCode::PaymentRequired => "The payment is missing.",
        RefusalCode::DevicesExhausted => "Every device is taken.",
        RefusalCode::SeatsExhausted => "Every seat is taken.",
        RefusalCode::LeaseExpired => "The lease has ended.",
        RefusalCode::LeaseReturned => "The lease was returned.",
        RefusalCode::MoveNotAllowed => "This license does not move.",
        RefusalCode::MoveLimitReached => "Every move is spent.",
        RefusalCode::MoveExpired => "The move was not redeemed in time.",
        RefusalCode::MoveUsed => "The move was redeemed elsewhere.",
        RefusalCode::SameDevice => "This is the same device.",
        RefusalCode::ProofRequired => "A proof of the device's key is missing.",
        RefusalCode::ProofInvalid => "The proof of the device's key is wrong.",
        RefusalCode::IdempotencyKeyRequired => "An Idempotency-Key is missing.",
        RefusalCode::IdempotencyKeyReused => "The Idempotency-Key belongs to another request.",
        RefusalCode::RateLimited => "Too many requests.",
        RefusalCode::Internal => "Something went wrong here.",
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.cause.as_ref().or(self.0.detail.as_ref()) {
            Some(text) => write!(f, "{}: {text}", self.0.code),
            None => self.0.code.fmt(f),
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    /// The bare status: the edge writes the body, since only it knows the request's id.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.0.status)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let mut failure = match refusal.field {
            Some(field) => Self::fields([(field, refusal.detail)]),
            None => Self::code(refusal.code, refusal.detail),
        };
        failure.0.remedy = refusal.remedy;
        failure.0.opens_at = refusal.opens_at;
        failure.0.holders = refusal.holders;
        match refusal.code {
            // Of a token that has ended, as RFC 6750 has it: nobody else is asked to sign in this late.
            RefusalCode::SignInRequired => {
                failure.with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""))
            }
            _ => failure,
        }
    }
}

impl From<SelectionError> for Failure {
    /// The member is named as it stands in requests: `selection.term`.
    fn from(error: SelectionError) -> Self {
        Refusal::from(error).into()
    }
}

impl From<KeyFault> for Failure {
    fn from(fault: KeyFault) -> Self {
        StoreError::from(fault).into()
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => refusal.into(),
            StoreError::Duplicate(constraint) => {
                let detail = "This is there already, or was changed at the same time.";
                let mut failure = Self::code(RefusalCode::Conflict, detail);
                failure.0.cause = Some(format!("duplicate {constraint}"));
                failure
            }
            StoreError::Stale => {
                let detail = "Somebody else changed this meanwhile: look at it again, then edit it.";
                Self::code(RefusalCode::Conflict, detail).with_status(StatusCode::PRECONDITION_FAILED)
            }
            StoreError::Busy | StoreError::Unavailable(_) => Self::unavailable(error.to_string()),
            StoreError::Fault(cause) => Self::fault(cause),
        }
    }
}
