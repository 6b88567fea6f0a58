//! Money in minor units. Arithmetic is checked; nothing is rounded because nothing is divided.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

mod iso4217;

/// An ISO 4217 currency code: three capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

/// The text is not three capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrencyError;

impl Currency {
    /// The three letters.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many decimals its amounts are written with: 2 for euros, 0 for yen, 3 for Kuwaiti dinars. `None` for three letters
    /// that are no currency.
    pub fn decimals(&self) -> Option<u32> {
        iso4217::decimals(self.as_str())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(text: &str) -> Result<Self, CurrencyError> {
        let letters: [u8; 3] = text.as_bytes().try_into().map_err(|_| CurrencyError)?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters)).ok_or(CurrencyError)
    }
}

crate::wire_as_text!(Currency, "an ISO 4217 currency code", "EUR", pattern = "^[A-Z]{3}$");

/// The greatest amount that any price or total may have: what every JSON reader keeps exactly (2^53 − 1).
pub const MAX_AMOUNT: i64 = (1 << 53) - 1;

/// An amount of money, in the currency's minor units (cents, yen, fils).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Money {
    /// Minor units, 0 to 2^53 − 1; what is taken off a price is below zero.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// `amount` minor units of `currency`.
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// True when there is nothing to pay.
    pub const fn is_zero(&self) -> bool {
        self.amount == 0
    }
}

/// The sum of two amounts in minor units; `None` beyond [`MAX_AMOUNT`] or below zero.
pub fn checked_sum(left: i64, right: i64) -> Option<i64> {
    left.checked_add(right).filter(|sum| (0..=MAX_AMOUNT).contains(sum))
}
