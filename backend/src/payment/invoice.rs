//! By invoice: the customer transfers the money to the vendor's account, and the vendor says when it has come. No other host
//! has a part in it.

use shared::api::admin::team::InvoiceTerms;
use shared::id::OrderId;
use shared::license::Refusal;
use shared::money::Money;
use shared::time::Timestamp;

use super::{Begun, Provider};

/// How long after its day an order still waits: money is on its way for some days.
pub const GRACE_SECONDS: i64 = 7 * 86_400;

const DAY_SECONDS: i64 = 86_400;

/// What references begin with.
const PREFIX: &str = "P-";

/// How many letters of the order's id follow: 50 random bits, and short enough to be typed.
const LETTERS: usize = 10;

/// Waits for the vendor's word.
#[derive(Clone, Debug)]
pub struct ToInvoice(pub InvoiceTerms);

impl Provider for ToInvoice {
    fn begin_payment(&self, total: Money, now: Timestamp) -> Result<Begun, Refusal> {
        if total.is_zero() {
            return Err(Refusal::of_field("payment", "There is nothing to pay: choose `free`."));
        }
        let due_at = now.checked_add_seconds(i64::from(self.0.days) * DAY_SECONDS).unwrap_or(now);
        Ok(Begun::Invoiced { instructions: self.0.instructions.clone(), due_at })
    }
}

/// What the transfer for an order must name.
pub fn reference(order_id: OrderId) -> String {
    let text = order_id.to_string().to_ascii_uppercase();
    let end = text.get(text.len().saturating_sub(LETTERS)..).unwrap_or_default();
    format!("{PREFIX}{end}")
}

/// Whether the text, in capitals, may be a reference.
pub fn is_reference(text: &str) -> bool {
    let letters = text.strip_prefix(PREFIX);
    letters.is_some_and(|rest| rest.len() == LETTERS && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::{Begun, InvoiceTerms, Money, Provider as _, Timestamp, ToInvoice, is_reference, reference};

    #[test]
    fn there_are_so_many_days_to_pay_and_nothing_is_not_paid_by_invoice() {
        let terms = InvoiceTerms { instructions: "IBAN".to_owned(), days: 14 };
        let begin = |amount| {
            let total = Money::new(amount, "EUR".parse().expect("a currency"));
            ToInvoice(terms.clone()).begin_payment(total, Timestamp::from_unix(1_000))
        };
        let due_at = Timestamp::from_unix(1_000 + 14 * 86_400);
        assert_eq!(begin(1), Ok(Begun::Invoiced { instructions: "IBAN".to_owned(), due_at }));
        assert!(begin(0).is_err());
    }

    #[test]
    fn a_reference_is_the_end_of_the_order_s_id() {
        let order_id = "ord_01kav7v2c5e0rtb8mcq0q1n3hx".parse().expect("an id");
        assert_eq!(reference(order_id), "P-MCQ0Q1N3HX");
        assert!(is_reference(&reference(order_id)));
        for bad in ["", "P-", "P-MCQ0Q1N3H", "MCQ0Q1N3HX", "P-MCQ0Q1N3HXX", "P-MCQ0Q1N3H%"] {
            assert!(!is_reference(bad), "{bad:?}");
        }
    }
}
