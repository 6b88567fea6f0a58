//! What a license is to the reference: lists and numbers, as one would keep them on paper.

use serde_json::{Value, json};

/// What is bought in a history, and when it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) offer: &'static str,
    pub(super) term: &'static str,
    /// How many months the term has; `None` for ever.
    pub(super) months: Option<u32>,
    pub(super) devices: u32,
    /// Uses of `ai.render` per period or term.
    pub(super) uses: u64,
    /// The limit is granted anew each so many months.
    pub(super) resets: Option<u32>,
    /// The largest slice.
    pub(super) slice: u64,
    pub(super) moves: u32,
    pub(super) recoveries: u32,
    /// Moves and recoveries are counted per so many months.
    pub(super) per: u32,
}

/// What histories are about: one month and for ever, one device and three, with resets and without.
pub(super) const PLANS: [Plan; 4] = [
    Plan {
        offer: "pro",
        term: "P1Y",
        months: Some(12),
        devices: 3,
        uses: 12,
        resets: Some(1),
        slice: 5,
        moves: 3,
        recoveries: 2,
        per: 3,
    },
    Plan {
        offer: "pro",
        term: "perpetual",
        months: None,
        devices: 3,
        uses: 12,
        resets: Some(1),
        slice: 5,
        moves: 3,
        recoveries: 2,
        per: 3,
    },
    Plan {
        offer: "solo",
        term: "P1M",
        months: Some(1),
        devices: 1,
        uses: 20,
        resets: None,
        slice: 5,
        moves: 2,
        recoveries: 1,
        per: 12,
    },
    Plan {
        offer: "solo",
        term: "perpetual",
        months: None,
        devices: 2,
        uses: 20,
        resets: None,
        slice: 5,
        moves: 2,
        recoveries: 1,
        per: 12,
    },
];

/// When histories begin: on an ordinary day, and on days that other months do not have.
pub(super) const STARTS: [i64; 3] = [1_795_312_800, 1_801_396_800, 1_835_395_200];

impl Plan {
    pub(super) fn selection(&self) -> Value {
        json!({
            "offer": self.offer, "term": self.term, "terminals": self.devices, "features": ["ai.render"],
            "uses": {"ai.render": self.uses},
        })
    }
}

/// Where a pass stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Valid,
    Moving,
    Cloned,
    /// It went to another device, or was retired.
    Over,
}

/// A token of a pass, as some profile has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// How often the pass had been refreshed.
    pub(super) count: u64,
    pub(super) expires_at: i64,
}

#[derive(Clone, Debug)]
pub(super) struct Pass {
    pub(super) holder: usize,
    pub(super) standing: Standing,
    /// When it was retired without its device.
    pub(super) recovered_at: Option<i64>,
    pub(super) refreshes: u64,
    /// Which refresh was the last: keys are numbered.
    pub(super) last_key: Option<u32>,
    pub(super) tokens: Vec<Token>,
}

/// Where a move stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    Open,
    Redeemed { by: usize, at: i64 },
    Cancelled,
    Expired,
}

#[derive(Clone, Debug)]
pub(super) struct Move {
    pub(super) pass: usize,
    pub(super) offer: Offer,
    pub(super) expires_at: i64,
    pub(super) tries: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Slice {
    pub(super) pass: usize,
    pub(super) count: u64,
    pub(super) ends_at: i64,
    pub(super) settled: Option<Settled>,
}

/// How a slice was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// With so many spent; the rest came back.
    InTime(u64),
    /// After its end: all of it is spent.
    Late,
}

/// A request that was answered well, and may be delivered again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) at: i64,
    /// The move whose code it carries, if it does: a code may be guessed to death later.
    pub(super) code_of: Option<usize>,
}

/// What the server must answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answered {
    /// Nothing was asked.
    Silence,
    /// With these members.
    Well(u16, Vec<(&'static str, Value)>),
    /// With this code.
    Refused(&'static str),
}

/// A license and everything that belongs to it.
#[derive(Clone, Debug)]
pub(super) struct Paper {
    pub(super) plan: Plan,
    pub(super) start: i64,
    pub(super) now: i64,
    /// How often the license went to another device or lost one.
    pub(super) epoch: u32,
    /// Uses left in the present period.
    pub(super) left: u64,
    /// When the present period ends.
    pub(super) resets_at: Option<i64>,
    /// How many devices there are.
    pub(super) holders: usize,
    pub(super) passes: Vec<Pass>,
    pub(super) moves: Vec<Move>,
    pub(super) slices: Vec<Slice>,
    pub(super) sent: Vec<Sent>,
    pub(super) keys: u32,
    /// What the last act must be answered with.
    pub(super) answered: Answered,
}
