//! What must be true of figures and of the counts of status lists.

/// Each gives one sentence per fault.
pub(super) const RULES: [&str; 2] = [
    "SELECT 'the figures of vendor ' || vendor_id || ' have counted ' || counted || ' events, and there are fewer'
    FROM figures_counted c
    WHERE counted > (SELECT coalesce(max(number), 0) FROM events e WHERE e.vendor_id = c.vendor_id)",
    "SELECT 'status list ' || list || ' of vendor ' || vendor_id || ' counts other passes than there are'
    FROM status_lists l WHERE (moving, suspended, invalid) IS NOT (
        SELECT coalesce(sum(status = 'moving'), 0), coalesce(sum(status = 'suspended'), 0),
            coalesce(sum(status = 'invalid'), 0)
        FROM passes p WHERE p.vendor_id = l.vendor_id AND status_list = list)",
];
