//! What a vendor's team does to a customer's license or pass: suspend, reinstate, revoke.

use super::{License, LicenseState, Refusal, StatusReason};
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

impl Act {
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

fn conflict(detail: &str) -> Refusal {
    Refusal::new(RefusalCode::Conflict, detail)
}
