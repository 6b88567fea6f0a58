//! What a vendor's team does to a customer's license or pass: suspend, reinstate, revoke.

use super::{License, LicenseState, Refusal, StatusReason};
use crate::api::order::OrderState;
use crate::refusal::RefusalCode;
use crate::verdict::PassStatus;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It may not be used for now.
    Suspend,
    /// It may be used again.
    Reinstate,
    /// It may never be used again.
    Revoke,
}

/// Where an act leaves a pass that it changes.
pub type PassChange = (PassStatus, Option<StatusReason>);

impl License {
    /// Where `act` on one of its passes leaves that pass; `None` where it is so already.
    ///
    /// A pass that is reinstated while its license is suspended stays suspended with it. Errors: `CONFLICT` for a pass that
    /// is `invalid`, unless it is to be revoked; and for one that only its license suspends.
    pub fn act_on_pass(
        &self,
        act: Act,
        status: PassStatus,
        reason: Option<StatusReason>,
    ) -> Result<Option<PassChange>, Refusal> {
        let next = match (act, status) {
            (Act::Revoke, PassStatus::Invalid) | (Act::Reinstate, PassStatus::Valid | PassStatus::Moving) => {
                return Ok(None);
            }
            (_, PassStatus::Invalid) => return Err(conflict("The pass is over for good: it does not come back.")),
            (Act::Revoke, _) => (PassStatus::Invalid, Some(StatusReason::Vendor)),
            (Act::Suspend, _) => (PassStatus::Suspended, Some(StatusReason::Vendor)),
            (Act::Reinstate, PassStatus::Suspended) if self.state == LicenseState::Active => (PassStatus::Valid, None),
            (Act::Reinstate, PassStatus::Suspended) if reason == Some(StatusReason::License) => {
                return Err(conflict("The pass's license is suspended: reinstate that."));
            }
            (Act::Reinstate, PassStatus::Suspended) => (PassStatus::Suspended, Some(StatusReason::License)),
        };
        Ok((next != (status, reason)).then_some(next))
    }

    /// Where `act` leaves the license; `None` where it is so already. Its passes follow: [`Act::follow`].
    ///
    /// Errors: `CONFLICT` for a license that is revoked, unless it is to be revoked.
    pub fn act(&self, act: Act) -> Result<Option<Self>, Refusal> {
        let state = match (act, self.state) {
            (Act::Revoke, _) => LicenseState::Revoked,
            (_, LicenseState::Revoked) => return Err(conflict("The license is revoked: it does not come back.")),
            (Act::Suspend, _) => LicenseState::Suspended,
            (Act::Reinstate, _) => LicenseState::Active,
        };
        Ok((state != self.state).then(|| Self { state, ..self.clone() }))
    }
}

/// Where refunding an order leaves it; `None` where it is refunded already. Its license is revoked with it.
///
/// Errors: `CONFLICT` for an order that nobody paid.
pub fn refund_order(state: OrderState) -> Result<Option<OrderState>, Refusal> {
    match state {
        OrderState::Fulfilled => Ok(Some(OrderState::Refunded)),
        OrderState::Refunded => Ok(None),
        OrderState::AwaitingPayment | OrderState::Cancelled => Err(conflict("The order was not paid.")),
    }
}

impl Act {
    /// The word by which events name it.
    pub const fn done(self) -> &'static str {
        match self {
            Self::Suspend => "suspended",
            Self::Reinstate => "reinstated",
            Self::Revoke => "revoked",
        }
    }

    /// What becomes of a pass when this is done to its license; `None` where it stays as it is.
    pub const fn follow(self, status: PassStatus, reason: Option<StatusReason>) -> Option<PassChange> {
        let because = Some(StatusReason::License);
        match (self, status, reason) {
            (Self::Suspend, PassStatus::Valid | PassStatus::Moving, _) => Some((PassStatus::Suspended, because)),
            (Self::Reinstate, PassStatus::Suspended, Some(StatusReason::License)) => Some((PassStatus::Valid, None)),
            (Self::Revoke, PassStatus::Valid | PassStatus::Moving | PassStatus::Suspended, _) => {
                Some((PassStatus::Invalid, because))
            }
            _ => None,
        }
    }
}

pub(super) fn conflict(detail: &str) -> Refusal {
    Refusal::new(RefusalCode::Conflict, detail)
}

#[cfg(test)]
mod tests {
    use super::super::tests::granted;
    use super::{Act, LicenseState, PassStatus, StatusReason};

    use Act::{Reinstate, Revoke, Suspend};
    use PassStatus::{Invalid, Moving, Suspended, Valid};

    const ALL: [Act; 3] = [Suspend, Reinstate, Revoke];
    const VENDOR: Option<StatusReason> = Some(StatusReason::Vendor);
    const LICENSE: Option<StatusReason> = Some(StatusReason::License);
    const CLONED: Option<StatusReason> = Some(StatusReason::Cloned);

    type Place = (PassStatus, Option<StatusReason>);

