//! What you get, in words; and what has changed about it.

use leptos::prelude::*;
use shared::menu::{Menu, Offer, TermChoice};
use shared::quote::{Chosen, choose};

use crate::components::el::{dynamic, el};
use crate::components::fault::alert;
use crate::components::icon::icon;
use crate::components::lines::ticks;
use crate::load::derived;
use crate::selection::changes::{Change, Seen};
use crate::{browser, intl, phrase, words};

use super::Purchase;

/// The left column: folds on a narrow window.
pub(super) fn summary(purchase: Purchase) -> AnyView {
    let open = Signal::stored(!browser::is_narrow());
    let total = derived(move || purchase.seen.with(|seen| intl::money(seen.quote.total)));
    let end = el("span", "summary-end row").child(el("span", "number").text(total)).child(icon("chevron"));
    let summary = el("summary", "").child(el("span", "").text(words::WHAT_YOU_GET)).child(end);
    let content = dynamic(move || purchase.seen.with(content));
    let details = el("details", "summary").flag("open", open).child(summary).child(content);
    el("section", "card").attr("aria-label", words::WHAT_YOU_GET).child(details).into()
}

fn content(seen: &Seen) -> AnyView {
    let Ok(chosen) = choose(&seen.menu, &seen.selection) else { return ().into_any() };
    let menu = &seen.menu;
    let term = chosen.offer.terms.iter().find(|choice| choice.term == chosen.term);
    let facts = facts(menu, &chosen).into_iter().map(|fact| el("span", "").text(fact).view());
    let title = el("h2", "").text(format!("{} {}", menu.product.name, chosen.offer.name));
    let vendor = el("p", "muted").text(words::by_vendor(&menu.vendor.name));
    el("div", "stack")
        .child(el("div", "").child(title).child(vendor))
        .child(el("p", "").text(chosen.offer.summary.clone()))
        .maybe(term.map(term_fact))
        .child(el("hr", ""))
        .child(ticks("ticks", facts))
        .into()
}

fn term_fact(choice: &TermChoice) -> AnyView {
    let term = el("strong", "").text(words::term_line(&phrase::term(choice.term)));
    let note = el("span", "muted").text(phrase::term_note(choice, browser::now()));
    el("p", "").child(term).child(el("br", "")).child(note).into()
}

fn facts(menu: &Menu, chosen: &Chosen<'_>) -> Vec<String> {
    let offer: &Offer = chosen.offer;
    let feature = |feature: &&shared::slug::Feature| {
        let name = menu.feature_name(feature);
        let Some((_, limit)) = chosen.uses.iter().find(|(counted, _)| counted == feature) else {
            return name.to_owned();
        };
        let resets = offer.uses.iter().find(|uses| uses.feature == **feature).and_then(|uses| uses.resets);
        format!("{name}: {}", phrase::uses(*limit, resets))
    };
    let mut facts: Vec<String> = chosen.features.iter().map(feature).collect();
    facts.push(words::on_devices(&words::counted(u64::from(chosen.terminals), words::DEVICES)));
    if chosen.seats > 0 {
        facts.push(words::counted(u64::from(chosen.seats), words::SEATS));
    }
    facts.push(phrase::moving(&offer.moving));
    facts.push(words::offline_for(&phrase::period(offer.offline.window)));
    facts
}

/// Says what changed, old and new; with nothing to compare, that something did.
pub(super) fn changes_notice(changed: &[Change]) -> AnyView {
    let side = |tag, when: &'static str, text: String| {
        let when = el("span", "visually-hidden").text(when).text(" ");
        el("span", "").child(when).child(el(tag, "").text(text)).text(" ")
    };
    let row = |change: &Change| {
        let Change { what, old, new } = change.clone();
        let what = el("strong", "").text(format!("{what}: "));
        el("li", "").child(what).child(side("del", words::BEFORE, old)).child(side("ins", words::NOW, new)).view()
    };
    let text = if changed.is_empty() { words::MENU_IS_NEWER } else { words::CHANGED };
    let title = el("p", "strong").attr("id", "changed").attr("tabindex", "-1").text(text).view();
    let rows = (!changed.is_empty()).then(|| el("ul", "").children(changed.iter().map(row)).view());
    alert("warn", std::iter::once(title).chain(rows).collect())
}
