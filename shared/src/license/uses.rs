//! Counting: uses spent one by one, debited in advance as slices, given back, and granted anew each period.

use super::{Counter, License, LicenseTerm, Refusal};
use crate::menu::Counting;
use crate::refusal::RefusalCode;
use crate::slug::Feature;
use crate::time::{Period, Timestamp};
use crate::verdict::Code;

/// The most uses in one request.
pub const MAX_COUNT: u32 = 1_000_000;

/// What counting a use comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    /// The license afterwards.
    pub license: License,
    /// How many uses were counted: 0 where the feature is not counted on use.
    pub spent: u64,
    /// The feature's counter afterwards, where it has one that uses count on.
    pub counter: Option<Counter>,
}

/// Uses debited in advance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slicing {
    /// The license afterwards.
    pub license: License,
    /// How many uses.
    pub count: u64,
    /// The first second at which nothing of it may be spent any more.
    pub ends_at: Timestamp,
    /// The feature's counter afterwards.
    pub counter: Counter,
}

/// A slice as far as giving back cares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSlice {
    /// Uses of which feature.
    pub feature: Feature,
    /// How many were debited.
    pub count: u64,
    /// When it ends.
    pub ends_at: Timestamp,
}

/// What settling a slice comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settling {
    /// The license afterwards.
    pub license: License,
    /// How many uses count as spent.
    pub spent: u64,
    /// How many were given back.
    pub returned: u64,
    /// The feature's counter afterwards.
    pub counter: Option<Counter>,
}

impl License {
    /// The license as it is at `now`: a counter whose period has ended is full again, and what the vendor's team added in
    /// that period is gone; so are the moves it allowed in a window that is over.
    ///
    /// Periods are counted from the term's start, in UTC; months clamp, always from that start: 31 January, 28 February,
    /// 31 March.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Self {
        let mut next = self.clone();
        next.extra_moves = self.extra_moves.filter(|extra| extra.since == self.move_window(now).since);
        let Some(starts_at) = self.starts_at() else { return next };
        for counter in next.features.values_mut().flatten() {
            let Some(period) = counter.resets else { continue };
            if counter.resets_at.is_none_or(|resets_at| now >= resets_at) {
                // A counter that has never been looked at is in its first period, or in a later one that nothing was spent in.
                counter.limit = counter.limit.map(|limit| limit.saturating_sub(counter.added));
                (counter.left, counter.added) = (counter.limit, 0);
                counter.resets_at = period_around(starts_at, period, now).1.or(Some(Timestamp::MAX));
            }
        }
        next
    }

    /// Counts `count` uses of `feature` at `now`, all or none.
    ///
    /// Errors, in this order: those of [`License::check_usable`]; field `count` outside 1 to [`MAX_COUNT`];
    /// `FEATURE_MISSING`; `USES_EXHAUSTED`, with when there are uses again.
    pub fn spend(&self, feature: &Feature, count: u32, now: Timestamp) -> Result<Spending, Refusal> {
        self.check_usable(now)?;
        let count = check_count(count)?;
        let mut license = self.at(now);
        let counter = license.features.get_mut(feature).ok_or(Code::FeatureMissing)?;
        let Some(counter) = counter.as_mut().filter(|counter| counter.count == Counting::OnUse) else {
            return Ok(Spending { spent: 0, counter: None, license });
        };
        debit(counter, count)?;
        let counter = Some(*counter);
        Ok(Spending { license, spent: count, counter })
    }

    /// Debits a slice of `feature` at `now`: as many as `wanted`, at most the offer's size and what is left. Without
    /// `wanted`, also no more than leaves something to the license's other devices.
    ///
    /// Errors, in this order: those of [`License::check_usable`]; field `count` outside 1 to [`MAX_COUNT`];
    /// `FEATURE_MISSING`; `FORBIDDEN` where the offer has no slices or the feature is not counted on use;
    /// `USES_EXHAUSTED`.
    pub fn grant_slice(&self, feature: &Feature, wanted: Option<u32>, now: Timestamp) -> Result<Slicing, Refusal> {
        self.check_usable(now)?;
        let wanted = wanted.map(check_count).transpose()?;
        let mut license = self.at(now);
        let window_end = self.pass_expires_at(now);
        let counter = license.features.get_mut(feature).ok_or(Code::FeatureMissing)?;
        let Some(counter) = counter.as_mut().filter(|counter| counter.count == Counting::OnUse) else {
            return Err(Refusal::new(RefusalCode::Forbidden, "This function's uses are not counted one by one."));
        };
        if self.offline.slice == 0 {
            return Err(Refusal::new(RefusalCode::Forbidden, "This license counts its uses online only."));
        }
        let left = counter.left.unwrap_or(u64::MAX);
        let share = left.div_ceil(2 * u64::from(self.terminals.max(1)));
        let count = wanted.unwrap_or(share).min(u64::from(self.offline.slice)).min(left);
        debit(counter, count.max(1))?;
        let ends_at = counter.resets_at.map_or(window_end, |resets_at| resets_at.min(window_end));
        let counter = *counter;
        Ok(Slicing { license, count: count.max(1), ends_at, counter })
    }

    /// Settles a slice of which `spent` uses were spent: the rest is given back, unless the slice has ended; then all of it
    /// counts as spent.
    ///
    /// Errors: field `spent` when it is more than the slice had. Holds whatever state the license is in.
    pub fn settle_slice(&self, slice: &OpenSlice, spent: u64, now: Timestamp) -> Result<Settling, Refusal> {
        if spent > slice.count {
            return Err(Refusal::of_field("spent", format!("The slice had {} uses.", slice.count)));
        }
        let (mut license, starts_at) = (self.at(now), self.starts_at());
        let counter = license.features.get_mut(&slice.feature).and_then(Option::as_mut);
        // A slice never outlives the period it was debited in: what comes back belongs to that one alone, even when a
        // clock was set back after the next had begun.
        let is_of_period = counter
            .as_deref()
            .and_then(|counter| period_of(starts_at?, counter))
            .is_none_or(|begun| slice.ends_at > begun);
        let returned = if now < slice.ends_at && is_of_period { slice.count - spent } else { 0 };
        let counter = counter.map(|counter| {
            let full = counter.limit.unwrap_or(u64::MAX);
            counter.left = counter.left.map(|left| left.saturating_add(returned).min(full));
            counter.spent = counter.spent.saturating_sub(returned);
            *counter
        });
        Ok(Settling { license, spent: slice.count - returned, returned, counter })
    }

    /// The license as it is once its customer has acquired it from an authentication source at `now`: that counts on the
    /// features that are counted `on_issue` (mechanism M3), as each pass does afterwards.
    ///
    /// Errors: `USES_EXHAUSTED` when one of them has nothing left.
    pub fn acquire(&self, now: Timestamp) -> Result<Self, Refusal> {
        let mut next = self.at(now);
        next.count_issue()?;
        Ok(next)
    }

    /// Counts the acquisition of a pass on the features that are counted `on_issue` (mechanism M3).
    ///
    /// Errors: `USES_EXHAUSTED` when one of them has nothing left.
    pub(super) fn count_issue(&mut self) -> Result<(), Refusal> {
        let counters = self.features.values_mut().flatten();
        counters.filter(|counter| counter.count == Counting::OnIssue).try_for_each(|counter| debit(counter, 1))
    }

    /// When the term began, if it has.
    pub(super) const fn starts_at(&self) -> Option<Timestamp> {
        match self.term {
            LicenseTerm::Fixed { starts_at, .. } | LicenseTerm::Perpetual { starts_at } => Some(starts_at),
            LicenseTerm::FirstUse { .. } => None,
        }
    }
}

