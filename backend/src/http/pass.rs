//! Passes: issued for a terminal's key, refreshed by that terminal, judged for anybody (mechanisms L4 and L6).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::pass::{PassIssued, PassRefreshed, PassRequest};
use shared::id::{LicenseId, PassId};
use shared::license::{Issue, LivePass, Refusal, refuse_status};
use shared::time::Timestamp;
use shared::verdict::{Code, PassStatus};

use super::body::Strict;
use super::event::event;
use super::once::{Answer, IdempotencyKey, fingerprint, once};
use crate::app::App;
use crate::auth::proof::Proof;
use crate::auth::{Customer, Terminal};
use crate::error::Failure;
use crate::store::records::{LicenseRecord, Pass};
use crate::store::{Outcome, Tx, not_found};

mod issuer;
pub(crate) mod verify;

pub(super) use issuer::Issuer;
pub use verify::verify_pass;

/// A pass bound to the key that the request proves.
///
/// The same key asking again gets its pass again, freshly signed. A `first_use` term begins with the first pass. Errors,
/// in this order: `NOT_FOUND`, `SUSPENDED`, `REVOKED`, `NOT_YET_VALID`, `TERM_ENDED`, `DEVICES_EXHAUSTED`, `BEING_MOVED`.
#[utoipa::path(post, path = "/api/v1/licenses/{id}/passes", tag = "passes", request_body = PassRequest,
    params(("id" = LicenseId, Path), ("Idempotency-Key" = String, Header), ("DPoP" = String, Header)),
    security(("session" = [])), responses((status = 201, body = PassIssued)))]
pub async fn issue_pass(
    app: web::Data<App>,
    request: HttpRequest,
    license_id: web::Path<LicenseId>,
    customer: Customer,
    proof: Proof,
    key: IdempotencyKey,
    body: Strict<PassRequest>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes, proof.jkt.as_bytes()]);
    let name = check_name(&body.value.name)?;
    let (account_id, license_id, now) = (customer.account_id, license_id.into_inner(), app.clock.now());
    let found = app.store.read(move |tx| {
        let record = tx.license(account_id, license_id)?.ok_or_else(not_found)?;
        Issuer::find(tx, &record)
    });
    let issuer = found.await?.with_keys(&app, now).await?;

    let pass_id = app.new_id(PassId::new);
    let app_here = app.clone();
    once(&app, account_id.to_string(), key, print, move |tx| {
        let record = tx.license(account_id, license_id)?.ok_or_else(not_found)?;
        proof.spend(tx, now)?;
        let passes = tx.passes(record.vendor_id, license_id)?;
        let live: Vec<_> = passes.iter().map(as_live).collect();
        let (record, pass) = match record.license.issue_pass(&live, &proof.jkt, now)? {
            Issue::Again(pass_id) => {
                let own = passes.into_iter().find(|pass| pass.pass_id == pass_id).ok_or_else(not_found)?;
                let pass = touch(tx, Pass { name: name.clone(), ..own }, &record, now)?;
                (record, pass)
            }
            Issue::New(license) => {
                let has_begun = license.term != record.license.term;
                let record = LicenseRecord { license, ..record };
                if has_begun {
                    tx.update_license(&record)?;
                }
                let pass = new_pass(tx, &record, pass_id, &proof.jkt, &name, now)?;
                let body = json!({ "license_id": license_id, "epoch": pass.epoch });
                tx.append_event(&event(&app_here, record.vendor_id, "pass.issued", &account_id, &pass_id, &body))?;
                (record, pass)
            }
        };
        let token = issuer.sign_pass(&app_here.config, &record, &pass, now)?;
        Answer::json(StatusCode::CREATED, &PassIssued { pass_id: pass.pass_id, pass: token })
    })
    .await
}

/// The same pass with newer times and counters, also after it has expired.
///
/// Errors, as 403 with the judging code: what is wrong with the token; `SUSPENDED`, `REVOKED` or `TERM_ENDED` of the
/// license; `BEING_MOVED`, `SUSPENDED` or `REVOKED` of the pass.
#[utoipa::path(post, path = "/api/v1/passes/refresh", tag = "passes", params(("DPoP" = String, Header)),
    security(("terminal" = [])), responses((status = 200, body = PassRefreshed)))]
pub async fn refresh_pass(app: web::Data<App>, terminal: Terminal) -> Result<HttpResponse, Failure> {
    let (vendor_id, now) = (terminal.vendor.vendor_id, app.clock.now());
    let pass_id: PassId = terminal.claims.jti.parse().map_err(|_| Failure::from(Refusal::from(Code::Revoked)))?;
    let found = app.store.read(move |tx| {
        let pass = tx.pass(vendor_id, pass_id)?.ok_or_else(|| Refusal::from(Code::Revoked))?;
        let record = tx.license_at(vendor_id, pass.license_id)?.ok_or_else(not_found)?;
        Issuer::find(tx, &record)
    });
    let issuer = found.await?.with_keys(&app, now).await?;

    let (proof, config) = (terminal.proof, app.config.clone());
    let refreshed = app.store.write(move |tx| {
        proof.spend(tx, now)?;
        let pass = tx.pass(vendor_id, pass_id)?.ok_or_else(|| Refusal::from(Code::Revoked))?;
        let record = tx.license_at(vendor_id, pass.license_id)?.ok_or_else(not_found)?;
        record.license.check_usable(now)?;
        let pass = touch(tx, pass, &record, now)?;
        issuer.sign_pass(&config, &record, &pass, now).map(|pass| PassRefreshed { pass })
    });
    Ok(HttpResponse::Ok().json(refreshed.await?))
}

fn new_pass(
    tx: &mut dyn Tx,
    record: &LicenseRecord,
    pass_id: PassId,
    jkt: &str,
    name: &str,
    now: Timestamp,
) -> Outcome<Pass> {
    let (status_list, status_index) = tx.next_status_place(record.vendor_id)?;
    let pass = Pass {
        pass_id,
        vendor_id: record.vendor_id,
        license_id: record.license_id,
        jkt: jkt.to_owned(),
        name: name.to_owned(),
        status: PassStatus::Valid,
        reason: None,
        ended_at: None,
        epoch: record.license.epoch,
        predecessor: None,
        status_list,
        status_index,
        connected_at: now,
        last_seen_at: now,
        expires_at: record.license.pass_expires_at(now),
        refreshes: 0,
        refresh_key: None,
        browser: None,
        origin: None,
    };
    tx.add_pass(&pass)?;
    Ok(pass)
}

/// Notes that the terminal was heard of, and that its pass is about to be signed anew. Errors: the pass's status.
pub(super) fn touch(tx: &mut dyn Tx, pass: Pass, record: &LicenseRecord, now: Timestamp) -> Outcome<Pass> {
    refuse_status(pass.status, pass.reason)?;
    let pass = Pass { last_seen_at: now, expires_at: record.license.pass_expires_at(now), ..pass };
    tx.update_pass(&pass)?;
    Ok(pass)
}

pub(super) fn as_live(pass: &Pass) -> LivePass {
    LivePass { pass_id: pass.pass_id, jkt: pass.jkt.clone() }
}

/// What the customer calls the device: 1 to 100 characters, none of them a control character.
pub(super) fn check_name(name: &str) -> Result<String, Failure> {
    let name = name.trim();
    if !(1..=100).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(Failure::fields([("name", "Give the device a name of 1 to 100 characters.")]));
    }
    Ok(name.to_owned())
}
