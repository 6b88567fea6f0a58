//! The log of what happened, as a vendor's team reads it: the newest first.

use shared::id::{LicenseId, ProductId, VendorId};
use shared::slug::Feature;
use shared::time::Timestamp;

use super::Outcome;
use super::records::{Event, LogEntry};

/// What entries are wanted; all that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Of this kind. Counted uses, which are most of a log, are found by subject only.
    pub kind: Option<String>,
    /// By whom. What devices did is found by subject only.
    pub actor: Option<String>,
    /// To what.
    pub subject: Option<String>,
    /// That counted uses of this function. Such are found whatever they are of.
    pub feature: Option<Feature>,
    /// That refused with this code.
    pub code: Option<String>,
    /// Of a license or an order of this product.
    pub product: Option<ProductId>,
    /// Then or later.
    pub from: Option<Timestamp>,
    /// Before then.
    pub to: Option<Timestamp>,
}

/// The kind of the events that tell of counted uses.
pub const COUNTED: &str = "use.counted";

/// Questions about the log.
pub trait Log {
    /// The vendor's entries before `before` (its time and number), the newest first, at most `limit`.
    fn log(
        &mut self,
        vendor_id: VendorId,
        filter: &LogFilter,
        before: Option<(i64, u64)>,
        limit: u32,
    ) -> Outcome<Vec<LogEntry>>;

    /// What counted uses of the license's function, before `before` (its time and number), the newest first, at most `limit`.
    fn uses_counted(
        &mut self,
        vendor_id: VendorId,
        license_id: LicenseId,
        feature: &Feature,
        before: Option<(i64, u64)>,
        limit: u32,
    ) -> Outcome<Vec<LogEntry>>;

    /// What the license's customer is told of: the team's acts on it and its passes, the newest first, at most `limit`.
    fn acts_told(&mut self, vendor_id: VendorId, license_id: LicenseId, limit: u32) -> Outcome<Vec<Event>>;
}
