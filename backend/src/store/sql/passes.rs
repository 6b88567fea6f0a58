//! Passes and the status lists they stand in.

use shared::id::{AccountId, LicenseId, PassId, VendorId};
use shared::verdict::PassStatus;

use super::row::{Columns, Result, Text, params, text, unix};
use super::search;
use super::tx::SqlTx;
use super::words::Word as _;
use crate::store::records::{Pass, STATUS_LIST_CAPACITY, StatusList};
use crate::store::{Outcome, StoreError};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT p.pass_id, p.vendor_id, p.license_id, p.jkt, p.name, p.status, p.reason, p.ended_at, p.epoch,
                p.predecessor, p.status_list, p.status_index, p.connected_at, p.last_seen_at, p.expires_at, p.refreshes,
                p.refresh_key, p.browser, p.origin
            FROM passes p ",
            $rest
        )
    };
}

pub(super) fn passes(tx: &SqlTx<'_>, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Vec<Pass>> {
    // Left to itself, SQLite would walk through all of the vendor's passes to save sorting a handful.
    let sql = select!(
        "INDEXED BY passes_live
        WHERE p.vendor_id = ? AND p.license_id = ? AND p.status <> 'invalid' ORDER BY p.pass_id DESC"
    );
    tx.all(sql, (Text(vendor_id), Text(license_id)), read_pass)
}

pub(super) fn pass(tx: &SqlTx<'_>, vendor_id: VendorId, pass_id: PassId) -> Outcome<Option<Pass>> {
    tx.one(select!("WHERE p.vendor_id = ? AND p.pass_id = ?"), (Text(vendor_id), Text(pass_id)), read_pass)
}

pub(super) fn pass_of(tx: &SqlTx<'_>, account_id: AccountId, pass_id: PassId) -> Outcome<Option<Pass>> {
    let sql = select!(
        "JOIN licenses l ON l.vendor_id = p.vendor_id AND l.license_id = p.license_id
        JOIN customers c ON c.vendor_id = l.vendor_id AND c.customer_id = l.customer_id
        WHERE c.account_id = ? AND p.vendor_id = c.vendor_id AND p.pass_id = ?"
    );
    let find = || tx.one(sql, (Text(account_id), Text(pass_id)), read_pass);
    tx.held(find, |found| found.iter().map(|pass| pass.vendor_id).collect())
}

pub(super) fn successor(tx: &SqlTx<'_>, vendor_id: VendorId, pass_id: PassId) -> Outcome<Option<Pass>> {
    tx.one(select!("WHERE p.vendor_id = ? AND p.predecessor = ?"), (Text(vendor_id), Text(pass_id)), read_pass)
}

pub(super) fn add_pass(tx: &SqlTx<'_>, pass: &Pass, kid: Option<&str>) -> Outcome<()> {
    let sql = "
        INSERT INTO passes
            (vendor_id, pass_id, license_id, jkt, name, status, reason, ended_at, epoch, predecessor, status_list,
            status_index, connected_at, last_seen_at, expires_at, refreshes, refresh_key, browser, origin, kid, product_id)
        VALUES (?1, ?2, ?3, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
            (SELECT product_id FROM licenses WHERE vendor_id = ?1 AND license_id = ?3))";
    let row = params![
        Text(pass.vendor_id),
        Text(pass.pass_id),
        Text(pass.license_id),
        &pass.jkt,
        &pass.name,
        pass.status.word(),
        pass.reason.map(|reason| reason.word()),
        unix(pass.ended_at),
        pass.epoch,
        text(pass.predecessor),
        pass.status_list,
        pass.status_index,
        pass.connected_at.as_unix(),
        pass.last_seen_at.as_unix(),
        pass.expires_at.as_unix(),
        pass.refreshes,
        pass.refresh_key,
        pass.browser,
        pass.origin,
        kid,
    ];
    tx.change(sql, row)?;
    search::keep_pass_words(tx, pass)
}

