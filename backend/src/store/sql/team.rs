//! Vendors' settings, teams, invitations and API tokens.

use shared::api::admin::team::InvoiceTerms;
use shared::id::{AccountId, InvitationId, TokenId, VendorId};
use shared::team::{Permission, Role};
use shared::time::Timestamp;

use super::catalog::to_json;
use super::row::{Columns, Result, Text, unix};
use super::tx::SqlTx;
use super::vendors::read_vendor;
use crate::store::Outcome;
use crate::store::records::Vendor;
use crate::store::team::{InvitationEnd, InvitationRecord, MemberRecord, Team, TokenRecord, VendorSettings};

impl Team for SqlTx<'_> {
    fn vendors_of(&mut self, account_id: AccountId) -> Outcome<Vec<(Vendor, Role)>> {
        let sql = "
            SELECT v.vendor_id, v.slug, v.name, v.created_at, m.role
            FROM members m JOIN vendors v USING (vendor_id)
            WHERE m.account_id = ? ORDER BY v.name, v.slug LIMIT 1000";
        self.all(sql, [Text(account_id)], |columns| Ok((read_vendor(columns)?, columns.parse()?)))
    }

    fn vendor_settings(&mut self, vendor_id: VendorId) -> Outcome<Option<VendorSettings>> {
        let sql = "
            SELECT name, support_email, website, accent, tax, invoice_instructions, invoice_days, revision
            FROM vendors WHERE vendor_id = ?";
        self.one(sql, [Text(vendor_id)], |columns| {
            Ok(VendorSettings {
                name: columns.get()?,
                support_email: columns.get()?,
                website: columns.get()?,
                accent: columns.parse_optional()?,
                tax: columns.json_optional()?,
                invoice: match (columns.get()?, columns.get()?) {
                    (Some(instructions), Some(days)) => Some(InvoiceTerms { instructions, days }),
                    _ => None,
                },
                revision: columns.get()?,
            })
        })
    }

    fn update_vendor(&mut self, vendor_id: VendorId, settings: &VendorSettings) -> Outcome<()> {
        let sql = "
            UPDATE vendors SET name = ?, support_email = ?, website = ?, accent = ?, tax = ?, invoice_instructions = ?,
                invoice_days = ?, revision = ?
            WHERE vendor_id = ?";
        let VendorSettings { name, support_email, website, accent, tax, invoice, revision } = settings;
        let tax = tax.as_ref().map(to_json).transpose()?;
        let (instructions, days) = invoice.as_ref().map(|terms| (&terms.instructions, terms.days)).unzip();
        let accent = accent.map(|accent| accent.to_string());
        self.change_one(sql, (name, support_email, website, accent, tax, instructions, days, revision, Text(vendor_id)))
    }

    fn members(&mut self, vendor_id: VendorId, after: Option<AccountId>, limit: u32) -> Outcome<Vec<MemberRecord>> {
        let sql = "
            SELECT m.account_id, a.email, a.name, m.role, m.added_at
            FROM members m JOIN accounts a USING (account_id)
            WHERE m.vendor_id = ? AND m.account_id > ? ORDER BY m.account_id LIMIT ?";
        let after = after.map_or_else(String::new, |after| after.to_string());
        self.all(sql, (Text(vendor_id), after, limit), read_member)
    }

    fn member(&mut self, vendor_id: VendorId, account_id: AccountId) -> Outcome<Option<MemberRecord>> {
        let sql = "
            SELECT m.account_id, a.email, a.name, m.role, m.added_at
            FROM members m JOIN accounts a USING (account_id)
            WHERE m.vendor_id = ? AND m.account_id = ?";
        self.one(sql, (Text(vendor_id), Text(account_id)), read_member)
    }

    fn count_owners(&mut self, vendor_id: VendorId) -> Outcome<u64> {
        self.value("SELECT count(*) FROM members WHERE vendor_id = ? AND role = 'owner'", [Text(vendor_id)])
    }

    fn set_role(&mut self, vendor_id: VendorId, account_id: AccountId, role: Role) -> Outcome<()> {
        let sql = "UPDATE members SET role = ? WHERE vendor_id = ? AND account_id = ?";
        self.change_one(sql, (role.as_str(), Text(vendor_id), Text(account_id)))
    }

    fn remove_member(&mut self, vendor_id: VendorId, account_id: AccountId) -> Outcome<()> {
        let sql = "DELETE FROM members WHERE vendor_id = ? AND account_id = ?";
        self.change_one(sql, (Text(vendor_id), Text(account_id)))
    }

    fn add_invitation(&mut self, record: &InvitationRecord) -> Outcome<()> {
        let sql = "
            INSERT INTO invitations
                (vendor_id, invitation_id, secret_hash, email, role, invited_by, created_at, expires_at, state)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open')";
        let row = (
            Text(record.vendor_id),
            Text(record.invitation_id),
            &record.secret_hash,
            &record.email,
            record.role.as_str(),
            &record.invited_by,
            record.created_at.as_unix(),
            record.expires_at.as_unix(),
        );
        self.change(sql, row).map(drop)
    }

    fn invitations(
        &mut self,
        vendor_id: VendorId,
        before: Option<InvitationId>,
        now: Timestamp,
        limit: u32,
    ) -> Outcome<Vec<InvitationRecord>> {
        let sql = "
            SELECT vendor_id, invitation_id, secret_hash, email, role, invited_by, created_at, expires_at
            FROM invitations
            WHERE vendor_id = ? AND state = 'open' AND invitation_id < ? AND expires_at > ?
            ORDER BY invitation_id DESC LIMIT ?";
        let before = before.map_or_else(|| "inv_~".to_owned(), |before| before.to_string());
        self.all(sql, (Text(vendor_id), before, now.as_unix(), limit), read_invitation)
    }

    fn invitation(&mut self, vendor_id: VendorId, invitation_id: InvitationId) -> Outcome<Option<InvitationRecord>> {
        let sql = "
            SELECT vendor_id, invitation_id, secret_hash, email, role, invited_by, created_at, expires_at
            FROM invitations WHERE vendor_id = ? AND invitation_id = ? AND state = 'open'";
        self.one(sql, (Text(vendor_id), Text(invitation_id)), read_invitation)
    }

    fn invitation_by_secret(&mut self, secret_hash: &str, now: Timestamp) -> Outcome<Option<InvitationRecord>> {
        let sql = "
            SELECT vendor_id, invitation_id, secret_hash, email, role, invited_by, created_at, expires_at
            FROM invitations WHERE secret_hash = ? AND state = 'open' AND expires_at > ?";
        let find = || self.one(sql, (secret_hash, now.as_unix()), read_invitation);
        self.held(find, |found| found.iter().map(|record| record.vendor_id).collect())
    }

    fn end_invitation(&mut self, vendor_id: VendorId, invitation_id: InvitationId, end: InvitationEnd) -> Outcome<()> {
        let state = match end {
            InvitationEnd::Accepted => "accepted",
            InvitationEnd::Withdrawn => "withdrawn",
        };
        let sql = "UPDATE invitations SET state = ? WHERE vendor_id = ? AND invitation_id = ?";
        self.change_one(sql, (state, Text(vendor_id), Text(invitation_id)))
    }

    fn add_token(&mut self, record: &TokenRecord) -> Outcome<()> {
        let sql = "
            INSERT INTO tokens (vendor_id, token_id, secret_hash, name, scopes, hint, created_by, created_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let scopes: Vec<_> = record.scopes.iter().map(|scope| scope.as_str()).collect();
        let row = (
            Text(record.vendor_id),
            Text(record.token_id),
            &record.secret_hash,
            &record.name,
            scopes.join(" "),
            &record.hint,
            &record.created_by,
            record.created_at.as_unix(),
            unix(record.expires_at),
        );
        self.change(sql, row).map(drop)
    }

    fn tokens(&mut self, vendor_id: VendorId, before: Option<TokenId>, limit: u32) -> Outcome<Vec<TokenRecord>> {
        let sql = "
            SELECT vendor_id, token_id, secret_hash, name, scopes, hint, created_by, created_at, expires_at, last_used_at
            FROM tokens WHERE vendor_id = ? AND token_id < ? AND revoked_at IS NULL ORDER BY token_id DESC LIMIT ?";
        let before = before.map_or_else(|| "tok_~".to_owned(), |before| before.to_string());
        self.all(sql, (Text(vendor_id), before, limit), read_token)
    }

    fn token(&mut self, vendor_id: VendorId, token_id: TokenId) -> Outcome<Option<TokenRecord>> {
        let sql = "
            SELECT vendor_id, token_id, secret_hash, name, scopes, hint, created_by, created_at, expires_at, last_used_at
            FROM tokens WHERE vendor_id = ? AND token_id = ? AND revoked_at IS NULL";
        self.one(sql, (Text(vendor_id), Text(token_id)), read_token)
    }

    fn is_token_good(&mut self, vendor_id: VendorId, token_id: TokenId, now: Timestamp) -> Outcome<bool> {
        let sql = "
            SELECT EXISTS (SELECT 1 FROM tokens
                WHERE vendor_id = ? AND token_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?))";
        self.value(sql, (Text(vendor_id), Text(token_id), now.as_unix()))
    }

    fn token_by_secret(&mut self, secret_hash: &str, now: Timestamp) -> Outcome<Option<TokenRecord>> {
        let sql = "
            SELECT vendor_id, token_id, secret_hash, name, scopes, hint, created_by, created_at, expires_at, last_used_at
            FROM tokens
            WHERE secret_hash = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)";
        self.one(sql, (secret_hash, now.as_unix()), read_token)
    }

    fn touch_token(&mut self, vendor_id: VendorId, token_id: TokenId, now: Timestamp) -> Outcome<()> {
        let sql = "UPDATE tokens SET last_used_at = ? WHERE vendor_id = ? AND token_id = ? AND revoked_at IS NULL";
        self.change(sql, (now.as_unix(), Text(vendor_id), Text(token_id))).map(drop)
    }

    fn revoke_token(&mut self, vendor_id: VendorId, token_id: TokenId, now: Timestamp) -> Outcome<()> {
        let sql = "UPDATE tokens SET revoked_at = ? WHERE vendor_id = ? AND token_id = ? AND revoked_at IS NULL";
        self.change_one(sql, (now.as_unix(), Text(vendor_id), Text(token_id)))
    }

    fn actor_name(&mut self, vendor_id: VendorId, actor: &str) -> Outcome<Option<String>> {
        let name = |columns: &mut Columns<'_>| columns.get();
        if actor.starts_with(AccountId::PREFIX) {
            return self.one("SELECT name FROM accounts WHERE account_id = ?", [actor], name);
        }
        if actor.starts_with(TokenId::PREFIX) {
            let sql = "SELECT name FROM tokens WHERE vendor_id = ? AND token_id = ?";
            return self.one(sql, (Text(vendor_id), actor), name);
        }
        Ok(None)
    }
}

