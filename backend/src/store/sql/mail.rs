//! Mails, their cursor, templates and links.

use shared::api::admin::mail::MailState;
use shared::id::{AccountId, MailId, VendorId};
use shared::mail::MailKind;
use shared::time::Timestamp;

use super::events::read_event;
use super::row::{Columns, Result, Text, Value, text, unix};
use super::search::keep_customer_words;
use super::tx::SqlTx;
use super::words::Word as _;
use crate::store::Outcome;
use crate::store::mail::{
    LINKS_KEPT, LinkPurpose, LinkRecord, MailBody, MailFilter, MailRecord, MailWork, Mails, TemplateRecord,
};
use crate::store::records::{Event, email_key};

/// The columns that [`read_mail`] reads.
const MAIL: &str = "
    mail_id, vendor_id, kind, recipient, about, subject, text, link, sealed, created_at, over_at, state, attempts,
    next_attempt_at, sent_at, error";

/// The columns that [`read_link`] reads.
const LINK: &str = "secret_hash, purpose, account_id, email, created_at, expires_at";

/// As the index of this name has it.
const MAILED: &str = "
    (kind = 'order.fulfilled' OR kind = 'order.invoiced' OR kind = 'license.expiring' OR kind = 'pass.move.redeemed'
        OR kind = 'license.suspended' OR kind = 'license.reinstated' OR kind = 'license.revoked')";

/// The statement of a vendor's list. Bound are the vendor, the filter's values, where to begin, and how many.
fn list_statement(filter: MailFilter) -> String {
    let (index, filters) = match (filter.state, filter.kind) {
        (None, None) => ("mails_vendor", ""),
        (Some(_), None) => ("mails_state", "AND state = ?"),
        (None, Some(_)) => ("mails_kind", "AND kind = ?"),
        (Some(_), Some(_)) => ("mails_kind", "AND state = ? AND kind = ?"),
    };
    format!(
        "SELECT {MAIL} FROM mails INDEXED BY {index} WHERE vendor_id = ? {filters} AND mail_id < ?
        ORDER BY mail_id DESC LIMIT ?"
    )
}

fn due_statement() -> String {
    format!("SELECT {MAIL} FROM mails WHERE state = 'queued' AND next_attempt_at <= ? ORDER BY next_attempt_at LIMIT ?")
}

/// Forgets what the oldest mails said that were written before then.
fn forget_statement() -> String {
    "UPDATE mails SET text = NULL, link = NULL WHERE mail_id IN (
        SELECT mail_id FROM mails INDEXED BY mails_kept
        WHERE text IS NOT NULL AND state <> 'queued' AND created_at < ? ORDER BY created_at LIMIT ?)"
        .to_owned()
}

fn events_statement() -> String {
    format!(
        "SELECT number, event_id, vendor_id, at, kind, actor, subject, body FROM events INDEXED BY events_mailed
        WHERE {MAILED} AND vendor_id = ?1
            AND number > coalesce((SELECT told FROM mail_cursors WHERE vendor_id = ?1), 0)
        ORDER BY number LIMIT ?2"
    )
}

/// Every statement by which mails are listed.
#[cfg(test)]
pub(in crate::store) fn statements() -> Vec<String> {
    let state = |is: bool| is.then_some(MailState::Queued);
    let kind = |is: bool| is.then_some(MailKind::Receipt);
    let lists = (0..4).map(|bits| MailFilter { state: state(bits & 1 != 0), kind: kind(bits & 2 != 0) });
    lists.map(list_statement).chain([due_statement(), events_statement(), forget_statement()]).collect()
}

