//! Signing in and signing up: one form in two modes, on its own pages and within checkout and connect.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::account::{SignIn, SignUp};

use super::button::submit;
use super::el::{dynamic, el, maybe};
use super::fault::fault_notice;
use super::field::Field;
use crate::api::{self, Fault};
use crate::load::derived;
use crate::session::Session;
use crate::{browser, words};

/// What the form does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// For those who have an account.
    SignIn,
    /// For those who have none.
    SignUp,
}

const PASSWORD_MIN: usize = 10;
const PASSWORD_MAX: usize = 256;

#[derive(Clone, Copy)]
struct Form {
    mode: Mode,
    name: RwSignal<String>,
    email: RwSignal<String>,
    password: RwSignal<String>,
    errors: RwSignal<Vec<(String, String)>>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
}

/// The form. What is typed into `email` survives a change of mode; `done` runs once somebody is signed in.
pub fn account_form(mode: Mode, email: RwSignal<String>, done: impl Fn() + Clone + 'static) -> AnyView {
    let form = Form {
        mode,
        name: RwSignal::new(String::new()),
        email,
        password: RwSignal::new(String::new()),
        errors: RwSignal::new(Vec::new()),
        fault: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    let session = Session::of_app();
    let send = move || {
        if form.busy.get_untracked() || !form.check() {
            return;
        }
        form.busy.set(true);
        let done = done.clone();
        spawn_local(async move {
            let answer = form.send().await;
            form.busy.set(false);
            match answer {
                Ok(answer) => {
                    session.take(answer);
                    done();
                }
                Err(fault) => form.take_fault(fault),
            }
        });
    };
    let is_new = mode == Mode::SignUp;
    let name = is_new.then(|| form.field("name", words::NAME, words::NAME_HINT, "text", "name", form.name));
    let (hint, autocomplete) = if is_new { (words::PASSWORD_RULE, "new-password") } else { ("", "current-password") };
    let label = if is_new { words::SIGN_UP } else { words::SIGN_IN };
    el("form", "stack")
        .attr("novalidate", "")
        .on_submit(send)
        .child(maybe(move || form.fault.get().map(|fault| fault_notice(&fault))))
        .maybe(name)
        .child(form.field("email", words::EMAIL, "", "email", "email", form.email))
        .child(form.field("password", words::PASSWORD, hint, "password", autocomplete, form.password))
        .child(submit("button primary block", label, form.busy))
        .into()
}

impl Form {
    fn field(
        self,
        name: &'static str,
        label: &'static str,
        hint: &'static str,
        kind: &'static str,
        autocomplete: &'static str,
        value: RwSignal<String>,
    ) -> AnyView {
        let error = derived(move || {
            self.errors.with(|errors| errors.iter().find(|(field, _)| field == name).map(|(_, detail)| detail.clone()))
        });
        Field { name, label, hint, kind, autocomplete }.show(value, error)
    }

    /// Checks what can be checked here; the first wrong field gets the focus.
    fn check(self) -> bool {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, detail: &str| errors.push((field.to_owned(), detail.to_owned()));
        let is_new = self.mode == Mode::SignUp;
        if is_new && self.name.with_untracked(|name| name.trim().is_empty()) {
            wrong("name", words::NAME_MISSING);
        }
        let has_at =
            |email: &String| email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
        if !self.email.with_untracked(has_at) {
            wrong("email", words::EMAIL_WRONG);
        }
        let length = self.password.with_untracked(|password| password.chars().count());
        if length == 0 {
            wrong("password", words::PASSWORD_MISSING);
        } else if is_new && length < PASSWORD_MIN {
            wrong("password", words::PASSWORD_SHORT);
        } else if length > PASSWORD_MAX {
            wrong("password", words::PASSWORD_LONG);
        }
        let good = errors.is_empty();
        self.fault.set(None);
        self.errors.set(errors);
        if !good {
            browser::focus_on("[aria-invalid='true']");
        }
        good
    }

    async fn send(self) -> Result<shared::api::account::Session, Fault> {
        let email = self.email.get_untracked().trim().to_owned();
        let password = self.password.get_untracked();
        match self.mode {
            Mode::SignIn => api::sign_in(&SignIn { email, password }).await,
            Mode::SignUp => {
                let name = self.name.get_untracked().trim().to_owned();
                api::sign_up(&SignUp { email, password, name }).await
            }
        }
    }

    fn take_fault(self, mut fault: Fault) {
        let known = ["name", "email", "password"];
        let (beside, rest) = fault.fields.drain(..).partition(|wrong| known.contains(&wrong.field.as_str()));
        let beside: Vec<shared::api::problem::FieldProblem> = beside;
        fault.fields = rest;
        let has_beside = !beside.is_empty();
        self.errors.set(beside.into_iter().map(|wrong| (wrong.field, words::sentence(&wrong.detail))).collect());
        self.fault.set((!has_beside).then_some(fault));
        browser::focus_on(if has_beside { "[aria-invalid='true']" } else { "#email" });
    }
}

/// The form with a switch between its modes, as it stands within other pages.
pub fn account_choice(first: Mode, done: impl Fn() + Clone + Send + 'static) -> AnyView {
    let mode = RwSignal::new(first);
    let email = RwSignal::new(String::new());
    let tab = move |this: Mode, label: &'static str| {
        let input = el("input", "visually-hidden")
            .attr("type", "radio")
            .attr("name", "account-mode")
            .prop("checked", derived(move || mode.get() == this))
            .on("change", move |_| mode.set(this));
        el("label", "").child(input).text(label)
    };
    let tabs =
        el("div", "tabs").child(tab(Mode::SignUp, words::NEW_HERE)).child(tab(Mode::SignIn, words::HAVE_ACCOUNT));
    let legend = el("legend", "visually-hidden").text(words::ACCOUNT_MODE);
    el("div", "stack")
        .child(el("fieldset", "").child(legend).child(tabs))
        .child(dynamic(move || account_form(mode.get(), email, done.clone())))
        .into()
}
