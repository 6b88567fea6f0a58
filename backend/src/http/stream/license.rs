//! What the portal's pages are told about a license while they are open.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use shared::id::{AccountId, LicenseId};
use shared::time::Timestamp;

use super::{Seen, answer};
use crate::app::App;
use crate::auth::Customer;
use crate::changes::Subject;
use crate::error::Failure;
use crate::http::bought::Bought;
use crate::http::license::show_license;
use crate::http::services::show_services;
use crate::store::{Outcome, Tx, not_found};

/// One of the customer's licenses, now and whenever it changes.
///
/// Server-sent events named `license`, each with what `GET /licenses/{id}` answers, and `services`, with what
/// `GET /licenses/{id}/services` does. The stream ends when the session does.
/// A session has at most 8 streams of a license: the oldest ends.
#[utoipa::path(get, path = "/api/v1/licenses/{id}/events", tag = "licenses", params(("id" = LicenseId, Path)),
    security(("session" = [])),
    responses((status = 200, body = String, content_type = "text/event-stream")))]
pub async fn watch_license(
    app: web::Data<App>,
    customer: Customer,
    license_id: web::Path<LicenseId>,
) -> Result<HttpResponse, Failure> {
    let license_id = license_id.into_inner();
    let Customer { account_id, session_hash, .. } = customer;
    // Before the first look: what changes after it is not missed.
    let changes = vec![app.changes.watch(Subject::License(license_id))];
    let place = app.streams.enter(format!("{session_hash} {license_id}"))?;
    let here = app.clone();
    let see = move |tx: &mut dyn Tx, now| see_license(tx, &here, &session_hash, (account_id, license_id), now);
    answer(app, changes, place, Arc::new(see)).await
}

fn see_license(
    tx: &mut dyn Tx,
    app: &App,
    session_hash: &str,
    (account_id, license_id): (AccountId, LicenseId),
    now: Timestamp,
) -> Outcome<Seen> {
    tx.session(session_hash, now)?.ok_or_else(not_found)?;
    let record = tx.license(account_id, license_id)?.ok_or_else(not_found)?;
    let bought = Bought::find(tx, record.vendor_id, record.product_id, record.license.menu)?;
    let mut seen = Seen::default();
    let license = show_license(tx, &record, &bought, now)?;
    seen.add("services", &show_services(tx, app, &record, &bought, now)?)?;
    let counters = license.features.values().filter_map(|feature| feature.uses);
    seen.changes_at = counters.filter_map(|counter| counter.resets_at).min();
    seen.add("license", &license)?;
    Ok(seen)
}
