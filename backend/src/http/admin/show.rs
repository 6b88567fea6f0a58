//! Customers and what they have, as rows for a vendor's team.

use std::collections::BTreeMap;
use std::rc::Rc;

use shared::api::admin::customers::{CustomerName, CustomerRow, License, LicenseRow, MoveRow, OrderRow, PassRow};
use shared::api::admin::leases::{LeaseRow, SeatQueue, Waiter};
use shared::id::{CustomerId, LeaseId, LicenseId, MoveId, OrderId, PassId, VendorId};
use shared::time::Timestamp;

use crate::app::App;
use crate::http::bought::{Bought, BoughtBefore};
use crate::http::identifiers::show_identifiers;
use crate::http::license::{licensed_features, moves_left};
use crate::http::services::show_seats;
use crate::store::listing::Kind;
use crate::store::records::{LicenseRecord, Pass};
use crate::store::{Outcome, Tx, not_found};
use crate::waiting::{Waited, Waits};

/// How many of each a page about one thing shows of what belongs to it.
pub(super) const NEWEST: u32 = 100;

/// How many of a customer's passes or moves are looked at to find the newest: no customer is known to have as many.
const MOST_LOOKED_AT: u32 = 10_000;

/// What was looked up already, while rows are put together.
pub(super) struct Shown {
    vendor_id: VendorId,
    customers: BTreeMap<CustomerId, CustomerName>,
    bought: BoughtBefore,
}

impl Shown {
    /// Nothing yet.
    pub(super) fn of(vendor_id: VendorId) -> Self {
        Self { vendor_id, customers: BTreeMap::new(), bought: BoughtBefore::default() }
    }

    fn customer(&mut self, tx: &mut dyn Tx, customer_id: CustomerId) -> Outcome<CustomerName> {
        if let Some(known) = self.customers.get(&customer_id) {
            return Ok(known.clone());
        }
        let found = tx.customer_at(self.vendor_id, customer_id)?.ok_or_else(not_found)?;
        let name = CustomerName { customer_id, email: found.email, name: found.name };
        self.customers.insert(customer_id, name.clone());
        Ok(name)
    }

    fn bought(&mut self, tx: &mut dyn Tx, record: &LicenseRecord) -> Outcome<Rc<Bought>> {
        self.bought.find(tx, record.vendor_id, record.product_id, record.license.menu)
    }

    pub(super) fn customer_row(&mut self, tx: &mut dyn Tx, customer_id: CustomerId) -> Outcome<CustomerRow> {
        let found = tx.customer_at(self.vendor_id, customer_id)?.ok_or_else(not_found)?;
        let (licenses, orders) = tx.count_bought(self.vendor_id, customer_id)?;
        let customer = CustomerName { customer_id, email: found.email, name: found.name };
        Ok(CustomerRow { customer, created_at: found.created_at, licenses, orders })
    }

    pub(super) fn order_row(&mut self, tx: &mut dyn Tx, order_id: OrderId) -> Outcome<OrderRow> {
        let order = tx.order_at(self.vendor_id, order_id)?.ok_or_else(not_found)?;
        let bought = self.bought.find(tx, order.vendor_id, order.product_id, order.menu_version)?;
        Ok(OrderRow {
            order_id,
            customer: self.customer(tx, order.customer_id)?,
            product: bought.product.slug.clone(),
            product_name: bought.product.name.clone(),
            offer_name: bought.offer(&order.selection.offer)?.name.clone(),
            menu: order.menu_version,
            state: order.state,
            total: order.quote.total,
            tax: order.quote.tax.clone(),
            payment: order.payment,
            invoice: order.invoice.clone(),
            placed_at: order.placed_at,
            settled_at: order.settled_at,
            license_id: order.license_id,
        })
    }

    pub(super) fn license_row(&mut self, tx: &mut dyn Tx, license_id: LicenseId) -> Outcome<LicenseRow> {
        let record = tx.license_at(self.vendor_id, license_id)?.ok_or_else(not_found)?;
        self.row_of(tx, &record)
    }

