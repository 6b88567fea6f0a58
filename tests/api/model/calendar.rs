//! Months, counted by hand: a second opinion on the rules' calendar.

const DAY: i64 = 86_400;

/// The time `months` after `start` (Unix seconds, UTC), on the last day of a month that is too short.
pub(super) fn add_months(start: i64, months: u32) -> i64 {
    let (mut year, mut month, day) = civil(start.div_euclid(DAY));
    for _ in 0..months {
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    days(year, month, day.min(length(year, month))) * DAY + start.rem_euclid(DAY)
}

/// The period of so many months that holds `now`, counted from `start`: its first second, and the first after it.
pub(super) fn period(start: i64, months: u32, now: i64) -> (i64, i64) {
    let mut number = 0;
    while add_months(start, (number + 1) * months) <= now {
        number += 1;
    }
    (add_months(start, number * months), add_months(start, (number + 1) * months))
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn length(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let years: i64 = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
    let months: i64 = (1..month).map(|month| length(year, month)).sum();
    years + months + day - 1
}

fn civil(mut day: i64) -> (i64, i64, i64) {
    let (mut year, mut month) = (1970, 1);
    while day >= if is_leap(year) { 366 } else { 365 } {
        day -= if is_leap(year) { 366 } else { 365 };
        year += 1;
    }
    while day >= length(year, month) {
        day -= length(year, month);
        month += 1;
    }
    (year, month, day + 1)
}
