//! `/admin/{vendor}/leases`: who has licenses checked out and who waits for a seat; one lease, and ending it.

use std::time::Duration;

use leptos::prelude::*;
use serde_json::Value;
use shared::api::Page;
use shared::api::admin::leases::{LeaseRow, SeatQueue, Waiter};
use shared::api::admin::log::Event;
use shared::license::LeaseState;
use shared::team::Permission;

use crate::admin::api::{self, read_value};
use crate::admin::layer::body;
use crate::admin::list::{Filter, FilterKind, Leads, List, Row, list_itself, text_or_none};
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::button::{button, link};
use crate::components::copy::copy;
use crate::components::el::{Text, el, several};
use crate::components::lines::facts;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::components::status::badge;
use crate::components::table::table;
use crate::load::Loader;

use super::acts;
use super::customers::{customer_link, opener};

/// How often who waits is looked at again.
const GLANCE: Duration = Duration::from_secs(5);

const STATES: &[(&str, &str)] = &[
    ("open", words::LEASE_OPEN),
    ("returned", words::LEASE_RETURNED),
    ("expired", words::LEASE_EXPIRED),
    ("ended", words::LEASE_ENDED),
];

static LIST: List = List {
    name: "leases",
    title: words::LEASES,
    lead: words::LEASES_LEAD,
    columns: &[
        words::HOLDER,
        words::CUSTOMER,
        words::STATUS,
        words::SERVICE,
        words::FEATURE,
        words::CHECKED_OUT,
        words::HOLDS_UNTIL,
    ],
    search: words::SEARCH_LEASES,
    filters: &[
        Filter::new("state", words::STATUS, FilterKind::OneOf(STATES)),
        Filter::new("product", words::PRODUCT_LABEL, FilterKind::Product),
        Filter::new("service", words::SERVICE, FilterKind::Service),
    ],
    sorts: &[],
    row,
    nothing: ("seats", words::NO_LEASES, words::NO_LEASES_DETAIL),
    action: None,
    is_exported: true,
    bulk: None,
};

/// Who waits, who was refused, and all leases.
pub(crate) fn leases() -> AnyView {
    let team = Team::of_app();
    let title = Signal::stored(LIST.title.to_owned());
    let lead = Signal::stored(LIST.lead.to_owned());
    let seats = el("div", "figures rest").child(waiting(team)).child(refused(team));
    let content = el("div", "stack").child(seats).child(list_itself(&LIST, team));
    page(Width::Full, title, Some(lead), content.into())
}

/// The licenses that services wait for, looked at again and again.
fn waiting(team: Team) -> AnyView {
    let looks = RwSignal::new(0_u32);
    if let Ok(timer) = set_interval_with_handle(move || looks.update(|looks| *looks = looks.wrapping_add(1)), GLANCE) {
        on_cleanup(move || timer.clear());
    }
    let loader: Loader<Page<SeatQueue>> = Loader::new(move || {
        looks.track();
        team.heed_changes();
        api::get(team.path("queues"))
    });
    let content = loader.show(
        || skeleton("stack", 1, "skeleton low"),
        move |found| {
            if found.items.is_empty() {
                return el("p", "muted").text(words::NOBODY_WAITS).into();
            }
            let rows = found.items.into_iter().map(|queue| {
                vec![
                    opener(queue.customer.name.clone(), queue.license_id.to_string()),
                    Text::from(words::seats_in_use(queue.seats_taken, queue.seats, queue.waiting)).into(),
                    waiters(&queue.first),
                    text_or_none(queue.free_at.map(intl::date_time)),
                ]
            });
            table(words::WAITING_NOW, [words::CUSTOMER, words::SEATS, words::WAITERS, words::FIRST_FREE], rows)
        },
    );
    el("section", "card stack")
        .attr("aria-label", words::WAITING_NOW)
        .child(el("h2", "").text(words::WAITING_NOW))
        .child(content)
        .into()
}

/// Those who wait, in the order in which they came.
pub(super) fn waiters(waiters: &[Waiter]) -> AnyView {
    let waiter = |waiter: &Waiter| {
        let since = el("span", "muted small").text(format!(" {}", intl::time(waiter.since)));
        el("li", "").child(el("bdi", "").text(waiter.holder.clone())).child(since).view()
    };
    el("ol", "plain").children(waiters.iter().map(waiter)).into()
}

