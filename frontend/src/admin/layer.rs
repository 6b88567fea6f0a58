//! What lies over a page: the browser's own dialog, so that focus, Escape and what is behind behave.

use leptos::prelude::*;

use crate::admin::words;
use crate::components::button::plain;
use crate::components::el::{Text, el, maybe};
use crate::components::icon::icon;
use crate::load::whenever;

/// A layer that shows while `open`; `content` is made anew each time. `class` is `"dialog"` or `"dialog sheet"`; `name` tells
/// its title's id from those of other layers; `close` runs when the person closes it.
pub(crate) fn layer(
    class: &'static str,
    name: &'static str,
    open: Signal<bool>,
    title: impl Into<Text>,
    close: impl Fn() + Clone + Send + 'static,
    content: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
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
    let title_id = format!("{name}-title");
    let close_too = close.clone();
    let cross = plain("button quiet").attr("aria-label", words::CLOSE).child(icon("close")).on_click(close_too);
    let parts = vec![
        el("div", "dialog-head").child(el("h2", "").attr("id", title_id.clone()).text(title)).child(cross).view(),
        maybe(move || open.get().then(&content)),
    ];
    // The browser closes it on Escape; whoever opened it must know. Closed by ourselves it is closed already.
    let closed: Box<dyn Fn()> = Box::new(move || {
        if open.get_untracked() {
            close();
        }
    });
    view! { <dialog class=class node_ref=node on:close=move |_| closed() aria-labelledby=title_id>{parts}</dialog> }
        .into_any()
}

/// The scrolling part of a layer.
pub(crate) fn body(content: AnyView) -> AnyView {
    el("div", "dialog-body").attr("tabindex", "0").child(content).into()
}
