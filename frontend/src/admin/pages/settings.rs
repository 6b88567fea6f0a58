//! `/admin/{vendor}/settings`: what the vendor says of itself. Who saves over somebody else is told whose it was, and keeps
//! what was typed.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::Page;
use shared::api::admin::log::Event;
use shared::api::admin::team::Settings;
use shared::refusal::RefusalCode;
use shared::team::Permission;

use crate::admin::api::{self, Call, Fault, Method, call_revised, if_match, read, read_value, write};
use crate::admin::ask::Answer;
use crate::admin::form::Label;
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::button::{button, submit};
use crate::components::el::{Text, el, maybe, several};
use crate::components::fault::{alert, fault_notice};
use crate::components::lines::facts;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::Loader;
use crate::slot::Slot;

/// What is saved, and which revision of it.
type Saved = (Settings, u64);

/// What somebody else saved meanwhile, and a sentence about who it was.
struct Theirs {
    saved: Saved,
    who: String,
}

/// The form.
#[derive(Clone, Copy)]
struct Form {
    team: Team,
    /// What the person began from.
    known: StoredValue<Saved>,
    name: Answer,
    support: Answer,
    website: Answer,
    theirs: Slot<Theirs>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
}

/// The page.
pub(crate) fn settings() -> AnyView {
    let team = Team::of_app();
    let loader = Loader::new(move || fetch(team));
    let content = loader.show(|| skeleton("stack", 2, "skeleton tall"), move |saved| show(team, saved));
    let lead = Signal::stored(words::SETTINGS_LEAD.to_owned());
    page(Width::Medium, Signal::stored(words::SETTINGS.to_owned()), Some(lead), content)
}

async fn fetch(team: Team) -> Result<Saved, Fault> {
    send(Call::new(Method::Get, &team.path("settings"))).await
}

async fn send(request: Call) -> Result<Saved, Fault> {
    let (text, revision) = call_revised(request).await?;
    let settings = read(&text).map_err(|_| Fault::unreadable())?;
    Ok((settings, revision))
}

/// The texts of the form, in its order.
fn texts(settings: &Settings) -> [String; 3] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [settings.name.clone(), text(&settings.support_email), text(&settings.website)]
}

