//! `/admin/{vendor}/moves`: licenses on their way from one device to another.

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::customers::MoveRow;
use shared::license::MoveState;

use crate::admin::api::{self, read_value};
use crate::admin::layer::body;
use crate::admin::list::{Filter, FilterKind, Leads, List, Row, list_page, text_or_none};
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::copy::copy;
use crate::components::el::Text;
use crate::components::lines::facts;
use crate::components::skeleton::skeleton;
use crate::components::status::badge;
use crate::load::Loader;

use super::customers::{customer_link, opener};

const STATES: &[(&str, &str)] = &[
    ("offered", words::MOVE_OPEN),
    ("redeemed", words::MOVE_REDEEMED),
    ("cancelled", words::MOVE_CANCELLED),
    ("expired", words::MOVE_EXPIRED),
];

static LIST: List = List {
    name: "moves",
    title: words::MOVES,
    lead: words::MOVES_LEAD,
    columns: &[words::MOVE, words::MOVE_TO, words::CUSTOMER, words::STATUS, words::OFFERED],
    search: words::SEARCH_MOVES,
    filters: &[
        Filter::new("state", words::STATUS, FilterKind::OneOf(STATES)),
        Filter::new("product", words::PRODUCT_LABEL, FilterKind::Product),
    ],
    sorts: &[],
    row,
    nothing: ("arrow", words::NO_MOVES, words::NO_MOVES_DETAIL),
    action: None,
    is_exported: true,
    bulk: None,
};

/// All moves.
pub(crate) fn moves() -> AnyView {
    list_page(&LIST)
}

fn row(team: Team, item: &Value) -> Option<Row> {
    let row: MoveRow = read_value(item).ok()?;
    Some(Row {
        id: row.move_id.to_string(),
        name: words::from_device(&row.from),
        address: Leads::Open,
        cells: vec![
            text_or_none(row.to),
            customer_link(team, &row.customer),
            move_state(row.state),
            Text::from(intl::date_time(row.offered_at)).into(),
        ],
    })
}

/// Where a move stands.
pub(super) fn move_state(state: MoveState) -> AnyView {
    badge(match state {
        MoveState::Offered => ("badge dot warn", words::MOVE_OPEN),
        MoveState::Redeemed => ("badge dot good", words::MOVE_REDEEMED),
        MoveState::Cancelled => ("badge dot", words::MOVE_CANCELLED),
        MoveState::Expired => ("badge dot", words::MOVE_EXPIRED),
    })
}

/// One move.
pub(super) fn sheet(move_id: &str, title: RwSignal<String>) -> AnyView {
    let team = Team::of_app();
    title.set(words::MOVE.to_owned());
    let path = team.path(&format!("moves/{}", browser::encode(move_id)));
    let loader: Loader<MoveRow> = Loader::new(move || {
        team.heed_changes();
        api::get(path.clone())
    });
    body(loader.show(|| skeleton("stack", 2, "skeleton medium"), move |row| about(team, row)))
}

fn about(team: Team, row: MoveRow) -> AnyView {
    let text = |text: String| AnyView::from(Text::from(text));
    let mut list = vec![
        (words::STATUS, move_state(row.state)),
        (words::CUSTOMER, customer_link(team, &row.customer)),
        (words::MOVE_FROM, opener(row.from, row.pass_id.to_string())),
        (words::MOVE_TO, text_or_none(row.to)),
        (words::OFFERED, text(intl::date_time(row.offered_at))),
        (words::REDEEMABLE_UNTIL, text(intl::date_time(row.expires_at))),
        (words::LICENSE, opener(words::SEE_LICENSE.to_owned(), row.license_id.to_string())),
        (words::MOVE_NUMBER, copy(row.move_id.to_string(), words::MOVE_NUMBER)),
    ];
    if let Some(successor) = row.successor {
        list.push((words::NEW_PASS, opener(words::SEE_PASS.to_owned(), successor.to_string())));
    }
    if let Some(settled) = row.settled_at {
        list.push((words::SETTLED, text(intl::date_time(settled))));
    }
    facts(list)
}
