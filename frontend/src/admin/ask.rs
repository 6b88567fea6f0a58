//! The dialog before an act: it repeats what is acted on and what that means, asks for a reason where one is kept, and its
//! button carries the verb. One for all pages, above everything else.

use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::problem::FieldProblem;

use crate::admin::api::Fault;
use crate::admin::form::{Label, Wrong};
use crate::admin::layer::{body, layer};
use crate::admin::{browser, words};
use crate::components::button::{button, submit};
use crate::components::el::{el, maybe};
use crate::components::fault::fault_notice;
use crate::components::live::Live;
use crate::load::derived;
use crate::slot::Slot;

/// The longest reason, in characters.
const REASON_MAX: usize = 500;

/// What becomes of the act.
pub(crate) type Outcome = Pin<Box<dyn Future<Output = Result<(), Fault>>>>;

/// An act, before it is done.
pub(crate) struct Ask {
    /// What happens to what: "Suspend this license?".
    pub title: String,
    /// What that means, in sentences.
    pub consequence: String,
    /// The button: "Suspend license".
    pub verb: String,
    /// Whether it takes something away.
    pub takes: bool,
    /// Whether, and for whose eyes, a reason is asked for.
    pub reason: Reason,
    /// What must be typed before the button does anything; empty for nothing.
    pub typed: String,
    /// Further fields, where there are any.
    pub fields: Option<Part>,
    /// Does it, for the reason given; `Err` where a field is wrong, which then says so itself.
    pub act: Act,
    /// What is said when it is done.
    pub done: &'static str,
}

impl Ask {
    /// One that gives nothing away and asks for nothing more.
    pub(crate) fn plain(
        title: String,
        consequence: impl Into<String>,
        verb: &str,
        act: Act,
        done: &'static str,
    ) -> Self {
        Self {
            title,
            consequence: consequence.into(),
            verb: verb.to_owned(),
            takes: false,
            reason: Reason::None,
            typed: String::new(),
            fields: None,
            act,
            done,
        }
    }
}

/// Makes further fields of the dialog.
pub(crate) type Part = Arc<dyn Fn() -> AnyView + Send + Sync>;
/// Does an act for a reason; nothing, where a field is wrong.
pub(crate) type Act = Arc<dyn Fn(String) -> Option<Outcome> + Send + Sync>;

/// Whether a reason is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// No.
    None,
    /// Yes, for the audit log.
    ForUs,
    /// Yes, and the customer reads it too.
    ForCustomer,
}

/// The dialog. Nearly every closure of these pages holds it: a pointer takes less code to move than what it points to. That
/// lives as long as the program, once for each vendor that is looked at.
#[derive(Clone, Copy)]
pub(crate) struct Asking(&'static Parts);

impl std::ops::Deref for Asking {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        self.0
    }
}

/// What the dialog asks, and what is answered.
pub(crate) struct Parts {
    asked: Slot<Ask>,
    reason: RwSignal<String>,
    typed: RwSignal<String>,
    wrong: RwSignal<Option<String>>,
    wrong_typed: RwSignal<Option<String>>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
    /// Says how long work goes on.
    pub live: Live,
}

impl Asking {
    /// One that asks nothing yet.
    pub(crate) fn new() -> Self {
        Self(Box::leak(Box::new(Parts {
            asked: Slot::empty(),
            reason: RwSignal::new(String::new()),
            typed: RwSignal::new(String::new()),
            wrong: RwSignal::new(None),
            wrong_typed: RwSignal::new(None),
            fault: RwSignal::new(None),
            busy: RwSignal::new(false),
            live: Live::of_app(),
        })))
    }

    /// Asks.
    pub(crate) fn ask(self, ask: Ask) {
        for field in [self.reason, self.typed] {
            field.set(String::new());
        }
        for wrong in [self.wrong, self.wrong_typed] {
            wrong.set(None);
        }
        self.fault.set(None);
        self.busy.set(false);
        self.asked.fill(ask);
    }

    /// The dialog itself; stands once.
    pub(crate) fn dialog(self) -> AnyView {
        let open = derived(move || self.asked.is_filled());
        let title = derived(move || self.asked.with(|ask| ask.title.clone()).unwrap_or_default());
        layer(
            "dialog ask",
            "ask",
            open,
            title,
            move || self.asked.clear(),
            move || self.asked.peek(|ask| self.form(ask)).into_any(),
        )
    }

