//! License identifiers, and the leases that services take by them.

use shared::id::{AccountId, IdentifierId, LeaseId, LicenseId, TokenId, VendorId};
use shared::license::{Lease, LeaseState, Seats};
use shared::slug::Feature;
use shared::time::Timestamp;

use super::Outcome;

/// What a service presents to check a license out. The secret is stored hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentifierRecord {
    /// At which vendor.
    pub vendor_id: VendorId,
    /// Its id.
    pub identifier_id: IdentifierId,
    /// The license that it names.
    pub license_id: LicenseId,
    /// The hash of the secret.
    pub secret_hash: String,
    /// The ends of the secret.
    pub hint: String,
    /// What it is for, in the words of whoever asked for it.
    pub label: Option<String>,
    /// The one API token that may present it; any of the vendor's when absent.
    pub service: Option<TokenId>,
    /// The first second at which it is not good any more.
    pub expires_at: Option<Timestamp>,
    /// For how many check-outs it was made.
    pub uses_limit: Option<u32>,
    /// For how many more it is good.
    pub uses_left: Option<u32>,
    /// Who asked for it: an account's or a pass's id.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

impl IdentifierRecord {
    /// Whether it is good at `now`.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && self.expires_at.is_none_or(|end| now < end) && self.uses_left != Some(0)
    }
}

/// A check-out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseRecord {
    /// At which vendor.
    pub vendor_id: VendorId,
    /// Its id, the token's `jti`.
    pub lease_id: LeaseId,
    /// Of which license.
    pub license_id: LicenseId,
    /// By which identifier.
    pub identifier_id: IdentifierId,
    /// To which service.
    pub token_id: TokenId,
    /// The feature it is for; absent: the license as such.
    pub feature: Option<Feature>,
    /// How many uses were debited.
    pub count: u64,
    /// Who works with it, in the service's words.
    pub holder: String,
    /// When it was checked out.
    pub checked_out_at: Timestamp,
    /// The first second at which it does not stand any more.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: LeaseState,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How many of its uses were spent, once it has ended.
    pub spent: Option<u64>,
}

impl LeaseRecord {
    /// As far as its rules care.
    pub fn lease(&self) -> Lease {
        let Self { feature, count, checked_out_at, expires_at, .. } = self;
        Lease { feature: feature.clone(), count: *count, checked_out_at: *checked_out_at, expires_at: *expires_at }
    }
}

/// What the store does with identifiers and leases.
pub trait Leases {
    /// A new identifier.
    fn add_identifier(&mut self, record: &IdentifierRecord) -> Outcome<()>;
    /// Sets how many uses the identifier has left, and its end. One that has ended cannot be changed.
    fn update_identifier(&mut self, record: &IdentifierRecord) -> Outcome<()>;
    /// The identifier whose secret has this hash, at whichever vendor, also one that is not good any more.
    fn identifier_by_secret(&mut self, secret_hash: &str) -> Outcome<Option<IdentifierRecord>>;
    /// The vendor's identifier with this id, also one that is not good any more.
    fn identifier(&mut self, vendor_id: VendorId, identifier_id: IdentifierId) -> Outcome<Option<IdentifierRecord>>;
    /// The account's identifier with this id, at whichever vendor, also one that is not good any more.
    fn identifier_of(
        &mut self,
        account_id: AccountId,
        identifier_id: IdentifierId,
    ) -> Outcome<Option<IdentifierRecord>>;
    /// The license's identifiers that nobody has ended, the newest first.
    fn identifiers(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Vec<IdentifierRecord>>;

    /// How many of the license's seats are taken, and when the first of its leases ends.
    fn seats(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Seats>;
    /// A new lease, which takes a seat. The database refuses one more than there are.
    fn add_lease(&mut self, record: &LeaseRecord) -> Outcome<()>;
    /// Sets the lease's end, and once it has ended, how, when and what was spent; that frees its seat, once.
    fn update_lease(&mut self, record: &LeaseRecord) -> Outcome<()>;
    /// The vendor's lease with this id.
    fn lease(&mut self, vendor_id: VendorId, lease_id: LeaseId) -> Outcome<Option<LeaseRecord>>;
    /// The license's open leases that end before `before`, those that end first, at most `limit`.
    fn open_leases(
        &mut self,
        vendor_id: VendorId,
        license_id: LicenseId,
        before: Timestamp,
        limit: u32,
    ) -> Outcome<Vec<LeaseRecord>>;
    /// Open leases of all vendors whose time is over, at most `limit`.
    fn due_leases(&mut self, now: Timestamp, limit: u32) -> Outcome<Vec<LeaseRecord>>;
}
