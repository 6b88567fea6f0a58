//! `/orders`: what the customer ordered, the newest first.

use leptos::prelude::*;
use shared::api::order::Order;

use crate::components::button::link;
use crate::components::el::{Text, el};
use crate::components::fault::empty;
use crate::components::list::list;
use crate::components::page::{Width, plain_page};
use crate::components::skeleton::skeleton;
use crate::components::status::order_status;
use crate::components::table::table;
use crate::{api, intl, words};

use super::guard::signed_in;

/// The page.
pub(crate) fn orders() -> AnyView {
    plain_page(Width::Full, words::ORDERS_TITLE, signed_in(content))
}

fn content() -> AnyView {
    let fetch = |cursor: Option<String>| async move { api::list_orders(cursor.as_deref()).await };
    let none =
        || empty("receipt", words::NO_ORDERS, words::NO_ORDERS_DETAIL, link("button primary", words::TO_PRODUCTS, "/"));
    list(fetch, || skeleton("stack", 3, "skeleton low"), none, orders_table)
}

fn orders_table(orders: Vec<Order>) -> AnyView {
    let row = |order: Order| {
        let what = format!("{} {}", order.product.name, order.offer_name);
        vec![
            link("strong", what, format!("/orders/{}", order.order_id)),
            Text::from(intl::date(order.placed_at)).into(),
            order_status(order.state),
            el("span", "number").text(intl::money(order.total)).into(),
        ]
    };
    let columns = [words::PRODUCT_LABEL, words::PLACED, words::STATUS, words::TOTAL];
    el("div", "card table-card").child(table(words::ORDERS_TITLE, columns, orders.into_iter().map(row))).into()
}
