//! Leases: services check licenses out, extend that and return them (mechanisms M2, M3 and M5).

use actix_web::{HttpResponse, web};
use serde_json::json;
use shared::api::leases::{Lease, LeaseExtension, LeaseGranted, LeaseReturn};
use shared::id::LeaseId;
use shared::lease::{LeaseClaims, LeasedLicense};
use shared::license::{LeaseState, refuse_lease};

use super::body::{OrNothing, Strict};
use super::event::event;
use crate::app::App;
use crate::auth::member::need::EditLeases;
use crate::auth::{Lately, Service};
use crate::changes::Subject;
use crate::error::Failure;
use crate::keys::{Signer, Unsigned};
use crate::store::leases::LeaseRecord;
use crate::store::records::{LicenseRecord, Vendor};
use crate::store::{Outcome, StoreError, Tx, not_found};

pub mod check_out;
mod ending;
mod lending;

pub(crate) use ending::return_lease as take_back;
pub(in crate::http) use ending::{end_lease, end_leases};
pub use ending::{keep_sweeping, sweep_leases};
pub(crate) use lending::Lending;

/// A lease, whether it stands, and what it came to.
///
/// Errors: `SIGN_IN_REQUIRED`; `FORBIDDEN` for a token without the scope `leases:write`; `NOT_FOUND`, also for another
/// vendor's.
#[utoipa::path(get, path = "/api/v1/leases/{id}", tag = "leases", params(("id" = LeaseId, Path)),
    security(("token" = [])), responses((status = 200, body = Lease)))]
pub async fn get_lease(
    app: web::Data<App>,
    service: Lately<EditLeases>,
    lease_id: web::Path<LeaseId>,
) -> Result<HttpResponse, Failure> {
    let (lease_id, now, here) = (lease_id.into_inner(), app.clock.now(), app.clone());
    let found = app.store.read(move |tx| {
        let vendor_id = service.standing(tx, now)?.vendor.vendor_id;
        tx.lease(vendor_id, lease_id)?.ok_or_else(not_found)
    });
    let lease = found.await?;
    let lease = if lease.state == LeaseState::Open && now >= lease.expires_at {
        let settled = app.store.write(move |tx| {
            let lease = tx.lease(lease.vendor_id, lease_id)?.ok_or_else(not_found)?;
            ending::settle_lease(tx, &here, lease, now)
        });
        let settled = settled.await?;
        app.changes.tell(Subject::License(settled.license_id));
        settled
    } else {
        lease
    };
    Ok(HttpResponse::Ok().json(show(lease)))
}

/// The lease holds for so many seconds from now; it is never shortened, so this may be sent again.
///
/// Errors, in this order: `SIGN_IN_REQUIRED`; `FORBIDDEN` for a token without the scope `leases:write`; `NOT_FOUND`, also
/// for another vendor's; `SUSPENDED`, `REVOKED` or `TERM_ENDED` of the license; `LEASE_RETURNED`; `LEASE_EXPIRED`, also for
/// one that the vendor ended by suspending the license; `INVALID_INPUT` with `ttl_seconds`.
#[utoipa::path(post, path = "/api/v1/leases/{id}/extend", tag = "leases", request_body = LeaseExtension,
    params(("id" = LeaseId, Path)), security(("token" = [])), responses((status = 200, body = LeaseGranted)))]
pub async fn extend_lease(
    app: web::Data<App>,
    service: Lately<EditLeases>,
    lease_id: web::Path<LeaseId>,
    body: Strict<LeaseExtension>,
) -> Result<HttpResponse, Failure> {
    let (lease_id, ttl_seconds, here) = (lease_id.into_inner(), body.value.ttl_seconds, app.clone());
    let signer = find_signer(&app, &service).await?;
    let granted = app.store.write(move |tx| {
        let now = here.clock.now();
        let service = service.standing(tx, now)?;
        let vendor_id = service.vendor.vendor_id;
        let lease = tx.lease(vendor_id, lease_id)?.ok_or_else(not_found)?;
        let record = tx.license_at(vendor_id, lease.license_id)?.ok_or_else(not_found)?;
        if lease.state != LeaseState::Open {
            record.license.check_usable(now)?;
            return Err(refuse_lease(lease.state).into());
        }
        let expires_at = record.license.extend_lease(&lease.lease(), ttl_seconds, now)?;
        let is_longer = expires_at > lease.expires_at;
        let lease = LeaseRecord { expires_at, ..lease };
        if is_longer {
            tx.update_lease(&lease)?;
            let body = json!({ "lease_id": lease_id, "expires_at": expires_at });
            let (actor, kind) = (service.token_id, "lease.extended");
            tx.append_event(&event(&here, vendor_id, kind, &actor, &lease.license_id, &body))?;
        }
        let taken = tx.seats(vendor_id, record.license_id)?.taken;
        grant(tx, &here, (&service.vendor, &signer), (&record, &lease), taken)
    });
    let (granted, token) = granted.await?;
    Ok(HttpResponse::Ok().json(LeaseGranted { lease: token.sign()?, ..granted }))
}

