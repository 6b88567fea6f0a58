//! `/admin/{vendor}/passes`, and one pass: which device uses which license.

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::customers::{BulkAct, PassRow};
use shared::team::Permission;
use shared::verdict::PassStatus;

use crate::admin::api::{self, read_value};
use crate::admin::layer::body;
use crate::admin::list::{Filter, FilterKind, Leads, List, Row, list_page};
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::button::button;
use crate::components::copy::copy;
use crate::components::el::{Text, el, several};
use crate::components::lines::facts;
use crate::components::skeleton::skeleton;
use crate::components::status::pass_status;
use crate::load::{Loader, whenever};

use super::acts;
use super::customers::{customer_link, opener};

const STATES: &[(&str, &str)] = &[
    ("valid", words::PASS_VALID),
    ("moving", words::PASS_MOVING),
    ("suspended", words::PASS_IS_SUSPENDED),
    ("invalid", words::PASS_ENDED),
];

static LIST: List = List {
    name: "passes",
    title: words::PASSES,
    lead: words::PASSES_LEAD,
    columns: &[words::DEVICE, words::CUSTOMER, words::STATUS, words::PRODUCT_LABEL, words::CONNECTED, words::LAST_SEEN],
    search: words::SEARCH_PASSES,
    filters: &[
        Filter::new("status", words::STATUS, FilterKind::OneOf(STATES)),
        Filter::new("product", words::PRODUCT_LABEL, FilterKind::Product),
    ],
    sorts: &[],
    row,
    nothing: ("device", words::NO_PASSES, words::NO_PASSES_DETAIL),
    action: None,
    is_exported: true,
    bulk: None,
};

/// All passes.
pub(crate) fn passes() -> AnyView {
    list_page(&LIST)
}

fn row(team: Team, item: &Value) -> Option<Row> {
    let row: PassRow = read_value(item).ok()?;
    Some(Row {
        id: row.pass_id.to_string(),
        name: row.name,
        address: Leads::Open,
        cells: vec![
            customer_link(team, &row.customer),
            pass_status(row.status, row.reason),
            Text::from(row.product.to_string()).into(),
            Text::from(intl::date(row.connected_at)).into(),
            Text::from(intl::date_time(row.last_seen_at)).into(),
        ],
    })
}

/// One pass.
pub(super) fn sheet(pass_id: &str, title: RwSignal<String>) -> AnyView {
    let team = Team::of_app();
    let path = team.path(&format!("passes/{}", browser::encode(pass_id)));
    let loader: Loader<PassRow> = Loader::new(move || {
        team.heed_changes();
        api::get(path.clone())
    });
    let named = loader.title(|row| row.name, words::PASS);
    whenever(move || title.set(named.get()));
    body(loader.show(|| skeleton("stack", 2, "skeleton medium"), move |row| about(team, &row)))
}

fn about(team: Team, row: &PassRow) -> AnyView {
    let text = |text: String| AnyView::from(Text::from(text));
    let mut list = vec![
        (words::STATUS, pass_status(row.status, row.reason)),
        (words::CUSTOMER, customer_link(team, &row.customer)),
        (words::PRODUCT_LABEL, text(row.product.to_string())),
        (words::CONNECTED, text(intl::date_time(row.connected_at))),
        (words::LAST_SEEN, text(intl::date_time(row.last_seen_at))),
        (words::WORKS_UNTIL, text(intl::date_time(row.expires_at))),
        (words::LICENSE, opener(words::SEE_LICENSE.to_owned(), row.license_id.to_string())),
        (words::PASS_NUMBER, copy(row.pass_id.to_string(), words::PASS_NUMBER)),
    ];
    if let Some(before) = row.predecessor {
        list.push((words::MOVED_FROM, opener(words::SEE_PASS.to_owned(), before.to_string())));
    }
    if let Some(ended) = row.ended_at {
        list.push((words::ENDED_AT, text(intl::date_time(ended))));
    }
    several([buttons(team, row), facts(list)])
}

fn buttons(team: Team, row: &PassRow) -> AnyView {
    if !team.may(Permission::EditLicenses) || row.status == PassStatus::Invalid {
        return ().into_any();
    }
    let act = |label: &'static str, act: BulkAct| {
        let row = row.clone();
        button("button", label, move || acts::pass(team, &row, act))
    };
    let first = match row.status {
        PassStatus::Suspended => act(words::REINSTATE, BulkAct::Reinstate),
        _ => act(words::SUSPEND, BulkAct::Suspend),
    };
    el("div", "row").child(first).child(act(words::REVOKE, BulkAct::Revoke)).into()
}