    /// `None` is a refusal; a pass that stays where it is ends where it began.
    #[track_caller]
    fn check(state: LicenseState, act: Act, from: Place, to: Option<Place>) {
        let license = super::License { state, ..granted(serde_json::json!({}), "2026-11-22T02:00:00Z") };
        let outcome = license.act_on_pass(act, from.0, from.1);
        let outcome = outcome.map(|change| change.unwrap_or(from));
        assert_eq!(outcome.as_ref().ok(), to.as_ref(), "{act:?} {from:?}: {outcome:?}");
        if let Some(to) = to {
            assert_eq!(license.act_on_pass(act, to.0, to.1), Ok(None), "{act:?} {to:?}: repeated, nothing changes");
        }
    }

    #[test]
    fn a_pass_that_is_over_stays_over() {
        let reasons =
            [VENDOR, LICENSE, Some(StatusReason::Moved), Some(StatusReason::Recovered), Some(StatusReason::Replaced)];
        for state in [LicenseState::Active, LicenseState::Suspended, LicenseState::Revoked] {
            for reason in reasons {
                check(state, Suspend, (Invalid, reason), None);
                check(state, Reinstate, (Invalid, reason), None);
                check(state, Revoke, (Invalid, reason), Some((Invalid, reason)));
            }
        }
    }

    #[test]
    fn a_live_pass_is_suspended_reinstated_and_revoked() {
        let active = LicenseState::Active;
        for from in [(Valid, None), (Moving, None), (Suspended, VENDOR), (Suspended, LICENSE), (Suspended, CLONED)] {
            check(active, Suspend, from, Some((Suspended, VENDOR)));
            check(active, Revoke, from, Some((Invalid, VENDOR)));
        }
        for from in [(Suspended, VENDOR), (Suspended, LICENSE), (Suspended, CLONED)] {
            check(active, Reinstate, from, Some((Valid, None)));
        }
        check(active, Reinstate, (Valid, None), Some((Valid, None)));
        check(active, Reinstate, (Moving, None), Some((Moving, None)));
    }

    #[test]
    fn no_pass_of_a_suspended_license_works() {
        let license = LicenseState::Suspended;
        for reason in [VENDOR, CLONED] {
            let license = super::License { state: license, ..granted(serde_json::json!({}), "2026-11-22T02:00:00Z") };
            assert_eq!(license.act_on_pass(Reinstate, Suspended, reason), Ok(Some((Suspended, LICENSE))));
        }
        check(license, Reinstate, (Suspended, LICENSE), None);
        check(license, Suspend, (Suspended, LICENSE), Some((Suspended, VENDOR)));
    }

    #[test]
    fn a_license_takes_along_what_works_and_brings_back_what_it_took() {
        for from in [(Valid, None), (Moving, None)] {
            assert_eq!(Suspend.follow(from.0, from.1), Some((Suspended, LICENSE)));
            assert_eq!(Reinstate.follow(from.0, from.1), None);
        }
        for reason in [VENDOR, CLONED] {
            assert_eq!(Suspend.follow(Suspended, reason), None);
            assert_eq!(Reinstate.follow(Suspended, reason), None);
        }
        assert_eq!(Suspend.follow(Suspended, LICENSE), None);
        assert_eq!(Reinstate.follow(Suspended, LICENSE), Some((Valid, None)));
        for from in [(Valid, None), (Moving, None), (Suspended, VENDOR), (Suspended, LICENSE), (Suspended, CLONED)] {
            assert_eq!(Revoke.follow(from.0, from.1), Some((Invalid, LICENSE)));
        }
        for act in ALL {
            assert_eq!(act.follow(Invalid, LICENSE), None);
        }
    }

    #[test]
    fn only_what_was_paid_is_paid_back_and_once() {
        use crate::api::order::OrderState as State;
        assert_eq!(super::refund_order(State::Fulfilled), Ok(Some(State::Refunded)));
        assert_eq!(super::refund_order(State::Refunded), Ok(None));
        for state in [State::AwaitingPayment, State::Cancelled] {
            assert!(super::refund_order(state).is_err(), "{state:?}");
        }
    }

    #[test]
    fn a_revoked_license_does_not_come_back() {
        use LicenseState::{Active, Revoked};
        let license = granted(serde_json::json!({}), "2026-11-22T02:00:00Z");
        let at = |state| super::License { state, ..license.clone() };
        for (act, from, to) in [
            (Suspend, Active, LicenseState::Suspended),
            (Reinstate, LicenseState::Suspended, Active),
            (Revoke, Active, Revoked),
            (Revoke, LicenseState::Suspended, Revoked),
        ] {
            assert_eq!(at(from).act(act), Ok(Some(at(to))), "{act:?} {from:?}");
            assert_eq!(at(to).act(act), Ok(None), "{act:?} {to:?}: repeated, nothing changes");
        }
        for act in [Suspend, Reinstate] {
            assert!(at(Revoked).act(act).is_err(), "{act:?}");
        }
    }
}
