//! Buttons, and links that look like them.

use leptos::prelude::*;

use super::dynamic::{clicked, truth};
use super::icon::icon;

/// A button that does something here. `class` is the component's variants: `"primary block"`.
pub(crate) fn button(class: &'static str, label: impl Into<String>, act: impl Fn() + 'static) -> AnyView {
    let (label, act) = (label.into(), clicked(act));
    view! { <button type="button" class=format!("button {class}") on:click=act>{label}</button> }.into_any()
}

/// The button of a form. While `busy` it stays focusable, says so and does nothing (the form's handler checks).
pub(crate) fn submit(class: &'static str, label: Signal<String>, busy: Signal<bool>) -> AnyView {
    let word = truth(busy);
    view! {
        <button
            type="submit"
            class=format!("button primary {class}")
            aria-busy=word
            aria-disabled=word
        >
            {label}
        </button>
    }
    .into_any()
}

/// A link that looks like a button.
pub(crate) fn button_link(class: &'static str, label: &'static str, href: impl Into<String>) -> AnyView {
    view! { <a class=format!("button {class}") href=href.into()>{label}</a> }.into_any()
}

/// A link back to where this page hangs.
pub(crate) fn back_link(label: impl Into<String>, href: impl Into<String>) -> AnyView {
    view! { <a class="crumbs" href=href.into()>{icon("back")}{label.into()}</a> }.into_any()
}
