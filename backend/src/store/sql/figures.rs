//! Figures: read by their key, day after day; written by whoever counts the event log.

use std::collections::BTreeMap;

use shared::id::{LicenseId, OrderId, ProductId, VendorId};
use shared::time::{Date, Timestamp};

use super::row::{Columns, Text, Value};
use super::tx::SqlTx;
use super::words::Word as _;
use crate::store::Outcome;
use crate::store::figures::{Counted, EndingLicense, FigureKey, Figures, Tally};

const FIGURES: &str = "
    SELECT day, what, detail, count, amount FROM figures
    WHERE vendor_id = ? AND product_id = ? AND day BETWEEN ? AND ? ORDER BY day, what, detail";

const ACTIVE: &str = "SELECT day, change FROM figures_active WHERE vendor_id = ? AND product_id = ?";

const COUNT_ENDING: &str = "
    SELECT count(*) FROM licenses INDEXED BY licenses_end
    WHERE vendor_id = ? AND product_id = ? AND state = 'active' AND trial = ? AND ends_at IS NOT NULL
        AND ends_at > ? AND ends_at <= ?";

const ENDING: &str = "
    SELECT vendor_id, license_id, ends_at, trial FROM licenses INDEXED BY licenses_expiring
    WHERE state = 'active' AND ends_at IS NOT NULL AND told_end IS DISTINCT FROM ends_at
        AND max(ends_at - 604800, (starts_at + ends_at) / 2) <= ?
    ORDER BY max(ends_at - 604800, (starts_at + ends_at) / 2) LIMIT ?";

