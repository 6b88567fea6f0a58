//! A modal dialog: the browser's own, so that focus and Escape behave.

use leptos::prelude::*;

use super::dynamic::{clicked, maybe};
use super::icon::icon;
use crate::words;

/// A dialog that shows while `open`. `content` is made anew each time it opens.
pub(crate) fn dialog(
    open: RwSignal<bool>,
    title: impl Into<String>,
    content: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let node = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            // Fails only when the element has left the page.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let close = || clicked(move || open.set(false));
    view! {
        <dialog class="dialog" node_ref=node on:close=move |_| open.set(false) aria-labelledby="dialog-title">
            <div class="dialog-head">
                <h2 id="dialog-title">{title.into()}</h2>
                <button type="button" class="button quiet" on:click=close() aria-label=words::CLOSE>{icon("close")}</button>
            </div>
            <div class="dialog-body" tabindex="0">{maybe(move || open.get().then(&content))}</div>
            <div class="dialog-foot"><button type="button" class="button" on:click=close()>{words::CLOSE}</button></div>
        </dialog>
    }
    .into_any()
}
