//! Who takes payments: one small trait, one file per provider.

use shared::api::order::PaymentMethod;
use shared::license::Refusal;
use shared::money::Money;

use crate::config::Config;

mod free;
mod test;

pub use free::Free;
pub use test::Sandbox;

/// A way to pay.
pub trait Provider {
    /// What an order over `total` needs before it is fulfilled; refuses totals that are not paid this way.
    fn begin_payment(&self, total: Money) -> Result<Begun, Refusal>;
}

/// Where a payment stands once it has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Nothing more is to be done.
    Settled,
    /// The customer has to pay, on the order's payment page.
    Awaited,
}

/// The provider behind a method. `INVALID_INPUT` for one that this installation does not have.
pub fn provider(method: PaymentMethod, config: &Config) -> Result<&'static dyn Provider, Refusal> {
    match method {
        PaymentMethod::Free => Ok(&Free),
        PaymentMethod::Test if config.test_payments => Ok(&Sandbox),
        PaymentMethod::Test => Err(Refusal::of_field("payment", "This portal does not take test payments.")),
    }
}
