//! Lists by time. Each index holds what a list may be filtered by, then the time, then the id: where a filter is not given,
//! its few values are gone through one by one, and what they give is merged.

use shared::api::order::OrderState;
use shared::id::{CustomerId, OrderId, ProductId, VendorId};
use shared::license::{LeaseState, LicenseState, MoveState, StatusReason};
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use super::row::{Text, Value};
use super::tx::SqlTx;
use super::words::Word;
use super::{orders, search};
use crate::store::listing::{Kind, List, Listing, Place};
use crate::store::records::{CustomerRecord, OrderRecord};
use crate::store::{Outcome, StoreError};

/// An index that a list is read from.
pub(super) struct Index {
    name: &'static str,
    table: &'static str,
    id: &'static str,
    /// What each filter compares, in the index's order.
    filters: &'static str,
    time: &'static str,
    order: Order,
}

/// Which end of the time comes first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    NewestFirst,
    EarliestFirst,
}

use Order::{EarliestFirst, NewestFirst};

const CUSTOMERS: Index = Index {
    name: "customers_created",
    table: "customers",
    id: "customer_id",
    filters: "",
    time: "created_at",
    order: NewestFirst,
};
const ORDERS: Index = Index {
    name: "orders_placed",
    table: "orders",
    id: "order_id",
    filters: "AND product_id = ? AND state = ?",
    time: "placed_at",
    order: NewestFirst,
};
/// The order's currency is held against each row: a product's prices have one.
const ORDERS_FULFILLED: Index = Index {
    name: "orders_fulfilled",
    filters: "AND product_id = ? AND state = ? AND currency = coalesce(?, currency)",
    time: "fulfilled_at",
    ..ORDERS
};
const LICENSES: Index = Index {
    name: "licenses_granted",
    table: "licenses",
    id: "license_id",
    filters: "AND product_id = ? AND state = ? AND trial = ?",
    time: "granted_at",
    order: NewestFirst,
};
const LICENSES_OF_OFFER: Index = Index {
    name: "licenses_offer",
    filters: "AND product_id = ? AND offer = ? AND state = ? AND trial = ?",
    ..LICENSES
};
const LICENSES_BY_END: Index = Index { name: "licenses_end", time: "end_or_never", order: EarliestFirst, ..LICENSES };
const PASSES: Index = Index {
    name: "passes_connected",
    table: "passes",
    id: "pass_id",
    filters: "AND product_id = ? AND status = ? AND reason = ?",
    time: "connected_at",
    order: NewestFirst,
};
const PASSES_BY_SEEN: Index = Index { name: "passes_seen", filters: "", time: "last_seen_at", ..PASSES };
const MOVES: Index = Index {
    name: "moves_offered",
    table: "moves",
    id: "move_id",
    filters: "AND product_id = ? AND state = ?",
    time: "offered_at",
    order: NewestFirst,
};

const LEASES: Index = Index {
    name: "leases_checked_out",
    table: "leases",
    id: "lease_id",
    filters: "AND product_id = ? AND state = ?",
    time: "checked_out_at",
    order: NewestFirst,
};
const LEASES_OF_SERVICE: Index =
    Index { name: "leases_service", filters: "AND product_id = ? AND token_id = ? AND state = ?", ..LEASES };

impl Index {
    /// The one statement that reads it: bound are the vendor, the filters' values, where to begin and to end, and how many.
    pub(super) fn statement(&self) -> String {
        let Self { name, table, id, filters, time, .. } = self;
        let (beyond, within, direction) = match self.order {
            NewestFirst => ("<", ">=", "DESC"),
            EarliestFirst => (">", "<", "ASC"),
        };
        format!(
            "SELECT {time}, {id} FROM {table} INDEXED BY {name} WHERE vendor_id = ? {filters}
                AND ({time}, {id}) {beyond} (?, ?) AND {time} {within} ?
            ORDER BY {time} {direction}, {id} {direction} LIMIT ?"
        )
    }

    /// The same, for rows without a reason.
    fn statement_without_reason(&self) -> String {
        self.statement().replace("reason = ?", "reason IS NULL")
    }

