//! What must be true of coupons: each is counted as often as orders have it, and orders that name one have it.

/// Each gives one sentence per fault.
pub(super) const RULES: [&str; 4] = [
    "SELECT 'coupon ' || code || ' counts ' || redeemed || ' redemptions beside those that there are'
    FROM coupons c WHERE redeemed <> (
        SELECT count(*) FROM redemptions r
        WHERE r.vendor_id = c.vendor_id AND r.code = c.code AND released_at IS NULL)",
    "SELECT 'order ' || order_id || ' names a coupon and has redeemed none'
    FROM orders o WHERE selection ->> '$.coupon' IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM redemptions r
        WHERE r.vendor_id = o.vendor_id AND r.order_id = o.order_id AND r.code = upper(o.selection ->> '$.coupon'))",
    "SELECT 'order ' || order_id || ' is ' || state || ', and its coupon is not as that says'
    FROM redemptions r JOIN orders o USING (vendor_id, order_id)
    WHERE (state = 'cancelled') <> (released_at IS NOT NULL)",
    "SELECT 'order ' || order_id || ' and its coupon are of different customers'
    FROM redemptions r JOIN orders o USING (vendor_id, order_id) WHERE r.customer_id <> o.customer_id",
];
