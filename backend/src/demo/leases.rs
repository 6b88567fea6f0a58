//! Services of the demo's past: who had the studio's licenses checked out on some days, and what they spent.

use shared::id::{IdentifierId, LeaseId, TokenId};
use shared::license::Wanted;
use shared::team::Permission;
use shared::time::Timestamp;

use super::history::ago;
use crate::app::App;
use crate::auth::secret::Secret;
use crate::error::Failure;
use crate::http::leases::{Lending, take_back};
use crate::store::leases::IdentifierRecord;
use crate::store::listing::{List, Place};
use crate::store::records::LicenseRecord;
use crate::store::team::TokenRecord;
use crate::store::{Outcome, Tx, not_found};

/// How many days ago, by whom, how many uses were wanted, and how many of them came back.
const LEASES: [(i64, &str, u32, u64); 7] = [
    (34, "Poster run, node 1", 40, 4),
    (34, "Poster run, node 2", 40, 0),
    (27, "Autumn catalog", 120, 20),
    (19, "Poster run, node 1", 60, 0),
    (12, "Trade fair banners", 80, 15),
    (6, "Autumn catalog, proofs", 25, 0),
    (3, "Poster run, node 2", 40, 8),
];

/// How long each of them lasted, in seconds.
const LASTED: i64 = 900;

/// The feature that they were for.
const FEATURE: &str = "ai.render";

/// Lends the oldest license that has seats, as often as it was.
pub(super) async fn fill_leases(app: &App) -> Result<(), Failure> {
    let (now, here) = (app.clock.now(), app.clone());
    let filled = app.store.write(move |tx| {
        let Some(license) = find_license(tx)? else { return Ok(()) };
        let begun = ago(&here, now, 35);
        let token_id = add_service(tx, &begun, &license)?;
        let identifier_id = add_identifier(tx, &begun, &license)?;
        for (days, holder, count, unspent) in LEASES {
            let then = ago(&here, now, days);
            let named = tx.identifier(license.vendor_id, identifier_id)?.ok_or_else(not_found)?;
            let record = tx.license_at(license.vendor_id, license.license_id)?.ok_or_else(not_found)?;
            let seats = tx.seats(license.vendor_id, license.license_id)?;
            let lending = Lending {
                token_id,
                wanted: Wanted { feature: FEATURE.parse().ok(), count: Some(count), ttl_seconds: 3600 },
                holder: holder.to_owned(),
                lease_id: then.new_id(LeaseId::new),
            };
            let (record, lease) = lending.lend(tx, &then, &record, named, seats)?;
            let end = Timestamp::from_unix(then.clock.now().as_unix() + LASTED);
            let later = App { clock: crate::clock::Clock::fixed(end), ..then };
            take_back(tx, &later, &record, lease, (unspent, token_id), end)?;
        }
        tx.revoke_token(license.vendor_id, token_id, now)
    });
    Ok(filled.await?)
}

fn find_license(tx: &mut dyn Tx) -> Outcome<Option<LicenseRecord>> {
    let Some((_, product)) = tx.products(None, 1)?.into_iter().next() else { return Ok(None) };
    let all = List::Licenses { state: None, trial: None, offer: "studio".parse().ok(), from: None, to: None };
    let places = tx.list(product.vendor_id, &all, Some(product.product_id), None, 100)?;
    let oldest = places.last().map(Place::id).transpose()?;
    oldest.map(|license_id| tx.license_at(product.vendor_id, license_id)?.ok_or_else(not_found)).transpose()
}

/// A service of then: its token is revoked by now.
fn add_service(tx: &mut dyn Tx, app: &App, license: &LicenseRecord) -> Outcome<TokenId> {
    let (token_id, secret) = (app.new_id(TokenId::new), Secret::new("pgt", &app.rng));
    tx.add_token(&TokenRecord {
        vendor_id: license.vendor_id,
        token_id,
        secret_hash: secret.hash(),
        name: "Poster printer".to_owned(),
        scopes: vec![Permission::EditLeases],
        hint: secret.hint(),
        created_by: "operator".to_owned(),
        created_at: app.clock.now(),
        expires_at: None,
        last_used_at: None,
    })?;
    Ok(token_id)
}

fn add_identifier(tx: &mut dyn Tx, app: &App, license: &LicenseRecord) -> Outcome<IdentifierId> {
    let (identifier_id, secret) = (app.new_id(IdentifierId::new), Secret::new("lid", &app.rng));
    tx.add_identifier(&IdentifierRecord {
        vendor_id: license.vendor_id,
        identifier_id,
        license_id: license.license_id,
        secret_hash: secret.hash(),
        hint: secret.hint(),
        label: Some("Poster printer".to_owned()),
        service: None,
        expires_at: None,
        uses_limit: None,
        uses_left: None,
        created_by: license.customer_id.to_string(),
        created_at: app.clock.now(),
        ended_at: None,
    })?;
    Ok(identifier_id)
}
