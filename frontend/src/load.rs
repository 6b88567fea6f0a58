//! Fetching for a page: loading, there, or failed with a way to try again.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Fault;
use crate::components::fault::fault_panel;

/// What a page has of what it asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Load<T> {
    /// Nothing yet.
    Loading,
    /// The answer.
    Ready(T),
    /// Why there is none.
    Failed(Fault),
}

/// Something fetched, and the way to fetch it again.
pub(crate) struct Loader<T: Send + Sync + 'static> {
    /// What there is.
    pub state: RwSignal<Load<T>>,
    round: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Loader<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loader<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Loader<T> {
    /// Fetches now, and again whenever something changes that `fetch` reads before its first `await`.
    pub(crate) fn new<F>(fetch: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, Fault>> + 'static,
    {
        let loader = Self { state: RwSignal::new(Load::Loading), round: RwSignal::new(0) };
        let latest = StoredValue::new(0_u32);
        Effect::new(move |_| {
            loader.round.track();
            let mine = latest.get_value().wrapping_add(1);
            latest.set_value(mine);
            let answer = fetch();
            spawn_local(async move {
                let answer = answer.await;
                // An older answer that arrives late, or after the page has gone, is dropped.
                if latest.try_get_value() == Some(mine) {
                    let answer = answer.map_or_else(Load::Failed, Load::Ready);
                    // The same answer again, as when following an order, redraws nothing.
                    if loader.state.with_untracked(|known| *known != answer) {
                        loader.state.set(answer);
                    }
                }
            });
        });
        loader
    }

    /// Fetches once more, showing the skeleton meanwhile.
    pub(crate) fn retry(self) {
        self.state.set(Load::Loading);
        self.round.update(|round| *round = round.wrapping_add(1));
    }

    /// Fetches once more, showing what there is meanwhile.
    pub(crate) fn refresh(self) {
        self.round.update(|round| *round = round.wrapping_add(1));
    }

    /// The answer, where there is one. Tracks.
    pub(crate) fn ready(self) -> Option<T> {
        match self.state.get() {
            Load::Ready(value) => Some(value),
            Load::Loading | Load::Failed(_) => None,
        }
    }

    /// The skeleton, the fault with "Try again", or what `view` makes of the answer.
    pub(crate) fn show(
        self,
        skeleton: impl Fn() -> AnyView + Send + 'static,
        view: impl Fn(T) -> AnyView + Send + 'static,
    ) -> AnyView {
        let busy = move || self.state.with(|state| matches!(state, Load::Loading)).to_string();
        let content = move || match self.state.get() {
            Load::Loading => skeleton(),
            Load::Failed(fault) => fault_panel(&fault, move || self.retry()),
            Load::Ready(value) => view(value),
        };
        view! { <div class="stack wide" aria-busy=busy>{content}</div> }.into_any()
    }
}
