//! Periods and prices as people type them, and back.

use shared::menu::MAX_PRICE;
use shared::time::Period;

use crate::admin::{phrase, words};

/// "1 year and 6 months": readable by [`read_period`].
pub(super) fn period_text(period: Period) -> String {
    phrase::period(period)
}

/// The period of a text: "14 days", "1 year and 6 months", "1y 6m", "P1M".
pub(super) fn read_period(text: &str) -> Option<Period> {
    let text = text.trim();
    if let Ok(period) = text.to_ascii_uppercase().parse() {
        return Some(period);
    }
    let (mut months, mut days) = (0_u32, 0_u32);
    let mut count = None;
    for word in words_of(text) {
        if word == "and" {
            continue;
        }
        let Some(number) = count else {
            count = Some(word.parse::<u32>().ok()?);
            continue;
        };
        let (unit_months, unit_days) = match word.as_str() {
            "y" | "year" | "years" => (12, 0),
            "m" | "month" | "months" => (1, 0),
            "w" | "week" | "weeks" => (0, 7),
            "d" | "day" | "days" => (0, 1),
            _ => return None,
        };
        months = months.checked_add(number.checked_mul(unit_months)?)?;
        days = days.checked_add(number.checked_mul(unit_days)?)?;
        count = None;
    }
    if count.is_some() { None } else { Period::new(months, days) }
}

/// Numbers and words, also where they touch: "1y" is two.
fn words_of(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut kind = None;
    for letter in text.chars().map(|letter| letter.to_ascii_lowercase()) {
        let this = (letter.is_ascii_digit(), letter.is_whitespace() || letter == ',');
        match words.last_mut() {
            Some(word) if kind == Some(this) && !this.1 => word.push(letter),
            _ if this.1 => {}
            _ => words.push(letter.to_string()),
        }
        kind = Some(this);
    }
    words
}

/// An amount in major units: 4900 with two decimals is "49.00".
pub(in crate::admin::pages) fn amount_text(amount: i64, decimals: u32) -> String {
    let scale = 10_u64.pow(decimals);
    let (sign, size) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
    let whole = size / scale;
    if decimals == 0 {
        return format!("{sign}{whole}");
    }
    let width = usize::try_from(decimals).unwrap_or(2);
    format!("{sign}{whole}.{:0width$}", size % scale)
}

/// The minor units of an amount in major units. A comma may stand for the point. Errors: why it is none.
pub(in crate::admin::pages) fn read_amount(text: &str, decimals: u32) -> Result<i64, &'static str> {
    let text = text.trim().replace(',', ".");
    if text.is_empty() {
        return Err(words::PRICE_MISSING);
    }
    if text.starts_with('-') {
        return Err(words::PRICE_NEGATIVE);
    }
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(part) {
        return Err(words::PRICE_WRONG);
    }
    let width = usize::try_from(decimals).unwrap_or(2);
    let part = part.trim_end_matches('0');
    if part.len() > width {
        return Err(match decimals {
            0 => words::NO_DECIMALS,
            3 => words::THREE_DECIMALS,
            _ => words::TWO_DECIMALS,
        });
    }
    let digits = format!("{whole}{part:0<width$}");
    digits.parse().ok().filter(|amount| *amount <= MAX_PRICE).ok_or(words::PRICE_HUGE)
}

#[cfg(test)]
mod tests {
    use super::{amount_text, period_text, read_amount, read_period};
    use crate::admin::words;
    use shared::time::Period;

    #[track_caller]
    fn check_period(text: &str, expected: Option<(u32, u32)>) {
        assert_eq!(read_period(text), expected.and_then(|(months, days)| Period::new(months, days)), "{text}");
    }

    #[test]
    fn periods_are_read_as_people_write_them() {
        check_period("1 year", Some((12, 0)));
        check_period(" 14 Days ", Some((0, 14)));
        check_period("2 weeks", Some((0, 14)));
        check_period("1 year and 6 months", Some((18, 0)));
        check_period("1y 6m, 3d", Some((18, 3)));
        check_period("p1m", Some((1, 0)));
        for text in ["", "year", "1", "1 fortnight", "-1 day", "1.5 years", "1 year 6", "99999999999 days"] {
            check_period(text, None);
        }
    }

    #[test]
    fn what_is_shown_of_a_period_is_read_back() {
        for (months, days) in [(12, 0), (18, 0), (0, 7), (0, 14), (1, 15), (25, 1)] {
            let Some(period) = Period::new(months, days) else { continue };
            assert_eq!(read_period(&period_text(period)), Some(period));
        }
    }

    #[test]
    fn prices_are_in_major_units_of_their_currency() {
        for (text, decimals, expected) in [
            ("49", 2, Ok(4900)),
            ("49.9", 2, Ok(4990)),
            ("49,90", 2, Ok(4990)),
            ("0", 2, Ok(0)),
            ("1200", 0, Ok(1200)),
            ("1200.00", 0, Ok(1200)),
            ("1.234", 3, Ok(1234)),
            ("12.50", 0, Err(words::NO_DECIMALS)),
            ("0.005", 2, Err(words::TWO_DECIMALS)),
            ("0.0005", 3, Err(words::THREE_DECIMALS)),
            ("", 2, Err(words::PRICE_MISSING)),
            ("-1", 2, Err(words::PRICE_NEGATIVE)),
            ("1.000,00", 2, Err(words::PRICE_WRONG)),
            ("€5", 2, Err(words::PRICE_WRONG)),
            (".5", 2, Err(words::PRICE_WRONG)),
            ("99999999999999999999", 2, Err(words::PRICE_HUGE)),
        ] {
            assert_eq!(read_amount(text, decimals), expected, "{text} with {decimals}");
        }
    }

    #[test]
    fn what_is_shown_of_a_price_is_read_back() {
        for (amount, decimals, text) in [(4900, 2, "49.00"), (5, 2, "0.05"), (1200, 0, "1200"), (1234, 3, "1.234")] {
            assert_eq!(amount_text(amount, decimals), text);
            assert_eq!(read_amount(text, decimals), Ok(amount));
        }
    }
}
