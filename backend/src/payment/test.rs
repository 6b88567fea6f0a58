//! The sandbox: a page on which the customer plays the bank. Never enabled where money is meant.

use shared::api::order::TestDecision;
use shared::license::Refusal;
use shared::money::Money;
use shared::time::Timestamp;

use super::{Begun, Provider};

/// Waits for the customer's decision.
#[derive(Clone, Copy, Debug)]
pub struct Sandbox;

impl Provider for Sandbox {
    fn begin_payment(&self, total: Money, _: Timestamp) -> Result<Begun, Refusal> {
        if total.is_zero() {
            return Err(Refusal::of_field("payment", "There is nothing to pay: choose `free`."));
        }
        Ok(Begun::Awaited)
    }
}

impl Sandbox {
    /// True when the pretended bank sends the money.
    pub const fn is_paid(decision: TestDecision) -> bool {
        matches!(decision, TestDecision::Approve)
    }
}
