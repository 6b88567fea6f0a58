//! Signing in and signing up: one form in two modes, on its own pages and within checkout and connect.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::account::{SignIn, SignUp};
use shared::api::sign_in::{SecondRequest, SecondStep};

use super::button::{button, link, submit};
use super::el::{dynamic, el, maybe};
use super::fault::fault_notice;
use super::field::Field;
use crate::api::{self, Fault};
use crate::load::derived;
use crate::session::Session;
use crate::slot::Slot;
use crate::{browser, passkey, words};

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

/// Whether `email` looks like an address; the server knows better.
pub fn is_address(email: &str) -> bool {
    email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
}

/// What is wrong with a password that is to be, as a sentence.
pub fn new_password_problem(password: &str) -> Option<&'static str> {
    match password.chars().count() {
        0..PASSWORD_MIN => Some(words::PASSWORD_SHORT),
        PASSWORD_MIN..=PASSWORD_MAX => None,
        _ => Some(words::PASSWORD_LONG),
    }
}

#[derive(Clone, Copy)]
struct Form {
    mode: Mode,
    name: RwSignal<String>,
    email: RwSignal<String>,
    password: RwSignal<String>,
    errors: RwSignal<Vec<(String, String)>>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
    /// What is wanted after the password.
    second: Slot<SecondStep>,
    code: RwSignal<String>,
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
        second: Slot::empty(),
        code: RwSignal::new(String::new()),
    };
    let session = Session::of_app();
    let settle = move |answer: Result<shared::api::account::Session, Fault>| {
        form.busy.set(false);
        match answer {
            Ok(shared::api::account::Session { second: Some(step), .. }) => {
                form.second.fill(step);
                browser::focus_on("#code");
            }
            Ok(answer) => {
                session.take(answer);
                done();
            }
            Err(fault) => form.take_fault(fault),
        }
    };
    let begin = move |way: Way| {
        let is_good = match way {
            Way::Password => form.check(),
            Way::Code => form.check_code(),
            Way::Passkey => true,
        };
        if form.busy.get_untracked() || !is_good {
            return;
        }
        form.fault.set(None);
        form.busy.set(true);
        let settle = settle.clone();
        spawn_local(async move { settle(form.send(way).await) });
    };
    let is_new = mode == Mode::SignUp;
    let name = is_new.then(|| form.field("name", words::NAME, words::NAME_HINT, "text", "name", form.name));
    let (hint, autocomplete) = if is_new { (words::PASSWORD_RULE, "new-password") } else { ("", "current-password") };
    let label = if is_new { words::SIGN_UP } else { words::SIGN_IN };
    let is_second = derived(move || form.second.is_filled());
    let is_first = derived(move || !is_second.get());
    let (by_password, by_code, by_passkey) = (begin.clone(), begin.clone(), begin);
    let passkey = (!is_new && passkey::can())
        .then(|| button("button block", words::SIGN_IN_BY_PASSKEY, move || by_passkey(Way::Passkey)));
    let forgot = (!is_new).then(|| el("p", "small").child(link("", words::FORGOT_QUESTION, "/forgot")).view());
    let first = el("form", "stack")
        .attr("novalidate", "")
        .flag("hidden", is_second)
        .on_submit(move || by_password(Way::Password))
        .maybe(name)
        .child(form.field("email", words::EMAIL, "", "email", "email", form.email))
        .child(form.field("password", words::PASSWORD, hint, "password", autocomplete, form.password))
        .maybe(forgot)
        .child(submit("button primary block", label, form.busy));
    let second = el("form", "stack")
        .attr("novalidate", "")
        .flag("hidden", is_first)
        .on_submit(move || by_code(Way::Code))
        .child(el("h2", "").text(words::SECOND_TITLE))
        .child(el("p", "").text(words::SECOND_LEAD))
        .child(form.field("code", words::SECOND_CODE, "", "text", "one-time-code", form.code))
        .child(submit("button primary block", words::SIGN_IN, form.busy));
    el("div", "stack")
        .child(maybe(move || form.fault.get().map(|fault| fault_notice(&fault))))
        .child(first)
        .child(second)
        .maybe(passkey)
        .into()
}

/// How somebody signs in, or up.
#[derive(Clone, Copy)]
enum Way {
    Password,
    Code,
    Passkey,
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
        if !self.email.with_untracked(|email| is_address(email)) {
            wrong("email", words::EMAIL_WRONG);
        }
        let problem = self.password.with_untracked(|password| {
            if password.is_empty() {
                Some(words::PASSWORD_MISSING)
            } else {
                new_password_problem(password).filter(|_| is_new)
            }
        });
        if let Some(problem) = problem {
            wrong("password", problem);
        }
        let good = errors.is_empty();
        self.fault.set(None);
        self.errors.set(errors);
        if !good {
            browser::focus_on("[aria-invalid='true']");
        }
        good
    }

    fn check_code(self) -> bool {
        let is_missing = self.code.with_untracked(|code| code.trim().is_empty());
        let missing = || ("code".to_owned(), words::SECOND_MISSING.to_owned());
        self.errors.set(is_missing.then(missing).into_iter().collect());
        !is_missing
    }

    async fn send(self, way: Way) -> Result<shared::api::account::Session, Fault> {
        match way {
            Way::Password => self.send_password().await,
            Way::Code => self.send_code().await,
            Way::Passkey => api::sign_in_by_passkey(&passkey::find(api::challenge_sign_in().await?).await?).await,
        }
    }

    /// Codes of an app are six digits; recovery codes have letters.
    async fn send_code(self) -> Result<shared::api::account::Session, Fault> {
        let code = self.code.get_untracked();
        let is_totp = code.chars().all(|letter| letter.is_ascii_digit() || letter == ' ');
        let (totp, recovery) = if is_totp { (Some(code), None) } else { (None, Some(code)) };
        let challenge = self.second.peek(|step| step.challenge.clone()).unwrap_or_default();
        api::finish_sign_in(&SecondRequest { challenge, totp, recovery }).await
    }

    async fn send_password(self) -> Result<shared::api::account::Session, Fault> {
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
        for wrong in &mut fault.fields {
            match wrong.field.as_str() {
                "totp" | "recovery" => "code".clone_into(&mut wrong.field),
                // The password was too long ago.
                "challenge" => self.second.clear(),
                _ => {}
            }
        }
        let known = ["name", "email", "password", "code"];
        let (beside, rest) = fault.fields.drain(..).partition(|wrong| known.contains(&wrong.field.as_str()));
        let beside: Vec<shared::api::problem::FieldProblem> = beside;
        fault.fields = rest;
        if let Some(wrong) = fault.fields.first() {
            fault.detail.clone_from(&wrong.detail);
        }
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
