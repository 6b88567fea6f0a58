//! The offers side by side, each a radio button as large as its card.

use leptos::prelude::*;
use shared::menu::{Menu, Offer};
use shared::quote::Selection;

use crate::components::icon::icon;
use crate::{phrase, selection, words};

/// The cards of every offer of `menu`.
pub(super) fn offers(menu: StoredValue<Menu>, chosen: RwSignal<Selection>) -> AnyView {
    let card = |known: &Menu, offer: &Offer| {
        let slug = offer.offer.clone();
        let is_this = move |slug: &shared::slug::Slug| chosen.with(|chosen| chosen.offer == *slug);
        let checked = {
            let slug = slug.clone();
            Signal::derive(move || is_this(&slug))
        };
        let pick: Box<dyn Fn(leptos::ev::Event)> = Box::new(move |_| {
            let next = menu.with_value(|menu| chosen.with_untracked(|chosen| selection::take_offer(menu, chosen, &slug)));
            if let Some(next) = next {
                chosen.set(next);
            }
        });
        // The card is long: its name alone names the choice, its summary describes it.
        let (name_id, summary_id) = (format!("offer-{}", offer.offer), format!("offer-{}-summary", offer.offer));
        view! {
            <label class="card offer">
                <span class="offer-head">
                    <span id=name_id.clone()>{offer.name.clone()}</span>
                    <input
                        type="radio"
                        name="offer"
                        prop:checked=checked
                        on:change=pick
                        aria-labelledby=name_id
                        aria-describedby=summary_id.clone()
                    />
                </span>
                <span class="offer-summary" id=summary_id>{offer.summary.clone()}</span>
                {price(known, offer)}
                {features(known, offer)}
            </label>
        }
        .into_any()
    };
    let cards = menu.with_value(|menu| menu.offers.iter().map(|offer| card(menu, offer)).collect::<Vec<_>>());
    view! {
        <fieldset class="group">
            <legend class="visually-hidden">{words::CHOOSE_OFFER}</legend>
            <div class="offers">{cards}</div>
        </fieldset>
    }
    .into_any()
}

fn price(menu: &Menu, offer: &Offer) -> AnyView {
    let least = phrase::least_price(offer);
    let from = offer.terms.len() > 1 && least > 0;
    let from = from.then(|| view! { <small>{words::FROM}" "</small> });
    let trial = offer.terms.iter().any(|choice| choice.trial);
    let trial = trial.then(|| view! { <span class="badge accent">{words::TRIAL}</span> });
    view! {
        <span class="row">
            <span class="offer-price">{from}{phrase::price(least, menu.currency)}</span>
            {trial}
        </span>
    }
    .into_any()
}

fn features(menu: &Menu, offer: &Offer) -> AnyView {
    let row = |feature: &shared::menu::OfferFeature| {
        let name = menu.feature_name(&feature.feature).to_owned();
        if feature.included {
            return view! { <span role="listitem">{icon("check")}<span>{name}</span></span> }.into_any();
        }
        let price = words::optional(&phrase::added(feature.price, menu.currency));
        view! { <span role="listitem" class="extra">{icon("plus")}<span>{name}" "<small>{price}</small></span></span> }.into_any()
    };
    let rows = offer.features.iter().map(row).collect::<Vec<_>>();
    view! { <span class="ticks" role="list">{rows}</span> }.into_any()
}
