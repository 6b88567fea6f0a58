//! What must be true of what a vendor's team gave and looks for: events tell of all that was given, and everything is found.

/// Each gives one sentence per fault.
pub(super) const RULES: [&str; 9] = [
    // What was given.
    "WITH added AS (
        SELECT vendor_id, subject AS license_id, body ->> '$.feature' AS feature,
            unixepoch(body ->> '$.resets_at') AS resets_at, sum(CAST(body ->> '$.count' AS BIGINT)) AS count
        FROM events WHERE kind = 'license.uses_added' GROUP BY vendor_id, license_id, feature, resets_at
    )
    SELECT 'license ' || f.license_id || ' has ' || uses_added || ' uses of ' || f.feature
        || ' added in this period, and events tell of ' || coalesce(count, 0)
    FROM license_features f LEFT JOIN added a
        ON a.vendor_id = f.vendor_id AND a.license_id = f.license_id AND a.feature = f.feature
        AND a.resets_at IS NOT DISTINCT FROM f.resets_at
    WHERE uses_added <> coalesce(count, 0)",
    "SELECT 'license ' || license_id || ' has ' || extra_moves || ' moves allowed beside what events tell'
    FROM licenses l WHERE extra_moves IS NOT NULL AND extra_moves IS DISTINCT FROM (
        SELECT sum(CAST(body ->> '$.moves' AS BIGINT)) FROM events e
        WHERE e.vendor_id = l.vendor_id AND subject = license_id AND kind = 'license.moves_allowed'
            AND unixepoch(body ->> '$.since') = extra_moves_since)",
    "SELECT 'license ' || license_id || ' does not end when its last extension says'
    FROM licenses l JOIN events e ON e.vendor_id = l.vendor_id AND subject = license_id AND kind = 'license.extended'
    GROUP BY l.vendor_id, license_id, ends_at HAVING max(unixepoch(body ->> '$.after.ends_at')) IS DISTINCT FROM ends_at",
    "SELECT 'order ' || order_id || ' was paid back, and license ' || l.license_id || ' is ' || l.state
    FROM orders o JOIN licenses l USING (vendor_id, order_id) WHERE o.state = 'refunded' AND l.state <> 'revoked'",
    // What is looked for.
    "SELECT 'customer ' || customer_id || ' is not found by their address'
    FROM customers c JOIN accounts a ON a.account_id = c.account_id
    WHERE a.vendor_id IS NULL AND NOT EXISTS (SELECT 1 FROM search_words w
        WHERE w.vendor_id = c.vendor_id AND w.kind = 'customer' AND w.word = a.email_key AND w.id = c.customer_id)",
    "SELECT 'pass ' || pass_id || ' is not found by its device''s name'
    FROM passes p WHERE NOT EXISTS
        (SELECT 1 FROM search_words w WHERE w.vendor_id = p.vendor_id AND w.id = p.pass_id AND w.kind = 'pass')",
    "SELECT 'the word of ' || id || ' leads nowhere'
    FROM search_words w WHERE NOT EXISTS
            (SELECT 1 FROM customers c WHERE c.vendor_id = w.vendor_id AND c.customer_id = w.id)
        AND NOT EXISTS (SELECT 1 FROM passes p WHERE p.vendor_id = w.vendor_id AND p.pass_id = w.id)",
    "SELECT 'pass ' || pass_id || ' and its license are of different products'
    FROM passes p JOIN licenses l USING (vendor_id, license_id) WHERE p.product_id IS DISTINCT FROM l.product_id",
    "SELECT 'move ' || move_id || ' and its license are of different products'
    FROM moves m JOIN licenses l USING (vendor_id, license_id) WHERE m.product_id IS DISTINCT FROM l.product_id",
];