    /// The first `limit` of what the index holds for any of these combinations of values, between the times.
    fn read(
        &self,
        tx: &SqlTx<'_>,
        vendor_id: VendorId,
        combinations: Vec<Vec<Value>>,
        (from, to): (Option<Timestamp>, Option<Timestamp>),
        after: Option<&Place>,
        limit: u32,
    ) -> Outcome<Vec<Place>> {
        let (from, to) = (from.map_or(i64::MIN, Timestamp::as_unix), to.map_or(i64::MAX, Timestamp::as_unix));
        let (mut begin, end) = match self.order {
            NewestFirst => ((to, String::new()), from),
            EarliestFirst => ((from, String::new()), to),
        };
        match after {
            Some(Place::Time(at, id)) => {
                let place = (*at, id.clone());
                begin = if self.order == NewestFirst { begin.min(place) } else { begin.max(place) };
            }
            Some(Place::Found { .. }) => return Err(StoreError::Fault("a search's place in a list".to_owned())),
            None => {}
        }
        let (sql, without_reason) = (self.statement(), self.statement_without_reason());
        let mut found: Vec<(i64, String)> = Vec::new();
        for values in combinations {
            let mut bound = vec![Value::from(vendor_id.to_string())];
            let is_without_reason = self.filters.contains("reason") && values.last() == Some(&Value::Null);
            let sql = if is_without_reason { &without_reason } else { &sql };
            let count = values.len() - usize::from(is_without_reason);
            bound.extend(values.into_iter().take(count));
            bound.extend([begin.0.into(), begin.1.clone().into(), end.into(), i64::from(limit).into()]);
            found.extend(tx.all(sql, bound, |columns| Ok((columns.get()?, columns.get()?)))?);
        }
        found.sort_unstable();
        if self.order == NewestFirst {
            found.reverse();
        }
        found.truncate(limit as usize);
        Ok(found.into_iter().map(|(at, id)| Place::Time(at, id)).collect())
    }
}

impl Listing for SqlTx<'_> {
    fn list(
        &mut self,
        vendor_id: VendorId,
        list: &List,
        product: Option<ProductId>,
        after: Option<&Place>,
        limit: u32,
    ) -> Outcome<Vec<Place>> {
        let all_time = (None, None);
        let (index, combinations, time) = match list {
            List::Customers => (CUSTOMERS, vec![Vec::new()], all_time),
            List::PassesBySeen => (PASSES_BY_SEEN, vec![Vec::new()], all_time),
            List::Orders { state, from, to } => {
                let values = self.of_products(vendor_id, product)?;
                (ORDERS, each(values, &words(*state, &ORDER_STATES)), (*from, *to))
            }
            List::OrdersFulfilled { state, currency, from, to } => {
                let values = each(self.of_products(vendor_id, product)?, &words(*state, &FULFILLED_STATES));
                let currency = currency.map_or(Value::Null, |currency| currency.to_string().into());
                (ORDERS_FULFILLED, each(values, &[currency]), (*from, *to))
            }
            List::Licenses { state, trial, offer, from, to } => {
                let products = self.of_products(vendor_id, product)?;
                let (index, values) = match offer {
                    Some(offer) => (LICENSES_OF_OFFER, each(products, &[offer.as_str().to_owned().into()])),
                    None => (LICENSES, products),
                };
                (index, each(each(values, &words(*state, &LICENSE_STATES)), &yes_or_no(*trial)), (*from, *to))
            }
            List::LicensesByEnd { state, trial, from, to } => {
                let values = each(self.of_products(vendor_id, product)?, &words(*state, &LICENSE_STATES));
                (LICENSES_BY_END, each(values, &yes_or_no(*trial)), (*from, *to))
            }
            List::Passes { status, reason } => {
                let values = each(self.of_products(vendor_id, product)?, &words(*status, &PASS_STATUSES));
                let mut reasons = words(*reason, &REASONS);
                if reason.is_none() {
                    reasons.push(Value::Null);
                }
                (PASSES, each(values, &reasons), all_time)
            }
            List::Moves { state } => {
                let values = self.of_products(vendor_id, product)?;
                (MOVES, each(values, &words(*state, &MOVE_STATES)), all_time)
            }
            List::Leases { state, service } => {
                let products = self.of_products(vendor_id, product)?;
                let (index, values) = match service {
                    Some(service) => (LEASES_OF_SERVICE, each(products, &[service.to_string().into()])),
                    None => (LEASES, products),
                };
                (index, each(values, &words(*state, &LEASE_STATES)), all_time)
            }
        };
        index.read(self, vendor_id, combinations, time, after, limit)
    }

    fn search(
        &mut self,
        vendor_id: VendorId,
        kind: Kind,
        wanted: &str,
        after: Option<&Place>,
        limit: u32,
    ) -> Outcome<Vec<Place>> {
        search::search(self, vendor_id, kind, wanted, after, limit)
    }

    fn customer_at(&mut self, vendor_id: VendorId, customer_id: CustomerId) -> Outcome<Option<CustomerRecord>> {
        let sql = "
            SELECT c.customer_id, c.account_id, a.email, a.name, c.created_at
            FROM customers c JOIN accounts a ON a.account_id = c.account_id
            WHERE c.vendor_id = ? AND c.customer_id = ?";
        self.one(sql, (Text(vendor_id), Text(customer_id)), |columns| {
            Ok(CustomerRecord {
                customer_id: columns.parse()?,
                account_id: columns.parse()?,
                email: columns.get()?,
                name: columns.get()?,
                created_at: columns.time()?,
            })
        })
    }

    fn count_bought(&mut self, vendor_id: VendorId, customer_id: CustomerId) -> Outcome<(u64, u64)> {
        let sql = "
            SELECT (SELECT count(*) FROM licenses WHERE vendor_id = ?1 AND customer_id = ?2),
                (SELECT count(*) FROM orders WHERE vendor_id = ?1 AND customer_id = ?2)";
        let found =
            self.one(sql, (Text(vendor_id), Text(customer_id)), |columns| Ok((columns.number()?, columns.number()?)))?;
        Ok(found.unwrap_or_default())
    }

    fn order_at(&mut self, vendor_id: VendorId, order_id: OrderId) -> Outcome<Option<OrderRecord>> {
        orders::order_at(self, vendor_id, order_id)
    }
}

