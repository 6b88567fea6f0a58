//! Authentication sources, identities, grants, and who is on the way to a provider.

use shared::api::admin::sources::{ClaimRule, SourceState};
use shared::id::{AccountId, LicenseId, RuleId, SourceId, VendorId};
use shared::time::Timestamp;

use super::accounts;
use super::row::{Columns, Result, Text, text, unix};
use super::tx::SqlTx;
use super::words::Word as _;
use crate::store::records::{Account, Session};
use crate::store::sources::{FlowRecord, GrantRecord, Granting, IdentityRecord, SourceRecord, Sources};
use crate::store::{Outcome, StoreError};

/// The columns that [`read_source`] reads.
const SOURCE: &str =
    "s.vendor_id, s.source_id, s.name, s.issuer, s.client_id, s.sealed_secret, s.scopes, s.rules, s.state,
    s.created_at, s.revision";

/// The columns that [`read_identity`] reads.
const IDENTITY: &str = "i.vendor_id, i.source_id, i.subject, i.account_id, i.created_at, i.last_at";

impl Sources for SqlTx<'_> {
    fn add_source(&mut self, record: &SourceRecord) -> Outcome<()> {
        let sql = "
            INSERT INTO sources (
                vendor_id, source_id, name, issuer, client_id, sealed_secret, scopes, rules, state, created_at, revision)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let row = (
            Text(record.vendor_id),
            Text(record.source_id),
            &record.name,
            &record.issuer,
            &record.client_id,
            &record.sealed_secret,
            json(&record.scopes)?,
            json(&record.rules)?,
            record.state.word(),
            record.created_at.as_unix(),
            record.revision,
        );
        self.change(sql, row).map(drop)
    }

    fn update_source(&mut self, record: &SourceRecord) -> Outcome<()> {
        let sql = "
            UPDATE sources SET
                name = ?, client_id = ?, sealed_secret = ?, scopes = ?, rules = ?, state = ?, revision = ?
            WHERE vendor_id = ? AND source_id = ? AND state <> 'removed'";
        let row = (
            &record.name,
            &record.client_id,
            &record.sealed_secret,
            json(&record.scopes)?,
            json(&record.rules)?,
            record.state.word(),
            record.revision,
            Text(record.vendor_id),
            Text(record.source_id),
        );
        self.change_one(sql, row)
    }

    fn remove_source(&mut self, vendor_id: VendorId, source_id: SourceId) -> Outcome<()> {
        let sql = "
            UPDATE sources SET state = 'removed', sealed_secret = NULL, revision = revision + 1
            WHERE vendor_id = ? AND source_id = ? AND state <> 'removed'";
        self.change_one(sql, (Text(vendor_id), Text(source_id)))
    }

    fn source(&mut self, vendor_id: VendorId, source_id: SourceId) -> Outcome<Option<SourceRecord>> {
        let sql =
            format!("SELECT {SOURCE} FROM sources s WHERE vendor_id = ? AND source_id = ? AND state <> 'removed'");
        self.one(&sql, (Text(vendor_id), Text(source_id)), read_source)
    }

    fn sources(&mut self, vendor_id: VendorId, before: Option<SourceId>, limit: u32) -> Outcome<Vec<SourceRecord>> {
        let sql = format!(
            "SELECT {SOURCE} FROM sources s WHERE vendor_id = ? AND source_id < ? AND state <> 'removed'
            ORDER BY source_id DESC LIMIT ?"
        );
        let before = before.map_or_else(|| "src_~".to_owned(), |before| before.to_string());
        self.all(&sql, (Text(vendor_id), before, limit), read_source)
    }

    fn end_source_sessions(&mut self, vendor_id: VendorId, source_id: SourceId) -> Outcome<Vec<String>> {
        let sql = "DELETE FROM source_flows WHERE vendor_id = ? AND source_id = ?";
        self.change(sql, (Text(vendor_id), Text(source_id)))?;
        let sql = "DELETE FROM sessions WHERE source_id = ? RETURNING secret_hash";
        self.all(sql, [Text(source_id)], |columns| columns.get())
    }

    fn add_flow(&mut self, record: &FlowRecord, now: Timestamp) -> Outcome<()> {
        let sql = "
            DELETE FROM source_flows WHERE state_hash IN
                (SELECT state_hash FROM source_flows WHERE expires_at <= ? ORDER BY expires_at LIMIT 8)";
        self.change(sql, [now.as_unix()])?;
        let sql = "
            INSERT INTO source_flows (state_hash, browser_hash, vendor_id, source_id, next, account_id, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)";
        let row = (
            &record.state_hash,
            &record.browser_hash,
            Text(record.vendor_id),
            Text(record.source_id),
            &record.next,
            text(record.account_id),
            record.expires_at.as_unix(),
        );
        self.change(sql, row).map(drop)
    }

    fn take_flow(&mut self, state_hash: &str) -> Outcome<Option<FlowRecord>> {
        self.may_write()?;
        let sql = "
            DELETE FROM source_flows WHERE state_hash = ?
            RETURNING state_hash, browser_hash, vendor_id, source_id, next, account_id, expires_at";
        let found = self.all(sql, [state_hash], |columns| {
            Ok(FlowRecord {
                state_hash: columns.get()?,
                browser_hash: columns.get()?,
                vendor_id: columns.parse()?,
                source_id: columns.parse()?,
                next: columns.get()?,
                account_id: columns.parse_optional()?,
                expires_at: columns.time()?,
            })
        });
        Ok(found?.pop())
    }

    fn identity(&mut self, vendor_id: VendorId, source_id: SourceId, subject: &str) -> Outcome<Option<IdentityRecord>> {
        let sql = format!("SELECT {IDENTITY} FROM identities i WHERE vendor_id = ? AND source_id = ? AND subject = ?");
        self.one(&sql, (Text(vendor_id), Text(source_id), subject), read_identity)
    }

    fn identities(&mut self, account_id: AccountId) -> Outcome<Vec<(IdentityRecord, SourceRecord)>> {
        let sql = format!(
            "SELECT {IDENTITY}, {SOURCE} FROM identities i JOIN sources s USING (vendor_id, source_id)
            WHERE i.account_id = ? AND s.state <> 'removed' ORDER BY i.created_at, i.source_id"
        );
        self.all(&sql, [Text(account_id)], |columns| Ok((read_identity(columns)?, read_source(columns)?)))
    }

    fn add_identity(&mut self, record: &IdentityRecord) -> Outcome<()> {
        let sql = "
            INSERT INTO identities (vendor_id, source_id, subject, account_id, created_at, last_at)
            VALUES (?, ?, ?, ?, ?, ?)";
        let row = (
            Text(record.vendor_id),
            Text(record.source_id),
            &record.subject,
            Text(record.account_id),
            record.created_at.as_unix(),
            record.last_at.as_unix(),
        );
        self.change(sql, row).map(drop)
    }

    fn touch_identity(&mut self, record: &IdentityRecord, now: Timestamp) -> Outcome<()> {
        let sql = "UPDATE identities SET last_at = ? WHERE vendor_id = ? AND source_id = ? AND subject = ?";
        self.change_one(sql, (now.as_unix(), Text(record.vendor_id), Text(record.source_id), &record.subject))
    }

    fn remove_identity(&mut self, vendor_id: VendorId, source_id: SourceId, account_id: AccountId) -> Outcome<bool> {
        let sql = "DELETE FROM identities WHERE vendor_id = ? AND source_id = ? AND account_id = ?";
        Ok(self.change(sql, (Text(vendor_id), Text(source_id), Text(account_id)))? > 0)
    }

    fn add_source_account(&mut self, account: &Account, vendor_id: VendorId) -> Outcome<()> {
        // By its id and not by its address: that one is the provider's word, and may be somebody else's.
        let sql = "
            INSERT INTO accounts (account_id, email, email_key, name, password_hash, created_at, vendor_id)
            VALUES (?1, ?2, ?1, ?3, '', ?4, ?5)";
        let Account { account_id, email, name, created_at, .. } = account;
        self.change(sql, (Text(*account_id), email, name, created_at.as_unix(), Text(vendor_id))).map(drop)
    }

    fn vendor_of_account(&mut self, account_id: AccountId) -> Outcome<Option<VendorId>> {
        let sql = "SELECT vendor_id FROM accounts WHERE account_id = ?";
        Ok(self.one(sql, [Text(account_id)], |columns| columns.parse_optional())?.flatten())
    }

    fn add_source_session(&mut self, session: &Session, source_id: SourceId) -> Outcome<()> {
        accounts::add_session(self, session)?;
        let sql = "UPDATE sessions SET source_id = ? WHERE secret_hash = ?";
        self.change_one(sql, (Text(source_id), &session.secret_hash))
    }

    fn sources_for(&mut self, account_id: AccountId) -> Outcome<Vec<SourceRecord>> {
        let sql = format!(
            "SELECT {SOURCE} FROM customers c JOIN sources s USING (vendor_id)
            WHERE c.account_id = ? AND s.state = 'active' ORDER BY s.name, s.source_id LIMIT 100"
        );
        self.all(&sql, [Text(account_id)], read_source)
    }

    fn source_grants(&mut self, vendor_id: VendorId, source_id: SourceId, subject: &str) -> Outcome<Vec<GrantRecord>> {
        let sql = "
            SELECT vendor_id, source_id, subject, rule_id, license_id, granted_at, gone_at FROM source_grants
            WHERE vendor_id = ? AND source_id = ? AND subject = ? ORDER BY rule_id";
        self.all(sql, (Text(vendor_id), Text(source_id), subject), |columns| {
            Ok(GrantRecord {
                vendor_id: columns.parse()?,
                source_id: columns.parse()?,
                subject: columns.get()?,
                rule_id: columns.parse()?,
                license_id: columns.parse()?,
                granted_at: columns.time()?,
                gone_at: columns.time_optional()?,
            })
        })
    }

    fn add_source_grant(&mut self, record: &GrantRecord) -> Outcome<()> {
        let sql = "
            INSERT INTO source_grants (vendor_id, source_id, subject, rule_id, license_id, granted_at, gone_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)";
        let row = (
            Text(record.vendor_id),
            Text(record.source_id),
            &record.subject,
            Text(record.rule_id),
            Text(record.license_id),
            record.granted_at.as_unix(),
            unix(record.gone_at),
        );
        self.change(sql, row).map(drop)
    }

    fn update_source_grant(&mut self, record: &GrantRecord) -> Outcome<()> {
        let sql = "
            UPDATE source_grants SET gone_at = ?
            WHERE vendor_id = ? AND source_id = ? AND subject = ? AND rule_id = ?";
        let key = (Text(record.vendor_id), Text(record.source_id), &record.subject, Text(record.rule_id));
        self.change_one(sql, (unix(record.gone_at), key.0, key.1, key.2, key.3))
    }

    fn granted_by(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Option<Granting>> {
        let sql = "
            SELECT s.source_id, s.name, s.state, g.rule_id, s.rules
            FROM source_grants g JOIN sources s USING (vendor_id, source_id)
            WHERE g.vendor_id = ? AND g.license_id = ?";
        self.one(sql, (Text(vendor_id), Text(license_id)), |columns| {
            let (source_id, name, state): (_, _, String) = (columns.parse()?, columns.get()?, columns.get()?);
            let (rule_id, rules): (RuleId, Vec<ClaimRule>) = (columns.parse()?, columns.json()?);
            let rule = rules.into_iter().find(|rule| rule.rule_id == Some(rule_id));
            Ok(Granting { source_id, name, is_there: state != "removed", rule })
        })
    }
}

fn json(value: &impl serde::Serialize) -> Outcome<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Fault(error.to_string()))
}

fn read_source(columns: &mut Columns<'_>) -> Result<SourceRecord> {
    Ok(SourceRecord {
        vendor_id: columns.parse()?,
        source_id: columns.parse()?,
        name: columns.get()?,
        issuer: columns.get()?,
        client_id: columns.get()?,
        sealed_secret: columns.get()?,
        scopes: columns.json()?,
        rules: columns.json()?,
        state: columns.word::<SourceState>()?,
        created_at: columns.time()?,
        revision: columns.number()?,
    })
}

fn read_identity(columns: &mut Columns<'_>) -> Result<IdentityRecord> {
    Ok(IdentityRecord {
        vendor_id: columns.parse()?,
        source_id: columns.parse()?,
        subject: columns.get()?,
        account_id: columns.parse()?,
        created_at: columns.time()?,
        last_at: columns.time()?,
    })
}
