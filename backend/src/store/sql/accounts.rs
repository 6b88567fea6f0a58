//! Accounts, their sessions, and who they are to each vendor.

use shared::id::{AccountId, CustomerId, VendorId};
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;

use super::row::{Columns, Result, Text, unix};
use super::search;
use super::tx::SqlTx;
use crate::store::Outcome;
use crate::store::records::{Account, Session, email_key};
use crate::store::sources::Sources as _;

pub(super) fn add_account(tx: &SqlTx<'_>, account: &Account) -> Outcome<()> {
    let sql = "
        INSERT INTO accounts (account_id, email, email_key, name, password_hash, created_at, email_confirmed_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)";
    let Account { email, name, password_hash, .. } = account;
    let (created_at, confirmed_at) = (account.created_at.as_unix(), unix(account.email_confirmed_at));
    let row = (Text(account.account_id), email, email_key(email), name, password_hash, created_at, confirmed_at);
    tx.change(sql, row).map(drop)
}

pub(super) fn account(tx: &SqlTx<'_>, account_id: AccountId) -> Outcome<Option<Account>> {
    let sql = "
        SELECT account_id, email, name, password_hash, created_at, email_confirmed_at FROM accounts WHERE account_id = ?";
    tx.one(sql, [Text(account_id)], read_account)
}

pub(super) fn account_by_email(tx: &SqlTx<'_>, email_key: &str) -> Outcome<Option<Account>> {
    let sql = "
        SELECT account_id, email, name, password_hash, created_at, email_confirmed_at FROM accounts WHERE email_key = ?";
    tx.one(sql, [email_key], read_account)
}

pub(super) fn set_password_hash(tx: &SqlTx<'_>, account_id: AccountId, password_hash: &str) -> Outcome<()> {
    tx.change_one("UPDATE accounts SET password_hash = ? WHERE account_id = ?", (password_hash, Text(account_id)))
}

pub(super) fn ensure_customer(
    tx: &mut SqlTx<'_>,
    vendor_id: VendorId,
    account_id: AccountId,
    new: CustomerId,
    now: Timestamp,
) -> Outcome<CustomerId> {
    let sql = "SELECT customer_id FROM customers WHERE account_id = ? AND vendor_id = ?";
    if let Some(known) = tx.one(sql, (Text(account_id), Text(vendor_id)), |columns| columns.parse())? {
        return Ok(known);
    }
    refuse_other_vendors(tx, account_id, vendor_id)?;
    let sql = "INSERT INTO customers (vendor_id, customer_id, account_id, created_at) VALUES (?, ?, ?, ?)";
    tx.change(sql, (Text(vendor_id), Text(new), Text(account_id), now.as_unix()))?;
    search::keep_customer_words(tx, vendor_id, new)?;
    Ok(new)
}

/// An account that a vendor's source made is for that vendor only: whoever runs the provider could sign in to it.
fn refuse_other_vendors(tx: &mut SqlTx<'_>, account_id: AccountId, vendor_id: VendorId) -> Outcome<()> {
    let detail = "You are signed in by another vendor's sign-in: with an account of your own you can buy here.";
    match tx.vendor_of_account(account_id)? {
        Some(maker) if maker != vendor_id => Err(Refusal::new(RefusalCode::Forbidden, detail).into()),
        _ => Ok(()),
    }
}

/// Forgets a few sessions that have ended, so that the table does not grow for ever.
pub(super) fn add_session(tx: &SqlTx<'_>, session: &Session) -> Outcome<()> {
    let created_at = session.created_at.as_unix();
    let sql = "
        DELETE FROM sessions WHERE secret_hash IN
            (SELECT secret_hash FROM sessions WHERE expires_at <= ? ORDER BY expires_at LIMIT 8
            /*pg FOR UPDATE SKIP LOCKED*/)";
    tx.change(sql, [created_at])?;
    let sql = "
        INSERT INTO sessions
            (secret_hash, session_id, account_id, created_at, expires_at, last_used_at, proved_at, user_agent)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let row = (
        &session.secret_hash,
        Text(session.session_id),
        Text(session.account_id),
        created_at,
        session.expires_at.as_unix(),
        session.last_used_at.as_unix(),
        session.proved_at.as_unix(),
        &session.user_agent,
    );
    tx.change(sql, row).map(drop)
}

/// The columns that [`read_session`] reads.
pub(super) const SESSION: &str =
    "secret_hash, session_id, account_id, created_at, expires_at, last_used_at, proved_at, user_agent, source_id";

pub(super) fn session(tx: &SqlTx<'_>, secret_hash: &str, now: Timestamp) -> Outcome<Option<Session>> {
    let sql = format!("SELECT {SESSION} FROM sessions WHERE secret_hash = ? AND expires_at > ?");
    tx.one(&sql, (secret_hash, now.as_unix()), read_session)
}

pub(super) fn is_session_good(tx: &SqlTx<'_>, secret_hash: &str, now: Timestamp) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sessions WHERE secret_hash = ? AND expires_at > ?)";
    tx.value(sql, (secret_hash, now.as_unix()))
}

pub(super) fn read_session(columns: &mut Columns<'_>) -> Result<Session> {
    Ok(Session {
        secret_hash: columns.get()?,
        session_id: columns.parse()?,
        account_id: columns.parse()?,
        created_at: columns.time()?,
        expires_at: columns.time()?,
        last_used_at: columns.time()?,
        proved_at: columns.time()?,
        user_agent: columns.get()?,
        source_id: columns.parse_optional()?,
    })
}

pub(super) fn end_session(tx: &SqlTx<'_>, secret_hash: &str) -> Outcome<bool> {
    Ok(tx.change("DELETE FROM sessions WHERE secret_hash = ?", [secret_hash])? > 0)
}

fn read_account(columns: &mut Columns<'_>) -> Result<Account> {
    Ok(Account {
        account_id: columns.parse()?,
        email: columns.get()?,
        name: columns.get()?,
        password_hash: columns.get()?,
        created_at: columns.time()?,
        email_confirmed_at: columns.time_optional()?,
    })
}
