//! The calendar against jiff's, and the texts against their rules.

use super::{Date, Period, Timestamp};
use proptest::prelude::*;

#[track_caller]
fn after(start: &str, period: &str) -> String {
    let start: Timestamp = start.parse().expect("a time");
    let period: Period = period.parse().expect("a period");
    start.checked_add(period).expect("in range").to_string()
}

#[test]
fn months_clamp_to_the_last_day_as_people_expect() {
    assert_eq!(after("2026-01-31T10:20:30Z", "P1M"), "2026-02-28T10:20:30Z");
    assert_eq!(after("2028-01-31T00:00:00Z", "P1M"), "2028-02-29T00:00:00Z");
    assert_eq!(after("2028-02-29T00:00:00Z", "P1Y"), "2029-02-28T00:00:00Z");
    assert_eq!(after("2026-08-31T23:59:59Z", "P1M"), "2026-09-30T23:59:59Z");
    assert_eq!(after("2026-12-15T00:00:00Z", "P1M"), "2027-01-15T00:00:00Z");
    assert_eq!(after("2026-11-22T00:00:00Z", "P2W"), "2026-12-06T00:00:00Z");
    assert_eq!(after("2026-01-31T00:00:00Z", "P1M1D"), "2026-03-01T00:00:00Z");
}

#[test]
fn a_period_that_leaves_the_calendar_is_none() {
    let late: Timestamp = "9999-12-31T00:00:00Z".parse().expect("a time");
    assert_eq!(late.checked_add("P1D".parse().expect("a period")), None);
    assert_eq!(late.checked_add("P1000Y".parse().expect("a period")), None);
    assert_eq!(Timestamp::MAX.checked_add_seconds(1), None);
    assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59Z");
    assert_eq!(Timestamp::from_unix(Timestamp::MAX.as_unix() + 1).to_string(), "10000-01-01T00:00:00Z");
    assert_eq!(Timestamp::from_unix(-62_135_596_800).to_string(), "0001-01-01T00:00:00Z");
}

#[test]
fn periods_read_iso_8601_and_write_its_shortest_form() {
    for (text, shortest) in
        [("P1M", "P1M"), ("P1Y", "P1Y"), ("P12M", "P1Y"), ("P14D", "P2W"), ("P1Y2M3D", "P1Y2M3D"), ("P10D", "P10D")]
    {
        assert_eq!(text.parse::<Period>().expect(text).to_string(), shortest);
    }
    for bad in [
        "",
        "P",
        "P0D",
        "1M",
        "P1H",
        "PT1H",
        "P-1M",
        "P1.5M",
        "P1M1Y",
        "P1D1D",
        "p1m",
        "P 1M",
        "P9999999D",
        "P1M ",
        "P+1M",
    ] {
        assert!(bad.parse::<Period>().is_err(), "{bad:?} must be refused");
    }
}

#[test]
fn only_utc_times_of_whole_seconds_are_read() {
    for bad in [
        "2026-11-22",
        "2026-11-22T02:00:00",
        "2026-11-22T02:00:00+01:00",
        "2026-11-22T02:00:00.5Z",
        "2026-02-29T00:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T00:60:00Z",
        "0000-01-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-1-01T00:00:00Z",
        "2026-11-22T02:00:00ZZ",
        "+026-11-22T02:00:00Z",
        "2026-11-22T02:00:00:00Z",
    ] {
        assert!(bad.parse::<Timestamp>().is_err(), "{bad:?} must be refused");
    }
    assert_eq!("1970-01-01T00:00:00Z".parse::<Timestamp>().expect("the epoch").as_unix(), 0);
}

#[test]
fn a_day_ends_where_the_next_begins() {
    let day: Date = "2027-12-31".parse().expect("a date");
    assert_eq!(day.end(), "2028-01-01".parse::<Date>().expect("a date").start());
}

proptest! {
    #[test]
    fn the_calendar_agrees_with_jiff(seconds in -62_135_596_800_i64..=253_402_300_799, months in 0_u32..600, days in 0_u32..4000) {
        let ours = Timestamp::from_unix(seconds);
        let theirs = jiff::Timestamp::from_second(seconds).expect("in range");
        prop_assert_eq!(ours.to_string(), theirs.to_string());
        prop_assert_eq!(ours.to_string().parse::<Timestamp>(), Ok(ours));
        if let Some(period) = Period::new(months, days) {
            let span = jiff::Span::new().months(i64::from(months)).days(i64::from(days));
            let expected = theirs.to_zoned(jiff::tz::TimeZone::UTC).checked_add(span).ok()
                .map(|t| t.timestamp().as_second()).filter(|t| *t <= Timestamp::MAX.as_unix());
            prop_assert_eq!(ours.checked_add(period).map(Timestamp::as_unix), expected);
        }
    }

    #[test]
    fn periods_survive_their_text(months in 0_u32..=12_000, days in 0_u32..=366_000) {
        if let Some(period) = Period::new(months, days) {
            prop_assert_eq!(period.to_string().parse::<Period>(), Ok(period));
        }
    }
}

#[test]
fn weeks_begin_on_monday_and_months_on_their_first() {
    let day = |text: &str| text.parse::<Date>().unwrap();
    for (text, monday, first) in [
        ("2026-11-22", "2026-11-16", "2026-11-01"),
        ("2026-11-23", "2026-11-23", "2026-11-01"),
        ("2026-11-29", "2026-11-23", "2026-11-01"),
        ("2027-01-01", "2026-12-28", "2027-01-01"),
        ("1970-01-01", "1969-12-29", "1970-01-01"),
        ("0001-01-03", "0001-01-01", "0001-01-01"),
    ] {
        assert_eq!((day(text).monday(), day(text).first_of_month()), (day(monday), day(first)), "{text}");
    }
    assert_eq!(day("2028-02-28").next(), Some(day("2028-02-29")));
    assert_eq!(day("9999-12-31").next(), None);
}
