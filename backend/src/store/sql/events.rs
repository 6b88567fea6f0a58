//! The event log of each vendor.

use std::cell::RefCell;
use std::collections::BTreeMap;

use shared::id::VendorId;

use super::chain;
use super::row::{Columns, Result, Text};
use super::tx::SqlTx;
use crate::store::Outcome;
use crate::store::records::Event;

/// An event with its number and its hash.
pub(super) type Link = (u64, Event, [u8; 32]);

/// The last event, its number and its hash, of each vendor that a transaction has appended to, which nobody else can do
/// meanwhile: the next one need not look for it. Whatever is taken back of the transaction takes this with it.
#[derive(Default)]
pub(in crate::store) struct Ends(RefCell<BTreeMap<VendorId, (u64, [u8; 32])>>);

impl Ends {
    /// To be called when anything was taken back.
    pub(in crate::store) fn forget(&self) {
        self.0.borrow_mut().clear();
    }
}

pub(super) fn append_event(tx: &SqlTx<'_>, event: &Event) -> Outcome<()> {
    let ends = &tx.ends()?.0;
    let known = ends.borrow().get(&event.vendor_id).copied();
    let last = if known.is_some() {
        known
    } else {
        let sql = "SELECT number, hash FROM events WHERE vendor_id = ? ORDER BY number DESC LIMIT 1";
        tx.one(sql, [Text(event.vendor_id)], |columns| Ok((columns.number::<u64>()?, columns.get()?)))?
    };
    let (last, previous) = last.unwrap_or((0, chain::START));
    let number = last.saturating_add(1);
    let hash = chain::hash(&previous, number, event)?;
    let sql = "
        INSERT INTO events (vendor_id, number, event_id, at, kind, actor, subject, body, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let Event { event_id, vendor_id, at, kind, actor, subject, body } = event;
    tx.change(sql, (Text(vendor_id), number, Text(event_id), at.as_unix(), kind, actor, subject, body, hash))?;
    ends.borrow_mut().insert(*vendor_id, (number, hash));
    Ok(())
}

pub(super) fn events(tx: &SqlTx<'_>, vendor_id: VendorId, after: u64, limit: u32) -> Outcome<Vec<(u64, Event)>> {
    Ok(links(tx, vendor_id, after, limit)?.into_iter().map(|(number, event, _)| (number, event)).collect())
}

/// The events with their hashes.
pub(super) fn links(tx: &SqlTx<'_>, vendor_id: VendorId, after: u64, limit: u32) -> Outcome<Vec<Link>> {
    let sql = "
        SELECT number, event_id, vendor_id, at, kind, actor, subject, body, hash
        FROM events WHERE vendor_id = ? AND number > ? ORDER BY number LIMIT ?";
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    tx.all(sql, (Text(vendor_id), after, limit), |columns| {
        Ok((columns.number()?, read_event(columns)?, columns.get()?))
    })
}

pub(super) fn read_event(columns: &mut Columns<'_>) -> Result<Event> {
    Ok(Event {
        event_id: columns.parse()?,
        vendor_id: columns.parse()?,
        at: columns.time()?,
        kind: columns.get()?,
        actor: columns.get()?,
        subject: columns.get()?,
        body: columns.get()?,
    })
}
