//! What must be true of seats, leases and identifiers: each seat that is taken has its lease, and what came back adds up.

/// Each gives one sentence per fault.
pub(super) const RULES: [&str; 6] = [
    "WITH counted AS (
        SELECT license_id, seats_taken, (SELECT count(*) FROM leases o
            WHERE o.vendor_id = l.vendor_id AND o.license_id = l.license_id AND state = 'open') AS open
        FROM licenses l
    )
    SELECT 'license ' || license_id || ' counts ' || seats_taken || ' seats taken, and ' || open || ' leases stand'
    FROM counted WHERE seats_taken <> open",
    "SELECT 'license ' || license_id || ' has ' || seats_taken || ' of ' || seats || ' seats taken'
    FROM licenses WHERE seats_taken NOT BETWEEN 0 AND seats",
    "SELECT 'lease ' || lease_id || ' holds ' || count || ' uses, of which ' || spent || ' are spent'
    FROM leases WHERE count < 0 OR spent < 0 OR spent > count OR (spent IS NULL) <> (state = 'open')",
    "SELECT 'lease ' || lease_id || ' stands, and license ' || license_id || ' is ' || l.state
    FROM leases o JOIN licenses l USING (vendor_id, license_id) WHERE o.state = 'open' AND l.state <> 'active'",
    "WITH told AS (
        SELECT vendor_id, body ->> '$.lease_id' AS lease_id, sum(CAST(body ->> '$.count' AS BIGINT)) AS count,
            sum(CAST(body ->> '$.spent' AS BIGINT)) AS spent
        FROM events WHERE kind IN ('lease.checked_out', 'lease.returned', 'lease.expired', 'lease.ended')
        GROUP BY vendor_id, lease_id
    )
    SELECT 'lease ' || lease_id || ' is not what its events tell'
    FROM leases LEFT JOIN told USING (vendor_id, lease_id)
    WHERE told.count IS DISTINCT FROM leases.count OR told.spent IS DISTINCT FROM leases.spent",
    "SELECT 'identifier ' || i.identifier_id || ' has ' || uses_left || ' of ' || uses_limit || ' uses left after '
        || count(lease_id) || ' check-outs'
    FROM identifiers i LEFT JOIN leases o USING (vendor_id, identifier_id)
    WHERE uses_limit IS NOT NULL GROUP BY i.vendor_id, i.identifier_id, uses_limit, uses_left HAVING uses_limit - uses_left <> count(lease_id)",
];
