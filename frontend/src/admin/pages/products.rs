//! `/admin/{vendor}/products`: what the vendor licenses.

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::catalog::Product;
use shared::team::Permission;

use crate::admin::api::read_value;
use crate::admin::list::{Leads, List, Row, list_page};
use crate::admin::team::Team;
use crate::admin::words;
use crate::components::button::link;
use crate::components::el::{Text, el};
use crate::components::status::badge;

static LIST: List = List {
    name: "products",
    title: words::PRODUCTS,
    lead: words::PRODUCTS_LEAD,
    columns: &[words::PRODUCT_LABEL, words::SLUG, words::MENU, words::DRAFT],
    search: words::SEARCH_PRODUCTS,
    filters: &[],
    sorts: &[],
    row,
    nothing: ("box", words::NO_PRODUCTS, words::NO_PRODUCTS_DETAIL),
    action: Some(new_link),
    is_exported: false,
    bulk: None,
};

/// All products.
pub(crate) fn products() -> AnyView {
    list_page(&LIST)
}

fn new_link(team: Team) -> Option<AnyView> {
    let may = team.may(Permission::EditCatalog);
    may.then(|| link("button primary", words::NEW_PRODUCT, team.page("products/new")))
}

fn row(team: Team, item: &Value) -> Option<Row> {
    let product: Product = read_value(item).ok()?;
    let menu = match product.menu {
        Some(version) => Text::from(words::version(version)).into(),
        None => badge(("badge dot warn", words::NOT_PUBLISHED)),
    };
    let draft = if product.has_draft { badge(("badge accent", words::DRAFT_SAVED)) } else { super::none() };
    Some(Row {
        id: product.product_id.to_string(),
        name: product.name,
        address: Leads::To(team.page(&format!("products/{}", product.product))),
        cells: vec![el("code", "").text(product.product.to_string()).into(), menu, draft],
    })
}
