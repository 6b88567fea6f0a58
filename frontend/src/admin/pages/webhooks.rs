//! `/admin/{vendor}/webhooks`: where the vendor is told of events; and the form of one.

use std::sync::Arc;

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::webhooks::{Webhook, WebhookEdit, WebhookMade, WebhookNew, WebhookState};
use shared::refusal::RefusalCode;
use shared::team::Permission;

use crate::admin::api::{self, Attempt, Call, Fault, Method, call, if_match, read_value, write};
use crate::admin::ask::{Act, Answer, Ask, Part};
use crate::admin::form::{Label, tick, ticks};
use crate::admin::list::{Leads, List, Row, list_page};
use crate::admin::once::Secret;
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::components::button::button;
use crate::components::el::{Text, el, several};
use crate::components::status::badge;
use crate::load::derived;

use super::tokens::toggled;

static LIST: List = List {
    name: "webhooks",
    title: words::WEBHOOKS,
    lead: words::WEBHOOKS_LEAD,
    columns: &[words::WEBHOOK_URL, words::EVENTS, words::STATUS, words::ADDED_ON],
    search: "",
    filters: &[],
    sorts: &[],
    row,
    nothing: ("bell", words::NO_WEBHOOKS, words::NO_WEBHOOKS_DETAIL),
    action: Some(new_button),
    is_exported: false,
    bulk: None,
};

/// Families of events that can be ticked.
const FAMILIES: [&str; 15] = [
    "order.*",
    "license.*",
    "pass.*",
    "use.*",
    "uses.*",
    "slice.*",
    "coupon.*",
    "product.*",
    "menu.*",
    "agreement.*",
    "key.*",
    "token.*",
    "member.*",
    "vendor.*",
    "webhook.*",
];

/// The page.
pub(crate) fn webhooks() -> AnyView {
    list_page(&LIST)
}

fn new_button(team: Team) -> Option<AnyView> {
    team.may(Permission::EditWebhooks).then(|| button("button primary", words::ADD_WEBHOOK, move || add(team)))
}

fn row(team: Team, item: &Value) -> Option<Row> {
    let webhook: Webhook = read_value(item).ok()?;
    Some(Row {
        id: webhook.webhook_id.to_string(),
        address: Leads::To(team.page(&format!("webhooks/{}", webhook.webhook_id))),
        cells: vec![
            Text::from(events(&webhook)).into(),
            standing(&webhook),
            Text::from(intl::date(webhook.created_at)).into(),
        ],
        name: webhook.url,
    })
}

/// Which events it is told of.
pub(super) fn events(webhook: &Webhook) -> String {
    if webhook.kinds.is_empty() { words::EVERY_EVENT.to_owned() } else { webhook.kinds.join(", ") }
}

/// Whether it is told.
pub(super) fn standing(webhook: &Webhook) -> AnyView {
    badge(match (webhook.state, webhook.failing_since) {
        (WebhookState::Active, None) => ("badge dot good", words::WEBHOOK_ACTIVE),
        (WebhookState::Active, Some(_)) => ("badge dot warn", words::WEBHOOK_FAILING),
        (WebhookState::Paused, _) => ("badge dot", words::WEBHOOK_PAUSED),
        (WebhookState::Disabled, _) => ("badge dot bad", words::WEBHOOK_DISABLED),
    })
}

/// What is typed into the form.
#[derive(Clone, Copy)]
struct Form {
    url: Answer,
    description: Answer,
    /// Families, ticked.
    families: Answer,
    /// Other kinds, typed.
    singles: Answer,
}

impl Form {
    fn new(url: String, description: String, kinds: &[String]) -> Self {
        let (families, singles): (Vec<&str>, Vec<&str>) =
            kinds.iter().map(String::as_str).partition(|kind| FAMILIES.contains(kind));
        Self {
            url: Answer::new(url),
            description: Answer::new(description),
            families: Answer::new(families.join(" ")),
            singles: Answer::new(singles.join(" ")),
        }
    }

    fn fields(self) -> Part {
        Arc::new(move || {
            let families = self.families.value;
            let family = |kind: &'static str| {
                let checked = derived(move || families.with(|ticked| ticked.split(' ').any(|one| one == kind)));
                let toggle = move || families.update(|ticked| *ticked = toggled(ticked, kind));
                tick(words::family(kind.trim_end_matches(".*")), checked, toggle)
            };
            let boxes = el("div", "tick-columns").children(FAMILIES.map(family)).view();
            several([
                self.url.input(Label::new("url", words::WEBHOOK_URL, words::WEBHOOK_URL_HINT), "url"),
                self.description.input(Label::new("description", words::WEBHOOK_FOR, ""), "text"),
                ticks("families", words::EVENTS, words::EVENTS_HINT, boxes, self.families.wrong()),
                self.singles.input(Label::new("kinds", words::SINGLE_EVENTS, words::SINGLE_EVENTS_HINT), "text"),
            ])
        })
    }

    /// What is asked for; nothing where a field is wrong.
    fn read(self) -> Option<WebhookNew> {
        let is_url =
            |text: &str| (text.starts_with("https://") || text.starts_with("http://")).then(|| text.to_owned());
        let is_short = |text: &str| (text.chars().count() <= 200).then(|| text.to_owned());
        let url = self.url.read(is_url, words::WEBHOOK_URL_WRONG);
        let description = self.description.read(is_short, words::WEBHOOK_FOR_WRONG);
        let ticked = self.families.value.get_untracked();
        let kinds = self.singles.read(
            |typed| {
                let words =
                    ticked.split_whitespace().chain(typed.split([' ', ',', ';']).filter(|word| !word.is_empty()));
                let mut kinds: Vec<String> = words.map(str::to_owned).collect();
                kinds.dedup();
                kinds.iter().all(|kind| kind.contains('.')).then_some(kinds)
            },
            words::SINGLE_EVENTS_WRONG,
        );
        Some(WebhookNew { url: url?, description: description?, kinds: kinds? })
    }

    fn heed(self, fault: &Fault) {
        self.url.heed("url", fault);
        self.description.heed("description", fault);
        self.singles.heed("kinds", fault);
    }
}