    fn form(self, ask: &Ask) -> AnyView {
        let reason = (ask.reason != Reason::None).then(|| {
            let hint = if ask.reason == Reason::ForCustomer { words::REASON_SEEN } else { words::REASON_KEPT };
            let label = Label::new("reason", words::REASON, hint);
            label.area("2", self.reason, move |text| self.reason.set(text), self.wrong.into())
        });
        let typed = (!ask.typed.is_empty()).then(|| {
            let label = Label::new("typed", words::type_to_confirm(&ask.typed), "");
            label.input("text", self.typed, move |text| self.typed.set(text), self.wrong_typed.into())
        });
        let fields = ask.fields.as_ref().map(|fields| fields());
        let content = el("div", "stack")
            .child(el("p", "").text(ask.consequence.clone()))
            .child(maybe(move || self.fault.get().map(|fault| fault_notice(&fault))))
            .maybe(fields)
            .maybe(reason)
            .maybe(typed);
        let class = if ask.takes { "button danger" } else { "button primary" };
        let foot = el("div", "dialog-foot")
            .child(button("button", words::CANCEL, move || self.asked.clear()))
            .child(submit(class, ask.verb.clone(), self.busy));
        el("form", "dialog-form")
            .attr("novalidate", "")
            .on_submit(move || self.send())
            .child(body(content.view()))
            .child(foot)
            .into()
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        let reason = self.reason.get_untracked().trim().to_owned();
        let asked = self.asked.peek(|ask| (ask.reason, ask.typed.clone(), Arc::clone(&ask.act), ask.done));
        let Some((kind, word, act, done)) = asked else { return };
        let wrong = match (kind, reason.chars().count()) {
            (Reason::None, _) => None,
            (_, 0) => Some(words::REASON_MISSING),
            (_, length) if length > REASON_MAX => Some(words::REASON_LONG),
            _ => None,
        };
        let is_typed = self.typed.get_untracked().trim() == word;
        self.wrong.set(wrong.map(str::to_owned));
        self.wrong_typed.set((!is_typed).then(|| words::type_exactly(&word)));
        let outcome = if wrong.is_none() && is_typed { act(reason) } else { None };
        let Some(outcome) = outcome else { return browser::focus_on(WRONG) };
        self.busy.set(true);
        self.fault.set(None);
        spawn_local(async move {
            let answer = outcome.await;
            self.busy.try_set(false);
            match answer {
                Ok(()) => {
                    self.asked.clear();
                    self.live.toast(done);
                }
                Err(fault) => {
                    self.fault.try_set(Some(fault));
                    browser::focus_on(WRONG);
                }
            }
        });
    }
}

/// What is to be put right first.
const WRONG: &str = "dialog.ask :is([aria-invalid='true'], [data-wrong='true'])";

/// A value of a dialog's own field, and what is wrong with it.
#[derive(Clone, Copy)]
pub(crate) struct Answer {
    /// What is typed.
    pub value: RwSignal<String>,
    wrong: RwSignal<Option<String>>,
}

impl Answer {
    /// Begins with `value`.
    pub(crate) fn new(value: String) -> Self {
        Self { value: RwSignal::new(value), wrong: RwSignal::new(None) }
    }

    /// What is wrong with it.
    pub(crate) fn wrong(self) -> Wrong {
        self.wrong.into()
    }

    /// What `read` makes of it; says `wrong` beside it where that is nothing.
    pub(crate) fn read<T>(self, read: impl FnOnce(&str) -> Option<T>, wrong: &'static str) -> Option<T> {
        let value = self.value.with_untracked(|value| read(value.trim()));
        self.wrong.set(value.is_none().then(|| wrong.to_owned()));
        value
    }

    /// Says beside the field called `name` what `fault` says of it.
    pub(crate) fn heed(self, name: &str, fault: &Fault) {
        let is_here = |wrong: &&FieldProblem| wrong.field.split('[').next() == Some(name);
        self.wrong.try_set(fault.fields.iter().find(is_here).map(|wrong| wrong.detail.clone()));
    }

    /// As an input.
    pub(crate) fn input(self, label: Label, kind: &'static str) -> AnyView {
        label.input(kind, self.value, move |text| self.value.set(text), self.wrong())
    }
}
