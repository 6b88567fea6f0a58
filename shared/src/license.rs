//! What a fulfilled order grants, and the rules by which passes are issued from it (mechanism L4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::PassId;
use crate::menu::{Counting, Leasing, Menu, Moving, Offline, Term};
use crate::quote::{Chosen, Selection, SelectionError, choose};
use crate::refusal::RefusalCode;
use crate::slug::{Feature, Slug};
use crate::time::{Period, Timestamp};
use crate::verdict;

mod acts;
mod claims;
mod goodwill;
mod leasing;
mod moves;
mod refresh;
mod refusal;
#[cfg(test)]
mod tests;
mod uses;

pub use acts::{Act, PassChange, refund_order};
pub use claims::{PassBinding, PortableBinding};
pub use goodwill::{ExtraMoves, MAX_EXTRA_MOVES};
pub use leasing::{CheckIn, CheckOut, Lease, LeaseState, Seats, Wanted, refuse_lease};
pub use moves::{
    MOVE_SECONDS, MOVE_TRIES, MoveState, MoveWindow, OfferedMove, Redemption, StatusReason, refuse_status,
};
pub use refresh::{Refresh, judge_refresh};
pub use refusal::Refusal;
pub use uses::{MAX_COUNT, OpenSlice, Settling, Slicing, Spending};

/// The part of a license that its rules decide about; ids and owners belong to the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct License {
    /// The offer it was bought from.
    pub offer: Slug,
    /// The version of the menu it was bought from.
    pub menu: u32,
    /// Whether it may be used.
    pub state: LicenseState,
    /// Grows by one with every move or recovery.
    pub epoch: u32,
    /// From when until when.
    pub term: LicenseTerm,
    /// What it grants; a counted feature has its counter.
    pub features: BTreeMap<Feature, Option<Counter>>,
    /// On how many devices at once.
    pub terminals: u32,
    /// How many leases at once.
    pub seats: u32,
    /// Whether and how often its passes move.
    pub moving: Moving,
    /// Moves that the vendor's team allowed beyond that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_moves: Option<ExtraMoves>,
    /// How its passes behave without contact.
    pub offline: Offline,
    /// How services check it out.
    #[serde(default, skip_serializing_if = "crate::menu::is_zero")]
    pub leasing: Leasing,
}

/// Whether a license may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LicenseState {
    /// It may.
    Active,
    /// Not now; the vendor may reinstate it.
    Suspended,
    /// Never again.
    Revoked,
}

/// From when until when a license holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LicenseTerm {
    /// From `starts_at`, until just before `ends_at`.
    Fixed {
        /// The first second.
        starts_at: Timestamp,
        /// The first second after.
        ends_at: Timestamp,
    },
    /// From `starts_at`, without end.
    Perpetual {
        /// The first second.
        starts_at: Timestamp,
    },
    /// Starts when the first pass is issued or a service first checks it out, and then lasts for `period`.
    FirstUse {
        /// How long it will last.
        period: Period,
    },
}

impl LicenseTerm {
    /// The first second after the term, where it has begun and has an end.
    pub const fn ends_at(self) -> Option<Timestamp> {
        match self {
            Self::Fixed { ends_at, .. } => Some(ends_at),
            Self::Perpetual { .. } | Self::FirstUse { .. } => None,
        }
    }
}

/// The count of one feature's uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counter {
    /// Uses per period or term; `null` is unlimited.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub limit: Option<u64>,
    /// Uses left; `null` is unlimited.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub left: Option<u64>,
    /// The limit is granted anew each such period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resets: Option<Period>,
    /// When the limit is granted anew next; absent without `resets`, or while the term has not begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resets_at: Option<Timestamp>,
    /// How many uses were ever counted, slices that are out among them.
    #[serde(default)]
    pub spent: u64,
    /// How many uses of `limit` the vendor's team added in this period; they are gone with it.
    #[serde(default, skip_serializing_if = "crate::menu::is_zero")]
    pub added: u64,
    /// When a use is counted.
    pub count: Counting,
}

/// A pass that is not `invalid`, as far as issuing cares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LivePass {
    /// Which.
    pub pass_id: PassId,
    /// The thumbprint of the terminal's key (RFC 7638).
    pub jkt: String,
}

/// What issuing a pass comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issue {
    /// The terminal has a pass of this license already; it gets that one again.
    Again(PassId),
    /// The browser had this pass before its storage was cleared; a new one takes its place.
    Instead(PassId),
    /// A new pass; the license continues as given (a `first_use` term has begun).
    New(License),
}

impl License {
    /// What a paid `selection` grants from `now` on.
    ///
    /// Errors: the selection's, as [`choose`]; field `term` when an `until:` term is over or a term leaves the calendar.
    pub fn grant(menu: &Menu, selection: &Selection, now: Timestamp) -> Result<Self, SelectionError> {
        let chosen = choose(menu, selection)?;
        let term = begin_term(chosen.term, now)
            .ok_or(SelectionError { field: "term".to_owned(), detail: "this term is already over" })?;
        Ok(Self {
            offer: chosen.offer.offer.clone(),
            menu: menu.menu,
            state: LicenseState::Active,
            epoch: 0,
            term,
            features: granted_features(&chosen),
            terminals: chosen.terminals,
            seats: chosen.seats,
            moving: chosen.offer.moving,
            extra_moves: None,
            offline: chosen.offer.offline,
            leasing: chosen.offer.leasing,
        })
    }

