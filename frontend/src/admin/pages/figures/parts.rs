//! What the page of figures is put together from: cards, charts with their summary, tables of numbers.

use std::sync::Arc;

use leptos::prelude::*;
use shared::money::Money;

use crate::admin::{intl, words};
use crate::components::chart::{Chart, Kind, Point, chart, numbers};
use crate::components::el::{Text, el};

/// A number and where what it counts is listed; that is empty where it is nowhere.
pub(super) struct Number {
    /// The number.
    pub text: String,
    /// The list's address.
    pub address: String,
}

/// A number that is listed nowhere.
pub(super) fn plain(text: String) -> Number {
    Number { text, address: String::new() }
}

/// A number, as a link where it is listed.
pub(super) fn number(number: Number, class: &'static str) -> AnyView {
    let Number { text, address } = number;
    if address.is_empty() {
        el("span", class).text(text).into()
    } else {
        el("a", class).attr("href", address).text(text).into()
    }
}

/// A remark.
pub(super) fn quiet(text: impl Into<Text>) -> AnyView {
    el("p", "muted small").text(text).into()
}

/// A card: what it is about, how much in all, and a remark.
pub(super) fn card(title: String, total: Option<Number>, note: AnyView, content: Vec<AnyView>) -> AnyView {
    let total = total.map(|total| number(total, "figure number"));
    let head = el("div", "figure-head").child(el("h2", "").text(title.clone())).maybe(total).child(note);
    el("section", "card figure-card").attr("aria-label", title).child(head).children(content).into()
}

/// The numbers of a chart, one click away.
pub(super) fn table(title: String, columns: Vec<String>, rows: Vec<(String, Vec<Number>)>) -> AnyView {
    let rows = Arc::new(rows);
    numbers(words::AS_TABLE, move || {
        let columns_too = columns.clone();
        let head = std::iter::once(words::WHEN.to_owned()).chain(columns.clone());
        let head = head.map(|name| el("th", "").attr("scope", "col").text(name).view());
        let row = |(name, numbers): &(String, Vec<Number>)| {
            let cell = |(value, column): (&Number, &String)| {
                let value = Number { text: value.text.clone(), address: value.address.clone() };
                el("td", "end").attr("data-label", column.clone()).child(number(value, "number")).view()
            };
            el("tr", "")
                .child(el("th", "").attr("scope", "row").text(name.clone()))
                .children(numbers.iter().zip(&columns_too).map(cell))
                .view()
        };
        el("table", "")
            .child(el("caption", "visually-hidden").text(title.clone()))
            .child(el("thead", "").child(el("tr", "").children(head)))
            .child(el("tbody", "").children(rows.iter().map(row)))
            .into()
    })
}

/// A card of one row of numbers.
pub(super) fn single(title: String, total: Number, note: AnyView, kind: Kind, points: Vec<Point>) -> AnyView {
    let row = |point: &Point| {
        let number = Number { text: point.text.clone(), address: point.address.clone() };
        (point.name.clone(), vec![number])
    };
    let rows = points.iter().map(row).collect();
    let drawn = draw(&title, kind, points, "");
    let table = table(title.clone(), vec![words::HOW_MANY.to_owned()], rows);
    card(title, Some(total), note, vec![drawn, table])
}

/// A chart, with what it says as a whole.
pub(super) fn draw(title: &str, kind: Kind, points: Vec<Point>, currency: &str) -> AnyView {
    let lowest = points.iter().min_by_key(|point| point.value);
    // Of several equal ones the first.
    let greatest = points.iter().rev().max_by_key(|point| point.value);
    let summary = match (lowest, greatest, points.first(), points.last()) {
        (Some(lowest), Some(greatest), Some(first), Some(last)) => {
            words::course(&first.name, &last.name, &lowest.text, &greatest.text, &greatest.name)
        }
        _ => String::new(),
    };
    let scale = if currency.is_empty() { short_number } else { short_money };
    chart(Chart { title: title.to_owned(), summary, kind, points, scale, unit: currency.to_owned() })
}

fn short_number(_: &str, number: u64) -> String {
    intl::number_short(number)
}

fn short_money(unit: &str, amount: u64) -> String {
    let amount = i64::try_from(amount).unwrap_or(i64::MAX);
    unit.parse().map_or_else(|_| String::new(), |currency| intl::money_short(Money::new(amount, currency)))
}
