//! What a rule refuses a license: told to its vendor, and refused all the same.
//!
//! Only what a rule decides about a license that whoever asks may use: not what is malformed, not what a stranger asks, not
//! what is wrong with a token or a proof.

use serde_json::json;
use shared::id::{LicenseId, VendorId};
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::slug::Feature;
use shared::time::Timestamp;
use shared::verdict::Code;

use super::event::event;
use crate::app::App;
use crate::auth::Terminal;
use crate::store::{Outcome, StoreError, Tx};

/// The same refusal of the same license is told once in so many seconds: an app that asks again and again fills no log.
const TOLD_SECONDS: i64 = 600;

/// Who asks what of a license.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// At which vendor.
    pub(super) vendor_id: VendorId,
    /// Of which license.
    pub(super) license_id: LicenseId,
    /// Who asks: an id, or `portal` for a device that has none yet.
    pub(super) actor: String,
    /// What: `issue`, `use`, `slice`, `redeem`, `refresh`, `check_out`.
    pub(super) act: &'static str,
    /// Of which feature.
    pub(super) feature: Option<Feature>,
}

impl Asked {
    /// What a terminal asks of its license.
    pub(super) fn by(terminal: &Terminal, license_id: LicenseId, act: &'static str, feature: Option<&Feature>) -> Self {
        let (vendor_id, actor) = (terminal.vendor.vendor_id, terminal.claims.jti.clone());
        Self { vendor_id, license_id, actor, act, feature: feature.cloned() }
    }

    /// What it came to. A rule's refusal that was not told lately becomes an event: `Ok(Err(refusal))`, which keeps it, as
    /// [`once_or_refuse`](super::once::once_or_refuse) does. Nothing else may have been written by then that must not stay.
    pub(super) fn conclude<T>(
        &self,
        tx: &mut dyn Tx,
        app: &App,
        now: Timestamp,
        outcome: Outcome<T>,
    ) -> Outcome<Result<T, Refusal>> {
        let refusal = match outcome {
            Err(StoreError::Refused(refusal)) if is_denial(refusal.code) => refusal,
            outcome => return outcome.map(Ok),
        };
        if tx.product_of_license(self.vendor_id, self.license_id)?.is_none() {
            // What a token names need not be this vendor's.
            return Err(refusal.into());
        }
        let since = Timestamp::from_unix(now.as_unix() - TOLD_SECONDS);
        let what = (self.act, refusal.code.as_str());
        if !tx.note_denial(self.vendor_id, self.license_id, what, since, now)? {
            return Err(refusal.into());
        }
        let body = json!({ "code": refusal.code, "act": self.act, "feature": self.feature });
        let told = event(app, self.vendor_id, "license.denied", &self.actor, &self.license_id, &body);
        tx.append_event(&told)?;
        Ok(Err(refusal))
    }
}

/// Whether a rule about licenses has decided so.
fn is_denial(code: RefusalCode) -> bool {
    use RefusalCode as R;
    matches!(
        code,
        R::DevicesExhausted
            | R::SeatsExhausted
            | R::MoveNotAllowed
            | R::MoveLimitReached
            | R::MoveExpired
            | R::MoveUsed
            | R::SameDevice
            | R::Judged(
                Code::TermEnded
                    | Code::NotYetValid
                    | Code::Suspended
                    | Code::Revoked
                    | Code::BeingMoved
                    | Code::Moved
                    | Code::FeatureMissing
                    | Code::UsesExhausted
            )
    )
}
