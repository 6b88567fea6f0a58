//! The parts of a check-out and a return, each alone: the signature, and the writes.

use std::{sync::Arc, time::Instant};

use backend::{
    keys::Signer,
    store::{
        StoreError,
        leases::LeaseRecord,
        not_found,
        records::{Claim, Event, LeftOut, LicenseRecord, StoredAnswer},
    },
};
use shared::{
    api::leases::LeaseGranted,
    id::{EventId, LeaseId},
    lease::{LeaseClaims, LeasedLicense},
    license::{LeaseState, Wanted},
    slug::Feature,
    time::Timestamp,
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
    let (signer, claims) = (signer(farm)?, claims(farm, named));
    let start = Instant::now();
    for _ in 0..SIGNATURES {
        signer.sign(&claims)?;
    }
    Ok(each(since(start), SIGNATURES))
}

/// The key that signs leases.
fn signer(farm: &Farm) -> Outcome<Signer> {
    let app = &farm.site.app;
    let keys = block_on(async { Ok(app.keys.vendor_keys(&app.store, farm.vendor_id, app.clock.now()).await?) })?;
    Ok(keys.signer()?)
}

/// What a lease says.
fn claims(farm: &Farm, named: &Named) -> LeaseClaims {
    let app = &farm.site.app;
    let now = app.clock.now();
    let lease_id = app.new_id(LeaseId::new).to_string();
    LeaseClaims {
        iss: farm.site.url("/v/acme"),
        aud: "acme/sketchpad".to_owned(),
        sub: named.license.customer_id.to_string(),
        jti: lease_id.clone(),
        iat: now,
        exp: ends_at(now),
        lic: LeasedLicense { id: named.license.license_id.to_string() },
        lease: lease_id,
        holder: "farm".to_owned(),
        feature: Some("ai.render".to_owned()),
        count: 1,
    }
}

fn ends_at(now: Timestamp) -> Timestamp {
    now.checked_add_seconds(600).unwrap_or(now)
}

/// What is kept of a check-out's answer, its token without the signature.
pub(super) fn answer(farm: &Farm, named: &Named) -> Outcome<StoredAnswer> {
    let app = &farm.site.app;
    let token = signer(farm)?.prepare(&claims(farm, named))?;
    let body = serde_json::to_vec(&LeaseGranted {
        lease_id: app.new_id(LeaseId::new),
        lease: token.text().to_owned(),
        expires_at: ends_at(app.clock.now()),
        count: 1,
        left: Some(1000),
        seats_left: 1000,
    })?;
    let left_out = LeftOut { at: 700, vendor_id: farm.vendor_id, kid: token.signer().kid().to_owned() };
    Ok(StoredAnswer { status: 201, body, unsigned: Some(left_out) })
}

/// Seconds for the writes of one check-out and one return, all clients at once.
pub(super) async fn writes(farm: &Arc<Farm>, answer: &StoredAnswer, clients: Vec<Vec<Named>>) -> Outcome<f64> {
    let times = clients.iter().map(Vec::len).sum();
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for share in clients {
        let (farm, answer) = (Arc::clone(farm), answer.clone());
        tasks.spawn(async move {
            for named in share {
                write_pair(&farm, answer.clone(), named).await.map_err(|error| error.to_string())?;
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

/// The writes of a check-out and a return, as long as those that the portal makes.
async fn write_pair(farm: &Farm, answer: StoredAnswer, named: Named) -> Outcome<()> {
    let app = &farm.site.app;
    let feature: Feature = "ai.render".parse().map_err(|_| "no feature")?;
    let (vendor_id, token_id, now) = (farm.vendor_id, farm.token_id, app.clock.now());
    let (lease_id, hash) = (app.new_id(LeaseId::new), named.hash());
    let claim = Claim { scope: token_id.to_string(), key: lease_id.to_string(), fingerprint: hash.clone(), now };
    let wanted = Wanted { feature: Some(feature.clone()), count: Some(1), ttl_seconds: 600 };
    let told = |kind: &str, body: String| Event {
        event_id: app.new_id(EventId::new),
        vendor_id,
        at: now,
        kind: kind.to_owned(),
        actor: token_id.to_string(),
        subject: named.license.license_id.to_string(),
        body,
    };
    let counter = format!(r#""feature":"ai.render","lease_id":"{lease_id}","left":1000,"resets_at":"{now}""#);
    let out = told("lease.checked_out", format!(r#"{{"begun":null,"count":1,"expires_at":"{now}",{counter}}}"#));
    let back = told("lease.returned", format!(r#"{{{counter},"returned":0,"spent":1}}"#));
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
