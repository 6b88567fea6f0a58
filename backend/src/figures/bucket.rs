//! Days put together to what a page shows: days, weeks or months. Pure.

use std::collections::BTreeMap;

use shared::api::admin::figures::{Bucket, Expiring, Figures, FiguresBy, MoveFigures, Sales};
use shared::money::Money;
use shared::time::{Date, Period, Timestamp};

use crate::store::figures::{Figure, FigureKey, Tally};

/// The most buckets at once.
pub const MOST_BUCKETS: usize = 400;

/// How far ahead licenses are counted that end.
pub const AHEAD_DAYS: u32 = 30;

/// What is asked for: the days, the last one included, and how they are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// How long a bucket is.
    pub by: FiguresBy,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// How usable licenses change, and how things stand now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Active {
    /// Day by day, those ahead among them.
    pub changes: BTreeMap<Date, i64>,
    /// How many active licenses end later today.
    pub ending_today: u64,
    /// Now.
    pub now: Timestamp,
}

impl Active {
    /// How many are usable when the day ends; now, where that lies ahead.
    fn at_end_of(&self, day: Date) -> u64 {
        let today = self.now.date();
        let sum = self.changes.range(..=day.min(today)).map(|(_, by)| by).sum::<i64>();
        let sum = u64::try_from(sum).unwrap_or(0);
        // Those that end later today are not over yet.
        if day < today { sum } else { sum + self.ending_today }
    }

    fn expiring(&self) -> u64 {
        let today = self.now.date();
        let ahead = format!("P{AHEAD_DAYS}D").parse::<Period>().ok();
        let last = ahead.and_then(|ahead| self.now.checked_add(ahead)).map_or(today, Timestamp::date);
        let Some(tomorrow) = today.next().filter(|tomorrow| *tomorrow <= last) else { return self.ending_today };
        // Nothing else has happened ahead.
        let ends = self.changes.range(tomorrow..=last).map(|(_, by)| -by).sum::<i64>();
        self.ending_today + u64::try_from(ends).unwrap_or(0)
    }
}

impl Span {
    /// Each bucket's first and last day, in order; `None` when there are more than [`MOST_BUCKETS`].
    pub fn buckets(self) -> Option<Vec<(Date, Date)>> {
        let mut buckets: Vec<(Date, Date)> = Vec::new();
        let mut day = Some(self.from);
        while let Some(today) = day.filter(|day| *day <= self.to) {
            let start = self.start(today);
            let is_full = buckets.len() == MOST_BUCKETS;
            match buckets.last_mut() {
                Some((known, last)) if *known == start => *last = today,
                _ if is_full => return None,
                _ => buckets.push((start, today)),
            }
            day = today.next();
        }
        Some(buckets)
    }

    fn start(self, day: Date) -> Date {
        match self.by {
            FiguresBy::Day => day,
            FiguresBy::Week => day.monday(),
            FiguresBy::Month => day.first_of_month(),
        }
    }

    /// The figures of `days` (of this span only), put together.
    pub fn put_together(
        self,
        buckets: &[(Date, Date)],
        days: Vec<(FigureKey, Tally)>,
        active: &Active,
        counted_to: u64,
    ) -> Figures {
        let mut sums: BTreeMap<Date, BTreeMap<(Figure, String), Tally>> = BTreeMap::new();
        for (key, tally) in days {
            let sum = sums.entry(self.start(key.day)).or_default().entry((key.figure, key.detail)).or_default();
            sum.count += tally.count;
            sum.amount = sum.amount.saturating_add(tally.amount);
        }
        let buckets = buckets.iter().map(|(start, last)| {
            let sums = sums.remove(start).unwrap_or_default();
            bucket(*start, &sums, active.at_end_of(*last))
        });
        Figures {
            by: self.by,
            from: self.from,
            to: self.to,
            counted_to,
            active_licenses: active.at_end_of(active.now.date()),
            expiring: Expiring { within_days: AHEAD_DAYS, licenses: active.expiring() },
            buckets: buckets.collect(),
        }
    }
}

