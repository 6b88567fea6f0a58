//! The account's passkeys.

use leptos::prelude::*;
use shared::api::sign_in::{Passkey, Security};

use crate::components::button::button;
use crate::components::el::el;
use crate::load::Loader;
use crate::{api, browser, intl, passkey, words};

use super::{Doing, section};

pub(super) fn passkeys(security: Security, loader: Loader<Security>) -> AnyView {
    let doing = Doing::new();
    let add = move || {
        let work = async {
            let answer = passkey::make(api::challenge_passkey().await?).await?;
            api::add_passkey(browser::device_name(), answer).await
        };
        doing.run(work, move |()| {
            doing.live.toast(words::PASSKEY_ADDED);
            loader.refresh();
        });
    };
    let now = browser::now();
    let item = move |one: Passkey| {
        let remove = move || {
            doing.run(api::remove_passkey(one.passkey_id), move |()| {
                doing.live.toast(words::PASSKEY_REMOVED);
                loader.refresh();
            });
        };
        let used = one.last_used_at.map(|used| words::last_used(&intl::relative(used, now)));
        let text = el("div", "")
            .child(el("p", "strong").text(one.name))
            .child(el("p", "muted small").text(used.unwrap_or_else(|| words::NEVER_USED.to_owned())));
        el("li", "row apart").child(text).child(button("button", words::PASSKEY_REMOVE, remove)).view()
    };
    let possible = security.passkeys_possible && passkey::can();
    let end = if possible {
        el("div", "row").child(button("button", words::PASSKEY_ADD, add)).view()
    } else {
        el("p", "muted").text(words::PASSKEYS_NONE).view()
    };
    section(words::PASSKEYS_TITLE)
        .child(el("p", "").text(words::PASSKEYS_LEAD))
        .child(doing.notice())
        .child(el("ul", "stack plain").children(security.passkeys.into_iter().map(item)))
        .child(end)
        .into()
}
