//! The rows of a list, as a table that becomes cards on a narrow window.

use leptos::prelude::*;

use super::State;
use crate::admin::address::opening;
use crate::admin::words;
use crate::components::el::{Text, el};
use crate::load::derived;

/// A row: where it leads, what it is called, and what stands in the columns after the first.
pub(crate) struct Row {
    /// What is acted on: an id.
    pub id: String,
    /// What stands in the first column.
    pub name: String,
    /// A page's address; empty where the id is opened over the list, or where there is no more to see.
    pub address: Leads,
    /// The other columns.
    pub cells: Vec<AnyView>,
}

/// Where a row leads.
pub(crate) enum Leads {
    /// To a page.
    To(String),
    /// To what opens over the list.
    Open,
    /// Nowhere: the row says all, or this shows the rest.
    Nowhere(AnyView),
}

/// A text in a cell; "Not set" where there is none.
pub(crate) fn text_or_none(text: Option<String>) -> AnyView {
    match text {
        Some(text) => Text::from(text).into(),
        None => el("span", "muted").text(words::NOT_SET).into(),
    }
}

/// The table.
pub(super) fn table(state: State, rows: Vec<Row>) -> AnyView {
    let columns = state.list.columns;
    let is_picked = state.list.bulk.is_some();
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let head = columns.iter().map(|column| el("th", "").attr("scope", "col").text(*column).view());
    let pick_all = is_picked.then(|| el("th", "pick").attr("scope", "col").child(all_box(state, ids)).view());
    let row = |row: Row| {
        let Row { id, name, address, cells } = row;
        let pick = is_picked.then(|| el("td", "pick").child(one_box(state, id.clone(), &name)).view());
        let first = match address {
            Leads::To(address) => el("a", "row-link").attr("href", address).text(name).view(),
            Leads::Open => {
                let address = derived(move || opening(state.router, &id));
                el("a", "row-link").attr("href", address).text(name).view()
            }
            Leads::Nowhere(more) => el("div", "").child(el("span", "strong").text(name)).child(more).view(),
        };
        let first =
            el("td", "first").attr("data-label", columns.first().copied().unwrap_or_default()).child(first).view();
        let cell =
            |(cell, column): (AnyView, &&'static str)| el("td", "").attr("data-label", *column).child(cell).view();
        let others = cells.into_iter().zip(columns.iter().skip(1)).map(cell);
        el("tr", "").maybe(pick).child(first).children(others).view()
    };
    let table = el("table", "table list")
        .child(el("caption", "visually-hidden").text(state.list.title))
        .child(el("thead", "").child(el("tr", "").maybe(pick_all).children(head)))
        .child(el("tbody", "").children(rows.into_iter().map(row)));
    el("div", "card table-card").child(table).into()
}

fn one_box(state: State, id: String, name: &str) -> AnyView {
    let this = id.clone();
    let checked = derived(move || state.selected.with(|selected| selected.contains(&this)));
    let toggle = move |_| {
        state.selected.update(|selected| {
            let before = selected.len();
            selected.retain(|other| *other != id);
            if selected.len() == before {
                selected.push(id.clone());
            }
        });
    };
    let input = el("input", "").attr("type", "checkbox").prop("checked", checked).on("change", toggle);
    el("label", "").child(input).child(el("span", "visually-hidden").text(words::select_row(name))).into()
}

fn all_box(state: State, ids: Vec<String>) -> AnyView {
    let these = ids.clone();
    let checked = derived(move || state.selected.with(|selected| these.iter().all(|id| selected.contains(id))));
    let toggle = move |_| {
        let all = checked.get_untracked();
        state.selected.update(|selected| {
            selected.retain(|id| !ids.contains(id));
            if !all {
                selected.extend(ids.iter().cloned());
            }
        });
    };
    let input = el("input", "").attr("type", "checkbox").prop("checked", checked).on("change", toggle);
    el("label", "").child(input).child(el("span", "visually-hidden").text(words::SELECT_ALL)).into()
}
