//! `/licenses/{license}/move/{pass}`: sending a license to another device: asked, offered, and how it ended.
//!
//! The code and the portable pass are held by this page alone: not in its address and not in the browser's storage.

mod carrier;

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::license::{License, Terminal};
use shared::api::moves::{Move, MoveOffered};
use shared::id::{MoveId, PassId};
use shared::license::MoveState;
use shared::refusal::RefusalCode;
use shared::verdict::PassStatus;

use crate::api::{self, Attempt, Fault};
use crate::components::button::{back_link, link, plain};
use crate::components::el::{dynamic, el, maybe, several};
use crate::components::fault::{alert_text, empty, fault_notice};
use crate::components::live::Live;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::follow::ticking;
use crate::load::Loader;
use crate::{browser, intl, phrase, words};

use super::guard::signed_in;
use super::license::{find, load, stale};

/// How often the server is asked how a move ended that is no longer open.
const ASK: Duration = Duration::from_secs(2);

/// The page.
pub(crate) fn send(license_id: String, pass_id: String) -> AnyView {
    let title = RwSignal::new(words::MOVE_TO_DEVICE.to_owned());
    let lead = RwSignal::new(String::new());
    let content = signed_in(move || content(license_id.clone(), &pass_id, title, lead));
    page(Width::Medium, title.into(), Some(lead.into()), content)
}

/// How far the page has come.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// The device has no pass any more, or never had.
    Gone,
    /// It cannot be moved: why.
    Refused(String),
    /// It may be moved: asks.
    Ask,
    /// A move is open, and this page has its code.
    Offered,
    /// A move is open whose code was shown elsewhere.
    Open,
    /// The move has ended.
    Settled,
}

#[derive(Clone, Copy)]
struct Sending {
    license: RwSignal<License>,
    loader: Loader<License>,
    pass_id: PassId,
    /// What the device is called, or was.
    device: RwSignal<String>,
    terminal: Memo<Option<Terminal>>,
    offered: RwSignal<Option<MoveOffered>>,
    settled: RwSignal<Option<Move>>,
    /// The move whose end is waited for.
    watched: RwSignal<Option<MoveId>>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
    attempt: Attempt,
    live: Live,
}