fn show(team: Team, saved: Saved) -> AnyView {
    let [name, support, website] = texts(&saved.0).map(Answer::new);
    let mail = saved.0.mail.as_ref().map(|mail| match &mail.from {
        Some(from) if mail.sending => words::mail_from(from),
        _ => words::MAIL_OFF.to_owned(),
    });
    let form = Form {
        team,
        known: StoredValue::new(saved),
        name,
        support,
        website,
        theirs: Slot::empty(),
        fault: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    let slug = el("div", "stack tight")
        .child(el("code", "").text(team.slug()))
        .child(el("span", "muted small").text(words::VENDOR_SLUG_FIXED))
        .view();
    let mut list = vec![(words::SLUG, slug)];
    list.extend(mail.map(|mail| (words::SENDS_MAIL, Text::from(mail).into())));
    let fixed = el("section", "card").attr("aria-label", words::DETAILS).child(facts(list)).view();
    several([form.show(), fixed])
}

impl Form {
    fn fields(self) -> [(&'static str, &'static str, Answer); 3] {
        [
            ("name", words::VENDOR_NAME, self.name),
            ("support_email", words::SUPPORT_EMAIL, self.support),
            ("website", words::WEBSITE, self.website),
        ]
    }

    fn show(self) -> AnyView {
        if !self.team.may(Permission::EditSettings) {
            let text = |answer: Answer| {
                let value = answer.value.get_untracked();
                crate::admin::list::text_or_none(Some(value).filter(|value| !value.is_empty()))
            };
            let list = self.fields().map(|(_, label, answer)| (label, text(answer)));
            return el("section", "card").child(facts(Vec::from(list))).into();
        }
        let conflict = maybe(move || self.theirs.is_filled().then(|| self.conflict()));
        let fault = maybe(move || self.fault.get().map(|fault| fault_notice(&fault)));
        el("form", "card stack")
            .attr("novalidate", "")
            .on_submit(move || self.save())
            .child(conflict)
            .child(fault)
            .child(self.name.input(Label::new("name", words::VENDOR_NAME, words::VENDOR_NAME_HINT), "text"))
            .child(
                self.support
                    .input(Label::new("support_email", words::SUPPORT_EMAIL, words::SUPPORT_EMAIL_HINT), "email"),
            )
            .child(self.website.input(Label::new("website", words::WEBSITE, words::WEBSITE_HINT), "url"))
            .child(el("div", "row").child(submit("button primary", words::SAVE, self.busy)))
            .into()
    }

    /// Who was first, what they saved, and the two ways on.
    fn conflict(self) -> AnyView {
        let known = self.known.with_value(|(known, _)| texts(known));
        let parts = self.theirs.peek(|theirs| {
            let mut parts = vec![el("p", "strong").text(theirs.who.clone()).view()];
            let fields = self.fields().into_iter().zip(texts(&theirs.saved.0)).zip(known);
            for (((_, label, _), now), before) in fields {
                if now != before {
                    let now = if now.is_empty() { words::NOT_SET.to_owned() } else { now };
                    parts.push(el("p", "").text(words::theirs_is(label, &now)).view());
                }
            }
            parts
        });
        let mut parts = parts.unwrap_or_default();
        parts.push(el("p", "").text(words::CONFLICT_KEPT).view());
        let keep = button("button", words::KEEP_TYPED, move || self.go_on(true));
        let take = button("button", words::TAKE_THEIRS_ALL, move || self.go_on(false));
        parts.push(el("div", "row").child(keep).child(take).view());
        alert("warn", parts)
    }

    /// Goes on from what the other one saved: fields that the person did not touch become theirs, the others only when wanted.
    fn go_on(self, keeps_typed: bool) {
        let Some(saved) = self.theirs.peek(|theirs| theirs.saved.clone()) else { return };
        let known = self.known.with_value(|(known, _)| texts(known));
        for (((_, _, answer), now), before) in self.fields().into_iter().zip(texts(&saved.0)).zip(known) {
            if !keeps_typed || answer.value.with_untracked(|typed| typed.trim() == before) {
                answer.value.set(now);
            }
        }
        self.known.set_value(saved);
        self.theirs.clear();
        if keeps_typed {
            self.team.asking.live.toast(words::KEPT_TYPED);
        }
        browser::focus_on("#name");
    }

    /// What is typed; nothing where a field is wrong.
    fn read(self) -> Option<Settings> {
        let is_name = |text: &str| (1..=100).contains(&text.chars().count()).then(|| text.to_owned());
        let maybe_text = |is_good: fn(&str) -> bool| {
            move |text: &str| match text {
                "" => Some(None),
                text => is_good(text).then(|| Some(text.to_owned())),
            }
        };
        let name = self.name.read(is_name, words::TOKEN_NAME_WRONG);
        let support = self.support.read(maybe_text(|text| text.contains('@')), words::EMAIL_WRONG);
        let is_web = |text: &str| text.starts_with("https://") || text.starts_with("http://");
        let website = self.website.read(maybe_text(is_web), words::WEBSITE_WRONG);
        Some(Settings { name: name?, support_email: support?, website: website?, mail: None })
    }

    fn save(self) {
        if self.busy.get_untracked() {
            return;
        }
        let Some(settings) = self.read() else { return browser::focus_on("[aria-invalid='true']") };
        let (team, revision) = (self.team, self.known.with_value(|(_, revision)| *revision));
        self.fault.set(None);
        self.theirs.clear();
        self.busy.set(true);
        spawn_local(async move {
            let answer = match write(Method::Put, &team.path("settings"), &settings) {
                Ok(request) => send(if_match(request, revision)).await,
                Err(fault) => Err(fault),
            };
            let answer = match answer {
                Err(fault) if fault.is(RefusalCode::Conflict) => find_theirs(team).await.map(|theirs| {
                    self.theirs.fill(theirs);
                    None
                }),
                answer => answer.map(Some),
            };
            self.busy.try_set(false);
            match answer {
                Ok(Some(saved)) => {
                    team.name.try_set(saved.0.name.clone());
                    self.known.try_set_value(saved);
                    team.asking.live.toast(words::SAVED);
                }
                Ok(None) => browser::focus_on("#main .notice button"),
                Err(fault) => self.refuse(fault),
            }
        });
    }

    fn refuse(self, fault: Fault) {
        for (name, _, answer) in self.fields() {
            answer.heed(name, &fault);
        }
        if fault.fields.is_empty() {
            self.fault.try_set(Some(fault));
        }
        browser::focus_on("[aria-invalid='true']");
    }
}

/// What is saved now, and who saved it: the log knows.
async fn find_theirs(team: Team) -> Result<Theirs, Fault> {
    let saved = fetch(team).await?;
    let told: Result<Page<serde_json::Value>, Fault> = api::list(team.path("events?kind=vendor.updated&limit=1")).await;
    let last = told.ok().and_then(|told| read_value::<Event>(told.items.first()?).ok());
    let who = last.map(|event| {
        let who = event.actor_name.unwrap_or(event.actor);
        words::saved_before_you(&who, &intl::date_time(event.at))
    });
    Ok(Theirs { saved, who: who.unwrap_or_else(|| words::CONFLICT.to_owned()) })
}
