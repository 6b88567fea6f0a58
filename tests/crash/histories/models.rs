//! What is kept track of: a counter with a limit and the slices of it that are out, seats that are lent, and a move to one successor. Each is what a customer is
//! promised, said as simply as can be, without a word of how the server does it.

use std::collections::BTreeMap;

use super::checker::State;

/// A counter: so many uses are left, beside those in slices that devices spend alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Counter {
    pub(super) left: u64,
    /// The slice that a device has; without a name where nobody heard of it.
    open: BTreeMap<usize, (Option<String>, u64)>,
    /// How many uses of each slice that was settled were spent.
    settled: BTreeMap<String, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Count {
    /// So many were counted, and so many were left.
    Counted { count: u64, left: u64 },
    /// There were fewer than these.
    TooFew { count: u64 },
    /// Nobody heard what became of it.
    Lost { count: u64 },
    /// A device wanted so many in advance, and has them in a slice; so many were left.
    Sliced { device: usize, wanted: u64, slice: String, count: u64, left: u64 },
    /// The device has a slice already.
    HasSlice { device: usize },
    /// Nobody heard whether it has one now.
    LostSlice { device: usize, wanted: u64 },
    /// Of the slice so many are spent, settled now or before, and the rest is back; so many were left.
    Settled { slice: String, spent: u64, left: u64 },
    /// It was settled with another count.
    SettledOtherwise { slice: String, spent: u64 },
    /// Nobody heard whether it is settled.
    LostSettle { slice: String, spent: u64 },
    /// Somebody looked.
    Seen { left: u64 },
}

impl Counter {
    pub(super) const fn new(left: u64) -> Self {
        Self { left, open: BTreeMap::new(), settled: BTreeMap::new() }
    }

    fn count(&self, count: u64) -> Option<Self> {
        self.left.checked_sub(count).map(|left| Self { left, ..self.clone() })
    }

    /// As many as are wanted, or as there are.
    fn grant(&self, device: usize, wanted: u64, slice: Option<&String>) -> Option<Self> {
        let count = wanted.min(self.left);
        let mut after = self.count(count).filter(|_| count > 0)?;
        after.open.insert(device, (slice.cloned(), count)).is_none().then_some(after)
    }

    fn settle(&self, slice: &String, spent: u64) -> Option<Self> {
        let mut after = self.clone();
        let device = *self.open.iter().find(|(_, (open, _))| open.as_ref() == Some(slice))?.0;
        let (_, count) = after.open.remove(&device)?;
        after.left += count.checked_sub(spent)?;
        after.settled.insert(slice.clone(), spent);
        Some(after)
    }
}

impl State for Counter {
    type Act = Count;

    fn after(&self, act: &Count) -> Option<Self> {
        let unchanged = |is: bool| is.then(|| self.clone());
        match act {
            Count::Counted { count, left } => self.count(*count).filter(|after| after.left == *left),
            Count::TooFew { count } => unchanged(self.left < *count),
            Count::Lost { count } => self.count(*count),
            Count::Sliced { device, wanted, slice, count, left } => {
                let is_new = self.left == left + count && !self.settled.contains_key(slice);
                self.grant(*device, *wanted, Some(slice)).filter(|after| is_new && after.left == *left)
            }
            Count::HasSlice { device } => unchanged(self.open.contains_key(device)),
            Count::LostSlice { device, wanted } => self.grant(*device, *wanted, None),
            Count::Settled { slice, spent, left } => match self.settled.get(slice) {
                Some(before) => unchanged(before == spent && self.left == *left),
                None => self.settle(slice, *spent).filter(|after| after.left == *left),
            },
            Count::SettledOtherwise { slice, spent } => {
                unchanged(self.settled.get(slice).is_some_and(|before| before != spent))
            }
            Count::LostSettle { slice, spent } => self.settle(slice, *spent),
            Count::Seen { left } => unchanged(self.left == *left),
        }
    }
}

/// A license that is lent: leases take its seats, and uses that come back with them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Lending {
    pub(super) left: u64,
    pub(super) seats: u64,
    /// What each lease that stands has.
    open: BTreeMap<String, u64>,
    /// Leases that nobody heard of: they stand for as long as a history lasts.
    unheard: u64,
    /// What came back with those that have ended.
    ended: BTreeMap<String, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lend {
    /// Granted, with so many uses and seats left.
    CheckedOut { lease: String, count: u64, left: u64, seats_left: u64 },
    /// Every seat was taken.
    NoSeat,
    /// There was a seat, and fewer uses than these.
    NoUses { count: u64 },
    /// Nobody heard what became of it.
    LostCheckOut { count: u64 },
    /// The lease stands.
    Extended { lease: String },
    /// The lease was returned.
    Over { lease: String },
    /// It is back; so many came back with it, now or when it was returned first.
    Returned { lease: String, unspent: u64, returned: u64 },
    /// Nobody heard whether it is back.
    LostReturn { lease: String, unspent: u64 },
    /// Somebody looked.
    Seen { left: u64, taken: u64 },
}

impl Lending {
    pub(super) const fn new(left: u64, seats: u64) -> Self {
        Self { left, seats, open: BTreeMap::new(), unheard: 0, ended: BTreeMap::new() }
    }

    fn taken(&self) -> u64 {
        self.unheard + self.open.len() as u64
    }

