//! What a pass says about its license: the claims that the server signs, in the contract's shape.

use super::{Counter, License, LicenseTerm, Refusal};
use crate::id::{CustomerId, LicenseId, PassId};
use crate::pass::{
    Confirmation, FeatureGrant, Features, LicenseClaims, PassClaims, PassStatus, PassTerm, StatusListEntry,
    StatusReference, Uses,
};
use crate::refusal::RefusalCode;
use crate::time::Timestamp;
use crate::verdict;

/// What a pass says beside its license: who signs, for whom, bound to which key, and where its status is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassBinding {
    /// `{public_url}/v/{vendor}`.
    pub issuer: String,
    /// `{vendor}/{product}`.
    pub audience: String,
    /// Whose license it is.
    pub customer_id: CustomerId,
    /// The pass.
    pub pass_id: PassId,
    /// The license.
    pub license_id: LicenseId,
    /// The thumbprint of the terminal's key (RFC 7638).
    pub jkt: String,
    /// Where the pass stands.
    pub status: PassStatus,
    /// The address of its status list.
    pub status_uri: String,
    /// Its place in that list.
    pub status_index: u32,
}

impl License {
    /// The claims of a pass signed at `now`: good from `now` for the offline window, never past the term's end.
    ///
    /// Errors: `NOT_YET_VALID` for a `first_use` term that has not begun. Whether a pass may be signed at all is for
    /// [`License::issue_pass`] and [`License::check_usable`] to say.
    pub fn pass_claims(&self, binding: PassBinding, now: Timestamp) -> Result<PassClaims, Refusal> {
        let term = match self.term {
            LicenseTerm::Fixed { starts_at, ends_at } => PassTerm::Fixed { nbf: starts_at, exp: ends_at },
            LicenseTerm::Perpetual { starts_at } => PassTerm::Perpetual { nbf: starts_at },
            LicenseTerm::FirstUse { .. } => {
                let early = RefusalCode::Judged(verdict::Code::NotYetValid);
                return Err(Refusal::new(early, "This license begins with its first pass."));
            }
        };
        let entry = StatusListEntry { idx: binding.status_index.into(), uri: binding.status_uri };
        Ok(PassClaims {
            iss: binding.issuer,
            aud: binding.audience,
            sub: binding.customer_id.to_string(),
            jti: binding.pass_id.to_string(),
            iat: now,
            nbf: now,
            exp: self.pass_expires_at(now),
            cnf: Confirmation { jkt: binding.jkt },
            pass_status: binding.status,
            status: StatusReference { status_list: entry },
            lic: LicenseClaims {
                id: binding.license_id.to_string(),
                epoch: self.epoch.into(),
                offer: self.offer.to_string(),
                menu: self.menu.into(),
                term,
                features: self.feature_grants(),
            },
        })
    }

    fn feature_grants(&self) -> Features {
        let uses = |counter: &Counter| Uses { limit: counter.limit, left: counter.left };
        let grants = self.features.iter();
        grants.map(|(name, counter)| (name.to_string(), FeatureGrant { uses: counter.as_ref().map(uses) })).collect()
    }
}
