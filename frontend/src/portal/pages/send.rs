//! `/licenses/{license}/move/{pass}`: sending a license to another device: asked, offered, and how it ended.
//!
//! The code and the portable pass are held by this page alone: not in its address and not in the browser's storage.

mod carrier;
mod stage;

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::license::{License, OpenMove};
use shared::api::moves::{Move, MoveOffered};
use shared::id::{MoveId, PassId};
use shared::license::MoveState;
use shared::refusal::RefusalCode;

use crate::api::{self, Attempt, Fault};
use crate::components::button::{back_link, link, plain};
use crate::components::el::{el, keyed, maybe, several};
use crate::components::fault::{alert_text, empty, fault_notice};
use crate::components::live::Live;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::{Loader, whenever};
use crate::portal::follow::ticking;
use crate::slot::Slot;
use crate::{browser, intl, phrase, words};

use super::guard::signed_in;
use super::license::{find, load, stale};
use stage::{Stage, outcome};

/// How often the server is asked how a move ended that is no longer open.
const ASK: Duration = Duration::from_secs(2);

/// The page.
pub(crate) fn send(license_id: String, pass_id: String) -> AnyView {
    let title = RwSignal::new(words::MOVE_TO_DEVICE.to_owned());
    let lead = RwSignal::new(String::new());
    let content = signed_in(move || content(license_id.clone(), &pass_id, title, lead));
    page(Width::Medium, title.into(), Some(lead.into()), content)
}

#[derive(Clone, Copy)]
struct Sending {
    license: Slot<License>,
    loader: Loader<License>,
    pass_id: PassId,
    /// What the device is called, or was.
    device: RwSignal<String>,
    offered: Slot<MoveOffered>,
    settled: Slot<Move>,
    /// The move whose end is waited for.
    watched: Slot<MoveId>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
    attempt: Attempt,
    live: Live,
}

fn content(license_id: String, pass_id: &str, title: RwSignal<String>, lead: RwSignal<String>) -> AnyView {
    let back = format!("/licenses/{license_id}");
    let Ok(pass_id) = pass_id.parse::<PassId>() else { return gone(back) };
    let loader = load(license_id);
    let view = move |license: Slot<License>| {
        let sending = Sending {
            license,
            loader,
            pass_id,
            device: RwSignal::new(name(license, pass_id).unwrap_or_default()),
            offered: Slot::empty(),
            settled: Slot::empty(),
            watched: Slot::empty(),
            fault: RwSignal::new(None),
            busy: RwSignal::new(false),
            attempt: Attempt::new(),
            live: Live::of_app(),
        };
        sending.follow();
        whenever(move || {
            title.set(sending.title());
            lead.set(sending.lead());
        });
        sending.show()
    };
    let content = loader.show_live(|| skeleton("stack", 1, "skeleton tall"), view);
    several([stale(loader), content, el("div", "").child(back_link(words::BACK_TO_LICENSE, back)).view()])
}

fn gone(back: String) -> AnyView {
    let action = link("button primary", words::BACK_TO_LICENSE, back);
    empty("device", words::MOVE_GONE, words::MOVE_GONE_DETAIL, action)
}

impl Sending {
    fn stage(self) -> Stage {
        if self.settled.is_filled() {
            return Stage::Settled;
        }
        if self.offered.is_filled() {
            return Stage::Offered;
        }
        self.license.with(|license| Stage::of(license, self.pass_id)).unwrap_or(Stage::Gone)
    }

    /// "Moved to Firefox on Windows, 14:02" once it is.
    fn title(self) -> String {
        self.settled.with(outcome).unwrap_or_else(|| words::MOVE_TO_DEVICE.to_owned())
    }

    fn lead(self) -> String {
        let lead = |license: &License| match self.device.get() {
            device if device.is_empty() => phrase::license_name(license),
            device => words::from_device(&phrase::license_name(license), &device),
        };
        self.license.with(lead).unwrap_or_default()
    }

    /// The move that the license says is open. Tracks.
    fn open_move(self) -> Option<OpenMove> {
        self.license.with(|license| find(license, self.pass_id)?.open_move.clone()).flatten()
    }

    /// Notices when the open move is over, whoever ended it, and asks how.
    fn follow(self) {
        let tick = ticking(ASK);
        whenever(move || {
            if let Some(name) = name(self.license, self.pass_id)
                && self.device.with_untracked(|known| *known != name)
            {
                self.device.set(name);
            }
            let open = self.open_move().map(|open| open.move_id);
            if self.settled.is_filled() {
                return;
            }
            let offered = self.offered.with(|offered| offered.move_id);
            let known = self.watched.peek(|watched| *watched);
            let Some(watched) = offered.or(known).or(open) else { return };
            self.watched.fill(watched);
            // The license knows of the move a little later than this page, and of its end by itself.
            if open != Some(watched) {
                tick.track();
                spawn_local(async move { self.look(watched).await });
            }
        });
    }

    async fn look(self, move_id: MoveId) {
        // When nobody answers it is asked again soon.
        let Ok(found) = api::get_move(move_id).await else { return };
        let is_awaited = self.watched.peek(|watched| *watched == move_id) == Some(true);
        if found.state == MoveState::Offered || !is_awaited || self.settled.peek(|_| ()).is_some() {
            return;
        }
        self.live.say(&outcome(&found));
        self.offered.clear();
        self.settled.fill(found);
        browser::focus_on("h1");
    }

