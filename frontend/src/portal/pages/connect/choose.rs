//! Choosing the license, naming the device, and handing the pass over.

use leptos::prelude::*;
use shared::api::license::License;
use shared::menu::Menu;
use shared::refusal::RefusalCode;

use super::full::ways_out;
use crate::api::{self, Fault};
use crate::components::button::{link, submit};
use crate::components::choice::{Choice, group, radio};
use crate::components::el::{el, maybe, several};
use crate::components::fault::{empty, fault_notice};
use crate::components::skeleton::skeleton;
use crate::components::status::is_usable;
use crate::load::{Loader, derived};
use crate::portal::connect::{Connecting, Handover};
use crate::portal::errand::AppRequest;
use crate::{browser, phrase, words};

/// The part of the page for those signed in.
pub(super) fn choose(menu: StoredValue<Menu>, request: AppRequest) -> AnyView {
    let request = StoredValue::new(request);
    let loader = Loader::new(move || {
        let request = request.get_value();
        async move { all_of_product(&request).await }
    });
    loader.show(
        || skeleton("stack", 2, "skeleton medium"),
        move |licenses| {
            let now = browser::now();
            let usable: Vec<License> = licenses.into_iter().filter(|license| is_usable(license, now)).collect();
            let address = menu.with_value(|menu| format!("/products/{}/{}", menu.vendor.slug, menu.product.slug));
            if usable.is_empty() {
                let detail = menu.with_value(|menu| words::no_license_for(&menu.product.name));
                return empty("key", words::NO_LICENSE, detail, link("button primary", words::CHOOSE_LICENSE, address));
            }
            let Some(window) = Connecting::of_app().window() else { return ().into_any() };
            form(usable, Handover::new(request.get_value(), window), address)
        },
    )
}

/// Every license of the app's product, however many pages the list has.
async fn all_of_product(request: &AppRequest) -> Result<Vec<License>, Fault> {
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let page = api::list_licenses(cursor.as_deref()).await?;
        found.extend(page.items.into_iter().filter(|license| {
            license.product.vendor.slug.as_str() == request.vendor
                && license.product.product.as_str() == request.product
        }));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(found),
        }
    }
}

fn form(licenses: Vec<License>, handover: Handover, menu_address: String) -> AnyView {
    let has_room = |license: &&License| license.terminals.items.len() < license.terminals.limit as usize;
    let first = licenses.iter().find(has_room).or(licenses.first());
    let chosen = RwSignal::new(first.map(|license| license.license_id.to_string()).unwrap_or_default());
    let cards = licenses.iter().map(|license| card(license, chosen)).collect();
    let label = derived(move || if handover.busy.get() { words::CONNECTING } else { words::CONNECT }.to_owned());
    let refusal = maybe(move || {
        let fault = handover.fault.get()?;
        let is_full = fault.is(RefusalCode::DevicesExhausted);
        Some(if is_full { ways_out(chosen.get_untracked(), handover) } else { fault_notice(&fault) })
    });
    let form = el("form", "card stack wide")
        .attr("novalidate", "")
        .flag("hidden", handover.done)
        .on_submit(move || handover.issue(chosen.get_untracked()))
        .child(group("choices one", words::WHICH_LICENSE, "", cards))
        .child(handover.name.field())
        .child(refusal)
        .child(submit("button primary block large", label, handover.busy))
        .child(link("", words::BUY_ANOTHER, menu_address));
    several([form.view(), handover.outcome()])
}

fn card(license: &License, chosen: RwSignal<String>) -> AnyView {
    let now = browser::now();
    let (used, limit) = (license.terminals.items.len(), license.terminals.limit);
    let id = license.license_id.to_string();
    let this = id.clone();
    let card = Choice {
        name: license.offer_name.clone(),
        price: words::devices_taken(used, limit),
        note: phrase::license_term(license.term, now),
        mark: "",
    };
    radio("license", card, derived(move || chosen.get() == id), move || chosen.set(this.clone()))
}
