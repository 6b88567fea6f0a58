//! A vendor's figures: days of what happened, counted from the event log, behind it.
//!
//! What was done stands in the log; figures are counted from it by one pure function ([`fold`]) and may be counted anew. They
//! are behind the log, never in the way of a write: events are read and added up on a reader's snapshot, and only the sums are
//! written, with the number of the last event, in one transaction. Who asks for figures waits until they are counted.

use std::collections::BTreeMap;
use std::time::Duration;

use shared::id::{ProductId, VendorId};
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::store::figures::{Counted, FigureKey};
use crate::store::{Outcome, Tx};

pub mod bucket;
pub mod fold;

use fold::{Change, Of, fold};

/// How many events are added up at once.
const AT_ONCE: u32 = 2000;

const BETWEEN_LOOKS: Duration = Duration::from_secs(2);

/// Counts what happened, every other second, for as long as the server runs.
pub async fn keep_counting(app: App) {
    let mut ticks = tokio::time::interval(BETWEEN_LOOKS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if !app.store.is_on_duty() {
            continue;
        }
        if let Err(error) = count_all(&app).await {
            tracing::warn!(%error, "events were not counted");
        }
    }
}

/// Counts every vendor's events.
pub async fn count_all(app: &App) -> Outcome<()> {
    for vendor_id in app.store.read(|tx| tx.uncounted_vendors()).await? {
        count(app, vendor_id).await?;
    }
    Ok(())
}

/// Counts the vendor's events up to those of now. Each is counted once, however many do this at once.
pub async fn count(app: &App, vendor_id: VendorId) -> Outcome<()> {
    let last = app.store.read(move |tx| tx.last_event(vendor_id)).await?;
    loop {
        let added = app.store.read(move |tx| add_up(tx, vendor_id)).await?;
        let Some((from, to, counted)) = added else { return Ok(()) };
        let is_added = app.store.write(move |tx| tx.add_counted(vendor_id, from, to, &counted)).await?;
        // Others may have counted from there, and not as far.
        if is_added && to >= last {
            return Ok(());
        }
    }
}

/// What the next events come to: after which, up to which. `None` when all are counted.
fn add_up(tx: &mut dyn Tx, vendor_id: VendorId) -> Outcome<Option<(u64, u64, Counted)>> {
    let from = tx.counted(vendor_id)?;
    let events = tx.events(vendor_id, from, AT_ONCE)?;
    let Some((to, _)) = events.last() else { return Ok(None) };
    let (to, mut counted, mut products) = (*to, Counted::default(), BTreeMap::new());
    for (_, event) in &events {
        for (of, change) in fold(event) {
            if let Some(product_id) = find_product(tx, vendor_id, &mut products, of)? {
                add(&mut counted, product_id, change);
            }
        }
    }
    Ok(Some((from, to, counted)))
}

/// The product that an order or a license is of: it never changes.
fn find_product(
    tx: &mut dyn Tx,
    vendor_id: VendorId,
    known: &mut BTreeMap<Of, Option<ProductId>>,
    of: Of,
) -> Outcome<Option<ProductId>> {
    if let Some(found) = known.get(&of) {
        return Ok(*found);
    }
    let found = match of {
        Of::License(license_id) => tx.product_of_license(vendor_id, license_id)?,
        Of::Order(order_id) => tx.product_of_order(vendor_id, order_id)?,
    };
    known.insert(of, found);
    Ok(found)
}

fn add(counted: &mut Counted, product_id: ProductId, change: Change) {
    match change {
        Change::Active(day, by) => *counted.active.entry((product_id, day)).or_default() += by,
        Change::Happened { day, figure, detail, tally } => {
            let key = FigureKey { product_id, day, figure, detail };
            let sum = counted.tallies.entry(key).or_default();
            sum.count += tally.count;
            sum.amount = sum.amount.saturating_add(tally.amount);
        }
    }
}
