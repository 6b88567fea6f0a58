//! `/account`: the person's name, their password, and what else protects their sign-in.

mod passkeys;
mod profile;
mod second;
mod sessions;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::sign_in::Security;

use crate::api::{self, Fault};
use crate::components::el::{El, el, maybe};
use crate::components::fault::fault_notice;
use crate::components::live::Live;
use crate::components::page::{Width, plain_page};
use crate::components::skeleton::skeleton;
use crate::load::Loader;
use crate::words;

use super::guard::signed_in;

/// The page.
pub(crate) fn account() -> AnyView {
    plain_page(Width::Medium, words::ACCOUNT_TITLE, signed_in(content))
}

fn content() -> AnyView {
    let security: Loader<Security> = Loader::new(api::get_security);
    let protected = security.show(
        || skeleton("stack", 2, "skeleton medium"),
        move |found| {
            let second = second::second_step(&found, security);
            el("div", "stack wide").child(second).child(passkeys::passkeys(found, security)).into()
        },
    );
    el("div", "stack wide")
        .child(profile::profile())
        .child(profile::password())
        .child(protected)
        .child(sessions::sessions())
        .into()
}

/// A part of the page, with its heading.
fn section(title: &'static str) -> El {
    el("section", "card stack").attr("aria-label", title).child(el("h2", "").text(title))
}

/// Something that is being done in a part of the page, and what became of it.
#[derive(Clone, Copy)]
struct Doing {
    busy: RwSignal<bool>,
    fault: RwSignal<Option<Fault>>,
    live: Live,
}

impl Doing {
    fn new() -> Self {
        Self { busy: RwSignal::new(false), fault: RwSignal::new(None), live: Live::of_app() }
    }

    /// Does it, unless something is being done; `done` runs when it succeeded.
    fn run<T: 'static>(self, work: impl Future<Output = Result<T, Fault>> + 'static, done: impl FnOnce(T) + 'static) {
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
    fn notice(self) -> AnyView {
        maybe(move || {
            let mut fault = self.fault.get()?;
            if let Some(wrong) = fault.fields.first() {
                fault.detail.clone_from(&wrong.detail);
            }
            Some(fault_notice(&fault))
        })
    }
}
