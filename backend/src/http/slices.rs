//! Slices: uses debited in advance for a terminal that may lose contact, and given back (mechanism L5).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use shared::api::uses::{SettleRequest, SliceGranted, SliceRequest, SliceSettled};
use shared::id::SliceId;
use shared::license::{OpenSlice, Refusal, Slicing};
use shared::pass::Confirmation;
use shared::refusal::RefusalCode;
use shared::slice::SliceClaims;
use shared::slug::Feature;
use shared::time::Timestamp;

use super::body::Strict;
use super::denial::Asked;
use super::event::Counted;
use super::once::{Answer, IdempotencyKey, fingerprint, once, once_or_refuse};
use super::pass::Issuer;
use super::uses::{count_event, find_usable, left_of, see, tell_exhausted};
use crate::app::App;
use crate::auth::Terminal;
use crate::changes::Subject;
use crate::error::Failure;
use crate::store::records::{LicenseRecord, Pass, SliceRecord};
use crate::store::{Outcome, Tx, not_found};

/// Debits uses in advance and signs them to the terminal's key, to be spent while the server cannot be reached.
///
/// One open slice per pass and feature; one whose end has passed is closed as spent. What is not settled before its end
/// counts as spent. Errors, in this order: as `POST /uses` up to the pass's; `CONFLICT` while a slice is open;
/// `INVALID_INPUT`; `FEATURE_MISSING`; `FORBIDDEN` where the offer has no slices or the feature is not counted on use;
/// `USES_EXHAUSTED`. `EXPIRED`, `SUSPENDED`, `REVOKED`, `NOT_YET_VALID`, `TERM_ENDED`, `BEING_MOVED` and `MOVED` are those.
#[utoipa::path(post, path = "/api/v1/slices", tag = "uses", request_body = SliceRequest,
    params(("Idempotency-Key" = String, Header), ("DPoP" = String, Header)),
    security(("terminal" = [])), responses((status = 201, body = SliceGranted)))]
pub async fn grant_slice(
    app: web::Data<App>,
    request: HttpRequest,
    terminal: Terminal,
    key: IdempotencyKey,
    body: Strict<SliceRequest>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let (scope, license_id) = (terminal.claims.jti.clone(), terminal.license_id()?);
    let SliceRequest { feature, count: wanted } = body.value;
    let slice_id = app.new_id(SliceId::new);
    let app_here = app.clone();
    let asked = Asked::by(&terminal, license_id, "slice", Some(&feature));
    let grant = move |tx: &mut dyn Tx, now| {
        let (pass, record) = find_usable(tx, &app_here, &terminal, now)?;
        close_ended(tx, &app_here, &pass, &feature, now)?;
        let Slicing { license, count, ends_at, counter } = record.license.grant_slice(&feature, wanted, now)?;
        see(tx, &pass, now)?;
        let record = LicenseRecord { license, ..record };
        tx.update_counter(&record, &feature)?;
        tx.add_slice(&SliceRecord {
            vendor_id: pass.vendor_id,
            slice_id,
            license_id: pass.license_id,
            pass_id: pass.pass_id,
            feature: feature.clone(),
            count,
            granted_at: now,
            ends_at,
            spent: None,
            settled_at: None,
        })?;
        let body = Granted { slice_id, counted: Counted::new(&feature, count, &counter) };
        tx.append_event(&count_event(&app_here, "slice.granted", &pass, &body, now))?;
        tell_exhausted(tx, &app_here, &pass, &feature, &counter, now)?;
        let issuer = Issuer::find(tx, &app_here, &record, now)?;
        let (iss, aud) = issuer.addresses(&app_here.config);
        let token = issuer.prepare(&SliceClaims {
            iss,
            aud,
            sub: record.customer_id.to_string(),
            jti: slice_id.to_string(),
            iat: now,
            exp: ends_at,
            cnf: Confirmation { jkt: pass.jkt.clone() },
            feature: feature.to_string(),
            count,
            pass: pass.pass_id.to_string(),
        })?;
        let slice = token.text().to_owned();
        let granted = SliceGranted { slice_id, slice, count, left: counter.left, expires_at: ends_at };
        Answer::with_token(StatusCode::CREATED, &granted, &token)
    };
    let here = app.clone();
    let answer = once_or_refuse(&app, scope, key, print, move |tx| {
        let now = here.clock.now();
        let outcome = grant(tx, now);
        asked.conclude(tx, &here, now, outcome)
    });
    let answer = answer.await?;
    app.changes.tell(Subject::License(license_id));
    Ok(answer)
}