impl Mails for SqlTx<'_> {
    fn mail_work(&mut self, now: Timestamp, old_before: Option<Timestamp>) -> Outcome<MailWork> {
        let sql = format!(
            "SELECT v.vendor_id FROM vendors v LEFT JOIN mail_cursors c USING (vendor_id)
            WHERE EXISTS (SELECT 1 FROM events INDEXED BY events_mailed
                WHERE {MAILED} AND vendor_id = v.vendor_id AND number > coalesce(c.told, 0))
            LIMIT 100"
        );
        let due = "SELECT EXISTS (SELECT 1 FROM mails WHERE state = 'queued' AND next_attempt_at <= ?)";
        let over = "SELECT EXISTS (SELECT 1 FROM mails WHERE sealed IS NOT NULL AND over_at <= ?)";
        let old = "
            SELECT EXISTS (SELECT 1 FROM mails INDEXED BY mails_kept
                WHERE text IS NOT NULL AND state <> 'queued' AND created_at < ?)";
        Ok(MailWork {
            old: match old_before {
                Some(before) => self.value(old, [before.as_unix()])?,
                None => false,
            },
            vendors: self.all(&sql, (), |columns| columns.parse())?,
            resets: self.value("SELECT EXISTS (SELECT 1 FROM reset_requests)", ())?,
            mails: self.value(due, [now.as_unix()])?,
            secrets: self.value(over, [now.as_unix()])?,
        })
    }

    fn add_mail(&mut self, record: &MailRecord) -> Outcome<()> {
        let sql = "
            INSERT INTO mails (
                mail_id, vendor_id, kind, recipient, about, subject, text, link, sealed, created_at, over_at, state, attempts,
                next_attempt_at, sent_at, error)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let (clear, link, sealed) = columns_of(&record.body);
        let row = (
            Text(record.mail_id),
            text(record.vendor_id),
            Text(record.kind),
            &record.to,
            &record.about,
            &record.subject,
            clear,
            link,
            sealed,
            record.created_at.as_unix(),
            unix(record.over_at),
            record.state.word(),
            record.attempts,
            record.next_attempt_at.as_unix(),
            unix(record.sent_at),
            &record.error,
        );
        self.change(sql, row).map(drop)
    }

    fn update_mail(&mut self, record: &MailRecord) -> Outcome<()> {
        let sql = "
            UPDATE mails SET sealed = ?, state = ?, attempts = ?, next_attempt_at = ?, sent_at = ?, error = ?
            WHERE mail_id = ?";
        let (_, _, sealed) = columns_of(&record.body);
        let row = (
            sealed,
            record.state.word(),
            record.attempts,
            record.next_attempt_at.as_unix(),
            unix(record.sent_at),
            &record.error,
            Text(record.mail_id),
        );
        self.change_one(sql, row)
    }

    fn mail(&mut self, vendor_id: VendorId, mail_id: MailId) -> Outcome<Option<MailRecord>> {
        let sql = format!("SELECT {MAIL} FROM mails WHERE vendor_id = ? AND mail_id = ?");
        self.one(&sql, (Text(vendor_id), Text(mail_id)), read_mail)
    }

    fn mail_by_id(&mut self, mail_id: MailId) -> Outcome<Option<MailRecord>> {
        self.one(&format!("SELECT {MAIL} FROM mails WHERE mail_id = ?"), [Text(mail_id)], read_mail)
    }

    fn mails(
        &mut self,
        vendor_id: VendorId,
        filter: MailFilter,
        before: Option<MailId>,
        limit: u32,
    ) -> Outcome<Vec<MailRecord>> {
        let mut bound = vec![Value::from(vendor_id.to_string())];
        bound.extend(filter.state.map(|state| Value::from(state.word().to_owned())));
        bound.extend(filter.kind.map(|kind| Value::from(kind.to_string())));
        bound.push(before.map_or_else(|| "mai_~".to_owned(), |before| before.to_string()).into());
        bound.push(i64::from(limit).into());
        self.all(&list_statement(filter), bound, read_mail)
    }

    fn due_mails(&mut self, now: Timestamp, limit: u32) -> Outcome<Vec<MailRecord>> {
        self.all(&due_statement(), (now.as_unix(), limit), read_mail)
    }

    fn forget_mail_secrets(&mut self, now: Timestamp) -> Outcome<()> {
        let sql = "
            UPDATE mails SET
                sealed = NULL,
                error = CASE state WHEN 'queued' THEN 'Its link was over before it could be sent.' ELSE error END,
                state = CASE state WHEN 'queued' THEN 'failed' ELSE state END
            WHERE sealed IS NOT NULL AND over_at <= ?";
        self.change(sql, [now.as_unix()]).map(drop)
    }

    fn give_up_mails(&mut self, vendor_id: VendorId, about: &str, why: &str) -> Outcome<()> {
        let sql = "
            UPDATE mails SET state = 'failed', sealed = NULL, error = ?
            WHERE vendor_id = ? AND about = ? AND state = 'queued'";
        self.change(sql, (why, Text(vendor_id), about)).map(drop)
    }

    fn forget_old_mails(&mut self, before: Timestamp, limit: u32) -> Outcome<()> {
        self.change(&forget_statement(), (before.as_unix(), limit)).map(drop)
    }

    fn events_to_mail(&mut self, vendor_id: VendorId, limit: u32) -> Outcome<Vec<(u64, Event)>> {
        self.all(&events_statement(), (Text(vendor_id), limit), |columns| Ok((columns.number()?, read_event(columns)?)))
    }

    fn set_mail_cursor(&mut self, vendor_id: VendorId, told: u64) -> Outcome<()> {
        let sql = "
            INSERT INTO mail_cursors (vendor_id, told) VALUES (?, ?)
            ON CONFLICT (vendor_id) DO UPDATE SET told = excluded.told";
        self.change(sql, (Text(vendor_id), told)).map(drop)
    }

    fn mail_template(&mut self, vendor_id: VendorId, kind: MailKind) -> Outcome<Option<TemplateRecord>> {
        let sql = "SELECT subject, body, revision FROM mail_templates WHERE vendor_id = ? AND kind = ?";
        self.one(sql, (Text(vendor_id), Text(kind)), |columns| {
            let text = columns.get::<Option<String>>()?.zip(columns.get()?);
            Ok(TemplateRecord { vendor_id, kind, text, revision: columns.number()? })
        })
    }

    fn set_mail_template(&mut self, record: &TemplateRecord) -> Outcome<()> {
        let sql = "
            INSERT INTO mail_templates (vendor_id, kind, subject, body, revision) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (vendor_id, kind) DO UPDATE SET
                subject = excluded.subject, body = excluded.body, revision = excluded.revision";
        let TemplateRecord { vendor_id, kind, text, revision } = record;
        let (subject, body) = text.as_ref().map(|(subject, body)| (subject, body)).unzip();
        self.change(sql, (Text(vendor_id), Text(kind), subject, body, revision)).map(drop)
    }

    fn ask_reset(&mut self, email_key: &str, now: Timestamp) -> Outcome<()> {
        let sql = "
            INSERT INTO reset_requests (email_key, asked_at) VALUES (?, ?)
            ON CONFLICT (email_key) DO UPDATE SET asked_at = excluded.asked_at";
        self.change(sql, (email_key, now.as_unix())).map(drop)
    }

    fn take_resets(&mut self, limit: u32) -> Outcome<Vec<String>> {
        self.may_write()?;
        let sql = "
            DELETE FROM reset_requests WHERE email_key IN
                (SELECT email_key FROM reset_requests ORDER BY email_key LIMIT ? /*pg FOR UPDATE SKIP LOCKED*/)
            RETURNING email_key";
        let mut taken: Vec<String> = self.all(sql, [limit], |columns| columns.get())?;
        taken.sort_unstable();
        Ok(taken)
    }

    fn add_link(&mut self, record: &LinkRecord) -> Outcome<()> {
        self.hold(record.account_id)?;
        let created_at = record.created_at.as_unix();
        let sql = "
            DELETE FROM mail_links WHERE secret_hash IN
                (SELECT secret_hash FROM mail_links WHERE expires_at <= ? ORDER BY expires_at LIMIT 8
                /*pg FOR UPDATE SKIP LOCKED*/)";
        self.change(sql, [created_at])?;
        let purpose = record.purpose.word();
        let sql = "
            DELETE FROM mail_links WHERE secret_hash IN (
                SELECT secret_hash FROM mail_links WHERE account_id = ? AND purpose = ?
                ORDER BY created_at DESC LIMIT 1000000 OFFSET ?)";
        self.change(sql, (Text(record.account_id), purpose, LINKS_KEPT - 1))?;
        let sql = "
            INSERT INTO mail_links (secret_hash, purpose, account_id, email, created_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?)";
        let expires_at = record.expires_at.as_unix();
        let row = (&record.secret_hash, purpose, Text(record.account_id), &record.email, created_at, expires_at);
        self.change(sql, row).map(drop)
    }

    fn link(&mut self, secret_hash: &str, purpose: LinkPurpose, now: Timestamp) -> Outcome<Option<LinkRecord>> {
        let sql = format!("SELECT {LINK} FROM mail_links WHERE secret_hash = ? AND purpose = ? AND expires_at > ?");
        self.one(&sql, (secret_hash, purpose.word(), now.as_unix()), read_link)
    }

    fn newest_link(
        &mut self,
        account_id: AccountId,
        purpose: LinkPurpose,
        now: Timestamp,
    ) -> Outcome<Option<LinkRecord>> {
        let sql = format!(
            "SELECT {LINK} FROM mail_links WHERE account_id = ? AND purpose = ? AND expires_at > ?
            ORDER BY created_at DESC LIMIT 1"
        );
        self.one(&sql, (Text(account_id), purpose.word(), now.as_unix()), read_link)
    }

    fn forget_links(&mut self, account_id: AccountId) -> Outcome<()> {
        self.change("DELETE FROM mail_links WHERE account_id = ?", [Text(account_id)]).map(drop)
    }

    fn confirm_address(&mut self, account_id: AccountId, email: &str, now: Timestamp) -> Outcome<()> {
        let sql = "UPDATE accounts SET email = ?, email_key = ?, email_confirmed_at = ? WHERE account_id = ?";
        self.change_one(sql, (email, email_key(email), now.as_unix(), Text(account_id)))?;
        // Each vendor's team finds its customers by their addresses.
        let sql = "SELECT vendor_id, customer_id FROM customers WHERE account_id = ?";
        let customers = self.all(sql, [Text(account_id)], |columns| Ok((columns.parse()?, columns.parse()?)))?;
        customers.into_iter().try_for_each(|(vendor_id, customer_id)| keep_customer_words(self, vendor_id, customer_id))
    }
}

