//! Asking again who is there, before something sensitive: a dialog over whatever page there is.
//!
//! No page knows of it: `api::client` asks when the server wants a proof, and sends the request again once it was given.

use std::cell::RefCell;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::sign_in::{ProofRequest, Security};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::button::{button, submit};
use super::dialog::dialog;
use super::el::{el, keyed, maybe};
use super::fault::fault_notice;
use super::field::Field;
use crate::api::{self, Fault};
use crate::load::{derived, whenever};
use crate::{browser, passkey, words};

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

/// What is typed, and what it is.
#[derive(Clone, Copy)]
struct Form {
    open: RwSignal<bool>,
    /// A code of the second step in place of the password.
    is_code: RwSignal<bool>,
    typed: RwSignal<String>,
    error: RwSignal<Option<String>>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
}

fn form(open: RwSignal<bool>) -> AnyView {
    let form = Form {
        open,
        is_code: RwSignal::new(false),
        typed: RwSignal::new(String::new()),
        error: RwSignal::new(None),
        fault: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    // What the account has besides its password; the password does while that is not known.
    let security = RwSignal::new(None::<Security>);
    spawn_local(async move {
        if let Ok(found) = api::get_security().await {
            security.try_set(Some(found));
        }
    });
    let by_other = maybe(move || {
        let has_codes = security.with(|found| found.as_ref().is_some_and(|found| found.totp));
        let label = if form.is_code.get() { words::PROOF_BY_PASSWORD } else { words::PROOF_BY_CODE };
        has_codes.then(|| button("button", label, move || form.change()))
    });
    let by_passkey = maybe(move || {
        let has_any = security.with(|found| found.as_ref().is_some_and(|found| !found.passkeys.is_empty()));
        (has_any && passkey::can()).then(|| button("button", words::PROOF_BY_PASSKEY, move || form.send(true)))
    });
    let lead = derived(move || if form.is_code.get() { words::PROOF_CODE_LEAD } else { words::PROOF_LEAD }.to_owned());
    browser::focus_on("[id^='proof-']");
    el("form", "stack")
        .attr("novalidate", "")
        .on_submit(move || form.send(false))
        .child(el("p", "").text(lead))
        .child(maybe(move || form.fault.get().map(|fault| fault_notice(&fault))))
        .child(keyed(move || form.is_code.get().to_string(), move || form.field()))
        .child(
            el("div", "row")
                .child(submit("button primary", words::PROOF_VERB, form.busy))
                .child(by_other)
                .child(by_passkey),
        )
        .into()
}

impl Form {
    fn field(self) -> AnyView {
        let field = if self.is_code.get_untracked() {
            ("proof-code", words::SECOND_CODE, "text", "one-time-code")
        } else {
            ("proof-password", words::PASSWORD, "password", "current-password")
        };
        let (name, label, kind, autocomplete) = field;
        Field { name, label, hint: "", kind, autocomplete }.show(self.typed, self.error.into())
    }

    fn change(self) {
        self.typed.set(String::new());
        self.error.set(None);
        self.is_code.update(|is_code| *is_code = !*is_code);
        browser::focus_on("[id^='proof-']");
    }

    fn send(self, by_passkey: bool) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let proof = if by_passkey { Self::ask_passkey().await } else { Ok(self.typed_proof()) };
            let answer = match proof {
                Ok(proof) => api::prove(&proof).await,
                Err(fault) => Err(fault),
            };
            self.busy.try_set(false);
            self.settle(answer);
        });
    }

    async fn ask_passkey() -> Result<ProofRequest, Fault> {
        let passkey = passkey::find(api::challenge_proof().await?).await?;
        Ok(ProofRequest { password: None, totp: None, recovery: None, passkey: Some(passkey) })
    }

    /// Codes of an app are digits; recovery codes have letters.
    fn typed_proof(self) -> ProofRequest {
        let typed = self.typed.get_untracked();
        let is_totp = typed.chars().all(|letter| letter.is_ascii_digit() || letter == ' ');
        let (password, totp, recovery) = match (self.is_code.get_untracked(), is_totp) {
            (false, _) => (Some(typed), None, None),
            (true, true) => (None, Some(typed), None),
            (true, false) => (None, None, Some(typed)),
        };
        ProofRequest { password, totp, recovery, passkey: None }
    }

    fn settle(self, answer: Result<(), Fault>) {
        match answer {
            Ok(()) => {
                end(true);
                self.open.set(false);
            }
            Err(refused) => {
                let typed = ["password", "totp", "recovery"];
                let wrong = refused.fields.first().filter(|wrong| typed.contains(&wrong.field.as_str()));
                self.error.try_set(wrong.map(|wrong| wrong.detail.clone()));
                self.fault.try_set(wrong.is_none().then_some(refused));
                browser::focus_on("[id^='proof-'][aria-invalid='true']");
            }
        }
    }
}
