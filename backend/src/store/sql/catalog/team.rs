//! Products, drafts, menus and license texts as their vendor's team edits them, and what keys signed.

use shared::id::VendorId;
use shared::menu::{AgreementName, Menu};
use shared::slug::Slug;
use shared::time::Timestamp;

use super::{add_origins, origins, publish, read_product, to_json};
use crate::store::catalog::{Catalog, DraftRecord, MenuRecord, ProductRecord, SavedDraft};
use crate::store::records::{Pass, Product};
use crate::store::sql::row::{Columns, Result, Text};
use crate::store::sql::tx::SqlTx;
use crate::store::{Outcome, StoreError};

/// What is read of a product for its team.
macro_rules! select_products {
    ($rest:literal) => {
        concat!(
            "SELECT p.vendor_id, p.product_id, p.slug, p.name, p.summary, p.app_url, p.revision,
                (SELECT max(m.version) FROM menus m WHERE m.vendor_id = p.vendor_id AND m.product_id = p.product_id),
                EXISTS (SELECT 1 FROM drafts d
                    WHERE d.vendor_id = p.vendor_id AND d.product_id = p.product_id AND d.content IS NOT NULL)
            FROM products p ",
            $rest
        )
    };
}

const PRODUCTS: &str = select_products!(
    "WHERE p.vendor_id = ?1 AND p.slug > ?2 AND (?3 = '' OR instr(p.slug, ?3) > 0 OR instr(lower(p.name), ?3) > 0)
    ORDER BY p.slug LIMIT ?4"
);

const MENUS: &str = "
    SELECT m.version, m.digest, m.published_at, m.published_by, json_array_length(m.content, '$.offers'),
        coalesce((SELECT o.orders FROM menu_orders o
            WHERE o.vendor_id = m.vendor_id AND o.product_id = m.product_id AND o.version = m.version), 0)
    FROM menus m WHERE m.vendor_id = ? AND m.product_id = ? AND m.version < ?
    ORDER BY m.version DESC LIMIT ?";

const AGREEMENTS: &str = "
    SELECT version, digest, title FROM agreements
    WHERE vendor_id = ?1 AND title >= ?2 AND (title > ?2 OR version < ?3)
    ORDER BY title, version DESC LIMIT ?4";

/// The products whose newest menus name a license text.
const NAMING: &str = "
    SELECT p.slug FROM menu_agreements a JOIN products p USING (vendor_id, product_id)
    WHERE a.vendor_id = ? AND a.digest = ? AND a.version = (
        SELECT max(m.version) FROM menus m WHERE m.vendor_id = a.vendor_id AND m.product_id = a.product_id)";

const SIGNED: &str = "SELECT passes FROM signing_keys WHERE vendor_id = ? AND kid = ?";

/// What lists ask, to be held to an index each.
#[cfg(test)]
pub(in crate::store) fn statements() -> Vec<String> {
    [PRODUCTS, MENUS, AGREEMENTS, NAMING, SIGNED].map(str::to_owned).into()
}

