//! Buttons, and links that look like them.

use leptos::prelude::*;

use super::el::{El, Text, el};
use super::icon::icon;

/// A button that does something here. `class` names its variants: `"button primary"`.
pub fn button(class: &'static str, label: impl Into<Text>, act: impl Fn() + 'static) -> AnyView {
    plain(class).text(label).on_click(act).into()
}

/// A button still without content.
pub fn plain(class: &'static str) -> El {
    el("button", class).attr("type", "button")
}

/// The button of a form. While `busy` it stays focusable, says so and does nothing (the form's handler checks).
pub fn submit(class: &'static str, label: impl Into<Text>, busy: RwSignal<bool>) -> AnyView {
    el("button", class).attr("type", "submit").aria("aria-busy", busy).aria("aria-disabled", busy).text(label).into()
}

/// A link.
pub fn link(class: &'static str, label: impl Into<Text>, address: impl Into<Text>) -> AnyView {
    el("a", class).attr("href", address).text(label).into()
}

/// A link back to where this page hangs.
pub fn back_link(label: impl Into<Text>, address: impl Into<Text>) -> AnyView {
    el("a", "crumbs").attr("href", address).child(icon("back")).text(label).into()
}
