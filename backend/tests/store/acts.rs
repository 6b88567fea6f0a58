//! What happens to a license once it is on a device: uses, slices, moves, each with its event, as the server writes them.

use backend::store::Tx;
use backend::store::records::{Event, LicenseRecord, MoveRecord, Pass, SliceRecord};
use serde_json::{Value, json};
use shared::id::{EventId, MoveId, SliceId};
use shared::license::{MoveState, StatusReason};
use shared::slug::Feature;
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use crate::world::{NOW, fresh, pass, thumbprint};

pub(crate) fn later(seconds: i64) -> Timestamp {
    NOW.checked_add_seconds(seconds).expect("a time")
}

pub(crate) fn render() -> Feature {
    "ai.render".parse().expect("a feature")
}

/// A move of the pass that is on offer, under a code that begins with these letters.
pub(crate) fn offered_move(pass: &Pass, code_name: &str) -> MoveRecord {
    MoveRecord {
        vendor_id: pass.vendor_id,
        move_id: MoveId::new(fresh(), 9),
        license_id: pass.license_id,
        pass_id: pass.pass_id,
        code_name: code_name.to_owned(),
        code_hash: thumbprint("the other letters"),
        tries: 5,
        state: MoveState::Offered,
        offered_at: NOW,
        expires_at: later(900),
        settled_at: None,
        successor: None,
    }
}

/// A slice of renders that is open.
pub(crate) fn open_slice(pass: &Pass, count: u64) -> SliceRecord {
    SliceRecord {
        vendor_id: pass.vendor_id,
        slice_id: SliceId::new(fresh(), 10),
        license_id: pass.license_id,
        pass_id: pass.pass_id,
        feature: render(),
        count,
        granted_at: NOW,
        ends_at: later(604_800),
        spent: None,
        settled_at: None,
    }
}

fn event(pass: &Pass, kind: &str, body: &Value) -> Event {
    Event {
        event_id: EventId::new(fresh(), 11),
        vendor_id: pass.vendor_id,
        at: NOW,
        kind: kind.to_owned(),
        actor: pass.pass_id.to_string(),
        subject: pass.license_id.to_string(),
        body: body.to_string(),
    }
}

/// Offers a move of the pass.
pub(crate) fn offer(tx: &mut dyn Tx, pass: &Pass, code_name: &str) -> MoveRecord {
    let moving = Pass { status: PassStatus::Moving, ..pass.clone() };
    tx.update_pass(&moving).expect("the pass is moving");
    let record = offered_move(pass, code_name);
    tx.add_move(&record).expect("the move is on offer");
    record
}

/// Has the device with this key redeem the move of `from`.
pub(crate) fn redeem(tx: &mut dyn Tx, license: &LicenseRecord, from: &Pass, open: &MoveRecord, key: &str) -> Pass {
    let (status, reason) = (PassStatus::Invalid, Some(StatusReason::Moved));
    tx.update_pass(&Pass { status, reason, ended_at: Some(NOW), ..from.clone() }).expect("the old pass ends");
    let mut successor = Pass { predecessor: Some(from.pass_id), ..pass(license, key) };
    (successor.status_list, successor.status_index) = tx.next_status_place(from.vendor_id).expect("a place");
    tx.add_pass(&successor, None).expect("the successor");
    let state = MoveState::Redeemed;
    let settled = MoveRecord { state, settled_at: Some(NOW), successor: Some(successor.pass_id), ..open.clone() };
    tx.update_move(&settled).expect("the move is redeemed");
    successor
}

/// Counts renders by the pass.
pub(crate) fn count(tx: &mut dyn Tx, license: &LicenseRecord, pass: &Pass, count: u32) -> LicenseRecord {
    count_at(tx, license, pass, count, NOW)
}

/// Counts renders by the pass at this time.
pub(crate) fn count_at(
    tx: &mut dyn Tx,
    license: &LicenseRecord,
    pass: &Pass,
    count: u32,
    now: Timestamp,
) -> LicenseRecord {
    let spending = license.license.spend(&render(), count, now).expect("there are uses");
    let next = LicenseRecord { license: spending.license, ..license.clone() };
    tx.update_counter(&next, &render()).expect("the counter is written");
    let resets_at = spending.counter.and_then(|counter| counter.resets_at);
    let body = json!({ "feature": "ai.render", "count": count, "resets_at": resets_at });
    tx.append_event(&event(pass, "use.counted", &body)).expect("told");
    next
}

/// Grants the pass a slice of renders.
pub(crate) fn grant(tx: &mut dyn Tx, license: &LicenseRecord, pass: &Pass, count: u32) -> (LicenseRecord, SliceRecord) {
    let slicing = license.license.grant_slice(&render(), Some(count), NOW).expect("there are uses");
    let next = LicenseRecord { license: slicing.license, ..license.clone() };
    tx.update_counter(&next, &render()).expect("the counter is written");
    let slice = open_slice(pass, slicing.count);
    tx.add_slice(&slice).expect("the slice is granted");
    let resets_at = slicing.counter.resets_at;
    let body = json!({ "feature": "ai.render", "count": count, "resets_at": resets_at, "slice_id": slice.slice_id });
    tx.append_event(&event(pass, "slice.granted", &body)).expect("told");
    (next, slice)
}

/// Settles a slice of the pass.
pub(crate) fn settle(
    tx: &mut dyn Tx,
    license: &LicenseRecord,
    pass: &Pass,
    slice: &SliceRecord,
    spent: u64,
) -> LicenseRecord {
    let open = shared::license::OpenSlice { feature: render(), count: slice.count, ends_at: slice.ends_at };
    let settling = license.license.settle_slice(&open, spent, NOW).expect("settled");
    let next = LicenseRecord { license: settling.license, ..license.clone() };
    tx.update_counter(&next, &render()).expect("the counter is written");
    let settled = SliceRecord { spent: Some(spent), settled_at: Some(NOW), ..slice.clone() };
    tx.settle_slice(&settled).expect("the slice is settled");
    let resets_at = settling.counter.and_then(|counter| counter.resets_at);
    let body = json!({
        "feature": "ai.render", "spent": spent, "returned": settling.returned, "resets_at": resets_at,
        "slice_id": slice.slice_id,
    });
    tx.append_event(&event(pass, "slice.settled", &body)).expect("told");
    next
}
