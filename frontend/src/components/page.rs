//! What every page has: a title for the tab, a heading that takes the focus when the page appears, and `<main>`.

use std::cell::Cell;

use leptos::prelude::*;

use super::el::{dynamic, el};
use crate::browser;
use crate::load::{derived, whenever};
use crate::words;

thread_local! {
    static IS_FIRST: Cell<bool> = Cell::new(!browser::comes_from_our_pages());
}

/// How wide a page's content may become.
#[derive(Clone, Copy)]
pub enum Width {
    /// A form.
    Narrow,
    /// A text.
    Medium,
    /// Cards and columns.
    Full,
}

/// A page with `title` as its heading. An empty title stands for one that is still being fetched; `lead` is
/// the sentence below, where there is one.
pub fn page(width: Width, title: Signal<String>, lead: Option<Signal<String>>, content: AnyView) -> AnyView {
    whenever(move || {
        let title = title.get();
        document().set_title(&if title.is_empty() { words::PRODUCT.to_owned() } else { words::tab_title(&title) });
    });
    let heading = NodeRef::<leptos::html::H1>::new();
    whenever(move || {
        // The first page of a visit leaves the focus where the browser put it.
        if let Some(heading) = heading.get()
            && !IS_FIRST.replace(false)
        {
            // A heading with a tabindex always takes the focus.
            let _ = heading.focus();
        }
    });
    let class = match width {
        Width::Narrow => "page narrow",
        Width::Medium => "page medium",
        Width::Full => "page",
    };
    let text = derived(move || {
        Some(title.get()).filter(|title| !title.is_empty()).unwrap_or_else(|| words::LOADING.to_owned())
    });
    let is_loading = derived(move || title.with(String::is_empty));
    // While it is being fetched its place is kept, so that nothing below moves.
    let lead = lead.map(|lead| {
        dynamic(move || {
            let text = lead.get();
            if text.is_empty() { el("p", "lead waiting").into() } else { el("p", "lead").text(text).into() }
        })
    });
    // The only element that must be known to the code: it takes the focus.
    let title = view! { <h1 tabindex="-1" node_ref=heading class:skeleton-title=is_loading>{text}</h1> }.into_any();
    let head = el("div", "page-head").child(title).maybe(lead);
    el("main", class).attr("id", "main").child(head).child(content).into()
}

/// A page whose title is known from the start, without a sentence below it.
pub fn plain_page(width: Width, title: &'static str, content: AnyView) -> AnyView {
    page(width, Signal::stored(title.to_owned()), None, content)
}
