//! Rows of choices of an offer: terms, uses, devices, seats; each a row of fields that can be added and taken away.

mod counted;

use leptos::prelude::*;

use super::fields::{Desk, heard, in_offer};
use super::sheet::{LimitRow, OfferColumn, Sheet, TermKind, TermRow};
use crate::admin::form::{Label, choices, never_wrong, tick};
use crate::admin::words;
use crate::components::button::{button, plain};
use crate::components::el::{el, maybe};
use crate::components::field::error_text;
use crate::components::icon::icon;
use crate::load::derived;

pub(super) use counted::uses;

/// A titled part with its rows and a button that adds one.
fn group(
    desk: Desk,
    path: String,
    (title, hint): (&'static str, &'static str),
    rows: Vec<AnyView>,
    more: AnyView,
) -> AnyView {
    el("fieldset", "group rows")
        // It takes the focus where something is wrong that no field of it can be blamed for: that there is none.
        .attr("id", path.clone())
        .attr("tabindex", "-1")
        .child(el("legend", "").text(title).child(el("small", "").text(hint)))
        .child(wrong_here(desk, path))
        .children(rows)
        .child(el("div", "row").child(more))
        .into()
}

/// What is wrong with several fields together.
fn wrong_here(desk: Desk, path: String) -> AnyView {
    let wrong = desk.wrong(path.clone());
    maybe(move || Some(el("div", "field").child(error_text(format!("{path}-error"), wrong.get()?)).view()))
}

fn remove(label: String, act: impl Fn() + 'static) -> AnyView {
    plain("button quiet").attr("aria-label", label).child(icon("close")).on_click(act).into()
}

/// A change of which rows an offer has.
fn reshape(desk: Desk, offer: usize, focus: String, change: impl FnOnce(&mut OfferColumn)) {
    desk.reshape(&focus, |sheet: &mut Sheet| {
        if let Some(offer) = sheet.offers.get_mut(offer) {
            change(offer);
        }
    });
}

/// How many there are of something in an offer now.
fn count(desk: Desk, offer: usize, of: impl Fn(&OfferColumn) -> usize) -> usize {
    desk.sheet.with_untracked(|sheet| sheet.offers.get(offer).map_or(0, of))
}

/// How long a license may last.
pub(super) fn terms(desk: Desk, offer: usize) -> AnyView {
    let rows = count(desk, offer, |offer| offer.terms.len());
    let add = move || {
        reshape(desk, offer, format!("offers[{offer}].terms[{rows}].term"), |offer| {
            offer.terms.push(TermRow { length: "1 month".to_owned(), price: "0".to_owned(), ..TermRow::default() });
        });
    };
    let all = (0..rows).map(|row| term(desk, offer, row)).collect();
    group(
        desk,
        format!("offers[{offer}].terms"),
        (words::TERMS, words::TERMS_HINT),
        all,
        button("button", words::ADD_TERM, add),
    )
}

