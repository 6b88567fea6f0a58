//! Identifiers and leases.

use shared::id::{AccountId, IdentifierId, LeaseId, LicenseId, VendorId};
use shared::license::Seats;
use shared::time::Timestamp;

use super::row::{Columns, Result, Text, params, text, unix};
use super::tx::SqlTx;
use super::words::Word as _;
use crate::store::leases::{IdentifierRecord, LeaseRecord, Leases};
use crate::store::listing::normal_form;
use crate::store::{Outcome, not_found};

macro_rules! select_identifier {
    ($rest:literal) => {
        concat!(
            "SELECT i.vendor_id, i.identifier_id, i.license_id, i.secret_hash, i.hint, i.label, i.service, i.expires_at,
                i.uses_limit, i.uses_left, i.created_by, i.created_at, i.ended_at ",
            $rest
        )
    };
}

macro_rules! select_lease {
    ($rest:literal) => {
        concat!(
            "SELECT vendor_id, lease_id, license_id, identifier_id, token_id, feature, count, holder, checked_out_at,
                expires_at, state, ended_at, spent FROM leases ",
            $rest
        )
    };
}

const IDENTIFIERS: &str = select_identifier!(
    "FROM identifiers i INDEXED BY identifiers_license WHERE vendor_id = ? AND license_id = ? AND ended_at IS NULL
    ORDER BY identifier_id DESC"
);

const OPEN: &str = select_lease!(
    "INDEXED BY leases_open WHERE vendor_id = ? AND license_id = ? AND state = 'open' AND expires_at < ?
    ORDER BY expires_at LIMIT ?"
);

const DUE: &str =
    select_lease!("INDEXED BY leases_due WHERE state = 'open' AND expires_at <= ? ORDER BY expires_at LIMIT ?");

