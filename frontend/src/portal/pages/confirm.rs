//! `/confirm#pge_…`: where the link in the mail leads: the address is its reader's. On a click, since programs that look through
//! mail follow links too.

use leptos::prelude::*;
use shared::refusal::RefusalCode;

use crate::components::button::{link, submit};
use crate::components::el::{dynamic, el};
use crate::components::fault::empty;
use crate::components::page::{Width, plain_page};
use crate::load::whenever;
use crate::portal::doing::Doing;
use crate::session::Session;
use crate::{api, browser, words};

#[derive(Clone, PartialEq, Eq)]
enum Stage {
    Asking,
    /// This address is confirmed.
    Done(String),
    /// The link is none, or does not work any more.
    Void,
}

/// The page. The token is taken out of the address, where it would stay in the browser's history.
pub(crate) fn confirm() -> AnyView {
    let token = browser::take_fragment();
    let stage = RwSignal::new(if token.is_empty() { Stage::Void } else { Stage::Asking });
    let token = StoredValue::new(token);
    let on = || link("button primary", words::TO_LICENSES, "/licenses");
    let content = dynamic(move || match stage.get() {
        Stage::Asking => ask(token, stage),
        Stage::Done(email) => empty("done", words::CONFIRM_DONE, words::confirmed(&email), on()),
        Stage::Void => empty(
            "warn",
            words::LINK_VOID,
            words::CONFIRM_VOID_DETAIL,
            link("button primary", words::ACCOUNT, "/account"),
        ),
    });
    plain_page(Width::Narrow, words::CONFIRM_TITLE, content)
}

fn ask(token: StoredValue<String>, stage: RwSignal<Stage>) -> AnyView {
    let session = Session::of_app();
    let doing = Doing::new();
    whenever(move || {
        if doing.fault.with(|fault| fault.as_ref().is_some_and(|fault| fault.is(RefusalCode::NotFound))) {
            stage.set(Stage::Void);
        }
    });
    let send = move || {
        doing.run(api::confirm_address(token.get_value()), move |answer| {
            doing.live.say(words::CONFIRM_DONE);
            stage.set(Stage::Done(answer.email));
            browser::focus_on("h1");
            session.refresh();
        });
    };
    el("form", "card stack")
        .attr("novalidate", "")
        .on_submit(send)
        .child(el("p", "").text(words::CONFIRM_LEAD))
        .child(doing.notice())
        .child(submit("button primary block", words::CONFIRM_VERB, doing.busy))
        .into()
}
