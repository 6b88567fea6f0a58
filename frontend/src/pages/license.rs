//! `/licenses/{id}`: one license: term, features, counters, devices; all of it as it changes.

mod devices;
mod rename;
mod sign_out;

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::api::license::License;
use shared::slug::Feature;

use crate::components::button::{back_link, link};
use crate::components::copy::copy;
use crate::components::el::{Text, dynamic, el, maybe, several};
use crate::components::fault::alert_text;
use crate::components::lines::{facts, ticks};
use crate::components::meter::uses_meter;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::components::status::license_status;
use crate::follow::follow;
use crate::load::Loader;
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
    Effect::new(move |_| title.set(named.get()));
    let view = move |license: RwSignal<License>| {
        let back = el("div", "").child(back_link(words::ALL_LICENSES, "/licenses"));
        several([stale(loader), overview(license), devices::devices(license, loader), back.view()])
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
fn overview(license: RwSignal<License>) -> AnyView {
    let title = el("h2", "").text(words::OVERVIEW);
    let status = Memo::new(move |_| license.with(|license| (license.state, license.term)));
    let status = dynamic(move || {
        status.track();
        license.with_untracked(|license| license_status(license, browser::now()))
    });
    let head = el("div", "row apart").child(title).child(status);
    let named = Memo::new(move |_| license.with(|license| (license.term, license.seats)));
    let facts = dynamic(move || {
        named.track();
        license.with_untracked(about)
    });
    let features = Memo::new(move |_| license.with(feature_names));
    let features = dynamic(move || {
        let feature = |(feature, (name, is_counted)): (Feature, (String, bool))| {
            if is_counted { counter(license, feature, &name) } else { el("span", "").text(name).into() }
        };
        ticks("ticks", features.get().into_iter().map(feature))
    });
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
        (words::LICENSE_NUMBER, copy(license.license_id.to_string(), words::LICENSE_NUMBER)),
    ];
    if license.seats > 0 {
        list.push((words::SEATS_TITLE, text(intl::number(u64::from(license.seats)))));
    }
    facts(list)
}

fn feature_names(license: &License) -> BTreeMap<Feature, (String, bool)> {
    let named = |(feature, licensed): (&Feature, &shared::api::license::LicensedFeature)| {
        (feature.clone(), (licensed.name.clone(), licensed.uses.is_some()))
    };
    license.features.iter().map(named).collect()
}

fn counter(license: RwSignal<License>, feature: Feature, name: &str) -> AnyView {
    let find = move |license: &License| license.features.get(&feature).and_then(|feature| feature.uses);
    let Some(first) = license.with_untracked(&find) else { return ().into_any() };
    let counter = Memo::new(move |_| license.with(&find).unwrap_or(first));
    uses_meter(name, counter.into())
}
