//! An itemised price, and facts by name.

use leptos::prelude::*;
use shared::money::Money;

use super::el::{El, Text, el};
use super::icon::icon;
use crate::intl;
use crate::words;

fn row(class: &'static str, name: impl Into<Text>, price: String) -> AnyView {
    el("div", class).child(el("dt", "").text(name)).child(el("dd", "").text(price)).into()
}

/// The lines (what for, and how much) and the total.
pub fn price_lines(lines: Vec<(String, String)>, total: Money) -> AnyView {
    let rows = lines.into_iter().map(|(name, price)| row("", name, price));
    el("dl", "lines").children(rows).child(row("total", words::TOTAL, intl::money(total))).into()
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
