//! Authentication sources, who is known by them, and what their rules granted.

use shared::api::admin::sources::{ClaimRule, SourceState};
use shared::id::{AccountId, LicenseId, RuleId, SourceId, VendorId};
use shared::time::Timestamp;

use super::Outcome;
use super::records::{Account, Session};

/// A provider that vouches for a vendor's customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRecord {
    /// Whose it is.
    pub vendor_id: VendorId,
    /// Its id.
    pub source_id: SourceId,
    /// What people call it.
    pub name: String,
    /// The provider's issuer identifier.
    pub issuer: String,
    /// What the provider calls this portal.
    pub client_id: String,
    /// The client secret, encrypted under the master key; a public client has none.
    pub sealed_secret: Option<Vec<u8>>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// What is granted to whom.
    pub rules: Vec<ClaimRule>,
    /// Whether people may sign in through it.
    pub state: SourceState,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// Counted up with every change.
    pub revision: u64,
}

/// Somebody whom a source knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRecord {
    /// Whose source.
    pub vendor_id: VendorId,
    /// Which.
    pub source_id: SourceId,
    /// The `sub` by which its provider knows the person.
    pub subject: String,
    /// The person's account.
    pub account_id: AccountId,
    /// Since when.
    pub created_at: Timestamp,
    /// When the provider last vouched for the person.
    pub last_at: Timestamp,
}

/// A license that a rule granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRecord {
    /// Whose source.
    pub vendor_id: VendorId,
    /// Which.
    pub source_id: SourceId,
    /// To whom, as the provider knows them.
    pub subject: String,
    /// By which rule.
    pub rule_id: RuleId,
    /// The license.
    pub license_id: LicenseId,
    /// When.
    pub granted_at: Timestamp,
    /// Since when the claim is gone and the license suspended for that.
    pub gone_at: Option<Timestamp>,
}

/// By what a license was granted, as that stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granting {
    /// The source; one that was removed has its name still.
    pub source_id: SourceId,
    /// What people call it.
    pub name: String,
    /// Whether it is there.
    pub is_there: bool,
    /// The rule, while the source has it.
    pub rule: Option<ClaimRule>,
}

/// Somebody on the way to a provider and back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowRecord {
    /// SHA-256 of the `state`.
    pub state_hash: String,
    /// SHA-256 of the secret in the browser's cookie.
    pub browser_hash: String,
    /// Whose source.
    pub vendor_id: VendorId,
    /// Which.
    pub source_id: SourceId,
    /// Where the person wants to be afterwards: a path of ours.
    pub next: String,
    /// Who wants to link; nobody where somebody signs in.
    pub account_id: Option<AccountId>,
    /// Until when they may come back.
    pub expires_at: Timestamp,
}

/// What the store does for authentication sources.
pub trait Sources {
    /// A new source.
    fn add_source(&mut self, record: &SourceRecord) -> Outcome<()>;
    /// Replaces everything of it but its id, its issuer and its time.
    fn update_source(&mut self, record: &SourceRecord) -> Outcome<()>;
    /// Removes it: nobody finds it any more but what it granted.
    fn remove_source(&mut self, vendor_id: VendorId, source_id: SourceId) -> Outcome<()>;
    /// One source, unless it was removed.
    fn source(&mut self, vendor_id: VendorId, source_id: SourceId) -> Outcome<Option<SourceRecord>>;
    /// A vendor's sources, the newest first, older than `before`, at most `limit`.
    fn sources(&mut self, vendor_id: VendorId, before: Option<SourceId>, limit: u32) -> Outcome<Vec<SourceRecord>>;
    /// Ends the sessions that the source's word began, and the sign-ins that are under way; the sessions' secrets' hashes.
    fn end_source_sessions(&mut self, vendor_id: VendorId, source_id: SourceId) -> Outcome<Vec<String>>;

    /// Somebody sets out; forgets a few who did not come back.
    fn add_flow(&mut self, record: &FlowRecord, now: Timestamp) -> Outcome<()>;
    /// Who comes back with this `state`, once.
    fn take_flow(&mut self, state_hash: &str) -> Outcome<Option<FlowRecord>>;

    /// Whom the source knows by this `sub`.
    fn identity(&mut self, vendor_id: VendorId, source_id: SourceId, subject: &str) -> Outcome<Option<IdentityRecord>>;
    /// Whom the sources know as this account, with the sources, the oldest first.
    fn identities(&mut self, account_id: AccountId) -> Outcome<Vec<(IdentityRecord, SourceRecord)>>;
    /// The source knows somebody from now on; `Duplicate("identities.account")` when it knows the account by another `sub`.
    fn add_identity(&mut self, record: &IdentityRecord) -> Outcome<()>;
    /// The provider vouched again.
    fn touch_identity(&mut self, record: &IdentityRecord, now: Timestamp) -> Outcome<()>;
    /// The source does not know the account any more; true when it did.
    fn remove_identity(&mut self, vendor_id: VendorId, source_id: SourceId, account_id: AccountId) -> Outcome<bool>;
    /// A new account that the vendor's source made: nobody finds it by its address, and it is for this vendor only.
    fn add_source_account(&mut self, account: &Account, vendor_id: VendorId) -> Outcome<()>;
    /// The vendor whose source made the account; nothing for people's own.
    fn vendor_of_account(&mut self, account_id: AccountId) -> Outcome<Option<VendorId>>;
    /// A session that the source's word began.
    fn add_source_session(&mut self, session: &Session, source_id: SourceId) -> Outcome<()>;
    /// The active sources of the vendors whose customer the account is.
    fn sources_for(&mut self, account_id: AccountId) -> Outcome<Vec<SourceRecord>>;

    /// What the source granted to this `sub`.
    fn source_grants(&mut self, vendor_id: VendorId, source_id: SourceId, subject: &str) -> Outcome<Vec<GrantRecord>>;
    /// Remembers what a rule granted; `Duplicate("source_grants.once")` when it granted that person something already.
    fn add_source_grant(&mut self, record: &GrantRecord) -> Outcome<()>;
    /// Sets since when the claim is gone.
    fn update_source_grant(&mut self, record: &GrantRecord) -> Outcome<()>;
    /// The source that granted the license, and its rule.
    fn granted_by(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Option<Granting>>;
}
