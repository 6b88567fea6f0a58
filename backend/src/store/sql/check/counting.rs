//! What must be true of counters and slices: everything counted adds up, from the events that told of it.
//!
//! Each event that counts says when the counter's period ends (`resets_at`), so that adding up needs no calendar.

/// Each gives one sentence per fault.
pub(super) const RULES: [&str; 8] = [
    // What was ever counted: each use, each slice and lease (less what came back), each pass of a feature that passes count.
    "WITH counted AS (
        SELECT vendor_id, subject AS license_id, body ->> '$.feature' AS feature, CAST(body ->> '$.count' AS BIGINT) AS count
        FROM events WHERE kind = 'use.counted'
        UNION ALL
        SELECT vendor_id, license_id, feature, coalesce(spent, count) FROM slices
        UNION ALL
        SELECT vendor_id, license_id, feature, coalesce(spent, count) FROM leases WHERE feature IS NOT NULL
        UNION ALL
        SELECT e.vendor_id, e.body ->> '$.license_id', c.value ->> '$.feature', CAST(c.value ->> '$.count' AS BIGINT)
        FROM events e, json_each(e.body, '$.counted') c WHERE e.kind = 'pass.issued'
    ), total AS (
        SELECT vendor_id, license_id, feature, sum(count) AS count FROM counted GROUP BY vendor_id, license_id, feature
    )
    SELECT 'license ' || license_id || ' counted ' || uses_spent || ' uses of ' || feature || ', and events and slices tell of '
        || coalesce(count, 0)
    FROM license_features LEFT JOIN total USING (vendor_id, license_id, feature)
    WHERE uses_spent <> coalesce(count, 0)",
    // What was counted in the period that the counter is in.
    "WITH counted AS (
        SELECT vendor_id, subject AS license_id, body ->> '$.feature' AS feature, body ->> '$.resets_at' AS resets_at,
            coalesce(CAST(body ->> '$.count' AS BIGINT), -CAST(body ->> '$.returned' AS BIGINT)) AS count
        FROM events WHERE kind IN ('use.counted', 'slice.granted', 'slice.settled',
            'lease.checked_out', 'lease.returned', 'lease.expired', 'lease.ended')
        UNION ALL
        SELECT e.vendor_id, e.body ->> '$.license_id', c.value ->> '$.feature', c.value ->> '$.resets_at',
            CAST(c.value ->> '$.count' AS BIGINT)
        FROM events e, json_each(e.body, '$.counted') c WHERE e.kind = 'pass.issued'
    ), period AS (
        SELECT vendor_id, license_id, feature, unixepoch(resets_at) AS resets_at, sum(count) AS count
        FROM counted GROUP BY vendor_id, license_id, feature, resets_at
    )
    SELECT 'license ' || f.license_id || ' has ' || uses_left || ' of ' || uses_limit || ' uses of ' || f.feature
        || ' left after ' || coalesce(count, 0) || ' in this period'
    FROM license_features f LEFT JOIN period p
        ON p.vendor_id = f.vendor_id AND p.license_id = f.license_id AND p.feature = f.feature
        AND p.resets_at IS NOT DISTINCT FROM f.resets_at
    WHERE uses_limit - uses_left <> coalesce(count, 0)",
    // Slices.
    "SELECT 'slice ' || slice_id || ' holds ' || count || ' uses, of which ' || spent || ' are spent'
    FROM slices WHERE count < 1 OR spent < 0 OR spent > count OR (spent IS NULL) <> (settled_at IS NULL)",
    "SELECT 'slice ' || slice_id || ' ends before it begins' FROM slices WHERE ends_at <= granted_at",
    "SELECT 'slice ' || slice_id || ' was settled after its end, and gave uses back'
    FROM slices WHERE settled_at >= ends_at AND spent < count",
    "SELECT 'pass ' || pass_id || ' has ' || count(*) || ' open slices of ' || feature
    FROM slices WHERE settled_at IS NULL GROUP BY vendor_id, pass_id, feature HAVING count(*) > 1",
    "SELECT 'slice ' || slice_id || ' is of another license than its pass, or of a feature that is not counted on use'
    FROM slices s
        JOIN passes p ON p.vendor_id = s.vendor_id AND p.pass_id = s.pass_id
        JOIN license_features f ON f.vendor_id = s.vendor_id AND f.license_id = s.license_id AND f.feature = s.feature
    WHERE p.license_id <> s.license_id OR f.counting IS DISTINCT FROM 'on_use'",
    "WITH told AS (
        SELECT vendor_id, body ->> '$.slice_id' AS slice_id, sum(CAST(body ->> '$.count' AS BIGINT)) AS count,
            sum(CAST(body ->> '$.spent' AS BIGINT)) AS spent
        FROM events WHERE kind IN ('slice.granted', 'slice.settled') GROUP BY vendor_id, slice_id
    )
    SELECT 'slice ' || slice_id || ' is not what its events tell'
    FROM slices LEFT JOIN told USING (vendor_id, slice_id)
    WHERE told.count IS DISTINCT FROM slices.count OR told.spent IS DISTINCT FROM slices.spent",
];
