//! Nothing to pay.

use shared::license::Refusal;
use shared::money::Money;
use shared::refusal::RefusalCode;

use super::{Begun, Provider};

/// Settles totals of zero at once, and only those.
#[derive(Clone, Copy, Debug)]
pub struct Free;

impl Provider for Free {
    fn begin_payment(&self, total: Money) -> Result<Begun, Refusal> {
        if total.is_zero() {
            return Ok(Begun::Settled);
        }
        Err(Refusal::new(RefusalCode::PaymentRequired, "This is not free: choose how to pay."))
    }
}

#[cfg(test)]
mod tests {
    use super::{Begun, Free, Money, Provider as _, RefusalCode};

    #[test]
    fn only_a_total_of_zero_is_free() {
        let euros = |amount| Money::new(amount, "EUR".parse().unwrap());
        assert_eq!(Free.begin_payment(euros(0)), Ok(Begun::Settled));
        let refusal = Free.begin_payment(euros(1)).unwrap_err();
        assert_eq!((refusal.code, refusal.code.status()), (RefusalCode::PaymentRequired, 402));
    }
}
