//! How a move ends without a successor: taken back, or not redeemed in time. Either way the old terminal has its pass again.

use std::time::Duration;

use serde_json::json;
use shared::license::MoveState;
use shared::time::Timestamp;
use shared::verdict::PassStatus;
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::changes::Subject;
use crate::http::event::event;
use crate::store::records::{LicenseRecord, MoveRecord, Pass};
use crate::store::{Outcome, Tx};

/// How many moves expire in one transaction: others wait for the writer meanwhile.
const SWEPT_AT_ONCE: u32 = 100;

/// Whose license it is waits no longer than this.
const BETWEEN_SWEEPS: Duration = Duration::from_secs(1);

/// Who ends a move whose time is over.
const NOBODY: &str = "portal";

/// Takes an open move back: its pass is `valid` again. `actor` is whoever did it.
pub(super) fn cancel_move(
    tx: &mut dyn Tx,
    app: &App,
    open: MoveRecord,
    actor: &impl ToString,
    now: Timestamp,
) -> Outcome<MoveRecord> {
    let ended = MoveRecord { state: MoveState::Cancelled, settled_at: Some(now), ..open };
    end_move(tx, app, ended, "pass.move.cancelled", actor)
}

/// The move as it is at `now`: one whose time is over has expired, also when nobody has swept it yet.
pub(in crate::http) fn settle_move(
    tx: &mut dyn Tx,
    app: &App,
    record: MoveRecord,
    now: Timestamp,
) -> Outcome<MoveRecord> {
    if record.state != MoveState::Offered || now < record.expires_at {
        return Ok(record);
    }
    let settled_at = Some(record.expires_at);
    end_move(tx, app, MoveRecord { state: MoveState::Expired, settled_at, ..record }, "pass.move.expired", &NOBODY)
}

/// The pass as it is at `now`: its own again when its move's time is over. For every write that a `moving` pass refuses.
pub(in crate::http) fn settle_pass(tx: &mut dyn Tx, app: &App, pass: Pass, now: Timestamp) -> Outcome<Pass> {
    if pass.status != PassStatus::Moving {
        return Ok(pass);
    }
    let Some(open) = tx.open_move(pass.vendor_id, pass.pass_id)? else { return Ok(pass) };
    match settle_move(tx, app, open, now)?.state {
        MoveState::Offered => Ok(pass),
        _ => Ok(Pass { status: PassStatus::Valid, reason: None, ..pass }),
    }
}

/// The pass without an open move: one that is on offer is taken back. For whoever ends the pass itself.
pub(in crate::http) fn end_move_of(
    tx: &mut dyn Tx,
    app: &App,
    pass: Pass,
    actor: &impl ToString,
    now: Timestamp,
) -> Outcome<Pass> {
    let pass = settle_pass(tx, app, pass, now)?;
    let open = match pass.status {
        PassStatus::Moving => tx.open_move(pass.vendor_id, pass.pass_id)?,
        _ => None,
    };
    let Some(open) = open else { return Ok(pass) };
    cancel_move(tx, app, open, actor, now)?;
    Ok(Pass { status: PassStatus::Valid, reason: None, ..pass })
}

/// [`settle_pass`] for all passes of a license: a move that is over counts against no limit.
pub(super) fn settle_license(tx: &mut dyn Tx, app: &App, record: &LicenseRecord, now: Timestamp) -> Outcome<()> {
    for pass in tx.passes(record.vendor_id, record.license_id)? {
        settle_pass(tx, app, pass, now)?;
    }
    Ok(())
}

/// Ends every move whose time is over, at whichever vendor; how many. Safe beside other processes that do the same.
pub async fn sweep_moves(app: &App) -> Outcome<usize> {
    let mut swept = 0;
    loop {
        let now = app.clock.now();
        if app.store.read(move |tx| tx.due_moves(now, 1)).await?.is_empty() {
            return Ok(swept);
        }
        let here = app.clone();
        let ended = app.store.write(move |tx| {
            let due = tx.due_moves(now, SWEPT_AT_ONCE)?;
            due.into_iter().map(|record| settle_move(tx, &here, record, now)).collect::<Outcome<Vec<_>>>()
        });
        let ended = ended.await?;
        swept += ended.len();
        for record in &ended {
            app.changes.tell(Subject::License(record.license_id));
        }
        if ended.len() < SWEPT_AT_ONCE as usize {
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
        if let Err(error) = sweep_moves(&app).await {
            tracing::warn!(%error, "moves whose time is over were not ended");
        }
    }
}

fn end_move(tx: &mut dyn Tx, app: &App, ended: MoveRecord, kind: &str, actor: &impl ToString) -> Outcome<MoveRecord> {
    // The move first: the database lets no pass work while its move is open.
    tx.update_move(&ended)?;
    if let Some(pass) = tx.pass(ended.vendor_id, ended.pass_id)?
        && pass.status == PassStatus::Moving
    {
        tx.update_pass(&Pass { status: PassStatus::Valid, reason: None, ..pass })?;
    }
    let body = json!({ "license_id": ended.license_id, "move_id": ended.move_id });
    tx.append_event(&event(app, ended.vendor_id, kind, actor, &ended.pass_id, &body))?;
    Ok(ended)
}
