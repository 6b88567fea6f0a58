//! Licenses and their counters: plain columns, so that issuing a pass parses no JSON.

use std::collections::BTreeMap;

use shared::id::{AccountId, CustomerId, LicenseId, VendorId};
use shared::license::{Counter, ExtraMoves, License, LicenseTerm};
use shared::menu::{Leasing, Moving, Offline};
use shared::slug::Feature;
use shared::time::{Period, Timestamp};

use super::row::{Columns, Result, Text, params, text, unix};
use super::tx::SqlTx;
use super::words::Word as _;
use crate::store::Outcome;
use crate::store::records::{LicenseRecord, Product};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT l.license_id, l.vendor_id, l.customer_id, l.product_id, l.order_id, l.granted_at, l.trial, l.offer,
                l.menu_version, l.state, l.epoch, l.term, l.starts_at, l.ends_at, l.period, l.terminals, l.seats,
                l.moving_allowed, l.moving_limit, l.moving_per, l.recoveries, l.offline_window, l.offline_slice, l.revision,
                l.extra_moves, l.extra_moves_since, l.lease_min_seconds, l.lease_max_seconds, l.unreturned ",
            $rest
        )
    };
}

/// An account's licenses, through its few customers.
macro_rules! select_of_account {
    ($rest:literal) => {
        concat!(
            select!(
                "FROM customers c
                    CROSS JOIN licenses l ON l.vendor_id = c.vendor_id AND l.customer_id = c.customer_id
                WHERE c.account_id = ? "
            ),
            $rest
        )
    };
}

pub(super) fn add_license(tx: &SqlTx<'_>, record: &LicenseRecord) -> Outcome<()> {
    let sql = "
        INSERT INTO licenses
            (vendor_id, license_id, customer_id, product_id, order_id, granted_at, trial, offer, menu_version, terminals,
            seats, moving_allowed, moving_limit, moving_per, recoveries, offline_window, offline_slice, state, epoch, term,
            starts_at, ends_at, period, revision, extra_moves, extra_moves_since, lease_min_seconds, lease_max_seconds,
            unreturned)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let LicenseRecord { license, .. } = record;
    let term = TermColumns::of(license.term);
    let row = params![
        Text(record.vendor_id),
        Text(record.license_id),
        Text(record.customer_id),
        Text(record.product_id),
        Text(record.order_id),
        record.granted_at.as_unix(),
        record.trial,
        license.offer.as_str(),
        license.menu,
        license.terminals,
        license.seats,
        license.moving.allowed,
        license.moving.limit,
        text(license.moving.per),
        license.moving.recoveries,
        Text(license.offline.window),
        license.offline.slice,
        license.state.word(),
        license.epoch,
        term.kind,
        unix(term.starts_at),
        unix(term.ends_at),
        text(term.period),
        record.revision,
        license.extra_moves.map(|extra| extra.moves),
        unix(license.extra_moves.map(|extra| extra.since)),
        license.leasing.min_seconds,
        license.leasing.max_seconds,
        license.leasing.unreturned.word(),
    ];
    tx.change(sql, row)?;
    for (feature, counter) in &license.features {
        let sql = "
            INSERT INTO license_features
                (vendor_id, license_id, feature, counting, uses_limit, uses_left, resets, resets_at, uses_spent, uses_added)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let row = (
            Text(record.vendor_id),
            Text(record.license_id),
            feature.as_str(),
            counter.map(|counter| counter.count.word()),
            counter.and_then(|counter| counter.limit),
            counter.and_then(|counter| counter.left),
            text(counter.and_then(|counter| counter.resets)),
            unix(counter.and_then(|counter| counter.resets_at)),
            counter.map_or(0, |counter| counter.spent),
            counter.map_or(0, |counter| counter.added),
        );
        tx.change(sql, row)?;
    }
    Ok(())
}

