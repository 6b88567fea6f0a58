//! Leases: a license is sent to a service for a while, counted, and comes back (mechanisms M2, M3 and M5).
//!
//! Which leases stand is the store's to know: the rules are told how many seats are taken, and decide.

use serde::{Deserialize, Serialize};

use super::uses::{MAX_COUNT, debit, period_of};
use super::{License, Refusal};
use crate::menu::{Counting, Unreturned};
use crate::refusal::RefusalCode;
use crate::slug::Feature;
use crate::time::Timestamp;
use crate::verdict::{Code, Remedy};

#[cfg(test)]
mod tests;

/// The seats of a license at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seats {
    /// How many are not to be had: leases that stand, and services that came before and wait.
    pub taken: u32,
    /// When the first of the leases ends.
    pub free_at: Option<Timestamp>,
}

/// What a service asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// A lease for one feature; without it, for the license as such.
    pub feature: Option<Feature>,
    /// How many uses to debit in advance; absent: one where check-outs are counted, else none.
    pub count: Option<u32>,
    /// For how many seconds.
    pub ttl_seconds: u32,
}

/// A lease as far as its rules care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The feature it is for.
    pub feature: Option<Feature>,
    /// How many uses were debited.
    pub count: u64,
    /// When it was checked out.
    pub checked_out_at: Timestamp,
    /// The first second at which it does not stand any more.
    pub expires_at: Timestamp,
}

/// Where a lease stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LeaseState {
    /// It holds a seat.
    Open,
    /// The service gave it back.
    Returned,
    /// Nobody gave it back before its end.
    Expired,
    /// The vendor suspended or revoked the license, and the lease with it.
    Ended,
}

/// What checking out comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckOut {
    /// The license afterwards.
    pub license: License,
    /// The lease.
    pub lease: Lease,
}

/// What the end of a lease comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckIn {
    /// The license afterwards.
    pub license: License,
    /// How many of its uses count as spent.
    pub spent: u64,
    /// How many came back.
    pub returned: u64,
}

impl License {
    /// Checks the license out at `now`. A `first_use` term begins.
    ///
    /// Errors, in this order: those of [`License::check_usable`]; field `ttl_seconds` outside the offer's bounds;
    /// `FEATURE_MISSING`; field `count` where nothing is counted, or outside its range; `SEATS_EXHAUSTED`, with when the
    /// first seat is free; `USES_EXHAUSTED`.
    pub fn check_out(&self, seats: Seats, wanted: &Wanted, now: Timestamp) -> Result<CheckOut, Refusal> {
        self.check_usable(now)?;
        let mut license = self.begun(now)?.at(now);
        let expires_at = license.lease_expires_at(wanted.ttl_seconds, now)?;
        let count = license.lease_count(wanted)?;
        if seats.taken >= self.seats {
            return Err(seats_exhausted(self.seats, seats.free_at));
        }
        if count > 0
            && let Some(counter) = wanted.feature.as_ref().and_then(|feature| license.features.get_mut(feature))
        {
            counter.as_mut().map_or(Ok(()), |counter| debit(counter, count))?;
        }
        let lease = Lease { feature: wanted.feature.clone(), count, checked_out_at: now, expires_at };
        Ok(CheckOut { license, lease })
    }

    /// Until when a lease that stands holds once it is extended at `now`: never shorter than before.
    ///
    /// Errors, in this order: those of [`License::check_usable`]; `LEASE_EXPIRED`; field `ttl_seconds` outside the offer's
    /// bounds.
    pub fn extend_lease(&self, lease: &Lease, ttl_seconds: u32, now: Timestamp) -> Result<Timestamp, Refusal> {
        self.check_usable(now)?;
        if now >= lease.expires_at {
            return Err(refuse_lease(LeaseState::Expired));
        }
        Ok(self.lease_expires_at(ttl_seconds, now)?.max(lease.expires_at))
    }

