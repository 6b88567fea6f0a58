//! How the file stands, and the status lists.

use shared::id::VendorId;

use super::row::Text;
use super::tx::{Link, SqlTx};
use super::vendors;
use crate::store::Outcome;
use crate::store::instance::{Instance, Standing, StatusListCounts, StoreSize};
use crate::store::records::SigningKey;

const LISTS: &str = "
    SELECT list, size, version, moving, suspended, invalid FROM status_lists
    WHERE vendor_id = ? AND list < ? ORDER BY list DESC LIMIT ?";

const STANDING: &str = "
    SELECT
        (SELECT count(*) FROM leases WHERE state = 'open'),
        (SELECT count(*) FROM mails WHERE state = 'queued'),
        (SELECT count(*) FROM webhooks WHERE state = 'active'),
        (SELECT count(*) FROM webhooks WHERE state = 'active' AND failing_since IS NOT NULL),
        (SELECT count(*) FROM webhooks WHERE state = 'disabled'),
        (SELECT CAST(coalesce(sum(
                (SELECT coalesce(max(number), 0) FROM events WHERE events.vendor_id = webhooks.vendor_id) - told), 0) AS BIGINT)
            FROM webhooks WHERE state = 'active'),
        (SELECT min(activated_at) FROM signing_keys WHERE state = 'active'),
        (SELECT max((SELECT max(at) FROM events WHERE events.vendor_id = vendors.vendor_id)) FROM vendors)";

impl Instance for SqlTx<'_> {
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
        let schema = self.value("SELECT max(version) FROM schema_migrations", ())?;
        let (kind, bytes) = match self.link() {
            Link::Sqlite(_) => ("sqlite", "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"),
            Link::Postgres(_) => ("postgresql", "SELECT pg_database_size(current_database())"),
        };
        Ok(StoreSize { kind, bytes: self.value(bytes, ())?, schema })
    }

    fn standing(&mut self) -> Outcome<Standing> {
        let standing = self.one(STANDING, (), |columns| {
            Ok(Standing {
                open_leases: columns.number()?,
                queued_mails: columns.number()?,
                active_webhooks: columns.number()?,
                failing_webhooks: columns.number()?,
                disabled_webhooks: columns.number()?,
                untold_events: columns.number()?,
                oldest_key_at: columns.time_optional()?,
                last_event_at: columns.time_optional()?,
            })
        })?;
        Ok(standing.unwrap_or_default())
    }

    fn some_signing_keys(&mut self, limit: u32) -> Outcome<Vec<SigningKey>> {
        vendors::some_signing_keys(self, limit)
    }

    fn count_disabled_webhooks(&mut self, vendor_id: VendorId) -> Outcome<u32> {
        self.value("SELECT count(*) FROM webhooks WHERE vendor_id = ? AND state = 'disabled'", [Text(vendor_id)])
    }
}

/// The statement by which status lists are listed.
#[cfg(test)]
pub(in crate::store) fn statements() -> Vec<String> {
    vec![LISTS.to_owned()]
}
