//! The stretch of time that figures are shown of: as an address, as a request, and as the times of its buckets.

use shared::api::admin::figures::{Bucket, Figures, FiguresBy};
use shared::time::{Date, Timestamp};

use crate::admin::address::member;
use crate::admin::{browser, intl, words};

#[cfg(test)]
mod tests;

const DAY: i64 = 86_400;

/// From when to when, in which steps, and of which product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range {
    /// `day`, `week` or `month`.
    pub by: &'static str,
    /// The first day.
    pub from: Date,
    /// The last.
    pub to: Date,
    /// A product's slug; empty for all.
    pub product: String,
}

impl Range {
    /// What an address says; where it says nothing, the last 30 days.
    pub(super) fn read(query: &str, today: Date) -> Self {
        let by = member(query, "by").unwrap_or_default();
        let to = member(query, "to").and_then(|day| day.parse().ok()).unwrap_or(today);
        let from = member(query, "from").and_then(|day| day.parse().ok());
        Self {
            by: ["week", "month"].into_iter().find(|known| *known == by).unwrap_or("day"),
            from: from.unwrap_or_else(|| days_before(to, 29)),
            to,
            product: member(query, "product").unwrap_or_default(),
        }
    }

    /// The same as the server reads it.
    pub(super) fn query(&self) -> String {
        let Self { by, from, to, product } = self;
        let product = if product.is_empty() { String::new() } else { format!("&product={}", browser::encode(product)) };
        format!("by={by}&from={from}&to={to}{product}")
    }
}

/// When a bucket is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// Its first day within the range.
    pub from: Date,
    /// The day after its last.
    pub until: Date,
    /// Shortly: "18 Nov".
    pub short: String,
    /// In full.
    pub name: String,
}

impl Span {
    /// The whole stretch of time.
    pub(super) fn all(figures: &Figures) -> (Date, Date) {
        (figures.from, day_after(figures.to))
    }

    /// Those of the buckets.
    pub(super) fn of(figures: &Figures) -> Vec<Self> {
        let starts = figures.buckets.iter().map(|bucket: &Bucket| bucket.start);
        let nexts = starts.clone().skip(1).chain(std::iter::once(day_after(figures.to)));
        let span = |(start, next): (Date, Date)| {
            let (short, name) = match figures.by {
                FiguresBy::Day => (intl::day_short(start), intl::day(start)),
                FiguresBy::Week => (intl::day_short(start), words::week_of(&intl::day(start))),
                FiguresBy::Month => (intl::month_short(start), intl::month(start)),
            };
            Self { from: start.max(figures.from), until: next, short, name }
        };
        starts.zip(nexts).map(span).collect()
    }
}

/// What a list's address says of a stretch of time: `until` is the day after the last.
pub(super) fn within(from: Date, until: Date) -> String {
    format!("from={}&to={}", from.start(), until.start())
}

/// The day so many days before.
pub(super) fn days_before(day: Date, days: i64) -> Date {
    Timestamp::from_unix(day.start().as_unix() - days * DAY).date()
}

/// The first of the month with which twelve months end today.
pub(super) fn year_before(today: Date) -> Date {
    let text = today.to_string();
    let mut parts = text.split('-');
    let year = parts.next().and_then(|part| part.parse::<i32>().ok()).unwrap_or_default();
    let month = parts.next().and_then(|part| part.parse::<u8>().ok()).unwrap_or_default();
    let first = if month == 12 { Date::new(year, 1, 1) } else { Date::new(year - 1, month + 1, 1) };
    first.unwrap_or(today)
}

fn day_after(day: Date) -> Date {
    day.end().date()
}
