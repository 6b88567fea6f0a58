//! A short text with a button that copies it and says so.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::dynamic::clicked;
use super::icon::icon;
use super::live::Live;
use crate::words;

/// `text`, and the button; `what` names it for those who hear the button only.
pub(crate) fn copy(text: String, what: &'static str) -> AnyView {
    let live = Live::of_app();
    let shown = text.clone();
    let act = clicked(move || {
        let text = text.clone();
        spawn_local(async move {
            let done = JsFuture::from(window().navigator().clipboard().write_text(&text)).await.is_ok();
            live.toast(if done { words::COPIED } else { words::COPY_FAILED });
        });
    });
    view! {
        <span class="copy">
            <code>{shown}</code>
            <button type="button" class="button quiet" on:click=act>
                {icon("copy")}<span>{words::COPY}</span><span class="visually-hidden">" "{what}</span>
            </button>
        </span>
    }
    .into_any()
}
