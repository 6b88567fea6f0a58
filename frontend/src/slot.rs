//! A signal of anything, compiled once.
//!
//! Leptos compiles a signal's code for each type it holds. What pages hold once (a license, a move) is held as `dyn Any`
//! here instead; the typed face is thin.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use leptos::prelude::*;

/// What is in a place.
pub type Held = Option<Arc<dyn Any + Send + Sync>>;

/// A place for a `T`, empty or filled, whose readers are told of a change.
pub struct Slot<T> {
    held: RwSignal<Held>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Slot<T> {}

impl<T: Send + Sync + 'static> Slot<T> {
    /// An empty one.
    pub fn empty() -> Self {
        Self { held: RwSignal::new(None), kind: PhantomData }
    }

    /// One whose content somebody else fills in; it must be a `T`.
    pub fn over(held: RwSignal<Held>) -> Self {
        Self { held, kind: PhantomData }
    }

    /// Fills it.
    pub fn fill(self, value: T) {
        // A page that has gone has no use for the news.
        self.held.try_set(Some(Arc::new(value)));
    }

    /// Empties it.
    pub fn clear(self) {
        self.held.try_set(None);
    }

    /// True when something is there. Tracks.
    pub fn is_filled(self) -> bool {
        self.held.with(Option::is_some)
    }

    /// What `read` makes of what is there. Tracks.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        self.held.get().and_then(|held| held.downcast_ref::<T>().map(read))
    }

    /// The same without being told of changes.
    pub fn peek<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        let held = self.held.try_get_untracked().flatten();
        held.and_then(|held| held.downcast_ref::<T>().map(read))
    }
}
