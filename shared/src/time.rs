//! Points in time, calendar periods and dates, in UTC. No clock: `now` is always a value handed in.
//!
//! The calendar is the proleptic Gregorian one. Conversions follow the era-based algorithms published by Howard
//! Hinnant ("chrono-compatible low-level date algorithms").

use core::fmt;
use core::ops::Range;
use core::str::FromStr;

mod period;
#[cfg(feature = "serde")]
mod wire;

pub use period::Period;

const SECONDS_PER_DAY: i64 = 86_400;

/// A point in time: whole seconds since the Unix epoch, between the years 1 and 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// The text is not a time, date or period in the one form this crate reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeError;

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a valid time")
    }
}

impl core::error::Error for TimeError {}

impl Timestamp {
    /// The last second that can be written as RFC 3339: 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(253_402_300_799);

    /// The time `seconds` after the Unix epoch (before it, when negative).
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the Unix epoch.
    pub const fn as_unix(self) -> i64 {
        self.0
    }

    /// This time moved by `seconds`; `None` outside the range that can be written.
    pub fn checked_add_seconds(self, seconds: i64) -> Option<Self> {
        self.0.checked_add(seconds).map(Self).filter(|t| *t <= Self::MAX)
    }

    /// This time moved by `period` on the calendar, in UTC, keeping the time of day.
    ///
    /// Months and years clamp to the last day of the month, as people expect: 31 January + `P1M` is 28 (or 29)
    /// February. `None` when the result cannot be written.
    pub fn checked_add(self, period: Period) -> Option<Self> {
        let (date, second_of_day) = self.split();
        let date = date.checked_add(period)?;
        date.start().checked_add_seconds(second_of_day)
    }

    /// The calendar date in UTC.
    pub fn date(self) -> Date {
        self.split().0
    }

    fn split(self) -> (Date, i64) {
        let days = self.0.div_euclid(SECONDS_PER_DAY);
        (Date::from_days(days), self.0.rem_euclid(SECONDS_PER_DAY))
    }
}

/// RFC 3339 in UTC, whole seconds: `2026-11-22T02:00:00Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, s) = self.split();
        let [hour, minute, second] = [s / 3600, s / 60 % 60, s % 60];
        // What somebody claims need not be a time that can be written.
        if !(0..=9999).contains(&date.year) {
            return write!(f, "{date}T{hour:02}:{minute:02}:{second:02}Z");
        }
        let mut text = *b"0000-00-00T00:00:00Z";
        put(&mut text, [(0..4, date.year.into()), (5..7, date.month.into()), (8..10, date.day.into())]);
        put(&mut text, [(11..13, hour), (14..16, minute), (17..19, second)]);
        f.write_str(core::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

/// Puts numbers, with leading zeros, where they belong: a text that is written at once takes a fraction of the time, and times
/// are in every event and every answer.
fn put<const N: usize>(text: &mut [u8], numbers: [(Range<usize>, i64); N]) {
    for (place, mut rest) in numbers {
        for digit in text.get_mut(place).into_iter().flatten().rev() {
            *digit = b'0' + u8::try_from(rest.rem_euclid(10)).unwrap_or_default();
            rest /= 10;
        }
    }
}

/// Reads exactly what `Display` writes; offsets and fractions are refused.
impl FromStr for Timestamp {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let (date, time) = text.split_once('T').ok_or(TimeError)?;
        let date: Date = date.parse()?;
        let time = time.strip_suffix('Z').ok_or(TimeError)?;
        let mut parts = time.split(':').map(|part| digits(part, 2));
        let mut next = |limit: i64| parts.next().flatten().filter(|n| *n < limit).ok_or(TimeError);
        let (hours, minutes, seconds) = (next(24)?, next(60)?, next(60)?);
        if parts.next().is_some() {
            return Err(TimeError);
        }
        date.start().checked_add_seconds(hours * 3600 + minutes * 60 + seconds).ok_or(TimeError)
    }
}

/// A day of the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// The day `year`-`month`-`day`, when the calendar has it and the year is 1 to 9999.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let known = (1..=9999).contains(&year) && (1..=12).contains(&month);
        (known && day >= 1 && day <= days_in_month(year, month)).then_some(Self { year, month, day })
    }

    /// Midnight UTC at which the day begins.
    pub fn start(self) -> Timestamp {
        Timestamp(self.to_days() * SECONDS_PER_DAY)
    }

    /// Midnight UTC at which the day ends: the first second that is no longer part of it.
    pub fn end(self) -> Timestamp {
        Timestamp((self.to_days() + 1) * SECONDS_PER_DAY)
    }

    /// The day after; `None` after 9999-12-31.
    pub fn next(self) -> Option<Self> {
        self.end().checked_add_seconds(0).map(Timestamp::date)
    }

    /// The Monday of its week; the day itself where that would lie before the calendar.
    #[must_use]
    pub fn monday(self) -> Self {
        // 1970-01-01 was a Thursday.
        let monday = self.to_days() - (self.to_days() + 3).rem_euclid(7);
        if monday < (Self { year: 1, month: 1, day: 1 }).to_days() { self } else { Self::from_days(monday) }
    }

    /// The first day of its month.
    #[must_use]
    pub const fn first_of_month(self) -> Self {
        Self { day: 1, ..self }
    }

    fn checked_add(self, period: Period) -> Option<Self> {
        let months = i64::from(self.year) * 12 + i64::from(self.month) - 1 + i64::from(period.months());
        let year = i32::try_from(months.div_euclid(12)).ok()?;
        let month = u8::try_from(months.rem_euclid(12) + 1).ok()?;
        let day = self.day.min(days_in_month(year, month));
        let days = Self::new(year, month, day)?.to_days().checked_add(i64::from(period.days()))?;
        let last = Self { year: 9999, month: 12, day: 31 };
        (days <= last.to_days()).then(|| Self::from_days(days))
    }

    /// Days since 1970-01-01.
    fn to_days(self) -> i64 {
        let month = i64::from(self.month);
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted = (month + 9) % 12;
        let day_of_year = (153 * shifted + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    fn from_days(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self {
            year: i32::try_from(year).unwrap_or(i32::MAX),
            month: u8::try_from(month).unwrap_or(1),
            day: u8::try_from(day).unwrap_or(1),
        }
    }
}

/// `2027-12-31`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let mut parts = text.split('-');
        let mut next = |width| parts.next().and_then(|part| digits(part, width)).ok_or(TimeError);
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        if parts.next().is_some() {
            return Err(TimeError);
        }
        let small = |n: i64| u8::try_from(n).map_err(|_| TimeError);
        Self::new(i32::try_from(year).map_err(|_| TimeError)?, small(month)?, small(day)?).ok_or(TimeError)
    }
}

/// Exactly `width` ASCII digits as a number.
fn digits(text: &str, width: usize) -> Option<i64> {
    let plain = text.len() == width && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests;