fn read_member(columns: &mut Columns<'_>) -> Result<MemberRecord> {
    Ok(MemberRecord {
        account_id: columns.parse()?,
        email: columns.get()?,
        name: columns.get()?,
        role: columns.parse()?,
        added_at: columns.time()?,
    })
}

fn read_invitation(columns: &mut Columns<'_>) -> Result<InvitationRecord> {
    Ok(InvitationRecord {
        vendor_id: columns.parse()?,
        invitation_id: columns.parse()?,
        secret_hash: columns.get()?,
        email: columns.get()?,
        role: columns.parse()?,
        invited_by: columns.get()?,
        created_at: columns.time()?,
        expires_at: columns.time()?,
    })
}

fn read_token(columns: &mut Columns<'_>) -> Result<TokenRecord> {
    Ok(TokenRecord {
        vendor_id: columns.parse()?,
        token_id: columns.parse()?,
        secret_hash: columns.get()?,
        name: columns.get()?,
        scopes: read_scopes(&columns.get::<String>()?),
        hint: columns.get()?,
        created_by: columns.get()?,
        created_at: columns.time()?,
        expires_at: columns.time_optional()?,
        last_used_at: columns.time_optional()?,
    })
}

/// A scope that this version does not know grants nothing.
fn read_scopes(text: &str) -> Vec<Permission> {
    text.split(' ').filter_map(|scope| scope.parse().ok()).collect()
}