/// Those that were refused a seat last.
fn refused(team: Team) -> AnyView {
    const DENIALS: &str = "kind=license.denied&code=SEATS_EXHAUSTED";
    let loader: Loader<Page<Value>> = Loader::new(move || {
        team.heed_changes();
        api::list(team.path(&format!("events?{DENIALS}&limit=5")))
    });
    let content = loader.show(
        || skeleton("stack", 1, "skeleton low"),
        move |found| {
            let events: Vec<Event> = found.items.iter().filter_map(|item| read_value(item).ok()).collect();
            if events.is_empty() {
                return el("p", "muted").text(words::NOBODY_REFUSED).into();
            }
            let rows = events.into_iter().map(|event| {
                let who = event.actor_name.unwrap_or(event.actor);
                let when = intl::date_time(event.at);
                vec![opener(when, event.subject), Text::from(who).into()]
            });
            let all = link("", words::ALL_REFUSALS, format!("{}?{DENIALS}", team.page("audit")));
            el("div", "stack")
                .child(table(words::REFUSED_LATELY, [words::WHEN, words::SERVICE], rows))
                .child(el("p", "muted small").text(words::LATEST_FIRST))
                .child(el("p", "").child(all))
                .into()
        },
    );
    el("section", "card stack")
        .attr("aria-label", words::REFUSED_LATELY)
        .child(el("h2", "").text(words::REFUSED_LATELY))
        .child(content)
        .into()
}

fn row(team: Team, item: &Value) -> Option<Row> {
    let row: LeaseRow = read_value(item).ok()?;
    let feature = row.feature.map(|feature| feature.to_string());
    Some(Row {
        id: row.lease_id.to_string(),
        name: row.holder,
        address: Leads::Open,
        cells: vec![
            customer_link(team, &row.customer),
            lease_state(row.state),
            Text::from(row.service_name).into(),
            Text::from(feature.unwrap_or_else(|| words::WHOLE_LICENSE.to_owned())).into(),
            Text::from(intl::date_time(row.checked_out_at)).into(),
            Text::from(intl::date_time(row.ended_at.unwrap_or(row.expires_at))).into(),
        ],
    })
}

/// Where a lease stands.
pub(super) fn lease_state(state: LeaseState) -> AnyView {
    badge(match state {
        LeaseState::Open => ("badge dot good", words::LEASE_OPEN),
        LeaseState::Returned => ("badge dot", words::LEASE_RETURNED),
        LeaseState::Expired => ("badge dot warn", words::LEASE_EXPIRED),
        LeaseState::Ended => ("badge dot bad", words::LEASE_ENDED),
    })
}

/// One lease.
pub(super) fn sheet(lease_id: &str, title: RwSignal<String>) -> AnyView {
    let team = Team::of_app();
    title.set(words::LEASE.to_owned());
    let path = team.path(&format!("leases/{}", browser::encode(lease_id)));
    let loader: Loader<LeaseRow> = Loader::new(move || {
        team.heed_changes();
        api::get(path.clone())
    });
    body(loader.show(|| skeleton("stack", 2, "skeleton medium"), move |row| about(team, row)))
}

fn about(team: Team, row: LeaseRow) -> AnyView {
    let text = |text: String| AnyView::from(Text::from(text));
    let end = (row.state == LeaseState::Open && team.may(Permission::EditLicenses)).then(|| {
        let (id, holder, whose) = (row.lease_id.to_string(), row.holder.clone(), row.customer.name.clone());
        button("button", words::END_LEASE, move || acts::end_lease(team, &id, &holder, &whose))
    });
    let service = format!("{}?service={}", team.page("leases"), row.service);
    let story = format!("{}?subject={}", team.page("audit"), row.license_id);
    let feature = row.feature.map_or_else(|| words::WHOLE_LICENSE.to_owned(), |feature| feature.to_string());
    let mut list = vec![
        (words::STATUS, lease_state(row.state)),
        (words::HOLDER, el("bdi", "").text(row.holder).into()),
        (words::CUSTOMER, customer_link(team, &row.customer)),
        (words::LICENSE, opener(words::SEE_LICENSE.to_owned(), row.license_id.to_string())),
        (words::SERVICE, link("", row.service_name, service)),
        (words::IDENTIFIER, text_or_none(row.identifier_label)),
        (words::FEATURE, text(feature)),
        (words::USES_DEBITED, text(intl::number(row.count))),
        (words::CHECKED_OUT, text(intl::date_time(row.checked_out_at))),
        (words::HOLDS_UNTIL, text(intl::date_time(row.expires_at))),
    ];
    if let Some(ended) = row.ended_at {
        list.push((words::SETTLED, text(intl::date_time(ended))));
    }
    if let Some(spent) = row.spent {
        list.push((words::USES_SPENT, text(intl::number(spent))));
    }
    list.push((words::LEASE_NUMBER, copy(row.lease_id.to_string(), words::LEASE_NUMBER)));
    let more = el("p", "").child(link("", words::SEE_STORY, story)).view();
    several([el("div", "row").maybe(end).view(), facts(list), more])
}
