//! Where the account is signed in.

use leptos::prelude::*;
use shared::api::Page;
use shared::api::sign_in::SessionShown;

use crate::components::button::button;
use crate::components::el::el;
use crate::components::skeleton::skeleton;
use crate::load::Loader;
use crate::{api, browser, intl, words};

use super::{Doing, section};

pub(super) fn sessions() -> AnyView {
    let loader: Loader<Page<SessionShown>> = Loader::new(api::list_sessions);
    let doing = Doing::new();
    let end_others = move || {
        doing.run(api::end_other_sessions(), move |()| {
            doing.live.toast(words::SESSIONS_ENDED);
            loader.refresh();
        });
    };
    let list = loader.show(
        || skeleton("stack", 1, "skeleton medium"),
        move |found| {
            let has_others = found.items.len() > 1;
            let items = found.items.into_iter().map(|session| item(session, doing, loader));
            let others = has_others
                .then(|| el("div", "row").child(button("button", words::SESSIONS_END_OTHERS, end_others)).view());
            el("div", "stack").child(el("ul", "stack plain").children(items)).maybe(others).into()
        },
    );
    section(words::SESSIONS_TITLE).child(doing.notice()).child(list).into()
}

fn item(session: SessionShown, doing: Doing, loader: Loader<Page<SessionShown>>) -> AnyView {
    let used = words::last_used(&intl::relative(session.last_used_at, browser::now()));
    let text = el("div", "")
        .child(el("p", "strong").text(browser::name_of(&session.browser)))
        .child(el("p", "muted small").text(used));
    let end = move || {
        doing.run(api::end_session(session.session_id), move |()| {
            doing.live.toast(words::SESSION_ENDED);
            loader.refresh();
        });
    };
    let side = if session.is_current {
        el("p", "muted").text(words::SESSION_CURRENT).view()
    } else {
        button("button", words::SESSION_END, end)
    };
    el("li", "row apart").child(text).child(side).view()
}
