//! An itemised price, and facts by name.

use leptos::prelude::*;
use shared::money::Money;
use shared::tax::QuoteTax;

use super::el::{El, Text, el};
use super::icon::icon;
use crate::{intl, phrase, words};

fn row(class: &'static str, name: impl Into<Text>, price: String) -> AnyView {
    el("div", class).child(el("dt", "").text(name)).child(el("dd", "").text(price)).into()
}

/// The lines (what for, and how much), the total, and what of it is a tax that the lines include.
pub fn price_lines(lines: Vec<(String, String)>, total: Money, tax: Option<&QuoteTax>) -> AnyView {
    let rows = lines.into_iter().map(|(name, price)| row("", name, price));
    let tax = tax.filter(|tax| tax.included);
    let tax = tax.map(|tax| row("muted", words::includes(&phrase::tax(&tax.name, tax.rate)), intl::money(tax.amount)));
    el("dl", "lines").children(rows).child(row("total", words::TOTAL, intl::money(total))).maybe(tax).into()
}

/// A list of facts: a name, and what stands beside it.
pub fn facts(facts: Vec<(&'static str, AnyView)>) -> AnyView {
    let add = |list: El, (name, fact): (&'static str, AnyView)| {
        list.child(el("dt", "").text(name)).child(el("dd", "").child(fact))
    };
    facts.into_iter().fold(el("dl", "facts"), add).into()
}

/// A ticked list.
pub fn ticks(class: &'static str, rows: impl IntoIterator<Item = AnyView>) -> AnyView {
    let row = |row| el("li", "").child(icon("check")).child(row).view();
    el("ul", class).children(rows.into_iter().map(row)).into()
}
