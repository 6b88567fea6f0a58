//! The offers side by side, each a radio button as large as its card.

use leptos::prelude::*;
use shared::menu::{Menu, Offer};
use shared::quote::Selection;

use crate::components::el::el;
use crate::components::icon::icon;
use crate::load::derived;
use crate::{phrase, selection, words};

/// The cards of every offer of `menu`.
pub(super) fn offers(menu: StoredValue<Menu>, chosen: RwSignal<Selection>) -> AnyView {
    let card = |known: &Menu, offer: &Offer| {
        let slug = offer.offer.clone();
        let is_this = move |slug: &shared::slug::Slug| chosen.with(|chosen| chosen.offer == *slug);
        let checked = {
            let slug = slug.clone();
            derived(move || is_this(&slug))
        };
        let pick = move || {
            let next =
                menu.with_value(|menu| chosen.with_untracked(|chosen| selection::take_offer(menu, chosen, &slug)));
            if let Some(next) = next {
                chosen.set(next);
            }
        };
        // The card is long: its name alone names the choice, its summary describes it.
        let (name_id, summary_id) = (format!("offer-{}", offer.offer), format!("offer-{}-summary", offer.offer));
        let input = el("input", "")
            .attr("type", "radio")
            .attr("name", "offer")
            .attr("aria-labelledby", name_id.clone())
            .attr("aria-describedby", summary_id.clone())
            .prop("checked", checked)
            .on("change", move |_| pick());
        let name = el("span", "").attr("id", name_id).text(offer.name.clone());
        el("label", "card offer")
            .child(el("span", "offer-head").child(name).child(input))
            .child(el("span", "offer-summary").attr("id", summary_id).text(offer.summary.clone()))
            .child(price(known, offer))
            .child(features(known, offer))
            .view()
    };
    let cards = menu.with_value(|menu| menu.offers.iter().map(|offer| card(menu, offer)).collect::<Vec<_>>());
    let legend = el("legend", "visually-hidden").text(words::CHOOSE_OFFER);
    el("fieldset", "group").child(legend).child(el("div", "offers").children(cards)).into()
}

fn price(menu: &Menu, offer: &Offer) -> AnyView {
    let least = phrase::least_price(offer);
    let from = (offer.terms.len() > 1 && least > 0).then(|| el("small", "").text(words::FROM).text(" ").view());
    let trial = offer.terms.iter().any(|choice| choice.trial);
    let trial = trial.then(|| el("span", "badge accent").text(words::TRIAL).view());
    let price = el("span", "offer-price").maybe(from).text(phrase::price(least, menu.currency));
    let tax = menu.tax.as_ref().filter(|tax| !tax.included && least > 0);
    let tax = tax.map(|tax| el("small", "muted").text(words::plus(&phrase::tax(&tax.name, tax.rate))).view());
    el("span", "row").child(price).maybe(tax).maybe(trial).into()
}

fn features(menu: &Menu, offer: &Offer) -> AnyView {
    let row = |feature: &shared::menu::OfferFeature| {
        let name = el("span", "").text(menu.feature_name(&feature.feature).to_owned());
        let row = |class, name| el("span", class).attr("role", "listitem").child(icon(name));
        if feature.included {
            return row("", "check").child(name).view();
        }
        let price = match feature.price {
            0 => words::OPTIONAL.to_owned(),
            price => words::optional(&phrase::added(price, menu.currency)),
        };
        let price = el("small", "").text(price);
        row("extra", "plus").child(name.text(" ").child(price)).view()
    };
    el("span", "ticks").attr("role", "list").children(offer.features.iter().map(row)).into()
}
