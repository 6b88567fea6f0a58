//! `/licenses/{id}`: one license: term, features, counters, devices; all of it as it changes.

mod devices;
mod notes;
mod rename;
mod sign_out;

use leptos::prelude::*;
use shared::api::license::{License, LicensedFeature};
use shared::license::Counter;
use shared::slug::Feature;

use crate::components::brand::wear;
use crate::components::button::{back_link, link};
use crate::components::copy::copy;
use crate::components::el::{Text, el, keyed, maybe, several};
use crate::components::fault::alert_text;
use crate::components::lines::{facts, ticks};
use crate::components::meter::uses_meter;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::components::status::license_status;
use crate::load::{Loader, derived, whenever};
use crate::portal::follow::follow;
use crate::slot::Slot;
use crate::{api, browser, intl, phrase, words};

use super::guard::signed_in;
pub(super) use devices::find;

use super::licenses::term;

/// The page.
pub(crate) fn license(license_id: String) -> AnyView {
    let title = RwSignal::new(String::new());
    page(Width::Medium, title.into(), None, signed_in(move || content(license_id.clone(), title)))
}

fn content(license_id: String, title: RwSignal<String>) -> AnyView {
    let loader = load(license_id);
    let named = loader.title(|license| phrase::license_name(&license), words::LICENSE);
    whenever(move || title.set(named.get()));
    let view = move |license: Slot<License>| {
        let _ = license.peek(|license| wear(license.product.brand.clone(), &license.product.vendor.name));
        let back = el("div", "").child(back_link(words::ALL_LICENSES, "/licenses"));
        several([
            stale(loader),
            overview(license),
            devices::devices(license, loader),
            notes::notes(license),
            back.view(),
        ])
    };
    loader.show_live(|| skeleton("stack", 2, "skeleton tall"), view)
}

/// The license, followed as it changes.
pub(super) fn load(license_id: String) -> Loader<License> {
    let events = api::license_events(&license_id);
    let loader = Loader::new(move || {
        let license_id = license_id.clone();
        async move { api::get_license(&license_id).await }
    });
    follow(loader, events, "license");
    loader
}

/// Says so when what is shown may be old.
pub(super) fn stale(loader: Loader<License>) -> AnyView {
    maybe(move || loader.is_stale().then(|| alert_text("warn", "", words::STALE)))
}

/// Term, features and counters. Only what changed is drawn again, so that whoever reads it is not disturbed.
fn overview(license: Slot<License>) -> AnyView {
    let standing = move || {
        license.with(|license| format!("{:?} {:?}", license.term.ends_at(), license.state as u8)).unwrap_or_default()
    };
    let status = keyed(standing, move || license.peek(|license| license_status(license, browser::now())).into_any());
    let facts = keyed(standing, move || license.peek(about).into_any());
    let features = move || license.with(|license| license.features.len().to_string()).unwrap_or_default();
    let features = keyed(features, move || {
        let view = |license_now: &License| {
            let feature = |(feature, licensed): (&Feature, &LicensedFeature)| match licensed.uses {
                Some(first) => counter(license, feature.clone(), &licensed.name, first),
                None => el("span", "").text(licensed.name.clone()).into(),
            };
            ticks("ticks", license_now.features.iter().map(feature))
        };
        license.peek(view).into_any()
    });
    let head = el("div", "row apart").child(el("h2", "").text(words::OVERVIEW)).child(status);
    el("section", "card stack")
        .attr("aria-label", words::OVERVIEW)
        .child(head)
        .child(facts)
        .child(el("hr", ""))
        .child(el("h3", "").text(words::FEATURES))
        .child(features)
        .into()
}

fn about(license: &License) -> AnyView {
    let text = |text: String| AnyView::from(Text::from(text));
    let mut list = vec![
        (words::VENDOR, text(license.product.vendor.name.clone())),
        (words::TERM, term(license, browser::now())),
        (words::GRANTED, text(intl::date_time(license.granted_at))),
        (words::MOVING, text(phrase::moving(&license.moving))),
        (words::ORDER, link("", words::SEE_ORDER, format!("/orders/{}", license.order_id))),
        (words::SERVICES, link("", words::SEE_SERVICES, format!("/licenses/{}/services", license.license_id))),
        (words::LICENSE_NUMBER, copy(license.license_id.to_string(), words::LICENSE_NUMBER)),
    ];
    if let Some(source) = &license.source {
        list.push((words::GRANTED_BY, text(source.clone())));
    }
    if license.seats > 0 {
        list.push((words::SEATS_TITLE, text(intl::number(u64::from(license.seats)))));
    }
    facts(list)
}

fn counter(license: Slot<License>, feature: Feature, name: &str, first: Counter) -> AnyView {
    let find = move |license: &License| license.features.get(&feature).and_then(|feature| feature.uses);
    uses_meter(name, derived(move || license.with(&find).flatten().unwrap_or(first)))
}
