//! `/`: every product with a published menu.

use leptos::prelude::*;
use shared::api::catalog::ProductSummary;

use crate::api;
use crate::components::el::el;
use crate::components::fault::empty;
use crate::components::icon::icon;
use crate::components::list::list;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::words;

/// The page.
pub(crate) fn products() -> AnyView {
    let fetch = |cursor: Option<String>| async move { api::list_products(cursor.as_deref()).await };
    let none = || empty("box", words::NO_PRODUCTS, words::NO_PRODUCTS_DETAIL, el("p", "").view());
    let title = Signal::stored(words::PRODUCTS_TITLE.to_owned());
    let lead = Signal::stored(words::PRODUCTS_LEAD.to_owned());
    page(Width::Full, title, Some(lead), list(fetch, || skeleton("cards", 3, "skeleton medium"), none, cards))
}

fn cards(products: Vec<ProductSummary>) -> AnyView {
    let card = |product: ProductSummary| {
        let address = format!("/products/{}/{}", product.vendor.slug, product.product);
        let vendor = el("span", "muted small").text(words::by_vendor(&product.vendor.name));
        let card = el("a", "card product-card")
            .attr("href", address)
            .child(el("h2", "").text(product.name))
            .child(el("p", "muted").text(product.summary))
            .child(el("p", "foot").child(vendor).child(icon("arrow")));
        el("li", "").child(card).view()
    };
    el("ul", "cards").children(products.into_iter().map(card)).into()
}