fn content(license_id: String, pass_id: &str, title: RwSignal<String>, lead: RwSignal<String>) -> AnyView {
    let back = format!("/licenses/{license_id}");
    let Ok(pass_id) = pass_id.parse::<PassId>() else { return gone(back) };
    let loader = load(license_id);
    let view = move |license: RwSignal<License>| {
        let terminal = Memo::new(move |_| license.with(|license| find(license, pass_id)));
        let sending = Sending {
            license,
            loader,
            pass_id,
            device: RwSignal::new(String::new()),
            terminal,
            offered: RwSignal::new(None),
            settled: RwSignal::new(None),
            watched: RwSignal::new(None),
            fault: RwSignal::new(None),
            busy: RwSignal::new(false),
            attempt: Attempt::new(),
            live: Live::of_app(),
        };
        sending.follow();
        Effect::new(move |_| title.set(sending.title()));
        Effect::new(move |_| lead.set(sending.lead()));
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
        if self.settled.with(Option::is_some) {
            return Stage::Settled;
        }
        if self.offered.with(Option::is_some) {
            return Stage::Offered;
        }
        self.terminal.with(|terminal| {
            let Some(terminal) = terminal else { return Stage::Gone };
            match terminal.status {
                PassStatus::Moving => Stage::Open,
                PassStatus::Valid => self.license.with(may_move).map_or(Stage::Ask, Stage::Refused),
                PassStatus::Suspended => Stage::Refused(words::REFUSED_SUSPENDED.to_owned()),
                PassStatus::Invalid => Stage::Gone,
            }
        })
    }

    /// "Moved to Firefox on Windows, 14:02" once it is.
    fn title(self) -> String {
        self.settled.with(|settled| match settled {
            Some(ended) => outcome(ended),
            None => words::MOVE_TO_DEVICE.to_owned(),
        })
    }

    fn lead(self) -> String {
        self.license.with(|license| words::from_device(&phrase::license_name(license), &self.device.get()))
    }

    /// Notices when the open move is over, whoever ended it, and asks how.
    fn follow(self) {
        let tick = ticking(ASK);
        Effect::new(move |_| {
            let (name, open) = self.terminal.with(|terminal| match terminal {
                Some(terminal) => (terminal.name.clone(), terminal.open_move.as_ref().map(|open| open.move_id)),
                None => (String::new(), None),
            });
            if !name.is_empty() && self.device.with_untracked(|known| *known != name) {
                self.device.set(name);
            }
            if self.settled.with(Option::is_some) {
                return;
            }
            let offered = self.offered.with(|offered| offered.as_ref().map(|offered| offered.move_id));
            let Some(watched) = offered.or(self.watched.get()).or(open) else { return };
            if self.watched.get_untracked() != Some(watched) {
                self.watched.set(Some(watched));
            }
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
        let is_awaited = self.watched.try_get_untracked().flatten() == Some(move_id);
        if found.state == MoveState::Offered || !is_awaited || self.settled.with_untracked(Option::is_some) {
            return;
        }
        self.live.say(&outcome(&found));
        self.offered.set(None);
        self.settled.set(Some(found));
        browser::focus_on("h1");
    }

    fn show(self) -> AnyView {
        let stage = Memo::new(move |_| self.stage());
        let fault = maybe(move || self.fault.get().map(|fault| fault_notice(&fault)));
        let content = dynamic(move || match stage.get() {
            Stage::Gone => self.license.with_untracked(|license| gone(format!("/licenses/{}", license.license_id))),
            Stage::Refused(why) => alert_text("warn", "", why),
            Stage::Ask => self.ask(),
            Stage::Offered => self.offered_card(),
            Stage::Open => self.open(),
            Stage::Settled => self.ended(),
        });
        several([fault, content])
    }

    fn ask(self) -> AnyView {
        let (device, what) = self.names();
        let start = self.verb("button primary large", words::START_MOVE, move || self.start(None));
        el("section", "card stack")
            .attr("aria-label", words::MOVE_TO_DEVICE)
            .child(el("h2", "").text(words::move_question(&what, &device)))
            .child(el("p", "").text(words::move_consequence(&device)))
            .child(el("p", "muted small").text(self.license.with_untracked(phrase::moves_left)))
            .child(el("div", "row").child(start))
            .into()
    }

    fn offered_card(self) -> AnyView {
        let Some(offered) = self.offered.get_untracked() else { return ().into_any() };
        let product = self.license.with_untracked(|license| license.product.clone());
        let card = carrier::carrier(&offered, &product);
        let cancel = self.verb("button", words::CANCEL_MOVE, move || self.cancel(offered.move_id));
        card.child(el("div", "row").child(cancel)).into()
    }

    fn open(self) -> AnyView {
        let open =
            self.terminal.with_untracked(|terminal| terminal.as_ref().and_then(|terminal| terminal.open_move.clone()));
        let until = open.as_ref().map(|open| words::waits_until(&intl::time(open.expires_at)));
        let buttons = open.map(|open| {
            let cancel = self.verb("button", words::CANCEL_MOVE, move || self.cancel(open.move_id));
            let again = self.verb("button primary", words::START_AGAIN, move || self.start(Some(open.move_id)));
            el("div", "row").child(again).child(cancel).view()
        });
        el("section", "card stack")
            .attr("aria-label", words::MOVE_OPEN)
            .child(el("h2", "").text(words::MOVE_OPEN))
            .maybe(until.map(|until| el("p", "strong").text(until).view()))
            .child(el("p", "").text(words::MOVE_OPEN_DETAIL))
            .maybe(buttons)
            .into()
    }

    fn ended(self) -> AnyView {
        let Some(ended) = self.settled.get_untracked() else { return ().into_any() };
        let (device, _) = self.names();
        let product = self.license.with_untracked(|license| license.product.name.clone());
        if ended.state == MoveState::Redeemed {
            return alert_text("good", "", words::works_not_again(&product, &device));
        }
        let again = self.verb("button primary", words::START_AGAIN, move || self.start(None));
        let why = (ended.state == MoveState::Expired).then(|| el("p", "").text(words::NOBODY_REDEEMED).view());
        el("section", "card stack")
            .attr("aria-label", words::MOVE_TO_DEVICE)
            .maybe(why)
            .child(el("p", "").text(words::works_again(&product, &device)))
            .child(el("div", "row").child(again))
            .into()
    }

    fn names(self) -> (String, String) {
        (self.device.get_untracked(), self.license.with_untracked(phrase::license_name))
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
            let answer = match open {
                Some(open) => api::cancel_move(open).await,
                None => Ok(()),
            };
            let answer = match answer {
                Ok(()) => api::offer_move(self.pass_id, self.attempt).await,
                Err(fault) => Err(fault),
            };
            match answer {
                Ok(offered) => {
                    self.watched.try_set(Some(offered.move_id));
                    self.settled.try_set(None);
                    self.offered.try_set(Some(offered));
                    browser::focus_on("#tab-qr");
                }
                Err(fault) => self.take_fault(fault),
            }
            self.busy.try_set(false);
        });
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

/// Why a valid pass of the license may not move now, where that is so.
fn may_move(license: &License) -> Option<String> {
    if !license.moving.allowed {
        return Some(words::REFUSED_STAYS.to_owned());
    }
    if license.moves.left == Some(0) {
        let opens_at = license.moves.opens_at.map(intl::date);
        return Some(opens_at.map_or_else(|| words::MOVES_USED_UP.to_owned(), |day| words::moves_open_again(&day)));
    }
    None
}

/// How the move ended, in a few words.
fn outcome(ended: &Move) -> String {
    match (ended.state, &ended.moved_to) {
        (MoveState::Redeemed, Some(to)) => words::moved_to(&to.name, &intl::time(to.at)),
        (MoveState::Redeemed, None) => words::MOVED.to_owned(),
        (MoveState::Expired, _) => words::MOVE_EXPIRED.to_owned(),
        (MoveState::Cancelled | MoveState::Offered, _) => words::MOVE_CANCELLED.to_owned(),
    }
}
