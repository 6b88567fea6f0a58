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
use crate::components::el::{dynamic, el, keyed};
use crate::components::status::pass_status;
use crate::load::{Loader, derived};
use crate::portal::follow::ticking;
use crate::slot::Slot;
use crate::{intl, phrase, words};

/// How often "3 minutes ago" is looked at again.
const GLANCE: Duration = Duration::from_secs(20);

#[derive(Clone, Copy)]
struct Devices {
    license: Slot<License>,
    now: ReadSignal<Timestamp>,
    sign_out: SignOut,
    rename: Rename,
}

/// The section. Only what changed is drawn again, so that nobody loses the button under their finger.
pub(super) fn devices(license: Slot<License>, loader: Loader<License>) -> AnyView {
    let devices = Devices {
        license,
        now: ticking(GLANCE),
        sign_out: SignOut::new(license, loader),
        rename: Rename::new(license, loader),
    };
    let taken = |license: &License| words::devices_of(license.terminals.items.len(), license.terminals.limit);
    let taken = derived(move || license.with(taken).unwrap_or_default());
    let list = keyed(move || license.with(passes).unwrap_or_default(), move || devices.list());
    let head = el("div", "row apart")
        .child(el("h2", "").text(words::DEVICES_TITLE))
        .child(el("span", "muted number").text(taken));
    el("section", "card stack")
        .attr("aria-label", words::DEVICES_TITLE)
        .child(head)
        .child(list)
        .child(paragraphs("small muted", move || license.with(limits).unwrap_or_default()))
        .child(devices.sign_out.dialog())
        .into()
}

/// Lines of text as paragraphs, which follow what `lines` reads.
pub(super) fn paragraphs(class: &'static str, lines: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    let lines = Memo::new(move |_| lines());
    dynamic(move || {
        let line = |line: &str| el("p", class).text(line.to_owned()).view();
        lines.with(|lines| el("div", "stack tight").children(lines.lines().map(line)).into())
    })
}

/// Whose passes there are: the key of the list.
fn passes(license: &License) -> String {
    license.terminals.items.iter().map(|terminal| terminal.pass_id.to_string()).collect()
}

/// How often it may still be moved, and devices be signed out.
fn limits(license: &License) -> String {
    let until = license.moves.opens_at.map(intl::date);
    let recoveries = words::recoveries_left(license.moves.recoveries_left, until.as_deref());
    format!("{}\n{recoveries}", phrase::moves_left(license))
}

/// The device that has the pass.
pub(in crate::portal::pages) fn find(license: &License, pass_id: PassId) -> Option<&Terminal> {
    license.terminals.items.iter().find(|terminal| terminal.pass_id == pass_id)
}

impl Devices {
    fn list(self) -> AnyView {
        let list = |license: &License| {
            if license.terminals.items.is_empty() {
                return el("p", "muted").text(words::no_devices(&license.product.name)).into();
            }
            let cards = license.terminals.items.iter().map(|terminal| self.card(terminal));
            el("ul", "devices").children(cards).into()
        };
        self.license.peek(list).unwrap_or_else(|| ().into_any())
    }

    /// A text about the device, which follows it. Empty once the device has gone.
    fn text(self, pass_id: PassId, read: impl Fn(&License, &Terminal) -> String + Send + Sync + 'static) -> Reading {
        let read: About = Box::new(read);
        Box::new(move || {
            let found = self.license.with(|license| find(license, pass_id).map(|terminal| read(license, terminal)));
            found.flatten().unwrap_or_default()
        })
    }

    fn card(self, first: &Terminal) -> AnyView {
        let pass_id = first.pass_id;
        let name = derived(self.text(pass_id, |_, terminal| terminal.name.clone()));
        let standing = self.text(pass_id, |_, terminal| format!("{:?} {:?}", terminal.status, terminal.reason));
        let badge = keyed(standing, move || {
            let badge = |license: &License| find(license, pass_id).map(|found| pass_status(found.status, found.reason));
            self.license.peek(badge).flatten().into_any()
        });
        let is_renaming = move || self.rename.is_of(pass_id).to_string();
        let title = keyed(is_renaming, move || {
            if self.rename.is_of(pass_id) { self.rename.form(pass_id) } else { el("h3", "").text(name).into() }
        });
        let contact = self.text(pass_id, move |_, terminal| {
            let seen = terminal.last_seen_at;
            words::last_contact(&intl::relative(seen, self.now.get().max(seen)), &intl::date_time(seen))
        });
        let connected = words::connected_on(&intl::date(first.connected_at));
        el("li", "device stack tight")
            .child(el("div", "row apart").child(title).child(badge))
            .child(el("p", "small muted").text(derived(contact)))
            .child(el("p", "small muted").text(connected))
            .child(paragraphs("small", self.text(pass_id, notes)))
            .child(self.actions(pass_id, name))
            .into()
    }

    fn actions(self, pass_id: PassId, name: Signal<String>) -> AnyView {
        let labelled = move |act: &'static str| derived(move || words::of_device(act, &name.get()));
        let way = self.text(pass_id, |license, terminal| {
            match terminal.status {
                PassStatus::Valid if license.moving.allowed => words::MOVE_TO_DEVICE,
                PassStatus::Moving => words::SEE_MOVE,
                _ => "",
            }
            .to_owned()
        });
        let way = derived(way);
        let send = keyed(
            move || way.get(),
            move || {
                let address = self.license.peek(|license| format!("/licenses/{}/move/{pass_id}", license.license_id));
                let label = derived(move || words::of_device(&way.get(), &name.get()));
                let link = el("a", "button").attr("href", address.unwrap_or_default()).attr("aria-label", label);
                if way.get().is_empty() { ().into_any() } else { link.text(way).into() }
            },
        );
        let act = move |label: &'static str| plain("button quiet").attr("aria-label", labelled(label)).text(label);
        let rename = act(words::RENAME)
            .attr("id", Rename::button_id(pass_id))
            .on_click(move || self.rename.begin(pass_id, name.get_untracked()));
        let sign_out = act(words::SIGN_OUT).on_click(move || self.sign_out.ask(pass_id));
        el("div", "row").child(send).child(rename).child(sign_out).into()
    }
}

type About = Box<dyn Fn(&License, &Terminal) -> String + Send + Sync>;
type Reading = Box<dyn Fn() -> String + Send + Sync>;

/// What is to be known about the device beside its state, one thing on a line.
fn notes(license: &License, terminal: &Terminal) -> String {
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
    notes.join("\n")
}
