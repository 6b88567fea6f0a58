//! Sessions, second steps, passkeys and challenges.

use shared::id::{AccountId, PasskeyId, SessionId};
use shared::time::Timestamp;

use super::accounts::{SESSION, read_session};
use super::row::{Columns, Params, Result, Text, text, unix};
use super::search::keep_customer_words;
use super::tx::SqlTx;
use crate::store::Outcome;
use crate::store::records::Session;
use crate::store::sign_in::{ChallengeKind, ChallengeRecord, PasskeyRecord, SecondTries, SignIn, TotpRecord};

impl SignIn for SqlTx<'_> {
    fn sessions(&mut self, account_id: AccountId, now: Timestamp) -> Outcome<Vec<Session>> {
        let sql = format!(
            "SELECT {SESSION} FROM sessions WHERE account_id = ? AND expires_at > ?
            ORDER BY last_used_at DESC, session_id DESC LIMIT 100"
        );
        self.all(&sql, (Text(account_id), now.as_unix()), read_session)
    }

    fn touch_session(&mut self, secret_hash: &str, now: Timestamp) -> Outcome<()> {
        let sql = "UPDATE sessions SET last_used_at = ? WHERE secret_hash = ?";
        self.change(sql, (now.as_unix(), secret_hash)).map(drop)
    }

    fn prove_session(&mut self, secret_hash: &str, now: Timestamp) -> Outcome<()> {
        let sql = "UPDATE sessions SET proved_at = ?1, last_used_at = ?1 WHERE secret_hash = ?2";
        self.change_one(sql, (now.as_unix(), secret_hash))
    }

    fn end_session_by_id(&mut self, account_id: AccountId, session_id: SessionId) -> Outcome<Option<String>> {
        let sql = "DELETE FROM sessions WHERE account_id = ? AND session_id = ? RETURNING secret_hash";
        Ok(self.delete(sql, (Text(account_id), Text(session_id)))?.pop())
    }

    fn end_other_sessions(&mut self, account_id: AccountId, kept_hash: &str) -> Outcome<Vec<String>> {
        let sql = "DELETE FROM sessions WHERE account_id = ? AND secret_hash <> ? RETURNING secret_hash";
        self.delete(sql, (Text(account_id), kept_hash))
    }

    fn rename_account(&mut self, account_id: AccountId, name: &str) -> Outcome<()> {
        self.change_one("UPDATE accounts SET name = ? WHERE account_id = ?", (name, Text(account_id)))?;
        // Each vendor's team finds its customers by their names.
        let sql = "SELECT vendor_id, customer_id FROM customers WHERE account_id = ?";
        let customers = self.all(sql, [Text(account_id)], |columns| Ok((columns.parse()?, columns.parse()?)))?;
        customers.into_iter().try_for_each(|(vendor_id, customer_id)| keep_customer_words(self, vendor_id, customer_id))
    }

    fn totp(&mut self, account_id: AccountId) -> Outcome<Option<TotpRecord>> {
        self.hold(account_id)?;
        let sql = "
            SELECT account_id, sealed_secret, created_at, confirmed_at, last_step FROM totps WHERE account_id = ?";
        self.one(sql, [Text(account_id)], |columns| {
            Ok(TotpRecord {
                account_id: columns.parse()?,
                sealed_secret: columns.get()?,
                created_at: columns.time()?,
                confirmed_at: columns.time_optional()?,
                last_step: columns.number()?,
            })
        })
    }

    fn set_totp(&mut self, record: &TotpRecord) -> Outcome<()> {
        self.change("DELETE FROM totps WHERE account_id = ?", [Text(record.account_id)])?;
        let sql = "
            INSERT INTO totps (account_id, sealed_secret, created_at, confirmed_at, last_step) VALUES (?, ?, ?, ?, ?)";
        let TotpRecord { account_id, sealed_secret, created_at, confirmed_at, last_step } = record;
        let row = (Text(*account_id), sealed_secret, created_at.as_unix(), unix(*confirmed_at), last_step);
        self.change(sql, row).map(drop)
    }

    fn use_totp_step(&mut self, account_id: AccountId, step: u64, now: Timestamp) -> Outcome<()> {
        let sql = "UPDATE totps SET last_step = ?, confirmed_at = coalesce(confirmed_at, ?) WHERE account_id = ?";
        self.change_one(sql, (step, now.as_unix(), Text(account_id)))
    }

    fn remove_totp(&mut self, account_id: AccountId) -> Outcome<bool> {
        self.change("DELETE FROM recovery_codes WHERE account_id = ?", [Text(account_id)])?;
        Ok(self.change("DELETE FROM totps WHERE account_id = ?", [Text(account_id)])? > 0)
    }

    fn set_recovery_codes(&mut self, account_id: AccountId, hashes: &[String]) -> Outcome<()> {
        self.change("DELETE FROM recovery_codes WHERE account_id = ?", [Text(account_id)])?;
        let sql = "INSERT INTO recovery_codes (account_id, code_hash) VALUES (?, ?)";
        hashes.iter().try_for_each(|hash| self.change(sql, (Text(account_id), hash)).map(drop))
    }

    fn count_recovery_codes(&mut self, account_id: AccountId) -> Outcome<u32> {
        let sql = "SELECT count(*) FROM recovery_codes WHERE account_id = ? AND used_at IS NULL";
        self.value(sql, [Text(account_id)])
    }

    fn use_recovery_code(&mut self, account_id: AccountId, hash: &str, now: Timestamp) -> Outcome<bool> {
        let sql = "
            UPDATE recovery_codes SET used_at = ? WHERE account_id = ? AND code_hash = ? AND used_at IS NULL";
        Ok(self.change(sql, (now.as_unix(), Text(account_id), hash))? > 0)
    }

    fn second_tries(&mut self, account_id: AccountId) -> Outcome<Option<SecondTries>> {
        self.hold(account_id)?;
        let sql = "SELECT wrong, last_at FROM second_tries WHERE account_id = ?";
        self.one(sql, [Text(account_id)], |columns| {
            Ok(SecondTries { wrong: columns.number()?, last_at: columns.time()? })
        })
    }

    fn set_second_tries(&mut self, account_id: AccountId, tries: Option<SecondTries>) -> Outcome<()> {
        let Some(SecondTries { wrong, last_at }) = tries else {
            return self.change("DELETE FROM second_tries WHERE account_id = ?", [Text(account_id)]).map(drop);
        };
        let sql = "
            INSERT INTO second_tries (account_id, wrong, last_at) VALUES (?, ?, ?)
            ON CONFLICT (account_id) DO UPDATE SET wrong = excluded.wrong, last_at = excluded.last_at";
        self.change(sql, (Text(account_id), wrong, last_at.as_unix())).map(drop)
    }

    fn passkeys(&mut self, account_id: AccountId) -> Outcome<Vec<PasskeyRecord>> {
        self.hold(account_id)?;
        let sql = "
            SELECT account_id, passkey_id, credential_id, name, content, created_at, last_used_at
            FROM passkeys WHERE account_id = ? ORDER BY passkey_id";
        self.all(sql, [Text(account_id)], read_passkey)
    }

    fn passkey_by_credential(&mut self, credential_id: &str) -> Outcome<Option<PasskeyRecord>> {
        let sql = "
            SELECT account_id, passkey_id, credential_id, name, content, created_at, last_used_at
            FROM passkeys WHERE credential_id = ?";
        self.one(sql, [credential_id], read_passkey)
    }

    fn add_passkey(&mut self, record: &PasskeyRecord) -> Outcome<()> {
        let sql = "
            INSERT INTO passkeys (account_id, passkey_id, credential_id, name, content, created_at)
            VALUES (?, ?, ?, ?, ?, ?)";
        let PasskeyRecord { credential_id, name, content, .. } = record;
        let (account_id, passkey_id) = (Text(record.account_id), Text(record.passkey_id));
        let created_at = record.created_at.as_unix();
        self.change(sql, (account_id, passkey_id, credential_id, name, content, created_at)).map(drop)
    }

    fn update_passkey(&mut self, record: &PasskeyRecord) -> Outcome<()> {
        let sql = "UPDATE passkeys SET content = ?, last_used_at = ? WHERE account_id = ? AND passkey_id = ?";
        let used = unix(record.last_used_at);
        self.change_one(sql, (&record.content, used, Text(record.account_id), Text(record.passkey_id)))
    }

    fn remove_passkey(&mut self, account_id: AccountId, passkey_id: PasskeyId) -> Outcome<bool> {
        let sql = "DELETE FROM passkeys WHERE account_id = ? AND passkey_id = ?";
        Ok(self.change(sql, (Text(account_id), Text(passkey_id)))? > 0)
    }

    fn add_challenge(&mut self, record: &ChallengeRecord, now: Timestamp) -> Outcome<()> {
        let sql = "
            DELETE FROM challenges WHERE challenge_hash IN
                (SELECT challenge_hash FROM challenges WHERE expires_at <= ? ORDER BY expires_at LIMIT 8
                /*pg FOR UPDATE SKIP LOCKED*/)";
        self.change(sql, [now.as_unix()])?;
        let sql = "
            INSERT INTO challenges (challenge_hash, kind, account_id, content, expires_at) VALUES (?, ?, ?, ?, ?)";
        let ChallengeRecord { challenge_hash, kind, account_id, content, expires_at } = record;
        let row = (challenge_hash, kind_word(*kind), text(*account_id), content, expires_at.as_unix());
        self.change(sql, row).map(drop)
    }

    fn challenge(&mut self, hash: &str, kind: ChallengeKind, now: Timestamp) -> Outcome<Option<ChallengeRecord>> {
        let sql = "
            SELECT account_id, content, expires_at FROM challenges
            WHERE challenge_hash = ? AND kind = ? AND expires_at > ?";
        self.one(sql, (hash, kind_word(kind), now.as_unix()), |columns| {
            Ok(ChallengeRecord {
                challenge_hash: hash.to_owned(),
                kind,
                account_id: columns.parse_optional()?,
                content: columns.get()?,
                expires_at: columns.time()?,
            })
        })
    }

    fn end_challenge(&mut self, hash: &str) -> Outcome<bool> {
        Ok(self.change("DELETE FROM challenges WHERE challenge_hash = ?", [hash])? > 0)
    }
}

impl SqlTx<'_> {
    /// Deletes rows; the text that each leaves.
    fn delete(&self, sql: &str, params: impl Params) -> Outcome<Vec<String>> {
        self.may_write()?;
        self.all(sql, params, |columns| columns.get())
    }
}

const fn kind_word(kind: ChallengeKind) -> &'static str {
    match kind {
        ChallengeKind::Second => "second",
        ChallengeKind::Register => "register",
        ChallengeKind::SignIn => "sign_in",
        ChallengeKind::Proof => "proof",
    }
}

fn read_passkey(columns: &mut Columns<'_>) -> Result<PasskeyRecord> {
    Ok(PasskeyRecord {
        account_id: columns.parse()?,
        passkey_id: columns.parse()?,
        credential_id: columns.get()?,
        name: columns.get()?,
        content: columns.get()?,
        created_at: columns.time()?,
        last_used_at: columns.time_optional()?,
    })
}
