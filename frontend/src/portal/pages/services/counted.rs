//! What is counted of a license: by which rule, how much is left, and what was counted when, by whom.

use leptos::prelude::*;
use shared::api::leases::LicenseServices;
use shared::api::license::{Counted, CountedBy, LicensedFeature};
use shared::menu::Counting;
use shared::slug::Feature;

use super::section;
use crate::components::button::plain;
use crate::components::el::{el, keyed, maybe};
use crate::components::list::list;
use crate::components::meter::uses_meter;
use crate::components::skeleton::skeleton;
use crate::load::derived;
use crate::slot::Slot;
use crate::{api, intl, words};

/// The section.
pub(super) fn counted(found: Slot<LicenseServices>) -> AnyView {
    let names = |found: &LicenseServices| found.counted.keys().map(ToString::to_string).collect::<String>();
    let content = keyed(
        move || found.with(names).unwrap_or_default(),
        move || {
            let features = |now: &LicenseServices| -> AnyView {
                if now.counted.is_empty() {
                    return el("p", "muted").text(words::NOTHING_COUNTED).into();
                }
                let license_id = now.license_id.to_string();
                let one = |(name, licensed): (&Feature, &LicensedFeature)| feature(found, &license_id, name, licensed);
                el("ul", "plain stack wide").children(now.counted.iter().map(one)).into()
            };
            found.peek(features).into_any()
        },
    );
    section(words::COUNTED_TITLE, Signal::stored(String::new()), content)
}

fn feature(found: Slot<LicenseServices>, license_id: &str, feature: &Feature, licensed: &LicensedFeature) -> AnyView {
    let Some(first) = licensed.uses else { return ().into_any() };
    let (key, name) = (feature.clone(), licensed.name.clone());
    let now = move |found: &LicenseServices| found.counted.get(&key).and_then(|licensed| licensed.uses);
    let counter = derived(move || found.with(&now).flatten().unwrap_or(first));
    let rule = match first.count {
        Counting::OnIssue => words::COUNTED_ON_ISSUE,
        Counting::OnCheckout => words::COUNTED_ON_CHECKOUT,
        Counting::OnUse => words::COUNTED_ON_USE,
    };
    let open = RwSignal::new(false);
    let act = move || if open.get() { words::HIDE_HISTORY } else { words::SHOW_HISTORY };
    let toggle = plain("button")
        .aria("aria-expanded", open)
        .attr("aria-label", derived(move || words::history_of(act(), &name)))
        .text(derived(move || act().to_owned()))
        .on_click(move || open.update(|open| *open = !*open));
    let source: StoredValue<(String, String)> = StoredValue::new((license_id.to_owned(), feature.to_string()));
    let told = maybe(move || open.get().then(|| history(source)));
    el("li", "stack tight")
        .child(uses_meter(&licensed.name, counter))
        .child(el("p", "small muted").text(rule))
        .child(el("div", "row").child(toggle))
        .child(told)
        .into()
}

fn history(source: StoredValue<(String, String)>) -> AnyView {
    let fetch = move |cursor: Option<String>| {
        let (license_id, feature) = source.get_value();
        async move { api::list_counted(&license_id, &feature, cursor.as_deref()).await }
    };
    let nothing = || el("p", "muted").text(words::NOTHING_COUNTED_YET).view();
    list(fetch, || skeleton("stack tight", 3, "skeleton low"), nothing, entries)
}

fn entries(entries: Vec<Counted>) -> AnyView {
    let entry = |entry: Counted| {
        let count = words::uses(entry.count, &intl::number(entry.count));
        let when = el("span", "muted small").text(intl::date_time(entry.at));
        let text = el("div", "").child(el("p", "").text(by(&entry))).child(when);
        el("li", "row apart").child(text).child(el("span", "number nowrap").text(count)).view()
    };
    el("ol", "plain stack tight").children(entries.into_iter().map(entry)).into()
}

fn by(entry: &Counted) -> String {
    let who = entry.who.as_deref();
    match (entry.by, who) {
        (CountedBy::Issue, None) => words::BY_ISSUE.to_owned(),
        (CountedBy::Issue, Some(device)) => words::issued_to(device),
        (CountedBy::Slice, who) => words::used_offline_on(who.unwrap_or(words::A_DEVICE)),
        (CountedBy::Use, who) => words::used_on(who.unwrap_or(words::A_DEVICE)),
        (CountedBy::Lease, who) => words::spent_by(who.unwrap_or(words::SOMEBODY)),
    }
}
