//! What must be true of figures and of the counts of status lists.

/// Each gives one sentence per fault.
pub(super) const RULES: [&str; 2] = [
    "SELECT 'the figures of vendor ' || vendor_id || ' have counted ' || counted || ' events, and there are fewer'
    FROM figures_counted c
    WHERE counted > (SELECT coalesce(max(number), 0) FROM events e WHERE e.vendor_id = c.vendor_id)",
    "WITH counted AS (
        SELECT vendor_id, status_list AS list, count(*) FILTER (WHERE status = 'moving') AS moving,
            count(*) FILTER (WHERE status = 'suspended') AS suspended, count(*) FILTER (WHERE status = 'invalid') AS invalid
        FROM passes GROUP BY vendor_id, status_list
    )
    SELECT 'status list ' || list || ' of vendor ' || vendor_id || ' counts other passes than there are'
    FROM status_lists l LEFT JOIN counted c USING (vendor_id, list)
    WHERE l.moving <> coalesce(c.moving, 0) OR l.suspended <> coalesce(c.suspended, 0)
        OR l.invalid <> coalesce(c.invalid, 0)",
];
