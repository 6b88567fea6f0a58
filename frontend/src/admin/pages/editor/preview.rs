//! The customer's page as it would be, made by the customers' own component from what stands in the fields.

use leptos::prelude::*;
use shared::menu::{Menu, MenuProduct, VendorName};
use shared::quote::Selection;

use super::fields::Desk;
use crate::admin::words;
use crate::components::el::{dynamic, el};
use crate::load::whenever;
use crate::menu::{Purpose, configurator};
use crate::selection;

/// The part of the editor.
pub(super) fn preview(desk: Desk) -> AnyView {
    let content = Memo::new(move |_| desk.reading.with(|reading| reading.content.clone()));
    // What the vendor picks in the preview stays while they type.
    let chosen = RwSignal::new(None::<Selection>);
    let team = desk.team.vendor();
    let vendor = VendorName { slug: team.vendor, name: team.name };
    let page = dynamic(move || {
        let mut content = content.get();
        // An offer without a term cannot be shown to anybody.
        content.offers.retain(|offer| !offer.terms.is_empty());
        let (slug, name, summary) =
            desk.product.with_value(|product| (product.product.clone(), product.name.clone(), product.summary.clone()));
        let product = MenuProduct { slug, name: name.clone(), summary: summary.clone(), features: content.features };
        let menu = Menu {
            menu: desk.draft.with_untracked(|draft| draft.base) + 1,
            digest: String::new(),
            currency: content.currency,
            vendor: vendor.clone(),
            product,
            offers: content.offers,
            tax: desk.draft.with_untracked(|draft| draft.tax.clone()),
        };
        let before = chosen.get_untracked();
        let Some(first) = selection::fit(&menu, before) else {
            return el("p", "muted").text(words::PREVIEW_EMPTY).into();
        };
        let signal = RwSignal::new(first);
        whenever(move || chosen.set(Some(signal.get())));
        el("div", "preview-page stack")
            .child(el("p", "preview-title").text(name))
            .child(el("p", "muted").text(summary))
            .child(configurator(menu, signal, Purpose::Preview))
            .into()
    });
    let note = el("p", "muted small").text(words::PREVIEW_NOTE);
    el("div", "stack").child(el("h2", "").text(words::PREVIEW)).child(note).child(page).into()
}
