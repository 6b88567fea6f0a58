//! `/admin/{vendor}/webhooks/{webhook}`: one webhook, and every attempt to tell it of something.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use shared::api::admin::webhooks::{Delivery, Webhook, WebhookState};
use shared::team::Permission;

use crate::admin::address::{Page, Place};
use crate::admin::api::{self, Call, Fault, Method, fetch, read_value};
use crate::admin::json::pretty;
use crate::admin::list::{Leads, List, Row, list_at};
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::button::{back_link, button, plain};
use crate::components::copy::copy;
use crate::components::el::{Text, el, several};
use crate::components::fault::alert;
use crate::components::lines::facts;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::{Loader, derived};

use super::webhooks::{edit, events, remove, roll_secret, set_state, standing};

static LIST: List = List {
    name: "deliveries",
    title: words::DELIVERIES,
    lead: "",
    columns: &[words::EVENT, words::WHEN, words::ANSWERED, words::TOOK, words::ACTS],
    search: "",
    filters: &[],
    sorts: &[],
    row,
    nothing: ("bell", words::NO_DELIVERIES, words::NO_DELIVERIES_DETAIL),
    action: None,
    is_exported: false,
    bulk: None,
};

/// The page.
pub(crate) fn webhook(webhook: String) -> AnyView {
    let team = Team::of_app();
    let rest = format!("webhooks/{}", browser::encode(&webhook));
    let path = team.path(&rest);
    let loader: Loader<Webhook> = Loader::new(move || {
        team.heed_changes();
        api::get(path.clone())
    });
    let title = loader.title(
        |found| if found.description.is_empty() { words::WEBHOOK.to_owned() } else { found.description },
        words::WEBHOOK,
    );
    let lead = derived(move || loader.ready().map(|found| found.url).unwrap_or_default());
    let content = loader.show(|| skeleton("stack", 2, "skeleton medium"), move |found| about(team, &found));
    let is_there = Memo::new(move |_| loader.ready().is_some());
    let deliveries = crate::components::el::maybe(move || {
        let list = is_there.get().then(|| list_at(&LIST, team, format!("{rest}/deliveries")))?;
        Some(el("section", "stack").child(el("h2", "").text(words::DELIVERIES)).child(list).view())
    });
    let back = el("div", "").child(back_link(words::ALL_WEBHOOKS, team.page("webhooks"))).view();
    page(Width::Full, title, Some(lead), several([content, deliveries, back]))
}

fn about(team: Team, found: &Webhook) -> AnyView {
    let text = |text: String| AnyView::from(Text::from(text));
    let about = facts(vec![
        (words::STATUS, standing(found)),
        (words::WEBHOOK_URL, copy(found.url.clone(), words::WEBHOOK_URL)),
        (words::EVENTS, text(events(found))),
        (words::ADDED_ON, text(intl::date_time(found.created_at))),
        (words::PUBLIC_KEY, copy(found.public_key.clone(), words::PUBLIC_KEY)),
        ("", el("p", "muted small").text(words::PUBLIC_KEY_WHY).view()),
    ]);
    let card = el("section", "card").attr("aria-label", words::DETAILS).child(about).view();
    several([trouble(team, found), buttons(team, found), card])
}

/// What is wrong, and what to do.
fn trouble(team: Team, found: &Webhook) -> AnyView {
    if found.state == WebhookState::Disabled {
        let mut parts =
            vec![el("p", "strong").text(words::DISABLED_TITLE).view(), el("p", "").text(words::DISABLED_DETAIL).view()];
        if team.may(Permission::EditWebhooks) {
            let found = found.clone();
            let enable = move || set_state(team, &found, WebhookState::Active);
            parts.push(button("button", words::ACTIVATE_WEBHOOK, enable));
        }
        return alert("bad", parts);
    }
    match (found.failing_since, found.next_attempt_at) {
        (Some(since), Some(next)) => {
            let next = intl::relative(next, browser::now());
            alert("warn", vec![el("p", "").text(words::failing_since(&intl::date_time(since), &next)).view()])
        }
        _ => ().into_any(),
    }
}

