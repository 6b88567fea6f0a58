//! `/licenses/{id}/services`: what services have of a license, and what of it is counted; all of it as it changes.

mod counted;
mod identifiers;

use leptos::prelude::*;
use shared::api::leases::{Held, LicenseServices};

use crate::components::button::back_link;
use crate::components::el::{el, keyed, maybe, several};
use crate::components::fault::alert_text;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::{Loader, derived};
use crate::portal::follow::follow;
use crate::slot::Slot;
use crate::{api, intl, words};

use super::guard::signed_in;

/// The page.
pub(crate) fn services(license_id: String) -> AnyView {
    let lead = RwSignal::new(String::new());
    let title = Signal::stored(words::SERVICES.to_owned());
    page(Width::Medium, title, Some(lead.into()), signed_in(move || content(license_id.clone(), lead)))
}

fn content(license_id: String, lead: RwSignal<String>) -> AnyView {
    let back = format!("/licenses/{license_id}");
    let events = api::license_events(&license_id);
    let loader: Loader<LicenseServices> = Loader::new(move || {
        let license_id = license_id.clone();
        async move { api::get_services(&license_id).await }
    });
    follow(loader, events, "services");
    let named = loader.title(|found| format!("{} {}", found.product_name, found.offer_name), "");
    crate::load::whenever(move || lead.set(named.get()));
    let view = move |found: Slot<LicenseServices>| {
        several([
            maybe(move || loader.is_stale().then(|| alert_text("warn", "", words::STALE))),
            seats(found),
            identifiers::identifiers(found, loader),
            counted::counted(found),
        ])
    };
    let content = loader.show_live(|| skeleton("stack", 3, "skeleton medium"), view);
    let back = el("div", "").child(back_link(words::BACK_TO_LICENSE, back));
    several([content, back.view()])
}

/// A part of the page.
fn section(title: &'static str, aside: Signal<String>, content: AnyView) -> AnyView {
    let head = el("div", "row apart").child(el("h2", "").text(title)).child(el("span", "muted number").text(aside));
    el("section", "card stack").attr("aria-label", title).child(head).child(content).into()
}

fn seats(found: Slot<LicenseServices>) -> AnyView {
    let taken = derived(move || {
        let words = |found: &LicenseServices| {
            let seats = &found.seats;
            (seats.limit > 0).then(|| words::seats_in_use(seats.taken, seats.limit))
        };
        found.with(words).flatten().unwrap_or_default()
    });
    let key = move || found.with(|found| format!("{:?}", found.seats)).unwrap_or_default();
    let content = keyed(key, move || found.peek(held).into_any());
    section(words::SEATS_HELD, taken, content)
}

fn held(found: &LicenseServices) -> AnyView {
    if found.seats.limit == 0 {
        return el("p", "muted").text(words::NO_SEATS).into();
    }
    let waiting = (found.seats.waiting > 0).then(|| el("p", "").text(words::services_wait(found.seats.waiting)).view());
    let row = |held: &Held| {
        let feature = held.feature.as_ref().map(|feature| {
            let name = found.counted.get(feature).map_or(feature.as_str(), |feature| &feature.name).to_owned();
            el("span", "muted").text(name).view()
        });
        let until = words::held_until(&intl::date_time(held.checked_out_at), &intl::date_time(held.expires_at));
        let head = el("div", "row apart").child(el("bdi", "strong").text(held.holder.clone())).maybe(feature);
        el("li", "stack tight").child(head).child(el("p", "small muted").text(until)).view()
    };
    let list = if found.seats.held.is_empty() {
        el("p", "muted").text(words::NOBODY_HOLDS).view()
    } else {
        el("ul", "plain stack").children(found.seats.held.iter().map(row)).view()
    };
    el("div", "stack").child(list).maybe(waiting).into()
}