    fn row_of(&mut self, tx: &mut dyn Tx, record: &LicenseRecord) -> Outcome<LicenseRow> {
        let bought = self.bought(tx, record)?;
        let devices = tx.passes(record.vendor_id, record.license_id)?.len();
        Ok(LicenseRow {
            license_id: record.license_id,
            customer: self.customer(tx, record.customer_id)?,
            product: bought.product.slug.clone(),
            product_name: bought.product.name.clone(),
            offer: record.license.offer.clone(),
            offer_name: bought.offer(&record.license.offer)?.name.clone(),
            state: record.license.state,
            term: record.license.term,
            trial: record.trial,
            granted_at: record.granted_at,
            devices: u32::try_from(devices).unwrap_or(u32::MAX),
            terminals: record.license.terminals,
        })
    }

    /// Everything about one license.
    pub(super) fn license(
        &mut self,
        tx: &mut dyn Tx,
        app: &App,
        record: &LicenseRecord,
        now: Timestamp,
    ) -> Outcome<License> {
        let bought = self.bought(tx, record)?;
        let subject = record.license_id.to_string();
        let waited = app.waiting.of_license(record.vendor_id, record.license_id);
        let granting = tx.granted_by(record.vendor_id, record.license_id)?;
        let there = granting.as_ref().filter(|granting| granting.is_there);
        Ok(License {
            license: self.row_of(tx, record)?,
            order_id: record.order_id,
            source: granting.as_ref().map(|granting| granting.name.clone()),
            source_id: there.map(|granting| granting.source_id),
            rule: there.and_then(|granting| granting.rule.clone()),
            menu: record.license.menu,
            features: licensed_features(record, &bought, now),
            seats: record.license.seats,
            seats_now: show_seats(tx, app, record)?,
            identifiers: show_identifiers(tx, record.vendor_id, record.license_id, now)?,
            waiting: waited.as_ref().map(waiters).unwrap_or_default(),
            leases: self.found(tx, Kind::Lease, &subject, Self::lease_row)?,
            moving: record.license.moving,
            moves_left: moves_left(tx, record, now)?,
            passes: self.found(tx, Kind::Pass, &subject, Self::pass_row)?,
            moves: self.found(tx, Kind::Move, &subject, Self::move_row)?,
            revision: record.revision,
        })
    }

    pub(super) fn pass_row(&mut self, tx: &mut dyn Tx, pass_id: PassId) -> Outcome<PassRow> {
        let pass = tx.pass(self.vendor_id, pass_id)?.ok_or_else(not_found)?;
        let (record, bought) = self.of_pass(tx, &pass)?;
        Ok(PassRow {
            pass_id,
            license_id: pass.license_id,
            customer: self.customer(tx, record.customer_id)?,
            product: bought.product.slug.clone(),
            name: pass.name,
            status: pass.status,
            reason: pass.reason,
            connected_at: pass.connected_at,
            last_seen_at: pass.last_seen_at,
            ended_at: pass.ended_at,
            expires_at: pass.expires_at,
            predecessor: pass.predecessor,
        })
    }

    fn of_pass(&mut self, tx: &mut dyn Tx, pass: &Pass) -> Outcome<(LicenseRecord, Rc<Bought>)> {
        let record = tx.license_at(self.vendor_id, pass.license_id)?.ok_or_else(not_found)?;
        let bought = self.bought(tx, &record)?;
        Ok((record, bought))
    }

    pub(super) fn move_row(&mut self, tx: &mut dyn Tx, move_id: MoveId) -> Outcome<MoveRow> {
        let record = tx.move_at(self.vendor_id, move_id)?.ok_or_else(not_found)?;
        let from = tx.pass(self.vendor_id, record.pass_id)?.ok_or_else(not_found)?;
        let to = record.successor.map(|pass_id| tx.pass(self.vendor_id, pass_id)).transpose()?.flatten();
        let (license, bought) = self.of_pass(tx, &from)?;
        Ok(MoveRow {
            move_id,
            license_id: record.license_id,
            customer: self.customer(tx, license.customer_id)?,
            product: bought.product.slug.clone(),
            pass_id: record.pass_id,
            from: from.name,
            to: to.map(|pass| pass.name),
            successor: record.successor,
            state: record.state,
            offered_at: record.offered_at,
            expires_at: record.expires_at,
            settled_at: record.settled_at,
        })
    }

