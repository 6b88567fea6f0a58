//! Services that had licenses checked out, each for an hour, and what they spent.

use backend::{
    app::App,
    store::{
        Outcome, Tx,
        leases::{IdentifierRecord, LeaseRecord},
        not_found,
        records::Event,
        team::TokenRecord,
    },
};
use serde_json::json;
use shared::{
    id::{EventId, IdentifierId, LeaseId, LicenseId, TokenId, VendorId},
    license::{LeaseState, License},
    slug::Feature,
    team::Permission,
    time::Timestamp,
};

/// A service of the vendor.
pub(super) fn add_service(app: &App, tx: &mut dyn Tx, vendor_id: VendorId, now: Timestamp) -> Outcome<TokenId> {
    let token_id = app.new_id(TokenId::new);
    tx.add_token(&TokenRecord {
        vendor_id,
        token_id,
        secret_hash: "nobody knows what this is the hash of: it is too long".chars().take(43).collect(),
        name: "Render farm".to_owned(),
        scopes: vec![Permission::EditLeases],
        hint: "pgt_...".to_owned(),
        created_by: "operator".to_owned(),
        created_at: now,
        expires_at: None,
        last_used_at: None,
    })?;
    Ok(token_id)
}

/// What a lease held, and how many of them were spent.
const HELD: u32 = 20;
const SPENT: u32 = 15;

/// The license once such a lease was returned.
pub(super) fn spend(license: &License, now: Timestamp) -> Outcome<License> {
    Ok(license.spend(&feature()?, SPENT, now)?.license)
}

fn feature() -> Outcome<Feature> {
    "ai.render".parse().map_err(|_| not_found())
}

/// A lease of the license that was returned an hour later, with the identifier that it was taken by.
pub(super) fn add_lease(
    app: &App,
    tx: &mut dyn Tx,
    (vendor_id, license_id, license): (VendorId, LicenseId, &License),
    token_id: TokenId,
    number: u32,
    now: Timestamp,
) -> Outcome<()> {
    let millis = u64::try_from(now.as_unix()).unwrap_or_default() * 1000;
    let identifier_id = IdentifierId::new(millis, app.rng.u128());
    tx.add_identifier(&IdentifierRecord {
        vendor_id,
        identifier_id,
        license_id,
        secret_hash: format!("{number:043}"),
        hint: "lid_...".to_owned(),
        label: None,
        service: None,
        expires_at: None,
        uses_limit: None,
        uses_left: None,
        created_by: "operator".to_owned(),
        created_at: now,
        ended_at: None,
    })?;
    let (lease_id, later) = (LeaseId::new(millis, app.rng.u128()), now.checked_add_seconds(3600).unwrap_or(now));
    let feature = feature()?;
    tx.add_lease(&LeaseRecord {
        vendor_id,
        lease_id,
        license_id,
        identifier_id,
        token_id,
        feature: Some(feature.clone()),
        count: HELD.into(),
        holder: format!("Farm {number}"),
        checked_out_at: now,
        expires_at: later,
        state: LeaseState::Returned,
        ended_at: Some(later),
        spent: Some(SPENT.into()),
    })?;
    let resets_at = license.features.get(&feature).copied().flatten().and_then(|counter| counter.resets_at);
    let taken = json!({ "lease_id": lease_id, "feature": feature, "count": HELD, "left": 480, "resets_at": resets_at });
    let returned = json!({ "lease_id": lease_id, "feature": feature, "spent": SPENT, "returned": HELD - SPENT, "left": 485,
        "resets_at": resets_at });
    for (kind, body) in [("lease.checked_out", taken), ("lease.returned", returned)] {
        tx.append_event(&Event {
            event_id: EventId::new(millis, app.rng.u128()),
            vendor_id,
            at: now,
            kind: kind.to_owned(),
            actor: token_id.to_string(),
            subject: license_id.to_string(),
            body: body.to_string(),
        })?;
    }
    Ok(())
}
