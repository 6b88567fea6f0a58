//! A list that comes in pages: skeleton, emptiness, fault, and "Show more".

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::Page;

use super::button::button;
use super::el::{dynamic, el, maybe, several};
use super::fault::fault_notice;
use crate::api::Fault;
use crate::load::Loader;
use crate::words;

/// Shows what `fetch` finds, page after page. `view` draws all items there are; `empty` stands where there are none.
pub fn list<T, F>(
    fetch: impl Fn(Option<String>) -> F + Copy + Send + 'static,
    skeleton: impl Fn() -> AnyView + Send + 'static,
    empty: impl Fn() -> AnyView + Send + 'static,
    view: impl Fn(Vec<T>) -> AnyView + Copy + Send + 'static,
) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    F: Future<Output = Result<Page<T>, Fault>> + 'static,
{
    let loader = Loader::new(move || fetch(None));
    // Whoever comes back to the page sees how things are now.
    let listener = window_event_listener_untyped("visibilitychange", move |_| {
        if !document().hidden() {
            loader.refresh();
        }
    });
    on_cleanup(move || listener.remove());
    loader.show(skeleton, move |first: Page<T>| {
        if first.items.is_empty() {
            return empty();
        }
        let items = RwSignal::new(first.items);
        let next = RwSignal::new(first.next);
        let busy = RwSignal::new(false);
        let fault = RwSignal::new(None);
        let more = move || {
            if busy.get_untracked() {
                return;
            }
            busy.set(true);
            spawn_local(async move {
                match fetch(next.get_untracked()).await {
                    Ok(page) => {
                        items.update(|items| items.extend(page.items));
                        next.set(page.next);
                        fault.set(None);
                    }
                    Err(refused) => fault.set(Some(refused)),
                }
                busy.set(false);
            });
        };
        let button = maybe(move || next.with(Option::is_some).then(|| button("button", words::SHOW_MORE, more)));
        let fault = maybe(move || fault.get().map(|fault| fault_notice(&fault)));
        several([dynamic(move || view(items.get())), fault, el("div", "row").child(button).view()])
    })
}
