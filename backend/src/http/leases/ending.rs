//! How leases end: returned by the service, over without that, or ended with their license.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};
use shared::id::{LeaseId, LicenseId, TokenId};
use shared::license::{CheckIn, LeaseState, Seats};
use shared::slug::Feature;
use shared::time::Timestamp;
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::changes::Subject;
use crate::http::event::event;
use crate::store::leases::LeaseRecord;
use crate::store::records::LicenseRecord;
use crate::store::{Outcome, Tx, not_found};

/// How many leases expire in one transaction: others wait for the writer meanwhile.
const SWEPT_AT_ONCE: u32 = 200;

/// Who waits for a seat waits no longer than this after it is free.
const BETWEEN_SWEEPS: Duration = Duration::from_secs(1);

/// Who ends a lease whose time is over.
const NOBODY: &str = "portal";

/// Takes a lease back from a service, with what was not spent.
pub(crate) fn return_lease(
    tx: &mut dyn Tx,
    app: &App,
    record: &LicenseRecord,
    lease: LeaseRecord,
    (unspent, actor): (u64, TokenId),
    now: Timestamp,
) -> Outcome<LeaseRecord> {
    let check_in = record.license.check_in(&lease.lease(), unspent, now)?;
    let ending = Ending { state: LeaseState::Returned, at: now, actor: actor.to_string(), said: Map::new() };
    Ok(end(tx, app, record, lease, ending, check_in)?.1)
}

/// The lease as it is at `now`: one whose time is over has expired, also when nobody has swept it yet.
pub(super) fn settle_lease(tx: &mut dyn Tx, app: &App, lease: LeaseRecord, now: Timestamp) -> Outcome<LeaseRecord> {
    if lease.state != LeaseState::Open || now < lease.expires_at {
        return Ok(lease);
    }
    let record = tx.license_at(lease.vendor_id, lease.license_id)?.ok_or_else(not_found)?;
    Ok(expire(tx, app, &record, lease, now)?.1)
}

/// The license and its seats as they are once those of its leases have expired whose time is over at `now`: their seats are
/// free, also when nobody has swept them yet.
pub(super) fn settle_leases(
    tx: &mut dyn Tx,
    app: &App,
    record: LicenseRecord,
    now: Timestamp,
) -> Outcome<(LicenseRecord, Seats)> {
    let (vendor_id, license_id) = (record.vendor_id, record.license_id);
    let seats = tx.seats(vendor_id, license_id)?;
    if seats.free_at.is_none_or(|end| now < end) {
        return Ok((record, seats));
    }
    let after = now.checked_add_seconds(1).unwrap_or(Timestamp::MAX);
    let due = tx.open_leases(vendor_id, license_id, after, SWEPT_AT_ONCE)?;
    let record =
        due.into_iter().try_fold(record, |record, lease| Outcome::Ok(expire(tx, app, &record, lease, now)?.0))?;
    Ok((record, tx.seats(vendor_id, license_id)?))
}

/// Ends a lease that stands, by the vendor's team: its uses are spent or come back as if nobody had returned it. What the team
/// says goes into the log.
pub(in crate::http) fn end_lease(
    tx: &mut dyn Tx,
    app: &App,
    lease: LeaseRecord,
    (actor, said): (String, Map<String, Value>),
    now: Timestamp,
) -> Outcome<LeaseRecord> {
    let lease = settle_lease(tx, app, lease, now)?;
    if lease.state != LeaseState::Open {
        return Ok(lease);
    }
    let record = tx.license_at(lease.vendor_id, lease.license_id)?.ok_or_else(not_found)?;
    let check_in = record.license.expire_lease(&lease.lease(), now);
    let ending = Ending { state: LeaseState::Ended, at: now, actor, said };
    Ok(end(tx, app, &record, lease, ending, check_in)?.1)
}

/// Ends every lease of a license that may not be used any more.
pub(in crate::http) fn end_leases(
    tx: &mut dyn Tx,
    app: &App,
    record: &LicenseRecord,
    actor: &impl ToString,
    now: Timestamp,
) -> Outcome<()> {
    let mut record = record.clone();
    for lease in tx.open_leases(record.vendor_id, record.license_id, Timestamp::MAX, u32::MAX)? {
        record = if now < lease.expires_at {
            let check_in = record.license.expire_lease(&lease.lease(), now);
            let ending = Ending { state: LeaseState::Ended, at: now, actor: actor.to_string(), said: Map::new() };
            end(tx, app, &record, lease, ending, check_in)?.0
        } else {
            expire(tx, app, &record, lease, now)?.0
        };
    }
    Ok(())
}

