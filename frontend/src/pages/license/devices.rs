//! The devices of a license: where each stands, and what can be done with it.

use std::time::Duration;

use leptos::prelude::*;
use shared::api::license::{License, Terminal};
use shared::id::PassId;
use shared::license::StatusReason;
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use super::rename::Rename;
use super::sign_out::SignOut;
use crate::components::button::plain;
use crate::components::el::{dynamic, el, maybe};
use crate::components::status::pass_status;
use crate::follow::ticking;
use crate::load::Loader;
use crate::{intl, phrase, words};

/// How often "3 minutes ago" is looked at again.
const GLANCE: Duration = Duration::from_secs(20);

#[derive(Clone, Copy)]
struct Devices {
    license: RwSignal<License>,
    now: ReadSignal<Timestamp>,
    sign_out: SignOut,
    rename: Rename,
}

/// The section. Only what changed is drawn again.
pub(super) fn devices(license: RwSignal<License>, loader: Loader<License>) -> AnyView {
    let devices = Devices {
        license,
        now: ticking(GLANCE),
        sign_out: SignOut::new(license, loader),
        rename: Rename::new(license, loader),
    };
    let taken = Signal::derive(move || {
        license.with(|license| words::devices_of(license.terminals.items.len(), license.terminals.limit))
    });
    let passes = Memo::new(move |_| {
        license.with(|license| license.terminals.items.iter().map(|terminal| terminal.pass_id).collect::<Vec<_>>())
    });
    let list = dynamic(move || {
        let passes = passes.get();
        if passes.is_empty() {
            let detail = license.with_untracked(|license| words::no_devices(&license.product.name));
            return el("p", "muted").text(detail).into();
        }
        el("ul", "devices").children(passes.into_iter().map(|pass_id| devices.card(pass_id))).into()
    });
    let limits = Memo::new(move |_| license.with(limits));
    let head = el("div", "row apart")
        .child(el("h2", "").text(words::DEVICES_TITLE))
        .child(el("span", "muted number").text(taken));
    el("section", "card stack")
        .attr("aria-label", words::DEVICES_TITLE)
        .child(head)
        .child(list)
        .child(paragraphs("small muted", limits))
        .child(devices.sign_out.dialog())
        .into()
}

/// Paragraphs that follow a signal.
pub(super) fn paragraphs(class: &'static str, lines: Memo<Vec<String>>) -> AnyView {
    dynamic(move || {
        let line = |line: String| el("p", class).text(line).view();
        el("div", "stack tight").children(lines.get().into_iter().map(line)).into()
    })
}

/// How often it may still be moved, and devices be signed out.
fn limits(license: &License) -> Vec<String> {
    let until = license.moves.opens_at.map(intl::date);
    vec![phrase::moves_left(license), words::recoveries_left(license.moves.recoveries_left, until.as_deref())]
}

/// The device that has the pass.
pub(in crate::pages) fn find(license: &License, pass_id: PassId) -> Option<Terminal> {
    license.terminals.items.iter().find(|terminal| terminal.pass_id == pass_id).cloned()
}

impl Devices {
    fn card(self, pass_id: PassId) -> AnyView {
        let Some(first) = self.license.with_untracked(|license| find(license, pass_id)) else { return ().into_any() };
        let connected = words::connected_on(&intl::date(first.connected_at));
        let terminal =
            Memo::new(move |_| self.license.with(|license| find(license, pass_id)).unwrap_or_else(|| first.clone()));
        let name = Memo::new(move |_| terminal.with(|terminal| terminal.name.clone()));
        let status = Memo::new(move |_| terminal.with(|terminal| (terminal.status, terminal.reason)));
        let badge = dynamic(move || {
            let (status, reason) = status.get();
            pass_status(status, reason)
        });
        let is_renaming = Memo::new(move |_| self.rename.is_of(pass_id));
        let title = dynamic(move || {
            if is_renaming.get() { self.rename.form(pass_id) } else { el("h3", "").text(Signal::from(name)).into() }
        });
        let seen = Memo::new(move |_| terminal.with(|terminal| terminal.last_seen_at));
        let contact = Signal::derive(move || {
            let seen = seen.get();
            words::last_contact(&intl::relative(seen, self.now.get().max(seen)), &intl::date_time(seen))
        });
        let notes = Memo::new(move |_| self.license.with(|license| terminal.with(|terminal| notes(license, terminal))));
        el("li", "device stack tight")
            .child(el("div", "row apart").child(title).child(badge))
            .child(el("p", "small muted").text(contact))
            .child(el("p", "small muted").text(connected))
            .child(paragraphs("small", notes))
            .child(self.actions(pass_id, name, status))
            .into()
    }

    fn actions(self, pass_id: PassId, name: Memo<String>, status: Memo<(PassStatus, Option<StatusReason>)>) -> AnyView {
        let labelled = move |act: &'static str| Signal::derive(move || words::of_device(act, &name.get()));
        let allowed = Memo::new(move |_| self.license.with(|license| license.moving.allowed));
        let send = maybe(move || {
            let label = match status.get().0 {
                PassStatus::Valid if allowed.get() => words::MOVE_TO_DEVICE,
                PassStatus::Moving => words::SEE_MOVE,
                _ => return None,
            };
            let license_id = self.license.with_untracked(|license| license.license_id);
            let address = format!("/licenses/{license_id}/move/{pass_id}");
            Some(el("a", "button").attr("href", address).attr("aria-label", labelled(label)).text(label).view())
        });
        let act = move |label: &'static str| plain("button quiet").attr("aria-label", labelled(label)).text(label);
        let rename = act(words::RENAME)
            .attr("id", Rename::button_id(pass_id))
            .on_click(move || self.rename.begin(pass_id, name.get_untracked()));
        let sign_out = act(words::SIGN_OUT).on_click(move || self.sign_out.ask(pass_id));
        el("div", "row").child(send).child(rename).child(sign_out).into()
    }
}

/// What is to be known about the device beside its state.
fn notes(license: &License, terminal: &Terminal) -> Vec<String> {
    let mut notes = Vec::new();
    match terminal.reason {
        Some(StatusReason::Cloned) => notes.push(words::CLONED_HELP.to_owned()),
        Some(StatusReason::Vendor | StatusReason::License) => notes.push(words::VENDOR_HELP.to_owned()),
        _ => {}
    }
    if let Some(open) = &terminal.open_move {
        notes.push(words::waits_until(&intl::time(open.expires_at)));
    }
    for (feature, count) in &terminal.slices {
        let name = license.features.get(feature).map_or(feature.as_str(), |feature| &feature.name);
        notes.push(words::set_aside(&words::uses(*count, &intl::number(*count)), name));
    }
    notes
}
