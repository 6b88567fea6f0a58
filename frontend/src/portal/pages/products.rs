//! `/`: every product with a published menu.

use leptos::prelude::*;
use shared::api::catalog::ProductSummary;

use crate::api;
use crate::components::brand::paint;
use crate::components::el::el;
use crate::components::fault::empty;
use crate::components::icon::icon;
use crate::components::list::list;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::whenever;
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
    let coloured = products.iter().filter_map(|product| Some((id_of(product), product.brand.as_ref()?.accents?)));
    let coloured: Vec<_> = coloured.collect();
    whenever(move || {
        for (id, accents) in &coloured {
            paint(document().get_element_by_id(id), Some(accents));
        }
    });
    let card = |product: ProductSummary| {
        let id = id_of(&product);
        let address = format!("/products/{}/{}", product.vendor.slug, product.product);
        let vendor = el("span", "muted small").text(words::by_vendor(&product.vendor.name));
        let logo = product.brand.and_then(|brand| brand.logo).map(|logo| {
            // Its name stands below.
            let image = el("img", "").attr("src", logo.path).attr("alt", "").attr("loading", "lazy");
            let image = image.attr("width", logo.width.to_string()).attr("height", logo.height.to_string());
            el("span", "vendor-logo").child(image).view()
        });
        let card = el("a", "card product-card")
            .attr("id", id)
            .attr("href", address)
            .maybe(logo)
            .child(el("h2", "").text(product.name))
            .child(el("p", "muted").text(product.summary))
            .child(el("p", "foot").child(vendor).child(icon("arrow")));
        el("li", "").child(card).view()
    };
    el("ul", "cards").children(products.into_iter().map(card)).into()
}

/// The card of a product.
fn id_of(product: &ProductSummary) -> String {
    format!("product-{}-{}", product.vendor.slug, product.product)
}
