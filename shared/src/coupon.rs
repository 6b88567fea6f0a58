//! Coupons: what a code takes off a price. Whether a code may still be redeemed is the store's to know; what it takes off
//! is the same in the page and in the server.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::money::{Currency, Money};
use crate::slug::Slug;
use crate::time::Timestamp;

/// A coupon's code: 4 to 32 of `A-Z`, `0-9` and `-`. It is read in either case and kept in capitals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CouponCode(String);

/// The text is not a coupon's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CouponCodeError;

impl CouponCode {
    /// The code, in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CouponCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CouponCode {
    type Err = CouponCodeError;

    fn from_str(text: &str) -> Result<Self, CouponCodeError> {
        let is_code = (4..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        is_code.then(|| Self(text.to_ascii_uppercase())).ok_or(CouponCodeError)
    }
}

crate::wire_as_text!(
    CouponCode,
    "a coupon's code: 4 to 32 letters, digits and hyphens",
    "SPRING-25",
    pattern = "^[A-Za-z0-9-]{4,32}$"
);

/// What a coupon takes off, and what from: the answer to `GET /vendors/{vendor}/products/{product}/coupons/{code}`, and what
/// [`crate::quote::quote_with`] is handed. Either `percent_off` or `amount_off` is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CouponTerms {
    /// The code, in capitals.
    pub code: CouponCode,
    /// So much of the price, 1 to 100 in a hundred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent_off: Option<u8>,
    /// So much money, at least 1; never more than the price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_off: Option<Money>,
    /// The offers that it is for; all of the product's when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Slug>,
}

impl CouponTerms {
    /// How much comes off `price` minor units of `currency` of this offer, 1 to `price`: a part of the price is rounded down
    /// to a whole minor unit.
    ///
    /// Errors, as a sentence: another offer, another currency, nothing to take off, terms that say nothing.
    pub fn take_off(&self, offer: &Slug, price: i64, currency: Currency) -> Result<i64, &'static str> {
        if !self.offers.is_empty() && !self.offers.contains(offer) {
            return Err("this coupon is for another offer");
        }
        if price <= 0 {
            return Err("this costs nothing already: keep the coupon");
        }
        let off = match (self.percent_off, self.amount_off) {
            (Some(percent @ 1..=100), None) => part(price, percent),
            (None, Some(amount)) if amount.currency != currency => return Err("this coupon is in another currency"),
            (None, Some(amount)) if amount.amount > 0 => amount.amount.min(price),
            _ => return Err("this coupon is not known"),
        };
        if off == 0 {
            return Err("this coupon takes nothing off so small a price");
        }
        Ok(off)
    }
}

/// Whether a coupon may be redeemed, as far as its vendor says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CouponWindow {
    /// Whether at all.
    pub active: bool,
    /// From when.
    pub starts_at: Option<Timestamp>,
    /// Until when.
    pub ends_at: Option<Timestamp>,
    /// For how many orders.
    pub limit: Option<u32>,
    /// For how many it was, and not given back.
    pub redeemed: u32,
}

impl CouponWindow {
    /// That it may be redeemed once more at `now`. Errors, as a sentence: not active, not yet, not any more, used up.
    pub fn check(&self, now: Timestamp) -> Result<(), &'static str> {
        match *self {
            Self { active: false, .. } => Err("this coupon is not valid any more"),
            Self { starts_at: Some(start), .. } if now < start => Err("this coupon is not valid yet"),
            Self { ends_at: Some(end), .. } if end <= now => Err("this coupon has ended"),
            Self { limit: Some(limit), redeemed, .. } if limit <= redeemed => Err("this coupon is used up"),
            _ => Ok(()),
        }
    }
}

/// `percent` in a hundred of `price`, rounded down.
fn part(price: i64, percent: u8) -> i64 {
    let part = i128::from(price) * i128::from(percent) / 100;
    // At most the price, which is an i64.
    i64::try_from(part).unwrap_or(price)
}

#[cfg(test)]
mod tests {
    use super::{CouponCode, CouponTerms, CouponWindow, Timestamp};
    use crate::money::{Currency, MAX_AMOUNT, Money};
    use crate::slug::Slug;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    fn offer(slug: &str) -> Slug {
        slug.parse().unwrap()
    }

    fn percent(percent: u8) -> CouponTerms {
        CouponTerms { code: "HALF".parse().unwrap(), percent_off: Some(percent), amount_off: None, offers: Vec::new() }
    }