impl Leases for SqlTx<'_> {
    fn add_identifier(&mut self, record: &IdentifierRecord) -> Outcome<()> {
        let sql = "
            INSERT INTO identifiers (vendor_id, identifier_id, license_id, secret_hash, hint, label, service, expires_at,
                uses_limit, uses_left, created_by, created_at, ended_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let row = (
            Text(record.vendor_id),
            Text(record.identifier_id),
            Text(record.license_id),
            record.secret_hash.as_str(),
            record.hint.as_str(),
            record.label.as_deref(),
            text(record.service),
            unix(record.expires_at),
            record.uses_limit,
            record.uses_left,
            record.created_by.as_str(),
            record.created_at.as_unix(),
            unix(record.ended_at),
        );
        self.change(sql, row).map(drop)
    }

    fn update_identifier(&mut self, record: &IdentifierRecord) -> Outcome<()> {
        let sql = "UPDATE identifiers SET uses_left = ?, ended_at = ? WHERE vendor_id = ? AND identifier_id = ?";
        let key = (Text(record.vendor_id), Text(record.identifier_id));
        self.change_one(sql, (record.uses_left, unix(record.ended_at), key.0, key.1))
    }

    fn identifier_by_secret(&mut self, secret_hash: &str) -> Outcome<Option<IdentifierRecord>> {
        let sql = select_identifier!("FROM identifiers i WHERE secret_hash = ?");
        let find = || self.one(sql, [secret_hash], read_identifier);
        self.held(find, |found| found.iter().map(|record| record.vendor_id).collect())
    }

    fn identifier(&mut self, vendor_id: VendorId, identifier_id: IdentifierId) -> Outcome<Option<IdentifierRecord>> {
        let sql = select_identifier!("FROM identifiers i WHERE vendor_id = ? AND identifier_id = ?");
        self.one(sql, (Text(vendor_id), Text(identifier_id)), read_identifier)
    }

    fn identifier_of(
        &mut self,
        account_id: AccountId,
        identifier_id: IdentifierId,
    ) -> Outcome<Option<IdentifierRecord>> {
        let sql = select_identifier!(
            "FROM customers c
                CROSS JOIN identifiers i ON i.vendor_id = c.vendor_id AND i.identifier_id = ?
                JOIN licenses l ON l.vendor_id = i.vendor_id AND l.license_id = i.license_id
            WHERE c.account_id = ? AND l.customer_id = c.customer_id"
        );
        let find = || self.one(sql, (Text(identifier_id), Text(account_id)), read_identifier);
        self.held(find, |found| found.iter().map(|record| record.vendor_id).collect())
    }

    fn identifiers(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Vec<IdentifierRecord>> {
        self.all(IDENTIFIERS, (Text(vendor_id), Text(license_id)), read_identifier)
    }

    fn seats(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Seats> {
        let sql = "
            SELECT seats_taken, (SELECT min(expires_at) FROM leases INDEXED BY leases_open
                WHERE vendor_id = ?1 AND license_id = ?2 AND state = 'open')
            FROM licenses WHERE vendor_id = ?1 AND license_id = ?2";
        let seats = self.one(sql, (Text(vendor_id), Text(license_id)), |columns| {
            Ok(Seats { taken: columns.number()?, free_at: columns.time_optional()? })
        })?;
        seats.ok_or_else(not_found)
    }

    fn add_lease(&mut self, record: &LeaseRecord) -> Outcome<()> {
        let sql = "
            INSERT INTO leases (vendor_id, lease_id, license_id, identifier_id, token_id, feature, count, holder,
                checked_out_at, expires_at, state, ended_at, spent, holder_key, product_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,
                (SELECT product_id FROM licenses WHERE vendor_id = ?1 AND license_id = ?3))";
        let row = params![
            Text(record.vendor_id),
            Text(record.lease_id),
            Text(record.license_id),
            Text(record.identifier_id),
            Text(record.token_id),
            text(record.feature.as_ref()),
            record.count,
            record.holder.as_str(),
            record.checked_out_at.as_unix(),
            record.expires_at.as_unix(),
            record.state.word(),
            unix(record.ended_at),
            record.spent,
            normal_form(&record.holder),
        ];
        self.change(sql, row).map(drop)
    }

    fn update_lease(&mut self, record: &LeaseRecord) -> Outcome<()> {
        let sql = "
            UPDATE leases SET expires_at = ?, state = ?, ended_at = ?, spent = ? WHERE vendor_id = ? AND lease_id = ?";
        let key = (Text(record.vendor_id), Text(record.lease_id));
        let now = (record.expires_at.as_unix(), record.state.word(), unix(record.ended_at), record.spent);
        self.change_one(sql, (now.0, now.1, now.2, now.3, key.0, key.1))
    }

    fn lease(&mut self, vendor_id: VendorId, lease_id: LeaseId) -> Outcome<Option<LeaseRecord>> {
        self.one(select_lease!("WHERE vendor_id = ? AND lease_id = ?"), (Text(vendor_id), Text(lease_id)), read_lease)
    }

    fn open_leases(
        &mut self,
        vendor_id: VendorId,
        license_id: LicenseId,
        before: Timestamp,
        limit: u32,
    ) -> Outcome<Vec<LeaseRecord>> {
        self.all(OPEN, (Text(vendor_id), Text(license_id), before.as_unix(), limit), read_lease)
    }

    fn due_leases(&mut self, now: Timestamp, limit: u32) -> Outcome<Vec<LeaseRecord>> {
        let find = || self.all(DUE, (now.as_unix(), limit), read_lease);
        self.held(find, |found| found.iter().map(|record| record.vendor_id).collect())
    }
}

fn read_identifier(columns: &mut Columns<'_>) -> Result<IdentifierRecord> {
    Ok(IdentifierRecord {
        vendor_id: columns.parse()?,
        identifier_id: columns.parse()?,
        license_id: columns.parse()?,
        secret_hash: columns.get()?,
        hint: columns.get()?,
        label: columns.get()?,
        service: columns.parse_optional()?,
        expires_at: columns.time_optional()?,
        uses_limit: columns.number_optional()?,
        uses_left: columns.number_optional()?,
        created_by: columns.get()?,
        created_at: columns.time()?,
        ended_at: columns.time_optional()?,
    })
}

fn read_lease(columns: &mut Columns<'_>) -> Result<LeaseRecord> {
    Ok(LeaseRecord {
        vendor_id: columns.parse()?,
        lease_id: columns.parse()?,
        license_id: columns.parse()?,
        identifier_id: columns.parse()?,
        token_id: columns.parse()?,
        feature: columns.parse_optional()?,
        count: columns.number()?,
        holder: columns.get()?,
        checked_out_at: columns.time()?,
        expires_at: columns.time()?,
        state: columns.word()?,
        ended_at: columns.time_optional()?,
        spent: columns.number_optional()?,
    })
}

/// The statements by which identifiers and leases are listed.
#[cfg(test)]
pub(in crate::store) fn statements() -> Vec<String> {
    [IDENTIFIERS, OPEN, DUE].map(str::to_owned).into()
}
