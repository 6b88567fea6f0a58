//! `/orders`: what the customer ordered, the newest first.

use leptos::prelude::*;
use shared::api::order::Order;

use crate::components::button::button_link;
use crate::components::fault::empty;
use crate::components::list::list;
use crate::components::page::{Width, plain_page};
use crate::components::skeleton::skeleton_stack;
use crate::components::status::order_status;
use crate::{api, intl, words};

use super::guard::signed_in;

/// The page.
pub(crate) fn orders() -> AnyView {
    plain_page(Width::Full, words::ORDERS_TITLE, signed_in(content))
}

fn content() -> AnyView {
    let fetch = |cursor: Option<String>| async move { api::list_orders(cursor.as_deref()).await };
    let none = || empty("receipt", words::NO_ORDERS, words::NO_ORDERS_DETAIL, button_link("primary", words::TO_PRODUCTS, "/"));
    list(fetch, || skeleton_stack(3, "low"), none, table)
}

fn table(orders: Vec<Order>) -> AnyView {
    let row = |order: Order| {
        view! {
            <tr>
                <td data-label=words::PRODUCT_LABEL>
                    <a class="strong" href=format!("/orders/{}", order.order_id)>
                        {format!("{} {}", order.product.name, order.offer_name)}
                    </a>
                </td>
                <td data-label=words::PLACED>{intl::date(order.placed_at)}</td>
                <td data-label=words::STATUS>{order_status(order.state)}</td>
                <td data-label=words::TOTAL class="end number">{intl::money(order.total)}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <div class="card table-card">
            <table class="table">
                <caption class="visually-hidden">{words::ORDERS_TITLE}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words::PRODUCT_LABEL}</th>
                        <th scope="col">{words::PLACED}</th>
                        <th scope="col">{words::STATUS}</th>
                        <th scope="col" class="end">{words::TOTAL}</th>
                    </tr>
                </thead>
                <tbody>{orders.into_iter().map(row).collect::<Vec<_>>()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
