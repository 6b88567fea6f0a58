//! Proving the store consistent: what the schema refuses is looked for all the same, and what it cannot say besides.

use shared::canonical::digest_bytes;
use shared::id::VendorId;
use shared::menu::Menu;

use super::tx::{Link, SqlTx};
use super::{chain, events};
use crate::store::Outcome;

mod catalog;
mod counting;
mod coupons;
mod figures;
mod leases;
mod rules;
mod sources;
mod support;

/// How many events are looked at in one step.
const STEP: u32 = 1000;

pub(super) fn find_faults(tx: &SqlTx<'_>) -> Outcome<Vec<String>> {
    let mut faults = match tx.link() {
        Link::Sqlite(_) => find_damage(tx)?,
        Link::Postgres(_) => find_lost_references(tx)?,
    };
    for rule in rules::RULES
        .iter()
        .chain(&catalog::RULES)
        .chain(&counting::RULES)
        .chain(&support::RULES)
        .chain(&coupons::RULES)
        .chain(&figures::RULES)
        .chain(&leases::RULES)
        .chain(&sources::RULES)
    {
        faults.extend(tx.all(rule, (), |columns| columns.get::<String>())?);
    }
    find_false_menus(tx, &mut faults)?;
    find_false_agreements(tx, &mut faults)?;
    for vendor_id in tx.all("SELECT vendor_id FROM vendors", (), |columns| columns.parse())? {
        find_broken_link(tx, vendor_id, &mut faults)?;
    }
    Ok(faults)
}

/// In SQLite: damaged pages, and references to nothing.
fn find_damage(tx: &SqlTx<'_>) -> Outcome<Vec<String>> {
    let mut faults = tx.all("PRAGMA integrity_check(100)", (), |columns| columns.get::<String>())?;
    faults.retain(|fault| fault != "ok");
    let sql =
        "SELECT DISTINCT 'a row of ' || \"table\" || ' refers to nothing in ' || parent FROM pragma_foreign_key_check";
    faults.extend(tx.all(sql, (), |columns| columns.get::<String>())?);
    Ok(faults)
}

/// In PostgreSQL: references to nothing. It looks after its pages itself.
fn find_lost_references(tx: &SqlTx<'_>) -> Outcome<Vec<String>> {
    let sql = "
        SELECT format('SELECT ''a row of %s refers to nothing in %s'' FROM %s c
            WHERE %s AND NOT EXISTS (SELECT 1 FROM %s p WHERE %s) LIMIT 1', f.conrelid::regclass, f.confrelid::regclass,
            f.conrelid::regclass, string_agg(format('c.%I IS NOT NULL', own.attname), ' AND '), f.confrelid::regclass,
            string_agg(format('p.%I = c.%I', other.attname, own.attname), ' AND '))
        FROM pg_constraint f, unnest(f.conkey, f.confkey) AS pair (own, other)
            JOIN pg_attribute own ON own.attnum = pair.own
            JOIN pg_attribute other ON other.attnum = pair.other
        WHERE f.contype = 'f' AND f.connamespace = current_schema()::regnamespace
            AND own.attrelid = f.conrelid AND other.attrelid = f.confrelid
        GROUP BY f.oid, f.conrelid, f.confrelid";
    let mut faults = Vec::new();
    for reference in tx.all(sql, (), |columns| columns.get::<String>())? {
        faults.extend(tx.one(&reference, (), |columns| columns.get::<String>())?);
    }
    Ok(faults)
}

fn find_false_menus(tx: &SqlTx<'_>, faults: &mut Vec<String>) -> Outcome<()> {
    let sql = "SELECT product_id, version, digest, content FROM menus ORDER BY vendor_id, product_id, version";
    let menus = tx.all(sql, (), |columns| {
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

fn find_false_agreements(tx: &SqlTx<'_>, faults: &mut Vec<String>) -> Outcome<()> {
    let sql = "SELECT digest, content FROM agreements";
    for (digest, text) in tx.all(sql, (), |columns| Ok((columns.get::<String>()?, columns.get::<String>()?)))? {
        if digest_bytes(text.as_bytes()) != digest {
            faults.push(format!("agreement {digest} is not what its digest says"));
        }
    }
    Ok(())
}

/// The first event of the vendor that does not follow from the one before. Events cut off at the end leave no trace here.
fn find_broken_link(tx: &SqlTx<'_>, vendor_id: VendorId, faults: &mut Vec<String>) -> Outcome<()> {
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
