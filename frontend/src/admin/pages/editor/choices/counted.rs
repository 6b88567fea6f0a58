//! The features that an offer counts, each with the numbers of uses to choose from.

use leptos::prelude::*;
use shared::menu::Counting;

use super::{count, group, remove, reshape, wrong_here};
use crate::admin::form::{Label, choices, never_wrong};
use crate::admin::pages::editor::fields::{Desk, heard, in_offer, shown};
use crate::admin::pages::editor::sheet::{FeatureRow, LimitRow, UsesRow};
use crate::admin::words;
use crate::components::button::button;
use crate::components::el::{el, keyed, several};
use crate::load::derived;

/// Which features are counted, and how often they may be used.
pub(in crate::admin::pages::editor) fn uses(desk: Desk, offer: usize) -> AnyView {
    let rows = count(desk, offer, |offer| offer.uses.len());
    let add = move || {
        let feature = desk.sheet.with_untracked(|sheet| {
            let is_free = |feature: &String| {
                sheet.offers.get(offer).is_some_and(|offer| !offer.uses.iter().any(|uses| uses.feature == *feature))
            };
            sheet.features.iter().map(|row| row.feature.clone()).find(is_free)
        });
        let limits = vec![LimitRow { limit: "100".to_owned(), price: "0".to_owned() }];
        let row = UsesRow {
            feature: feature.unwrap_or_default(),
            limits,
            resets: "1 month".to_owned(),
            ..UsesRow::default()
        };
        reshape(desk, offer, format!("offers[{offer}].uses[{rows}].feature"), |offer| offer.uses.push(row));
    };
    let all = (0..rows).map(|row| counted(desk, offer, row)).collect();
    let has_features = desk.sheet.with_untracked(|sheet| !sheet.features.is_empty());
    let more = if has_features {
        button("button", words::ADD_USES_ROW, add)
    } else {
        el("p", "muted").text(words::FEATURES_FIRST).into()
    };
    group(desk, format!("offers[{offer}].uses"), (words::USES, words::USES_HINT), all, more)
}

fn counted(desk: Desk, offer: usize, row: usize) -> AnyView {
    let (at, number) = (format!("offers[{offer}].uses[{row}]"), row + 1);
    let names = move || {
        let names = desk.sheet.with(|sheet| {
            let name = |row: &FeatureRow| (row.feature.clone(), row.name.clone());
            sheet.features.iter().map(name).collect::<Vec<_>>()
        });
        let label = |(feature, name): (String, String)| {
            let shown = if name.trim().is_empty() { feature.clone() } else { name };
            (feature, shown)
        };
        names.into_iter().map(label).collect::<Vec<_>>()
    };
    let feature = {
        let at = at.clone();
        keyed(
            move || format!("{:?}", names()),
            move || {
                let place = in_offer(offer, move |offer| offer.uses.get_mut(row).map(|uses| &mut uses.feature));
                let (value, set) = desk.bind(place);
                let path = format!("{at}.feature");
                let label = Label::new(path.clone(), words::FEATURE, "");
                label.select(untrack(names), value, set, desk.wrong(path))
            },
        )
    };
    let resets = in_offer(offer, move |offer| offer.uses.get_mut(row).map(|uses| &mut uses.resets));
    let resets = desk.field(format!("{at}.resets"), shown(words::RESETS, words::RESETS_HINT), "text", resets);
    let choices = choices(&[
        ("on_use", words::COUNT_ON_USE),
        ("on_issue", words::COUNT_ON_ISSUE),
        ("on_checkout", words::COUNT_ON_CHECKOUT),
    ]);
    let count_now = derived(move || {
        let count = desk.sheet.with(|sheet| Some(sheet.offers.get(offer)?.uses.get(row)?.count)).unwrap_or_default();
        match count {
            Counting::OnUse => "on_use",
            Counting::OnIssue => "on_issue",
            Counting::OnCheckout => "on_checkout",
        }
        .to_owned()
    });
    let set_count = move |value: String| {
        desk.with_offer(offer, |offer| {
            if let Some(uses) = offer.uses.get_mut(row) {
                uses.count = match value.as_str() {
                    "on_issue" => Counting::OnIssue,
                    "on_checkout" => Counting::OnCheckout,
                    _ => Counting::OnUse,
                };
            }
        });
    };
    let counting = Label::new(format!("{at}.count"), words::COUNTED, "");
    let counting = counting.select(choices, count_now, set_count, never_wrong());
    let away = move || reshape(desk, offer, String::new(), |offer| drop(offer.uses.remove(row)));
    let away = button("button quiet", words::remove_counting(number), away);
    let head = el("div", "fields").child(feature).child(resets).child(counting);
    el("div", "counted").child(several([head.view(), uses_limits(desk, offer, row), away])).into()
}

fn uses_limits(desk: Desk, offer: usize, uses: usize) -> AnyView {
    let rows = count(desk, offer, |offer| offer.uses.get(uses).map_or(0, |uses| uses.limits.len()));
    let row = |row: usize| {
        let at = format!("offers[{offer}].uses[{uses}].limits[{row}]");
        let limit =
            in_offer(offer, move |offer| offer.uses.get_mut(uses)?.limits.get_mut(row).map(|row| &mut row.limit));
        let price =
            in_offer(offer, move |offer| offer.uses.get_mut(uses)?.limits.get_mut(row).map(|row| &mut row.price));
        let away = move || {
            reshape(desk, offer, String::new(), |offer| {
                if let Some(uses) = offer.uses.get_mut(uses) {
                    uses.limits.remove(row);
                }
            });
        };
        let number = row + 1;
        el("div", "choice-row")
            .child(desk.field(format!("{at}.limit"), heard(words::uses_of_row(number)), "text", limit))
            .child(desk.field(format!("{at}.price"), heard(words::uses_price_of(number)), "decimal", price))
            .child(remove(words::remove_row(number), away))
            .view()
    };
    let add = move || {
        reshape(desk, offer, format!("offers[{offer}].uses[{uses}].limits[{rows}].limit"), |offer| {
            if let Some(uses) = offer.uses.get_mut(uses) {
                uses.limits.push(LimitRow { limit: String::new(), price: "0".to_owned() });
            }
        });
    };
    let hint = el("p", "hint").text(words::LIMITS_HINT);
    let add = button("button", words::ADD_LIMIT, add);
    let path = format!("offers[{offer}].uses[{uses}].limits");
    let part = el("div", "stack tight").attr("id", path.clone()).attr("tabindex", "-1");
    part.child(hint)
        .child(wrong_here(desk, path))
        .children((0..rows).map(row))
        .child(el("div", "row").child(add))
        .into()
}
