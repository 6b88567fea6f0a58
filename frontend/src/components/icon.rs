//! Icons of our own sprite, `assets/icons.svg`, which stands in the page. They decorate: the words beside them say what is meant.

use leptos::prelude::*;

/// The icon `name`.
pub fn icon(name: &'static str) -> AnyView {
    svg("icon", "0 0 24 24", format!("#icon-{name}"))
}

/// The product's mark.
pub fn mark() -> AnyView {
    svg("brand-mark", "0 0 32 32", "#icon-mark".to_owned())
}

fn svg(class: &'static str, view_box: &'static str, address: String) -> AnyView {
    view! { <svg class=class viewBox=view_box aria-hidden="true"><use href=address></use></svg> }.into_any()
}
