//! `/reset#pgr_…`: where the link in the mail leads: a new password.

use leptos::prelude::*;
use shared::refusal::RefusalCode;

use crate::components::account_form::new_password_problem;
use crate::components::button::{link, submit};
use crate::components::el::{dynamic, el};
use crate::components::fault::empty;
use crate::components::field::Field;
use crate::components::page::{Width, plain_page};
use crate::load::whenever;
use crate::portal::doing::Doing;
use crate::{api, browser, words};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Asking,
    Done,
    /// The link is none, or does not work any more.
    Void,
}

/// The page. The token is taken out of the address, where it would stay in the browser's history.
pub(crate) fn reset() -> AnyView {
    let token = browser::take_fragment();
    let stage = RwSignal::new(if token.is_empty() { Stage::Void } else { Stage::Asking });
    let token = StoredValue::new(token);
    let content = dynamic(move || match stage.get() {
        Stage::Asking => ask(token, stage),
        Stage::Done => empty(
            "done",
            words::RESET_DONE,
            words::RESET_DONE_DETAIL,
            link("button primary", words::SIGN_IN, "/sign-in"),
        ),
        Stage::Void => empty(
            "warn",
            words::LINK_VOID,
            words::RESET_VOID_DETAIL,
            link("button primary", words::FORGOT_AGAIN, "/forgot"),
        ),
    });
    plain_page(Width::Narrow, words::RESET_TITLE, content)
}

fn ask(token: StoredValue<String>, stage: RwSignal<Stage>) -> AnyView {
    let password = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let doing = Doing::new();
    whenever(move || {
        if doing.fault.with(|fault| fault.as_ref().is_some_and(|fault| fault.is(RefusalCode::NotFound))) {
            stage.set(Stage::Void);
        }
    });
    let send = move || {
        let wanted = password.get_untracked();
        if let Some(wrong) = new_password_problem(&wanted) {
            error.set(Some(wrong.to_owned()));
            return browser::focus_on("#password");
        }
        error.set(None);
        doing.run(api::redeem_password_reset(token.get_value(), wanted), move |()| {
            stage.set(Stage::Done);
            browser::focus_on("h1");
            doing.live.say(words::RESET_DONE);
        });
    };
    let field = Field {
        name: "password",
        label: words::PASSWORD_NEW,
        hint: words::PASSWORD_RULE,
        kind: "password",
        autocomplete: "new-password",
    };
    el("form", "card stack")
        .attr("novalidate", "")
        .on_submit(send)
        .child(doing.notice())
        .child(field.show(password, error.into()))
        .child(el("p", "small muted").text(words::RESET_NOTE))
        .child(submit("button primary block", words::RESET_VERB, doing.busy))
        .into()
}