fn check_count(count: u32) -> Result<u64, Refusal> {
    if (1..=MAX_COUNT).contains(&count) {
        return Ok(count.into());
    }
    Err(Refusal::of_field("count", format!("Count 1 to {MAX_COUNT} uses at a time.")))
}

pub(super) fn debit(counter: &mut Counter, count: u64) -> Result<(), Refusal> {
    if let Some(left) = counter.left {
        counter.left = Some(left.checked_sub(count).ok_or_else(|| exhausted(left, counter.resets_at))?);
    }
    counter.spent = counter.spent.saturating_add(count);
    Ok(())
}

fn exhausted(left: u64, resets_at: Option<Timestamp>) -> Refusal {
    let again = resets_at.map_or_else(String::new, |time| format!(" There are new ones from {} on.", time.date()));
    let detail = match left {
        0 => format!("No uses are left.{again}"),
        1 => format!("Only one use is left.{again}"),
        left => format!("Only {left} uses are left.{again}"),
    };
    Refusal { detail, opens_at: resets_at, ..Code::UsesExhausted.into() }
}

/// When the period began that the counter counts in, where it has periods.
pub(super) fn period_of(starts_at: Timestamp, counter: &Counter) -> Option<Timestamp> {
    let last_second = counter.resets_at?.checked_add_seconds(-1)?;
    Some(period_around(starts_at, counter.resets?, last_second).0)
}

/// The period that holds `now`, of those that follow one another from `starts_at` on: its first second, and the first
/// after it (`None` beyond the calendar). Before `starts_at` it is the first period.
pub(super) fn period_around(starts_at: Timestamp, period: Period, now: Timestamp) -> (Timestamp, Option<Timestamp>) {
    // Always from the start, never from the period before: what February clamps, March has back.
    let nth = |n: u32| if n == 0 { Some(starts_at) } else { starts_at.checked_add(period.times(n)?) };
    // Every period is at least a day long.
    let days = (now.as_unix().saturating_sub(starts_at.as_unix())) / 86_400;
    let (mut low, mut high) = (0, u32::try_from(days.clamp(0, i64::from(u32::MAX - 1))).unwrap_or(0));
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if nth(middle).is_some_and(|time| time <= now) { low = middle } else { high = middle - 1 }
    }
    (nth(low).unwrap_or(starts_at), nth(low + 1))
}