    pub(super) fn lease_row(&mut self, tx: &mut dyn Tx, lease_id: LeaseId) -> Outcome<LeaseRow> {
        let lease = tx.lease(self.vendor_id, lease_id)?.ok_or_else(not_found)?;
        let record = tx.license_at(self.vendor_id, lease.license_id)?.ok_or_else(not_found)?;
        let bought = self.bought(tx, &record)?;
        let identifier = tx.identifier(self.vendor_id, lease.identifier_id)?;
        let service_name = tx.actor_name(self.vendor_id, &lease.token_id.to_string())?;
        Ok(LeaseRow {
            lease_id,
            license_id: lease.license_id,
            customer: self.customer(tx, record.customer_id)?,
            product: bought.product.slug.clone(),
            identifier_id: lease.identifier_id,
            identifier_label: identifier.and_then(|identifier| identifier.label),
            service: lease.token_id,
            service_name: service_name.unwrap_or_default(),
            holder: lease.holder,
            feature: lease.feature,
            count: lease.count,
            state: lease.state,
            checked_out_at: lease.checked_out_at,
            expires_at: lease.expires_at,
            ended_at: lease.ended_at,
            spent: lease.spent,
        })
    }

    pub(super) fn queue_row(&mut self, tx: &mut dyn Tx, waited: &Waited) -> Outcome<SeatQueue> {
        let record = tx.license_at(self.vendor_id, waited.license_id)?.ok_or_else(not_found)?;
        let bought = self.bought(tx, &record)?;
        let seats = tx.seats(self.vendor_id, waited.license_id)?;
        Ok(SeatQueue {
            license_id: waited.license_id,
            customer: self.customer(tx, record.customer_id)?,
            product: bought.product.slug.clone(),
            seats: record.license.seats,
            seats_taken: seats.taken,
            free_at: seats.free_at,
            waiting: waited.waiting,
            first: waiters(waited),
        })
    }

    /// The newest rows that a customer's id leads to, whichever of their licenses those are of: an id begins with its time.
    pub(super) fn newest<I: std::str::FromStr, R>(
        &mut self,
        tx: &mut dyn Tx,
        kind: Kind,
        subject: &str,
        show: impl Fn(&mut Self, &mut dyn Tx, I) -> Outcome<R>,
    ) -> Outcome<Vec<R>> {
        let mut places = tx.search(self.vendor_id, kind, subject, None, MOST_LOOKED_AT)?;
        places.sort_by(|one, other| other.id_text().cmp(one.id_text()));
        places.truncate(NEWEST as usize);
        places.into_iter().map(|place| show(self, tx, place.id()?)).collect()
    }

    /// The rows that an id leads to, the newest first.
    pub(super) fn found<I: std::str::FromStr, R>(
        &mut self,
        tx: &mut dyn Tx,
        kind: Kind,
        subject: &str,
        show: impl Fn(&mut Self, &mut dyn Tx, I) -> Outcome<R>,
    ) -> Outcome<Vec<R>> {
        let places = tx.search(self.vendor_id, kind, subject, None, NEWEST)?;
        places.into_iter().map(|place| show(self, tx, place.id()?)).collect()
    }
}

fn waiters(waited: &Waited) -> Vec<Waiter> {
    let show = |waits: &Waits| Waiter { holder: waits.holder.clone(), since: waits.since };
    waited.first.iter().map(show).collect()
}

/// The word by which something goes over the wire, for files.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// What may be absent, for files.
pub(super) fn or_empty<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
