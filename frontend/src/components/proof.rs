//! Asking again who is there, before something sensitive: a dialog over whatever page there is.
//!
//! No page knows of it: `api::client` asks when the server wants a proof, and sends the request again once it was given.

use std::cell::RefCell;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::sign_in::ProofRequest;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::button::{button, submit};
use super::dialog::dialog;
use super::el::{el, maybe};
use super::fault::fault_notice;
use super::field::Field;
use crate::api::{self, Fault};
use crate::load::whenever;
use crate::{passkey, words};

thread_local! {
    /// Opens the dialog; there is one on each page.
    static OPEN: RefCell<Option<RwSignal<bool>>> = const { RefCell::new(None) };
    /// Those who wait for its end.
    static WAITING: RefCell<Vec<js_sys::Function>> = const { RefCell::new(Vec::new()) };
}

/// Asks for a proof; true once it was given.
pub async fn ask() -> bool {
    let Some(open) = OPEN.with_borrow(|open| *open) else { return false };
    let end = js_sys::Promise::new(&mut |resolve, _| WAITING.with_borrow_mut(|waiting| waiting.push(resolve)));
    open.set(true);
    JsFuture::from(end).await.is_ok_and(|proved| proved.is_truthy())
}

fn end(proved: bool) {
    for resolve in WAITING.take() {
        // A promise's own function throws nothing.
        let _ = resolve.call1(&JsValue::UNDEFINED, &JsValue::from_bool(proved));
    }
}

/// The dialog, closed: once on every page.
pub fn proof_dialog() -> AnyView {
    let open = RwSignal::new(false);
    OPEN.set(Some(open));
    whenever(move || {
        if !open.get() {
            end(false);
        }
    });
    maybe(move || open.get().then(|| dialog(open, words::PROOF_TITLE, move || form(open))))
}

fn form(open: RwSignal<bool>) -> AnyView {
    let password = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let fault = RwSignal::new(None::<Fault>);
    let busy = RwSignal::new(false);
    let settle = move |answer: Result<(), Fault>| {
        busy.try_set(false);
        match answer {
            Ok(()) => {
                end(true);
                open.set(false);
            }
            Err(refused) => {
                let wrong = refused.fields.first().filter(|wrong| wrong.field == "password");
                error.try_set(wrong.map(|wrong| wrong.detail.clone()));
                fault.try_set(wrong.is_none().then_some(refused));
            }
        }
    };
    let send = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let password = Some(password.get_untracked());
        spawn_local(async move { settle(api::prove(&ProofRequest { password, totp: None, passkey: None }).await) });
    };
    let by_passkey = move || {
        spawn_local(async move {
            let answer = async {
                let passkey = Some(passkey::find(api::challenge_proof().await?).await?);
                api::prove(&ProofRequest { password: None, totp: None, passkey }).await
            };
            settle(answer.await);
        });
    };
    let field = Field {
        name: "proof-password",
        label: words::PASSWORD,
        hint: "",
        kind: "password",
        autocomplete: "current-password",
    };
    let other = passkey::can().then(|| button("button", words::PROOF_BY_PASSKEY, by_passkey));
    el("form", "stack")
        .attr("novalidate", "")
        .on_submit(send)
        .child(el("p", "").text(words::PROOF_LEAD))
        .child(maybe(move || fault.get().map(|fault| fault_notice(&fault))))
        .child(field.show(password, error.into()))
        .child(el("div", "row").child(submit("button primary", words::PROOF_VERB, busy)).maybe(other))
        .into()
}
