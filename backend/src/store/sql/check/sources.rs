//! What must be true of authentication sources: what they granted was granted once and free, and whom they know is their own.

/// Each gives one sentence per fault.
pub(super) const RULES: [&str; 5] = [
    "SELECT 'license ' || g.license_id || ' was granted by source ' || g.source_id || ', and its order was ' || o.payment
    FROM source_grants g JOIN licenses l USING (vendor_id, license_id) JOIN orders o USING (vendor_id, order_id)
    WHERE o.payment <> 'source' OR o.total <> 0",
    "SELECT 'order ' || order_id || ' is of a source, and no source granted its license'
    FROM orders o LEFT JOIN licenses l USING (vendor_id, order_id) LEFT JOIN source_grants g USING (vendor_id, license_id)
    WHERE o.payment = 'source' AND g.license_id IS NULL",
    "SELECT 'source ' || i.source_id || ' knows account ' || i.account_id || ', which another vendor''s source made'
    FROM identities i JOIN accounts a USING (account_id) WHERE a.vendor_id <> i.vendor_id",
    "SELECT 'account ' || account_id || ', which a source made, is at another vendor or in a team'
    FROM accounts a WHERE a.vendor_id IS NOT NULL AND (
        EXISTS (SELECT 1 FROM customers c WHERE c.account_id = a.account_id AND c.vendor_id <> a.vendor_id)
        OR EXISTS (SELECT 1 FROM members m WHERE m.account_id = a.account_id))",
    "SELECT 'session ' || session_id || ' was begun by a source that is not active, or by none that is there'
    FROM sessions x LEFT JOIN sources s ON s.source_id = x.source_id
    WHERE x.source_id IS NOT NULL AND s.state IS DISTINCT FROM 'active'",
];
