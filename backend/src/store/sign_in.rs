//! What protects a sign-in: sessions, a second step, passkeys. All of it is an account's, for the whole installation.

use shared::id::{AccountId, PasskeyId, SessionId};
use shared::time::Timestamp;

use super::Outcome;
use super::records::Session;

/// What an account's authenticator app and the store share.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpRecord {
    /// Whose.
    pub account_id: AccountId,
    /// The secret, sealed under the master key.
    pub sealed_secret: Vec<u8>,
    /// Since when.
    pub created_at: Timestamp,
    /// Since when it counts; not yet when absent.
    pub confirmed_at: Option<Timestamp>,
    /// The step of the newest code that counted: it and those before count no more.
    pub last_step: u64,
}

/// Wrong codes since the last right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecondTries {
    /// How many.
    pub wrong: u32,
    /// The last of them.
    pub last_at: Timestamp,
}

/// A passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyRecord {
    /// Whose.
    pub account_id: AccountId,
    /// Its id.
    pub passkey_id: PasskeyId,
    /// How browsers name it, in base64url.
    pub credential_id: String,
    /// What its owner calls it.
    pub name: String,
    /// The public key with its counter, as JSON.
    pub content: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it last signed in or proved something.
    pub last_used_at: Option<Timestamp>,
}

/// What a challenge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChallengeKind {
    /// The second step of signing in.
    Second,
    /// A new passkey.
    Register,
    /// Signing in by passkey.
    SignIn,
    /// Proving by passkey who is there.
    Proof,
}

/// Something asked and not yet answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeRecord {
    /// SHA-256 of the secret that names it.
    pub challenge_hash: String,
    /// What for.
    pub kind: ChallengeKind,
    /// Who was asked; nobody yet when signing in by passkey.
    pub account_id: Option<AccountId>,
    /// What is needed to judge the answer.
    pub content: String,
    /// Until when it may be answered.
    pub expires_at: Timestamp,
}

/// What the store does for signing in.
pub trait SignIn {
    /// The account's sessions that have not ended by `now`, the one used last first, at most 100.
    fn sessions(&mut self, account_id: AccountId, now: Timestamp) -> Outcome<Vec<Session>>;
    /// Notes that the session was used.
    fn touch_session(&mut self, secret_hash: &str, now: Timestamp) -> Outcome<()>;
    /// Notes that the session showed who is there.
    fn prove_session(&mut self, secret_hash: &str, now: Timestamp) -> Outcome<()>;
    /// Ends the account's session with this id; its secret's hash when there was one.
    fn end_session_by_id(&mut self, account_id: AccountId, session_id: SessionId) -> Outcome<Option<String>>;
    /// Ends the account's sessions but this one; their secrets' hashes.
    fn end_other_sessions(&mut self, account_id: AccountId, kept_hash: &str) -> Outcome<Vec<String>>;
    /// Gives the account another name.
    fn rename_account(&mut self, account_id: AccountId, name: &str) -> Outcome<()>;

    /// The account's authenticator app, confirmed or not.
    fn totp(&mut self, account_id: AccountId) -> Outcome<Option<TotpRecord>>;
    /// Replaces what there was by this.
    fn set_totp(&mut self, record: &TotpRecord) -> Outcome<()>;
    /// Notes that the code of this step counted, and that the app is confirmed since then if it was not. The database
    /// refuses a step that is not newer than the last.
    fn use_totp_step(&mut self, account_id: AccountId, step: u64, now: Timestamp) -> Outcome<()>;
    /// Removes the app and the recovery codes; true when there was one.
    fn remove_totp(&mut self, account_id: AccountId) -> Outcome<bool>;
    /// Replaces the account's recovery codes.
    fn set_recovery_codes(&mut self, account_id: AccountId, hashes: &[String]) -> Outcome<()>;
    /// How many of them are left.
    fn count_recovery_codes(&mut self, account_id: AccountId) -> Outcome<u32>;
    /// Uses one up; false when it is none of the account's, or used.
    fn use_recovery_code(&mut self, account_id: AccountId, hash: &str, now: Timestamp) -> Outcome<bool>;
    /// Wrong codes since the last right one, where there were any.
    fn second_tries(&mut self, account_id: AccountId) -> Outcome<Option<SecondTries>>;
    /// Sets how many there were.
    fn set_second_tries(&mut self, account_id: AccountId, tries: Option<SecondTries>) -> Outcome<()>;

    /// The account's passkeys, the oldest first.
    fn passkeys(&mut self, account_id: AccountId) -> Outcome<Vec<PasskeyRecord>>;
    /// The passkey that browsers name so.
    fn passkey_by_credential(&mut self, credential_id: &str) -> Outcome<Option<PasskeyRecord>>;
    /// A new passkey; `Duplicate("passkeys.credential_id")` when somebody has it.
    fn add_passkey(&mut self, record: &PasskeyRecord) -> Outcome<()>;
    /// Sets the passkey's content and last use.
    fn update_passkey(&mut self, record: &PasskeyRecord) -> Outcome<()>;
    /// Removes the account's passkey; true when there was one.
    fn remove_passkey(&mut self, account_id: AccountId, passkey_id: PasskeyId) -> Outcome<bool>;

    /// A new challenge; forgets a few that are over.
    fn add_challenge(&mut self, record: &ChallengeRecord, now: Timestamp) -> Outcome<()>;
    /// The open challenge of this kind whose secret has this hash.
    fn challenge(&mut self, hash: &str, kind: ChallengeKind, now: Timestamp) -> Outcome<Option<ChallengeRecord>>;
    /// Ends a challenge; true when it was open.
    fn end_challenge(&mut self, hash: &str) -> Outcome<bool>;
}
