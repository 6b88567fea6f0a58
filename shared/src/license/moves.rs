//! Moving a pass to another device, exactly once at a time (mechanisms L6 to L9), and retiring that of a lost one.

use super::uses::period_around;
use super::{License, LivePass, Refusal};
use crate::refusal::RefusalCode;
use crate::time::Timestamp;
use crate::verdict::{Code, PassStatus, Remedy};

/// How long a move may be redeemed, in seconds.
pub const MOVE_SECONDS: i64 = 15 * 60;

/// How often the secret letters of a code may be guessed wrong: five tries at 49 bits.
pub const MOVE_TRIES: u32 = 5;

/// Why a pass is not `valid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum StatusReason {
    /// The vendor suspended or revoked the pass.
    Vendor,
    /// The vendor suspended or revoked its license.
    License,
    /// Two browser profiles refreshed it: one of them is a copy.
    Cloned,
    /// It went to another device.
    Moved,
    /// The customer retired it.
    Recovered,
    /// The same browser got another one, after its storage was cleared.
    Replaced,
}

/// What a pass that is not `valid` is refused with, everywhere.
pub fn refuse_status(status: PassStatus, reason: Option<StatusReason>) -> Result<(), Refusal> {
    match (status, reason) {
        (PassStatus::Valid, _) => Ok(()),
        (PassStatus::Moving, _) => Err(Code::BeingMoved.into()),
        (PassStatus::Suspended, Some(StatusReason::Cloned)) => {
            let detail = "This pass was used from two places at once, so it was suspended: one of them is a copy.";
            let refusal = Refusal::new(RefusalCode::Judged(Code::Suspended), detail);
            Err(refusal.with(Remedy::Recover))
        }
        (PassStatus::Suspended, _) => Err(Code::Suspended.into()),
        (PassStatus::Invalid, Some(StatusReason::Recovered)) => {
            let refusal = Refusal::new(RefusalCode::Judged(Code::Moved), "This device was signed out of its license.");
            Err(refusal.with(Remedy::Connect))
        }
        (PassStatus::Invalid, Some(StatusReason::Replaced)) => {
            let refusal = Refusal::new(RefusalCode::Judged(Code::Moved), "This browser has a newer pass by now.");
            Err(refusal.with(Remedy::Connect))
        }
        (PassStatus::Invalid, Some(StatusReason::Moved)) => Err(Code::Moved.into()),
        (PassStatus::Invalid, _) => Err(Code::Revoked.into()),
    }
}

/// The window in which moves and recoveries are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveWindow {
    /// Its first second.
    pub since: Timestamp,
    /// When the next one begins; `None` when the offer counts over the whole term.
    pub opens_at: Option<Timestamp>,
}

/// A move that was offered, as far as redeeming cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferedMove<'a> {
    /// Where it stands.
    pub state: MoveState,
    /// Until when it may be redeemed.
    pub expires_at: Timestamp,
    /// The thumbprint of the key that it moves away from.
    pub from_jkt: &'a str,
    /// The thumbprint of the key that redeemed it, if one has.
    pub redeemed_by: Option<&'a str>,
}

/// Where a move stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MoveState {
    /// It waits for a device that redeems it.
    Offered,
    /// Another device has the license now.
    Redeemed,
    /// It was taken back.
    Cancelled,
    /// Nobody redeemed it in time.
    Expired,
}

/// What redeeming a move comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redemption {
    /// This terminal has redeemed it already; it gets its pass again.
    Again,
    /// A successor is made; the license continues as given.
    Successor(License),
}

impl License {
    /// The window that `now` lies in: one `moving.per` after the other from the term's start, or all of the term.
    pub fn move_window(&self, now: Timestamp) -> MoveWindow {
        match (self.starts_at(), self.moving.per) {
            (Some(starts_at), Some(per)) => {
                let (since, opens_at) = period_around(starts_at, per, now);
                MoveWindow { since, opens_at }
            }
            _ => MoveWindow { since: Timestamp::from_unix(0), opens_at: None },
        }
    }

    /// How many more moves may be offered, when `moves` of the window are redeemed or on offer; `None` without a limit. Ask
    /// the license as it is in that window: [`License::at`].
    pub fn moves_left(&self, moves: u32) -> Option<u32> {
        if !self.moving.allowed {
            return Some(0);
        }
        let extra = self.extra_moves.map_or(0, |extra| extra.moves);
        self.moving.limit.map(|limit| limit.saturating_add(extra).saturating_sub(moves))
    }

