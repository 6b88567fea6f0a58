//! `/admin/{vendor}/audit`: who did what, when and from where.

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::log::Event;

use crate::admin::address::opening;
use crate::admin::api::read_value;
use crate::admin::list::{Filter, FilterKind, Leads, List, Row, list_page};
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::components::el::{Text, el};
use crate::load::derived;
use crate::router::Router;

/// Kinds of events, which are called what they are.
macro_rules! kinds {
    ($($kind:literal)*) => { &[$(($kind, $kind)),*] };
}

const KINDS: &[(&str, &str)] = kinds! {
    "agreement.added"
    "coupon.created"
    "coupon.redeemed"
    "coupon.released"
    "coupon.updated"
    "identifier.created"
    "identifier.ended"
    "key.activated"
    "key.created"
    "key.retired"
    "key.revoked"
    "lease.checked_out"
    "lease.ended"
    "lease.expired"
    "lease.extended"
    "lease.returned"
    "license.created"
    "license.denied"
    "license.expiring"
    "license.extended"
    "license.moves_allowed"
    "license.reinstated"
    "license.revoked"
    "license.suspended"
    "license.uses_added"
    "mail.resent"
    "mail_template.updated"
    "member.added"
    "member.changed"
    "member.invited"
    "member.joined"
    "member.removed"
    "member.uninvited"
    "menu.draft_discarded"
    "menu.draft_saved"
    "menu.published"
    "order.cancelled"
    "order.fulfilled"
    "order.payment_declined"
    "order.placed"
    "order.refunded"
    "pass.cloned"
    "pass.issued"
    "pass.move.cancelled"
    "pass.move.expired"
    "pass.move.offered"
    "pass.move.redeemed"
    "pass.recovered"
    "pass.reinstated"
    "pass.renamed"
    "pass.replaced"
    "pass.revoked"
    "pass.suspended"
    "product.created"
    "product.deleted"
    "product.updated"
    "slice.granted"
    "slice.settled"
    "token.created"
    "token.revoked"
    "use.counted"
    "vendor.created"
    "vendor.updated"
    "webhook.created"
    "webhook.disabled"
    "webhook.removed"
    "webhook.secret_renewed"
    "webhook.updated"
};

static LIST: List = List {
    name: "events",
    title: words::AUDIT,
    lead: words::AUDIT_LEAD,
    columns: &[words::EVENT, words::WHEN, words::WHO, words::SUBJECT],
    search: "",
    filters: &[
        Filter::new("kind", words::EVENT, FilterKind::OneOf(KINDS)),
        Filter::new("actor", words::WHO_ID, FilterKind::Id),
        Filter::new("subject", words::SUBJECT_ID, FilterKind::Id),
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
        name: event.kind,
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
    let opens = ["lic_", "ord_", "pas_", "mov_", "mai_"].iter().any(|prefix| id.starts_with(prefix));
    if opens {
        let router = Router::of_app();
        return el("a", "").attr("href", derived(move || opening(router, &id))).child(short).into();
    }
    if id.starts_with("cus_") {
        return el("a", "").attr("href", team.page(&format!("customers/{id}"))).child(short).into();
    }
    short.into()
}

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
    el("div", "").maybe(reason).child(details).into()
}
