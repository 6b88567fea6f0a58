//! What a history begins with, and what the store holds of it.

use std::sync::Arc;

use backend::{
    app::App,
    auth::secret::Secret,
    demo,
    store::{Outcome as StoreOutcome, Tx, not_found, records::email_key},
};
use shared::{
    id::{IdentifierId, LicenseId},
    menu::Unreturned,
    slug::Feature,
    time::Timestamp,
};

use super::super::paper::License;
use crate::{
    Outcome,
    leases::farm::{Named, add_identifiers, add_token},
    site::add_licenses,
};

/// Seats, uses, and whether uses come back when nobody returns a lease.
const LICENSES: [(u32, u64, bool); 5] =
    [(1, 1_000_000, false), (2, 3000, true), (3, 1_000_000, true), (5, 3000, false), (8, 1_000_000, true)];

/// A service with this secret, and licenses with identifiers.
pub(super) async fn furnish(app: &App, secret: &Secret) -> Outcome<Vec<License>> {
    add_token(app, secret).await?;
    let account = app.store.read(|tx| tx.account_by_email(&email_key(demo::CUSTOMER_EMAIL))?.ok_or_else(not_found));
    let account_id = account.await?.account_id;
    let mut all = Vec::new();
    for (seats, limit, gives_back) in LICENSES {
        let added = add_licenses(app, account_id, 1, move |license| {
            license.seats = seats;
            license.leasing.unreturned = if gives_back { Unreturned::Returned } else { Unreturned::Spent };
            for counter in license.features.values_mut().flatten() {
                (counter.limit, counter.left) = (Some(limit), Some(limit));
                (counter.resets, counter.resets_at) = (None, None);
            }
        });
        let license = Arc::new(added.await?.pop().ok_or("no license")?);
        let (id, secret) = (license.license_id, Arc::new(Secret::new("lid", &app.rng)));
        let identifier = secret.reveal().to_owned();
        let named = Named { license, identifier_id: app.new_id(IdentifierId::new), secret };
        add_identifiers(app, vec![named]).await?;
        all.push(License {
            id,
            identifier,
            seats: seats as usize,
            limit,
            gives_back,
            is_suspended: false,
            spent: 0,
            leases: Vec::new(),
        });
    }
    Ok(all)
}

/// The ids of the license's leases that nobody has ended, in order, and how many uses are left.
pub(super) fn look(tx: &mut dyn Tx, license_id: LicenseId) -> StoreOutcome<(Vec<String>, Option<u64>)> {
    let slug = "acme".parse().map_err(|_| not_found())?;
    let vendor_id = tx.vendor(&slug)?.ok_or_else(not_found)?.vendor_id;
    let open = tx.open_leases(vendor_id, license_id, Timestamp::MAX, u32::MAX)?;
    let mut ids: Vec<_> = open.iter().map(|lease| lease.lease_id.to_string()).collect();
    ids.sort_unstable();
    let feature: Feature = "ai.render".parse().map_err(|_| not_found())?;
    let license = tx.license_at(vendor_id, license_id)?.ok_or_else(not_found)?.license;
    let counter = license.features.get(&feature).copied().flatten();
    Ok((ids, counter.and_then(|counter| counter.left)))
}
