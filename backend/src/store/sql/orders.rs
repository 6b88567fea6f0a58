//! Orders. Which license an order granted stands in the license, not here.

use shared::api::order::{Invoice, OrderState};
use shared::id::{AccountId, OrderId, VendorId};
use shared::time::Timestamp;

use super::catalog::to_json;
use super::row::{Columns, Result, Text, params, unix};
use super::tx::SqlTx;
use super::words::Word;
use crate::store::Outcome;
use crate::store::records::OrderRecord;

macro_rules! columns {
    () => {
        "SELECT o.order_id, o.vendor_id, o.customer_id, o.product_id, o.menu_version, o.selection, o.quote,
            o.agreement_digest, o.payment, o.instructions, o.reference, o.due_at, o.state, o.payment_error, o.placed_at,
            o.settled_at, l.license_id "
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

pub(super) fn add_order(tx: &SqlTx<'_>, order: &OrderRecord) -> Outcome<()> {
    let sql = "
        INSERT INTO orders
            (vendor_id, order_id, customer_id, product_id, menu_version, agreement_digest, selection, quote, total,
            payment, instructions, reference, due_at, state, payment_error, placed_at, settled_at, fulfilled_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let invoice = order.invoice.as_ref();
    let row = params![
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
        invoice.map(|invoice| &invoice.instructions),
        invoice.map(|invoice| &invoice.reference),
        invoice.map(|invoice| invoice.due_at.as_unix()),
        order.state.word(),
        order.payment_error.map(Word::word),
        order.placed_at.as_unix(),
        unix(order.settled_at),
        unix(order.settled_at.filter(|_| order.state == OrderState::Fulfilled)),
    ];
    tx.change(sql, row).map(drop)
}

pub(super) fn order(tx: &SqlTx<'_>, account_id: AccountId, order_id: OrderId) -> Outcome<Option<OrderRecord>> {
    let find = || tx.one(select!("AND o.order_id = ?"), (Text(account_id), Text(order_id)), read_order);
    tx.held(find, |found| found.iter().map(|order| order.vendor_id).collect())
}

pub(super) fn order_at(tx: &SqlTx<'_>, vendor_id: VendorId, order_id: OrderId) -> Outcome<Option<OrderRecord>> {
    let sql = concat!(
        columns!(),
        "FROM orders o LEFT JOIN licenses l ON l.vendor_id = o.vendor_id AND l.order_id = o.order_id
        WHERE o.vendor_id = ? AND o.order_id = ?"
    );
    tx.one(sql, (Text(vendor_id), Text(order_id)), read_order)
}

pub(super) fn orders(
    tx: &SqlTx<'_>,
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

pub(super) fn update_order(tx: &SqlTx<'_>, order: &OrderRecord) -> Outcome<()> {
    let sql = "
        UPDATE orders SET state = ?1, payment_error = ?2, settled_at = ?3,
            fulfilled_at = CASE ?1 WHEN 'fulfilled' THEN coalesce(fulfilled_at, ?3) ELSE fulfilled_at END
        WHERE vendor_id = ?4 AND order_id = ?5";
    let error = order.payment_error.map(Word::word);
    let settled_at = unix(order.settled_at);
    tx.change_one(sql, (order.state.word(), error, settled_at, Text(order.vendor_id), Text(order.order_id)))
}

/// Orders of all vendors that were to be paid before then and are not, those that wait longest first.
fn overdue_statement() -> &'static str {
    concat!(
        columns!(),
        "FROM orders o INDEXED BY orders_due LEFT JOIN licenses l ON l.vendor_id = o.vendor_id AND l.order_id = o.order_id
        WHERE o.state = 'awaiting_payment' AND o.due_at IS NOT NULL AND o.due_at < ? ORDER BY o.due_at LIMIT ?"
    )
}

/// The order that a transfer names.
const BY_REFERENCE: &str =
    "SELECT order_id FROM orders WHERE vendor_id = ? AND reference = ? AND reference IS NOT NULL";

/// Every statement by which orders are found without their ids.
#[cfg(test)]
pub(in crate::store) fn statements() -> Vec<String> {
    [overdue_statement(), BY_REFERENCE].map(str::to_owned).into()
}

pub(super) fn overdue_orders(tx: &SqlTx<'_>, before: Timestamp, limit: u32) -> Outcome<Vec<OrderRecord>> {
    let find = || tx.all(overdue_statement(), (before.as_unix(), limit), read_order);
    tx.held(find, |found| found.iter().map(|order| order.vendor_id).collect())
}

pub(super) fn order_by_reference(tx: &SqlTx<'_>, vendor_id: VendorId, reference: &str) -> Outcome<Option<OrderId>> {
    tx.one(BY_REFERENCE, (Text(vendor_id), reference), |columns| columns.parse())
}

fn read_invoice(columns: &mut Columns<'_>) -> Result<Option<Invoice>> {
    let (instructions, reference, due_at) = (columns.get()?, columns.get()?, columns.time_optional()?);
    let told = (instructions, reference, due_at);
    Ok(match told {
        (Some(instructions), Some(reference), Some(due_at)) => Some(Invoice { instructions, reference, due_at }),
        _ => None,
    })
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
        invoice: read_invoice(columns)?,
        state: columns.word()?,
        payment_error: columns.word_optional()?,
        placed_at: columns.time()?,
        settled_at: columns.time_optional()?,
        license_id: columns.parse_optional()?,
    })
}
