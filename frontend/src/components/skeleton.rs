//! Placeholders of the final height.

use leptos::prelude::*;

/// `count` grey boxes of a kind (`"tall"`, `"medium"`, `"low"`) in the grid of cards.
pub(crate) fn skeleton_cards(count: usize, kind: &'static str) -> AnyView {
    let boxes = (0..count).map(|_| view! { <div class=format!("skeleton {kind}")></div> }.into_any()).collect::<Vec<_>>();
    view! { <div class="cards" aria-hidden="true">{boxes}</div> }.into_any()
}

/// `count` grey boxes below one another.
pub(crate) fn skeleton_stack(count: usize, kind: &'static str) -> AnyView {
    let boxes = (0..count).map(|_| view! { <div class=format!("skeleton {kind}")></div> }.into_any()).collect::<Vec<_>>();
    view! { <div class="stack" aria-hidden="true">{boxes}</div> }.into_any()
}
