//! One offer at a time: its names, its base price, what may be chosen, and its rules.

use leptos::prelude::*;
use shared::menu::Unreturned;

use super::choices::{Limits, limits, terms, uses};
use super::fields::{Desk, in_offer, shown};
use super::matrix::offer_name;
use crate::admin::form::{Label, tick};
use crate::admin::words;
use crate::components::button::button;
use crate::components::el::{el, maybe};
use crate::load::derived;

/// The part of the editor: which offer, and its fields.
pub(super) fn offers(desk: Desk) -> AnyView {
    let count = desk.sheet.with_untracked(|sheet| sheet.offers.len());
    let here = desk.shown.get_untracked().min(count.saturating_sub(1));
    let pick = |index: usize| {
        let pressed = derived(move || index == here);
        el("button", "pill")
            .attr("type", "button")
            .attr("id", format!("offers[{index}]"))
            .aria("aria-pressed", pressed)
            .text(offer_name(desk, index))
            .on_click(move || desk.shown.set(index))
            .view()
    };
    let add = move || {
        let agreement = desk.agreements.with_value(|known| known.first().map(|name| name.digest.clone()));
        desk.shown.set(count);
        desk.reshape(&format!("offers[{count}].name"), |sheet| {
            sheet.add_offer(words::new_offer(count + 1), agreement.unwrap_or_default());
        });
    };
    let picks = el("div", "row").attr("role", "group").attr("aria-label", words::OFFERS).children((0..count).map(pick));
    let fields = if count == 0 { el("p", "muted").text(words::NO_OFFERS).into() } else { offer(desk, here, count) };
    el("section", "card stack")
        .attr("aria-label", words::OFFERS)
        .attr("id", "offers")
        .attr("tabindex", "-1")
        .child(el("h2", "").text(words::OFFERS))
        .child(picks.child(button("button", words::ADD_OFFER, add)))
        .child(fields)
        .into()
}

fn offer(desk: Desk, index: usize, count: usize) -> AnyView {
    let at = format!("offers[{index}]");
    let text = |member: &str, label: &'static str, hint: &'static str, kind: &'static str, place| {
        desk.field(format!("{at}.{member}"), shown(label, hint), kind, place)
    };
    let names = el("div", "fields")
        .child(text("name", words::NAME, "", "text", in_offer(index, |offer| Some(&mut offer.name))))
        .child(text(
            "offer",
            words::SLUG,
            words::OFFER_SLUG_HINT,
            "text",
            in_offer(index, |offer| Some(&mut offer.offer)),
        ))
        .child(text("base", words::BASE, words::BASE_HINT, "decimal", in_offer(index, |offer| Some(&mut offer.base))));
    let summary = text("summary", words::SUMMARY, "", "text", in_offer(index, |offer| Some(&mut offer.summary)));
    el("div", "stack wide")
        .child(names)
        .child(summary)
        .child(agreement(desk, index))
        .child(terms(desk, index))
        .child(uses(desk, index))
        .child(limits(desk, index, Limits::Devices))
        .child(limits(desk, index, Limits::Seats))
        .child(moving(desk, index))
        .child(offline(desk, index))
        .child(leasing(desk, index))
        .child(arrange(desk, index, count))
        .into()
}

fn agreement(desk: Desk, index: usize) -> AnyView {
    let known = desk.agreements.get_value();
    let choice =
        |name: &shared::menu::AgreementName| (name.digest.clone(), words::titled_version(&name.title, name.version));
    let none = (String::new(), words::CHOOSE_ONE.to_owned());
    let choices = std::iter::once(none).chain(known.iter().map(choice)).collect();
    let (value, set) = desk.bind(in_offer(index, |offer| Some(&mut offer.agreement)));
    let path = format!("offers[{index}].agreement");
    Label::new(path.clone(), words::AGREEMENT, words::AGREEMENT_HINT).select(choices, value, set, desk.wrong(path))
}

