//! `/licenses`: what the customer may use.

use leptos::prelude::*;
use shared::api::license::License;

use crate::components::button::button_link;
use crate::components::fault::empty;
use crate::components::list::list;
use crate::components::meter::uses_meter;
use crate::components::page::{Width, plain_page};
use crate::components::skeleton::skeleton_cards;
use crate::components::status::license_status;
use crate::{api, browser, intl, phrase, words};

use super::guard::signed_in;

/// The page.
pub(crate) fn licenses() -> AnyView {
    plain_page(Width::Full, words::LICENSES_TITLE, signed_in(content))
}

fn content() -> AnyView {
    let fetch = |cursor: Option<String>| async move { api::list_licenses(cursor.as_deref()).await };
    let none = || {
        empty("key", words::NO_LICENSES, words::NO_LICENSES_DETAIL, button_link("primary", words::TO_PRODUCTS, "/"))
    };
    list(fetch, || skeleton_cards(3, "tall"), none, cards)
}

fn cards(licenses: Vec<License>) -> AnyView {
    let now = browser::now();
    let card = |license: License| {
        let counters = license.features.values().filter_map(|feature| Some(uses_meter(&feature.name, feature.uses?)));
        let counters = counters.collect::<Vec<_>>();
        let exact = license.term.ends_at().map(|end| view! { <br/><span class="muted small">{intl::date_time(end)}</span> });
        let devices = words::devices_of(license.terminals.items.len(), license.terminals.limit);
        view! {
            <li class="card license-card">
                <div class="row apart">
                    <h2><a href=format!("/licenses/{}", license.license_id)>{license.product.name.clone()}</a></h2>
                    {license_status(&license, now)}
                </div>
                <p class="muted">{license.offer_name.clone()}" · "{words::by_vendor(&license.product.vendor.name)}</p>
                <p>{phrase::license_term(license.term, now)}{exact}</p>
                {counters}
                <p class="row apart"><span class="muted">{words::DEVICES_TITLE}</span><span class="number">{devices}</span></p>
            </li>
        }
        .into_any()
    };
    view! { <ul class="cards">{licenses.into_iter().map(card).collect::<Vec<_>>()}</ul> }.into_any()
}