    fn show(self) -> AnyView {
        let fault = maybe(move || self.fault.get().map(|fault| fault_notice(&fault)));
        let back = move || self.license.peek(|license| format!("/licenses/{}", license.license_id)).unwrap_or_default();
        let content = keyed(
            move || self.stage().key(),
            move || match self.stage() {
                Stage::Gone => gone(back()),
                Stage::Refused(why) => alert_text("warn", "", why),
                Stage::Ask => self.ask(),
                Stage::Offered => self.carrier(),
                Stage::Open => self.open(),
                Stage::Settled => self.ended(),
            },
        );
        several([fault, content])
    }

    fn ask(self) -> AnyView {
        let device = self.device.get();
        let what = self.license.peek(phrase::license_name).unwrap_or_default();
        let start = self.verb("button primary large", words::START_MOVE, move || self.start(None));
        el("section", "card stack")
            .attr("aria-label", words::MOVE_TO_DEVICE)
            .child(el("h2", "").text(words::move_question(&what, &device)))
            .child(el("p", "").text(words::move_consequence(&device)))
            .child(el("p", "muted small").text(self.license.peek(phrase::moves_left).unwrap_or_default()))
            .child(el("div", "row").child(start))
            .into()
    }

    fn carrier(self) -> AnyView {
        let show = |offered: &MoveOffered| {
            let card = self.license.peek(|license| carrier::carrier(offered, &license.product))?;
            let move_id = offered.move_id;
            let cancel = self.verb("button", words::CANCEL_MOVE, move || self.cancel(move_id));
            Some(card.child(el("div", "row").child(cancel)).view())
        };
        self.offered.peek(show).flatten().into_any()
    }

    fn open(self) -> AnyView {
        let card =
            el("section", "card stack").attr("aria-label", words::MOVE_OPEN).child(el("h2", "").text(words::MOVE_OPEN));
        let Some(open) = self.open_move() else { return card.into() };
        let move_id = open.move_id;
        let cancel = self.verb("button", words::CANCEL_MOVE, move || self.cancel(move_id));
        let again = self.verb("button primary", words::START_AGAIN, move || self.start(Some(move_id)));
        card.child(el("p", "strong").text(words::waits_until(&intl::time(open.expires_at))))
            .child(el("p", "").text(words::MOVE_OPEN_DETAIL))
            .child(el("div", "row").child(again).child(cancel))
            .into()
    }

    fn ended(self) -> AnyView {
        let Some(state) = self.settled.peek(|ended| ended.state) else { return ().into_any() };
        let device = self.device.get();
        let product = self.license.peek(|license| license.product.name.clone()).unwrap_or_default();
        if state == MoveState::Redeemed {
            return alert_text("good", "", words::works_not_again(&product, &device));
        }
        let again = self.verb("button primary", words::START_AGAIN, move || self.start(None));
        let why = (state == MoveState::Expired).then(|| el("p", "").text(words::NOBODY_REDEEMED).view());
        el("section", "card stack")
            .attr("aria-label", words::MOVE_TO_DEVICE)
            .maybe(why)
            .child(el("p", "").text(words::works_again(&product, &device)))
            .child(el("div", "row").child(again))
            .into()
    }

    fn verb(self, class: &'static str, label: &'static str, act: impl Fn() + 'static) -> AnyView {
        let act = move || {
            if !self.busy.get_untracked() {
                act();
            }
        };
        plain(class).aria("aria-busy", self.busy).aria("aria-disabled", self.busy).text(label).on_click(act).into()
    }

    /// Offers the pass, after taking back the move that is open.
    fn start(self, open: Option<MoveId>) {
        self.begin();
        spawn_local(async move {
            match self.offer(open).await {
                Ok(offered) => {
                    self.watched.fill(offered.move_id);
                    self.settled.clear();
                    self.offered.fill(offered);
                    browser::focus_on("#tab-qr");
                }
                Err(fault) => self.take_fault(fault),
            }
            self.busy.try_set(false);
        });
    }

    async fn offer(self, open: Option<MoveId>) -> Result<MoveOffered, Fault> {
        if let Some(open) = open {
            api::cancel_move(open).await?;
        }
        api::offer_move(self.pass_id, self.attempt).await
    }

    fn cancel(self, move_id: MoveId) {
        self.begin();
        spawn_local(async move {
            match api::cancel_move(move_id).await {
                // Another device was faster: the page says which.
                Err(fault) if !fault.is(RefusalCode::MoveUsed) => self.take_fault(fault),
                _ => self.look(move_id).await,
            }
            self.busy.try_set(false);
        });
    }

    fn begin(self) {
        self.busy.set(true);
        self.fault.set(None);
    }

    fn take_fault(self, fault: Fault) {
        self.fault.try_set(Some(phrase::move_fault(fault)));
        self.loader.refresh();
    }
}

/// What the device that has the pass is called. Tracks.
fn name(license: Slot<License>, pass_id: PassId) -> Option<String> {
    license.with(|license| find(license, pass_id).map(|terminal| terminal.name.clone())).flatten()
}
