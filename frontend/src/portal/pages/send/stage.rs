//! How far sending has come, and how it ended, in words.

use shared::api::license::License;
use shared::api::moves::Move;
use shared::id::PassId;
use shared::license::MoveState;
use shared::verdict::PassStatus;

use crate::portal::pages::license::find;
use crate::{intl, words};

/// How far the page has come.
pub(super) enum Stage {
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

impl Stage {
    /// Where the license has the pass, as long as this page knows no better.
    pub(super) fn of(license: &License, pass_id: PassId) -> Self {
        match find(license, pass_id).map(|terminal| terminal.status) {
            Some(PassStatus::Moving) => Self::Open,
            Some(PassStatus::Valid) => why_not(license).map_or(Self::Ask, Self::Refused),
            Some(PassStatus::Suspended) => Self::Refused(words::REFUSED_SUSPENDED.to_owned()),
            Some(PassStatus::Invalid) | None => Self::Gone,
        }
    }

    /// What tells stages apart.
    pub(super) fn key(self) -> String {
        match self {
            Self::Gone => "gone".to_owned(),
            Self::Refused(why) => why,
            Self::Ask => "ask".to_owned(),
            Self::Offered => "offered".to_owned(),
            Self::Open => "open".to_owned(),
            Self::Settled => "settled".to_owned(),
        }
    }
}

/// Why a valid pass of the license may not move now, where that is so.
fn why_not(license: &License) -> Option<String> {
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
pub(super) fn outcome(ended: &Move) -> String {
    match (ended.state, &ended.moved_to) {
        (MoveState::Redeemed, Some(to)) => words::moved_to(&to.name, &intl::time(to.at)),
        (MoveState::Redeemed, None) => words::MOVED.to_owned(),
        (MoveState::Expired, _) => words::MOVE_EXPIRED.to_owned(),
        (MoveState::Cancelled | MoveState::Offered, _) => words::MOVE_CANCELLED.to_owned(),
    }
}
