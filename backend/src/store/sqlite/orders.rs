//! Orders. Which license an order granted stands in the license, not here.

use rusqlite::Result;
use shared::id::{AccountId, OrderId, VendorId};

use super::catalog::to_json;
use super::row::{Columns, Text, unix};
use super::tx::SqliteTx;
use super::words::Word;
use crate::store::Outcome;
use crate::store::records::OrderRecord;

macro_rules! columns {
    () => {
        "SELECT o.order_id, o.vendor_id, o.customer_id, o.product_id, o.menu_version, o.selection, o.quote,
            o.agreement_digest, o.payment, o.state, o.payment_error, o.placed_at, o.settled_at, l.license_id "
    };
}

/// Orders of one account, through its customers. The account's few customers come first, so that each order is found
/// by its vendor's key.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            columns!(),
            "FROM customers c
                CROSS JOIN orders o ON o.vendor_id = c.vendor_id AND o.customer_id = c.customer_id
                LEFT JOIN licenses l ON l.vendor_id = o.vendor_id AND l.order_id = o.order_id
            WHERE c.account_id = ? ",
            $rest
        )
    };
}

pub(super) fn add_order(tx: &SqliteTx<'_>, order: &OrderRecord) -> Outcome<()> {
    let sql = "
        INSERT INTO orders
            (vendor_id, order_id, customer_id, product_id, menu_version, agreement_digest, selection, quote, total,
            payment, state, payment_error, placed_at, settled_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let row = (
        Text(order.vendor_id),
        Text(order.order_id),
        Text(order.customer_id),
        Text(order.product_id),
        order.menu_version,
        &order.agreement_digest,
        to_json(&order.selection)?,
        to_json(&order.quote)?,
        order.quote.total.amount,
        order.payment.word(),
        order.state.word(),
        order.payment_error.map(Word::word),
        order.placed_at.as_unix(),
        unix(order.settled_at),
    );
    tx.change(sql, row).map(drop)
}

pub(super) fn order(tx: &SqliteTx<'_>, account_id: AccountId, order_id: OrderId) -> Outcome<Option<OrderRecord>> {
    tx.one(select!("AND o.order_id = ?"), (Text(account_id), Text(order_id)), read_order)
}

pub(super) fn order_at(tx: &SqliteTx<'_>, vendor_id: VendorId, order_id: OrderId) -> Outcome<Option<OrderRecord>> {
    let sql = concat!(
        columns!(),
        "FROM orders o LEFT JOIN licenses l ON l.vendor_id = o.vendor_id AND l.order_id = o.order_id
        WHERE o.vendor_id = ? AND o.order_id = ?"
    );
    tx.one(sql, (Text(vendor_id), Text(order_id)), read_order)
}

pub(super) fn orders(
    tx: &SqliteTx<'_>,
    account_id: AccountId,
    before: Option<OrderId>,
    limit: u32,
) -> Outcome<Vec<OrderRecord>> {
    match before {
        Some(before) => {
            let sql = select!("AND o.order_id < ? ORDER BY o.order_id DESC LIMIT ?");
            tx.all(sql, (Text(account_id), Text(before), limit), read_order)
        }
        None => tx.all(select!("ORDER BY o.order_id DESC LIMIT ?"), (Text(account_id), limit), read_order),
    }
}

pub(super) fn update_order(tx: &SqliteTx<'_>, order: &OrderRecord) -> Outcome<()> {
    let sql = "
        UPDATE orders SET state = ?, payment_error = ?, settled_at = ? WHERE vendor_id = ? AND order_id = ?";
    let error = order.payment_error.map(Word::word);
    let settled_at = unix(order.settled_at);
    tx.change_one(sql, (order.state.word(), error, settled_at, Text(order.vendor_id), Text(order.order_id)))
}

fn read_order(columns: &mut Columns<'_>) -> Result<OrderRecord> {
    Ok(OrderRecord {
        order_id: columns.parse()?,
        vendor_id: columns.parse()?,
        customer_id: columns.parse()?,
        product_id: columns.parse()?,
        menu_version: columns.number()?,
        selection: columns.json()?,
        quote: columns.json()?,
        agreement_digest: columns.get()?,
        payment: columns.word()?,
        state: columns.word()?,
        payment_error: columns.word_optional()?,
        placed_at: columns.time()?,
        settled_at: columns.time_optional()?,
        license_id: columns.parse_optional()?,
    })
}