fn show_secret(team: Team, title: &'static str, value: String) {
    team.once.show(Secret { title, detail: words::SECRET_HOW.to_owned(), value, what: words::SECRET_WHAT });
}

fn add(team: Team) {
    let form = Form::new(String::new(), String::new(), &[]);
    let attempt = Attempt::new();
    let act: Act = Arc::new(move |_| {
        let request = write(Method::Post, &team.path("webhooks"), &form.read()?);
        Some(Box::pin(async move {
            let made = attempt.send::<WebhookMade>(request?).await.inspect_err(|fault| form.heed(fault))?;
            team.note_change();
            show_secret(team, words::WEBHOOK_READY, made.secret);
            Ok(())
        }))
    });
    let title = words::ADD_WEBHOOK.to_owned();
    let ask = Ask::plain(title, words::ADD_WEBHOOK_MEANS, words::ADD_WEBHOOK, act, words::WEBHOOK_ADDED);
    team.asking.ask(Ask { fields: Some(form.fields()), ..ask });
}

fn put(path: &str, edit: &WebhookEdit, revision: u64) -> Result<Call, Fault> {
    Ok(if_match(write(Method::Put, path, edit)?, revision))
}

fn path_of(team: Team, webhook: &Webhook) -> String {
    team.path(&format!("webhooks/{}", webhook.webhook_id))
}

/// Changes where, what for and which events.
pub(super) fn edit(team: Team, webhook: &Webhook) {
    let form = Form::new(webhook.url.clone(), webhook.description.clone(), &webhook.kinds);
    let path = path_of(team, webhook);
    // Disabled is not for anybody to set: whoever changes it then wants it active.
    let state = if webhook.state == WebhookState::Paused { WebhookState::Paused } else { WebhookState::Active };
    let revision = StoredValue::new(webhook.revision);
    let act: Act = Arc::new(move |_| {
        let WebhookNew { url, description, kinds } = form.read()?;
        let request = put(&path, &WebhookEdit { url, description, kinds, state }, revision.get_value());
        let path = path.clone();
        Some(Box::pin(async move {
            match call(request?).await {
                Ok(_) => {}
                // Somebody else was first: what is typed stays, and saving again is meant.
                Err(fault) if fault.is(RefusalCode::Conflict) => {
                    let newest: Webhook = api::get(path).await?;
                    revision.set_value(newest.revision);
                    return Err(Fault::said(words::CHANGED_MEANWHILE.to_owned()));
                }
                Err(fault) => {
                    form.heed(&fault);
                    return Err(fault);
                }
            }
            team.note_change();
            Ok(())
        }))
    });
    let title = words::EDIT_WEBHOOK.to_owned();
    let ask = Ask::plain(title, words::EDIT_WEBHOOK_MEANS, words::SAVE, act, words::WEBHOOK_SAVED);
    team.asking.ask(Ask { fields: Some(form.fields()), ..ask });
}

/// Pauses it, or makes it active again.
pub(super) fn set_state(team: Team, webhook: &Webhook, state: WebhookState) {
    let Webhook { url, description, kinds, revision, .. } = webhook.clone();
    let (path, edit) = (path_of(team, webhook), WebhookEdit { url, description, kinds, state });
    let act: Act = Arc::new(move |_| {
        let request = put(&path, &edit, revision);
        Some(Box::pin(async move {
            call(request?).await?;
            team.note_change();
            Ok(())
        }))
    });
    let (title, means, verb, done) = if state == WebhookState::Paused {
        (words::ASK_PAUSE, words::PAUSE_MEANS, words::PAUSE, words::PAUSED)
    } else {
        (words::ASK_ACTIVATE_WEBHOOK, words::ACTIVATE_WEBHOOK_MEANS, words::ACTIVATE_WEBHOOK, words::WEBHOOK_ACTIVATED)
    };
    team.asking.ask(Ask::plain(title.to_owned(), means, verb, act, done));
}

/// Another secret.
pub(super) fn roll_secret(team: Team, webhook: &Webhook) {
    let (path, attempt) = (format!("{}/secret", path_of(team, webhook)), Attempt::new());
    let act: Act = Arc::new(move |_| {
        let request = Call::new(Method::Post, &path);
        Some(Box::pin(async move {
            let made: WebhookMade = attempt.send(request).await?;
            team.note_change();
            show_secret(team, words::SECRET_READY, made.secret);
            Ok(())
        }))
    });
    let title = words::ASK_ROLL.to_owned();
    team.asking.ask(Ask::plain(title, words::ROLL_MEANS, words::ROLL_SECRET, act, words::SECRET_ROLLED));
}

/// Removes it, and goes back to the others.
pub(super) fn remove(team: Team, webhook: &Webhook) {
    let path = path_of(team, webhook);
    let act: Act = Arc::new(move |_| {
        let request = Call::new(Method::Delete, &path);
        Some(Box::pin(async move {
            call(request).await?;
            team.router.go(&team.page("webhooks"));
            Ok(())
        }))
    });
    let title = words::ask_remove_webhook(&webhook.url);
    let ask = Ask::plain(title, words::REMOVE_WEBHOOK_MEANS, words::REMOVE_WEBHOOK, act, words::WEBHOOK_REMOVED);
    team.asking.ask(Ask { takes: true, ..ask });
}
