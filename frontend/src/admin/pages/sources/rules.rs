//! Claim rules: what is granted to whom, and adding another.

use leptos::prelude::*;
use shared::api::Page;
use shared::api::admin::catalog::Product;
use shared::api::admin::sources::{ClaimRule, Comparison, WhenGone};
use shared::menu::Menu;
use shared::quote::Selection;
use shared::slug::Slug;

use crate::admin::api;
use crate::admin::ask::Answer;
use crate::admin::form::{self, Label, never_wrong};
use crate::admin::team::Team;
use crate::admin::words;
use crate::browser;
use crate::components::button::button;
use crate::components::el::{El, dynamic, el, maybe};
use crate::components::skeleton::skeleton;
use crate::load::Loader;
use crate::selection;
use crate::slot::Slot;

use super::pick::pick;

fn section() -> El {
    el("section", "card stack")
        .attr("aria-label", words::RULES)
        .child(el("h2", "").text(words::RULES))
        .child(el("p", "muted").text(words::RULES_LEAD))
}

fn said(rule: &ClaimRule) -> AnyView {
    let gone = if rule.when_gone == WhenGone::Suspend { words::GONE_SUSPENDS } else { words::GONE_KEEPS };
    let offer = format!("{} / {}", rule.product, rule.selection.offer);
    let is_list = rule.comparison == Comparison::Contains;
    el("div", "")
        .child(el("p", "strong").text(words::rule(&rule.claim, is_list, &rule.value, &offer)))
        .child(el("p", "muted small").text(gone))
        .into()
}

/// The rules, for those who may only look.
pub(super) fn rules_read(rules: &[ClaimRule]) -> AnyView {
    let items = rules.iter().map(|rule| el("li", "").child(said(rule)).view());
    section().child(el("ul", "stack plain").children(items)).into()
}

/// The rules, to be changed. Nothing is sent from here.
pub(super) fn rules(team: Team, rules: RwSignal<Vec<ClaimRule>>) -> AnyView {
    let list = dynamic(move || {
        let all = rules.get();
        if all.is_empty() {
            return el("p", "").text(words::NO_RULES).into();
        }
        let item = |(place, rule): (usize, ClaimRule)| {
            let remove = move || {
                rules.update(|all| {
                    if place < all.len() {
                        all.remove(place);
                    }
                });
            };
            let remove = button("button", words::REMOVE_RULE, remove);
            el("li", "row apart").child(said(&rule)).child(remove).view()
        };
        el("ul", "stack plain").children(all.into_iter().enumerate().map(item)).into()
    });
    let is_adding = RwSignal::new(false);
    let adder = maybe(move || {
        Some(if is_adding.get() {
            adder(team, rules, is_adding)
        } else {
            let open = button("button", words::ADD_RULE, move || {
                is_adding.set(true);
                browser::focus_on("#claim");
            });
            el("div", "row").child(open).view()
        })
    });
    section().child(list).child(adder).into()
}

#[derive(Clone, Copy)]
struct Adding {
    team: Team,
    claim: Answer,
    value: Answer,
    comparison: RwSignal<String>,
    when_gone: RwSignal<String>,
    product: RwSignal<String>,
    /// What is picked from the product's menu.
    picked: Slot<RwSignal<Selection>>,
}

