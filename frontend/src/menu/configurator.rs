//! Choosing from an offer: features, term, uses, devices, seats; the price follows every click.

use leptos::prelude::*;
use shared::menu::{LimitChoice, Menu, Offer, UsesChoice};
use shared::quote::{Selection, quote};
use shared::slug::Feature;

use crate::components::button::link;
use crate::components::choice::{Choice, check, group, radio};
use crate::components::el::{dynamic, el, maybe, several};
use crate::components::lines::{price_lines, ticks};
use crate::components::live::Live;
use crate::load::{derived, later};
use crate::{browser, intl, phrase, selection, words};

use super::offers::offers;

/// What the configurator is shown for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A customer chooses and goes on to the checkout; the address keeps the choice.
    Buying,
    /// The vendor looks at a menu that is not published: nothing leads on.
    Preview,
}

#[derive(Clone, Copy)]
struct Configurator {
    menu: StoredValue<Menu>,
    chosen: RwSignal<Selection>,
    purpose: Purpose,
}

/// The configurator of `menu`. What is `chosen` must be on offer there.
pub fn configurator(menu: Menu, chosen: RwSignal<Selection>, purpose: Purpose) -> AnyView {
    let state = Configurator { menu: StoredValue::new(menu), chosen, purpose };
    let live = Live::of_app();
    Effect::new(move |before: Option<Option<shared::money::Money>>| {
        let total = state.total();
        if purpose == Purpose::Buying {
            let text = state.chosen.with(selection::encode);
            let path = state.menu.with_value(|menu| format!("/products/{}/{}", menu.vendor.slug, menu.product.slug));
            browser::replace_address(&format!("{path}?selection={text}"));
        }
        if let (Some(before), Some(total)) = (before, total)
            && before != Some(total)
        {
            live.say(&words::total_is(&intl::money(total)));
        }
        total
    });
    several([offers(state.menu, state.chosen), later(move || state.choices())])
}

impl Configurator {
    /// Everything but the offer: what is chosen of it, and what that costs.
    fn choices(self) -> AnyView {
        let offer = Memo::new(move |_| self.chosen.with(|chosen| chosen.offer.clone()));
        let added = Memo::new(move |_| self.chosen.with(|chosen| chosen.features.clone()));
        let groups = dynamic(move || {
            let offer = offer.get();
            let groups = self.menu.with_value(|menu| menu.offer(&offer).map(|offer| self.groups(menu, offer)));
            let uses = maybe(move || {
                // Read, not only tracked: a memo that nobody has read follows nothing.
                added.with(|_| ());
                let offer = offer.clone();
                self.menu.with_value(|menu| menu.offer(&offer).map(|offer| self.uses_groups(menu, offer)))
            });
            several([groups.unwrap_or_else(|| ().into_any()), uses])
        });
        let limits = maybe(move || {
            let offer = offer.get();
            self.menu.with_value(|menu| menu.offer(&offer).map(|offer| self.limit_groups(menu, offer)))
        });
        let aside = el("aside", "aside card stack").attr("aria-label", words::YOUR_LICENSE);
        let columns = el("div", "with-aside")
            .child(el("div", "stack wide").child(groups).child(limits))
            .child(aside.child(dynamic(move || self.summary())));
        let bar = el("div", "paybar").child(dynamic(move || self.pay_bar()));
        let bar = (self.purpose == Purpose::Buying).then(|| bar.view());
        several([columns.view(), bar.unwrap_or_else(|| ().into_any())])
    }

    fn total(self) -> Option<shared::money::Money> {
        self.menu.with_value(|menu| self.chosen.with(|chosen| quote(menu, chosen).ok())).map(|quote| quote.total)
    }

    /// Takes what `change` makes of the present selection.
    fn change(self, change: impl FnOnce(&mut Selection)) {
        let mut wanted = self.chosen.get_untracked();
        change(&mut wanted);
        if let Some(next) = self.menu.with_value(|menu| selection::fit(menu, Some(wanted))) {
            self.chosen.set(next);
        }
    }

    fn is(self, test: impl Fn(&Selection) -> bool + Send + Sync + 'static) -> Signal<bool> {
        derived(move || self.chosen.with(&test))
    }

    fn groups(self, menu: &Menu, offer: &Offer) -> AnyView {
        let terms = offer.terms.iter().map(|choice| {
            let term = choice.term;
            let card = Choice {
                name: phrase::term(term),
                price: phrase::price(choice.price, menu.currency),
                note: phrase::term_note(choice, browser::now()),
                mark: if choice.trial { words::TRIAL } else { "" },
            };
            radio("term", card, self.is(move |chosen| chosen.term == term), move || {
                self.change(|chosen| chosen.term = term);
            })
        });
        let optional = offer.features.iter().filter(|feature| !feature.included).map(|feature| {
            let card = Choice {
                name: menu.feature_name(&feature.feature).to_owned(),
                price: phrase::added(feature.price, menu.currency),
                note: String::new(),
                mark: "",
            };
            let (this, other) = (feature.feature.clone(), feature.feature.clone());
            check("features", card, self.is(move |chosen| chosen.features.contains(&this)), move || self.toggle(&other))
        });
        let optional: Vec<_> = optional.collect();
        let terms = group("choices", words::HOW_LONG, words::HOW_LONG_HINT, terms.collect());
        let optional = (!optional.is_empty()).then(|| group("choices", words::ADD_FEATURES, "", optional));
        std::iter::once(terms).chain(optional).collect::<Vec<_>>().into_any()
    }

