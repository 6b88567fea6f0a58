//! The e-mail address: whether it is confirmed, and another in its place.

use leptos::prelude::*;
use shared::api::account::PublicInstance;

use super::{Doing, section};
use crate::components::account_form::is_address;
use crate::components::button::{button, submit};
use crate::components::el::{dynamic, el, maybe, several};
use crate::components::fault::{alert, alert_text};
use crate::components::field::Field;
use crate::components::skeleton::skeleton;
use crate::components::status::badge;
use crate::load::Loader;
use crate::session::Session;
use crate::{api, browser, words};

pub(super) fn address() -> AnyView {
    let session = Session::of_app();
    let standing = dynamic(move || {
        let Some(account) = session.account() else { return several([]) };
        let state = if account.email_confirmed {
            ("badge dot good", words::CONFIRMED)
        } else {
            ("badge dot warn", words::UNCONFIRMED)
        };
        el("p", "row apart").child(el("span", "").text(account.email)).child(badge(state)).into()
    });
    let loader: Loader<PublicInstance> = Loader::new(api::get_instance);
    let ways = loader.show(
        || skeleton("stack", 1, "skeleton low"),
        |found| {
            if !found.mail {
                return el("p", "muted").text(words::ADDRESS_NO_MAIL).into();
            }
            several([resend(), change()])
        },
    );
    section(words::EMAIL).child(standing).child(ways).into()
}

/// For those who have not followed the link yet.
fn resend() -> AnyView {
    let session = Session::of_app();
    let doing = Doing::new();
    let send = move || {
        doing.run(api::resend_confirmation(), move |()| doing.live.toast(words::LINK_SENT_AGAIN));
    };
    maybe(move || {
        session.account().filter(|account| !account.email_confirmed)?;
        let text = el("p", "").text(words::UNCONFIRMED_DETAIL).view();
        let again = button("button", words::SEND_AGAIN, send);
        Some(several([alert("warn", vec![text, again]), doing.notice()]))
    })
}

fn change() -> AnyView {
    let email = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let told = RwSignal::new(None::<String>);
    let doing = Doing::new();
    let send = move || {
        let wanted = email.get_untracked().trim().to_owned();
        if !is_address(&wanted) {
            error.set(Some(words::EMAIL_WRONG.to_owned()));
            return browser::focus_on("#new-email");
        }
        error.set(None);
        told.set(None);
        let to = wanted.clone();
        doing.run(api::change_address(wanted), move |()| {
            email.set(String::new());
            doing.live.say(words::LINK_SENT);
            told.set(Some(to));
        });
    };
    let field = Field {
        name: "new-email",
        label: words::ADDRESS_NEW,
        hint: words::ADDRESS_NEW_HINT,
        kind: "email",
        autocomplete: "email",
    };
    el("form", "stack")
        .attr("novalidate", "")
        .on_submit(send)
        .child(doing.notice())
        .child(maybe(move || told.get().map(|to| alert_text("good", words::LINK_SENT, words::link_sent_to(&to)))))
        .child(field.show(email, error.into()))
        .child(el("div", "row").child(submit("button", words::ADDRESS_VERB, doing.busy)))
        .into()
}