fn adder(team: Team, rules: RwSignal<Vec<ClaimRule>>, is_adding: RwSignal<bool>) -> AnyView {
    let adding = Adding {
        team,
        claim: Answer::new("groups".to_owned()),
        value: Answer::new(String::new()),
        comparison: RwSignal::new("contains".to_owned()),
        when_gone: RwSignal::new("keep".to_owned()),
        product: RwSignal::new(String::new()),
        picked: Slot::empty(),
    };
    let take = move || match adding.read() {
        Some(rule) => {
            rules.update(|all| all.push(rule));
            is_adding.set(false);
        }
        None => browser::focus_on("[aria-invalid='true']"),
    };
    let buttons = el("div", "row").child(button("button", words::TAKE_RULE, take)).child(button(
        "button quiet",
        words::CANCEL,
        move || is_adding.set(false),
    ));
    let select = |id: &'static str, label: &'static str, choices: [(&str, &str); 2], value: RwSignal<String>| {
        Label::new(id, label, "").select(form::choices(&choices), value, move |text| value.set(text), never_wrong())
    };
    el("fieldset", "group stack")
        .child(el("legend", "").text(words::ADD_RULE))
        .child(adding.claim.input(Label::new("claim", words::CLAIM, words::CLAIM_HINT), "text"))
        .child(select(
            "match",
            words::COMPARISON,
            [("contains", words::COMPARE_CONTAINS), ("equals", words::COMPARE_EQUALS)],
            adding.comparison,
        ))
        .child(adding.value.input(Label::new("value", words::CLAIM_VALUE, words::CLAIM_VALUE_HINT), "text"))
        .child(select(
            "when_gone",
            words::WHEN_GONE,
            [("keep", words::GONE_KEEPS), ("suspend", words::GONE_SUSPENDS)],
            adding.when_gone,
        ))
        .child(adding.products())
        .child(buttons)
        .into()
}

/// The menu with what a rule may grant: trials are once for each customer.
fn without_trials(menu: Menu) -> Menu {
    let offers = menu.offers.into_iter().filter_map(|mut offer| {
        offer.terms.retain(|choice| !choice.trial);
        (!offer.terms.is_empty()).then_some(offer)
    });
    Menu { offers: offers.collect(), ..menu }
}

impl Adding {
    /// Of what, and what of its menu.
    fn products(self) -> AnyView {
        let path = self.team.path("products?limit=100");
        let loader: Loader<Page<Product>> = Loader::new(move || api::get(path.clone()));
        loader.show(
            || skeleton("stack", 1, "skeleton medium"),
            move |found| {
                let published = found.items.into_iter().filter(|product| product.menu.is_some());
                let choices: Vec<_> = published.map(|product| (product.product.to_string(), product.name)).collect();
                let Some((first, _)) = choices.first() else {
                    return el("p", "").text(words::NO_MENUS_YET).into();
                };
                self.product.set(first.clone());
                let label = Label::new("product", words::PRODUCT_LABEL, "");
                let select = label.select(choices, self.product, move |text| self.product.set(text), never_wrong());
                let menu = dynamic(move || self.menu(self.product.get()));
                el("div", "stack").child(select).child(menu).into()
            },
        )
    }

    fn menu(self, product: String) -> AnyView {
        let vendor = self.team.slug();
        let loader: Loader<Menu> = Loader::new(move || {
            let (vendor, product) = (vendor.clone(), product.clone());
            async move { crate::api::get_menu(&vendor, &product).await }
        });
        loader.show(
            || skeleton("stack", 2, "skeleton medium"),
            move |menu| {
                let menu = without_trials(menu);
                let Some(first) = selection::fit(&menu, None) else {
                    self.picked.clear();
                    return el("p", "").text(words::ONLY_TRIALS).into();
                };
                let picked = RwSignal::new(first);
                self.picked.fill(picked);
                let note = el("p", "muted small").text(words::GRANTED_FREE);
                el("div", "stack").child(note).child(pick(menu, picked)).into()
            },
        )
    }

    /// The rule; nothing where a field is wrong.
    fn read(self) -> Option<ClaimRule> {
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let claim = self.claim.read(filled, words::FIELD_MISSING);
        let value = self.value.read(filled, words::FIELD_MISSING);
        let is = |signal: RwSignal<String>, word: &str| signal.with_untracked(|value| value == word);
        Some(ClaimRule {
            rule_id: None,
            claim: claim?,
            comparison: if is(self.comparison, "equals") { Comparison::Equals } else { Comparison::Contains },
            value: value?,
            product: self.product.with_untracked(|product| product.parse::<Slug>().ok())?,
            selection: self.picked.peek(|picked| picked.get_untracked())?,
            when_gone: if is(self.when_gone, "suspend") { WhenGone::Suspend } else { WhenGone::Keep },
        })
    }
}
