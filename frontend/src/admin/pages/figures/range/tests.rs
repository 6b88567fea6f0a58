//! Which days a stretch of time has.

use super::{days_before, within, year_before};
use shared::time::Date;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn twelve_months_begin_on_the_first_of_the_month_after_this_one_a_year_ago() {
    for (today, first) in [
        ("2026-11-22", "2025-12-01"),
        ("2026-12-31", "2026-01-01"),
        ("2027-01-01", "2026-02-01"),
        ("2024-02-29", "2023-03-01"),
    ] {
        assert_eq!(year_before(day(today)), day(first), "{today}");
    }
}

#[test]
fn days_before_cross_months_and_lists_are_asked_until_the_midnight_after() {
    assert_eq!(days_before(day("2026-03-01"), 1), day("2026-02-28"));
    let asked = within(day("2026-11-16"), day("2026-11-23"));
    assert_eq!(asked, "from=2026-11-16T00:00:00Z&to=2026-11-23T00:00:00Z");
}
