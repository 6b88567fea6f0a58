//! Fetching for a page: loading, there, or failed with a way to try again.
//!
//! What is fetched is held as `dyn Any` within, so that the code that fetches and shows exists once and not once per
//! message; the typed face is thin.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Fault;
use crate::browser;
use crate::components::el::{dynamic, el};
use crate::components::fault::fault_panel;

type Answer = Arc<dyn Any + Send + Sync>;
type Fetch = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Answer, Fault>>>>>;
type View = Box<dyn Fn(&Answer) -> Option<AnyView> + Send>;

/// What a page has of what it asked for.
#[derive(Clone)]
enum State {
    Loading,
    Ready(Answer),
    Failed(Fault),
}

/// Something fetched, and the way to fetch it again.
pub(crate) struct Loader<T> {
    state: RwSignal<State>,
    round: RwSignal<u32>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Loader<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loader<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Loader<T> {
    /// Fetches now, and again whenever something changes that `fetch` reads before its first `await`.
    pub(crate) fn new<F>(fetch: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, Fault>> + 'static,
    {
        let loader = Self { state: RwSignal::new(State::Loading), round: RwSignal::new(0), kind: PhantomData };
        let fetch: Fetch = Box::new(move || {
            let answer = fetch();
            Box::pin(async move { Ok(Arc::new(answer.await?) as Answer) })
        });
        run(loader.state, loader.round, fetch, |left, right| {
            left.downcast_ref::<T>().is_some_and(|left| right.downcast_ref::<T>() == Some(left))
        });
        loader
    }

    /// Fetches once more, showing what there is meanwhile.
    pub(crate) fn refresh(self) {
        self.round.update(|round| *round = round.wrapping_add(1));
    }

    /// The answer, where there is one. Tracks.
    pub(crate) fn ready(self) -> Option<T> {
        self.state.with(|state| match state {
            State::Ready(answer) => answer.downcast_ref::<T>().cloned(),
            State::Loading | State::Failed(_) => None,
        })
    }

    /// A page's title: what `name` makes of the answer, nothing while that is awaited, `failed` when there is none.
    pub(crate) fn title(self, name: fn(T) -> String, failed: &'static str) -> Signal<String> {
        Signal::derive(move || match self.ready() {
            Some(answer) => name(answer),
            None if self.is_failed() => failed.to_owned(),
            None => String::new(),
        })
    }

    /// True when the last answer was a refusal, or none came. Tracks.
    pub(crate) fn is_failed(self) -> bool {
        self.state.with(|state| matches!(state, State::Failed(_)))
    }

    /// The skeleton, the fault with "Try again", or what `view` makes of the answer.
    pub(crate) fn show(
        self,
        skeleton: impl Fn() -> AnyView + Send + 'static,
        view: impl Fn(T) -> AnyView + Send + 'static,
    ) -> AnyView {
        let view = move |answer: &Answer| answer.downcast_ref::<T>().cloned().map(&view);
        show(self.state, self.round, Box::new(skeleton), Box::new(view))
    }
}

fn run(state: RwSignal<State>, round: RwSignal<u32>, fetch: Fetch, same: fn(&Answer, &Answer) -> bool) {
    let latest = StoredValue::new(0_u32);
    Effect::new(move |_| {
        round.track();
        let mine = latest.get_value().wrapping_add(1);
        latest.set_value(mine);
        let answer = fetch();
        spawn_local(async move {
            let answer = answer.await.map_or_else(State::Failed, State::Ready);
            // An older answer that arrives late, or after the page has gone, is dropped.
            if latest.try_get_value() != Some(mine) {
                return;
            }
            // The same answer again, as when following an order, redraws nothing.
            let known = state.with_untracked(|known| match (known, &answer) {
                (State::Ready(known), State::Ready(answer)) => same(known, answer),
                _ => false,
            });
            if !known {
                state.set(answer);
            }
        });
    });
}

fn show(
    state: RwSignal<State>,
    round: RwSignal<u32>,
    skeleton: Box<dyn Fn() -> AnyView + Send>,
    view: View,
) -> AnyView {
    let retry = move || {
        // The button that was pressed goes away: the focus goes to the heading instead of nowhere.
        browser::focus_on("h1");
        state.set(State::Loading);
        round.update(|round| *round = round.wrapping_add(1));
    };
    let busy = Signal::derive(move || state.with(|state| matches!(state, State::Loading)));
    let content = dynamic(move || match state.get() {
        State::Loading => skeleton(),
        State::Failed(fault) => fault_panel(&fault, retry),
        State::Ready(answer) => view(&answer).unwrap_or_else(|| ().into_any()),
    });
    el("div", "stack wide").aria("aria-busy", busy).child(content).into()
}
