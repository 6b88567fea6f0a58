//! Vendors, their teams and their signing keys.

use shared::id::{AccountId, VendorId};
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::slug::Slug;
use shared::team::Role;
use shared::time::Timestamp;

use super::row::{Columns, Result, Text, unix};
use super::tx::SqlTx;
use super::words::Word as _;
use crate::store::Outcome;
use crate::store::records::{SigningKey, Vendor};
use crate::store::sources::Sources as _;

pub(super) fn vendor(tx: &SqlTx<'_>, slug: &Slug) -> Outcome<Option<Vendor>> {
    tx.one("SELECT vendor_id, slug, name, created_at FROM vendors WHERE slug = ?", [slug.as_str()], read_vendor)
}

pub(super) fn vendor_by_id(tx: &SqlTx<'_>, vendor_id: VendorId) -> Outcome<Option<Vendor>> {
    tx.one("SELECT vendor_id, slug, name, created_at FROM vendors WHERE vendor_id = ?", [Text(vendor_id)], read_vendor)
}

pub(super) fn count_vendors(tx: &SqlTx<'_>) -> Outcome<u64> {
    tx.value("SELECT count(*) FROM vendors", ())
}

pub(super) fn add_vendor(tx: &SqlTx<'_>, vendor: &Vendor) -> Outcome<()> {
    let sql = "INSERT INTO vendors (vendor_id, slug, name, created_at) VALUES (?, ?, ?, ?)";
    let created_at = vendor.created_at.as_unix();
    tx.change(sql, (Text(vendor.vendor_id), vendor.slug.as_str(), &vendor.name, created_at)).map(drop)
}

pub(super) fn add_member(
    tx: &mut SqlTx<'_>,
    vendor_id: VendorId,
    account_id: AccountId,
    role: Role,
    now: Timestamp,
) -> Outcome<()> {
    if tx.vendor_of_account(account_id)?.is_some() {
        let detail =
            "An account that a vendor's sign-in made cannot be in a team: sign in with an account of your own.";
        return Err(Refusal::new(RefusalCode::Forbidden, detail).into());
    }
    let sql = "INSERT INTO members (vendor_id, account_id, role, added_at) VALUES (?, ?, ?, ?)";
    tx.change(sql, (Text(vendor_id), Text(account_id), role.as_str(), now.as_unix())).map(drop)
}

pub(super) fn signing_keys(tx: &SqlTx<'_>, vendor_id: VendorId) -> Outcome<Vec<SigningKey>> {
    let sql = "
        SELECT vendor_id, kid, state, public_key, sealed_private_key, created_at, activated_at, retired_at
        FROM signing_keys WHERE vendor_id = ? ORDER BY created_at, kid";
    tx.all(sql, [Text(vendor_id)], read_signing_key)
}

/// One key of each vendor, at most `limit`.
pub(super) fn some_signing_keys(tx: &SqlTx<'_>, limit: u32) -> Outcome<Vec<SigningKey>> {
    let sql = "
        SELECT vendor_id, kid, state, public_key, sealed_private_key, created_at, activated_at, retired_at
        FROM signing_keys WHERE state = 'active' LIMIT ?";
    tx.all(sql, [limit], read_signing_key)
}

fn read_signing_key(columns: &mut Columns<'_>) -> Result<SigningKey> {
    Ok(SigningKey {
        vendor_id: columns.parse()?,
        kid: columns.get()?,
        state: columns.word()?,
        public_key: columns.get()?,
        sealed_private_key: columns.get()?,
        created_at: columns.time()?,
        activated_at: columns.time_optional()?,
        retired_at: columns.time_optional()?,
    })
}

pub(super) fn add_signing_key(tx: &SqlTx<'_>, key: &SigningKey) -> Outcome<()> {
    let sql = "
        INSERT INTO signing_keys
            (vendor_id, kid, state, public_key, sealed_private_key, created_at, activated_at, retired_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let row = (
        Text(key.vendor_id),
        &key.kid,
        key.state.word(),
        key.public_key,
        &key.sealed_private_key,
        key.created_at.as_unix(),
        unix(key.activated_at),
        unix(key.retired_at),
    );
    tx.change(sql, row).map(drop)
}

pub(super) fn update_signing_key(tx: &SqlTx<'_>, key: &SigningKey) -> Outcome<()> {
    let sql = "UPDATE signing_keys SET state = ?, activated_at = ?, retired_at = ? WHERE vendor_id = ? AND kid = ?";
    let times = (unix(key.activated_at), unix(key.retired_at));
    tx.change_one(sql, (key.state.word(), times.0, times.1, Text(key.vendor_id), &key.kid))
}

pub(super) fn read_vendor(columns: &mut Columns<'_>) -> Result<Vendor> {
    Ok(Vendor {
        vendor_id: columns.parse()?,
        slug: columns.parse()?,
        name: columns.get()?,
        created_at: columns.time()?,
    })
}

pub(super) fn role(tx: &SqlTx<'_>, vendor_id: VendorId, account_id: AccountId) -> Outcome<Option<Role>> {
    let sql = "SELECT role FROM members WHERE vendor_id = ? AND account_id = ?";
    tx.one(sql, (Text(vendor_id), Text(account_id)), |columns| columns.parse())
}
