//! Signing a device out, which is the same as reporting it lost: asked first, with what it means.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::license::{License, Terminal};
use shared::id::PassId;

use super::devices::{find, paragraphs};
use crate::api::{self, Attempt, Fault};
use crate::components::button::plain;
use crate::components::dialog::confirm;
use crate::components::el::{el, maybe};
use crate::components::fault::fault_notice;
use crate::components::live::Live;
use crate::load::{Loader, derived};
use crate::slot::Slot;
use crate::{browser, intl, phrase, words};

/// Which device is to be signed out.
#[derive(Clone, Copy)]
pub(super) struct SignOut {
    license: Slot<License>,
    loader: Loader<License>,
    of: Slot<PassId>,
    open: RwSignal<bool>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
    attempt: Attempt,
    live: Live,
}

impl SignOut {
    /// None yet.
    pub(super) fn new(license: Slot<License>, loader: Loader<License>) -> Self {
        Self {
            license,
            loader,
            of: Slot::empty(),
            open: RwSignal::new(false),
            fault: RwSignal::new(None),
            busy: RwSignal::new(false),
            attempt: Attempt::new(),
            live: Live::of_app(),
        }
    }

    /// Opens the dialog about a device.
    pub(super) fn ask(self, pass_id: PassId) {
        self.fault.set(None);
        self.of.fill(pass_id);
        self.open.set(true);
    }

    /// A text about the device, which follows it.
    fn text(self, read: fn(&License, &Terminal) -> String) -> String {
        let Some(pass_id) = self.of.with(|pass_id| *pass_id) else { return String::new() };
        let found = self.license.with(|license| find(license, pass_id).map(|terminal| read(license, terminal)));
        found.flatten().unwrap_or_default()
    }

    /// The dialog.
    pub(super) fn dialog(self) -> AnyView {
        let title = derived(move || self.text(|_, terminal| words::sign_out_title(&terminal.name)));
        let is_possible = move || self.license.with(|license| license.moves.recoveries_left > 0) == Some(true);
        let verb = maybe(move || {
            let verb = plain("button danger")
                .aria("aria-busy", self.busy)
                .aria("aria-disabled", self.busy)
                .text(words::SIGN_OUT_DEVICE)
                .on_click(move || self.send());
            is_possible().then(|| verb.view())
        });
        confirm(self.open, title, move || self.consequence(), verb)
    }

    fn consequence(self) -> AnyView {
        let fault = maybe(move || self.fault.get().map(|fault| fault_notice(&fault)));
        el("div", "stack").child(paragraphs("", move || self.text(lines))).child(fault).into()
    }

    fn send(self) {
        let Some(pass_id) = self.of.peek(|pass_id| *pass_id).filter(|_| !self.busy.get_untracked()) else { return };
        self.busy.set(true);
        self.fault.set(None);
        let license_id = self.license.peek(|license| license.license_id.to_string()).unwrap_or_default();
        spawn_local(async move {
            let answer = api::recover_pass(&license_id, pass_id, self.attempt).await;
            self.busy.try_set(false);
            match answer {
                Ok(()) => {
                    self.open.try_set(false);
                    self.live.toast(words::DEVICE_SIGNED_OUT);
                    self.loader.refresh();
                    // The button that opened the dialog goes with its device.
                    browser::focus_on("h1");
                }
                Err(refused) => {
                    self.fault.try_set(Some(phrase::recovery_fault(refused)));
                }
            }
        });
    }
}

/// What signing the device out means, one thing on a line.
fn lines(license: &License, device: &Terminal) -> String {
    let mut lines = vec![words::sign_out_consequence(&license.product.name, &device.name)];
    let set_aside: u64 = device.slices.values().sum();
    if set_aside > 0 {
        lines.push(words::slices_lost(&words::uses(set_aside, &intl::number(set_aside))));
    }
    let until = license.moves.opens_at.map(intl::date);
    lines.push(words::recoveries_left(license.moves.recoveries_left, until.as_deref()));
    lines.join("\n")
}
