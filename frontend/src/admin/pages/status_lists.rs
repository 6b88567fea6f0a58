//! `/admin/{vendor}/status-lists`: where it is published whether passes still stand.

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::instance::StatusListRow;

use crate::admin::api::read_value;
use crate::admin::list::{Leads, List, Row, list_page, text_or_none};
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::components::copy::copy;
use crate::components::el::el;

static LIST: List = List {
    name: "status-lists",
    title: words::STATUS_LISTS,
    lead: words::STATUS_LISTS_LEAD,
    columns: &[
        words::STATUS_LIST,
        words::PASSES_IN_IT,
        words::IN_IT_VALID,
        words::IN_IT_MOVING,
        words::IN_IT_SUSPENDED,
        words::IN_IT_INVALID,
        words::VERSION,
        words::PUBLISHED_AT,
    ],
    search: "",
    filters: &[],
    sorts: &[],
    row,
    nothing: ("list", words::NO_STATUS_LISTS, words::NO_STATUS_LISTS_DETAIL),
    action: None,
    is_exported: false,
    bulk: None,
};

/// All of them.
pub(crate) fn status_lists() -> AnyView {
    list_page(&LIST)
}

fn row(_team: Team, item: &Value) -> Option<Row> {
    let row: StatusListRow = read_value(item).ok()?;
    let number = |number: u64| el("span", "number").text(intl::number(number)).view();
    let counts = [row.size, row.valid, row.moving, row.suspended, row.invalid].map(|count| number(u64::from(count)));
    let published = text_or_none(row.published_at.map(intl::date_time));
    let cells = counts.into_iter().chain([number(row.version), published]);
    Some(Row {
        id: row.list.to_string(),
        name: words::status_list(row.list),
        address: Leads::Nowhere(copy(row.uri, words::LIST_ADDRESS)),
        cells: cells.collect(),
    })
}
