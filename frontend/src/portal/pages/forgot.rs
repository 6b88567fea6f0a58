//! `/forgot`: a link to choose a new password, sent to whoever has an account with the address.

use leptos::prelude::*;

use crate::components::account_form::is_address;
use crate::components::button::{link, submit};
use crate::components::el::{dynamic, el};
use crate::components::fault::empty;
use crate::components::field::Field;
use crate::components::page::{Width, plain_page};
use crate::components::skeleton::skeleton;
use crate::load::Loader;
use crate::portal::doing::Doing;
use crate::{api, browser, words};

/// The page.
pub(crate) fn forgot() -> AnyView {
    let loader = Loader::new(api::get_instance);
    let content = loader.show(
        || skeleton("stack", 1, "skeleton medium"),
        |found| {
            if found.mail {
                ask()
            } else {
                empty("person", words::FORGOT_NO_MAIL, words::FORGOT_NO_MAIL_DETAIL, back())
            }
        },
    );
    plain_page(Width::Narrow, words::FORGOT_TITLE, content)
}

fn back() -> AnyView {
    link("button", words::BACK_TO_SIGN_IN, "/sign-in")
}

fn ask() -> AnyView {
    let email = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let is_sent = RwSignal::new(false);
    let doing = Doing::new();
    let send = move || {
        let wanted = email.get_untracked().trim().to_owned();
        if !is_address(&wanted) {
            error.set(Some(words::EMAIL_WRONG.to_owned()));
            return browser::focus_on("#email");
        }
        error.set(None);
        doing.run(api::request_password_reset(wanted), move |()| {
            is_sent.set(true);
            browser::focus_on("h1");
            doing.live.say(words::FORGOT_SENT);
        });
    };
    dynamic(move || {
        if is_sent.get() {
            // The same for every address: nobody learns here who has an account.
            return empty("done", words::FORGOT_SENT, words::forgot_sent_to(&email.get_untracked()), back());
        }
        let field = Field { name: "email", label: words::EMAIL, hint: "", kind: "email", autocomplete: "email" };
        el("form", "card stack")
            .attr("novalidate", "")
            .on_submit(send)
            .child(el("p", "").text(words::FORGOT_LEAD))
            .child(doing.notice())
            .child(field.show(email, error.into()))
            .child(submit("button primary block", words::FORGOT_VERB, doing.busy))
            .child(el("p", "center").child(link("", words::BACK_TO_SIGN_IN, "/sign-in")))
            .into()
    })
}