    /// Whether the terminal with the key thumbprint `jkt` gets a pass at `now`, given the license's `live` passes; `wiped` is
    /// the one among them that the same browser had for the same app, under a key that is lost.
    ///
    /// A pass in the place of a lost one is no new acquisition: no device is counted, and no use that is counted
    /// `on_issue`.
    ///
    /// Errors, in this order: `SUSPENDED`, `REVOKED`, `NOT_YET_VALID`, `TERM_ENDED`, `DEVICES_EXHAUSTED`,
    /// `USES_EXHAUSTED` of a feature that is counted `on_issue`.
    pub fn issue_pass(
        &self,
        live: &[LivePass],
        jkt: &str,
        wiped: Option<PassId>,
        now: Timestamp,
    ) -> Result<Issue, Refusal> {
        self.check_usable(now)?;
        if let Some(own) = live.iter().find(|pass| pass.jkt == jkt) {
            return Ok(Issue::Again(own.pass_id));
        }
        if let Some(lost) = wiped.filter(|wiped| live.iter().any(|pass| pass.pass_id == *wiped)) {
            return Ok(Issue::Instead(lost));
        }
        if live.len() >= self.terminals as usize {
            let detail = match self.terminals {
                1 => "This license is for one device, and that device has its pass.".to_owned(),
                limit => format!("This license is for {limit} devices, and each has its pass."),
            };
            return Err(Refusal::new(RefusalCode::DevicesExhausted, detail).with(verdict::Remedy::Move));
        }
        let mut next = self.begun(now)?.at(now);
        next.count_issue()?;
        Ok(Issue::New(next))
    }

    /// The license with its term begun, which a `first_use` term does now. Errors: `TERM_ENDED` beyond the calendar.
    fn begun(&self, now: Timestamp) -> Result<Self, Refusal> {
        let LicenseTerm::FirstUse { period } = self.term else { return Ok(self.clone()) };
        let ends_at = now.checked_add(period).ok_or_else(term_ended)?;
        Ok(Self { term: LicenseTerm::Fixed { starts_at: now, ends_at }, ..self.clone() })
    }

    /// Refuses when the license may not be used at `now`. Errors: the first four of [`License::issue_pass`].
    pub fn check_usable(&self, now: Timestamp) -> Result<(), Refusal> {
        self.check_state()?;
        let (starts_at, ends_at) = match self.term {
            LicenseTerm::Fixed { starts_at, ends_at } => (starts_at, Some(ends_at)),
            LicenseTerm::Perpetual { starts_at } => (starts_at, None),
            LicenseTerm::FirstUse { .. } => return Ok(()),
        };
        if now < starts_at {
            let early = RefusalCode::Judged(verdict::Code::NotYetValid);
            return Err(Refusal::new(early, "This license has not begun.").until(Some(starts_at)));
        }
        if ends_at.is_some_and(|ends_at| now >= ends_at) {
            return Err(term_ended());
        }
        Ok(())
    }

    /// Refuses when the vendor has suspended or revoked the license.
    fn check_state(&self) -> Result<(), Refusal> {
        let (code, detail) = match self.state {
            LicenseState::Active => return Ok(()),
            LicenseState::Suspended => (verdict::Code::Suspended, "The vendor has suspended this license."),
            LicenseState::Revoked => (verdict::Code::Revoked, "The vendor has revoked this license."),
        };
        Err(Refusal::new(RefusalCode::Judged(code), detail).with(verdict::Remedy::ContactVendor))
    }

    /// Until when a pass signed at `now` works without contact: the offline window, never past the term's end.
    pub fn pass_expires_at(&self, now: Timestamp) -> Timestamp {
        let window_end = now.checked_add(self.offline.window).unwrap_or(Timestamp::MAX);
        self.term.ends_at().map_or(window_end, |ends_at| ends_at.min(window_end))
    }
}

fn term_ended() -> Refusal {
    let ended = RefusalCode::Judged(verdict::Code::TermEnded);
    Refusal::new(ended, "The term of this license has ended.").with(verdict::Remedy::Renew)
}

fn begin_term(term: Term, now: Timestamp) -> Option<LicenseTerm> {
    let fixed = |ends_at| (ends_at > now).then_some(LicenseTerm::Fixed { starts_at: now, ends_at });
    match term {
        Term::For(period) => fixed(now.checked_add(period)?),
        Term::Until(date) => fixed(date.end()),
        Term::FirstUse(period) => Some(LicenseTerm::FirstUse { period }),
        Term::Perpetual => Some(LicenseTerm::Perpetual { starts_at: now }),
    }
}

fn granted_features(chosen: &Chosen<'_>) -> BTreeMap<Feature, Option<Counter>> {
    let counter = |feature: &Feature| {
        let (_, limit) = chosen.uses.iter().find(|(counted, _)| *counted == feature)?;
        let rule = chosen.offer.uses.iter().find(|uses| uses.feature == *feature)?;
        let (limit, resets) = (*limit, rule.resets);
        Some(Counter { limit, left: limit, resets, resets_at: None, spent: 0, added: 0, count: rule.count })
    };
    chosen.features.iter().map(|feature| ((*feature).clone(), counter(feature))).collect()
}
