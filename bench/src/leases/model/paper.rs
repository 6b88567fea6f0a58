//! The reference: licenses and leases, counted on paper.

use shared::id::LicenseId;

/// How many leases that have ended are remembered of a license: enough to return and extend them in vain.
const REMEMBERED: usize = 24;

/// Where a lease stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Not ended by anybody; its time may be over.
    Open,
    Returned,
    Expired,
    Ended,
}

impl Standing {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Returned => "returned",
            Self::Expired => "expired",
            Self::Ended => "ended",
        }
    }
}

/// A lease.
#[derive(Clone, Debug)]
pub(super) struct Lease {
    pub(super) id: String,
    pub(super) count: u64,
    pub(super) ends: i64,
    pub(super) standing: Standing,
}

/// A license.
pub(super) struct License {
    pub(super) id: LicenseId,
    /// What services name it by.
    pub(super) identifier: String,
    pub(super) seats: usize,
    pub(super) limit: u64,
    /// Whether uses come back when nobody returns a lease.
    pub(super) gives_back: bool,
    pub(super) is_suspended: bool,
    pub(super) spent: u64,
    pub(super) leases: Vec<Lease>,
}

/// What a check-out comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Granted { left: u64, seats_left: usize },
    Refused { status: u16, code: &'static str },
}

const fn refused(status: u16, code: &'static str) -> Expected {
    Expected::Refused { status, code }
}

impl License {
    /// How many leases stand at `now`.
    pub(super) fn taken(&self, now: i64) -> usize {
        self.leases.iter().filter(|lease| lease.standing == Standing::Open && now < lease.ends).count()
    }

    pub(super) const fn left(&self) -> u64 {
        self.limit - self.spent
    }

    /// The ids of the leases that nobody has ended, in order.
    pub(super) fn open(&self) -> Vec<&str> {
        let mut ids: Vec<_> = self.standing().map(|lease| lease.id.as_str()).collect();
        ids.sort_unstable();
        ids
    }

    fn standing(&self) -> impl Iterator<Item = &Lease> {
        self.leases.iter().filter(|lease| lease.standing == Standing::Open)
    }

    /// What checking out so many uses must come to at `now`. What is over has ended by then.
    pub(super) fn expect_check_out(&mut self, count: u64, now: i64) -> Expected {
        if self.is_suspended {
            return refused(403, "SUSPENDED");
        }
        self.settle(now);
        if self.taken(now) >= self.seats {
            return refused(409, "SEATS_EXHAUSTED");
        }
        if count > 0 && self.spent + count > self.limit {
            return refused(403, "USES_EXHAUSTED");
        }
        Expected::Granted { left: self.left() - count, seats_left: self.seats - self.taken(now) - 1 }
    }

    /// Writes down what was granted.
    pub(super) fn check_out(&mut self, id: String, count: u64, ends: i64) {
        self.spent += count;
        self.leases.push(Lease { id, count, ends, standing: Standing::Open });
        let ended = self.leases.len() - self.standing().count();
        if ended > REMEMBERED
            && let Some(oldest) = self.leases.iter().position(|lease| lease.standing != Standing::Open)
        {
            self.leases.remove(oldest);
        }
    }

    /// Ends the lease at `place` in whatever way; the uses that come back.
    pub(super) fn end(&mut self, place: usize, standing: Standing, unspent: u64) {
        if let Some(lease) = self.leases.get_mut(place)
            && lease.standing == Standing::Open
        {
            lease.standing = standing;
            self.spent -= unspent;
        }
    }

    /// Ends what is over at `now`.
    pub(super) fn settle(&mut self, now: i64) {
        for place in 0..self.leases.len() {
            self.settle_one(place, now);
        }
    }

    /// Ends the lease at `place` if it is over at `now`.
    pub(super) fn settle_one(&mut self, place: usize, now: i64) {
        let Some(lease) = self.leases.get(place) else { return };
        if now >= lease.ends {
            let unspent = if self.gives_back { lease.count } else { 0 };
            self.end(place, Standing::Expired, unspent);
        }
    }

    /// The vendor suspends the license: nothing of it stands any more.
    pub(super) fn suspend(&mut self, now: i64) {
        self.settle(now);
        for place in 0..self.leases.len() {
            let unspent = self.leases.get(place).map_or(0, |lease| if self.gives_back { lease.count } else { 0 });
            self.end(place, Standing::Ended, unspent);
        }
        self.is_suspended = true;
    }
}
