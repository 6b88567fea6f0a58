//! Buttons, and links that look like them.

use leptos::prelude::*;

use super::icon::icon;

/// A button that does something here. `class` is the component's variants: `"primary block"`.
pub(crate) fn button(class: &'static str, label: impl IntoView + 'static, act: impl Fn() + 'static) -> AnyView {
    view! { <button type="button" class=format!("button {class}") on:click=move |_| act()>{label}</button> }.into_any()
}

/// The button of a form. While `busy` it stays focusable, says so and does nothing (the form's handler checks).
pub(crate) fn submit(class: &'static str, label: Signal<String>, busy: Signal<bool>) -> AnyView {
    view! {
        <button
            type="submit"
            class=format!("button primary {class}")
            aria-busy=move || busy.get().to_string()
            aria-disabled=move || busy.get().to_string()
        >
            {move || label.get()}
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
