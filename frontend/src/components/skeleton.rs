//! Placeholders of the final height.

use leptos::prelude::*;

use super::el::el;

/// `count` grey boxes of a kind (`"skeleton tall"`) within `class`: `"cards"` or `"stack"`.
pub fn skeleton(class: &'static str, count: usize, kind: &'static str) -> AnyView {
    let boxes = (0..count).map(|_| el("div", kind).view());
    el("div", class).attr("aria-hidden", "true").children(boxes).into()
}
