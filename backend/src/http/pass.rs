//! Passes: issued for a terminal's key, refreshed by that terminal, judged for anybody (mechanisms L4 and L6).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;
use shared::api::pass::{PassIssued, PassRequest};
use shared::id::{LicenseId, PassId};
use shared::license::{Issue, License, LivePass, Refusal, StatusReason, refuse_status};
use shared::menu::Counting;
use shared::text;
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use super::body::Strict;
use super::denial::Asked;
use super::event::{Begun, Counted, event};
use super::moves::{end_move_of, settle_pass};
use super::once::{Answer, IdempotencyKey, fingerprint, once_or_refuse};
use crate::app::App;
use crate::auth::proof::Proof;
use crate::auth::{Browser, Presumed};
use crate::changes::Subject;
use crate::error::Failure;
use crate::store::records::{LicenseRecord, Pass, Product};
use crate::store::{Outcome, Tx, not_found};

mod issuer;
pub(crate) mod refresh;
pub(crate) mod verify;

pub(super) use issuer::Issuer;
pub use refresh::refresh_pass;
pub use verify::verify_pass;

/// A pass bound to the key that the request proves.
///
/// The same key asking again gets its pass again, freshly signed. Another key of the same browser, for the same app, takes
/// the place of the pass that the browser had before its storage was cleared. A `first_use` term begins with the first
/// pass. Errors, in this order: `INVALID_INPUT`, `NOT_FOUND`, `SUSPENDED`, `REVOKED`, `NOT_YET_VALID`, `TERM_ENDED`,
/// `DEVICES_EXHAUSTED`, `USES_EXHAUSTED` of a feature that is counted by passes, `BEING_MOVED`.
#[utoipa::path(post, path = "/api/v1/licenses/{id}/passes", tag = "passes", request_body = PassRequest,
    params(("id" = LicenseId, Path), ("Idempotency-Key" = String, Header), ("DPoP" = String, Header)),
    security(("session" = [])), responses((status = 201, body = PassIssued)))]
pub async fn issue_pass(
    app: web::Data<App>,
    request: HttpRequest,
    license_id: web::Path<LicenseId>,
    customer: Presumed,
    proof: Proof,
    key: IdempotencyKey,
    body: Strict<PassRequest>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes, proof.jkt.as_bytes()]);
    let PassRequest { name, origin } = body.value;
    let name = check_name(&name)?;
    let (license_id, now) = (license_id.into_inner(), app.clock.now());

    let browser = Browser::of(&app, &request);
    let new = NewPass {
        pass_id: app.new_id(PassId::new),
        jkt: proof.jkt.clone(),
        name,
        predecessor: None,
        browser: Some(browser.hash()),
        origin,
    };
    let (app_here, account_id) = (app.clone(), customer.account_id());
    let issue = move |tx: &mut dyn Tx, record: LicenseRecord| {
        find_app(tx, &app_here, &record, new.origin.as_deref())?;
        let issuer = Issuer::find(tx, &app_here, &record, now)?;
        proof.spend(tx, now)?;
        let passes = tx.passes(record.vendor_id, license_id)?;
        let live: Vec<_> = passes.iter().map(as_live).collect();
        let wiped = passes.iter().find(|pass| new.is_of_same_app(pass)).map(|pass| pass.pass_id);
        let find = |wanted| passes.iter().find(|pass| pass.pass_id == wanted).cloned().ok_or_else(not_found);
        let (record, pass) = match record.license.issue_pass(&live, &proof.jkt, wiped, now)? {
            Issue::Again(pass_id) => {
                let own = settle_pass(tx, &app_here, find(pass_id)?, now)?;
                let (browser, origin) = (new.browser.clone(), new.origin.clone().or(own.origin));
                let own = Pass { name: new.name.clone(), browser, origin, ..own };
                let pass = touch(tx, own, &record, (issuer.kid(), now))?;
                (record, pass)
            }
            Issue::Instead(pass_id) => {
                let lost = end_move_of(tx, &app_here, find(pass_id)?, &account_id, now)?;
                retire_wiped(tx, lost, now)?;
                let pass = new_pass(tx, &record, &new, (issuer.kid(), now))?;
                let body = json!({ "license_id": license_id, "epoch": pass.epoch, "replaces": pass_id });
                let told = event(&app_here, record.vendor_id, "pass.replaced", &account_id, &pass.pass_id, &body);
                tx.append_event(&told)?;
                (record, pass)
            }
            Issue::New(license) => {
                // A term that begins is a change that whoever acts on the license must have seen.
                let has_begun = license.term != record.license.term;
                let revision = record.revision + u64::from(has_begun);
                let before = &record.license.features;
                let record = LicenseRecord { revision, license, ..record.clone() };
                if has_begun {
                    tx.update_license(&record)?;
                } else {
                    let features = record.license.features.iter();
                    let changed = features.filter(|(feature, counter)| before.get(*feature) != Some(*counter));
                    changed.map(|(feature, _)| feature).try_for_each(|feature| tx.update_counter(&record, feature))?;
                }
                let pass = new_pass(tx, &record, &new, (issuer.kid(), now))?;
                let body = Issued {
                    license_id,
                    epoch: pass.epoch,
                    counted: counted_issues(&record.license),
                    begun: has_begun.then(|| Begun::new(record.license.term)),
                };
                let told = event(&app_here, record.vendor_id, "pass.issued", &account_id, &pass.pass_id, &body);
                tx.append_event(&told)?;
                (record, pass)
            }
        };
        let token = issuer.prepare_pass(&app_here.config, &record, &pass, now)?;
        let body = PassIssued { pass_id: pass.pass_id, pass: token.text().to_owned() };
        Answer::with_token(StatusCode::CREATED, &body, &token)
    };
    let here = app.clone();
    let answer = once_or_refuse(&app, account_id.to_string(), key, print, move |tx| {
        let account_id = customer.standing(tx, now)?;
        let record = tx.license(account_id, license_id)?.ok_or_else(not_found)?;
        let (vendor_id, actor) = (record.vendor_id, account_id.to_string());
        let asked = Asked { vendor_id, license_id, actor, act: "issue", feature: None };
        let outcome = issue(tx, record);
        asked.conclude(tx, &here, now, outcome)
    });
    let mut answer = answer.await?;
    app.changes.tell(Subject::License(license_id));
    let kept = answer.add_cookie(&browser.cookie());
    kept.map_err(|error| Failure::fault(error.to_string()))?;
    Ok(answer)
}