    fn check_in(&self, lease: &str, unspent: u64) -> Option<Self> {
        let mut after = self.clone();
        let count = after.open.remove(lease)?;
        after.left += unspent;
        after.ended.insert(lease.to_owned(), unspent);
        (unspent <= count).then_some(after)
    }
}

impl State for Lending {
    type Act = Lend;

    fn after(&self, act: &Lend) -> Option<Self> {
        let unchanged = |is: bool| is.then(|| self.clone());
        match act {
            Lend::CheckedOut { lease, count, left, seats_left } => {
                let mut after = self.clone();
                after.left = self.left.checked_sub(*count)?;
                let is_new = after.open.insert(lease.clone(), *count).is_none() && !self.ended.contains_key(lease);
                let free = self.seats.checked_sub(after.taken())?;
                (is_new && after.left == *left && free == *seats_left).then_some(after)
            }
            Lend::NoSeat => unchanged(self.taken() == self.seats),
            Lend::NoUses { count } => unchanged(self.taken() < self.seats && self.left < *count),
            Lend::LostCheckOut { count } => {
                let left = self.left.checked_sub(*count)?;
                (self.taken() < self.seats).then(|| Self { left, unheard: self.unheard + 1, ..self.clone() })
            }
            Lend::Extended { lease } => unchanged(self.open.contains_key(lease)),
            Lend::Over { lease } => unchanged(self.ended.contains_key(lease)),
            Lend::Returned { lease, unspent, returned } => match self.ended.get(lease) {
                Some(before) => unchanged(before == returned),
                None => self.check_in(lease, *unspent).filter(|_| unspent == returned),
            },
            Lend::LostReturn { lease, unspent } => self.check_in(lease, *unspent),
            Lend::Seen { left, taken } => unchanged(self.left == *left && self.taken() == *taken),
        }
    }
}

/// A license on one device, which may be moved to one other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Moving {
    Here,
    /// It may be redeemed by this move; by none that anybody knows, where nobody heard of it.
    Offered(Option<String>),
    Gone {
        by: String,
        device: usize,
        /// The successor, as soon as anybody has heard of it.
        pass: Option<String>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Offered {
        by: String,
    },
    LostOffer,
    /// The device has this pass, now or since it redeemed the same move first.
    Redeemed {
        by: String,
        device: usize,
        pass: String,
    },
    /// Another device was first.
    Used {
        by: String,
        device: usize,
    },
    /// The move was cancelled.
    Over {
        by: String,
    },
    LostRedeem {
        by: String,
        device: usize,
    },
    /// The move is not on offer, and was not redeemed.
    Cancelled {
        by: String,
    },
    /// Too late to cancel.
    TooLate {
        by: String,
    },
    LostCancel {
        by: String,
    },
    /// The old pass worked, or was seen to.
    SeenHere,
    /// The old pass is being moved.
    SeenMoving,
    /// The old pass has moved.
    SeenGone,
    /// This pass is its successor.
    SeenSuccessor {
        pass: String,
    },
}

impl State for Moving {
    type Act = Move;

    fn after(&self, act: &Move) -> Option<Self> {
        let is_offered = |by: &str| matches!(self, Self::Offered(Some(open)) if open == by);
        let is_gone_by = |by: &str| matches!(self, Self::Gone { by: gone, .. } if gone == by);
        let unchanged = |is: bool| is.then(|| self.clone());
        match act {
            Move::Offered { by } => (*self == Self::Here).then(|| Self::Offered(Some(by.clone()))),
            Move::LostOffer => (*self == Self::Here).then_some(Self::Offered(None)),
            Move::Redeemed { by, device, pass } => match self {
                Self::Gone { by: gone, device: to, .. } if gone == by && to == device => self.with_successor(pass),
                _ => is_offered(by).then(|| Self::gone(by, *device, Some(pass))),
            },
            Move::Used { by, device } => match self {
                Self::Gone { by: gone, device: to, .. } => unchanged(gone == by && to != device),
                _ => None,
            },
            Move::Over { by } => unchanged(!is_offered(by) && !is_gone_by(by)),
            Move::LostRedeem { by, device } => is_offered(by).then(|| Self::gone(by, *device, None)),
            Move::Cancelled { by } if is_offered(by) => Some(Self::Here),
            Move::Cancelled { by } => unchanged(!is_gone_by(by)),
            Move::TooLate { by } => unchanged(is_gone_by(by)),
            Move::LostCancel { by } => is_offered(by).then_some(Self::Here),
            Move::SeenHere => unchanged(*self == Self::Here),
            Move::SeenMoving => unchanged(matches!(self, Self::Offered(_))),
            Move::SeenGone => unchanged(matches!(self, Self::Gone { .. })),
            Move::SeenSuccessor { pass } => self.with_successor(pass),
        }
    }
}

impl Moving {
    fn gone(by: &str, device: usize, pass: Option<&String>) -> Self {
        Self::Gone { by: by.to_owned(), device, pass: pass.cloned() }
    }

    /// With this successor, if it has no other.
    fn with_successor(&self, successor: &str) -> Option<Self> {
        match self {
            Self::Gone { by, device, pass } if pass.as_ref().is_none_or(|pass| pass == successor) => {
                Some(Self::gone(by, *device, Some(&successor.to_owned())))
            }
            _ => None,
        }
    }
}
