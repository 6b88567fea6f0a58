//! How the store itself stands, and the status lists: for whoever looks after the installation.

use shared::id::VendorId;
use shared::time::Timestamp;

use super::Outcome;
use super::records::SigningKey;

/// A status list, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusListCounts {
    /// Which.
    pub list: u32,
    /// Places that are taken.
    pub size: u32,
    /// Grows with every change of an entry.
    pub version: u64,
    /// Passes on their way to another device.
    pub moving: u32,
    /// Suspended passes.
    pub suspended: u32,
    /// Passes that are over.
    pub invalid: u32,
}

/// The database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreSize {
    /// What kind it is.
    pub kind: &'static str,
    /// How much room it takes, in bytes.
    pub bytes: u64,
    /// Its newest migration.
    pub schema: u32,
}

/// What there is to do and how old things are, of all vendors together: for whoever runs the installation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Leases that are open.
    pub open_leases: u64,
    /// Mails that wait to be sent.
    pub queued_mails: u64,
    /// Webhooks that are told.
    pub active_webhooks: u64,
    /// Those of them whose last attempt failed.
    pub failing_webhooks: u64,
    /// Webhooks that were given up.
    pub disabled_webhooks: u64,
    /// Events that active webhooks were not told of yet.
    pub untold_events: u64,
    /// Since when the oldest key that signs has signed.
    pub oldest_key_at: Option<Timestamp>,
    /// When something happened last.
    pub last_event_at: Option<Timestamp>,
}

/// Questions about the store itself.
pub trait Instance {
    /// The vendor's status lists, the newest first, before that one, at most `limit`.
    fn status_list_counts(
        &mut self,
        vendor_id: VendorId,
        before: Option<u32>,
        limit: u32,
    ) -> Outcome<Vec<StatusListCounts>>;
    /// How large the store is.
    fn store_size(&mut self) -> Outcome<StoreSize>;
    /// How the installation stands.
    fn standing(&mut self) -> Outcome<Standing>;
    /// Signing keys of different vendors, one each, at most `limit`: whether the master key fits is tried on them.
    fn some_signing_keys(&mut self, limit: u32) -> Outcome<Vec<SigningKey>>;
    /// How many of the vendor's webhooks were given up.
    fn count_disabled_webhooks(&mut self, vendor_id: VendorId) -> Outcome<u32>;
}
