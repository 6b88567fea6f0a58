//! Fetching for a page: loading, there, or failed with a way to try again.
//!
//! What is fetched is held as `dyn Any` within, so that the code that fetches and shows exists once and not once per
//! message; the typed face is thin.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Fault;
use crate::browser;
use crate::components::el::{dynamic, el, keyed};
use crate::components::fault::fault_panel;
use crate::slot::Slot;

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
pub struct Loader<T> {
    held: Held,
    kind: PhantomData<fn() -> T>,
}

#[derive(Clone, Copy)]
struct Held {
    state: RwSignal<State>,
    /// Another round is another fetch.
    round: RwSignal<u32>,
    /// Counts what was asked or told, so that an older answer does not replace a newer one.
    latest: StoredValue<u32>,
    /// True when the last answer could not be had, and what is shown is older.
    stale: RwSignal<bool>,
}

impl Held {
    fn next(self) -> u32 {
        let next = self.latest.get_value().wrapping_add(1);
        self.latest.set_value(next);
        next
    }
}

impl<T> Clone for Loader<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loader<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Loader<T> {
    /// Fetches now, and again whenever something changes that `fetch` reads before its first `await`.
    pub fn new<F>(fetch: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, Fault>> + 'static,
    {
        let held = Held {
            state: RwSignal::new(State::Loading),
            round: RwSignal::new(0),
            latest: StoredValue::new(0),
            stale: RwSignal::new(false),
        };
        let fetch: Fetch = Box::new(move || {
            let answer = fetch();
            Box::pin(async move { Ok(Arc::new(answer.await?) as Answer) })
        });
        run(held, fetch, Self::is_same);
        Self { held, kind: PhantomData }
    }

    fn is_same(left: &Answer, right: &Answer) -> bool {
        left.downcast_ref::<T>().is_some_and(|left| right.downcast_ref::<T>() == Some(left))
    }

    /// Believes `answer`, which came by itself, in place of what was fetched before.
    pub fn take(self, answer: T) {
        self.held.next();
        settle(self.held, Ok(Arc::new(answer)), Self::is_same);
    }

    /// Fetches once more, showing what there is meanwhile.
    pub fn refresh(self) {
        self.held.round.update(|round| *round = round.wrapping_add(1));
    }

    /// True when what is shown may be old, since the server could not be asked. Tracks.
    pub fn is_stale(self) -> bool {
        self.held.stale.get()
    }

    /// The answer, where there is one. Tracks.
    pub fn ready(self) -> Option<T> {
        self.held.state.with(|state| match state {
            State::Ready(answer) => answer.downcast_ref::<T>().cloned(),
            State::Loading | State::Failed(_) => None,
        })
    }

    /// A page's title: what `name` makes of the answer, nothing while that is awaited, `failed` when there is none.
    pub fn title(self, name: fn(T) -> String, failed: &'static str) -> Signal<String> {
        derived(move || match self.ready() {
            Some(answer) => name(answer),
            None if self.is_failed() => failed.to_owned(),
            None => String::new(),
        })
    }

    /// True when the last answer was a refusal, or none came. Tracks.
    pub fn is_failed(self) -> bool {
        self.held.state.with(|state| matches!(state, State::Failed(_)))
    }

    /// The skeleton, the fault with "Try again", or what `view` makes of the answer.
    pub fn show(
        self,
        skeleton: impl Fn() -> AnyView + Send + 'static,
        view: impl Fn(T) -> AnyView + Send + 'static,
    ) -> AnyView {
        let view = move |answer: &Answer| answer.downcast_ref::<T>().cloned().map(&view);
        show(self.held, Box::new(skeleton), Box::new(view))
    }

    /// The same for what changes while it is looked at: `view` is made once, and follows the answer it is given.
    pub fn show_live(
        self,
        skeleton: impl Fn() -> AnyView + Send + 'static,
        view: impl Fn(Slot<T>) -> AnyView + Send + 'static,
    ) -> AnyView {
        let live = RwSignal::new(None);
        show_live(self.held, live, Box::new(skeleton), Box::new(move || view(Slot::over(live))))
    }
}

type IsSame = fn(&Answer, &Answer) -> bool;
type Part = Box<dyn Fn() -> AnyView + Send>;

fn run(held: Held, fetch: Fetch, is_same: IsSame) {
    whenever(move || {
        held.round.track();
        let mine = held.next();
        let answer = fetch();
        spawn_local(async move {
            let answer = answer.await;
            // An older answer that arrives late, or after the page has gone, is dropped.
            if held.latest.try_get_value() == Some(mine) {
                settle(held, answer, is_same);
            }
        });
    });
}

fn settle(held: Held, answer: Result<Answer, Fault>, is_same: IsSame) {
    let has_any = held.state.with_untracked(|state| matches!(state, State::Ready(_)));
    // What is there is worth more than the news that nobody could be asked.
    let is_kept = answer.as_ref().is_err_and(|fault| has_any && !fault.definite);
    if held.stale.get_untracked() != is_kept {
        held.stale.set(is_kept);
    }
    // The same answer again, as when following an order, redraws nothing.
    let is_known = held.state.with_untracked(|known| match (known, &answer) {
        (State::Ready(known), Ok(answer)) => is_same(known, answer),
        _ => false,
    });
    if !is_kept && !is_known {
        held.state.set(answer.map_or_else(State::Failed, State::Ready));
    }
}

fn show(held: Held, skeleton: Part, view: View) -> AnyView {
    let content = dynamic(move || match held.state.get() {
        State::Loading => skeleton(),
        State::Failed(fault) => failed(held, &fault),
        State::Ready(answer) => view(&answer).unwrap_or_else(|| ().into_any()),
    });
    frame(held, content)
}

fn show_live(held: Held, live: RwSignal<Option<Answer>>, skeleton: Part, view: Part) -> AnyView {
    let keep = move |state: &State| {
        if let State::Ready(answer) = state {
            live.set(Some(Arc::clone(answer)));
        }
    };
    whenever(move || held.state.with(keep));
    let phase = move || {
        held.state.with(|state| match state {
            State::Loading => "loading".to_owned(),
            State::Ready(_) => "ready".to_owned(),
            State::Failed(fault) => fault.detail.clone(),
        })
    };
    let content = keyed(phase, move || match held.state.get() {
        State::Loading => skeleton(),
        State::Failed(fault) => failed(held, &fault),
        State::Ready(answer) => {
            // The effect may not have run yet.
            keep(&State::Ready(answer));
            view()
        }
    });
    frame(held, content)
}

fn failed(held: Held, fault: &Fault) -> AnyView {
    let retry = move || {
        // The button that was pressed goes away: the focus goes to the heading instead of nowhere.
        browser::focus_on("h1");
        held.state.set(State::Loading);
        held.round.update(|round| *round = round.wrapping_add(1));
    };
    fault_panel(fault, retry)
}

fn frame(held: Held, content: AnyView) -> AnyView {
    let busy = derived(move || held.state.with(|state| matches!(state, State::Loading)));
    el("div", "stack wide").aria("aria-busy", busy).child(content).into()
}

/// What `view` makes, a moment later: drawn in a task of its own, so that a page with much to draw answers in between.
pub fn later(view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let is_due = RwSignal::new(false);
    // The page may be gone by then.
    soon(move || {
        let _ = is_due.try_set(true);
    });
    dynamic(move || if is_due.get() { view() } else { el("div", "later").into() })
}

/// Does `act` in the browser's next task.
pub fn soon(act: impl FnOnce() + 'static) {
    let act: Box<dyn FnOnce()> = Box::new(act);
    set_timeout(act, Duration::ZERO);
}

/// Does `act` now, and again whenever something changes that it reads, for as long as the page lives.
///
/// One effect for all: Leptos compiles its own for each closure.
pub fn whenever(act: impl Fn() + 'static) {
    let act: Box<dyn Fn()> = Box::new(act);
    Effect::new(move |_| act());
}

/// A signal of what `read` makes of those it reads. Boxed for the same reason.
pub fn derived<T: Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Signal<T> {
    let read: Box<dyn Fn() -> T + Send + Sync> = Box::new(read);
    Signal::derive(read)
}
