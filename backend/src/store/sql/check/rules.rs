//! What must be true of orders, licenses, passes and moves.

/// Each gives one sentence per fault.
pub(super) const RULES: [&str; 15] = [
    // Counters.
    "SELECT 'license ' || license_id || ' has ' || uses_left || ' of ' || uses_limit || ' uses of ' || feature || ' left'
    FROM license_features WHERE uses_left < 0 OR uses_left > uses_limit OR (uses_left IS NULL) <> (uses_limit IS NULL)",
    // Devices.
    "SELECT 'license ' || license_id || ' has ' || count(*) || ' passes for ' || terminals || ' devices'
    FROM licenses JOIN passes USING (vendor_id, license_id)
    WHERE passes.status <> 'invalid' GROUP BY vendor_id, license_id, terminals HAVING count(*) > terminals",
    "SELECT 'device ' || jkt || ' has ' || count(*) || ' passes of license ' || license_id
    FROM passes WHERE status <> 'invalid' GROUP BY vendor_id, license_id, jkt HAVING count(*) > 1",
    // Successors.
    "SELECT 'pass ' || predecessor || ' has ' || count(*) || ' successors'
    FROM passes WHERE predecessor IS NOT NULL GROUP BY vendor_id, predecessor HAVING count(*) > 1",
    "SELECT 'pass ' || p.pass_id || ' succeeds ' || p.predecessor || ', which is ' || old.status || ' or of another license'
    FROM passes p JOIN passes old ON old.vendor_id = p.vendor_id AND old.pass_id = p.predecessor
    WHERE old.status <> 'invalid' OR old.license_id <> p.license_id",
    // Places in status lists.
    "SELECT 'place ' || status_list || '/' || status_index || ' has ' || count(*) || ' passes'
    FROM passes GROUP BY vendor_id, status_list, status_index HAVING count(*) > 1",
    "SELECT 'pass ' || pass_id || ' stands at ' || status_index || ' of a status list of ' || size
    FROM passes JOIN status_lists ON status_lists.vendor_id = passes.vendor_id AND list = status_list
    WHERE status_index >= size",
    // Orders and licenses.
    "SELECT 'order ' || order_id || ' is ' || o.state || ' without a license'
    FROM orders o LEFT JOIN licenses l USING (vendor_id, order_id)
    WHERE o.state IN ('fulfilled', 'refunded') AND l.license_id IS NULL",
    "SELECT 'order ' || order_id || ' is ' || o.state || ' and has license ' || l.license_id
    FROM orders o JOIN licenses l USING (vendor_id, order_id)
    WHERE o.state NOT IN ('fulfilled', 'refunded')",
    "SELECT 'license ' || l.license_id || ' and its order ' || order_id || ' name different customers, products or menus'
    FROM orders o JOIN licenses l USING (vendor_id, order_id)
    WHERE o.customer_id <> l.customer_id OR o.product_id <> l.product_id OR o.menu_version <> l.menu_version",
    "SELECT 'order ' || order_id || ' totals ' || total || ' beside its quote'
    FROM orders WHERE total IS DISTINCT FROM CAST(quote ->> '$.total.amount' AS BIGINT)",
    // Moves.
    "SELECT 'pass ' || pass_id || ' is moving, and no move of it is on offer'
    FROM passes p WHERE status = 'moving' AND NOT EXISTS
        (SELECT 1 FROM moves m WHERE m.vendor_id = p.vendor_id AND m.pass_id = p.pass_id AND m.state = 'offered')",
    "SELECT 'move ' || m.move_id || ' offers pass ' || p.pass_id || ', which is ' || p.status || ' or of another license'
    FROM moves m JOIN passes p ON p.vendor_id = m.vendor_id AND p.pass_id = m.pass_id
    WHERE m.state = 'offered' AND (p.status <> 'moving' OR p.license_id <> m.license_id)",
    "SELECT 'move ' || move_id || ' was redeemed, and no pass succeeds ' || m.pass_id || ' by it'
    FROM moves m LEFT JOIN passes s
        ON s.vendor_id = m.vendor_id AND s.pass_id = m.successor AND s.predecessor = m.pass_id
    WHERE m.state = 'redeemed' AND s.pass_id IS NULL",
    "SELECT 'pass ' || pass_id || ' succeeds ' || predecessor || ' without a move'
    FROM passes p WHERE predecessor IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM moves m WHERE m.vendor_id = p.vendor_id AND m.successor = p.pass_id AND m.state = 'redeemed')",
];
