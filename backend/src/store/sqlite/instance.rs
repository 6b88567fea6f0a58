//! How the file stands, and the status lists.

use shared::id::VendorId;

use super::row::Text;
use super::tx::SqliteTx;
use crate::store::Outcome;
use crate::store::instance::{Instance, StatusListCounts, StoreSize};

const LISTS: &str = "
    SELECT list, size, version, moving, suspended, invalid FROM status_lists
    WHERE vendor_id = ? AND list < ? ORDER BY list DESC LIMIT ?";

impl Instance for SqliteTx<'_> {
    fn status_list_counts(
        &mut self,
        vendor_id: VendorId,
        before: Option<u32>,
        limit: u32,
    ) -> Outcome<Vec<StatusListCounts>> {
        let before = before.map_or(i64::MAX, i64::from);
        self.all(LISTS, (Text(vendor_id), before, limit), |columns| {
            Ok(StatusListCounts {
                list: columns.number()?,
                size: columns.number()?,
                version: columns.number()?,
                moving: columns.number()?,
                suspended: columns.number()?,
                invalid: columns.number()?,
            })
        })
    }

    fn store_size(&mut self) -> Outcome<StoreSize> {
        let pages: u64 = self.value("SELECT page_count FROM pragma_page_count", [])?;
        let page: u64 = self.value("SELECT page_size FROM pragma_page_size", [])?;
        let schema = self.value("SELECT max(version) FROM schema_migrations", [])?;
        Ok(StoreSize { kind: "sqlite", bytes: pages.saturating_mul(page), schema })
    }

    fn count_disabled_webhooks(&mut self, vendor_id: VendorId) -> Outcome<u32> {
        self.value("SELECT count(*) FROM webhooks WHERE vendor_id = ? AND state = 'disabled'", [Text(vendor_id)])
    }
}

/// The statement by which status lists are listed.
#[cfg(test)]
pub(super) fn statements() -> Vec<String> {
    vec![LISTS.to_owned()]
}
