//! Money, numbers and dates in the reader's locale, by the browser's `Intl`.

use js_sys::{Array, Function, Intl, Object, Reflect};
use shared::money::Money;
use shared::time::{Date, Timestamp};
use wasm_bindgen::{JsCast, JsValue};

fn options(members: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        // Setting a member of a fresh object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    object
}

fn text_of(format: &Function, value: &JsValue) -> String {
    format.call1(&JsValue::UNDEFINED, value).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// "€49.00": as many decimals as the currency has.
pub fn money(money: Money) -> String {
    let currency = money.currency.to_string();
    let format = Intl::NumberFormat::new(&Array::new(), &options(&[("style", "currency"), ("currency", &currency)]));
    let digits = Reflect::get(&format.resolved_options(), &"maximumFractionDigits".into());
    let digits = digits.ok().and_then(|digits| digits.as_f64()).unwrap_or(2.0);
    // As exact decimal text: Intl reads it without going through a float.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a currency has 0 to 4 decimals")]
    let decimal = format!("{}E-{}", money.amount, digits as u8);
    text_of(&format.format(), &JsValue::from_str(&decimal))
}

/// "€4.9K": shortly, for a scale.
pub fn money_short(money: Money) -> String {
    let currency = money.currency.to_string();
    let short = options(&[("style", "currency"), ("currency", &currency), ("notation", "compact")]);
    let decimals = money.currency.decimals().unwrap_or(2);
    let format = Intl::NumberFormat::new(&Array::new(), &short);
    text_of(&format.format(), &JsValue::from_str(&format!("{}E-{decimals}", money.amount)))
}

/// "1.2K": shortly, for a scale.
pub fn number_short(number: u64) -> String {
    let format = Intl::NumberFormat::new(&Array::new(), &options(&[("notation", "compact")]));
    text_of(&format.format(), &JsValue::from_str(&number.to_string()))
}

/// "4.2 MB".
pub fn bytes(bytes: u64) -> String {
    let (unit, exponent) = if bytes < 1_000_000 { ("kilobyte", 3) } else { ("megabyte", 6) };
    let members = [("style", "unit"), ("unit", unit), ("maximumFractionDigits", "1")];
    let format = Intl::NumberFormat::new(&Array::new(), &options(&members));
    text_of(&format.format(), &JsValue::from_str(&format!("{bytes}E-{exponent}")))
}

/// "1,000".
pub fn number(number: u64) -> String {
    let format = Intl::NumberFormat::new(&Array::new(), &Object::new());
    text_of(&format.format(), &JsValue::from_str(&number.to_string()))
}

fn date_text(time: Timestamp, members: &[(&str, &str)]) -> String {
    #[expect(clippy::cast_precision_loss, reason = "times end with the year 9999")]
    let date = js_sys::Date::new(&JsValue::from_f64(time.as_unix() as f64 * 1000.0));
    let format = Intl::DateTimeFormat::new(&Array::new(), &options(members));
    text_of(&format.format(), date.unchecked_ref())
}

/// "31 December 2027", in the reader's time zone.
pub fn date(time: Timestamp) -> String {
    date_text(time, &[("dateStyle", "long")])
}

/// "31 December 2027 at 14:02", in the reader's time zone.
pub fn date_time(time: Timestamp) -> String {
    date_text(time, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// "14:02", in the reader's time zone.
pub fn time(time: Timestamp) -> String {
    date_text(time, &[("timeStyle", "short")])
}

/// A calendar day as such: no time zone moves it.
pub fn day(day: Date) -> String {
    date_text(day.start(), &[("dateStyle", "long"), ("timeZone", "UTC")])
}

/// "18 Nov", for a scale.
pub fn day_short(day: Date) -> String {
    date_text(day.start(), &[("day", "numeric"), ("month", "short"), ("timeZone", "UTC")])
}

/// "November 2026": the month that the day lies in.
pub fn month(day: Date) -> String {
    date_text(day.start(), &[("month", "long"), ("year", "numeric"), ("timeZone", "UTC")])
}

/// "Nov 26", for a scale.
pub fn month_short(day: Date) -> String {
    date_text(day.start(), &[("month", "short"), ("year", "2-digit"), ("timeZone", "UTC")])
}

/// "in 12 days", "3 hours ago": in the largest unit that fits, rounded.
pub fn relative(time: Timestamp, now: Timestamp) -> String {
    const UNITS: [(i64, &str); 5] =
        [(31_557_600, "year"), (2_629_800, "month"), (86_400, "day"), (3600, "hour"), (60, "minute")];
    let seconds = time.as_unix() - now.as_unix();
    let fitting = UNITS.iter().find(|(size, _)| seconds.abs() >= *size);
    let (size, unit) = fitting.copied().unwrap_or((60, "minute"));
    #[expect(clippy::cast_precision_loss, reason = "a count of years to minutes is small")]
    let count = (seconds as f64 / size as f64).round();
    let format = Intl::RelativeTimeFormat::new(&Array::new(), &options(&[("numeric", "auto")]));
    format.format(count, unit).into()
}
