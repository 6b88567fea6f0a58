//! What an app is told about its pass while it is open.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::{HttpResponse, web};
use shared::api::events::{CounterNow, CountersEvent, KeysEvent, StatusEvent};
use shared::api::moves::MovedTo;
use shared::id::{PassId, VendorId};
use shared::license::{License, Refusal, StatusReason, refuse_status};
use shared::menu::Counting;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;
use shared::verdict::{Code, PassStatus};

use super::{Seen, answer};
use crate::app::App;
use crate::auth::Terminal;
use crate::changes::Subject;
use crate::error::Failure;
use crate::store::records::{KeyState, Pass};
use crate::store::{Outcome, Tx, not_found};

/// The pass's state, its counters and the key that signs, now and whenever they change.
///
/// Server-sent events: `status` ([`StatusEvent`]), `counters` ([`CountersEvent`]) and `keys` ([`KeysEvent`]); each at once,
/// and again when it differs. The pass may have expired. After an `invalid` status the stream ends. A pass has at most 8
/// streams: the oldest ends. Errors: `REVOKED` when there is no such pass any more.
#[utoipa::path(get, path = "/api/v1/passes/events", tag = "passes", params(("DPoP" = String, Header)),
    security(("terminal" = [])),
    responses((status = 200, body = String, content_type = "text/event-stream")))]
pub async fn watch_pass(app: web::Data<App>, terminal: Terminal) -> Result<HttpResponse, Failure> {
    let (vendor_id, now) = (terminal.vendor.vendor_id, app.clock.now());
    let pass_id: PassId = terminal.claims.jti.parse().map_err(|_| Failure::from(gone()))?;
    let proof = terminal.proof;
    let heard = app.store.write(move |tx| {
        proof.spend(tx, now)?;
        let pass = tx.pass(vendor_id, pass_id)?.ok_or_else(gone)?;
        if pass.status != PassStatus::Invalid {
            tx.update_pass(&Pass { last_seen_at: now, ..pass.clone() })?;
        }
        Ok(pass.license_id)
    });
    let license = Subject::License(heard.await?);
    app.changes.tell(license);

    // Before the first look: what changes after it is not missed.
    let changes = vec![app.changes.watch(license), app.changes.watch(Subject::Keys(vendor_id))];
    let place = app.streams.enter(pass_id.to_string())?;
    answer(app, changes, place, Arc::new(move |tx, now| see_pass(tx, vendor_id, pass_id, now))).await
}

fn see_pass(tx: &mut dyn Tx, vendor_id: VendorId, pass_id: PassId, now: Timestamp) -> Outcome<Seen> {
    let pass = tx.pass(vendor_id, pass_id)?.ok_or_else(gone)?;
    let mut seen = Seen { is_last: pass.status == PassStatus::Invalid, ..Seen::default() };
    seen.add("status", &status_event(tx, &pass)?)?;
    if seen.is_last {
        return Ok(seen);
    }
    let record = tx.license_at(vendor_id, pass.license_id)?.ok_or_else(not_found)?;
    let counters = count_now(&record.license, now);
    seen.changes_at = counters.counters.values().filter_map(|counter| counter.resets_at).min();
    seen.add("counters", &counters)?;
    let active = tx.signing_keys(vendor_id)?.into_iter().find(|key| key.state == KeyState::Active);
    if let Some(active) = active {
        seen.add("keys", &KeysEvent { kid: active.kid })?;
    }
    Ok(seen)
}

fn status_event(tx: &mut dyn Tx, pass: &Pass) -> Outcome<StatusEvent> {
    let (code, detail, remedy) = match refuse_status(pass.status, pass.reason) {
        Ok(()) => (None, None, None),
        Err(Refusal { code: RefusalCode::Judged(code), detail, remedy, .. }) => {
            let remedy = remedy.filter(|remedy| code.remedy() != Some(*remedy));
            (Some(code), Some(detail).filter(|detail| detail != code.sentence()), remedy)
        }
        Err(_) => (Some(Code::Revoked), None, None),
    };
    let open_move = match pass.status {
        PassStatus::Moving => tx.open_move(pass.vendor_id, pass.pass_id)?,
        _ => None,
    };
    let successor = match pass.reason {
        Some(StatusReason::Moved) => tx.successor(pass.vendor_id, pass.pass_id)?,
        _ => None,
    };
    Ok(StatusEvent {
        status: pass.status,
        code,
        detail,
        remedy,
        move_id: open_move.map(|open| open.move_id),
        moved_to: successor.map(|successor| MovedTo { name: successor.name, at: successor.connected_at }),
    })
}

fn count_now(license: &License, now: Timestamp) -> CountersEvent {
    let features = license.at(now).features;
    let counters = features.into_iter().filter_map(|(feature, counter)| {
        let counter = counter.filter(|counter| counter.count == Counting::OnUse)?;
        Some((feature, CounterNow { limit: counter.limit, left: counter.left, resets_at: counter.resets_at }))
    });
    CountersEvent { counters: counters.collect::<BTreeMap<_, _>>() }
}

/// The store was restored from before the pass was issued.
fn gone() -> Refusal {
    Code::Revoked.into()
}