    fn amount(amount: i64, code: &str) -> CouponTerms {
        CouponTerms { percent_off: None, amount_off: Some(Money::new(amount, currency(code))), ..percent(1) }
    }

    #[track_caller]
    fn check(terms: &CouponTerms, price: i64, code: &str, off: Option<i64>) {
        assert_eq!(terms.take_off(&offer("pro"), price, currency(code)).ok(), off, "{terms:?} of {price} {code}");
    }

    #[test]
    fn a_part_is_rounded_down_to_whole_minor_units_of_whatever_currency() {
        // Yen have no smaller unit, euros have cents, Kuwaiti dinars have fils.
        for code in ["JPY", "EUR", "KWD"] {
            check(&percent(50), 1999, code, Some(999));
            check(&percent(33), 100, code, Some(33));
            check(&percent(1), 199, code, Some(1));
            check(&percent(100), 1999, code, Some(1999));
            check(&percent(99), MAX_AMOUNT, code, Some(8_917_127_262_193_581));
        }
    }

    #[test]
    fn an_amount_takes_off_the_price_at_most_and_in_its_own_currency() {
        for code in ["JPY", "EUR", "KWD"] {
            check(&amount(500, code), 1999, code, Some(500));
            check(&amount(1999, code), 1999, code, Some(1999));
            check(&amount(5000, code), 1999, code, Some(1999));
        }
        check(&amount(500, "JPY"), 1999, "EUR", None);
    }

    #[test]
    fn what_costs_nothing_or_too_little_keeps_its_coupon() {
        check(&percent(50), 0, "EUR", None);
        check(&amount(1, "EUR"), 0, "EUR", None);
        check(&percent(1), 99, "EUR", None);
        check(&percent(1), 100, "EUR", Some(1));
    }

    #[test]
    fn terms_that_say_nothing_take_nothing_off() {
        for wrong in [percent(0), percent(101), amount(0, "EUR"), amount(-5, "EUR")] {
            check(&wrong, 1999, "EUR", None);
        }
        check(&CouponTerms { percent_off: None, ..percent(1) }, 1999, "EUR", None);
        check(&CouponTerms { amount_off: amount(1, "EUR").amount_off, ..percent(1) }, 1999, "EUR", None);
    }

    #[test]
    fn a_coupon_for_some_offers_is_for_no_other() {
        let only = CouponTerms { offers: vec![offer("team")], ..percent(10) };
        check(&only, 1999, "EUR", None);
        check(&CouponTerms { offers: vec![offer("team"), offer("pro")], ..only }, 1999, "EUR", Some(199));
    }

    #[test]
    fn a_coupon_is_good_from_its_start_to_its_end_and_up_to_its_limit() {
        let at = Timestamp::from_unix;
        let open = CouponWindow { active: true, starts_at: None, ends_at: None, limit: None, redeemed: 7 };
        let dated = CouponWindow { starts_at: Some(at(100)), ends_at: Some(at(200)), ..open };
        for (window, now, is_good) in [
            (open, 0, true),
            (CouponWindow { active: false, ..open }, 0, false),
            (dated, 99, false),
            (dated, 100, true),
            (dated, 199, true),
            (dated, 200, false),
            (CouponWindow { limit: Some(8), ..open }, 0, true),
            (CouponWindow { limit: Some(7), ..open }, 0, false),
        ] {
            assert_eq!(window.check(at(now)).is_ok(), is_good, "{window:?} at {now}");
        }
    }

    #[test]
    fn a_code_is_read_in_either_case() {
        assert_eq!("spring-25".parse::<CouponCode>().unwrap().as_str(), "SPRING-25");
        for wrong in ["ABC", "", "AB CD", "ÄBCD", "A_BCD", &"A".repeat(33)] {
            assert!(wrong.parse::<CouponCode>().is_err(), "{wrong}");
        }
        assert!("A".repeat(32).parse::<CouponCode>().is_ok());
    }

    proptest! {
        #[test]
        fn what_comes_off_is_never_more_than_the_price_nor_less_than_exact(price in 1..=MAX_AMOUNT, share in 1..=100_u8) {
            let off = percent(share).take_off(&offer("pro"), price, currency("EUR")).unwrap_or(0);
            let exact = i128::from(price) * i128::from(share);
            prop_assert!((0..=price).contains(&off));
            prop_assert!(i128::from(off) * 100 <= exact && exact < (i128::from(off) + 1) * 100);
        }
    }
}
