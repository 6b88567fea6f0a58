//! `/licenses`: what the customer may use.

use leptos::prelude::*;
use shared::api::license::License;
use shared::time::Timestamp;

use crate::components::button::link;
use crate::components::el::{el, several};
use crate::components::fault::empty;
use crate::components::list::list;
use crate::components::meter::uses_meter;
use crate::components::page::{Width, plain_page};
use crate::components::skeleton::skeleton;
use crate::components::status::license_status;
use crate::{api, browser, intl, phrase, words};

use super::connect::receive_link;
use super::guard::signed_in;

/// The page.
pub(crate) fn licenses() -> AnyView {
    plain_page(Width::Full, words::LICENSES_TITLE, signed_in(content))
}

fn content() -> AnyView {
    let fetch = |cursor: Option<String>| async move { api::list_licenses(cursor.as_deref()).await };
    let none =
        || empty("key", words::NO_LICENSES, words::NO_LICENSES_DETAIL, link("button primary", words::TO_PRODUCTS, "/"));
    let list = list(fetch, || skeleton("cards", 3, "skeleton tall"), none, cards);
    several([list, el("p", "").child(receive_link(words::RECEIVE_LINK)).view()])
}

fn cards(licenses: Vec<License>) -> AnyView {
    let now = browser::now();
    let card = |license: License| {
        let counters = license
            .features
            .values()
            .filter_map(|feature| Some(uses_meter(&feature.name, Signal::stored(feature.uses?))));
        let devices = words::devices_of(license.terminals.items.len(), license.terminals.limit);
        let devices = el("p", "row apart")
            .child(el("span", "muted").text(words::DEVICES_TITLE))
            .child(el("span", "number").text(devices));
        let title = link("", license.product.name.clone(), format!("/licenses/{}", license.license_id));
        let offer = format!("{} · {}", license.offer_name, words::by_vendor(&license.product.vendor.name));
        el("li", "card license-card")
            .child(el("div", "row apart").child(el("h2", "").child(title)).child(license_status(&license, now)))
            .child(el("p", "muted").text(offer))
            .child(term(&license, now))
            .children(counters)
            .child(devices)
            .view()
    };
    el("ul", "cards").children(licenses.into_iter().map(card)).into()
}

/// The term in words, with the exact end below.
pub(super) fn term(license: &License, now: Timestamp) -> AnyView {
    let exact = license.term.ends_at().map(|end| el("span", "muted small").text(intl::date_time(end)).view());
    el("p", "stack none").child(el("span", "").text(phrase::license_term(license.term, now))).maybe(exact).into()
}
