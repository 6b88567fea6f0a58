//! Picking what a rule grants from a product's menu: as much of it as fits into a form. Prices have nothing to say here.

use leptos::prelude::*;
use shared::menu::{LimitChoice, Menu, Offer};
use shared::quote::Selection;

use crate::admin::form::{Label, never_wrong, tick};
use crate::admin::{phrase, words};
use crate::components::el::{dynamic, el};
use crate::load::derived;
use crate::selection;

#[derive(Clone, Copy)]
struct Picking {
    menu: StoredValue<Menu>,
    picked: RwSignal<Selection>,
}

/// The fields. What is `picked` must be on offer there, and stays so.
pub(super) fn pick(menu: Menu, picked: RwSignal<Selection>) -> AnyView {
    let picking = Picking { menu: StoredValue::new(menu), picked };
    dynamic(move || picking.fields())
}

impl Picking {
    fn fields(self) -> AnyView {
        let now = self.picked.get();
        self.menu.with_value(|menu| match menu.offer(&now.offer) {
            Some(offer) => self.of_offer(menu, offer, &now),
            None => ().into_any(),
        })
    }

    fn of_offer(self, menu: &Menu, offer: &Offer, now: &Selection) -> AnyView {
        let mut fields = Vec::new();
        let offers = menu.offers.iter().map(|offer| offer.name.clone()).collect();
        let place = menu.offers.iter().position(|one| one.offer == now.offer);
        fields.push(self.select("offer", words::GRANTED_OFFER, offers, place, |menu, now, place| {
            selection::take_offer(menu, now, &menu.offers.get(place)?.offer)
        }));
        let terms = offer.terms.iter().map(|choice| phrase::term(choice.term)).collect();
        let place = offer.terms.iter().position(|choice| choice.term == now.term);
        fields.push(self.select("term", words::TERM, terms, place, |menu, now, place| {
            let term = menu.offer(&now.offer)?.terms.get(place)?.term;
            Some(Selection { term, ..now.clone() })
        }));
        for one in offer.features.iter().filter(|one| !one.included) {
            let (feature, added) = (one.feature.clone(), now.features.contains(&one.feature));
            let name = menu.feature_name(&feature).to_owned();
            let toggle = move || self.take(|menu, now| selection::toggle(menu, now, &feature));
            fields.push(tick(name, derived(move || added), toggle));
        }
        for uses in selection::counted(offer, now).into_iter().filter(|uses| uses.limits.len() > 1) {
            let limits = uses.limits.iter().map(|choice| phrase::uses(choice.limit, uses.resets)).collect();
            let chosen = now.uses.get(&uses.feature).copied();
            let place = uses.limits.iter().position(|choice| Some(choice.limit) == chosen);
            let (feature, choices) = (uses.feature.clone(), uses.limits.clone());
            let label = menu.feature_name(&feature).to_owned();
            fields.push(self.select(&format!("uses-{feature}"), label, limits, place, move |_, now, place| {
                let mut next = now.clone();
                next.uses.insert(feature.clone(), choices.get(place)?.limit);
                Some(next)
            }));
        }
        fields.extend(self.limits("terminals", words::DEVICES, &offer.terminals, now.terminals, |next, limit| {
            next.terminals = limit;
        }));
        fields.extend(self.limits("seats", words::SEATS, &offer.seats, now.seats, |next, limit| next.seats = limit));
        el("div", "stack").children(fields).into()
    }

    /// How many devices, or seats, where there is a choice.
    fn limits(
        self,
        id: &str,
        label: &'static str,
        choices: &[LimitChoice],
        now: Option<u32>,
        set: fn(&mut Selection, Option<u32>),
    ) -> Option<AnyView> {
        let names = choices.iter().map(|choice| choice.limit.to_string()).collect();
        let place = choices.iter().position(|choice| Some(choice.limit) == now);
        let limits: Vec<u32> = choices.iter().map(|choice| choice.limit).collect();
        (limits.len() > 1).then(|| {
            self.select(id, label.to_owned(), names, place, move |_, now, place| {
                let mut next = now.clone();
                set(&mut next, Some(*limits.get(place)?));
                Some(next)
            })
        })
    }

    fn select(
        self,
        id: &str,
        label: impl Into<String>,
        names: Vec<String>,
        place: Option<usize>,
        change: impl Fn(&Menu, &Selection, usize) -> Option<Selection> + 'static,
    ) -> AnyView {
        let choices = names.into_iter().enumerate().map(|(place, name)| (place.to_string(), name)).collect();
        let value = Signal::stored(place.map(|place| place.to_string()).unwrap_or_default());
        let set = move |text: String| {
            if let Ok(place) = text.parse() {
                self.take(|menu, now| change(menu, now, place));
            }
        };
        Label::new(format!("pick-{id}"), label.into(), "").select(choices, value, set, never_wrong())
    }

    /// Takes what `change` makes of what is picked, as far as the menu offers it.
    fn take(self, change: impl FnOnce(&Menu, &Selection) -> Option<Selection>) {
        let now = self.picked.get_untracked();
        let next = self.menu.with_value(|menu| selection::fit(menu, Some(change(menu, &now)?)));
        if let Some(next) = next {
            self.picked.set(next);
        }
    }
}