pub(super) fn license(tx: &SqlTx<'_>, account_id: AccountId, license_id: LicenseId) -> Outcome<Option<LicenseRecord>> {
    let sql = select_of_account!("AND l.license_id = ?");
    let find = || with_features(tx, tx.one(sql, (Text(account_id), Text(license_id)), read_license)?);
    tx.held(find, |found| found.iter().map(|record| record.vendor_id).collect())
}

pub(super) fn license_at(tx: &SqlTx<'_>, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Option<LicenseRecord>> {
    let sql = select!("FROM licenses l WHERE l.vendor_id = ? AND l.license_id = ?");
    with_features(tx, tx.one(sql, (Text(vendor_id), Text(license_id)), read_license)?)
}

pub(super) fn licenses(
    tx: &SqlTx<'_>,
    account_id: AccountId,
    before: Option<LicenseId>,
    limit: u32,
) -> Outcome<Vec<LicenseRecord>> {
    let mut found = if let Some(before) = before {
        let sql = select_of_account!("AND l.license_id < ? ORDER BY l.license_id DESC LIMIT ?");
        tx.all(sql, (Text(account_id), Text(before), limit), read_license)?
    } else {
        let sql = select_of_account!("ORDER BY l.license_id DESC LIMIT ?");
        tx.all(sql, (Text(account_id), limit), read_license)?
    };
    for record in &mut found {
        record.license.features = features(tx, record)?;
    }
    Ok(found)
}

pub(super) fn has_had_trial(tx: &SqlTx<'_>, product: &Product, customer_id: CustomerId) -> Outcome<bool> {
    let sql = "
        SELECT EXISTS
            (SELECT 1 FROM licenses WHERE vendor_id = ? AND customer_id = ? AND product_id = ? AND trial = 1)";
    tx.value(sql, (Text(product.vendor_id), Text(customer_id), Text(product.product_id)))
}

pub(super) fn update_license(tx: &SqlTx<'_>, record: &LicenseRecord) -> Outcome<()> {
    let LicenseRecord { license, .. } = record;
    let term = TermColumns::of(license.term);
    let sql = "
        UPDATE licenses
        SET state = ?1, epoch = ?2, term = ?3, starts_at = ?4, ends_at = ?5, period = ?6, extra_moves = ?7,
            extra_moves_since = ?8, revision = ?9
        WHERE vendor_id = ?10 AND license_id = ?11";
    let row = (
        license.state.word(),
        license.epoch,
        term.kind,
        unix(term.starts_at),
        unix(term.ends_at),
        text(term.period),
        license.extra_moves.map(|extra| extra.moves),
        unix(license.extra_moves.map(|extra| extra.since)),
        record.revision,
        Text(record.vendor_id),
        Text(record.license_id),
    );
    tx.change_one(sql, row)?;
    license.features.keys().try_for_each(|feature| update_counter(tx, record, feature))
}

pub(super) fn update_counter(tx: &SqlTx<'_>, record: &LicenseRecord, feature: &Feature) -> Outcome<()> {
    let Some(Some(counter)) = record.license.features.get(feature) else { return Ok(()) };
    // Only a counter that differs is written.
    let sql = "
        UPDATE license_features SET uses_limit = ?1, uses_left = ?2, resets_at = ?3, uses_spent = ?4, uses_added = ?8
        WHERE vendor_id = ?5 AND license_id = ?6 AND feature = ?7
            AND (uses_limit IS DISTINCT FROM ?1 OR uses_left IS DISTINCT FROM ?2 OR resets_at IS DISTINCT FROM ?3
                OR uses_spent <> ?4 OR uses_added <> ?8)";
    let ids = (Text(record.vendor_id), Text(record.license_id));
    let now = (counter.limit, counter.left, unix(counter.resets_at), counter.spent);
    tx.change(sql, (now.0, now.1, now.2, now.3, ids.0, ids.1, feature.as_str(), counter.added)).map(drop)
}

