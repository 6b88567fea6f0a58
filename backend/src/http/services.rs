//! What services have of a license, and what counted uses of it: for its customer to look through.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use shared::api::Page;
use shared::api::leases::{Held, LicenseSeats, LicenseServices};
use shared::api::license::{Counted, CountedBy};
use shared::id::{LeaseId, LicenseId, PassId, VendorId};
use shared::slug::Feature;
use shared::time::Timestamp;

use super::bought::Bought;
use super::identifiers::show_identifiers;
use super::license::licensed_features;
use super::openapi::ListParams;
use super::query::{Query, write_cursor};
use crate::app::App;
use crate::auth::Customer;
use crate::error::Failure;
use crate::figures::fold::uses_of;
use crate::store::records::{Event, LicenseRecord, LogEntry};
use crate::store::{Outcome, Tx, not_found};

/// How many of those who hold a seat are named.
const HELD: u32 = 100;

/// What services have of one of the customer's licenses: seats and who holds them, identifiers that are good; and its
/// functions that are counted.
#[utoipa::path(get, path = "/api/v1/licenses/{id}/services", tag = "licenses", params(("id" = LicenseId, Path)),
    security(("session" = [])), responses((status = 200, body = LicenseServices)))]
pub async fn get_services(
    app: web::Data<App>,
    customer: Customer,
    license_id: web::Path<LicenseId>,
) -> Result<HttpResponse, Failure> {
    let (license_id, now, here) = (license_id.into_inner(), app.clock.now(), app.clone());
    let read = app.store.read(move |tx| {
        let record = tx.license(customer.account_id, license_id)?.ok_or_else(not_found)?;
        let bought = Bought::find(tx, record.vendor_id, record.product_id, record.license.menu)?;
        show_services(tx, &here, &record, &bought, now)
    });
    Ok(HttpResponse::Ok().json(read.await?))
}

/// What services have of the license at `now`.
pub(super) fn show_services(
    tx: &mut dyn Tx,
    app: &App,
    record: &LicenseRecord,
    bought: &Bought,
    now: Timestamp,
) -> Outcome<LicenseServices> {
    let features = licensed_features(record, bought, now).into_iter();
    Ok(LicenseServices {
        license_id: record.license_id,
        product_name: bought.product.name.clone(),
        offer_name: bought.offer(&record.license.offer)?.name.clone(),
        seats: show_seats(tx, app, record)?,
        identifiers: show_identifiers(tx, record.vendor_id, record.license_id, now)?,
        counted: features.filter(|(_, feature)| feature.uses.is_some()).collect(),
    })
}

/// The license's seats, and who holds them.
pub(super) fn show_seats(tx: &mut dyn Tx, app: &App, record: &LicenseRecord) -> Outcome<LicenseSeats> {
    let (vendor_id, license_id) = (record.vendor_id, record.license_id);
    let open = tx.open_leases(vendor_id, license_id, Timestamp::MAX, HELD)?;
    let held = open.into_iter().map(|lease| Held {
        lease_id: lease.lease_id,
        holder: lease.holder,
        feature: lease.feature,
        checked_out_at: lease.checked_out_at,
        expires_at: lease.expires_at,
    });
    Ok(LicenseSeats {
        limit: record.license.seats,
        taken: tx.seats(vendor_id, license_id)?.taken,
        waiting: app.waiting.before(license_id, None),
        held: held.collect(),
    })
}

/// When uses of a function were counted, how many, how and by whom: the newest first.
///
/// Of the function that is named, or else of the first that is counted. Errors: `INVALID_INPUT` with `feature`; `NOT_FOUND`, also for
/// a function that the license does not have.
///
/// Uses that a service debited, and those that were set aside on a device, stand here once it is known how many were spent.
#[utoipa::path(get, path = "/api/v1/licenses/{id}/uses", tag = "licenses",
    params(("id" = LicenseId, Path), ("feature" = Option<Feature>, Query), ListParams), security(("session" = [])),
    responses((status = 200, body = Page<Counted>)))]
pub async fn list_counted(
    app: web::Data<App>,
    customer: Customer,
    license_id: web::Path<LicenseId>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let query = Query::read(&request, &["feature", "cursor", "limit"])?;
    let wanted: Option<Feature> = query.parse("feature", "Give a function like `export.pdf`.")?;
    let (before, limit) = (query.cursor::<(i64, u64)>()?, query.limit()?);
    let license_id = license_id.into_inner();
    let read = app.store.read(move |tx| {
        let record = tx.license(customer.account_id, license_id)?.ok_or_else(not_found)?;
        let mut counted = record.license.features.iter().filter(|(_, counter)| counter.is_some());
        let feature = match &wanted {
            Some(wanted) => record.license.features.contains_key(wanted).then_some(wanted).ok_or_else(not_found)?,
            None => match counted.next() {
                Some((first, _)) => first,
                None => return Ok(Vec::new()),
            },
        };
        let entries = tx.uses_counted(record.vendor_id, license_id, feature, before, limit + 1)?;
        let show = |LogEntry { number, event, .. }: LogEntry| {
            let place = (event.at.as_unix(), number);
            Ok((place, show_counted(tx, record.vendor_id, feature, &event)?))
        };
        entries.into_iter().map(show).collect::<Outcome<Vec<_>>>()
    });
    let mut items = read.await?;
    let is_more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| is_more).map(|(place, _)| write_cursor(place)).transpose()?;
    Ok(HttpResponse::Ok().json(Page { items: items.into_iter().map(|(_, counted)| counted).collect(), next }))
}

fn show_counted(tx: &mut dyn Tx, vendor_id: VendorId, feature: &Feature, event: &Event) -> Outcome<Counted> {
    let count = uses_of(event).into_iter().filter(|(of, _)| of == feature.as_str()).map(|(_, count)| count).sum();
    let body: Value = serde_json::from_str(&event.body).unwrap_or_default();
    let by = match event.kind.as_str() {
        "use.counted" if body.get("rule").is_none() => CountedBy::Use,
        "slice.settled" => CountedBy::Slice,
        "lease.returned" | "lease.expired" | "lease.ended" => CountedBy::Lease,
        _ => CountedBy::Issue,
    };
    let who = if by == CountedBy::Lease { holder_of(tx, vendor_id, &body)? } else { device_of(tx, vendor_id, event)? };
    Ok(Counted { at: event.at, count, by, who })
}

fn holder_of(tx: &mut dyn Tx, vendor_id: VendorId, body: &Value) -> Outcome<Option<String>> {
    let lease_id = body.get("lease_id").and_then(Value::as_str).and_then(|id| id.parse::<LeaseId>().ok());
    let lease = lease_id.map(|lease_id| tx.lease(vendor_id, lease_id)).transpose()?.flatten();
    Ok(lease.map(|lease| lease.holder))
}

/// The device that did it, or that the pass was issued to.
fn device_of(tx: &mut dyn Tx, vendor_id: VendorId, event: &Event) -> Outcome<Option<String>> {
    let pass_id = event.actor.parse::<PassId>().or_else(|_| event.subject.parse());
    let pass = pass_id.ok().map(|pass_id| tx.pass(vendor_id, pass_id)).transpose()?.flatten();
    Ok(pass.map(|pass| pass.name))
}