/// Ends every lease whose time is over, at whichever vendor; how many. Safe beside other processes that do the same.
pub async fn sweep_leases(app: &App) -> Outcome<usize> {
    let mut swept = 0;
    loop {
        let now = app.clock.now();
        if app.store.read(move |tx| tx.due_leases(now, 1)).await?.is_empty() {
            return Ok(swept);
        }
        let here = app.clone();
        let ended = app.store.write(move |tx| {
            let due = tx.due_leases(now, SWEPT_AT_ONCE)?;
            let count = due.len();
            let mut licenses: BTreeMap<LicenseId, LicenseRecord> = BTreeMap::new();
            for lease in due {
                let license_id = lease.license_id;
                let record = match licenses.remove(&license_id) {
                    Some(record) => record,
                    None => tx.license_at(lease.vendor_id, license_id)?.ok_or_else(not_found)?,
                };
                licenses.insert(license_id, expire(tx, &here, &record, lease, now)?.0);
            }
            Ok((count, licenses.into_keys().collect::<Vec<_>>()))
        });
        let (count, licenses) = ended.await?;
        swept += count;
        for license_id in licenses {
            app.changes.tell(Subject::License(license_id));
        }
        if count < SWEPT_AT_ONCE as usize {
            return Ok(swept);
        }
    }
}

/// Sweeps each second, for as long as the server runs.
pub async fn keep_sweeping(app: App) {
    let mut ticks = tokio::time::interval(BETWEEN_SWEEPS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if !app.store.is_on_duty() {
            continue;
        }
        if let Err(error) = sweep_leases(&app).await {
            tracing::warn!(%error, "leases whose time is over were not ended");
        }
    }
}

fn expire(
    tx: &mut dyn Tx,
    app: &App,
    record: &LicenseRecord,
    lease: LeaseRecord,
    now: Timestamp,
) -> Outcome<(LicenseRecord, LeaseRecord)> {
    let check_in = record.license.expire_lease(&lease.lease(), now);
    let at = lease.expires_at;
    let ending = Ending { state: LeaseState::Expired, at, actor: NOBODY.to_owned(), said: Map::new() };
    end(tx, app, record, lease, ending, check_in)
}

/// How a lease ends.
struct Ending {
    state: LeaseState,
    at: Timestamp,
    /// Who ends it.
    actor: String,
    /// What they say besides.
    said: Map<String, Value>,
}

fn end(
    tx: &mut dyn Tx,
    app: &App,
    record: &LicenseRecord,
    lease: LeaseRecord,
    Ending { state, at, actor, said }: Ending,
    check_in: CheckIn,
) -> Outcome<(LicenseRecord, LeaseRecord)> {
    let CheckIn { license, spent, returned } = check_in;
    let lease = LeaseRecord { state, ended_at: Some(at), spent: Some(spent), ..lease };
    tx.update_lease(&lease)?;
    let record = LicenseRecord { license, ..*record };
    let mut counter = None;
    if let Some(feature) = &lease.feature {
        tx.update_counter(&record, feature)?;
        counter = record.license.features.get(feature).copied().flatten();
    }
    let (left, resets_at) = counter.map_or((None, None), |counter| (counter.left, counter.resets_at));
    let kind = match state {
        LeaseState::Returned => "lease.returned",
        LeaseState::Ended => "lease.ended",
        LeaseState::Expired | LeaseState::Open => "lease.expired",
    };
    let feature = lease.feature.as_ref();
    let ended = Ended { feature, lease_id: lease.lease_id, left, resets_at, returned, spent, said };
    tx.append_event(&event(app, lease.vendor_id, kind, &actor, &lease.license_id, &ended))?;
    Ok((record, lease))
}

/// What the log says of a lease that ended; the counter is that of the feature, afterwards.
#[derive(Serialize)]
struct Ended<'l> {
    feature: Option<&'l Feature>,
    lease_id: LeaseId,
    left: Option<u64>,
    resets_at: Option<Timestamp>,
    returned: u64,
    spent: u64,
    #[serde(flatten)]
    said: Map<String, Value>,
}