fn term(desk: Desk, offer: usize, row: usize) -> AnyView {
    let (at, number) = (format!("offers[{offer}].terms[{row}]"), row + 1);
    let kind = Memo::new(move |_| {
        desk.sheet.with(|sheet| Some(sheet.offers.get(offer)?.terms.get(row)?.kind)).unwrap_or_default()
    });
    let kinds = choices(&[
        ("for", words::TERM_FOR),
        ("first_use", words::TERM_FIRST_USE),
        ("until", words::TERM_UNTIL),
        ("perpetual", words::TERM_PERPETUAL),
    ]);
    let value = derived(move || {
        match kind.get() {
            TermKind::For => "for",
            TermKind::FirstUse => "first_use",
            TermKind::Until => "until",
            TermKind::Perpetual => "perpetual",
        }
        .to_owned()
    });
    let set = move |value: String| {
        desk.with_offer(offer, |offer| {
            let Some(term) = offer.terms.get_mut(row) else { return };
            let was_day = term.kind == TermKind::Until;
            term.kind = match value.as_str() {
                "first_use" => TermKind::FirstUse,
                "until" => TermKind::Until,
                "perpetual" => TermKind::Perpetual,
                _ => TermKind::For,
            };
            // A day is no period: what cannot fit is not kept.
            if was_day != (term.kind == TermKind::Until) {
                term.length.clear();
            }
        });
    };
    let label = Label::hidden(format!("{at}.kind"), words::term_kind_of(number));
    let which = label.select(kinds, value, set, never_wrong());
    let length = {
        let at = at.clone();
        maybe(move || {
            let (kind, label) = match kind.get() {
                TermKind::For | TermKind::FirstUse => ("text", words::term_length_of(number)),
                TermKind::Until => ("date", words::term_day_of(number)),
                TermKind::Perpetual => return None,
            };
            let place = in_offer(offer, move |offer| offer.terms.get_mut(row).map(|term| &mut term.length));
            Some(desk.field(format!("{at}.term"), heard(label), kind, place))
        })
    };
    let price = in_offer(offer, move |offer| offer.terms.get_mut(row).map(|term| &mut term.price));
    let price = desk.field(format!("{at}.price"), heard(words::term_price_of(number)), "decimal", price);
    let is_trial =
        derived(move || desk.sheet.with(|sheet| Some(sheet.offers.get(offer)?.terms.get(row)?.trial)).unwrap_or(false));
    let toggle = move || {
        desk.with_offer(offer, |offer| {
            if let Some(term) = offer.terms.get_mut(row) {
                term.trial = !term.trial;
            }
        });
    };
    let away = move || reshape(desk, offer, String::new(), |offer| drop(offer.terms.remove(row)));
    el("div", "choice-row")
        .child(which)
        .child(length)
        .child(price)
        .child(tick(words::IS_TRIAL, is_trial, toggle))
        .child(remove(words::remove_term(number), away))
        .into()
}

/// Which of the two numbers that may be chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Limits {
    /// Of devices.
    Devices,
    /// Of services that hold the license at once.
    Seats,
}

impl Limits {
    const fn member(self) -> &'static str {
        match self {
            Self::Devices => "terminals",
            Self::Seats => "seats",
        }
    }

    const fn rows(self, offer: &mut OfferColumn) -> &mut Vec<LimitRow> {
        match self {
            Self::Devices => &mut offer.terminals,
            Self::Seats => &mut offer.seats,
        }
    }
}

/// How many devices or seats.
pub(super) fn limits(desk: Desk, offer: usize, which: Limits) -> AnyView {
    let rows =
        count(desk, offer, |offer| if which == Limits::Devices { offer.terminals.len() } else { offer.seats.len() });
    let member = which.member();
    let add = move || {
        reshape(desk, offer, format!("offers[{offer}].{member}[{rows}].limit"), |offer| {
            which.rows(offer).push(LimitRow { limit: String::new(), price: "0".to_owned() });
        });
    };
    let row = |row: usize| {
        let at = format!("offers[{offer}].{member}[{row}]");
        let number = row + 1;
        let limit = in_offer(offer, move |offer| which.rows(offer).get_mut(row).map(|row| &mut row.limit));
        let price = in_offer(offer, move |offer| which.rows(offer).get_mut(row).map(|row| &mut row.price));
        let (how_many, cost) = match which {
            Limits::Devices => (words::devices_of_row(number), words::devices_price_of(number)),
            Limits::Seats => (words::seats_of_row(number), words::seats_price_of(number)),
        };
        let away = move || reshape(desk, offer, String::new(), |offer| drop(which.rows(offer).remove(row)));
        el("div", "choice-row")
            .child(desk.field(format!("{at}.limit"), heard(how_many), "text", limit))
            .child(desk.field(format!("{at}.price"), heard(cost), "decimal", price))
            .child(remove(words::remove_row(number), away))
            .view()
    };
    let (title, hint, label) = match which {
        Limits::Devices => (words::DEVICES, words::DEVICES_HINT, words::ADD_DEVICES),
        Limits::Seats => (words::SEATS, words::SEATS_HINT, words::ADD_SEATS),
    };
    group(
        desk,
        format!("offers[{offer}].{member}"),
        (title, hint),
        (0..rows).map(row).collect(),
        button("button", label, add),
    )
}
