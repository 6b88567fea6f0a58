//! Licenses, as their customer sees them.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use shared::api::Page;
use shared::api::license::{License, LicensedFeature, MovesLeft, Note, OpenMove, Terminal, Terminals};
use shared::id::{LicenseId, VendorId};
use shared::slug::Feature;
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use super::bought::{Bought, BoughtBefore};
use super::openapi::ListParams;
use super::page::PageQuery;
use crate::app::App;
use crate::auth::Customer;
use crate::error::Failure;
use crate::store::records::{Event, LicenseRecord, Pass, SliceRecord};
use crate::store::{Outcome, Tx, not_found};

/// How many of the team's acts a customer is told of, the newest.
const NOTES: u32 = 20;

/// The customer's licenses, the newest first.
#[utoipa::path(get, path = "/api/v1/licenses", tag = "licenses", params(ListParams), security(("session" = [])),
    responses((status = 200, body = Page<License>)))]
pub async fn list_licenses(app: web::Data<App>, customer: Customer, query: PageQuery) -> Result<HttpResponse, Failure> {
    let (account_id, before, wanted) = (customer.account_id, query.after()?, query.wanted());
    let now = app.clock.now();
    let licenses = app.store.read(move |tx| {
        let mut bought = BoughtBefore::default();
        let mut shown = Vec::new();
        for record in tx.licenses(account_id, before, wanted)? {
            let bought = bought.find(tx, record.vendor_id, record.product_id, record.license.menu)?;
            shown.push(show_license(tx, &record, &bought, now)?);
        }
        Ok(shown)
    });
    Ok(HttpResponse::Ok().json(query.page(licenses.await?, |license| license.license_id.to_string())))
}

/// One of the customer's licenses.
#[utoipa::path(get, path = "/api/v1/licenses/{id}", tag = "licenses", params(("id" = LicenseId, Path)),
    security(("session" = [])), responses((status = 200, body = License)))]
pub async fn get_license(
    app: web::Data<App>,
    customer: Customer,
    license_id: web::Path<LicenseId>,
) -> Result<HttpResponse, Failure> {
    let (account_id, license_id, now) = (customer.account_id, license_id.into_inner(), app.clock.now());
    let license = app.store.read(move |tx| {
        let record = tx.license(account_id, license_id)?.ok_or_else(not_found)?;
        let bought = Bought::find(tx, record.vendor_id, record.product_id, record.license.menu)?;
        show_license(tx, &record, &bought, now)
    });
    Ok(HttpResponse::Ok().json(license.await?))
}

pub(super) fn show_license(
    tx: &mut dyn Tx,
    record: &LicenseRecord,
    bought: &Bought,
    now: Timestamp,
) -> Outcome<License> {
    let (vendor_id, license_id) = (record.vendor_id, record.license_id);
    let license = record.license.at(now);
    Ok(License {
        license_id,
        product: bought.summary(),
        offer: license.offer.clone(),
        offer_name: bought.offer(&license.offer)?.name.clone(),
        order_id: record.order_id,
        source: tx.granted_by(vendor_id, license_id)?.map(|granting| granting.name),
        state: license.state,
        term: license.term,
        granted_at: record.granted_at,
        features: licensed_features(record, bought, now),
        terminals: Terminals { limit: license.terminals, items: show_terminals(tx, record, now)? },
        seats: license.seats,
        moving: license.moving,
        moves: moves_left(tx, record, now)?,
        notes: show_notes(tx, vendor_id, license_id)?,
    })
}

/// What the license grants at `now`, in words.
pub(super) fn licensed_features(
    record: &LicenseRecord,
    bought: &Bought,
    now: Timestamp,
) -> BTreeMap<Feature, LicensedFeature> {
    let named = |(feature, uses): (Feature, _)| {
        let name = bought.menu.feature_name(&feature).to_owned();
        (feature, LicensedFeature { name, uses })
    };
    record.license.at(now).features.into_iter().map(named).collect()
}

/// How many moves and recoveries the license has left at `now`.
pub(super) fn moves_left(tx: &mut dyn Tx, record: &LicenseRecord, now: Timestamp) -> Outcome<MovesLeft> {
    let license = record.license.at(now);
    let window = license.move_window(now);
    let moves = tx.count_moves(record.vendor_id, record.license_id, window.since)?;
    let recoveries = tx.count_recoveries(record.vendor_id, record.license_id, window.since)?;
    Ok(MovesLeft {
        left: license.moves_left(moves),
        recoveries_left: license.recoveries_left(recoveries),
        opens_at: window.opens_at,
    })
}

/// What the vendor's team did to the license and its passes, and why.
fn show_notes(tx: &mut dyn Tx, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Vec<Note>> {
    let told = tx.acts_told(vendor_id, license_id, NOTES)?;
    let reason = |body: &str| {
        let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
        body.get("reason").and_then(serde_json::Value::as_str).map(str::to_owned)
    };
    // What was done before acts had reasons says none.
    let note = |event: Event| Some(Note { at: event.at, reason: reason(&event.body)?, kind: event.kind });
    Ok(told.into_iter().filter_map(note).collect())
}

fn show_terminals(tx: &mut dyn Tx, record: &LicenseRecord, now: Timestamp) -> Outcome<Vec<Terminal>> {
    let slices = tx.open_slices(record.vendor_id, record.license_id)?;
    let passes = tx.passes(record.vendor_id, record.license_id)?;
    passes.into_iter().map(|pass| show_terminal(tx, pass, &slices, now)).collect()
}

pub(super) fn show_terminal(tx: &mut dyn Tx, pass: Pass, slices: &[SliceRecord], now: Timestamp) -> Outcome<Terminal> {
    let open_move = match pass.status {
        PassStatus::Moving => tx.open_move(pass.vendor_id, pass.pass_id)?,
        _ => None,
    };
    let own = slices.iter().filter(|slice| slice.pass_id == pass.pass_id && now < slice.ends_at);
    Ok(Terminal {
        pass_id: pass.pass_id,
        name: pass.name,
        status: pass.status,
        reason: pass.reason,
        connected_at: pass.connected_at,
        last_seen_at: pass.last_seen_at,
        open_move: open_move.map(|open| OpenMove { move_id: open.move_id, expires_at: open.expires_at }),
        slices: own.map(|slice| (slice.feature.clone(), slice.count)).collect(),
    })
}
