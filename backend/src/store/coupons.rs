//! Coupons, and the orders that they were redeemed for.

use shared::coupon::{CouponCode, CouponTerms, CouponWindow};
use shared::id::{CustomerId, OrderId, ProductId, VendorId};
use shared::money::Money;
use shared::slug::Slug;
use shared::time::Timestamp;

use super::Outcome;

/// A coupon. What it takes off never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CouponRecord {
    /// Whose it is.
    pub vendor_id: VendorId,
    /// Its code, unique within the vendor.
    pub code: CouponCode,
    /// So much of the price, in a hundred.
    pub percent_off: Option<u8>,
    /// So much money.
    pub amount_off: Option<Money>,
    /// The product it is for; all when absent.
    pub product_id: Option<ProductId>,
    /// The offers it is for; all when empty.
    pub offers: Vec<Slug>,
    /// When and how often it may be redeemed. How often it was is counted by the store.
    pub window: CouponWindow,
    /// Whether each customer may redeem it once only.
    pub once_per_customer: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Counted up with every change that a member makes.
    pub revision: u64,
}

impl CouponRecord {
    /// What it takes off, as the price is made with it.
    pub fn terms(&self) -> CouponTerms {
        CouponTerms {
            code: self.code.clone(),
            percent_off: self.percent_off,
            amount_off: self.amount_off,
            offers: self.offers.clone(),
        }
    }
}

/// A coupon redeemed for an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// At which vendor.
    pub vendor_id: VendorId,
    /// For which order: one coupon each.
    pub order_id: OrderId,
    /// Which coupon.
    pub code: CouponCode,
    /// By whom.
    pub customer_id: CustomerId,
    /// Whether the coupon allows each customer one only.
    pub is_once: bool,
    /// When.
    pub redeemed_at: Timestamp,
}

/// What the store does with coupons.
pub trait Coupons {
    /// The vendor's coupon with this code.
    fn coupon(&mut self, vendor_id: VendorId, code: &CouponCode) -> Outcome<Option<CouponRecord>>;
    /// The vendor's coupons, the newest first, after the one that was made then with this code, at most `limit`.
    fn coupons(
        &mut self,
        vendor_id: VendorId,
        after: Option<&(Timestamp, CouponCode)>,
        limit: u32,
    ) -> Outcome<Vec<CouponRecord>>;
    /// A new coupon; `Duplicate("coupons.code")` when the vendor has one with this code.
    fn add_coupon(&mut self, record: &CouponRecord) -> Outcome<()>;
    /// Sets whether it is active, its end, its limit and its revision.
    fn update_coupon(&mut self, record: &CouponRecord) -> Outcome<()>;
    /// Whether the customer has redeemed the coupon and not given it back.
    fn has_redeemed(&mut self, vendor_id: VendorId, code: &CouponCode, customer_id: CustomerId) -> Outcome<bool>;
    /// Redeems a coupon for an order that there is. The database refuses more than the coupon's limit, and
    /// `Duplicate("redemptions.once")` a second one of a customer's where each may have one.
    fn redeem_coupon(&mut self, redemption: &Redemption) -> Outcome<()>;
    /// Gives back the coupon that was redeemed for the order, if there was one; which.
    fn release_coupon(&mut self, vendor_id: VendorId, order_id: OrderId, now: Timestamp)
    -> Outcome<Option<CouponCode>>;
}