pub(super) fn update_pass(tx: &SqlTx<'_>, pass: &Pass) -> Outcome<()> {
    let ids = || (Text(pass.vendor_id), Text(pass.pass_id));
    let (seen, expires) = (pass.last_seen_at.as_unix(), pass.expires_at.as_unix());
    let kept = (pass.refreshes, &pass.refresh_key, &pass.browser, &pass.origin);
    // Mostly the status stays, and then no index is touched.
    let sql = "
        UPDATE passes
        SET name = ?, last_seen_at = ?, expires_at = ?, refreshes = ?, refresh_key = ?, browser = ?, origin = ?
        WHERE vendor_id = ? AND pass_id = ? AND status = ? AND reason IS NOT DISTINCT FROM ?";
    let (status, reason) = (pass.status.word(), pass.reason.map(|reason| reason.word()));
    let row = (&pass.name, seen, expires, kept.0, kept.1, kept.2, kept.3, ids().0, ids().1, status, reason);
    if tx.change(sql, row)? > 0 {
        return search::keep_pass_words(tx, pass);
    }
    let sql = "
        UPDATE passes
        SET name = ?, last_seen_at = ?, expires_at = ?, refreshes = ?, refresh_key = ?, browser = ?, origin = ?,
            status = ?, reason = ?, ended_at = ?
        WHERE vendor_id = ? AND pass_id = ?";
    let row = params![
        &pass.name,
        seen,
        expires,
        kept.0,
        kept.1,
        kept.2,
        kept.3,
        status,
        reason,
        unix(pass.ended_at),
        ids().0,
        ids().1,
    ];
    tx.change_one(sql, row)?;
    search::keep_pass_words(tx, pass)
}

/// Places are given one after the other; a full list is followed by the next.
pub(super) fn next_status_place(tx: &SqlTx<'_>, vendor_id: VendorId) -> Outcome<(u32, u32)> {
    let sql = "SELECT list, size FROM status_lists WHERE vendor_id = ? ORDER BY list DESC LIMIT 1";
    let newest = tx.one(sql, [Text(vendor_id)], |columns| Ok((columns.number::<u32>()?, columns.number::<u32>()?)))?;
    match newest {
        Some((list, size)) if size < STATUS_LIST_CAPACITY => {
            let sql = "UPDATE status_lists SET size = size + 1 WHERE vendor_id = ? AND list = ?";
            tx.change_one(sql, (Text(vendor_id), list))?;
            Ok((list, size))
        }
        full => {
            let list = full.map_or(0, |(list, _)| list).checked_add(1);
            let list = list.ok_or_else(|| StoreError::Fault("too many status lists".to_owned()))?;
            let sql = "INSERT INTO status_lists (vendor_id, list, size, version) VALUES (?, ?, 1, 0)";
            tx.change(sql, (Text(vendor_id), list))?;
            Ok((list, 0))
        }
    }
}

pub(super) fn status_list_version(tx: &SqlTx<'_>, vendor_id: VendorId, list: u32) -> Outcome<Option<u64>> {
    let sql = "SELECT version FROM status_lists WHERE vendor_id = ? AND list = ?";
    tx.one(sql, (Text(vendor_id), list), |columns| columns.number())
}

pub(super) fn status_list(tx: &SqlTx<'_>, vendor_id: VendorId, list: u32) -> Outcome<Option<StatusList>> {
    let sql = "SELECT version, size FROM status_lists WHERE vendor_id = ? AND list = ?";
    let found = tx.one(sql, (Text(vendor_id), list), |columns| Ok((columns.number()?, columns.number()?)))?;
    let Some((version, size)) = found else { return Ok(None) };
    let sql = "
        SELECT status_index, status FROM passes INDEXED BY passes_not_valid
        WHERE vendor_id = ? AND status_list = ? AND status <> 'valid' ORDER BY status_index";
    let entries = tx.all(sql, (Text(vendor_id), list), |columns| Ok((columns.number()?, columns.word()?)))?;
    Ok(Some(StatusList { version, size, entries }))
}

pub(super) fn pass_status_at(
    tx: &SqlTx<'_>,
    vendor_id: VendorId,
    list: u32,
    index: u32,
) -> Outcome<Option<PassStatus>> {
    let sql = "SELECT status FROM passes WHERE vendor_id = ? AND status_list = ? AND status_index = ?";
    tx.one(sql, (Text(vendor_id), list, index), |columns| columns.word())
}

fn read_pass(columns: &mut Columns<'_>) -> Result<Pass> {
    Ok(Pass {
        pass_id: columns.parse()?,
        vendor_id: columns.parse()?,
        license_id: columns.parse()?,
        jkt: columns.get()?,
        name: columns.get()?,
        status: columns.word()?,
        reason: columns.word_optional()?,
        ended_at: columns.time_optional()?,
        epoch: columns.number()?,
        predecessor: columns.parse_optional()?,
        status_list: columns.number()?,
        status_index: columns.number()?,
        connected_at: columns.time()?,
        last_seen_at: columns.time()?,
        expires_at: columns.time()?,
        refreshes: columns.number()?,
        refresh_key: columns.get()?,
        browser: columns.get()?,
        origin: columns.get()?,
    })
}
