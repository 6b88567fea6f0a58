//! What must be true of menus, drafts and what keys signed.

/// Each gives one sentence per fault.
pub(super) const RULES: [&str; 6] = [
    "SELECT 'menu ' || m.version || ' of product ' || m.product_id || ' is not found by the license texts that it names'
    FROM menus m, json_each(m.content, '$.offers') o
    WHERE NOT EXISTS (SELECT 1 FROM menu_agreements a WHERE a.vendor_id = m.vendor_id AND a.product_id = m.product_id
        AND a.version = m.version AND a.digest = o.value ->> '$.agreement.digest')",
    "SELECT 'menu ' || a.version || ' of product ' || a.product_id || ' is found by a license text that it does not name'
    FROM menu_agreements a LEFT JOIN menus m USING (vendor_id, product_id, version)
    WHERE NOT EXISTS (SELECT 1 FROM json_each(m.content, '$.offers') o
        WHERE o.value ->> '$.agreement.digest' = a.digest)",
    "SELECT 'the draft of product ' || product_id || ' follows a menu that was never published'
    FROM drafts d WHERE base > 0 AND NOT EXISTS (SELECT 1 FROM menus m
        WHERE m.vendor_id = d.vendor_id AND m.product_id = d.product_id AND m.version = d.base)",
    "SELECT 'pass ' || pass_id || ' was signed by a key that its vendor never had'
    FROM passes p WHERE kid IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM signing_keys k WHERE k.vendor_id = p.vendor_id AND k.kid = p.kid)",
    "WITH counted AS (SELECT vendor_id, kid, count(*) AS count FROM passes
        WHERE kid IS NOT NULL AND status <> 'invalid' GROUP BY vendor_id, kid)
    SELECT 'key ' || k.kid || ' has ' || k.passes || ' passes counted, and signed ' || coalesce(c.count, 0)
    FROM signing_keys k LEFT JOIN counted c USING (vendor_id, kid) WHERE k.passes <> coalesce(c.count, 0)",
    "WITH counted AS (SELECT vendor_id, product_id, menu_version AS version, count(*) AS count FROM orders
        GROUP BY vendor_id, product_id, version)
    SELECT 'menu ' || m.version || ' of product ' || m.product_id || ' has ' || coalesce(o.orders, 0)
        || ' orders counted, and there are ' || coalesce(c.count, 0)
    FROM menus m LEFT JOIN menu_orders o USING (vendor_id, product_id, version)
        LEFT JOIN counted c USING (vendor_id, product_id, version)
    WHERE coalesce(o.orders, 0) <> coalesce(c.count, 0)",
];
