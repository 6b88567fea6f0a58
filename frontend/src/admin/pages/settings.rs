//! `/admin/{vendor}/settings`: what the vendor says of itself, how its pages look, its tax, how it is paid, where its apps are.
//! Who saves over somebody else is told whose it was, and keeps what was typed.

mod fields;
mod logo;
mod origins;
mod tax;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::Page;
use shared::api::admin::log::Event;
use shared::api::admin::team::Settings;
use shared::api::order::PaymentMethod;
use shared::brand::{Accents, Colour};
use shared::refusal::RefusalCode;
use shared::team::Permission;

use crate::admin::api::{self, Call, Fault, Method, call_revised, if_match, read, read_value, write};
use crate::admin::ask::Answer;
use crate::admin::form::Label;
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::brand::paint;
use crate::components::button::{button, submit};
use crate::components::el::{Text, el, maybe, several};
use crate::components::fault::{alert, fault_notice};
use crate::components::lines::facts;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::{Loader, derived, whenever};
use crate::slot::Slot;

use fields::{Answers, FIELDS, NO_TAX, OFF, invoice_choices, tax_choices, texts};

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
    may: bool,
    /// What the person began from.
    known: StoredValue<Saved>,
    /// What is shown beside the fields: logo, menus with another tax, ways to pay.
    now: RwSignal<Settings>,
    answers: StoredValue<Answers>,
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

