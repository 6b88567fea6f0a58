//! What the person is called, and their password.

use leptos::prelude::*;
use shared::api::sign_in::PasswordChange;

use crate::components::button::submit;
use crate::components::el::el;
use crate::components::field::Field;
use crate::session::Session;
use crate::{api, words};

use super::{Doing, section};

pub(super) fn profile() -> AnyView {
    let session = Session::of_app();
    let account = untrack(move || session.account());
    let name = RwSignal::new(account.map(|account| account.name).unwrap_or_default());
    let doing = Doing::new();
    let send = move || {
        let wanted = name.get_untracked();
        doing.run(async move { api::edit_account(wanted).await }, move |answer| {
            session.take(answer);
            doing.live.toast(words::NAME_CHANGED);
        });
    };
    let field = Field { name: "name", label: words::NAME, hint: words::NAME_HINT, kind: "text", autocomplete: "name" };
    let form = el("form", "stack")
        .attr("novalidate", "")
        .on_submit(send)
        .child(doing.notice())
        .child(field.show(name, Signal::stored(None)))
        .child(el("div", "row").child(submit("button", words::SAVE, doing.busy)));
    section(words::PROFILE_TITLE).child(form).into()
}

pub(super) fn password() -> AnyView {
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let doing = Doing::new();
    let send = move || {
        let request = PasswordChange { current: current.get_untracked(), new: new.get_untracked() };
        doing.run(async move { api::change_password(&request).await }, move |()| {
            current.set(String::new());
            new.set(String::new());
            doing.live.toast(words::PASSWORD_CHANGED);
        });
    };
    let field = |name, label, hint, autocomplete| Field { name, label, hint, kind: "password", autocomplete };
    let old_field = field("current-password", words::PASSWORD_CURRENT, "", "current-password");
    let new_field = field("new-password", words::PASSWORD_NEW, words::PASSWORD_RULE, "new-password");
    let form = el("form", "stack")
        .attr("novalidate", "")
        .on_submit(send)
        .child(doing.notice())
        .child(old_field.show(current, Signal::stored(None)))
        .child(new_field.show(new, Signal::stored(None)))
        .child(el("div", "row").child(submit("button", words::PASSWORD_VERB, doing.busy)));
    section(words::PASSWORD_TITLE).child(form).into()
}
