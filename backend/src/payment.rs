//! Who takes payments: one small trait, one file per provider.

use shared::api::admin::team::InvoiceTerms;
use shared::api::order::PaymentMethod;
use shared::license::Refusal;
use shared::money::Money;
use shared::time::Timestamp;

use crate::config::Config;

mod free;
mod invoice;
mod test;

pub use free::Free;
pub use invoice::{GRACE_SECONDS, ToInvoice, is_reference, reference};
pub use test::Sandbox;

/// A way to pay.
pub trait Provider {
    /// What an order over `total` that is placed at `now` needs before it is fulfilled; refuses totals that are not paid this
    /// way.
    fn begin_payment(&self, total: Money, now: Timestamp) -> Result<Begun, Refusal>;
}

/// Where a payment stands once it has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Nothing more is to be done.
    Settled,
    /// The customer has to pay, on the order's payment page.
    Awaited,
    /// The customer has to transfer the money until then, as the vendor instructs.
    Invoiced {
        /// What to do.
        instructions: String,
        /// Until when.
        due_at: Timestamp,
    },
}

/// The provider behind a method. `INVALID_INPUT` for one that this installation or the vendor, with its `terms` for invoices,
/// does not offer.
pub fn provider(
    method: PaymentMethod,
    config: &Config,
    terms: Option<&InvoiceTerms>,
) -> Result<Box<dyn Provider>, Refusal> {
    match (method, terms) {
        (PaymentMethod::Free, _) => Ok(Box::new(Free)),
        (PaymentMethod::Test, _) if config.test_payments => Ok(Box::new(Sandbox)),
        (PaymentMethod::Test, _) => Err(Refusal::of_field("payment", "This portal does not take test payments.")),
        (PaymentMethod::Source, _) => Err(Refusal::of_field("payment", "No order is placed this way.")),
        (PaymentMethod::Invoice, Some(terms)) => Ok(Box::new(ToInvoice(terms.clone()))),
        (PaymentMethod::Invoice, None) => {
            Err(Refusal::of_field("payment", "This vendor does not take payments by invoice."))
        }
    }
}

/// How what costs something may be paid.
pub fn methods(config: &Config, terms: Option<&InvoiceTerms>) -> Vec<PaymentMethod> {
    let test = config.test_payments.then_some(PaymentMethod::Test);
    test.into_iter().chain(terms.map(|_| PaymentMethod::Invoice)).collect()
}
