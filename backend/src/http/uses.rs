//! Counting uses, one request at a time (mechanism L5).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;
use shared::api::uses::{UseRequest, UsesCounted};
use shared::id::PassId;
use shared::license::{Counter, Spending, refuse_status};
use shared::slug::Feature;
use shared::time::Timestamp;

use super::body::Strict;
use super::denial::Asked;
use super::event::{Counted, event};
use super::moves::settle_pass;
use super::once::{Answer, IdempotencyKey, fingerprint, once_or_refuse};
use crate::app::App;
use crate::auth::Terminal;
use crate::changes::Subject;
use crate::error::Failure;
use crate::store::records::{Event, LicenseRecord, Pass};
use crate::store::{Outcome, Tx};

/// After how many seconds a terminal's contact is written down anew: a use costs no second row that way.
const SEEN_SECONDS: i64 = 60;

/// Counts uses of a feature: all of them or none, once for an `Idempotency-Key`.
///
/// A feature that is not counted on use is free: `spent` 0, `left` null. Errors, in this order: what is wrong with the
/// token; `EXPIRED`; `SUSPENDED`, `REVOKED`, `NOT_YET_VALID` or `TERM_ENDED` of the license; `BEING_MOVED`, `SUSPENDED`,
/// `MOVED` or `REVOKED` of the pass; `INVALID_INPUT`; `FEATURE_MISSING`; `USES_EXHAUSTED`, with `opens_at` where there are
/// uses again. A retry gets its first answer, whatever happened since.
#[utoipa::path(post, path = "/api/v1/uses", tag = "uses", request_body = UseRequest,
    params(("Idempotency-Key" = String, Header), ("DPoP" = String, Header)),
    security(("terminal" = [])), responses((status = 200, body = UsesCounted)))]
pub async fn count_use(
    app: web::Data<App>,
    request: HttpRequest,
    terminal: Terminal,
    key: IdempotencyKey,
    body: Strict<UseRequest>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let (scope, license_id) = (terminal.claims.jti.clone(), terminal.license_id()?);
    let UseRequest { feature, count: wanted } = body.value;
    let app_here = app.clone();
    let asked = Asked::by(&terminal, license_id, "use", Some(&feature));
    let count = move |tx: &mut dyn Tx, now| {
        let (pass, record) = find_usable(tx, &app_here, &terminal, now)?;
        let Spending { license, spent, counter } = record.license.spend(&feature, wanted, now)?;
        see(tx, &pass, now)?;
        if let Some(counter) = &counter {
            tx.update_counter(&LicenseRecord { license, ..record }, &feature)?;
            let body = Counted::new(&feature, spent, counter);
            tx.append_event(&count_event(&app_here, "use.counted", &pass, &body, now))?;
            tell_exhausted(tx, &app_here, &pass, &feature, counter, now)?;
        }
        let (left, resets_at) = rest(counter.as_ref());
        Answer::json(StatusCode::OK, &UsesCounted { feature: feature.clone(), spent, left, resets_at })
    };
    let here = app.clone();
    let answer = once_or_refuse(&app, scope, key, print, move |tx| {
        let now = here.clock.now();
        let outcome = count(tx, now);
        asked.conclude(tx, &here, now, outcome)
    });
    let answer = answer.await?;
    app.changes.tell(Subject::License(license_id));
    Ok(answer)
}

/// The terminal's pass and license, both good for counting at `now`; the proof is used up.
pub(super) fn find_usable(
    tx: &mut dyn Tx,
    app: &App,
    terminal: &Terminal,
    now: Timestamp,
) -> Outcome<(Pass, LicenseRecord)> {
    terminal.refuse_expired(now)?;
    terminal.proof.spend(tx, now)?;
    let (pass, record) = terminal.find(tx)?;
    record.license.check_usable(now)?;
    let pass = settle_pass(tx, app, pass, now)?;
    refuse_status(pass.status, pass.reason)?;
    Ok((pass, record))
}

/// Notes that the terminal was heard of.
pub(super) fn see(tx: &mut dyn Tx, pass: &Pass, now: Timestamp) -> Outcome<()> {
    if now.as_unix().abs_diff(pass.last_seen_at.as_unix()) < SEEN_SECONDS.unsigned_abs() {
        return Ok(());
    }
    tx.update_pass(&Pass { last_seen_at: now, ..pass.clone() })
}

/// What happened to a license's counter, by a terminal's doing, at the time that the rule decided with.
pub(super) fn count_event(app: &App, kind: &str, pass: &Pass, body: &impl Serialize, now: Timestamp) -> Event {
    /// What happened, and by which pass.
    #[derive(Serialize)]
    struct By<'b, T> {
        #[serde(flatten)]
        body: &'b T,
        pass_id: PassId,
    }

    let body = By { body, pass_id: pass.pass_id };
    Event { at: now, ..event(app, pass.vendor_id, kind, &pass.pass_id, &pass.license_id, &body) }
}

/// Tells that a counter has nothing left to give, once it is so: whoever sells more wants to know.
pub(super) fn tell_exhausted(
    tx: &mut dyn Tx,
    app: &App,
    pass: &Pass,
    feature: &Feature,
    counter: &Counter,
    now: Timestamp,
) -> Outcome<()> {
    if counter.left != Some(0) {
        return Ok(());
    }
    let body = json!({ "feature": feature, "resets_at": counter.resets_at });
    tx.append_event(&count_event(app, "uses.exhausted", pass, &body, now))
}

/// What answers say of a counter: uses left, and when they are granted anew.
fn rest(counter: Option<&Counter>) -> (Option<u64>, Option<Timestamp>) {
    (counter.and_then(|counter| counter.left), counter.and_then(|counter| counter.resets_at))
}

/// Uses left of a feature at `now`, where they are counted and limited.
pub(super) fn left_of(record: &LicenseRecord, feature: &Feature, now: Timestamp) -> Option<u64> {
    record.license.at(now).features.get(feature).copied().flatten().and_then(|counter| counter.left)
}