fn moving(desk: Desk, index: usize) -> AnyView {
    let is_allowed = Memo::new(move |_| {
        desk.sheet.with(|sheet| sheet.offers.get(index).map(|offer| offer.moving.is_allowed)).unwrap_or(false)
    });
    let toggle = move || desk.with_offer(index, |offer| offer.moving.is_allowed = !offer.moving.is_allowed);
    let at = format!("offers[{index}].moving");
    let recoveries = desk.field(
        format!("{at}.recoveries"),
        shown(words::RECOVERIES, words::RECOVERIES_HINT),
        "text",
        in_offer(index, |offer| Some(&mut offer.moving.recoveries)),
    );
    let limits = maybe(move || {
        is_allowed.get().then(|| {
            let limit = in_offer(index, |offer| Some(&mut offer.moving.limit));
            let per = in_offer(index, |offer| Some(&mut offer.moving.per));
            el("div", "fields")
                .child(desk.field(
                    format!("{at}.limit"),
                    shown(words::MOVE_LIMIT, words::MOVE_LIMIT_HINT),
                    "text",
                    limit,
                ))
                .child(desk.field(format!("{at}.per"), shown(words::MOVE_PER, words::MOVE_PER_HINT), "text", per))
                .view()
        })
    });
    el("fieldset", "group")
        .child(el("legend", "").text(words::MOVING))
        .child(tick(words::MAY_MOVE, is_allowed.into(), toggle))
        .child(limits)
        .child(el("div", "fields").child(recoveries))
        .into()
}

fn offline(desk: Desk, index: usize) -> AnyView {
    let at = format!("offers[{index}].offline");
    let window = in_offer(index, |offer| Some(&mut offer.window));
    let slice = in_offer(index, |offer| Some(&mut offer.slice));
    let fields = el("div", "fields")
        .child(desk.field(format!("{at}.window"), shown(words::WINDOW, words::WINDOW_HINT), "text", window))
        .child(desk.field(format!("{at}.slice"), shown(words::SLICE, words::SLICE_HINT), "text", slice));
    el("fieldset", "group").child(el("legend", "").text(words::OFFLINE)).child(fields).into()
}

fn leasing(desk: Desk, index: usize) -> AnyView {
    let at = format!("offers[{index}].leasing");
    let shortest = in_offer(index, |offer| Some(&mut offer.leasing.min_seconds));
    let longest = in_offer(index, |offer| Some(&mut offer.leasing.max_seconds));
    let find = move |sheet: &super::sheet::Sheet| Some(sheet.offers.get(index)?.leasing.unreturned);
    let is_returned = derived(move || desk.sheet.with(find) == Some(Unreturned::Returned));
    let toggle = move || {
        let other = if is_returned.get_untracked() { Unreturned::Spent } else { Unreturned::Returned };
        desk.with_offer(index, |offer| offer.leasing.unreturned = other);
    };
    let fields = el("div", "fields")
        .child(desk.field(format!("{at}.min_seconds"), shown(words::LEASE_MIN, ""), "text", shortest))
        .child(desk.field(
            format!("{at}.max_seconds"),
            shown(words::LEASE_MAX, words::LEASE_MAX_HINT),
            "text",
            longest,
        ));
    el("fieldset", "group")
        .child(el("legend", "").text(words::LEASING).child(el("small", "").text(words::LEASING_HINT)))
        .child(fields)
        .child(tick(words::UNRETURNED, is_returned, toggle))
        .into()
}

/// Moving an offer, copying it, taking it away.
fn arrange(desk: Desk, index: usize, count: usize) -> AnyView {
    let swap = move |other: usize| {
        desk.shown.set(other);
        desk.reshape("", |sheet| sheet.offers.swap(index, other));
    };
    let left = (index > 0).then(|| button("button quiet", words::MOVE_LEFT, move || swap(index - 1)));
    let right = (index + 1 < count).then(|| button("button quiet", words::MOVE_RIGHT, move || swap(index + 1)));
    let copy = move || {
        desk.shown.set(count);
        desk.reshape(&format!("offers[{count}].name"), |sheet| {
            if let Some(mut copy) = sheet.offers.get(index).cloned() {
                copy.offer = format!("{}-copy", copy.offer);
                copy.name = words::copy_of(&copy.name);
                sheet.offers.push(copy);
            }
        });
    };
    let away = move || {
        desk.shown.set(index.saturating_sub(1));
        desk.reshape("", |sheet| drop(sheet.offers.remove(index)));
    };
    el("div", "row")
        .maybe(left)
        .maybe(right)
        .child(button("button quiet", words::COPY_OFFER, copy))
        .child(button("button quiet", words::REMOVE_OFFER, away))
        .into()
}