fn bucket(start: Date, sums: &BTreeMap<(Figure, String), Tally>, active_licenses: u64) -> Bucket {
    let mut bucket = Bucket {
        start,
        sales: Vec::new(),
        refunds: Vec::new(),
        licenses_granted: 0,
        active_licenses,
        uses: BTreeMap::new(),
        moves: MoveFigures::default(),
        denials: BTreeMap::new(),
    };
    for ((figure, detail), tally) in sums {
        let count = u64::try_from(tally.count).unwrap_or(0);
        let money = || {
            let amount = Money::new(tally.amount, detail.parse().ok()?);
            Some(Sales { orders: count, amount })
        };
        match figure {
            Figure::Sale => bucket.sales.extend(money()),
            Figure::Refund => bucket.refunds.extend(money()),
            Figure::Grant => bucket.licenses_granted = count,
            Figure::Use => bucket.uses.extend(detail.parse().ok().map(|feature| (feature, count))),
            Figure::Offer => bucket.moves.offered = count,
            Figure::Redemption => bucket.moves.redeemed = count,
            Figure::Denial => {
                bucket.denials.insert(detail.clone(), count);
            }
        }
    }
    bucket
}

#[cfg(test)]
mod tests {
    use super::{Active, BTreeMap, Date, FiguresBy, MOST_BUCKETS, Span};

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn span(by: FiguresBy, from: &str, to: &str) -> Span {
        Span { by, from: day(from), to: day(to) }
    }

    #[track_caller]
    fn check(by: FiguresBy, from: &str, to: &str, wanted: &[(&str, &str)]) {
        let wanted: Vec<_> = wanted.iter().map(|(start, last)| (day(start), day(last))).collect();
        assert_eq!(span(by, from, to).buckets(), Some(wanted));
    }

    #[test]
    fn buckets_follow_each_other_without_gaps_and_are_cut_at_both_ends() {
        check(
            FiguresBy::Day,
            "2026-02-28",
            "2026-03-01",
            &[("2026-02-28", "2026-02-28"), ("2026-03-01", "2026-03-01")],
        );
        check(
            FiguresBy::Week,
            "2026-11-22",
            "2026-11-24",
            &[("2026-11-16", "2026-11-22"), ("2026-11-23", "2026-11-24")],
        );
        check(
            FiguresBy::Month,
            "2026-11-30",
            "2026-12-02",
            &[("2026-11-01", "2026-11-30"), ("2026-12-01", "2026-12-02")],
        );
        check(FiguresBy::Day, "2026-03-02", "2026-03-01", &[]);
    }

    #[test]
    fn there_are_so_many_buckets_at_most() {
        assert_eq!(span(FiguresBy::Day, "2026-01-01", "2027-02-04").buckets().map(|all| all.len()), Some(MOST_BUCKETS));
        assert_eq!(span(FiguresBy::Day, "2026-01-01", "2027-02-05").buckets(), None);
        assert_eq!(span(FiguresBy::Month, "0001-01-01", "9999-12-31").buckets(), None);
    }

    #[test]
    fn usable_licenses_are_those_of_the_days_end_or_of_now() {
        let changes = BTreeMap::from([
            (day("2026-11-20"), 5),
            (day("2026-11-22"), 2 - 1),
            (day("2026-12-22"), -2),
            (day("2026-12-23"), -1),
        ]);
        let now = "2026-11-22T12:00:00Z".parse().expect("a time");
        // One of today's two ends comes at 15:00, and one has been.
        let active = Active { changes, ending_today: 1, now };
        assert_eq!(active.at_end_of(day("2026-11-19")), 0);
        assert_eq!(active.at_end_of(day("2026-11-21")), 5);
        assert_eq!(active.at_end_of(day("2026-11-22")), 7);
        assert_eq!(active.at_end_of(day("2027-11-22")), 7, "what lies ahead is as it is now");
        assert_eq!(active.expiring(), 3, "until the end of the 30th day ahead");
    }
}
