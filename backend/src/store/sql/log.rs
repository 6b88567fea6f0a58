//! A vendor's log, the newest first: always by time, each filter with an index of its own.

use shared::id::{LicenseId, VendorId};
use shared::slug::Feature;
use shared::time::Timestamp;

use super::events::read_event;
use super::row::{Text, Value};
use super::tx::SqlTx;
use crate::store::Outcome;
use crate::store::log::{Log, LogFilter};
use crate::store::records::{Event, LogEntry};

/// The columns of an entry.
macro_rules! entries {
    () => {
        "SELECT number, hash, event_id, vendor_id, at, kind, actor, subject, body FROM events"
    };
}

/// Between which times, which comes first, and how many.
macro_rules! by_time {
    () => {
        " AND (at, number) < (?, ?) AND at >= ? ORDER BY at DESC, number DESC LIMIT ?"
    };
}

/// The kinds that count uses, one function's each: written as the index has it, which SQLite finds by the text.
macro_rules! counting {
    () => {
        "AND (kind = 'use.counted' OR kind = 'slice.settled' OR kind = 'lease.returned' OR kind = 'lease.expired'
            OR kind = 'lease.ended')"
    };
}

/// What counts as a pass is issued, possibly several functions' uses; among them those of the one that is bound.
macro_rules! counting_on_issue {
    () => {
        "AND kind = 'pass.issued' AND body ->> '$.counted[0].feature' IS NOT NULL
            AND instr(body ->> '$.counted', '\"feature\":\"' || ? || '\"') > 0"
    };
}

/// What counted uses of a license's function: beside those that tell of its passes.
const USES: &str = concat!(
    entries!(),
    " INDEXED BY events_subject WHERE vendor_id = ? AND subject = ? AND body ->> '$.feature' = ? ",
    counting!(),
    by_time!()
);

/// And those that tell of its passes.
const USES_ON_ISSUE: &str = concat!(
    entries!(),
    " INDEXED BY events_counted_of_license WHERE vendor_id = ? AND coalesce(body ->> '$.license_id', subject) = ? ",
    counting_on_issue!(),
    by_time!()
);

/// The statements that the filter needs: by its rarest part each goes through the log, the others it holds against each
/// entry. Bound are the vendor, the filter's values in the order of [`values`], where to begin and to end, and how many.
fn statements_of(filter: &LogFilter) -> Vec<String> {
    let by_index = match (&filter.subject, &filter.actor, &filter.kind) {
        (Some(_), _, _) => ("events_subject", ""),
        (None, Some(_), _) => ("events_actor", "AND substr(actor, 1, 4) <> 'pas_'"),
        (None, None, Some(_)) => ("events_kind", "AND kind <> 'use.counted'"),
        (None, None, None) => ("events_at", ""),
    };
    let ways = match (&filter.feature, &filter.subject) {
        (None, _) => vec![by_index],
        (Some(_), None) => vec![
            ("events_counted", concat!("AND body ->> '$.feature' = ? ", counting!())),
            ("events_counted_on_issue", counting_on_issue!()),
        ],
        (Some(_), Some(_)) => vec![
            ("events_subject", concat!("AND body ->> '$.feature' = ? ", counting!())),
            ("events_subject", counting_on_issue!()),
        ],
    };
    let piece = |is_given: bool, piece| if is_given { piece } else { "" };
    let subject = piece(filter.subject.is_some(), "AND subject = ?");
    let actor = piece(filter.actor.is_some(), "AND actor = ?");
    let kind = piece(filter.kind.is_some(), "AND kind = ?");
    let code = piece(filter.code.is_some(), "AND body ->> '$.code' = ?");
    let product = piece(
        filter.product.is_some(),
        "AND coalesce(
            (SELECT product_id FROM licenses l
                WHERE l.vendor_id = events.vendor_id AND l.license_id = coalesce(body ->> '$.license_id', subject)),
            (SELECT product_id FROM orders o WHERE o.vendor_id = events.vendor_id AND o.order_id = subject)) = ?",
    );
    let statement = |(index, way): (&str, &str)| {
        let (entries, by_time) = (entries!(), by_time!());
        format!(
            "{entries} INDEXED BY {index} WHERE vendor_id = ? {way} {subject} {actor} {kind} {code} {product} {by_time}"
        )
    };
    ways.into_iter().map(statement).collect()
}