    /// Takes a lease back at `now`, of which `unspent` uses were not spent. They come back, unless the period that they were
    /// debited in is over. Holds whatever state the license is in.
    ///
    /// Errors: field `unspent` when it is more than the lease had.
    pub fn check_in(&self, lease: &Lease, unspent: u64, now: Timestamp) -> Result<CheckIn, Refusal> {
        if unspent > lease.count {
            return Err(Refusal::of_field("unspent", format!("The lease had {} uses.", lease.count)));
        }
        let (mut license, starts_at) = (self.at(now), self.starts_at());
        let counter = lease.feature.as_ref().and_then(|feature| license.features.get_mut(feature)?.as_mut());
        let Some(counter) = counter else { return Ok(CheckIn { license, spent: lease.count, returned: 0 }) };
        let begun = starts_at.and_then(|starts_at| period_of(starts_at, counter));
        let is_of_period = begun.is_none_or(|begun| lease.checked_out_at >= begun);
        let returned = if is_of_period { unspent } else { 0 };
        let full = counter.limit.unwrap_or(u64::MAX);
        counter.left = counter.left.map(|left| left.saturating_add(returned).min(full));
        counter.spent = counter.spent.saturating_sub(returned);
        Ok(CheckIn { license, spent: lease.count - returned, returned })
    }

    /// Ends a lease that nobody returned: its uses are spent or come back, as the offer says.
    pub fn expire_lease(&self, lease: &Lease, now: Timestamp) -> CheckIn {
        let unspent = match self.leasing.unreturned {
            Unreturned::Spent => 0,
            Unreturned::Returned => lease.count,
        };
        let kept = || CheckIn { license: self.clone(), spent: lease.count, returned: 0 };
        self.check_in(lease, unspent, now).unwrap_or_else(|_| kept())
    }

    /// When a lease of `ttl_seconds` from `now` on ends: never after the term.
    fn lease_expires_at(&self, ttl_seconds: u32, now: Timestamp) -> Result<Timestamp, Refusal> {
        let (least, most) = (self.leasing.min_seconds, self.leasing.max_seconds);
        if !(least..=most).contains(&ttl_seconds) {
            return Err(Refusal::of_field(
                "ttl_seconds",
                format!("A lease of this license lasts {least} to {most} seconds."),
            ));
        }
        let end = now.checked_add_seconds(ttl_seconds.into()).unwrap_or(Timestamp::MAX);
        Ok(self.term.ends_at().map_or(end, |ends_at| ends_at.min(end)))
    }

    /// How many uses a check-out debits.
    fn lease_count(&self, wanted: &Wanted) -> Result<u64, Refusal> {
        let counter = match &wanted.feature {
            Some(feature) => *self.features.get(feature).ok_or(Code::FeatureMissing)?,
            None => None,
        };
        let (least, most, usual) = match counter.map(|counter| counter.count) {
            Some(Counting::OnCheckout) => (1, MAX_COUNT, 1),
            Some(Counting::OnUse) => (0, MAX_COUNT, 0),
            Some(Counting::OnIssue) | None => (0, 0, 0),
        };
        let count = wanted.count.unwrap_or(usual);
        if (least..=most).contains(&count) {
            return Ok(count.into());
        }
        let detail = match most {
            0 => "Nothing is counted by this lease.".to_owned(),
            most => format!("Count {least} to {most} uses at a time."),
        };
        Err(Refusal::of_field("count", detail))
    }
}

/// What a lease that does not stand any more is refused with.
pub fn refuse_lease(state: LeaseState) -> Refusal {
    let (code, detail) = match state {
        LeaseState::Returned => (RefusalCode::LeaseReturned, "The lease was returned: check the license out again."),
        LeaseState::Ended => (RefusalCode::LeaseExpired, "The vendor ended the lease: check the license out again."),
        LeaseState::Open | LeaseState::Expired => {
            (RefusalCode::LeaseExpired, "The lease was not extended before its end: check the license out again.")
        }
    };
    Refusal::new(code, detail)
}

fn seats_exhausted(seats: u32, free_at: Option<Timestamp>) -> Refusal {
    if seats == 0 {
        let detail = "This license has no seats: services do not check it out.";
        return Refusal::new(RefusalCode::SeatsExhausted, detail).with(Remedy::Renew);
    }
    let detail = match seats {
        1 => "The license's one seat is taken.".to_owned(),
        seats => format!("All {seats} seats of the license are taken."),
    };
    Refusal::new(RefusalCode::SeatsExhausted, detail).with(Remedy::FreeSeat).until(free_at)
}
