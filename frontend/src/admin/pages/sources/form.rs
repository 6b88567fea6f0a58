//! What a source is, as its team writes it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::admin::sources::{ClaimRule, Source, SourceEdit, SourceNew, SourceState};
use shared::refusal::RefusalCode;

use crate::admin::api::{self, Attempt, Fault, Method, call, if_match, write};
use crate::admin::ask::Answer;
use crate::admin::form::{Label, choices, never_wrong};
use crate::admin::team::Team;
use crate::admin::words;
use crate::browser;
use crate::components::button::submit;
use crate::components::el::{el, maybe};
use crate::components::fault::fault_notice;
use crate::components::live::Live;

use super::rules::rules;

/// The form of a source, new or known.
#[derive(Clone, Copy)]
pub(super) struct Form {
    team: Team,
    known: StoredValue<Option<Source>>,
    name: Answer,
    issuer: Answer,
    client_id: Answer,
    secret: Answer,
    scopes: Answer,
    state: RwSignal<String>,
    rules: RwSignal<Vec<ClaimRule>>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
    attempt: Attempt,
    live: Live,
}

const SUSPENDED: &str = "suspended";

impl Form {
    pub(super) fn new(team: Team, known: Option<Source>) -> Self {
        let text = |read: fn(&Source) -> String| Answer::new(known.as_ref().map(read).unwrap_or_default());
        let scopes = known.as_ref().map_or_else(|| "openid profile email".to_owned(), |known| known.scopes.join(" "));
        let is_suspended = known.as_ref().is_some_and(|known| known.state == SourceState::Suspended);
        Self {
            team,
            name: text(|known| known.name.clone()),
            issuer: text(|known| known.issuer.clone()),
            client_id: text(|known| known.client_id.clone()),
            secret: Answer::new(String::new()),
            scopes: Answer::new(scopes),
            state: RwSignal::new(if is_suspended { SUSPENDED } else { "active" }.to_owned()),
            rules: RwSignal::new(known.as_ref().map(|known| known.rules.clone()).unwrap_or_default()),
            known: StoredValue::new(known),
            fault: RwSignal::new(None),
            busy: RwSignal::new(false),
            attempt: Attempt::new(),
            live: Live::of_app(),
        }
    }

    pub(super) fn show(self, verb: &'static str) -> AnyView {
        let is_known = self.known.with_value(Option::is_some);
        let issuer =
            (!is_known).then(|| self.issuer.input(Label::new("issuer", words::ISSUER, words::ISSUER_HINT), "url"));
        let state = is_known.then(|| {
            let choices = choices(&[("active", words::SOURCE_ACTIVE), (SUSPENDED, words::SOURCE_SUSPENDED)]);
            let label = Label::new("state", words::STATUS, words::SOURCE_STATE_HINT);
            label.select(choices, self.state, move |text| self.state.set(text), never_wrong())
        });
        let hint = if is_known { words::CLIENT_SECRET_KEPT } else { words::CLIENT_SECRET_HINT };
        let details = el("section", "card stack")
            .attr("aria-label", words::PROVIDER)
            .child(el("h2", "").text(words::PROVIDER))
            .child(self.name.input(Label::new("name", words::SOURCE_NAME, words::SOURCE_NAME_HINT), "text"))
            .maybe(issuer)
            .child(self.client_id.input(Label::new("client_id", words::CLIENT_ID, words::CLIENT_ID_HINT), "text"))
            .child(self.secret.input(Label::new("client_secret", words::CLIENT_SECRET, hint), "password"))
            .child(self.scopes.input(Label::new("scopes", words::SOURCE_SCOPES, words::SOURCE_SCOPES_HINT), "text"))
            .maybe(state);
        el("form", "stack wide")
            .attr("novalidate", "")
            .on_submit(move || self.send())
            .child(details)
            .child(rules(self.team, self.rules))
            .child(maybe(move || self.fault.get().map(|fault| fault_notice(&fault))))
            .child(el("div", "row").child(submit("button primary", verb, self.busy)))
            .into()
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let name = self.name.read(filled, words::FIELD_MISSING);
        let client_id = self.client_id.read(filled, words::FIELD_MISSING);
        let issuer = self.issuer.read(|text| text.starts_with("http").then(|| text.to_owned()), words::ISSUER_WRONG);
        let (Some(name), Some(client_id), Some(issuer)) = (name, client_id, issuer) else {
            return browser::focus_on("[aria-invalid='true']");
        };
        let client_secret = filled(&self.secret.value.get_untracked());
        let scopes = self.scopes.value.with_untracked(|typed| typed.split_whitespace().map(str::to_owned).collect());
        let rules = self.rules.get_untracked();
        self.busy.set(true);
        self.fault.set(None);
        let known = self.known.get_value();
        spawn_local(async move {
            let sent = match known {
                None => {
                    let new = SourceNew { name, issuer, client_id, client_secret, scopes, rules };
                    self.add(&new).await
                }
                Some(known) => {
                    let is_suspended = self.state.with_untracked(|state| state == SUSPENDED);
                    let state = if is_suspended { SourceState::Suspended } else { SourceState::Active };
                    self.save(&known, &SourceEdit { name, client_id, client_secret, scopes, rules, state }).await
                }
            };
            self.busy.try_set(false);
            if let Err(mut fault) = sent {
                let fields = [
                    ("name", self.name),
                    ("issuer", self.issuer),
                    ("client_id", self.client_id),
                    ("scopes", self.scopes),
                ];
                for (name, answer) in fields {
                    answer.heed(name, &fault);
                }
                if fault.is(RefusalCode::Conflict) {
                    words::SOURCE_CHANGED.clone_into(&mut fault.detail);
                }
                if let Some(wrong) = fault.fields.first() {
                    fault.detail.clone_from(&wrong.detail);
                }
                self.fault.try_set(Some(fault));
            }
        });
    }

    async fn add(self, new: &SourceNew) -> Result<(), Fault> {
        let request = write(Method::Post, &self.team.path("sources"), new)?;
        let added: Source = self.attempt.send(request).await?;
        self.live.toast(words::SOURCE_ADDED);
        self.team.router.go(&self.team.page(&format!("sources/{}", added.source_id)));
        Ok(())
    }

    async fn save(self, known: &Source, edit: &SourceEdit) -> Result<(), Fault> {
        let path = self.team.path(&format!("sources/{}", known.source_id));
        let saved = call(if_match(write(Method::Put, &path, edit)?, known.revision)).await?;
        let saved: Source = api::read(&saved).map_err(|_| Fault::unreadable())?;
        self.rules.try_set(saved.rules.clone());
        self.known.try_set_value(Some(saved));
        self.live.toast(words::SOURCE_SAVED);
        self.team.note_change();
        Ok(())
    }
}
