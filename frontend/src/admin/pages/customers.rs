//! `/admin/{vendor}/customers`, and everything about one of them on a page.

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::customers::{Customer, CustomerName, CustomerRow};

use crate::admin::address::opening;
use crate::admin::api::{self, read_value};
use crate::admin::list::{Leads, List, Row, list_page};
use crate::admin::team::Team;
use crate::admin::{intl, phrase, words};
use crate::browser;
use crate::components::button::back_link;
use crate::components::copy::copy;
use crate::components::el::{Text, el, several};
use crate::components::lines::facts;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::components::status::{license_standing, order_status, pass_status};
use crate::components::table::table;
use crate::load::{Loader, derived};
use crate::router::Router;

use super::moves::move_state;

static LIST: List = List {
    name: "customers",
    title: words::CUSTOMERS,
    lead: words::CUSTOMERS_LEAD,
    columns: &[words::CUSTOMER, words::EMAIL, words::SINCE, words::LICENSES, words::ORDERS],
    search: words::SEARCH_CUSTOMERS,
    filters: &[],
    sorts: &[],
    row,
    nothing: ("person", words::NO_CUSTOMERS, words::NO_CUSTOMERS_DETAIL),
    action: None,
    is_exported: true,
    bulk: None,
};

/// All customers.
pub(crate) fn customers() -> AnyView {
    list_page(&LIST)
}

fn row(team: Team, item: &Value) -> Option<Row> {
    let row: CustomerRow = read_value(item).ok()?;
    let number = |number: u64| el("span", "number").text(intl::number(number)).view();
    Some(Row {
        id: row.customer.customer_id.to_string(),
        name: row.customer.name,
        address: Leads::To(team.page(&format!("customers/{}", row.customer.customer_id))),
        cells: vec![
            Text::from(row.customer.email).into(),
            Text::from(intl::date(row.created_at)).into(),
            number(row.licenses),
            number(row.orders),
        ],
    })
}

/// Who somebody is, as a link to all about them.
pub(crate) fn customer_link(team: Team, customer: &CustomerName) -> AnyView {
    let address = team.page(&format!("customers/{}", customer.customer_id));
    let name = el("a", "").attr("href", address).text(customer.name.clone());
    el("span", "who").child(name).child(el("span", "muted small").text(customer.email.clone())).into()
}

/// One customer.
pub(crate) fn customer(customer_id: String) -> AnyView {
    let team = Team::of_app();
    let path = team.path(&format!("customers/{}", browser::encode(&customer_id)));
    let loader: Loader<Customer> = Loader::new(move || {
        team.heed_changes();
        api::get(path.clone())
    });
    let title = loader.title(|found| found.customer.name, words::CUSTOMER);
    let lead = derived(move || loader.ready().map(|found| found.customer.email).unwrap_or_default());
    let content = loader.show(|| skeleton("stack", 3, "skeleton medium"), move |found| about(&found));
    let back = el("div", "").child(back_link(words::ALL_CUSTOMERS, team.page("customers"))).view();
    page(Width::Full, title, Some(lead), several([content, back]))
}

fn about(found: &Customer) -> AnyView {
    let now = browser::now();
    let text = |text: String| AnyView::from(Text::from(text));
    let head = facts(vec![
        (words::SINCE, text(intl::date_time(found.created_at))),
        (words::CUSTOMER_NUMBER, copy(found.customer.customer_id.to_string(), words::CUSTOMER_NUMBER)),
    ]);
    let licenses = found.licenses.iter().map(|row| {
        vec![
            opener(format!("{} {}", row.product_name, row.offer_name), row.license_id.to_string()),
            license_standing(row.state, row.term, now),
            text(phrase::license_term(row.term, now)),
            text(words::devices_of(row.devices, row.terminals)),
        ]
    });
    let licenses = table(words::LICENSES, [words::LICENSE, words::STATUS, words::TERM, words::DEVICES], licenses);
    let orders = found.orders.iter().map(|row| {
        vec![
            opener(format!("{} {}", row.product_name, row.offer_name), row.order_id.to_string()),
            text(intl::date(row.placed_at)),
            order_status(row.state),
            el("span", "number").text(intl::money(row.total)).into(),
        ]
    });
    let orders = table(words::ORDERS, [words::ORDER, words::PLACED, words::STATUS, words::TOTAL], orders);
    let passes = found.passes.iter().map(|row| {
        vec![
            opener(row.name.clone(), row.pass_id.to_string()),
            pass_status(row.status, row.reason),
            text(row.product.to_string()),
            text(intl::date_time(row.last_seen_at)),
        ]
    });
    let passes = table(words::PASSES, [words::DEVICE, words::STATUS, words::PRODUCT_LABEL, words::LAST_SEEN], passes);
    let moves = found.moves.iter().map(|row| {
        vec![
            opener(words::from_device(&row.from), row.move_id.to_string()),
            text(row.to.clone().unwrap_or_else(|| words::NOBODY_YET.to_owned())),
            move_state(row.state),
            text(intl::date_time(row.offered_at)),
        ]
    });
    let moves = table(words::MOVES, [words::MOVE, words::MOVE_TO, words::STATUS, words::OFFERED], moves);
    several([
        el("section", "card").attr("aria-label", words::CUSTOMER).child(head).view(),
        part(words::LICENSES, found.licenses.len(), words::HAS_NO_LICENSES, licenses),
        part(words::ORDERS, found.orders.len(), words::HAS_NO_ORDERS, orders),
        part(words::PASSES, found.passes.len(), words::HAS_NO_PASSES, passes),
        part(words::MOVES, found.moves.len(), words::HAS_NO_MOVES, moves),
    ])
}

/// A link that opens `id` over the page.
pub(crate) fn opener(name: String, id: String) -> AnyView {
    let router = Router::of_app();
    let address = derived(move || opening(router, &id));
    el("a", "strong").attr("href", address).text(name).into()
}

/// A part of a page with a table, or a sentence that there is nothing.
pub(crate) fn part(title: &'static str, count: usize, nothing: &'static str, table: AnyView) -> AnyView {
    let content = if count == 0 { el("p", "muted pad").text(nothing).view() } else { table };
    let head = el("div", "card-head").child(el("h2", "").text(title));
    el("section", "card table-card").attr("aria-label", title).child(head).child(content).into()
}