/// A pass that is about to be.
pub(super) struct NewPass {
    pub(super) pass_id: PassId,
    pub(super) jkt: String,
    pub(super) name: String,
    pub(super) predecessor: Option<PassId>,
    pub(super) browser: Option<String>,
    pub(super) origin: Option<String>,
}

impl NewPass {
    /// Whether the same browser had `pass` in the same app.
    fn is_of_same_app(&self, pass: &Pass) -> bool {
        self.browser.is_some() && self.origin.is_some() && self.browser == pass.browser && self.origin == pass.origin
    }
}

/// Adds a pass of the license, which the key `kid` signs, at the next place of the status list.
pub(super) fn new_pass(
    tx: &mut dyn Tx,
    record: &LicenseRecord,
    new: &NewPass,
    (kid, now): (&str, Timestamp),
) -> Outcome<Pass> {
    let (status_list, status_index) = tx.next_status_place(record.vendor_id)?;
    let pass = Pass {
        pass_id: new.pass_id,
        vendor_id: record.vendor_id,
        license_id: record.license_id,
        jkt: new.jkt.clone(),
        name: new.name.clone(),
        status: PassStatus::Valid,
        reason: None,
        ended_at: None,
        epoch: record.license.epoch,
        predecessor: new.predecessor,
        status_list,
        status_index,
        connected_at: now,
        last_seen_at: now,
        expires_at: record.license.pass_expires_at(now),
        refreshes: 0,
        refresh_key: None,
        browser: new.browser.clone(),
        origin: new.origin.clone(),
    };
    tx.add_pass(&pass, Some(kid))?;
    Ok(pass)
}

/// Ends the pass that a browser has lost. Errors: a pass that is suspended stays so; nobody gets around that by clearing a
/// browser's storage.
fn retire_wiped(tx: &mut dyn Tx, lost: Pass, now: Timestamp) -> Outcome<()> {
    refuse_status(lost.status, lost.reason)?;
    let (status, reason) = (PassStatus::Invalid, Some(StatusReason::Replaced));
    tx.update_pass(&Pass { status, reason, ended_at: Some(now), ..lost })
}

/// What a new pass has counted: the counters that are counted on issue, as they are afterwards.
fn counted_issues(license: &License) -> Vec<Counted<'_>> {
    let counters = license.features.iter().filter_map(|(feature, counter)| Some((feature, (*counter)?)));
    let counted = counters.filter(|(_, counter)| counter.count == Counting::OnIssue);
    counted.map(|(feature, counter)| Counted::new(feature, 1, &counter)).collect()
}

/// What the log says of a new pass.
#[derive(Serialize)]
struct Issued<'l> {
    license_id: LicenseId,
    epoch: u32,
    counted: Vec<Counted<'l>>,
    begun: Option<Begun>,
}

/// Notes that the terminal was heard of, and that its pass is about to be signed anew. Errors: the pass's status.
pub(super) fn touch(
    tx: &mut dyn Tx,
    pass: Pass,
    record: &LicenseRecord,
    (kid, now): (&str, Timestamp),
) -> Outcome<Pass> {
    refuse_status(pass.status, pass.reason)?;
    let pass = Pass { last_seen_at: now, expires_at: record.license.pass_expires_at(now), ..pass };
    tx.update_pass(&pass)?;
    tx.note_signed(&pass, kid)?;
    Ok(pass)
}

pub(super) fn as_live(pass: &Pass) -> LivePass {
    LivePass { pass_id: pass.pass_id, jkt: pass.jkt.clone() }
}

/// What the customer calls the device, trimmed. Errors: field `name`.
pub(super) fn check_name(name: &str) -> Result<String, Failure> {
    let name = name.trim();
    text::check_name(name).map_err(|fault| Failure::fields([("name", fault.sentence())]))?;
    Ok(name.to_owned())
}

/// That the app whose origin this is belongs to the license's product; the portal belongs to each. Errors: field `origin`.
fn find_app(tx: &mut dyn Tx, app: &App, record: &LicenseRecord, origin: Option<&str>) -> Outcome<()> {
    if origin.is_none_or(|origin| origin == app.config.public_url) {
        return Ok(());
    }
    let product = tx.product_by_id(record.vendor_id, record.product_id)?.ok_or_else(not_found)?;
    Ok(check_origin(app, &product, origin)?)
}

/// The app's origin must be one of the product's, or the portal's own. Errors: field `origin`.
pub(super) fn check_origin(app: &App, product: &Product, origin: Option<&str>) -> Result<(), Refusal> {
    let is_known = |origin| origin == app.config.public_url || product.origins.iter().any(|own| own == origin);
    if origin.is_none_or(is_known) {
        return Ok(());
    }
    Err(Refusal::of_field("origin", "This is not an origin of the product's apps."))
}
