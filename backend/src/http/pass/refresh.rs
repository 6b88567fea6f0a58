//! Refreshing a pass: newer times and counters for the same terminal, each count once (mechanism L6).

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::pass::PassRefreshed;
use shared::license::{Refresh, StatusReason, judge_refresh, refuse_status};
use shared::verdict::PassStatus;

use super::super::denial::Asked;
use super::super::event::event;
use super::super::moves::settle_pass;
use super::super::once::IdempotencyKey;
use super::{Issuer, touch};
use crate::app::App;
use crate::auth::terminal::Returning;
use crate::changes::Subject;
use crate::error::Failure;
use crate::store::Tx;
use crate::store::records::Pass;

/// The same pass with newer times and counters, also after it has expired or the key that signed it was revoked.
///
/// The pass that is presented says how often it was refreshed. A count that was used already means that two browser
/// profiles share one key: the pass becomes `suspended`. With the `Idempotency-Key` of the request that used it, it means
/// that the answer was lost, and the pass is signed again. Errors, as 403 with the judging code: what is wrong with the
/// token; `SUSPENDED`, `REVOKED`, `NOT_YET_VALID` or `TERM_ENDED` of the license; `BEING_MOVED`, `SUSPENDED`, `MOVED` or
/// `REVOKED` of the pass; `SUSPENDED` for a copy.
#[utoipa::path(post, path = "/api/v1/passes/refresh", tag = "passes",
    params(("DPoP" = String, Header), ("Idempotency-Key" = Option<String>, Header)),
    security(("terminal" = [])), responses((status = 200, body = PassRefreshed)))]
pub async fn refresh_pass(
    app: web::Data<App>,
    request: HttpRequest,
    returning: Returning,
) -> Result<HttpResponse, Failure> {
    let terminal = returning.0;
    let key = IdempotencyKey::optional(&request)?.map(|key| key.as_str().to_owned());
    let license_id = terminal.license_id()?;
    let app_here = app.clone();
    let asked = Asked::by(&terminal, license_id, "refresh", None);
    let refresh = move |tx: &mut dyn Tx, now| {
        let (pass, record) = terminal.find(tx)?;
        terminal.proof.spend(tx, now)?;
        record.license.check_usable(now)?;
        let pass = settle_pass(tx, &app_here, pass, now)?;
        refuse_status(pass.status, pass.reason)?;
        let presented = terminal.claims.refresh;
        let refreshes = match judge_refresh(presented, key.as_deref(), pass.refreshes, pass.refresh_key.as_deref()) {
            Refresh::Next(count) => count,
            Refresh::Again => pass.refreshes,
            Refresh::Clone => {
                let body =
                    json!({ "license_id": pass.license_id, "presented": presented, "refreshes": pass.refreshes });
                let kind = "pass.cloned";
                tx.append_event(&event(&app_here, pass.vendor_id, kind, &pass.pass_id, &pass.pass_id, &body))?;
                let (status, reason) = (PassStatus::Suspended, Some(StatusReason::Cloned));
                tx.update_pass(&Pass { status, reason, last_seen_at: now, ..pass })?;
                // Not a refusal yet: the suspension must be committed.
                return Ok(None);
            }
        };
        let issuer = Issuer::find(tx, &app_here, &record, now)?;
        let pass = touch(tx, Pass { refreshes, refresh_key: key.clone(), ..pass }, &record, (issuer.kid(), now))?;
        issuer.prepare_pass(&app_here.config, &record, &pass, now).map(Some)
    };
    let here = app.clone();
    let refreshed = app.store.write(move |tx| {
        let now = here.clock.now();
        let outcome = refresh(tx, now);
        asked.conclude(tx, &here, now, outcome)
    });
    let refreshed = refreshed.await??;
    app.changes.tell(Subject::License(license_id));
    match refreshed {
        Some(token) => Ok(HttpResponse::Ok().json(PassRefreshed { pass: token.sign()? })),
        None => Err(copied()),
    }
}

/// What a copy is refused with: the same as everything of its pass from now on.
fn copied() -> Failure {
    let refusal = refuse_status(PassStatus::Suspended, Some(StatusReason::Cloned)).err();
    refusal.map_or_else(|| Failure::fault("a suspended pass is not refused"), Failure::from)
}
