//! A modal dialog: the browser's own, so that focus and Escape behave.

use std::cell::Cell;

use leptos::prelude::*;

use super::button::{button, plain};
use super::el::{Text, el, maybe, several};
use super::icon::icon;
use crate::load::whenever;
use crate::words;

/// A dialog that shows while `open`. `content` is made anew each time it opens.
pub fn dialog(open: RwSignal<bool>, title: impl Into<Text>, content: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    frame(open, title.into(), Box::new(content), button("button", words::CLOSE, move || open.set(false)))
}

/// A dialog that asks before something that cannot be undone: `verb` is the button that does it.
pub fn confirm(
    open: RwSignal<bool>,
    title: impl Into<Text>,
    content: impl Fn() -> AnyView + Send + 'static,
    verb: AnyView,
) -> AnyView {
    let keep = button("button", words::KEEP, move || open.set(false));
    frame(open, title.into(), Box::new(content), several([keep, verb]))
}

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// An id for the title: one dialog may stand above another.
fn next_id() -> String {
    let number = NEXT.get();
    NEXT.set(number.wrapping_add(1));
    format!("dialog-title-{number}")
}

fn frame(open: RwSignal<bool>, title: Text, content: Box<dyn Fn() -> AnyView + Send>, foot: AnyView) -> AnyView {
    let id = next_id();
    let node = NodeRef::<leptos::html::Dialog>::new();
    whenever(move || {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            // Fails only when the element has left the page.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let close = move || open.set(false);
    let cross = plain("button quiet").attr("aria-label", words::CLOSE).child(icon("close")).on_click(close);
    let parts = [
        el("div", "dialog-head").child(el("h2", "").attr("id", id.clone()).text(title)).child(cross).view(),
        el("div", "dialog-body").attr("tabindex", "0").child(maybe(move || open.get().then(&content))).view(),
        el("div", "dialog-foot").child(foot).view(),
    ];
    let parts = Vec::from(parts);
    view! {
        <dialog class="dialog" node_ref=node on:close=move |_| open.set(false) aria-labelledby=id>{parts}</dialog>
    }
    .into_any()
}
