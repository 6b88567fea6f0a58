//! Coupons and redemptions.

use shared::coupon::{CouponCode, CouponWindow};
use shared::id::{CustomerId, OrderId, VendorId};
use shared::money::Money;
use shared::time::Timestamp;

use super::row::{Columns, Result, Text, text, unix};
use super::tx::SqlTx;
use crate::store::Outcome;
use crate::store::coupons::{CouponRecord, Coupons, Redemption};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT vendor_id, code, percent_off, amount_off, currency, product_id, offers, starts_at, ends_at,
                uses_limit, redeemed, once_per_customer, active, created_at, revision FROM coupons ",
            $rest
        )
    };
}

const LIST: &str = select!(
    "INDEXED BY coupons_created WHERE vendor_id = ? AND (created_at, code) < (?, ?)
    ORDER BY created_at DESC, code DESC LIMIT ?"
);

impl Coupons for SqlTx<'_> {
    fn coupon(&mut self, vendor_id: VendorId, code: &CouponCode) -> Outcome<Option<CouponRecord>> {
        self.one(select!("WHERE vendor_id = ? AND code = ?"), (Text(vendor_id), code.as_str()), read_coupon)
    }

    fn coupons(
        &mut self,
        vendor_id: VendorId,
        after: Option<&(Timestamp, CouponCode)>,
        limit: u32,
    ) -> Outcome<Vec<CouponRecord>> {
        let (at, code) = after.map_or((i64::MAX, ""), |(at, code)| (at.as_unix(), code.as_str()));
        self.all(LIST, (Text(vendor_id), at, code, limit), read_coupon)
    }

    fn add_coupon(&mut self, record: &CouponRecord) -> Outcome<()> {
        let sql = "
            INSERT INTO coupons (vendor_id, code, percent_off, amount_off, currency, product_id, offers, starts_at, ends_at,
                uses_limit, once_per_customer, active, created_at, revision)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let offers = record.offers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let row = (
            Text(record.vendor_id),
            record.code.as_str(),
            record.percent_off,
            record.amount_off.map(|money| money.amount),
            text(record.amount_off.map(|money| money.currency)),
            text(record.product_id),
            offers,
            unix(record.window.starts_at),
            unix(record.window.ends_at),
            record.window.limit,
            record.once_per_customer,
            record.window.active,
            record.created_at.as_unix(),
            i64::try_from(record.revision).unwrap_or(i64::MAX),
        );
        self.change(sql, row).map(drop)
    }

    fn update_coupon(&mut self, record: &CouponRecord) -> Outcome<()> {
        let sql = "
            UPDATE coupons SET active = ?, ends_at = ?, uses_limit = ?, revision = ? WHERE vendor_id = ? AND code = ?";
        let CouponWindow { active, ends_at, limit, .. } = record.window;
        let revision = i64::try_from(record.revision).unwrap_or(i64::MAX);
        let key = (Text(record.vendor_id), record.code.as_str());
        self.change_one(sql, (active, unix(ends_at), limit, revision, key.0, key.1))
    }

    fn has_redeemed(&mut self, vendor_id: VendorId, code: &CouponCode, customer_id: CustomerId) -> Outcome<bool> {
        let sql = "
            SELECT EXISTS (SELECT 1 FROM redemptions
                WHERE vendor_id = ? AND customer_id = ? AND code = ? AND released_at IS NULL)";
        let found = self.one(sql, (Text(vendor_id), Text(customer_id), code.as_str()), |columns| columns.get())?;
        Ok(found.unwrap_or(false))
    }

    fn redeem_coupon(&mut self, redemption: &Redemption) -> Outcome<()> {
        let sql = "
            INSERT INTO redemptions (vendor_id, order_id, code, customer_id, is_once, redeemed_at)
            VALUES (?, ?, ?, ?, ?, ?)";
        let row = (
            Text(redemption.vendor_id),
            Text(redemption.order_id),
            redemption.code.as_str(),
            Text(redemption.customer_id),
            redemption.is_once,
            redemption.redeemed_at.as_unix(),
        );
        self.change(sql, row).map(drop)
    }

    fn release_coupon(
        &mut self,
        vendor_id: VendorId,
        order_id: OrderId,
        now: Timestamp,
    ) -> Outcome<Option<CouponCode>> {
        let sql = "SELECT code FROM redemptions WHERE vendor_id = ? AND order_id = ? AND released_at IS NULL";
        let found = self.one(sql, (Text(vendor_id), Text(order_id)), |columns| columns.parse())?;
        if found.is_some() {
            let sql = "UPDATE redemptions SET released_at = ? WHERE vendor_id = ? AND order_id = ?";
            self.change_one(sql, (now.as_unix(), Text(vendor_id), Text(order_id)))?;
        }
        Ok(found)
    }
}

fn read_coupon(columns: &mut Columns<'_>) -> Result<CouponRecord> {
    let (vendor_id, code, percent_off) = (columns.parse()?, columns.parse()?, columns.number_optional()?);
    let (amount, currency) = (columns.get::<Option<i64>>()?, columns.parse_optional()?);
    let product_id = columns.parse_optional()?;
    let offers = columns.get::<String>()?;
    let offers = offers.split_whitespace().map(|slug| slug.parse().map_err(|_| columns.unreadable()));
    let offers = offers.collect::<Result<Vec<_>>>()?;
    let (starts_at, ends_at) = (columns.time_optional()?, columns.time_optional()?);
    let (limit, redeemed) = (columns.number_optional()?, columns.number()?);
    let (once_per_customer, active) = (columns.get()?, columns.get()?);
    Ok(CouponRecord {
        vendor_id,
        code,
        percent_off,
        amount_off: amount.zip(currency).map(|(amount, currency)| Money::new(amount, currency)),
        product_id,
        offers,
        window: CouponWindow { active, starts_at, ends_at, limit, redeemed },
        once_per_customer,
        created_at: columns.time()?,
        revision: columns.number()?,
    })
}

/// The statement by which coupons are listed.
#[cfg(test)]
pub(in crate::store) fn statements() -> Vec<String> {
    vec![LIST.to_owned()]
}
