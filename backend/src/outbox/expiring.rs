//! Telling that licenses are about to end: `license.expiring`, once for each end, a week before it and not before half of the
//! term is over. Webhooks and mail read it from the log as everything else.

use std::time::Duration;

use serde_json::json;
use shared::id::EventId;
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::store::records::Event;
use crate::store::{Outcome, Tx};

/// How many are told in one transaction: others wait for the writer meanwhile.
const AT_ONCE: u32 = 100;

/// Who tells.
const NOBODY: &str = "portal";

const BETWEEN_LOOKS: Duration = Duration::from_secs(10);

/// Looks every ten seconds, for as long as the server runs.
pub async fn keep_telling(app: App) {
    let mut ticks = tokio::time::interval(BETWEEN_LOOKS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if !app.store.is_on_duty() {
            continue;
        }
        if let Err(error) = tell_due(&app).await {
            tracing::warn!(%error, "ends of licenses were not told");
        }
    }
}

/// Tells of every end that is due. Safe beside other processes that do the same.
pub async fn tell_due(app: &App) -> Outcome<()> {
    loop {
        let now = app.clock.now();
        if app.store.read(move |tx| tx.ending_licenses(now, 1)).await?.is_empty() {
            return Ok(());
        }
        let here = app.clone();
        app.store.write(move |tx| tell_some(tx, &here)).await?;
    }
}

fn tell_some(tx: &mut dyn Tx, app: &App) -> Outcome<()> {
    let now = app.clock.now();
    for ending in tx.ending_licenses(now, AT_ONCE)? {
        tx.note_ending(&ending)?;
        // One that has ended while nobody looked is not about to.
        if now < ending.ends_at {
            tx.append_event(&Event {
                event_id: app.new_id(EventId::new),
                vendor_id: ending.vendor_id,
                at: now,
                kind: "license.expiring".to_owned(),
                actor: NOBODY.to_owned(),
                subject: ending.license_id.to_string(),
                body: json!({ "ends_at": ending.ends_at, "trial": ending.trial }).to_string(),
            })?;
        }
    }
    Ok(())
}
