//! A short text with a button that copies it and says so.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::button::plain;
use super::el::el;
use super::icon::icon;
use super::live::Live;
use crate::words;

/// `text`, and the button; `what` names it for those who hear the button only.
pub fn copy(text: String, what: &'static str) -> AnyView {
    let live = Live::of_app();
    let code = el("code", "").text(text.clone());
    let act = move || {
        let writing = window().navigator().clipboard().write_text(&text);
        spawn_local(async move {
            let done = JsFuture::from(writing).await.is_ok();
            live.toast(if done { words::COPIED } else { words::COPY_FAILED });
        });
    };
    let button = plain("button quiet")
        .child(icon("copy"))
        .text(words::COPY)
        .child(el("span", "visually-hidden").text(format!(" {what}")))
        .on_click(act);
    el("span", "copy").child(code).child(button).into()
}
