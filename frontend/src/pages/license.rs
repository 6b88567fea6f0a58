//! `/licenses/{id}`: one license: term, features, counters, devices.

use leptos::prelude::*;
use shared::api::license::{License, LicensedFeature, Terminal};

use crate::components::button::{back_link, link};
use crate::components::copy::copy;
use crate::components::el::{Text, el, several};
use crate::components::lines::{facts, ticks};
use crate::components::meter::uses_meter;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::components::status::{license_status, pass_status};
use crate::components::table::table;
use crate::load::Loader;
use crate::{api, browser, intl, phrase, words};

use super::guard::signed_in;
use super::licenses::term;

/// The page.
pub(crate) fn license(license_id: String) -> AnyView {
    let title = RwSignal::new(String::new());
    page(Width::Medium, title.into(), None, signed_in(move || content(license_id.clone(), title)))
}

fn content(license_id: String, title: RwSignal<String>) -> AnyView {
    let loader = Loader::new(move || {
        let license_id = license_id.clone();
        async move { api::get_license(&license_id).await }
    });
    let named = loader.title(|license| format!("{} {}", license.product.name, license.offer_name), words::LICENSE);
    Effect::new(move |_| title.set(named.get()));
    let view = |license: License| {
        let back = el("div", "").child(back_link(words::ALL_LICENSES, "/licenses"));
        several([overview(&license), devices(&license), back.view()])
    };
    loader.show(|| skeleton("stack", 2, "skeleton tall"), view)
}

fn overview(license: &License) -> AnyView {
    let now = browser::now();
    let text = |text: String| AnyView::from(Text::from(text));
    let mut list = vec![
        (words::VENDOR, text(license.product.vendor.name.clone())),
        (words::TERM, term(license, now)),
        (words::GRANTED, text(intl::date_time(license.granted_at))),
        (words::MOVING, text(phrase::moving(&license.moving))),
        (words::ORDER, link("", words::SEE_ORDER, format!("/orders/{}", license.order_id))),
        (words::LICENSE_NUMBER, copy(license.license_id.to_string(), words::LICENSE_NUMBER)),
    ];
    if license.seats > 0 {
        list.push((words::SEATS_TITLE, text(intl::number(u64::from(license.seats)))));
    }
    let feature = |feature: &LicensedFeature| match feature.uses {
        Some(counter) => uses_meter(&feature.name, counter),
        None => el("span", "").text(feature.name.clone()).into(),
    };
    let head = el("div", "row apart").child(el("h2", "").text(words::OVERVIEW)).child(license_status(license, now));
    el("section", "card stack")
        .attr("aria-label", words::OVERVIEW)
        .child(head)
        .child(facts(list))
        .child(el("hr", ""))
        .child(el("h3", "").text(words::FEATURES))
        .child(ticks("ticks", license.features.values().map(feature)))
        .into()
}

fn devices(license: &License) -> AnyView {
    let (used, limit) = (license.terminals.items.len(), license.terminals.limit);
    let head = el("div", "row apart card-head")
        .child(el("h2", "").text(words::DEVICES_TITLE))
        .child(el("span", "muted number").text(words::devices_of(used, limit)));
    if used == 0 {
        let detail = el("p", "muted").text(words::no_devices(&license.product.name));
        return el("section", "card stack").attr("aria-label", words::DEVICES_TITLE).child(head).child(detail).into();
    }
    let columns = [words::DEVICE, words::STATUS, words::CONNECTED, words::LAST_SEEN];
    let table = table(words::DEVICES_TITLE, columns, license.terminals.items.iter().map(device));
    el("section", "card table-card").attr("aria-label", words::DEVICES_TITLE).child(head).child(table).into()
}

fn device(terminal: &Terminal) -> Vec<AnyView> {
    let seen = terminal.last_seen_at;
    vec![
        el("span", "strong").text(terminal.name.clone()).into(),
        pass_status(terminal.status),
        Text::from(intl::date(terminal.connected_at)).into(),
        el("span", "").attr("title", intl::date_time(seen)).text(intl::relative(seen, browser::now())).into(),
    ]
}
