//! Proving the store consistent: what the schema refuses is looked for all the same, and what it cannot say besides.

use shared::canonical::digest_bytes;
use shared::id::VendorId;
use shared::menu::Menu;

use super::tx::SqliteTx;
use super::{chain, events};
use crate::store::Outcome;

/// Each gives one sentence per fault.
const RULES: [&str; 11] = [
    // Counters.
    "SELECT 'license ' || license_id || ' has ' || uses_left || ' of ' || uses_limit || ' uses of ' || feature || ' left'
    FROM license_features WHERE uses_left < 0 OR uses_left > uses_limit OR (uses_left IS NULL) <> (uses_limit IS NULL)",
    // Devices.
    "SELECT 'license ' || license_id || ' has ' || count(*) || ' passes for ' || terminals || ' devices'
    FROM licenses JOIN passes USING (vendor_id, license_id)
    WHERE passes.status <> 'invalid' GROUP BY vendor_id, license_id HAVING count(*) > terminals",
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
    FROM orders WHERE total IS NOT json_extract(quote, '$.total.amount')",
];

/// How many events are looked at in one step.
const STEP: u32 = 1000;

pub(super) fn find_faults(tx: &SqliteTx<'_>) -> Outcome<Vec<String>> {
    let mut faults = tx.all("PRAGMA integrity_check(100)", [], |columns| columns.get::<String>())?;
    faults.retain(|fault| fault != "ok");
    let sql =
        "SELECT DISTINCT 'a row of ' || \"table\" || ' refers to nothing in ' || parent FROM pragma_foreign_key_check";
    faults.extend(tx.all(sql, [], |columns| columns.get::<String>())?);
    for rule in RULES {
        faults.extend(tx.all(rule, [], |columns| columns.get::<String>())?);
    }
    find_false_menus(tx, &mut faults)?;
    find_false_agreements(tx, &mut faults)?;
    for vendor_id in tx.all("SELECT vendor_id FROM vendors", [], |columns| columns.parse())? {
        find_broken_link(tx, vendor_id, &mut faults)?;
    }
    Ok(faults)
}

fn find_false_menus(tx: &SqliteTx<'_>, faults: &mut Vec<String>) -> Outcome<()> {
    let sql = "SELECT product_id, version, digest, content FROM menus ORDER BY vendor_id, product_id, version";
    let menus = tx.all(sql, [], |columns| {
        Ok((columns.get::<String>()?, columns.number::<u32>()?, columns.get::<String>()?, columns.get::<String>()?))
    })?;
    for (product, version, digest, content) in menus {
        let menu = serde_json::from_str::<Menu>(&content).ok();
        let is_true =
            |menu: &Menu| menu.menu == version && menu.digest == digest && menu.compute_digest() == Ok(digest.clone());
        if !menu.as_ref().is_some_and(is_true) {
            faults.push(format!("menu {version} of product {product} is not what its digest says"));
        }
    }
    Ok(())
}

fn find_false_agreements(tx: &SqliteTx<'_>, faults: &mut Vec<String>) -> Outcome<()> {
    let sql = "SELECT digest, content FROM agreements";
    for (digest, text) in tx.all(sql, [], |columns| Ok((columns.get::<String>()?, columns.get::<String>()?)))? {
        if digest_bytes(text.as_bytes()) != digest {
            faults.push(format!("agreement {digest} is not what its digest says"));
        }
    }
    Ok(())
}

/// The first event of the vendor that does not follow from the one before. Events cut off at the end leave no trace here.
fn find_broken_link(tx: &SqliteTx<'_>, vendor_id: VendorId, faults: &mut Vec<String>) -> Outcome<()> {
    let (mut last, mut previous) = (0, chain::START);
    loop {
        let links = events::links(tx, vendor_id, last, STEP)?;
        if links.is_empty() {
            return Ok(());
        }
        for (number, event, hash) in links {
            if number != last + 1 || chain::hash(&previous, number, &event)? != hash {
                faults.push(format!("event {number} of vendor {vendor_id} does not follow from the one before"));
                return Ok(());
            }
            (last, previous) = (number, hash);
        }
    }
}
