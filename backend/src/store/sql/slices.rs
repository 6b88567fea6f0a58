//! Slices: uses debited in advance.

use shared::id::{LicenseId, PassId, SliceId, VendorId};
use shared::slug::Feature;

use super::row::{Columns, Result, Text, unix};
use super::tx::SqlTx;
use crate::store::Outcome;
use crate::store::records::SliceRecord;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT vendor_id, slice_id, license_id, pass_id, feature, count, granted_at, ends_at, spent, settled_at
            FROM slices ",
            $rest
        )
    };
}

pub(super) fn add_slice(tx: &SqlTx<'_>, record: &SliceRecord) -> Outcome<()> {
    let sql = "
        INSERT INTO slices
            (vendor_id, slice_id, license_id, pass_id, feature, count, granted_at, ends_at, spent, settled_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let row = (
        Text(record.vendor_id),
        Text(record.slice_id),
        Text(record.license_id),
        Text(record.pass_id),
        record.feature.as_str(),
        record.count,
        record.granted_at.as_unix(),
        record.ends_at.as_unix(),
        record.spent,
        unix(record.settled_at),
    );
    tx.change(sql, row).map(drop)
}

pub(super) fn settle_slice(tx: &SqlTx<'_>, record: &SliceRecord) -> Outcome<()> {
    let sql = "UPDATE slices SET spent = ?, settled_at = ? WHERE vendor_id = ? AND slice_id = ?";
    tx.change_one(sql, (record.spent, unix(record.settled_at), Text(record.vendor_id), Text(record.slice_id)))
}

pub(super) fn slice(tx: &SqlTx<'_>, vendor_id: VendorId, slice_id: SliceId) -> Outcome<Option<SliceRecord>> {
    tx.one(select!("WHERE vendor_id = ? AND slice_id = ?"), (Text(vendor_id), Text(slice_id)), read_slice)
}

pub(super) fn open_slice(
    tx: &SqlTx<'_>,
    vendor_id: VendorId,
    pass_id: PassId,
    feature: &Feature,
) -> Outcome<Option<SliceRecord>> {
    let sql = select!("WHERE vendor_id = ? AND pass_id = ? AND feature = ? AND settled_at IS NULL");
    tx.one(sql, (Text(vendor_id), Text(pass_id), feature.as_str()), read_slice)
}

pub(super) fn open_slices(tx: &SqlTx<'_>, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Vec<SliceRecord>> {
    let sql = select!("INDEXED BY slices_license WHERE vendor_id = ? AND license_id = ? AND settled_at IS NULL");
    tx.all(sql, (Text(vendor_id), Text(license_id)), read_slice)
}

fn read_slice(columns: &mut Columns<'_>) -> Result<SliceRecord> {
    Ok(SliceRecord {
        vendor_id: columns.parse()?,
        slice_id: columns.parse()?,
        license_id: columns.parse()?,
        pass_id: columns.parse()?,
        feature: columns.parse()?,
        count: columns.number()?,
        granted_at: columns.time()?,
        ends_at: columns.time()?,
        spent: columns.number_optional()?,
        settled_at: columns.time_optional()?,
    })
}
