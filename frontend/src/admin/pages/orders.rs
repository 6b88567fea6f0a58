//! `/admin/{vendor}/orders`, and one order with what may be done with it.

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::customers::OrderRow;
use shared::api::order::{OrderState, PaymentMethod};
use shared::tax::QuoteTax;
use shared::team::Permission;

use crate::admin::api::{self, read_value};
use crate::admin::layer::body;
use crate::admin::list::{Filter, FilterKind, Leads, List, Row, list_page};
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::button::button;
use crate::components::copy::copy;
use crate::components::el::{Text, el};
use crate::components::lines::facts;
use crate::components::skeleton::skeleton;
use crate::components::status::order_status;
use crate::load::{Loader, whenever};
use crate::phrase;

use super::acts;
use super::customers::{customer_link, opener};

const STATES: &[(&str, &str)] = &[
    ("fulfilled", words::ORDER_PAID),
    ("awaiting_payment", words::ORDER_AWAITING),
    ("cancelled", words::ORDER_CANCELLED),
    ("refunded", words::ORDER_REFUNDED),
];

static LIST: List = List {
    name: "orders",
    title: words::ORDERS,
    lead: words::ORDERS_LEAD,
    columns: &[words::ORDER, words::CUSTOMER, words::STATUS, words::TOTAL, words::PLACED],
    search: words::SEARCH_ORDERS,
    filters: &[
        Filter::new("state", words::STATUS, FilterKind::OneOf(STATES)),
        Filter::new("product", words::PRODUCT_LABEL, FilterKind::Product),
        Filter::new("currency", words::CURRENCY, FilterKind::Id).sorted("-fulfilled_at"),
        Filter::new("from", words::FROM_DAY, FilterKind::Day),
        Filter::new("to", words::BEFORE_DAY, FilterKind::Day),
    ],
    sorts: &[("-placed_at", words::PLACED_FIRST), ("-fulfilled_at", words::FULFILLED_FIRST)],
    row,
    nothing: ("receipt", words::NO_ORDERS, words::NO_ORDERS_DETAIL),
    action: None,
    is_exported: true,
    bulk: None,
};

/// All orders.
pub(crate) fn orders() -> AnyView {
    list_page(&LIST)
}

fn row(team: Team, item: &Value) -> Option<Row> {
    let row: OrderRow = read_value(item).ok()?;
    Some(Row {
        id: row.order_id.to_string(),
        name: format!("{} {}", row.product_name, row.offer_name),
        address: Leads::Open,
        cells: vec![
            customer_link(team, &row.customer),
            order_status(row.state),
            el("span", "number").text(intl::money(row.total)).into(),
            Text::from(intl::date(row.placed_at)).into(),
        ],
    })
}

/// One order.
pub(super) fn sheet(order_id: &str, title: RwSignal<String>) -> AnyView {
    let team = Team::of_app();
    let path = team.path(&format!("orders/{}", browser::encode(order_id)));
    let loader: Loader<OrderRow> = Loader::new(move || {
        team.heed_changes();
        api::get(path.clone())
    });
    let named = loader.title(|row| format!("{} {}", row.product_name, row.offer_name), words::ORDER);
    whenever(move || title.set(named.get()));
    body(loader.show(|| skeleton("stack", 2, "skeleton medium"), move |row| about(team, &row)))
}

fn about(team: Team, row: &OrderRow) -> AnyView {
    let text = |text: String| AnyView::from(Text::from(text));
    let payment = match row.payment {
        PaymentMethod::Free => words::PAID_FREE,
        PaymentMethod::Test => words::PAID_TEST,
        PaymentMethod::Invoice => words::PAID_INVOICE,
        PaymentMethod::Source => words::PAID_SOURCE,
    };
    let mut list = vec![
        (words::STATUS, order_status(row.state)),
        (words::CUSTOMER, customer_link(team, &row.customer)),
        (words::TOTAL, text(intl::money(row.total))),
        (words::TAX, text(row.tax.as_ref().map_or_else(|| words::TAX_NONE.to_owned(), show_tax))),
        (words::PAYMENT, text(payment.to_owned())),
        (words::PLACED, text(intl::date_time(row.placed_at))),
        (words::MENU_VERSION, text(words::version(row.menu))),
        (words::ORDER_NUMBER, copy(row.order_id.to_string(), words::ORDER_NUMBER)),
    ];
    if let Some(invoice) = &row.invoice {
        list.push((words::REFERENCE, copy(invoice.reference.clone(), words::REFERENCE)));
        list.push((words::PAY_UNTIL, text(intl::date(invoice.due_at))));
    }
    if let Some(settled) = row.settled_at {
        list.push((words::SETTLED, text(intl::date_time(settled))));
    }
    if let Some(license) = row.license_id {
        list.push((words::LICENSE, opener(words::SEE_LICENSE.to_owned(), license.to_string())));
    }
    let is_due = row.state == OrderState::AwaitingPayment && team.may(Permission::EditOrders);
    let paid = (is_due && row.invoice.is_some()).then(|| {
        let (id, total, whose) = (row.order_id.to_string(), intl::money(row.total), row.customer.name.clone());
        button("button primary", words::MARK_PAID, move || acts::paid(team, &id, &whose, &total))
    });
    let cancel = is_due.then(|| {
        let (id, total, whose) = (row.order_id.to_string(), intl::money(row.total), row.customer.name.clone());
        button("button", words::CANCEL_ORDER, move || acts::cancel_order(team, &id, &whose, &total))
    });
    let is_moved_by_hand = row.invoice.is_some();
    let refund = (row.state == OrderState::Fulfilled && team.may(Permission::EditOrders)).then(|| {
        let (id, total) = (row.order_id.to_string(), intl::money(row.total));
        let what = format!("{} {}", row.product_name, row.offer_name);
        let whose = row.customer.name.clone();
        button("button", words::REFUND, move || acts::refund(team, &id, (&what, &whose), &total, is_moved_by_hand))
    });
    el("div", "stack").child(facts(list)).child(el("div", "row").maybe(paid).maybe(cancel).maybe(refund)).into()
}

/// "€1.92 · VAT 19 % · Included in prices".
fn show_tax(tax: &QuoteTax) -> String {
    let how = if tax.included { words::TAX_INCLUDED } else { words::TAX_ADDED };
    format!("{} · {} · {how}", intl::money(tax.amount), phrase::tax(&tax.name, tax.rate))
}
