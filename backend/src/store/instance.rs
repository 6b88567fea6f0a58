//! How the store itself stands, and the status lists: for whoever looks after the installation.

use shared::id::VendorId;

use super::Outcome;

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
    /// How many of the vendor's webhooks were given up.
    fn count_disabled_webhooks(&mut self, vendor_id: VendorId) -> Outcome<u32>;
}
