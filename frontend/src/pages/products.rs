//! `/`: every product with a published menu.

use leptos::prelude::*;
use shared::api::catalog::ProductSummary;

use crate::api;
use crate::components::fault::empty;
use crate::components::icon::icon;
use crate::components::list::list;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton_cards;
use crate::words;

/// The page.
pub(crate) fn products() -> AnyView {
    let fetch = |cursor: Option<String>| async move { api::list_products(cursor.as_deref()).await };
    let none = || empty("box", words::NO_PRODUCTS, words::NO_PRODUCTS_DETAIL, ().into_any());
    let title = Signal::stored(words::PRODUCTS_TITLE.to_owned());
    let lead = Signal::stored(words::PRODUCTS_LEAD.to_owned());
    page(Width::Full, title, lead, list(fetch, || skeleton_cards(3, "medium"), none, cards))
}

fn cards(products: Vec<ProductSummary>) -> AnyView {
    let card = |product: ProductSummary| {
        let address = format!("/products/{}/{}", product.vendor.slug, product.product);
        view! {
            <li>
                <a class="card product-card" href=address>
                    <h2>{product.name}</h2>
                    <p class="muted">{product.summary}</p>
                    <p class="foot"><span class="muted small">{words::by_vendor(&product.vendor.name)}</span>{icon("arrow")}</p>
                </a>
            </li>
        }
        .into_any()
    };
    view! { <ul class="cards">{products.into_iter().map(card).collect::<Vec<_>>()}</ul> }.into_any()
}
