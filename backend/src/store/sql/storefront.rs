//! Logos, the taxes of published menus, and invoices that wait.

use shared::api::admin::team::OtherTax;
use shared::id::{OrderId, VendorId};
use shared::tax::Tax;
use shared::time::Timestamp;

use super::orders;
use super::row::Text;
use super::tx::SqlTx;
use crate::store::Outcome;
use crate::store::records::OrderRecord;
use crate::store::storefront::{BrandRecord, LogoHead, LogoRecord, Storefront};

/// The newest menu of each of a vendor's products, with its tax.
const TAXES: &str = "
    SELECT p.slug, p.name, m.version, m.content -> '$.tax'
    FROM products p CROSS JOIN menus m ON m.vendor_id = p.vendor_id AND m.product_id = p.product_id
        AND m.version = (SELECT max(n.version) FROM menus n WHERE n.vendor_id = p.vendor_id AND n.product_id = p.product_id)
    WHERE p.vendor_id = ? ORDER BY p.slug";

/// What lists ask, to be held to an index each.
#[cfg(test)]
pub(in crate::store) fn statements() -> Vec<String> {
    vec![TAXES.to_owned()]
}

impl Storefront for SqlTx<'_> {
    fn brand(&mut self, vendor_id: VendorId) -> Outcome<BrandRecord> {
        let sql = "
            SELECT v.accent, l.digest, l.media_type, l.width, l.height
            FROM vendors v LEFT JOIN logos l USING (vendor_id) WHERE v.vendor_id = ?";
        let found = self.one(sql, [Text(vendor_id)], |columns| {
            let accent = columns.parse_optional()?;
            let Some(digest) = columns.get()? else { return Ok(BrandRecord { accent, logo: None }) };
            let logo =
                LogoHead { digest, media_type: columns.get()?, width: columns.number()?, height: columns.number()? };
            Ok(BrandRecord { accent, logo: Some(logo) })
        });
        found.map(Option::unwrap_or_default)
    }

    fn logo(&mut self, vendor_id: VendorId, digest: &str) -> Outcome<Option<LogoRecord>> {
        let sql = "SELECT digest, media_type, width, height, content FROM logos WHERE vendor_id = ? AND digest = ?";
        self.one(sql, (Text(vendor_id), digest), |columns| {
            let head = LogoHead {
                digest: columns.get()?,
                media_type: columns.get()?,
                width: columns.number()?,
                height: columns.number()?,
            };
            Ok(LogoRecord { head, content: columns.get()? })
        })
    }

    fn set_logo(&mut self, vendor_id: VendorId, logo: Option<&LogoRecord>) -> Outcome<()> {
        self.change("DELETE FROM logos WHERE vendor_id = ?", [Text(vendor_id)])?;
        let Some(LogoRecord { head, content }) = logo else { return Ok(()) };
        let sql = "INSERT INTO logos (vendor_id, digest, media_type, width, height, content) VALUES (?, ?, ?, ?, ?, ?)";
        let row = (Text(vendor_id), &head.digest, &head.media_type, head.width, head.height, content);
        self.change(sql, row).map(drop)
    }

    fn other_tax(&mut self, vendor_id: VendorId, tax: Option<&Tax>, limit: usize) -> Outcome<Vec<OtherTax>> {
        let menus = self.all(TAXES, [Text(vendor_id)], |columns| {
            Ok(OtherTax {
                product: columns.parse()?,
                name: columns.get()?,
                menu: columns.number()?,
                tax: columns.json_optional()?,
            })
        });
        Ok(menus?.into_iter().filter(|menu| menu.tax.as_ref() != tax).take(limit).collect())
    }

    fn overdue_orders(&mut self, before: Timestamp, limit: u32) -> Outcome<Vec<OrderRecord>> {
        orders::overdue_orders(self, before, limit)
    }

    fn order_by_reference(&mut self, vendor_id: VendorId, reference: &str) -> Outcome<Option<OrderId>> {
        orders::order_by_reference(self, vendor_id, reference)
    }
}