/// What can be done: what takes something away comes last.
fn buttons(team: Team, found: &Webhook) -> AnyView {
    if !team.may(Permission::EditWebhooks) {
        return ().into_any();
    }
    let with = |class: &'static str, label: &'static str, act: fn(Team, &Webhook)| {
        let found = found.clone();
        button(class, label, move || act(team, &found))
    };
    let path = team.path(&format!("webhooks/{}/test", found.webhook_id));
    let state = match found.state {
        WebhookState::Active => {
            with("button", words::PAUSE, |team, found| set_state(team, found, WebhookState::Paused))
        }
        WebhookState::Paused => {
            with("button", words::ACTIVATE_WEBHOOK, |team, found| set_state(team, found, WebhookState::Active))
        }
        // The notice above has it.
        WebhookState::Disabled => ().into_any(),
    };
    el("div", "row")
        .child(with("button", words::EDIT_WEBHOOK, edit))
        .child(sender(team, "button", words::SEND_TEST, String::new(), path))
        .child(state)
        .child(with("button", words::ROLL_SECRET, roll_secret))
        .child(with("button", words::REMOVE_WEBHOOK, remove))
        .into()
}

/// A button that sends something now and says what came of it; `heard` is what it is called for those who hear it alone.
fn sender(team: Team, class: &'static str, label: &'static str, heard: String, path: String) -> AnyView {
    let busy = RwSignal::new(false);
    let send = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let request = Call::new(Method::Post, &path);
        spawn_local(async move {
            let answer: Result<Delivery, Fault> = fetch(request).await;
            busy.try_set(false);
            team.asking.live.toast(&match answer {
                Ok(delivery) if delivery.is_done => words::DELIVERED.to_owned(),
                Ok(delivery) => words::not_delivered(&why(&delivery)),
                Err(fault) => fault.detail,
            });
            team.note_change();
        });
    };
    let button = plain(class).aria("aria-busy", busy).text(label).on_click(send);
    if heard.is_empty() { button.into() } else { button.attr("aria-label", heard).into() }
}

/// Why a delivery was not taken.
fn why(delivery: &Delivery) -> String {
    match (&delivery.error, delivery.status) {
        (Some(error), _) => error.clone(),
        (None, Some(status)) => words::answered_status(status),
        (None, None) => words::NO_ANSWER.to_owned(),
    }
}

fn row(team: Team, item: &Value) -> Option<Row> {
    let delivery: Delivery = read_value(item).ok()?;
    // The address names the webhook.
    let Some(Page::Webhook(webhook)) = Place::at(&browser::current_path()).map(|place| place.page) else { return None };
    let status = delivery.status.map_or_else(|| words::NO_ANSWER.to_owned(), |status| status.to_string());
    let tone = if delivery.is_done { "badge dot good" } else { "badge dot bad" };
    let error = delivery.error.clone().map(|error| el("span", "muted small").text(error).view());
    let answer = el("span", "who brief").child(el("span", tone).text(status)).maybe(error);
    let when = intl::date_time(delivery.at);
    let again = team.may(Permission::EditWebhooks).then(|| {
        let path = team.path(&format!("webhooks/{webhook}/deliveries/{}/redeliver", delivery.delivery_id));
        sender(
            team,
            "button quiet",
            words::REDELIVER,
            words::redeliver_named(&words::event(&delivery.kind), &when),
            path,
        )
    });
    Some(Row {
        id: delivery.delivery_id.to_string(),
        name: words::event(&delivery.kind).into_owned(),
        address: Leads::Nowhere(exchange(&delivery)),
        cells: vec![
            Text::from(when).into(),
            answer.into(),
            el("span", "number nowrap").text(words::milliseconds(&intl::number(delivery.millis))).into(),
            again.unwrap_or_else(super::none),
        ],
    })
}

/// What was sent, and what was answered.
fn exchange(delivery: &Delivery) -> AnyView {
    let text = |title: &'static str, text: &str| {
        let text = if text.is_empty() { words::EMPTY_BODY.to_owned() } else { text.to_owned() };
        let code = el("pre", "code wrapped").attr("tabindex", "0").attr("role", "region").attr("aria-label", title);
        el("div", "stack tight").child(el("p", "small strong").text(title)).child(code.text(text)).view()
    };
    let body = el("div", "stack tight")
        .child(
            el("p", "muted small")
                .text(words::attempt(delivery.attempt))
                .text(" ")
                .child(el("code", "id").text(delivery.event_id.to_string())),
        )
        .child(text(words::REQUEST_BODY, &pretty(&delivery.request)))
        .child(text(words::RESPONSE_BODY, &delivery.response));
    let details = el("details", "exchange").child(el("summary", "small").text(words::WHAT_WAS_SENT)).child(body);
    let kind = el("p", "muted small").child(el("code", "id").text(delivery.kind.clone()));
    el("div", "stack none").child(kind).child(details).into()
}
