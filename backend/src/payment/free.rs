//! Nothing to pay.

use shared::license::Refusal;
use shared::money::Money;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;

use super::{Begun, Provider};

/// Settles totals of zero at once, and only those.
#[derive(Clone, Copy, Debug)]
pub struct Free;

impl Provider for Free {
    fn begin_payment(&self, total: Money, _: Timestamp) -> Result<Begun, Refusal> {
        if total.is_zero() {
            return Ok(Begun::Settled);
        }
        Err(Refusal::new(RefusalCode::PaymentRequired, "This is not free: choose how to pay."))
    }
}

#[cfg(test)]
mod tests {
    use super::{Begun, Free, Money, Provider as _, RefusalCode, Timestamp};

    #[test]
    fn only_a_total_of_zero_is_free() {
        let euros = |amount| Money::new(amount, "EUR".parse().unwrap());
        let now = Timestamp::from_unix(0);
        assert_eq!(Free.begin_payment(euros(0), now), Ok(Begun::Settled));
        let refusal = Free.begin_payment(euros(1), now).unwrap_err();
        assert_eq!((refusal.code, refusal.code.status()), (RefusalCode::PaymentRequired, 402));
    }
}
