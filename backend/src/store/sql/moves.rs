//! Moves from one terminal to another.

use shared::id::{AccountId, LicenseId, MoveId, PassId, VendorId};
use shared::time::Timestamp;

use super::row::{Columns, Result, Text, text, unix};
use super::tx::SqlTx;
use super::words::Word as _;
use crate::store::Outcome;
use crate::store::records::MoveRecord;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT m.vendor_id, m.move_id, m.license_id, m.pass_id, m.code_name, m.code_hash, m.tries, m.state,
                m.offered_at, m.expires_at, m.settled_at, m.successor
            FROM moves m ",
            $rest
        )
    };
}

pub(super) fn add_move(tx: &SqlTx<'_>, record: &MoveRecord) -> Outcome<()> {
    let sql = "
        INSERT INTO moves
            (vendor_id, move_id, license_id, pass_id, code_name, code_hash, tries, state, offered_at, expires_at,
            settled_at, successor, product_id)
        VALUES (?1, ?2, ?3, ?, ?, ?, ?, ?, ?, ?, ?, ?,
            (SELECT product_id FROM licenses WHERE vendor_id = ?1 AND license_id = ?3))";
    let row = (
        Text(record.vendor_id),
        Text(record.move_id),
        Text(record.license_id),
        Text(record.pass_id),
        &record.code_name,
        &record.code_hash,
        record.tries,
        record.state.word(),
        record.offered_at.as_unix(),
        record.expires_at.as_unix(),
        unix(record.settled_at),
        text(record.successor),
    );
    tx.change(sql, row).map(drop)
}

pub(super) fn update_move(tx: &SqlTx<'_>, record: &MoveRecord) -> Outcome<()> {
    let sql = "
        UPDATE moves SET tries = ?, state = ?, settled_at = ?, successor = ? WHERE vendor_id = ? AND move_id = ?";
    let ids = (Text(record.vendor_id), Text(record.move_id));
    let row = (record.tries, record.state.word(), unix(record.settled_at), text(record.successor), ids.0, ids.1);
    tx.change_one(sql, row)
}

pub(super) fn move_at(tx: &SqlTx<'_>, vendor_id: VendorId, move_id: MoveId) -> Outcome<Option<MoveRecord>> {
    tx.one(select!("WHERE m.vendor_id = ? AND m.move_id = ?"), (Text(vendor_id), Text(move_id)), read_move)
}

pub(super) fn move_of(tx: &SqlTx<'_>, account_id: AccountId, move_id: MoveId) -> Outcome<Option<MoveRecord>> {
    let sql = select!(
        "JOIN licenses l ON l.vendor_id = m.vendor_id AND l.license_id = m.license_id
        JOIN customers c ON c.vendor_id = l.vendor_id AND c.customer_id = l.customer_id
        WHERE c.account_id = ? AND m.vendor_id = c.vendor_id AND m.move_id = ?"
    );
    let find = || tx.one(sql, (Text(account_id), Text(move_id)), read_move);
    tx.held(find, |found| vendors_of(found))
}

pub(super) fn moves_named(tx: &SqlTx<'_>, code_name: &str, limit: u32) -> Outcome<Vec<MoveRecord>> {
    let sql = select!("INDEXED BY moves_named WHERE m.code_name = ? ORDER BY m.offered_at DESC LIMIT ?");
    tx.held(|| tx.all(sql, (code_name, limit), read_move), |found| vendors_of(found))
}

pub(super) fn open_move(tx: &SqlTx<'_>, vendor_id: VendorId, pass_id: PassId) -> Outcome<Option<MoveRecord>> {
    let sql = select!("WHERE m.vendor_id = ? AND m.pass_id = ? AND m.state = 'offered'");
    tx.one(sql, (Text(vendor_id), Text(pass_id)), read_move)
}

pub(super) fn due_moves(tx: &SqlTx<'_>, now: Timestamp, limit: u32) -> Outcome<Vec<MoveRecord>> {
    let sql =
        select!("INDEXED BY moves_due WHERE m.state = 'offered' AND m.expires_at <= ? ORDER BY m.expires_at LIMIT ?");
    tx.held(|| tx.all(sql, (now.as_unix(), limit), read_move), |found| vendors_of(found))
}

pub(super) fn count_moves(
    tx: &SqlTx<'_>,
    vendor_id: VendorId,
    license_id: LicenseId,
    since: Timestamp,
) -> Outcome<u32> {
    let sql = "
        SELECT (SELECT count(*) FROM moves WHERE vendor_id = ?1 AND license_id = ?2 AND state = 'offered')
            + (SELECT count(*) FROM moves
                WHERE vendor_id = ?1 AND license_id = ?2 AND state = 'redeemed' AND settled_at >= ?3)";
    tx.value(sql, (Text(vendor_id), Text(license_id), since.as_unix()))
}

pub(super) fn count_recoveries(
    tx: &SqlTx<'_>,
    vendor_id: VendorId,
    license_id: LicenseId,
    since: Timestamp,
) -> Outcome<u32> {
    let sql = "
        SELECT count(*) FROM passes INDEXED BY passes_recovered
        WHERE vendor_id = ? AND license_id = ? AND reason = 'recovered' AND ended_at >= ?";
    tx.value(sql, (Text(vendor_id), Text(license_id), since.as_unix()))
}

fn vendors_of<'m>(found: impl IntoIterator<Item = &'m MoveRecord>) -> Vec<VendorId> {
    found.into_iter().map(|record| record.vendor_id).collect()
}

fn read_move(columns: &mut Columns<'_>) -> Result<MoveRecord> {
    Ok(MoveRecord {
        vendor_id: columns.parse()?,
        move_id: columns.parse()?,
        license_id: columns.parse()?,
        pass_id: columns.parse()?,
        code_name: columns.get()?,
        code_hash: columns.get()?,
        tries: columns.number()?,
        state: columns.word()?,
        offered_at: columns.time()?,
        expires_at: columns.time()?,
        settled_at: columns.time_optional()?,
        successor: columns.parse_optional()?,
    })
}
