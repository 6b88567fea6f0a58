//! Figures: days of what happened, kept behind the event log; and what is told of licenses before they end.

use std::collections::BTreeMap;

use shared::id::{LicenseId, OrderId, ProductId, VendorId};
use shared::time::{Date, Timestamp};

use super::Outcome;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Orders that were fulfilled, by currency.
    Sale,
    /// Orders that were paid back, by currency.
    Refund,
    /// Licenses that were granted.
    Grant,
    /// Uses that were counted, by feature.
    Use,
    /// Moves that were offered.
    Offer,
    /// Moves that were redeemed.
    Redemption,
    /// What a rule refused, by code.
    Denial,
}

/// A day's figure of a product.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FigureKey {
    /// Of which product.
    pub product_id: ProductId,
    /// On which day.
    pub day: Date,
    /// Of what.
    pub figure: Figure,
    /// A currency, a feature or a code.
    pub detail: String,
}

/// How often, and how much money in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often.
    pub count: i64,
    /// Minor units of the currency.
    pub amount: i64,
}

/// What some events come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// What is added to the days' figures.
    pub tallies: BTreeMap<FigureKey, Tally>,
    /// By how many more licenses are usable at the day's end.
    pub active: BTreeMap<(ProductId, Date), i64>,
}

/// A license whose end comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndingLicense {
    /// At which vendor.
    pub vendor_id: VendorId,
    /// Which.
    pub license_id: LicenseId,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Whether it is a trial.
    pub trial: bool,
}

/// What the store does with figures.
pub trait Figures {
    /// The number of the last of the vendor's events that is in the figures; 0 before the first.
    fn counted(&mut self, vendor_id: VendorId) -> Outcome<u64>;
    /// Vendors with events that are not in their figures yet.
    fn uncounted_vendors(&mut self) -> Outcome<Vec<VendorId>>;
    /// Adds what the events after `from` up to `to` come to; false, and nothing, where others have counted from there.
    fn add_counted(&mut self, vendor_id: VendorId, from: u64, to: u64, counted: &Counted) -> Outcome<bool>;
    /// The figures of these days, of one product or of each, in the order of days.
    fn figures(
        &mut self,
        vendor_id: VendorId,
        product_id: Option<ProductId>,
        from: Date,
        to: Date,
    ) -> Outcome<Vec<(FigureKey, Tally)>>;
    /// By how many the usable licenses change on each day there is, those ahead among them.
    fn active_changes(&mut self, vendor_id: VendorId, product_id: Option<ProductId>) -> Outcome<BTreeMap<Date, i64>>;
    /// How many active licenses end after `from` and not after `to`.
    fn count_ending(
        &mut self,
        vendor_id: VendorId,
        product_id: Option<ProductId>,
        from: Timestamp,
        to: Timestamp,
    ) -> Outcome<u64>;
    /// The product of the vendor's license.
    fn product_of_license(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Option<ProductId>>;
    /// The product of the vendor's order.
    fn product_of_order(&mut self, vendor_id: VendorId, order_id: OrderId) -> Outcome<Option<ProductId>>;

    /// Notes that the license was refused `what`, an act and the code; false, and nothing, where the same was noted after `since`.
    fn note_denial(
        &mut self,
        vendor_id: VendorId,
        license_id: LicenseId,
        what: (&str, &str),
        since: Timestamp,
        now: Timestamp,
    ) -> Outcome<bool>;

    /// Active licenses of all vendors of whose end it is to be told by `now`, or was not told in time; at most `limit`.
    fn ending_licenses(&mut self, now: Timestamp, limit: u32) -> Outcome<Vec<EndingLicense>>;
    /// Notes that it was told of the license's end.
    fn note_ending(&mut self, ending: &EndingLicense) -> Outcome<()>;
}
