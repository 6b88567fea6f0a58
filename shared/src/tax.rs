//! A vendor's tax: its rate, whether prices include it, and its share of a total. Rounded once, on the total, half up.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::api::problem::FieldProblem;
use crate::money::{MAX_AMOUNT, Money};
use crate::text::{TextFault, check_name};

#[cfg(test)]
mod tests;

/// 100 % in thousandths of a percent.
const WHOLE: u32 = 100_000;

/// The longest name of a tax, and the longest registration number, in characters.
const MAX_LETTERS: usize = 40;

/// How much of a price a tax is: above 0 and at most 100 percent, in thousandths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxRate(u32);

/// The text is not a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxRateError;

impl TaxRate {
    /// Thousandths of a percent: 19000 is 19 %.
    pub const fn thousandths(self) -> u32 {
        self.0
    }

    /// What the tax adds to `net`. `None` where a price above [`MAX_AMOUNT`] would come of it, or `net` is none.
    pub fn add_to(self, net: i64) -> Option<i64> {
        let tax = share(net, self.0, WHOLE)?;
        net.checked_add(tax).filter(|gross| *gross <= MAX_AMOUNT).map(|_| tax)
    }

    /// What of `gross` is tax. `None` for what is no price.
    pub fn within(self, gross: i64) -> Option<i64> {
        share(gross, self.0, WHOLE + self.0)
    }
}

/// `amount × part / whole`, rounded half up, without leaving 64 bits for any amount up to [`MAX_AMOUNT`].
fn share(amount: i64, part: u32, whole: u32) -> Option<i64> {
    if !(0..=MAX_AMOUNT).contains(&amount) {
        return None;
    }
    let (part, whole) = (i64::from(part), i64::from(whole));
    let (times, rest) = (amount / whole, amount % whole);
    let rounded = (2 * rest * part + whole) / (2 * whole);
    times.checked_mul(part)?.checked_add(rounded)
}

impl fmt::Display for TaxRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{rest:03}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl FromStr for TaxRate {
    type Err = TaxRateError;

    fn from_str(text: &str) -> Result<Self, TaxRateError> {
        let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(rest) || whole.len() > 3 || rest.len() > 3 {
            return Err(TaxRateError);
        }
        let number = |text: &str| text.parse::<u32>().map_err(|_| TaxRateError);
        let thousandths = number(whole)? * 1000 + number(&format!("{rest:0<3}"))?;
        (1..=WHOLE).contains(&thousandths).then_some(Self(thousandths)).ok_or(TaxRateError)
    }
}

crate::wire_as_text!(
    TaxRate,
    "a rate in percent, above 0 and at most 100, with up to three decimals",
    "8.875",
    pattern = r"^[0-9]{1,3}(\.[0-9]{1,3})?$"
);

/// A vendor's tax, as its menus carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tax {
    /// What it is called: `VAT`. 1 to 40 characters.
    pub name: String,
    /// Its rate, in percent.
    pub rate: TaxRate,
    /// True where the menu's prices include it; false where it is added to their sum.
    pub included: bool,
    /// The vendor's registration number, for receipts; at most 40 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

impl Tax {
    /// What is wrong with it, below `field`.
    pub fn find_faults(&self, field: &str) -> Vec<FieldProblem> {
        let mut faults = Vec::new();
        let mut look = |member: &str, text: &str| {
            let fault = match check_name(text) {
                Err(fault @ (TextFault::Control | TextFault::Direction)) => Some(fault.sentence()),
                Err(_) => Some("Write 1 to 40 characters."),
                Ok(()) => (text.chars().count() > MAX_LETTERS).then_some("Write 1 to 40 characters."),
            };
            faults.extend(
                fault.map(|detail| FieldProblem { field: format!("{field}.{member}"), detail: detail.to_owned() }),
            );
        };
        look("name", &self.name);
        if let Some(number) = &self.number {
            look("number", number);
        }
        faults
    }

    /// What it is of the price `sum`, and what is paid then. `None` where that is too much.
    pub(crate) fn of(&self, sum: Money) -> Option<(QuoteTax, Money)> {
        let amount = if self.included { self.rate.within(sum.amount)? } else { self.rate.add_to(sum.amount)? };
        let total = if self.included { sum.amount } else { sum.amount.checked_add(amount)? };
        let Self { name, rate, included, number } = self.clone();
        let amount = Money::new(amount, sum.currency);
        Some((QuoteTax { name, rate, included, number, amount }, Money::new(total, sum.currency)))
    }
}

/// The tax in a total: what receipts show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuoteTax {
    /// What it is called.
    pub name: String,
    /// Its rate, in percent.
    pub rate: TaxRate,
    /// True where the other lines include it; false where it is a line of its own.
    pub included: bool,
    /// The vendor's registration number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// How much of the total it is.
    pub amount: Money,
}
