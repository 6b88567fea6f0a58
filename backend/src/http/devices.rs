//! A customer's devices: named anew, and retired without them when they are lost or to be signed out.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::license::Terminal;
use shared::api::pass::{RecoverRequest, Recovered, RenameRequest};
use shared::id::{LicenseId, PassId};
use shared::license::StatusReason;
use shared::verdict::PassStatus;

use super::body::Strict;
use super::event::event;
use super::license::show_terminal;
use super::moves::end_move_of;
use super::once::{Answer, IdempotencyKey, fingerprint, once};
use super::pass::check_name;
use crate::app::App;
use crate::auth::Customer;
use crate::changes::Subject;
use crate::error::Failure;
use crate::store::records::{LicenseRecord, Pass};
use crate::store::{Outcome, Tx, not_found};

/// Gives a device another name. Errors: `NOT_FOUND`, also for a device that has no pass any more.
#[utoipa::path(patch, path = "/api/v1/licenses/{id}/passes/{pass_id}", tag = "licenses", request_body = RenameRequest,
    params(("id" = LicenseId, Path), ("pass_id" = PassId, Path)),
    security(("session" = [])), responses((status = 200, body = Terminal)))]
pub async fn rename_device(
    app: web::Data<App>,
    customer: Customer,
    path: web::Path<(LicenseId, PassId)>,
    body: Strict<RenameRequest>,
) -> Result<HttpResponse, Failure> {
    let (license_id, pass_id) = path.into_inner();
    let (name, now, here) = (check_name(&body.value.name)?, app.clock.now(), app.clone());
    let renamed = app.store.write(move |tx| {
        let (record, pass) = find_device(tx, &customer, license_id, pass_id)?;
        if pass.status == PassStatus::Invalid {
            return Err(not_found());
        }
        let pass = Pass { name: name.clone(), ..pass };
        tx.update_pass(&pass)?;
        let body = json!({ "license_id": license_id });
        let actor = customer.account_id;
        tx.append_event(&event(&here, record.vendor_id, "pass.renamed", &actor, &pass_id, &body))?;
        let slices = tx.open_slices(record.vendor_id, license_id)?;
        show_terminal(tx, pass, &slices, now)
    });
    let renamed = renamed.await?;
    app.changes.tell(Subject::License(license_id));
    Ok(HttpResponse::Ok().json(renamed))
}

/// Retires a device's pass without the device, and frees its place. What was set aside on it for use without contact stays
/// counted until it ends.
///
/// A move that is on offer is taken back first. Errors, in this order: `NOT_FOUND`; `SUSPENDED` or `REVOKED` of the license;
/// `SUSPENDED` when the vendor suspended the pass, `REVOKED` or `MOVED` when it is over already; `MOVE_LIMIT_REACHED`.
#[utoipa::path(post, path = "/api/v1/licenses/{id}/recover", tag = "licenses", request_body = RecoverRequest,
    params(("id" = LicenseId, Path), ("Idempotency-Key" = String, Header)),
    security(("session" = [])), responses((status = 200, body = Recovered)))]
pub async fn recover_device(
    app: web::Data<App>,
    request: HttpRequest,
    customer: Customer,
    license_id: web::Path<LicenseId>,
    key: IdempotencyKey,
    body: Strict<RecoverRequest>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let (license_id, pass_id) = (license_id.into_inner(), body.value.pass_id);
    let (scope, now, here) = (customer.account_id.to_string(), app.clock.now(), app.clone());
    let answer = once(&app, scope, key, print, move |tx| {
        let (record, pass) = find_device(tx, &customer, license_id, pass_id)?;
        let pass = end_move_of(tx, &here, pass, &customer.account_id, now)?;
        let window = record.license.move_window(now);
        let used = tx.count_recoveries(record.vendor_id, license_id, window.since)?;
        let license = record.license.recover(pass.status, pass.reason, used, now)?;
        let recoveries_left = license.recoveries_left(used + 1);
        let body = json!({ "license_id": license_id, "epoch": license.epoch });
        let (status, reason) = (PassStatus::Invalid, Some(StatusReason::Recovered));
        tx.update_pass(&Pass { status, reason, ended_at: Some(now), ..pass })?;
        tx.update_license(&LicenseRecord { license, ..record.clone() })?;
        let actor = customer.account_id;
        tx.append_event(&event(&here, record.vendor_id, "pass.recovered", &actor, &pass_id, &body))?;
        Answer::json(StatusCode::OK, &Recovered { pass_id, recoveries_left })
    });
    let answer = answer.await?;
    app.changes.tell(Subject::License(license_id));
    Ok(answer)
}

/// The customer's license and the pass of one of its devices. Errors: `NOT_FOUND`, alike for what is missing and what is
/// another's.
fn find_device(
    tx: &mut dyn Tx,
    customer: &Customer,
    license_id: LicenseId,
    pass_id: PassId,
) -> Outcome<(LicenseRecord, Pass)> {
    let record = tx.license(customer.account_id, license_id)?.ok_or_else(not_found)?;
    let pass = tx.pass(record.vendor_id, pass_id)?.filter(|pass| pass.license_id == license_id);
    Ok((record, pass.ok_or_else(not_found)?))
}