impl Figures for SqlTx<'_> {
    fn counted(&mut self, vendor_id: VendorId) -> Outcome<u64> {
        let sql = "SELECT counted FROM figures_counted WHERE vendor_id = ?";
        Ok(self.one(sql, [Text(vendor_id)], |columns| columns.number())?.unwrap_or(0))
    }

    fn uncounted_vendors(&mut self) -> Outcome<Vec<VendorId>> {
        let sql = "
            SELECT vendor_id FROM vendors v LEFT JOIN figures_counted c USING (vendor_id)
            WHERE EXISTS (SELECT 1 FROM events e WHERE e.vendor_id = v.vendor_id AND e.number > coalesce(c.counted, 0))";
        self.all(sql, (), |columns| columns.parse())
    }

    fn add_counted(&mut self, vendor_id: VendorId, from: u64, to: u64, counted: &Counted) -> Outcome<bool> {
        self.may_write()?;
        if self.counted(vendor_id)? != from {
            return Ok(false);
        }
        let vendor = vendor_id.to_string();
        let sql = "
            INSERT INTO figures (vendor_id, product_id, day, what, detail, count, amount) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (vendor_id, product_id, day, what, detail) DO UPDATE SET
                count = figures.count + excluded.count, amount = figures.amount + excluded.amount";
        for (FigureKey { product_id, day, figure, detail }, tally) in &counted.tallies {
            let key = (Text(product_id), Text(day), figure.word());
            self.change(sql, (&vendor, key.0, key.1, key.2, detail, tally.count, tally.amount))?;
        }
        let sql = "
            INSERT INTO figures_active (vendor_id, product_id, day, change) VALUES (?, ?, ?, ?)
            ON CONFLICT (vendor_id, product_id, day) DO UPDATE SET change = figures_active.change + excluded.change";
        for ((product_id, day), change) in counted.active.iter().filter(|(_, change)| **change != 0) {
            self.change(sql, (&vendor, Text(product_id), Text(day), change))?;
        }
        let sql = "
            INSERT INTO figures_counted (vendor_id, counted) VALUES (?, ?)
            ON CONFLICT (vendor_id) DO UPDATE SET counted = excluded.counted";
        self.change(sql, (&vendor, i64::try_from(to).unwrap_or(i64::MAX)))?;
        Ok(true)
    }

    fn figures(
        &mut self,
        vendor_id: VendorId,
        product_id: Option<ProductId>,
        from: Date,
        to: Date,
    ) -> Outcome<Vec<(FigureKey, Tally)>> {
        let mut found = Vec::new();
        for product_id in self.product_ids(vendor_id, product_id)? {
            found.extend(self.all(FIGURES, (Text(vendor_id), Text(product_id), Text(from), Text(to)), |columns| {
                let (day, figure, detail) = (columns.parse()?, columns.word()?, columns.get()?);
                let tally = Tally { count: columns.get()?, amount: columns.get()? };
                Ok((FigureKey { product_id, day, figure, detail }, tally))
            })?);
        }
        Ok(found)
    }

    fn active_changes(&mut self, vendor_id: VendorId, product_id: Option<ProductId>) -> Outcome<BTreeMap<Date, i64>> {
        let mut changes = BTreeMap::new();
        for product_id in self.product_ids(vendor_id, product_id)? {
            let days = self.all(ACTIVE, (Text(vendor_id), Text(product_id)), |columns| {
                Ok((columns.parse::<Date>()?, columns.get::<i64>()?))
            })?;
            for (day, change) in days {
                *changes.entry(day).or_insert(0) += change;
            }
        }
        Ok(changes)
    }

    fn count_ending(
        &mut self,
        vendor_id: VendorId,
        product_id: Option<ProductId>,
        from: Timestamp,
        to: Timestamp,
    ) -> Outcome<u64> {
        let mut count = 0;
        for product_id in self.product_ids(vendor_id, product_id)? {
            for trial in [false, true] {
                let key = (Text(vendor_id), Text(product_id), trial);
                count += self.value::<u64>(COUNT_ENDING, (key.0, key.1, key.2, from.as_unix(), to.as_unix()))?;
            }
        }
        Ok(count)
    }

    fn product_of_license(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Option<ProductId>> {
        let sql = "SELECT product_id FROM licenses WHERE vendor_id = ? AND license_id = ?";
        self.one(sql, (Text(vendor_id), Text(license_id)), |columns| columns.parse())
    }

    fn product_of_order(&mut self, vendor_id: VendorId, order_id: OrderId) -> Outcome<Option<ProductId>> {
        let sql = "SELECT product_id FROM orders WHERE vendor_id = ? AND order_id = ?";
        self.one(sql, (Text(vendor_id), Text(order_id)), |columns| columns.parse())
    }

    fn note_denial(
        &mut self,
        vendor_id: VendorId,
        license_id: LicenseId,
        (act, code): (&str, &str),
        since: Timestamp,
        now: Timestamp,
    ) -> Outcome<bool> {
        let sql = "
            INSERT INTO denials (vendor_id, license_id, act, code, told_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (vendor_id, license_id, act, code) DO UPDATE SET told_at = excluded.told_at
                WHERE denials.told_at <= ?";
        let row: [Value; 6] = [
            vendor_id.to_string().into(),
            license_id.to_string().into(),
            act.to_owned().into(),
            code.to_owned().into(),
            now.as_unix().into(),
            since.as_unix().into(),
        ];
        Ok(self.change(sql, row)? > 0)
    }

    fn ending_licenses(&mut self, now: Timestamp, limit: u32) -> Outcome<Vec<EndingLicense>> {
        let read = |columns: &mut Columns<'_>| {
            Ok(EndingLicense {
                vendor_id: columns.parse()?,
                license_id: columns.parse()?,
                ends_at: columns.time()?,
                trial: columns.get()?,
            })
        };
        let find = || self.all(ENDING, (now.as_unix(), limit), read);
        self.held(find, |found| found.iter().map(|ending| ending.vendor_id).collect())
    }

    fn note_ending(&mut self, ending: &EndingLicense) -> Outcome<()> {
        let sql = "UPDATE licenses SET told_end = ? WHERE vendor_id = ? AND license_id = ?";
        self.change_one(sql, (ending.ends_at.as_unix(), Text(ending.vendor_id), Text(ending.license_id)))
    }
}

impl SqlTx<'_> {
    /// The product, or each of the vendor's.
    fn product_ids(&self, vendor_id: VendorId, product_id: Option<ProductId>) -> Outcome<Vec<ProductId>> {
        match product_id {
            Some(product_id) => Ok(vec![product_id]),
            None => self.all("SELECT product_id FROM products WHERE vendor_id = ?", [Text(vendor_id)], |columns| {
                columns.parse()
            }),
        }
    }
}

/// Every statement by which figures are read.
#[cfg(test)]
pub(in crate::store) fn statements() -> Vec<String> {
    [FIGURES, ACTIVE, COUNT_ENDING, ENDING].map(str::to_owned).to_vec()
}