/// What is clear, the link, and what is sealed.
fn columns_of(body: &MailBody) -> (Option<&String>, Option<&String>, Option<&Vec<u8>>) {
    match body {
        MailBody::Clear { text, link } => (Some(text), link.as_ref(), None),
        MailBody::Sealed(sealed) => (None, None, Some(sealed)),
        MailBody::Forgotten => (None, None, None),
    }
}

fn read_mail(columns: &mut Columns<'_>) -> Result<MailRecord> {
    Ok(MailRecord {
        mail_id: columns.parse()?,
        vendor_id: columns.parse_optional()?,
        kind: columns.parse()?,
        to: columns.get()?,
        about: columns.get()?,
        subject: columns.get()?,
        body: match (columns.get()?, columns.get()?, columns.get()?) {
            (Some(text), link, _) => MailBody::Clear { text, link },
            (None, _, Some(sealed)) => MailBody::Sealed(sealed),
            (None, _, None) => MailBody::Forgotten,
        },
        created_at: columns.time()?,
        over_at: columns.time_optional()?,
        state: columns.word::<MailState>()?,
        attempts: columns.number()?,
        next_attempt_at: columns.time()?,
        sent_at: columns.time_optional()?,
        error: columns.get()?,
    })
}

fn read_link(columns: &mut Columns<'_>) -> Result<LinkRecord> {
    Ok(LinkRecord {
        secret_hash: columns.get()?,
        purpose: columns.word()?,
        account_id: columns.parse()?,
        email: columns.get()?,
        created_at: columns.time()?,
        expires_at: columns.time()?,
    })
}
