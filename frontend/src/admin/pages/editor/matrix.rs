//! Features × offers: which offer has which feature, and what an optional one adds. And the currency of all prices.

use std::sync::Arc;

use leptos::prelude::*;

use super::fields::{Desk, Place, heard, shown};
use super::sheet::{Cell, CellKind, Sheet};
use crate::admin::form::{Label, choices, never_wrong};
use crate::admin::words;
use crate::components::button::{button, plain};
use crate::components::el::{el, maybe};
use crate::components::icon::icon;
use crate::load::derived;

/// The part of the editor.
pub(super) fn matrix(desk: Desk) -> AnyView {
    let (features, offers) = desk.sheet.with_untracked(|sheet| (sheet.features.len(), sheet.offers.len()));
    let currency: Place = Arc::new(|sheet| Some(&mut sheet.currency));
    let currency = desk.field("currency".to_owned(), shown(words::CURRENCY, words::CURRENCY_HINT), "text", currency);
    let head =
        [words::FEATURE_ID, words::FEATURE_NAME].map(|title| el("th", "").attr("scope", "col").text(title).view());
    let columns = (0..offers).map(|index| el("th", "").attr("scope", "col").text(offer_name(desk, index)).view());
    let last = el("th", "").attr("scope", "col").child(el("span", "visually-hidden").text(words::REMOVE)).view();
    let head = el("tr", "").children(head).children(columns).child(last);
    let rows = (0..features).map(|row| feature_row(desk, row, offers));
    let table = el("table", "matrix")
        .child(el("caption", "visually-hidden").text(words::MATRIX))
        .child(el("thead", "").child(head))
        .child(el("tbody", "").children(rows));
    let scroller = el("div", "scroller").attr("role", "region").attr("tabindex", "0").attr("aria-label", words::MATRIX);
    let table =
        if features > 0 { scroller.child(table).view() } else { el("p", "muted").text(words::NO_FEATURES).view() };
    let add = move || desk.reshape(&format!("features[{features}].feature"), Sheet::add_feature);
    el("section", "card stack")
        .attr("aria-label", words::FEATURES)
        .attr("id", "features")
        .attr("tabindex", "-1")
        .child(el("h2", "").text(words::FEATURES))
        .child(el("div", "fields short").child(currency))
        .child(table)
        .child(el("div", "row").child(button("button", words::ADD_FEATURE, add)))
        .into()
}

/// What an offer is called, as it is typed.
pub(super) fn offer_name(desk: Desk, index: usize) -> Signal<String> {
    derived(move || {
        let name = desk.sheet.with(|sheet| sheet.offers.get(index).map(|offer| offer.name.trim().to_owned()));
        name.filter(|name| !name.is_empty()).unwrap_or_else(|| words::offer_number(index + 1))
    })
}

fn feature_row(desk: Desk, row: usize, offers: usize) -> AnyView {
    let number = row + 1;
    let id: Place = Arc::new(move |sheet| sheet.features.get_mut(row).map(|known| &mut known.feature));
    let (value, _) = desk.bind(id);
    let path = format!("features[{row}].feature");
    let label = Label::hidden(path.clone(), words::feature_id_of(number));
    let rename = move |text: String| desk.change(|sheet| sheet.rename_feature(row, text));
    let feature = label.input("text", value, rename, desk.wrong(path));
    let name: Place = Arc::new(move |sheet| sheet.features.get_mut(row).map(|known| &mut known.name));
    let (value, set) = desk.bind(name);
    let path = format!("features[{row}].name");
    // Several lines, so that a long name is read whole; it has one.
    let label = Label::hidden(path.clone(), words::feature_name_of(number));
    let name = label.area("1", value, move |text: String| set(text.replace('\n', " ")), desk.wrong(path));
    let cells = (0..offers).map(|offer| el("td", "").child(cell(desk, offer, row)).view());
    let remove = move || desk.reshape("", |sheet| sheet.remove_feature(row));
    let remove =
        plain("button quiet").attr("aria-label", words::remove_feature(number)).child(icon("close")).on_click(remove);
    el("tr", "")
        .child(el("td", "").child(feature))
        .child(el("td", "").child(name))
        .children(cells)
        .child(el("td", "").child(remove))
        .into()
}

/// Whether an offer has a feature, and for how much.
fn cell(desk: Desk, offer: usize, row: usize) -> AnyView {
    let find = move |sheet: &Sheet| sheet.offers.get(offer).and_then(|offer| offer.cells.get(row)).cloned();
    let kind = derived(move || desk.sheet.with(find).map(|cell| cell.kind).unwrap_or_default());
    let choices =
        choices(&[("", words::CELL_ABSENT), ("included", words::CELL_INCLUDED), ("optional", words::CELL_OPTIONAL)]);
    let value = derived(move || {
        match kind.get() {
            CellKind::Absent => "",
            CellKind::Included => "included",
            CellKind::Optional => "optional",
        }
        .to_owned()
    });
    let set = move |value: String| {
        let kind = match value.as_str() {
            "included" => CellKind::Included,
            "optional" => CellKind::Optional,
            _ => CellKind::Absent,
        };
        desk.with_offer(offer, |offer| {
            if let Some(cell) = offer.cells.get_mut(row) {
                cell.kind = kind;
                if cell.price.is_empty() {
                    *cell = Cell { kind, price: "0".to_owned() };
                }
            }
        });
    };
    let name = words::cell_of(&offer_name(desk, offer).get_untracked(), row + 1);
    let select = Label::hidden(format!("cell-{offer}-{row}"), name.clone()).select(choices, value, set, never_wrong());
    let is_optional = Memo::new(move |_| kind.get() == CellKind::Optional);
    let price = maybe(move || {
        if !is_optional.get() {
            return None;
        }
        // A menu has only the features that an offer has: those before are counted.
        let place = desk.sheet.with_untracked(|sheet| {
            let cells = sheet.offers.get(offer).map(|offer| offer.cells.iter().take(row));
            cells.map_or(0, |cells| cells.filter(|cell| cell.kind != CellKind::Absent).count())
        });
        let find: Place =
            Arc::new(move |sheet| sheet.offers.get_mut(offer)?.cells.get_mut(row).map(|cell| &mut cell.price));
        let label = heard(words::price_of(&name));
        Some(desk.field(format!("offers[{offer}].features[{place}].price"), label, "decimal", find))
    });
    el("div", "cell").child(select).child(price).into()
}