impl Catalog for SqlTx<'_> {
    fn product_records(
        &mut self,
        vendor_id: VendorId,
        q: &str,
        after: Option<&Slug>,
        limit: u32,
    ) -> Outcome<Vec<ProductRecord>> {
        // No slug is empty, so the empty one comes before all.
        let after = after.map_or("", Slug::as_str);
        let mut found = self.all(PRODUCTS, (Text(vendor_id), after, q, limit), read_product_record)?;
        for record in &mut found {
            record.product.origins = origins(self, vendor_id, record.product.product_id)?;
        }
        Ok(found)
    }

    fn product_record(&mut self, vendor_id: VendorId, slug: &Slug) -> Outcome<Option<ProductRecord>> {
        let sql = select_products!("WHERE p.vendor_id = ? AND p.slug = ?");
        let found = self.one(sql, (Text(vendor_id), slug.as_str()), read_product_record)?;
        let Some(mut record) = found else { return Ok(None) };
        record.product.origins = origins(self, vendor_id, record.product.product_id)?;
        Ok(Some(record))
    }

    fn update_product(&mut self, product: &Product) -> Outcome<()> {
        let ids = || (Text(product.vendor_id), Text(product.product_id));
        let sql = "
            UPDATE products SET name = ?, summary = ?, app_url = ?, revision = revision + 1
            WHERE vendor_id = ? AND product_id = ?";
        self.change_one(sql, (&product.name, &product.summary, &product.app_url, ids().0, ids().1))?;
        self.change("DELETE FROM app_origins WHERE vendor_id = ? AND product_id = ?", ids())?;
        add_origins(self, product)
    }

    fn delete_product(&mut self, product: &Product) -> Outcome<()> {
        let ids = || (Text(product.vendor_id), Text(product.product_id));
        self.change("DELETE FROM drafts WHERE vendor_id = ? AND product_id = ?", ids())?;
        self.change("DELETE FROM app_origins WHERE vendor_id = ? AND product_id = ?", ids())?;
        self.change_one("DELETE FROM products WHERE vendor_id = ? AND product_id = ?", ids())
    }

    fn draft(&mut self, product: &Product) -> Outcome<Option<DraftRecord>> {
        let sql =
            "SELECT revision, base, saved_at, saved_by, content FROM drafts WHERE vendor_id = ? AND product_id = ?";
        self.one(sql, (Text(product.vendor_id), Text(product.product_id)), |columns| {
            let (revision, base) = (columns.number()?, columns.number()?);
            let (at, by) = (columns.time_optional()?, columns.get::<Option<String>>()?);
            let saved = match (at, by) {
                (Some(at), Some(by)) => Some(SavedDraft { content: columns.json()?, at, by }),
                _ => None,
            };
            Ok(DraftRecord { revision, base, saved })
        })
    }

    fn set_draft(&mut self, product: &Product, draft: &DraftRecord) -> Outcome<()> {
        let saved = draft.saved.as_ref();
        let content = saved.map(|saved| to_json(&saved.content)).transpose()?;
        let (at, by) = (saved.map(|saved| saved.at.as_unix()), saved.map(|saved| &saved.by));
        let ids = (Text(product.vendor_id), Text(product.product_id));
        let sql = "
            INSERT INTO drafts (vendor_id, product_id, revision, base, content, saved_at, saved_by)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (vendor_id, product_id) DO UPDATE SET revision = excluded.revision, base = excluded.base, content = excluded.content,
                saved_at = excluded.saved_at, saved_by = excluded.saved_by";
        self.change(sql, (ids.0, ids.1, draft.revision, draft.base, content, at, by)).map(drop)
    }

    fn menu_records(&mut self, product: &Product, before: Option<u32>, limit: u32) -> Outcome<Vec<MenuRecord>> {
        let before = before.map_or(i64::MAX, i64::from);
        self.all(MENUS, (Text(product.vendor_id), Text(product.product_id), before, limit), |columns| {
            Ok(MenuRecord {
                version: columns.number()?,
                digest: columns.get()?,
                published_at: columns.time()?,
                published_by: columns.get()?,
                offers: columns.number()?,
                orders: columns.number()?,
            })
        })
    }

    fn publish_menu_by(&mut self, product: &Product, menu: &Menu, by: &str, now: Timestamp) -> Outcome<()> {
        publish(self, product, menu, Some(by), now)
    }

    fn agreements(
        &mut self,
        vendor_id: VendorId,
        after: Option<&AgreementName>,
        limit: u32,
    ) -> Outcome<Vec<(AgreementName, Vec<Slug>)>> {
        let (title, version) = after.map_or(("", 0), |after| (after.title.as_str(), after.version));
        let read = |columns: &mut Columns<'_>| {
            Ok(AgreementName { version: columns.number()?, digest: columns.get()?, title: columns.get()? })
        };
        let found = self.all(AGREEMENTS, (Text(vendor_id), title, version, limit), read)?;
        let named = |name: AgreementName| {
            let mut products: Vec<Slug> =
                self.all(NAMING, (Text(vendor_id), &name.digest), |columns| columns.parse())?;
            products.sort();
            Ok((name, products))
        };
        found.into_iter().map(named).collect()
    }

    fn agreement_version(&mut self, vendor_id: VendorId, title: &str) -> Outcome<u32> {
        let sql = "SELECT coalesce(max(version), 0) FROM agreements WHERE vendor_id = ? AND title = ?";
        let found = self.one(sql, (Text(vendor_id), title), |columns| columns.number())?;
        found.ok_or_else(|| StoreError::Fault("a count gave no row".to_owned()))
    }

    fn note_signed(&mut self, pass: &Pass, kid: &str) -> Outcome<()> {
        // Mostly it is the same key as before, and then nothing is written.
        let sql = "UPDATE passes SET kid = ?1 WHERE vendor_id = ?2 AND pass_id = ?3 AND kid IS DISTINCT FROM ?1";
        self.change(sql, (kid, Text(pass.vendor_id), Text(pass.pass_id))).map(drop)
    }

    fn count_signed(&mut self, vendor_id: VendorId, kid: &str) -> Outcome<u64> {
        Ok(self.one(SIGNED, (Text(vendor_id), kid), |columns| columns.number())?.unwrap_or(0))
    }
}

fn read_product_record(columns: &mut Columns<'_>) -> Result<ProductRecord> {
    Ok(ProductRecord {
        product: read_product(columns)?,
        revision: columns.number()?,
        menu: columns.number_optional()?,
        has_draft: columns.get()?,
    })
}
