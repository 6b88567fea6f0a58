//! Icons of our own sprite. They decorate: the words beside them say what is meant.

use leptos::prelude::*;

/// The icon `name` of `/icons.svg`.
pub(crate) fn icon(name: &'static str) -> AnyView {
    view! { <svg class="icon" aria-hidden="true"><use href=format!("/icons.svg#{name}")></use></svg> }.into_any()
}
