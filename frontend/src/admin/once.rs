//! A secret that is shown once: an API token, a webhook's secret, an invitation's link. One layer for all pages, and only the
//! person closes it.

use leptos::prelude::*;

use crate::admin::layer::{body, layer};
use crate::admin::words;
use crate::components::button::button;
use crate::components::copy::copy;
use crate::components::el::el;
use crate::load::derived;
use crate::slot::Slot;

/// The layer.
#[derive(Clone, Copy)]
pub(crate) struct Once(Slot<Secret>);

/// A secret that cannot be read again.
pub(crate) struct Secret {
    /// What is there now: "The token is ready".
    pub title: &'static str,
    /// What to do with it, in sentences.
    pub detail: String,
    /// The secret.
    pub value: String,
    /// What the secret is, for those who hear the button that copies it.
    pub what: &'static str,
}

impl Once {
    /// One that shows nothing yet.
    pub(crate) fn new() -> Self {
        Self(Slot::empty())
    }

    /// Shows a secret.
    pub(crate) fn show(self, secret: Secret) {
        self.0.fill(secret);
    }

    /// The layer itself; stands once.
    pub(crate) fn dialog(self) -> AnyView {
        let open = derived(move || self.0.is_filled());
        let title = derived(move || self.0.with(|shown| shown.title.to_owned()).unwrap_or_default());
        let close = move || self.0.clear();
        layer("dialog once", "once", open, title, close, move || {
            let content = self.0.peek(|shown| {
                el("div", "stack")
                    .child(el("p", "").text(shown.detail.clone()))
                    .child(el("p", "strong").text(words::SHOWN_ONCE))
                    .child(copy(shown.value.clone(), shown.what))
                    .view()
            });
            let foot = el("div", "dialog-foot").child(button("button primary", words::KEPT_IT, close));
            el("div", "dialog-form").child(body(content.into_any())).child(foot).into()
        })
    }
}