impl SqlTx<'_> {
    /// The product, or each of the vendor's.
    fn of_products(&self, vendor_id: VendorId, product: Option<ProductId>) -> Outcome<Vec<Vec<Value>>> {
        if let Some(product) = product {
            return Ok(vec![vec![product.to_string().into()]]);
        }
        let sql = "SELECT product_id FROM products WHERE vendor_id = ?";
        self.all(sql, [Text(vendor_id)], |columns| Ok(vec![columns.get()?]))
    }
}

const ORDER_STATES: [OrderState; 4] =
    [OrderState::AwaitingPayment, OrderState::Fulfilled, OrderState::Cancelled, OrderState::Refunded];
const FULFILLED_STATES: [OrderState; 2] = [OrderState::Fulfilled, OrderState::Refunded];
const LICENSE_STATES: [LicenseState; 3] = [LicenseState::Active, LicenseState::Suspended, LicenseState::Revoked];
const PASS_STATUSES: [PassStatus; 4] =
    [PassStatus::Valid, PassStatus::Moving, PassStatus::Suspended, PassStatus::Invalid];
const REASONS: [StatusReason; 6] = [
    StatusReason::Vendor,
    StatusReason::License,
    StatusReason::Cloned,
    StatusReason::Moved,
    StatusReason::Recovered,
    StatusReason::Replaced,
];
const MOVE_STATES: [MoveState; 4] = [MoveState::Offered, MoveState::Redeemed, MoveState::Cancelled, MoveState::Expired];

const LEASE_STATES: [LeaseState; 4] = [LeaseState::Open, LeaseState::Returned, LeaseState::Expired, LeaseState::Ended];

/// The one word that is wanted, or all.
fn words<T: Word>(wanted: Option<T>, all: &[T]) -> Vec<Value> {
    let word = |state: &T| Value::from(state.word().to_owned());
    wanted.as_ref().map_or_else(|| all.iter().map(word).collect(), |state| vec![word(state)])
}

fn yes_or_no(wanted: Option<bool>) -> Vec<Value> {
    wanted.map_or_else(|| vec![false.into(), true.into()], |wanted| vec![wanted.into()])
}

/// Every combination, with each of these values behind it.
fn each(combinations: Vec<Vec<Value>>, values: &[Value]) -> Vec<Vec<Value>> {
    let longer = |row: Vec<Value>| {
        let with = move |value: &Value| row.iter().chain([value]).cloned().collect::<Vec<_>>();
        values.iter().map(with).collect::<Vec<_>>()
    };
    combinations.into_iter().flat_map(longer).collect()
}

/// Every statement by which lists are read; the searches' stand in their own file.
#[cfg(test)]
pub(in crate::store) fn statements() -> Vec<String> {
    let all = [
        CUSTOMERS,
        ORDERS,
        ORDERS_FULFILLED,
        LICENSES,
        LICENSES_OF_OFFER,
        LICENSES_BY_END,
        PASSES,
        PASSES_BY_SEEN,
        MOVES,
        LEASES,
        LEASES_OF_SERVICE,
    ];
    all.iter().flat_map(|index| [index.statement(), index.statement_without_reason()]).collect()
}
