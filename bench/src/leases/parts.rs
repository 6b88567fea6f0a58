//! The parts of a check-out and a return, each alone: the signature, and the writes.

use std::{sync::Arc, time::Instant};

use backend::store::{
    StoreError,
    leases::LeaseRecord,
    not_found,
    records::{Claim, Event, LicenseRecord, StoredAnswer},
};
use shared::{
    id::{EventId, LeaseId},
    lease::{LeaseClaims, LeasedLicense},
    license::{LeaseState, Wanted},
    slug::Feature,
};
use tokio::task::JoinSet;

use super::farm::{Farm, Named};
use crate::{
    Outcome,
    issue::{block_on, each, since},
};

/// How often a lease is signed.
const SIGNATURES: usize = 500;

/// Seconds for signing one lease, on one core.
pub(super) fn signatures(farm: &Farm, named: &Named) -> Outcome<f64> {
    let app = &farm.site.app;
    let now = app.clock.now();
    let keys = block_on(async { Ok(app.keys.vendor_keys(&app.store, farm.vendor_id, now).await?) })?;
    let signer = keys.signer()?;
    let lease_id = app.new_id(LeaseId::new).to_string();
    let claims = LeaseClaims {
        iss: farm.site.url("/v/acme"),
        aud: "acme/sketchpad".to_owned(),
        sub: named.license.customer_id.to_string(),
        jti: lease_id.clone(),
        iat: now,
        exp: now.checked_add_seconds(600).unwrap_or(now),
        lic: LeasedLicense { id: named.license.license_id.to_string() },
        lease: lease_id,
        holder: "farm".to_owned(),
        feature: Some("ai.render".to_owned()),
        count: 1,
    };
    let start = Instant::now();
    for _ in 0..SIGNATURES {
        signer.sign(&claims)?;
    }
    Ok(each(since(start), SIGNATURES))
}

/// Seconds for the writes of one check-out and one return, all clients at once.
pub(super) async fn writes(farm: &Arc<Farm>, clients: Vec<Vec<Named>>) -> Outcome<f64> {
    let times = clients.iter().map(Vec::len).sum();
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for share in clients {
        let farm = Arc::clone(farm);
        tasks.spawn(async move {
            for named in share {
                write_pair(&farm, named).await.map_err(|error| error.to_string())?;
            }
            Ok::<_, String>(())
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    Ok(each(since(start), times))
}

/// What is asked of the store only if the token is good.
fn stands(good: bool) -> Result<(), StoreError> {
    good.then_some(()).ok_or_else(not_found)
}

async fn write_pair(farm: &Farm, named: Named) -> Outcome<()> {
    let app = &farm.site.app;
    let feature: Feature = "ai.render".parse().map_err(|_| "no feature")?;
    let (vendor_id, token_id, now) = (farm.vendor_id, farm.token_id, app.clock.now());
    let lease_id = app.new_id(LeaseId::new);
    let key = lease_id.to_string();
    let claim = Claim { scope: token_id.to_string(), key: key.clone(), fingerprint: key, now };
    let answer = StoredAnswer { status: 201, body: vec![b'x'; 800], unsigned: None };
    let wanted = Wanted { feature: Some(feature.clone()), count: Some(1), ttl_seconds: 600 };
    let told = |kind: &str| Event {
        event_id: app.new_id(EventId::new),
        vendor_id,
        at: now,
        kind: kind.to_owned(),
        actor: token_id.to_string(),
        subject: named.license.license_id.to_string(),
        body: format!(r#"{{"count":1,"feature":"ai.render","lease_id":"{lease_id}","left":1}}"#),
    };
    let (out, back, hash) = (told("lease.checked_out"), told("lease.returned"), named.hash());
    let license_id = named.license.license_id;
    let checked_out = app.store.write({
        let feature = feature.clone();
        move |tx| {
            tx.claim(&claim)?;
            stands(tx.is_token_good(vendor_id, token_id, now)?)?;
            let named = tx.identifier_by_secret(&hash)?.ok_or_else(not_found)?;
            let record = tx.license_at(vendor_id, license_id)?.ok_or_else(not_found)?;
            let done = record.license.check_out(tx.seats(vendor_id, license_id)?, &wanted, now)?;
            tx.update_counter(&LicenseRecord { license: done.license, ..record }, &feature)?;
            tx.add_lease(&LeaseRecord {
                vendor_id,
                lease_id,
                license_id,
                identifier_id: named.identifier_id,
                token_id,
                feature: done.lease.feature,
                count: done.lease.count,
                holder: "farm".to_owned(),
                checked_out_at: now,
                expires_at: done.lease.expires_at,
                state: LeaseState::Open,
                ended_at: None,
                spent: None,
            })?;
            tx.append_event(&out)?;
            tx.keep_answer(&claim, &answer)
        }
    });
    checked_out.await?;
    let returned = app.store.write(move |tx| {
        stands(tx.is_token_good(vendor_id, token_id, now)?)?;
        let lease = tx.lease(vendor_id, lease_id)?.ok_or_else(not_found)?;
        let record = tx.license_at(vendor_id, license_id)?.ok_or_else(not_found)?;
        let done = record.license.check_in(&lease.lease(), 0, now)?;
        let ended = (LeaseState::Returned, Some(now), Some(done.spent));
        tx.update_lease(&LeaseRecord { state: ended.0, ended_at: ended.1, spent: ended.2, ..lease })?;
        tx.update_counter(&LicenseRecord { license: done.license, ..record }, &feature)?;
        tx.append_event(&back)?;
        Ok::<_, StoreError>(())
    });
    Ok(returned.await?)
}
