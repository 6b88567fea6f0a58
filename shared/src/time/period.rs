//! Calendar periods: `P14D`, `P2W`, `P1M`, `P1Y`, and their sums. No hours: terms are counted in days.

use core::fmt;
use core::str::FromStr;

use super::TimeError;

/// A calendar period of whole days and months, longer than nothing and at most about a thousand years.
///
/// Weeks are seven days and years are twelve months, so `P1Y` equals `P12M`; the text keeps the largest units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    months: u32,
    days: u32,
}

impl Period {
    const MAX_MONTHS: u32 = 12_000;
    const MAX_DAYS: u32 = 366_000;

    /// A period of `months` and then `days`; `None` when both are zero or one is beyond a thousand years.
    pub const fn new(months: u32, days: u32) -> Option<Self> {
        if (months == 0 && days == 0) || months > Self::MAX_MONTHS || days > Self::MAX_DAYS {
            return None;
        }
        Some(Self { months, days })
    }

    /// This period `n` times over; `None` for nothing, and beyond a thousand years.
    pub const fn times(self, n: u32) -> Option<Self> {
        match (self.months.checked_mul(n), self.days.checked_mul(n)) {
            (Some(months), Some(days)) => Self::new(months, days),
            _ => None,
        }
    }

    /// Whole months, twelve to a year.
    pub const fn months(self) -> u32 {
        self.months
    }

    /// Whole days, seven to a week.
    pub const fn days(self) -> u32 {
        self.days
    }
}

/// ISO 8601 in its shortest form: `P1Y6M`, `P2W`, `P10D`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        let (years, months) = (self.months / 12, self.months % 12);
        if years > 0 {
            write!(f, "{years}Y")?;
        }
        if months > 0 {
            write!(f, "{months}M")?;
        }
        match self.days {
            0 => Ok(()),
            days if days % 7 == 0 && self.months == 0 => write!(f, "{}W", days / 7),
            days => write!(f, "{days}D"),
        }
    }
}

/// Reads years, months, weeks and days, each at most once and in this order, without signs or fractions.
impl FromStr for Period {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let mut rest = text.strip_prefix('P').ok_or(TimeError)?;
        let (mut months, mut days) = (0_u32, 0_u32);
        for (unit, in_months, in_days) in [('Y', 12, 0), ('M', 1, 0), ('W', 0, 7), ('D', 0, 1)] {
            let Some((number, after)) = rest.split_once(unit) else { continue };
            if number.is_empty() || number.len() > 6 || !number.bytes().all(|b| b.is_ascii_digit()) {
                return Err(TimeError);
            }
            let number: u32 = number.parse().map_err(|_| TimeError)?;
            let add = |sum: u32, factor| number.checked_mul(factor).and_then(|n| sum.checked_add(n)).ok_or(TimeError);
            months = add(months, in_months)?;
            days = add(days, in_days)?;
            rest = after;
        }
        if !rest.is_empty() {
            return Err(TimeError);
        }
        Self::new(months, days).ok_or(TimeError)
    }
}
