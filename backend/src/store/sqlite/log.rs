//! A vendor's log, the newest first: always by time, each filter with an index of its own.

use rusqlite::params_from_iter;
use rusqlite::types::Value;
use shared::id::{LicenseId, VendorId};
use shared::time::Timestamp;

use super::events::read_event;
use super::row::Text;
use super::tx::SqliteTx;
use crate::store::Outcome;
use crate::store::log::{Log, LogFilter};
use crate::store::records::{Event, LogEntry};

/// The statement that the filter needs: by its rarest part it goes through the log, the others it holds against each
/// entry. Bound are the vendor, the filter's values from the subject to the kind, where to begin and to end, and how many.
fn statement(filter: &LogFilter) -> String {
    let (index, alone) = match (&filter.subject, &filter.actor, &filter.kind) {
        (Some(_), _, _) => ("events_subject", ""),
        (None, Some(_), _) => ("events_actor", "AND substr(actor, 1, 4) <> 'pas_'"),
        (None, None, Some(_)) => ("events_kind", "AND kind <> 'use.counted'"),
        (None, None, None) => ("events_at", ""),
    };
    let piece = |part: &Option<String>, piece| if part.is_some() { piece } else { "" };
    let subject = piece(&filter.subject, "AND subject = ?");
    let actor = piece(&filter.actor, "AND actor = ?");
    let kind = piece(&filter.kind, "AND kind = ?");
    format!(
        "SELECT number, hash, event_id, vendor_id, at, kind, actor, subject, body FROM events INDEXED BY {index}
        WHERE vendor_id = ? {subject} {actor} {kind} {alone} AND (at, number) < (?, ?) AND at >= ?
        ORDER BY at DESC, number DESC LIMIT ?"
    )
}

/// What the customer of a license is told of; the index of that name holds it ready.
const TOLD: &str = "
    SELECT event_id, vendor_id, at, kind, actor, subject, body FROM events INDEXED BY events_told
    WHERE vendor_id = ? AND coalesce(body ->> '$.license_id', subject) = ?
        AND kind IN ('license.suspended', 'license.reinstated', 'license.revoked', 'license.extended', 'license.uses_added',
            'license.moves_allowed', 'pass.suspended', 'pass.reinstated', 'pass.revoked')
        AND body ->> '$.with' IS NULL
    ORDER BY number DESC LIMIT ?";

impl Log for SqliteTx<'_> {
    fn log(
        &mut self,
        vendor_id: VendorId,
        filter: &LogFilter,
        before: Option<(i64, u64)>,
        limit: u32,
    ) -> Outcome<Vec<LogEntry>> {
        let (from, to) =
            (filter.from.map_or(i64::MIN, Timestamp::as_unix), filter.to.map_or(i64::MAX, Timestamp::as_unix));
        let before =
            before.map_or((to, 0), |(at, number)| (at, i64::try_from(number).unwrap_or(i64::MAX)).min((to, 0)));
        let mut bound = vec![Value::from(vendor_id.to_string())];
        let parts = [&filter.subject, &filter.actor, &filter.kind];
        bound.extend(parts.into_iter().flatten().map(|part| Value::from(part.clone())));
        bound.extend([before.0.into(), before.1.into(), from.into(), i64::from(limit).into()]);
        self.all(&statement(filter), params_from_iter(bound), |columns| {
            let (number, hash) = (columns.number()?, columns.get()?);
            Ok(LogEntry { number, hash, event: read_event(columns)? })
        })
    }

    fn acts_told(&mut self, vendor_id: VendorId, license_id: LicenseId, limit: u32) -> Outcome<Vec<Event>> {
        self.all(TOLD, (Text(vendor_id), Text(license_id), limit), read_event)
    }
}

/// Every statement by which the log is read.
#[cfg(test)]
pub(super) fn statements() -> Vec<String> {
    let given = |is: bool| is.then(String::new);
    let filters = (0..8).map(|bits| LogFilter {
        subject: given(bits & 1 != 0),
        actor: given(bits & 2 != 0),
        kind: given(bits & 4 != 0),
        ..LogFilter::default()
    });
    filters.map(|filter| statement(&filter)).chain([TOLD.to_owned()]).collect()
}