/// The service gives the lease back, with what it did not spend; the seat is free. The answer says what it came to, also when
/// it has ended before.
///
/// What comes back belongs to the period that it was debited in. Errors, in this order: `SIGN_IN_REQUIRED`; `FORBIDDEN` for a
/// token without the scope `leases:write`; `NOT_FOUND`, also for another vendor's; `INVALID_INPUT` with `unspent`.
#[utoipa::path(delete, path = "/api/v1/leases/{id}", tag = "leases", request_body = Option<LeaseReturn>,
    params(("id" = LeaseId, Path)), security(("token" = [])), responses((status = 200, body = Lease)))]
pub async fn return_lease(
    app: web::Data<App>,
    service: Lately<EditLeases>,
    lease_id: web::Path<LeaseId>,
    body: OrNothing<LeaseReturn>,
) -> Result<HttpResponse, Failure> {
    let (lease_id, here) = (lease_id.into_inner(), app.clone());
    let unspent = body.0.unspent;
    let ended = app.store.write(move |tx| {
        let now = here.clock.now();
        let Service { vendor, token_id, .. } = service.standing(tx, now)?;
        let vendor_id = vendor.vendor_id;
        let lease = tx.lease(vendor_id, lease_id)?.ok_or_else(not_found)?;
        let lease = ending::settle_lease(tx, &here, lease, now)?;
        if lease.state != LeaseState::Open {
            return Ok(lease);
        }
        let record = tx.license_at(vendor_id, lease.license_id)?.ok_or_else(not_found)?;
        ending::return_lease(tx, &here, &record, lease, (unspent, *token_id), now)
    });
    let ended = ended.await?;
    app.changes.tell(Subject::License(ended.license_id));
    Ok(HttpResponse::Ok().json(show(ended)))
}

/// The key that signs the vendor's leases now. Errors: the store's.
async fn find_signer(app: &App, service: &Lately<EditLeases>) -> Result<Signer, Failure> {
    let vendor_id = service.presumed().vendor.vendor_id;
    let keys = app.keys.vendor_keys(&app.store, vendor_id, app.clock.now()).await?;
    Ok(keys.signer().map_err(StoreError::from)?)
}

/// What a service is told of a lease that stands, and its token, which is still to be signed. Of the license's seats so many are
/// taken.
fn grant(
    tx: &mut dyn Tx,
    app: &App,
    (vendor, signer): (&Vendor, &Signer),
    (record, lease): (&LicenseRecord, &LeaseRecord),
    taken: u32,
) -> Outcome<(LeaseGranted, Unsigned)> {
    let product = app.known.names(tx, record)?.product;
    let unsigned = signer.prepare(&LeaseClaims {
        iss: app.config.issuer(&vendor.slug),
        aud: format!("{}/{product}", vendor.slug),
        sub: record.customer_id.to_string(),
        jti: lease.lease_id.to_string(),
        iat: app.clock.now(),
        exp: lease.expires_at,
        lic: LeasedLicense { id: record.license_id.to_string() },
        lease: lease.lease_id.to_string(),
        holder: lease.holder.clone(),
        feature: lease.feature.as_ref().map(ToString::to_string),
        count: lease.count,
    })?;
    let license = record.license.at(app.clock.now());
    let counter = lease.feature.as_ref().and_then(|feature| license.features.get(feature).copied().flatten());
    let granted = LeaseGranted {
        lease_id: lease.lease_id,
        lease: unsigned.text().to_owned(),
        expires_at: lease.expires_at,
        count: lease.count,
        left: counter.and_then(|counter| counter.left),
        seats_left: license.seats.saturating_sub(taken),
    };
    Ok((granted, unsigned))
}

fn show(record: LeaseRecord) -> Lease {
    Lease {
        lease_id: record.lease_id,
        license_id: record.license_id,
        state: record.state,
        feature: record.feature,
        count: record.count,
        holder: record.holder,
        checked_out_at: record.checked_out_at,
        expires_at: record.expires_at,
        ended_at: record.ended_at,
        spent: record.spent,
        returned: record.spent.map(|spent| record.count.saturating_sub(spent)),
    }
}
