//! `/sign-in` and `/sign-up`, which lead on to where the address says.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::browser;
use crate::components::account_form::{Mode, account_form};
use crate::components::button::link;
use crate::components::el::{el, several};
use crate::components::page::{Width, plain_page};
use crate::session::{Session, Who};
use crate::words;

use super::guard::use_next;

/// `/sign-in`.
pub(crate) fn sign_in() -> AnyView {
    account_page(Mode::SignIn)
}

/// `/sign-up`.
pub(crate) fn sign_up() -> AnyView {
    account_page(Mode::SignUp)
}

fn account_page(mode: Mode) -> AnyView {
    let next = use_next();
    let session = Session::of_app();
    let navigate = use_navigate();
    // Runs after signing in here, and for those who are signed in already.
    Effect::new(move |_| {
        if session.who.with(|who| matches!(who, Who::SignedIn(_))) {
            let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
            navigate(&next.get_untracked(), options);
        }
    });
    let (title, question, label, path) = match mode {
        Mode::SignIn => (words::SIGN_IN_TITLE, words::NEW_HERE_QUESTION, words::SIGN_UP, "/sign-up"),
        Mode::SignUp => (words::SIGN_UP_TITLE, words::HAVE_ACCOUNT_QUESTION, words::SIGN_IN, "/sign-in"),
    };
    let other = Signal::derive(move || format!("{path}?next={}", browser::encode(&next.get())));
    let form = el("div", "card").child(account_form(mode, RwSignal::new(String::new()), || {})).view();
    let other = el("p", "center").text(question).text(" ").child(link("", label, other)).view();
    let content = several([form, other]);
    plain_page(Width::Narrow, title, content)
}
