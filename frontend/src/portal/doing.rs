//! Something that a page does for its reader, and what became of it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Fault;
use crate::components::el::maybe;
use crate::components::fault::fault_notice;
use crate::components::live::Live;

/// Something that is being done in a part of the page, and what became of it.
#[derive(Clone, Copy)]
pub(crate) struct Doing {
    /// True while it is being done.
    pub busy: RwSignal<bool>,
    /// Why it did not work.
    pub fault: RwSignal<Option<Fault>>,
    /// Where its end is said.
    pub live: Live,
}

impl Doing {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self { busy: RwSignal::new(false), fault: RwSignal::new(None), live: Live::of_app() }
    }

    /// Does it, unless something is being done; `done` runs when it succeeded.
    pub(crate) fn run<T: 'static>(
        self,
        work: impl Future<Output = Result<T, Fault>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.fault.set(None);
        spawn_local(async move {
            let answer = work.await;
            self.busy.try_set(false);
            match answer {
                Ok(answer) => done(answer),
                Err(fault) => {
                    self.fault.try_set(Some(fault));
                }
            }
        });
    }

    /// What went wrong; a wrong member of the request says more than the whole.
    pub(crate) fn notice(self) -> AnyView {
        maybe(move || {
            let mut fault = self.fault.get()?;
            if let Some(wrong) = fault.fields.first() {
                fault.detail.clone_from(&wrong.detail);
            }
            Some(fault_notice(&fault))
        })
    }
}