    fn toggle(self, feature: &Feature) {
        let next =
            self.menu.with_value(|menu| self.chosen.with_untracked(|chosen| selection::toggle(menu, chosen, feature)));
        if let Some(next) = next {
            self.chosen.set(next);
        }
    }

    /// For each counted feature with more than one limit: how many uses.
    fn uses_groups(self, menu: &Menu, offer: &Offer) -> AnyView {
        let counted = self.chosen.with_untracked(|chosen| selection::counted(offer, chosen));
        let group_of = |uses: &UsesChoice| {
            let cards = uses.limits.iter().map(|choice| {
                let limit = choice.limit;
                let card = Choice {
                    name: phrase::uses(limit, None),
                    price: phrase::added(choice.price, menu.currency),
                    note: String::new(),
                    mark: "",
                };
                let (this, other) = (uses.feature.clone(), uses.feature.clone());
                let checked = self.is(move |chosen| chosen.uses.get(&this) == Some(&limit));
                let pick = move || {
                    self.change(|chosen| {
                        chosen.uses.insert(other.clone(), limit);
                    });
                };
                radio(format!("uses.{}", uses.feature), card, checked, pick)
            });
            let hint = uses.resets.map(|period| words::renewed_every(&phrase::every(period))).unwrap_or_default();
            group("choices", words::how_often(menu.feature_name(&uses.feature)), hint, cards.collect())
        };
        counted.into_iter().filter(|uses| uses.limits.len() > 1).map(group_of).collect::<Vec<_>>().into_any()
    }

    fn limit_groups(self, menu: &Menu, offer: &Offer) -> AnyView {
        let terminals =
            self.limit_group(menu, &offer.terminals, ("terminals", words::DEVICES_TITLE, words::DEVICES_HINT));
        let seats = self.limit_group(menu, &offer.seats, ("seats", words::SEATS_TITLE, words::SEATS_HINT));
        terminals.into_iter().chain(seats).collect::<Vec<_>>().into_any()
    }

    fn limit_group(
        self,
        menu: &Menu,
        choices: &[LimitChoice],
        (name, title, hint): (&'static str, &'static str, &'static str),
    ) -> Option<AnyView> {
        let is_seats = name == "seats";
        let unit = if is_seats { words::SEATS } else { words::DEVICES };
        let cards = choices.iter().map(|choice| {
            let limit = Some(choice.limit);
            let card = Choice {
                name: words::counted(u64::from(choice.limit), unit),
                price: phrase::added(choice.price, menu.currency),
                note: String::new(),
                mark: "",
            };
            let checked = self.is(move |chosen| limit == if is_seats { chosen.seats } else { chosen.terminals });
            let pick = move || {
                self.change(|chosen| *(if is_seats { &mut chosen.seats } else { &mut chosen.terminals }) = limit);
            };
            radio(name, card, checked, pick)
        });
        (choices.len() > 1).then(|| group("choices", title, hint, cards.collect()))
    }

    fn checkout_link(self, class: &'static str) -> AnyView {
        match self.purpose {
            Purpose::Buying => link(class, words::TO_CHECKOUT, self.checkout_address()),
            Purpose::Preview => el("span", class).attr("aria-hidden", "true").text(words::TO_CHECKOUT).into(),
        }
    }

    fn checkout_address(self) -> String {
        self.menu.with_value(|menu| {
            let text = self.chosen.with(selection::encode);
            format!("/checkout/{}/{}?selection={text}&menu={}", menu.vendor.slug, menu.product.slug, menu.menu)
        })
    }

    fn summary(self) -> AnyView {
        let chosen = self.chosen.get();
        self.menu.with_value(|menu| {
            let (Ok(quote), Some(offer)) = (quote(menu, &chosen), menu.offer(&chosen.offer)) else {
                return ().into_any();
            };
            let lines = phrase::quote_lines(&quote.lines, &offer.name, &menu.product.features);
            let facts = [phrase::moving(&offer.moving), words::offline_for(&phrase::period(offer.offline.window))];
            several([
                el("h2", "").text(words::YOUR_LICENSE).view(),
                el("p", "muted").text(format!("{} {}", menu.product.name, offer.name)).view(),
                price_lines(lines, quote.total, quote.tax.as_ref()),
                self.checkout_link("button primary block large aside-action"),
                ticks("ticks small", facts.map(|fact| el("span", "").text(fact).view())),
            ])
        })
    }

    fn pay_bar(self) -> AnyView {
        let total = self.total().map(|total| phrase::price(total.amount, total.currency)).unwrap_or_default();
        let label = el("span", "muted small").text(words::TOTAL);
        let total = el("p", "stack none").child(label).child(el("strong", "number").text(total));
        several([total.view(), self.checkout_link("button primary")])
    }
}
