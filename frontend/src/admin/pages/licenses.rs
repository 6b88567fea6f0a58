//! `/admin/{vendor}/licenses`, and one license with everything that can be done for its customer.

mod services;

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::customers::{BulkAct, License, LicenseRow};
use shared::api::admin::sources::Comparison;
use shared::api::license::LicensedFeature;
use shared::license::{LicenseState, LicenseTerm};
use shared::slug::Feature;
use shared::team::Permission;

use crate::admin::api::{self, read_value};
use crate::admin::layer::body;
use crate::admin::list::{Filter, FilterKind, Leads, List, Row, list_page};
use crate::admin::team::Team;
use crate::admin::{intl, phrase, words};
use crate::browser;
use crate::components::button::{button, link};
use crate::components::copy::copy;
use crate::components::el::{Text, el, several};
use crate::components::lines::{facts, ticks};
use crate::components::meter::uses_meter;
use crate::components::skeleton::skeleton;
use crate::components::status::{license_standing, pass_status};
use crate::components::table::table;
use crate::load::{Loader, whenever};

use super::acts;
use super::audit::story;
use super::customers::{customer_link, opener, part};
use super::moves::move_state;

const STATES: &[(&str, &str)] =
    &[("active", words::LICENSE_ACTIVE), ("suspended", words::LICENSE_SUSPENDED), ("revoked", words::LICENSE_REVOKED)];

static LIST: List = List {
    name: "licenses",
    title: words::LICENSES,
    lead: words::LICENSES_LEAD,
    columns: &[words::LICENSE, words::CUSTOMER, words::STATUS, words::TERM, words::DEVICES, words::GRANTED],
    search: words::SEARCH_LICENSES,
    filters: &[
        Filter::new("state", words::STATUS, FilterKind::OneOf(STATES)),
        Filter::new("product", words::PRODUCT_LABEL, FilterKind::Product),
        Filter::new(
            "trial",
            words::TRIAL,
            FilterKind::OneOf(&[("true", words::TRIALS_ONLY), ("false", words::NO_TRIALS)]),
        ),
        Filter::new("from", words::GRANTED_FROM, FilterKind::Day).sorted("-granted_at"),
        Filter::new("to", words::GRANTED_BEFORE, FilterKind::Day).sorted("-granted_at"),
        Filter::new("ends_after", words::ENDS_AFTER, FilterKind::Day).sorted("ends_at"),
        Filter::new("ends_before", words::ENDS_BEFORE, FilterKind::Day).sorted("ends_at"),
    ],
    sorts: &[("-granted_at", words::NEWEST), ("ends_at", words::ENDS_SOONEST)],
    row,
    nothing: ("key", words::NO_LICENSES, words::NO_LICENSES_DETAIL),
    action: None,
    is_exported: true,
    bulk: Some(bulk),
};

/// All licenses.
pub(crate) fn licenses() -> AnyView {
    list_page(&LIST)
}

fn row(team: Team, item: &Value) -> Option<Row> {
    let row: LicenseRow = read_value(item).ok()?;
    let now = browser::now();
    Some(Row {
        id: row.license_id.to_string(),
        name: format!("{} {}", row.product_name, row.offer_name),
        address: Leads::Open,
        cells: vec![
            customer_link(team, &row.customer),
            license_standing(row.state, row.term, now),
            Text::from(phrase::license_term(row.term, now)).into(),
            Text::from(words::devices_of(row.devices, row.terminals)).into(),
            Text::from(intl::date(row.granted_at)).into(),
        ],
    })
}

fn bulk(team: Team, selected: RwSignal<Vec<String>>) -> Vec<AnyView> {
    if !team.may(Permission::EditLicenses) {
        return Vec::new();
    }
    let act = |label: &'static str, act: BulkAct| button("button", label, move || acts::bulk(team, act, selected));
    vec![
        act(words::SUSPEND, BulkAct::Suspend),
        act(words::REINSTATE, BulkAct::Reinstate),
        act(words::REVOKE, BulkAct::Revoke),
    ]
}

/// One license.
pub(super) fn sheet(license_id: &str, title: RwSignal<String>) -> AnyView {
    let team = Team::of_app();
    let path = team.path(&format!("licenses/{}", browser::encode(license_id)));
    let loader: Loader<License> = Loader::new(move || {
        team.heed_changes();
        api::get(path.clone())
    });
    let named = loader.title(|found| name_of(&found), words::LICENSE);
    whenever(move || title.set(named.get()));
    body(loader.show(|| skeleton("stack", 2, "skeleton medium"), move |found| about(team, &found)))
}

/// "Sketchpad Pro".
pub(super) fn name_of(license: &License) -> String {
    format!("{} {}", license.license.product_name, license.license.offer_name)
}

