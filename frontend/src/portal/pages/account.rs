//! `/sign-in` and `/sign-up`, which lead on to where the address says.

use leptos::prelude::*;

use crate::browser;
use crate::components::account_form::{Mode, account_form};
use crate::components::button::link;
use crate::components::el::{el, several};
use crate::components::page::{Width, plain_page};
use crate::components::sources::{source_buttons, source_trouble};
use crate::load::whenever;
use crate::router::Router;
use crate::session::{Session, Who};
use crate::words;

use super::guard::next_address;

/// `/sign-in`.
pub(crate) fn sign_in() -> AnyView {
    account_page(Mode::SignIn)
}

/// `/sign-up`.
pub(crate) fn sign_up() -> AnyView {
    account_page(Mode::SignUp)
}

fn account_page(mode: Mode) -> AnyView {
    let next = next_address();
    let other_query = browser::encode(&next);
    let session = Session::of_app();
    let router = Router::of_app();
    // Runs after signing in here, and for those who are signed in already.
    whenever(move || {
        if session.who.with(|who| matches!(who, Who::SignedIn(_))) {
            router.replace(&next);
        }
    });
    let (title, question, label, path) = match mode {
        Mode::SignIn => (words::SIGN_IN_TITLE, words::NEW_HERE_QUESTION, words::SIGN_UP, "/sign-up"),
        Mode::SignUp => (words::SIGN_UP_TITLE, words::HAVE_ACCOUNT_QUESTION, words::SIGN_IN, "/sign-in"),
    };
    let other = format!("{path}?next={other_query}");
    let sources = source_buttons(browser::query("vendor"), next_address());
    let form = account_form(mode, RwSignal::new(String::new()), || {});
    let form = el("div", "card stack").child(form).child(sources).view();
    let other = el("p", "center").text(question).text(" ").child(link("", label, other)).view();
    let content = several([source_trouble(), form, other]);
    plain_page(Width::Narrow, title, content)
}