fn show(team: Team, saved: Saved) -> AnyView {
    let mail = saved.0.mail.as_ref().map(|mail| match &mail.from {
        Some(from) if mail.sending => words::mail_from(from),
        _ => words::MAIL_OFF.to_owned(),
    });
    let form = Form {
        team,
        may: team.may(Permission::EditSettings),
        now: RwSignal::new(saved.0.clone()),
        answers: StoredValue::new(texts(&saved.0).map(Answer::new)),
        known: StoredValue::new(saved),
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
    several([tax::other_tax(form), form.show(), logo::logo(form), origins::origins(team), fixed])
}

impl Form {
    fn revision(self) -> u64 {
        self.known.with_value(|(_, revision)| *revision)
    }

    /// Goes on from what was just saved, without touching what is typed.
    fn take(self, saved: Saved) {
        self.now.try_set(saved.0.clone());
        self.known.try_set_value(saved);
    }

    fn show(self) -> AnyView {
        if !self.may {
            let text = |answer: Answer| {
                let value = answer.value.get_untracked();
                crate::admin::list::text_or_none(Some(value).filter(|value| !value.is_empty()))
            };
            let list =
                FIELDS.into_iter().zip(self.answers.get_value()).map(|((_, label), answer)| (label, text(answer)));
            return el("section", "card").child(facts(list.collect())).into();
        }
        let [name, support, website, ..] = self.answers.get_value();
        let conflict = maybe(move || self.theirs.is_filled().then(|| self.conflict()));
        let fault = maybe(move || self.fault.get().map(|fault| fault_notice(&fault)));
        el("form", "card stack")
            .attr("novalidate", "")
            .on_submit(move || self.save())
            .child(conflict)
            .child(fault)
            .child(name.input(Label::new("name", words::VENDOR_NAME, words::VENDOR_NAME_HINT), "text"))
            .child(support.input(Label::new("support_email", words::SUPPORT_EMAIL, words::SUPPORT_EMAIL_HINT), "email"))
            .child(website.input(Label::new("website", words::WEBSITE, words::WEBSITE_HINT), "url"))
            .child(self.brand())
            .child(self.tax())
            .child(self.payment())
            .child(el("div", "row").child(submit("button primary", words::SAVE, self.busy)))
            .into()
    }

    /// The colour, and what the pages make of it by daylight and in the dark.
    fn brand(self) -> AnyView {
        let [_, _, _, accent, ..] = self.answers.get_value();
        let picker = el("input", "swatch")
            .attr("type", "color")
            .attr("aria-label", words::ACCENT_PICK)
            .value(derived(move || {
                let typed = accent.value.with(|text| text.trim().parse::<Colour>().ok());
                typed.map_or_else(|| "#2456d6".to_owned(), |colour| colour.to_string())
            }))
            .on("input", move |event| accent.value.set(crate::admin::form::value_of(&event)));
        let sample = |class: &'static str| {
            let shown = el("span", "button primary").attr("aria-hidden", "true").text(words::ACCENT_BUTTON);
            let link = el("span", "accent-sample").attr("aria-hidden", "true").text(words::ACCENT_LINK);
            el("div", class).child(shown).child(link).view()
        };
        whenever(move || {
            let accents = accent.value.with(|text| text.trim().parse::<Colour>().ok()).map(Accents::of);
            paint(document().get_element_by_id("brand-sample"), accents.as_ref());
        });
        let samples = el("div", "brand-samples").attr("id", "brand-sample");
        let samples = samples.child(sample("light row")).child(sample("dark row"));
        let field = accent.input(Label::new("accent", words::ACCENT, words::ACCENT_HINT), "text");
        part(words::BRAND, "", vec![el("div", "row").child(picker).child(field).view(), samples.view()])
    }

    fn tax(self) -> AnyView {
        let [_, _, _, _, how, name, rate, number, ..] = self.answers.get_value();
        let label = Label::new("tax", words::TAX, "");
        let how_field = label.select(tax_choices(), how.value, move |chosen| how.value.set(chosen), how.wrong());
        let rest = maybe(move || {
            how.value.with(|how| how != NO_TAX).then(|| {
                let pair = el("div", "pair")
                    .child(name.input(Label::new("tax.name", words::TAX_NAME, words::TAX_NAME_HINT), "text"))
                    .child(rate.input(Label::new("tax.rate", words::TAX_RATE, words::TAX_RATE_HINT), "decimal"));
                let number = number.input(Label::new("tax.number", words::TAX_NUMBER, words::TAX_NUMBER_HINT), "text");
                several([pair.view(), number])
            })
        });
        part(words::TAX_TITLE, words::TAX_LEAD, vec![how_field, rest])
    }

    fn payment(self) -> AnyView {
        let [.., invoice, days, instructions] = self.answers.get_value();
        let label = Label::new("invoice", words::INVOICE, words::INVOICE_HINT);
        let set = move |chosen| invoice.value.set(chosen);
        let invoice_field = label.select(invoice_choices(), invoice.value, set, invoice.wrong());
        let rest = maybe(move || {
            invoice.value.with(|is| is != OFF).then(|| {
                let label =
                    Label::new("invoice.instructions", words::INVOICE_INSTRUCTIONS, words::INVOICE_INSTRUCTIONS_HINT);
                let set = move |text| instructions.value.set(text);
                let text = label.area("5", instructions.value, set, instructions.wrong());
                let label = Label::new("invoice.days", words::INVOICE_DAYS, words::INVOICE_DAYS_HINT);
                several([text, days.input(label, "number")])
            })
        });
        let test = maybe(move || {
            let is_on = self.now.with(|now| now.payments.contains(&PaymentMethod::Test));
            let text = if is_on { words::SANDBOX_ON } else { words::SANDBOX_OFF };
            Some(el("p", "muted small").text(text).view())
        });
        part(words::PAYMENT_TITLE, words::PAYMENT_LEAD, vec![invoice_field, rest, test])
    }

    /// Who was first, what they saved, and the two ways on.
    fn conflict(self) -> AnyView {
        let known = self.known.with_value(|(known, _)| texts(known));
        let parts = self.theirs.peek(|theirs| {
            let mut parts = vec![el("p", "strong").text(theirs.who.clone()).view()];
            let fields = FIELDS.into_iter().zip(texts(&theirs.saved.0)).zip(known);
            for (((_, label), now), before) in fields {
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
        for ((answer, now), before) in self.answers.get_value().into_iter().zip(texts(&saved.0)).zip(known) {
            if !keeps_typed || answer.value.with_untracked(|typed| typed.trim() == before) {
                answer.value.set(now);
            }
        }
        self.take(saved);
        self.theirs.clear();
        if keeps_typed {
            self.team.asking.live.toast(words::KEPT_TYPED);
        }
        browser::focus_on("#name");
    }

    fn save(self) {
        if self.busy.get_untracked() {
            return;
        }
        let Some(settings) = fields::read(&self.answers.get_value()) else {
            return browser::focus_on("[aria-invalid='true']");
        };
        let (team, revision) = (self.team, self.revision());
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
                    self.take(saved);
                    team.asking.live.toast(words::SAVED);
                }
                Ok(None) => browser::focus_on("#main .notice button"),
                Err(fault) => self.refuse(fault),
            }
        });
    }

    fn refuse(self, fault: Fault) {
        for ((name, _), answer) in FIELDS.into_iter().zip(self.answers.get_value()) {
            answer.heed(name, &fault);
        }
        if fault.fields.is_empty() {
            self.fault.try_set(Some(fault));
        }
        browser::focus_on("[aria-invalid='true']");
    }
}

/// A titled part of the form.
fn part(title: &'static str, lead: &'static str, fields: Vec<AnyView>) -> AnyView {
    let lead = (!lead.is_empty()).then(|| el("p", "muted").text(lead).view());
    el("fieldset", "group stack").child(el("legend", "").text(title)).maybe(lead).children(fields).into()
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
