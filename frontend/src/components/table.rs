//! A table that becomes cards on a narrow window.

use leptos::prelude::*;

use super::el::el;

/// A table called `caption` with these columns; each row has a cell for each column.
pub fn table<const N: usize>(
    caption: &'static str,
    columns: [&'static str; N],
    rows: impl Iterator<Item = Vec<AnyView>>,
) -> AnyView {
    let head = columns.map(|column| el("th", "").attr("scope", "col").text(column).view());
    let cell = |(content, column)| el("td", "").attr("data-label", column).child(content).view();
    let row = |cells: Vec<AnyView>| el("tr", "").children(cells.into_iter().zip(columns).map(cell)).view();
    el("table", "table")
        .child(el("caption", "visually-hidden").text(caption))
        .child(el("thead", "").child(el("tr", "").children(head)))
        .child(el("tbody", "").children(rows.map(row)))
        .into()
}