/// Settles a slice: what was not spent is given back, unless the slice has ended.
///
/// Whatever state pass and license are in, and also with an expired pass: a terminal may come back after a long time.
/// Settled before: the same answer. Errors, in this order: what is wrong with the token; `NOT_FOUND` for a slice of another
/// pass; `CONFLICT` when it was settled with another count; `INVALID_INPUT`.
#[utoipa::path(post, path = "/api/v1/slices/{id}/settle", tag = "uses", request_body = SettleRequest,
    params(("id" = SliceId, Path), ("Idempotency-Key" = String, Header), ("DPoP" = String, Header)),
    security(("terminal" = [])), responses((status = 200, body = SliceSettled)))]
pub async fn settle_slice(
    app: web::Data<App>,
    request: HttpRequest,
    slice_id: web::Path<SliceId>,
    terminal: Terminal,
    key: IdempotencyKey,
    body: Strict<SettleRequest>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let (scope, license_id) = (terminal.claims.jti.clone(), terminal.license_id()?);
    let (slice_id, spent) = (slice_id.into_inner(), body.value.spent);
    let app_here = app.clone();
    let answer = once(&app, scope, key, print, move |tx| {
        let now = app_here.clock.now();
        terminal.proof.spend(tx, now)?;
        let (pass, record) = terminal.find(tx)?;
        let slice = tx.slice(pass.vendor_id, slice_id)?.filter(|slice| slice.pass_id == pass.pass_id);
        let slice = slice.ok_or_else(not_found)?;
        see(tx, &pass, now)?;
        if let Some(counted) = slice.spent {
            let left = left_of(&record, &slice.feature, now);
            return Answer::json(StatusCode::OK, &settled_before(&slice, counted, spent, left)?);
        }
        let open = OpenSlice { feature: slice.feature.clone(), count: slice.count, ends_at: slice.ends_at };
        let settling = record.license.settle_slice(&open, spent, now)?;
        tx.update_counter(&LicenseRecord { license: settling.license, ..record }, &slice.feature)?;
        let slice = SliceRecord { spent: Some(settling.spent), settled_at: Some(now), ..slice };
        tx.settle_slice(&slice)?;
        let left = settling.counter.and_then(|counter| counter.left);
        let resets_at = settling.counter.and_then(|counter| counter.resets_at);
        tx.append_event(&count_event(&app_here, "slice.settled", &pass, &Settled::new(&slice, left, resets_at), now))?;
        let settled = SliceSettled { slice_id, spent: settling.spent, returned: settling.returned, left };
        Answer::json(StatusCode::OK, &settled)
    });
    let answer = answer.await?;
    app.changes.tell(Subject::License(license_id));
    Ok(answer)
}

/// Closes the pass's open slice of the feature, if it has ended, as all spent: its uses were debited when it was granted.
///
/// Errors: `CONFLICT` while it is open.
fn close_ended(tx: &mut dyn Tx, app: &App, pass: &Pass, feature: &Feature, now: Timestamp) -> Outcome<()> {
    let Some(open) = tx.open_slice(pass.vendor_id, pass.pass_id, feature)? else { return Ok(()) };
    if now < open.ends_at {
        let detail = "This device has a slice of this function already: settle it first.";
        return Err(Refusal::new(RefusalCode::Conflict, detail).into());
    }
    let closed = SliceRecord { spent: Some(open.count), settled_at: Some(now), ..open };
    tx.settle_slice(&closed)?;
    tx.append_event(&count_event(app, "slice.settled", pass, &Settled::new(&closed, None, None), now))
}

/// What a slice that is settled already comes to. Errors: `CONFLICT` when it was settled in time with another count; what
/// came too late counted nothing, so any count is as good.
fn settled_before(slice: &SliceRecord, counted: u64, spent: u64, left: Option<u64>) -> Outcome<SliceSettled> {
    let was_late = slice.settled_at.is_none_or(|settled_at| settled_at >= slice.ends_at);
    if counted != spent && !was_late {
        let detail = format!("This slice was settled with {counted} uses spent.");
        return Err(Refusal::new(RefusalCode::Conflict, detail).into());
    }
    let returned = slice.count.saturating_sub(counted);
    Ok(SliceSettled { slice_id: slice.slice_id, spent: counted, returned, left })
}

/// What events say of a slice that was granted.
#[derive(Serialize)]
struct Granted<'f> {
    slice_id: SliceId,
    #[serde(flatten)]
    counted: Counted<'f>,
}

/// What events say of a slice that was settled: what it came to, and the counter afterwards.
#[derive(Serialize)]
struct Settled<'s> {
    slice_id: SliceId,
    feature: &'s Feature,
    spent: u64,
    returned: u64,
    left: Option<u64>,
    resets_at: Option<Timestamp>,
}

impl<'s> Settled<'s> {
    fn new(slice: &'s SliceRecord, left: Option<u64>, resets_at: Option<Timestamp>) -> Self {
        let spent = slice.spent.unwrap_or(slice.count);
        let returned = slice.count.saturating_sub(spent);
        Self { slice_id: slice.slice_id, feature: &slice.feature, spent, returned, left, resets_at }
    }
}
