//! The authenticator app and the recovery codes.

use leptos::prelude::*;
use shared::api::sign_in::{RecoveryCodes, Security, TotpStart};

use crate::api::{self, Attempt};
use crate::components::button::{button, submit};
use crate::components::copy::copy;
use crate::components::dialog::confirm;
use crate::components::el::{dynamic, el, maybe, several};
use crate::components::field::Field;
use crate::load::Loader;
use crate::portal::qr;
use crate::slot::Slot;
use crate::{browser, words};

use super::{Doing, section};

/// The part of the page: how it is, and the ways to change it.
pub(super) fn second_step(security: &Security, loader: Loader<Security>) -> AnyView {
    let (is_on, left) = (security.totp, security.recovery_codes);
    let codes: Slot<RecoveryCodes> = Slot::empty();
    let doing = Doing::new();
    let view = dynamic(move || match codes.with(|codes| codes.codes.clone()) {
        Some(shown) => show_codes(shown, move || {
            codes.clear();
            loader.refresh();
        }),
        None if is_on => manage(left, codes, doing, loader),
        None => set_up(codes, doing),
    });
    section(words::TOTP_TITLE).child(doing.notice()).child(view).into()
}

fn manage(left: u32, codes: Slot<RecoveryCodes>, doing: Doing, loader: Loader<Security>) -> AnyView {
    let (attempt, open) = (Attempt::new(), RwSignal::new(false));
    let renew = move || doing.run(api::renew_recovery_codes(attempt), move |new| codes.fill(new));
    let remove = move || {
        open.set(false);
        doing.run(api::remove_totp(), move |()| {
            doing.live.toast(words::TOTP_REMOVED);
            loader.refresh();
        });
    };
    let lead = || el("p", "").text(words::TOTP_REMOVE_LEAD).into();
    let verb = button("button danger", words::TOTP_REMOVE, remove);
    let buttons = el("div", "row").child(button("button", words::CODES_RENEW, renew)).child(button(
        "button",
        words::TOTP_REMOVE,
        move || open.set(true),
    ));
    let dialog = confirm(open, words::TOTP_REMOVE_TITLE, lead, verb);
    several([el("p", "").text(words::totp_on(left)).view(), buttons.view(), dialog])
}

fn set_up(codes: Slot<RecoveryCodes>, doing: Doing) -> AnyView {
    let begun: Slot<TotpStart> = Slot::empty();
    let start_over = move || {
        doing.run(api::start_totp(), move |start| {
            begun.fill(start);
            browser::focus_on("#totp");
        });
    };
    let start = maybe(move || {
        let lead = || el("p", "").text(words::TOTP_OFF).view();
        let verb = || el("div", "row").child(button("button", words::TOTP_SET_UP, start_over)).view();
        (!begun.is_filled()).then(|| several([lead(), verb()]))
    });
    several([start, maybe(move || begun.with(|start| confirm_form(start, codes, doing)))])
}

fn confirm_form(start: &TotpStart, codes: Slot<RecoveryCodes>, doing: Doing) -> AnyView {
    let (code, attempt) = (RwSignal::new(String::new()), Attempt::new());
    let send = move || {
        let code = code.get_untracked();
        doing.run(async move { api::confirm_totp(code, attempt).await }, move |new| codes.fill(new));
    };
    let (picture, uri) = (RwSignal::new(String::new()), start.uri.clone());
    leptos::task::spawn_local(async move {
        // Without the picture there is the secret below it.
        picture.try_set(qr::draw(&uri).await.unwrap_or_default());
    });
    let picture = maybe(move || {
        let address = Some(picture.get()).filter(|address| !address.is_empty())?;
        Some(el("img", "qr").attr("src", address).attr("alt", words::TOTP_QR_ALT).into())
    });
    let field =
        Field { name: "totp", label: words::SECOND_CODE, hint: "", kind: "text", autocomplete: "one-time-code" };
    el("form", "stack")
        .attr("novalidate", "")
        .on_submit(send)
        .child(el("p", "").text(words::TOTP_SCAN))
        .child(el("div", "center").child(picture))
        .child(
            el("p", "small").text(words::TOTP_SECRET).text(" ").child(copy(start.secret.clone(), words::TOTP_SECRET)),
        )
        .child(field.show(code, Signal::stored(None)))
        .child(el("div", "row").child(submit("button primary", words::TOTP_CONFIRM, doing.busy)))
        .into()
}

fn show_codes(codes: Vec<String>, kept: impl Fn() + 'static) -> AnyView {
    let all = codes.join("\n");
    let items = codes.into_iter().map(|code| el("li", "").child(el("code", "").text(code)).view());
    el("div", "stack")
        .child(el("h3", "").text(words::CODES_TITLE))
        .child(el("p", "").text(words::CODES_LEAD))
        .child(el("ul", "codes").children(items))
        .child(el("div", "row").child(copy_all(all)).child(button("button primary", words::CODES_KEPT, kept)))
        .into()
}

fn copy_all(text: String) -> AnyView {
    let live = crate::components::live::Live::of_app();
    let act = move || {
        let writing = window().navigator().clipboard().write_text(&text);
        leptos::task::spawn_local(async move {
            let done = wasm_bindgen_futures::JsFuture::from(writing).await.is_ok();
            live.toast(if done { words::COPIED } else { words::COPY_FAILED });
        });
    };
    button("button", words::COPY, act)
}