fn with_features(tx: &SqlTx<'_>, found: Option<LicenseRecord>) -> Outcome<Option<LicenseRecord>> {
    let Some(mut record) = found else { return Ok(None) };
    record.license.features = features(tx, &record)?;
    Ok(Some(record))
}

fn features(tx: &SqlTx<'_>, record: &LicenseRecord) -> Outcome<BTreeMap<Feature, Option<Counter>>> {
    let sql = "
        SELECT feature, counting, uses_limit, uses_left, resets, resets_at, uses_spent, uses_added
        FROM license_features WHERE vendor_id = ? AND license_id = ?";
    let rows = tx.all(sql, (Text(record.vendor_id), Text(record.license_id)), |columns| {
        let feature = columns.parse()?;
        let Some(count) = columns.word_optional()? else { return Ok((feature, None)) };
        let limit = columns.number_optional()?;
        let left = columns.number_optional()?;
        let (resets, resets_at) = (columns.parse_optional()?, columns.time_optional()?);
        let (spent, added) = (columns.number()?, columns.number()?);
        Ok((feature, Some(Counter { limit, left, resets, resets_at, spent, added, count })))
    })?;
    Ok(rows.into_iter().collect())
}

/// All but the features, which have a table of their own.
fn read_license(columns: &mut Columns<'_>) -> Result<LicenseRecord> {
    let mut record = LicenseRecord {
        license_id: columns.parse()?,
        vendor_id: columns.parse()?,
        customer_id: columns.parse()?,
        product_id: columns.parse()?,
        order_id: columns.parse()?,
        granted_at: columns.time()?,
        trial: columns.get()?,
        revision: 0,
        license: License {
            offer: columns.parse()?,
            menu: columns.number()?,
            state: columns.word()?,
            epoch: columns.number()?,
            term: read_term(columns)?,
            features: BTreeMap::new(),
            terminals: columns.number()?,
            seats: columns.number()?,
            moving: Moving {
                allowed: columns.get()?,
                limit: columns.number_optional()?,
                per: columns.parse_optional()?,
                recoveries: columns.number()?,
            },
            extra_moves: None,
            offline: Offline { window: columns.parse()?, slice: columns.number()? },
            leasing: Leasing::default(),
        },
    };
    record.revision = columns.number()?;
    let (moves, since) = (columns.number_optional()?, columns.time_optional()?);
    record.license.extra_moves = moves.zip(since).map(|(moves, since)| ExtraMoves { since, moves });
    let (min_seconds, max_seconds) = (columns.number()?, columns.number()?);
    record.license.leasing = Leasing { min_seconds, max_seconds, unreturned: columns.word()? };
    Ok(record)
}

/// A term as the four columns that hold it.
struct TermColumns {
    kind: &'static str,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    period: Option<Period>,
}

impl TermColumns {
    const fn of(term: LicenseTerm) -> Self {
        let (kind, starts_at, ends_at, period) = match term {
            LicenseTerm::Fixed { starts_at, ends_at } => ("fixed", Some(starts_at), Some(ends_at), None),
            LicenseTerm::Perpetual { starts_at } => ("perpetual", Some(starts_at), None, None),
            LicenseTerm::FirstUse { period } => ("first_use", None, None, Some(period)),
        };
        Self { kind, starts_at, ends_at, period }
    }
}

fn read_term(columns: &mut Columns<'_>) -> Result<LicenseTerm> {
    let kind: String = columns.get()?;
    let (starts_at, ends_at, period) = (columns.time_optional()?, columns.time_optional()?, columns.parse_optional()?);
    match (kind.as_str(), starts_at, ends_at, period) {
        ("fixed", Some(starts_at), Some(ends_at), None) => Ok(LicenseTerm::Fixed { starts_at, ends_at }),
        ("perpetual", Some(starts_at), None, None) => Ok(LicenseTerm::Perpetual { starts_at }),
        ("first_use", None, None, Some(period)) => Ok(LicenseTerm::FirstUse { period }),
        _ => Err(columns.unreadable()),
    }
}
