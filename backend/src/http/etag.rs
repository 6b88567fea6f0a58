//! Entity tags (RFC 9110, section 13.1): answers that are not sent again while they are unchanged, and edits that are not
//! made over somebody else's.

use std::future::{Ready, ready};

use actix_web::body::MessageBody;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use crate::error::Failure;
use crate::store::{Outcome, StoreError};

/// The revision that a writer looked at: `If-Match: "7"`.
///
/// Errors: 428 `INVALID_INPUT` with `If-Match` when it is missing; 422 when it is not one entity tag of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(u64);

impl IfMatch {
    /// That what is there is still what the writer looked at. Errors: [`StoreError::Stale`].
    pub fn check(self, revision: u64) -> Outcome<()> {
        if self.0 == revision { Ok(()) } else { Err(StoreError::Stale) }
    }
}

impl FromRequest for IfMatch {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read_if_match(request))
    }
}

/// The same for writes that may go without. Errors: 422 as [`IfMatch`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IfMatchGiven(Option<IfMatch>);

impl From<IfMatch> for IfMatchGiven {
    fn from(seen: IfMatch) -> Self {
        Self(Some(seen))
    }
}

impl IfMatchGiven {
    /// As [`IfMatch::check`], where the writer said what they looked at.
    pub fn check(self, revision: u64) -> Outcome<()> {
        self.0.map_or(Ok(()), |seen| seen.check(revision))
    }
}

impl FromRequest for IfMatchGiven {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let is_given = request.headers().contains_key(IF_MATCH);
        ready(is_given.then(|| read_if_match(request)).transpose().map(Self))
    }
}

fn read_if_match(request: &HttpRequest) -> Result<IfMatch, Failure> {
    let wrong = |detail| Failure::fields([("If-Match", detail)]);
    let mut tags = request.headers().get_all(IF_MATCH);
    let Some(tag) = tags.next() else {
        let refusal = wrong("Say which revision this edits: send the ETag that came with it as If-Match.");
        return Err(refusal.with_status(StatusCode::PRECONDITION_REQUIRED));
    };
    let revision = tag.to_str().ok().and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"'));
    let revision =
        revision.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit())).and_then(|text| text.parse().ok());
    match revision {
        Some(revision) if tags.next().is_none() => Ok(IfMatch(revision)),
        _ => Err(wrong("Send the ETag as it came, once.")),
    }
}

/// `200` with `body`, whose entity tag is its revision.
pub(super) fn answer_with_revision(revision: u64, body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((ETAG, format!("\"{revision}\""))).json(body)
}

/// `answer` with `body` and its entity tag; `304` without it when the client has that already.
pub(super) fn answer_with_etag(
    request: &HttpRequest,
    mut answer: HttpResponseBuilder,
    etag: &str,
    body: impl MessageBody + 'static,
) -> HttpResponse {
    let etag = format!("\"{etag}\"");
    let is_known = is_known(request, &etag);
    answer.insert_header((ETAG, etag));
    if is_known { answer.status(StatusCode::NOT_MODIFIED).finish() } else { answer.body(body) }
}

fn is_known(request: &HttpRequest, etag: &str) -> bool {
    let known = request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    let mut known = known.flat_map(|line| line.split(',')).map(str::trim);
    known.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}
