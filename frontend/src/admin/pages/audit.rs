//! `/admin/{vendor}/audit`: who did what, when and from where.

use leptos::prelude::*;
use serde_json::Value;
use shared::api::Page;
use shared::api::admin::log::Event;
use shared::team::Permission;

use crate::admin::address::opening;
use crate::admin::api::{self, read_value};
use crate::admin::list::{Filter, FilterKind, Leads, List, Row, list_page};
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::components::button::link;
use crate::components::el::{Text, el};
use crate::components::skeleton::skeleton;
use crate::components::table::table;
use crate::load::{Loader, derived};
use crate::router::Router;

static LIST: List = List {
    name: "events",
    title: words::AUDIT,
    lead: words::AUDIT_LEAD,
    columns: &[words::EVENT, words::WHEN, words::WHO, words::SUBJECT],
    search: "",
    filters: &[
        Filter::new("kind", words::EVENT, FilterKind::OneOf(words::EVENT_KINDS)),
        Filter::new("actor", words::WHO_ID, FilterKind::Id),
        Filter::new("subject", words::SUBJECT_ID, FilterKind::Id),
        Filter::new("feature", words::COUNTED_FEATURE, FilterKind::Id),
        Filter::new("code", words::CODE, FilterKind::Id),
        Filter::new("product", words::PRODUCT_LABEL, FilterKind::Product),
        Filter::new("from", words::FROM_DAY, FilterKind::Day),
        Filter::new("to", words::BEFORE_DAY, FilterKind::Day),
    ],
    sorts: &[],
    row,
    nothing: ("clock", words::NO_EVENTS, words::NO_EVENTS_DETAIL),
    action: None,
    is_exported: true,
    bulk: None,
};

/// The log.
pub(crate) fn audit() -> AnyView {
    list_page(&LIST)
}

fn row(team: Team, item: &Value) -> Option<Row> {
    let event: Event = read_value(item).ok()?;
    let actor = event.actor_name.clone().unwrap_or_else(|| event.actor.clone());
    let more = particulars(&event);
    Some(Row {
        id: event.event_id.to_string(),
        name: words::event(&event.kind).into_owned(),
        address: Leads::Nowhere(more),
        cells: vec![
            Text::from(intl::date_time(event.at)).into(),
            Text::from(actor).into(),
            subject(team, event.subject),
        ],
    })
}

/// What the event is about, as a link where that opens.
fn subject(team: Team, id: String) -> AnyView {
    let short = el("code", "id").text(id.clone());
    let opens = ["lic_", "ord_", "pas_", "mov_", "lea_", "mai_"].iter().any(|prefix| id.starts_with(prefix));
    if opens {
        let router = Router::of_app();
        return el("a", "").attr("href", derived(move || opening(router, &id))).child(short).into();
    }
    if id.starts_with("cus_") {
        return el("a", "").attr("href", team.page(&format!("customers/{id}"))).child(short).into();
    }
    short.into()
}

/// What programs call it, and the code of a refusal.
fn kind(event: &Event) -> AnyView {
    let code = event.body.get("code").and_then(Value::as_str);
    let code = code.map(|code| el("code", "id").text(code.to_owned()).view());
    el("p", "muted small").child(el("code", "id").text(event.kind.clone())).text(" ").maybe(code).into()
}

/// How many of the newest events are looked through for a story, and how many of them it tells.
const LOOKED_THROUGH: u32 = 50;
const TOLD: usize = 10;

/// The newest of what happened to `subject`, without the uses that were counted: these have figures of their own.
pub(super) fn story(team: Team, subject: &str) -> AnyView {
    if !team.may(Permission::ReadAudit) {
        return ().into_any();
    }
    let path = team.path(&format!("events?subject={subject}&limit={LOOKED_THROUGH}"));
    let all = format!("{}?subject={subject}", team.page("audit"));
    let loader: Loader<Page<Value>> = Loader::new(move || {
        team.heed_changes();
        api::list(path.clone())
    });
    let content = loader.show(
        || skeleton("stack", 1, "skeleton low"),
        move |found| {
            let events = found.items.iter().filter_map(|item| read_value::<Event>(item).ok());
            let events = events.filter(|event| event.kind != COUNTED).take(TOLD);
            let rows = events.map(|event| {
                let reason = event.body.get("reason").and_then(Value::as_str);
                let reason = reason.map(|reason| el("span", "muted small").text(words::because(reason)).view());
                let actor = event.actor_name.unwrap_or(event.actor);
                let what = el("span", "strong").text(words::event(&event.kind).into_owned());
                vec![
                    el("span", "who").child(what).maybe(reason).into(),
                    Text::from(intl::date_time(event.at)).into(),
                    Text::from(actor).into(),
                ]
            });
            table(words::STORY, [words::EVENT, words::WHEN, words::WHO], rows)
        },
    );
    let head = el("div", "card-head row apart").child(el("h2", "").text(words::STORY)).child(link(
        "",
        words::SEE_ALL_EVENTS,
        all,
    ));
    el("section", "card table-card").attr("aria-label", words::STORY).child(head).child(content).into()
}

/// The kind of event of which there are many.
const COUNTED: &str = "use.counted";

fn particulars(event: &Event) -> AnyView {
    let reason = event.body.get("reason").and_then(Value::as_str);
    let reason = reason.map(|reason| el("p", "small").text(words::because(reason)).view());
    let body = event.body.iter().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        el("div", "").child(el("dt", "").text(name.clone())).child(el("dd", "").child(el("code", "").text(text))).view()
    });
    let number = el("div", "")
        .child(el("dt", "").text(words::EVENT_NUMBER))
        .child(el("dd", "number").text(event.number.to_string()));
    let hash = el("div", "").child(el("dt", "").text(words::HASH));
    let hash = hash.child(el("dd", "").child(el("code", "id").text(event.hash.clone())));
    let list = el("dl", "particulars").child(number).children(body).child(hash);
    let details = el("details", "").child(el("summary", "small").text(words::PARTICULARS)).child(list);
    el("div", "stack none").child(kind(event)).maybe(reason).child(details).into()
}