fn about(team: Team, found: &License) -> AnyView {
    let (row, now) = (&found.license, browser::now());
    let text = |text: String| AnyView::from(Text::from(text));
    let mut list = vec![
        (words::STATUS, license_standing(row.state, row.term, now)),
        (words::CUSTOMER, customer_link(team, &row.customer)),
        (words::TERM, text(term(row.term))),
        (words::DEVICES, text(words::devices_of(row.devices, row.terminals))),
        (words::MOVING, text(moving(found))),
        (words::GRANTED, text(intl::date_time(row.granted_at))),
        (words::ORDER, opener(words::SEE_ORDER.to_owned(), found.order_id.to_string())),
        (words::MENU_VERSION, text(words::version(found.menu))),
        (words::LICENSE_NUMBER, copy(row.license_id.to_string(), words::LICENSE_NUMBER)),
    ];
    if let Some(source) = found.source.clone() {
        list.push((words::GRANTED_BY, granted_by(team, found, source)));
    }
    if found.seats > 0 {
        let now = &found.seats_now;
        list.push((words::SEATS, text(words::seats_in_use(now.taken, found.seats, now.waiting))));
    }
    let feature = |(_, licensed): (&Feature, &LicensedFeature)| match licensed.uses {
        Some(counter) => uses_meter(&licensed.name, Signal::stored(counter)),
        None => el("span", "").text(licensed.name.clone()).into(),
    };
    let features = el("section", "stack")
        .attr("aria-label", words::FEATURES)
        .child(el("h3", "").text(words::FEATURES))
        .child(ticks("ticks", found.features.iter().map(feature)));
    several([
        buttons(team, found),
        facts(list),
        features.view(),
        part(words::PASSES, found.passes.len(), words::HAS_NO_PASSES, passes(found)),
        part(words::MOVES, found.moves.len(), words::HAS_NO_MOVES, moves(found)),
        services::services(team, found),
        story(team, &row.license_id.to_string()),
    ])
}

/// The source that granted it, as a link while it is there, and its rule.
fn granted_by(team: Team, found: &License, source: String) -> AnyView {
    let source = match found.source_id {
        Some(id) => link("", source, team.page(&format!("sources/{id}"))),
        None => el("bdi", "").text(source).into(),
    };
    let rule = found.rule.as_ref().map(|rule| {
        let is_list = rule.comparison == Comparison::Contains;
        el("span", "muted small").text(words::claim(&rule.claim, is_list, &rule.value)).view()
    });
    el("span", "who").child(source).maybe(rule).into()
}

fn passes(found: &License) -> AnyView {
    let rows = found.passes.iter().map(|pass| {
        let seen = Text::from(intl::date_time(pass.last_seen_at));
        vec![opener(pass.name.clone(), pass.pass_id.to_string()), pass_status(pass.status, pass.reason), seen.into()]
    });
    table(words::PASSES, [words::DEVICE, words::STATUS, words::LAST_SEEN], rows)
}

fn moves(found: &License) -> AnyView {
    let rows = found.moves.iter().map(|row| {
        let offered = Text::from(intl::date_time(row.offered_at));
        let name = words::from_device(&row.from);
        vec![opener(name, row.move_id.to_string()), move_state(row.state), offered.into()]
    });
    table(words::MOVES, [words::MOVE, words::STATUS, words::OFFERED], rows)
}

/// A term with its exact times.
fn term(term: LicenseTerm) -> String {
    match term {
        LicenseTerm::Fixed { starts_at, ends_at } => {
            words::from_until(&intl::date_time(starts_at), &intl::date_time(ends_at))
        }
        LicenseTerm::Perpetual { starts_at } => words::from_for_ever(&intl::date_time(starts_at)),
        LicenseTerm::FirstUse { .. } => phrase::license_term(term, browser::now()),
    }
}

fn moving(found: &License) -> String {
    let rule = phrase::moving(&found.moving);
    match found.moves_left.left {
        Some(left) if found.moving.allowed => format!("{rule} {}", words::left_now(left)),
        _ => rule,
    }
}

/// What can be done: what takes something away comes last.
fn buttons(team: Team, found: &License) -> AnyView {
    if !team.may(Permission::EditLicenses) || found.license.state == LicenseState::Revoked {
        return ().into_any();
    }
    let subject = acts::Subject::of(found);
    let mut all = Vec::new();
    if let LicenseTerm::Fixed { ends_at, .. } = found.license.term {
        let subject = subject.clone();
        all.push(button("button", words::EXTEND, move || acts::extend(team, &subject, ends_at)));
    }
    let counted: Vec<(Feature, String)> = found
        .features
        .iter()
        .filter(|(_, licensed)| licensed.uses.is_some_and(|counter| counter.limit.is_some()))
        .map(|(feature, licensed)| (feature.clone(), licensed.name.clone()))
        .collect();
    if !counted.is_empty() {
        let subject = subject.clone();
        all.push(button("button", words::ADD_USES, move || acts::add_uses(team, &subject, counted.clone())));
    }
    if found.moving.allowed && found.moving.limit.is_some() {
        let subject = subject.clone();
        all.push(button("button", words::ALLOW_MOVES, move || acts::allow_moves(team, &subject)));
    }
    let is_active = found.license.state == LicenseState::Active;
    let (first, second) = (subject.clone(), subject);
    all.push(if is_active {
        button("button", words::SUSPEND, move || acts::suspend(team, &first))
    } else {
        button("button", words::REINSTATE, move || acts::reinstate(team, &first))
    });
    all.push(button("button", words::REVOKE, move || acts::revoke(team, &second)));
    el("div", "row").children(all).into()
}