/// The filter's values, in the order in which [`statements_of`] binds them.
fn values(filter: &LogFilter) -> Vec<Value> {
    let LogFilter { kind, actor, subject, feature, code, product, .. } = filter;
    let feature = feature.as_ref().map(ToString::to_string);
    let product = product.map(|product| product.to_string());
    let parts = [&feature, subject, actor, kind, code, &product];
    parts.into_iter().flatten().map(|part| part.clone().into()).collect()
}

/// What the customer of a license is told of; the index of that name holds it ready.
const TOLD: &str = "
    SELECT event_id, vendor_id, at, kind, actor, subject, body FROM events INDEXED BY events_told
    WHERE vendor_id = ? AND coalesce(body ->> '$.license_id', subject) = ?
        AND (kind = 'license.suspended' OR kind = 'license.reinstated' OR kind = 'license.revoked'
            OR kind = 'license.extended' OR kind = 'license.uses_added' OR kind = 'license.moves_allowed'
            OR kind = 'pass.suspended' OR kind = 'pass.reinstated' OR kind = 'pass.revoked' OR kind = 'lease.ended'
            OR kind = 'identifier.ended')
        AND body ->> '$.with' IS NULL
        AND (kind NOT IN ('lease.ended', 'identifier.ended') OR body ->> '$.reason' IS NOT NULL)
    ORDER BY number DESC LIMIT ?";

impl Log for SqlTx<'_> {
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
        bound.extend(values(filter));
        bound.extend([before.0.into(), before.1.into(), from.into(), i64::from(limit).into()]);
        self.entries(&statements_of(filter), &bound, limit)
    }

    fn uses_counted(
        &mut self,
        vendor_id: VendorId,
        license_id: LicenseId,
        feature: &Feature,
        before: Option<(i64, u64)>,
        limit: u32,
    ) -> Outcome<Vec<LogEntry>> {
        let (at, number) = before.unwrap_or((i64::MAX, 0));
        let bound: [Value; 7] = [
            vendor_id.to_string().into(),
            license_id.to_string().into(),
            feature.to_string().into(),
            at.into(),
            i64::try_from(number).unwrap_or(i64::MAX).into(),
            i64::MIN.into(),
            i64::from(limit).into(),
        ];
        self.entries(&[USES.to_owned(), USES_ON_ISSUE.to_owned()], &bound, limit)
    }

    fn acts_told(&mut self, vendor_id: VendorId, license_id: LicenseId, limit: u32) -> Outcome<Vec<Event>> {
        self.all(TOLD, (Text(vendor_id), Text(license_id), limit), read_event)
    }
}

impl SqlTx<'_> {
    /// What the statements give, all of which bind the same, merged: the newest first, at most `limit`.
    fn entries(&self, statements: &[String], bound: &[Value], limit: u32) -> Outcome<Vec<LogEntry>> {
        let mut entries = Vec::new();
        for sql in statements {
            entries.extend(self.all(sql, bound, |columns| {
                let (number, hash) = (columns.number()?, columns.get()?);
                Ok(LogEntry { number, hash, event: read_event(columns)? })
            })?);
        }
        entries.sort_by_key(|entry: &LogEntry| std::cmp::Reverse((entry.event.at, entry.number)));
        entries.truncate(limit as usize);
        Ok(entries)
    }
}

/// Every statement by which the log is read.
#[cfg(test)]
pub(in crate::store) fn statements() -> Vec<String> {
    let given = |is: bool| is.then(String::new);
    let filters = (0..32).map(|bits| LogFilter {
        subject: given(bits & 1 != 0),
        actor: given(bits & 2 != 0),
        kind: given(bits & 4 != 0),
        feature: "ai.render".parse().ok().filter(|_| bits & 8 != 0),
        product: (bits & 16 != 0).then(|| shared::id::ProductId::new(1, 1)),
        code: given(bits & 16 != 0),
        ..LogFilter::default()
    });
    let filters = filters.flat_map(|filter| statements_of(&filter));
    filters.chain([TOLD, USES, USES_ON_ISSUE].map(str::to_owned)).collect()
}
