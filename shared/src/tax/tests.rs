//! Rates as they are read, and shares that are exact to half a minor unit.

use proptest::prelude::*;

use super::{Tax, TaxRate};
use crate::money::{MAX_AMOUNT, Money};

fn rate(text: &str) -> TaxRate {
    text.parse().expect("a rate")
}

#[test]
fn a_rate_is_a_percentage_with_up_to_three_decimals() {
    for (text, thousandths, shown) in [
        ("19", 19_000, "19"),
        ("8.875", 8_875, "8.875"),
        ("7.70", 7_700, "7.7"),
        ("0.001", 1, "0.001"),
        ("100", 100_000, "100"),
        ("019", 19_000, "19"),
    ] {
        assert_eq!((rate(text).thousandths(), rate(text).to_string().as_str()), (thousandths, shown));
    }
    for bad in ["", "0", "0.000", "-1", "100.001", "101", "1000", "19%", "1e1", "1.2345", ".5", "5.", " 5", "٥", "1,5"]
    {
        assert!(bad.parse::<TaxRate>().is_err(), "{bad:?}");
    }
}

#[test]
fn a_share_is_rounded_once_and_half_up() {
    for (text, net, tax) in
        [("19", 1000, 190), ("19", 1, 0), ("50", 1, 1), ("8.875", 10_000, 888), ("5", 10, 1), ("5", 9, 0)]
    {
        assert_eq!(rate(text).add_to(net), Some(tax), "{text} % of {net}");
    }
    for (text, gross, tax) in
        [("19", 1190, 190), ("19", 1200, 192), ("7", 107, 7), ("100", 3, 2), ("20", 3, 1), ("10", 0, 0)]
    {
        assert_eq!(rate(text).within(gross), Some(tax), "{text} % in {gross}");
    }
    assert_eq!(rate("100").add_to(MAX_AMOUNT), None, "a total that nobody can read exactly");
    assert_eq!((rate("1").add_to(-1), rate("1").within(-1)), (None, None));
}

#[test]
fn an_amount_has_its_currency_s_decimals_whatever_they_are() {
    for currency in ["EUR", "JPY", "KWD"] {
        let price = Money::new(1999, currency.parse().expect("a currency"));
        let tax = |included| Tax { name: "VAT".to_owned(), rate: rate("10"), included, number: None };
        let (added, total) = tax(false).of(price).expect("small enough");
        assert_eq!((added.amount.amount, total.amount, total.currency), (200, 2199, price.currency));
        let (within, total) = tax(true).of(price).expect("small enough");
        assert_eq!((within.amount.amount, total), (182, price));
    }
}

#[test]
fn names_and_numbers_are_short_lines() {
    let faults = |name: &str, number: Option<&str>| {
        let number = number.map(str::to_owned);
        let tax = Tax { name: name.to_owned(), rate: rate("19"), included: true, number };
        tax.find_faults("tax").into_iter().map(|fault| fault.field).collect::<Vec<_>>()
    };
    assert_eq!(faults("VAT", Some("DE123456789")), Vec::<String>::new());
    assert_eq!(faults("<script>", None), Vec::<String>::new(), "shown as text");
    for bad in ["", " ", "a\nb", "a\u{202e}b", &"a".repeat(41), &"a".repeat(10_000)] {
        assert_eq!(faults(bad, Some(bad)), ["tax.name", "tax.number"], "{bad:?}");
    }
}

proptest! {
    #[test]
    fn a_share_is_exact_to_half_a_minor_unit(amount in 0..=MAX_AMOUNT, thousandths in 1..=100_000_u32) {
        let rate = TaxRate(thousandths);
        let (exact, part) = (i128::from(amount), i128::from(thousandths));
        let half_up = |of: i128| (2 * exact * part + of) / (2 * of);
        prop_assert_eq!(rate.within(amount).map(i128::from), Some(half_up(100_000 + part)));
        let added = half_up(100_000);
        let fits = exact + added <= i128::from(MAX_AMOUNT);
        prop_assert_eq!(rate.add_to(amount).map(i128::from), fits.then_some(added));
    }

    #[test]
    fn a_tax_that_was_added_is_found_again(net in 0..=MAX_AMOUNT / 2, thousandths in 1..=100_000_u32) {
        let rate = TaxRate(thousandths);
        let added = rate.add_to(net).expect("half of the range");
        let within = rate.within(net + added).expect("in the range");
        prop_assert!((within - added).abs() <= 1, "{added} was added and {within} is within");
    }

    #[test]
    fn a_rate_is_read_as_it_is_shown(thousandths in 1..=100_000_u32) {
        prop_assert_eq!(TaxRate(thousandths).to_string().parse(), Ok(TaxRate(thousandths)));
    }
}
