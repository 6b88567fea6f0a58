//! Many leases that all end in the same second: how long until their seats are free, and what a check-out notices of it.

use std::{sync::Arc, time::Instant};

use backend::{http::leases::sweep_leases, store::leases::LeaseRecord};
use shared::{id::LeaseId, license::LeaseState, slug::Feature, time::Timestamp};

use super::farm::{self, Farm, Named};
use crate::{
    Outcome,
    issue::{median, since},
    load::Client,
};

/// Of how many licenses the leases are.
const LICENSES: usize = 10;
/// How many leases are written in one transaction.
const AT_ONCE: usize = 500;

/// What it came to, in milliseconds.
pub(super) struct Swept {
    /// Until every seat was free.
    pub(super) took: f64,
    /// For a check-out meanwhile.
    pub(super) median: f64,
    /// For the slowest of them.
    pub(super) worst: f64,
}

/// Lets `count` leases end, and sweeps them while a client checks another license out and returns it.
pub(super) async fn measure(farm: &Arc<Farm>, count: usize) -> Outcome<Swept> {
    let licenses = farm.add_named(LICENSES).await?;
    let all: Vec<_> = licenses.iter().cycle().take(count).cloned().collect();
    for share in all.chunks(AT_ONCE) {
        add_ended(farm, share.to_vec()).await?;
    }
    let other = farm.add_named(1).await?;
    let other = other.first().ok_or("no license")?;
    let mut client = Client::connect(farm.site.address).await?;
    client.ask(&farm.site.empty_request(), 200).await?;
    let mut waited = Vec::new();
    let start = Instant::now();
    let app = farm.site.app.clone();
    let mut sweeping = tokio::spawn(async move { sweep_leases(&app).await });
    let swept = loop {
        let asked = Instant::now();
        let request = farm.check_out_request(other);
        tokio::select! {
            biased;
            swept = &mut sweeping => break swept??,
            answer = client.ask(&request, 201) => {
                let lease_id = farm::lease_id(answer?)?;
                waited.push(since(asked).as_secs_f64() * 1e3);
                client.ask(&farm.return_request(&lease_id), 200).await?;
            }
        }
    };
    let took = since(start).as_secs_f64() * 1e3;
    if swept != count {
        return Err(format!("{swept} of {count} leases were freed").into());
    }
    let worst = waited.iter().copied().fold(f64::NAN, f64::max);
    Ok(Swept { took, median: median(waited), worst })
}

/// Writes leases that have ended, as a service leaves them that died.
async fn add_ended(farm: &Farm, share: Vec<Named>) -> Outcome<()> {
    let app = farm.site.app.clone();
    let (vendor_id, token_id, now) = (farm.vendor_id, farm.token_id, app.clock.now().as_unix());
    let feature: Feature = "ai.render".parse().map_err(|_| "no feature")?;
    let added = farm.site.app.store.write(move |tx| {
        share.iter().try_for_each(|named| {
            tx.add_lease(&LeaseRecord {
                vendor_id,
                lease_id: app.new_id(LeaseId::new),
                license_id: named.license.license_id,
                identifier_id: named.identifier_id,
                token_id,
                feature: Some(feature.clone()),
                count: 1,
                holder: "farm".to_owned(),
                checked_out_at: Timestamp::from_unix(now - 600),
                expires_at: Timestamp::from_unix(now - 1),
                state: LeaseState::Open,
                ended_at: None,
                spent: None,
            })
        })
    });
    Ok(added.await?)
}