    /// Whether a pass may be offered for moving at `now`, `moves` of the window being redeemed or on offer. Gives the time
    /// at which the offer ends.
    ///
    /// Errors, in this order: those of [`License::check_usable`]; the pass's status ([`refuse_status`]);
    /// `MOVE_NOT_ALLOWED`; `MOVE_LIMIT_REACHED`, with when there are moves again.
    pub fn offer_move(
        &self,
        status: PassStatus,
        reason: Option<StatusReason>,
        moves: u32,
        now: Timestamp,
    ) -> Result<Timestamp, Refusal> {
        self.check_usable(now)?;
        refuse_status(status, reason)?;
        if !self.moving.allowed {
            let detail = "This license stays on the device it was first used on.";
            return Err(Refusal::new(RefusalCode::MoveNotAllowed, detail));
        }
        if self.at(now).moves_left(moves) == Some(0) {
            return Err(limit_reached("Every move of this license is used", self.move_window(now)));
        }
        Ok(now.checked_add_seconds(MOVE_SECONDS).unwrap_or(Timestamp::MAX))
    }

    /// Whether the terminal with the key thumbprint `jkt` gets the license by this move at `now`; `live` are the license's
    /// passes that are not `invalid`, the moving one among them.
    ///
    /// Errors, in this order: `MOVE_USED`; `MOVE_EXPIRED`; those of [`License::check_usable`]; `SAME_DEVICE`.
    pub fn redeem_move(
        &self,
        offered: OfferedMove<'_>,
        live: &[LivePass],
        jkt: &str,
        now: Timestamp,
    ) -> Result<Redemption, Refusal> {
        let expired = |detail| Err(Refusal::new(RefusalCode::MoveExpired, detail));
        match offered.state {
            MoveState::Redeemed if offered.redeemed_by == Some(jkt) => {
                self.check_usable(now)?;
                return Ok(Redemption::Again);
            }
            MoveState::Redeemed => {
                let detail = "This move was redeemed by another device already.";
                return Err(Refusal::new(RefusalCode::MoveUsed, detail));
            }
            MoveState::Cancelled => return expired("This move was cancelled: start a new one on the other device."),
            MoveState::Expired => return expired("This move has expired: start a new one on the other device."),
            MoveState::Offered if now >= offered.expires_at => {
                return expired("This move has expired: start a new one on the other device.");
            }
            MoveState::Offered => {}
        }
        self.check_usable(now)?;
        if offered.from_jkt == jkt || live.iter().any(|pass| pass.jkt == jkt) {
            return Err(Refusal::new(RefusalCode::SameDevice, "The license is on this device already."));
        }
        Ok(Redemption::Successor(self.next_epoch()))
    }

    /// How many more devices may be retired without them, when `recoveries` of the window are used.
    pub const fn recoveries_left(&self, recoveries: u32) -> u32 {
        self.moving.recoveries.saturating_sub(recoveries)
    }

    /// Whether the customer may retire a pass without its device at `now`, `recoveries` of the window being used. Gives
    /// the license as it continues.
    ///
    /// Errors, in this order: `SUSPENDED` or `REVOKED` of the license; the pass's status, unless it is `valid`, `moving`
    /// or suspended as a copy; `MOVE_LIMIT_REACHED`, with when there are recoveries again.
    pub fn recover(
        &self,
        status: PassStatus,
        reason: Option<StatusReason>,
        recoveries: u32,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        self.check_state()?;
        let is_copied = status == PassStatus::Suspended && reason == Some(StatusReason::Cloned);
        if status != PassStatus::Moving && !is_copied {
            refuse_status(status, reason)?;
        }
        if self.recoveries_left(recoveries) == 0 {
            let refusal =
                limit_reached("Every device that this license lets you retire is retired", self.move_window(now));
            return Err(refusal.with(Remedy::ContactVendor));
        }
        Ok(self.next_epoch())
    }

    fn next_epoch(&self) -> Self {
        Self { epoch: self.epoch.saturating_add(1), ..self.clone() }
    }
}

fn limit_reached(what: &str, window: MoveWindow) -> Refusal {
    let detail = match window.opens_at {
        Some(opens_at) => format!("{what}. It opens again on {}.", opens_at.date()),
        None => format!("{what}."),
    };
    Refusal::new(RefusalCode::MoveLimitReached, detail).until(window.opens_at)
}
