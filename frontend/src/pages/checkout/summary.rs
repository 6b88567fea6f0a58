//! What you get, in words; and what has changed about it.

use leptos::prelude::*;
use shared::menu::{Menu, Offer, TermChoice};
use shared::quote::{Chosen, choose};

use crate::components::dynamic::dynamic;
use crate::components::fault::notice;
use crate::components::icon::icon;
use crate::selection::changes::{Change, Seen};
use crate::{browser, intl, phrase, words};

use super::Purchase;

/// The left column: folds on a narrow window.
pub(super) fn summary(purchase: Purchase) -> AnyView {
    let open = !browser::is_narrow();
    let total = Signal::derive(move || purchase.seen.with(|seen| intl::money(seen.quote.total)));
    view! {
        <section class="card" aria-label=words::WHAT_YOU_GET>
            <details class="summary" prop:open=open>
                <summary><span>{words::WHAT_YOU_GET}</span><span class="row"><span class="number">{total}</span>{icon("chevron")}</span></summary>
                {dynamic(move || purchase.seen.with(content))}
            </details>
        </section>
    }
    .into_any()
}

fn content(seen: &Seen) -> AnyView {
    let Ok(chosen) = choose(&seen.menu, &seen.selection) else { return ().into_any() };
    let menu = &seen.menu;
    let term = chosen.offer.terms.iter().find(|choice| choice.term == chosen.term);
    let facts = facts(menu, &chosen).into_iter().map(|fact| view! { <li>{icon("check")}<span>{fact}</span></li> }.into_any());
    let facts = facts.collect::<Vec<_>>();
    view! {
        <div class="stack">
            <div>
                <h2>{format!("{} {}", menu.product.name, chosen.offer.name)}</h2>
                <p class="muted">{words::by_vendor(&menu.vendor.name)}</p>
            </div>
            <p>{chosen.offer.summary.clone()}</p>
            {term.map(term_fact)}
            <hr/>
            <ul class="ticks">{facts}</ul>
        </div>
    }
    .into_any()
}

fn term_fact(choice: &TermChoice) -> AnyView {
    let note = phrase::term_note(choice, browser::now());
    view! { <p><strong>{words::term_line(&phrase::term(choice.term))}</strong><br/><span class="muted">{note}</span></p> }.into_any()
}

fn facts(menu: &Menu, chosen: &Chosen<'_>) -> Vec<String> {
    let offer: &Offer = chosen.offer;
    let feature = |feature: &&shared::slug::Feature| {
        let name = menu.feature_name(feature);
        let Some((_, limit)) = chosen.uses.iter().find(|(counted, _)| counted == feature) else { return name.to_owned() };
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
    let row = |change: &Change| {
        let Change { what, old, new } = change.clone();
        view! {
            <li>
                <strong>{what}": "</strong>
                <span class="visually-hidden">{words::BEFORE}" "</span><del>{old}</del>" "
                <span class="visually-hidden">{words::NOW}" "</span><ins>{new}</ins>
            </li>
        }
        .into_any()
    };
    let rows = changed.iter().map(row).collect::<Vec<_>>();
    let rows = (!rows.is_empty()).then(|| view! { <ul>{rows}</ul> });
    let text = if rows.is_some() { words::CHANGED } else { words::MENU_IS_NEWER };
    notice("warn", "warn", view! { <p id="changed" tabindex="-1"><strong>{text}</strong></p>{rows} }.into_any(), true)
}
