//! What a pass says about its license: the claims that the server signs, in the contract's shape.

use super::{Counter, License, LicenseTerm, Refusal};
use crate::id::{CustomerId, LicenseId, MoveId, PassId};
use crate::menu::Counting;
use crate::pass::{
    Confirmation, FeatureGrant, Features, LicenseClaims, PassClaims, PassStatus, PassTerm, StatusListEntry,
    StatusReference, Uses,
};
use crate::portable::PortableClaims;
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
    /// How many times it was refreshed.
    pub refreshes: u64,
}

/// What a portable pass says beside its license.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortableBinding {
    /// `{public_url}/v/{vendor}`.
    pub issuer: String,
    /// `{vendor}/{product}`.
    pub audience: String,
    /// Whose license it is.
    pub customer_id: CustomerId,
    /// The license.
    pub license_id: LicenseId,
    /// The pass that is on its way.
    pub pass_id: PassId,
    /// The move.
    pub move_id: MoveId,
    /// Until when it may be redeemed.
    pub expires_at: Timestamp,
}

impl License {
    /// The claims of a pass signed at `now`: good from `now` for the offline window, never past the term's end.
    ///
    /// Errors: `NOT_YET_VALID` for a `first_use` term that has not begun. Whether a pass may be signed at all is for
    /// [`License::issue_pass`] and [`License::check_usable`] to say.
    pub fn pass_claims(&self, binding: PassBinding, now: Timestamp) -> Result<PassClaims, Refusal> {
        let term = self.pass_term()?;
        let here = self.at(now);
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
            refresh: binding.refreshes,
            pass_status: binding.status,
            status: StatusReference { status_list: entry },
            lic: here.license_claims(binding.license_id, term),
        })
    }

    /// What a portable pass signed at `now` says of the license, for the move that it carries. Errors: as
    /// [`License::pass_claims`].
    pub fn portable_claims(&self, binding: PortableBinding, now: Timestamp) -> Result<PortableClaims, Refusal> {
        Ok(PortableClaims {
            iss: binding.issuer,
            aud: binding.audience,
            sub: binding.customer_id.to_string(),
            jti: binding.move_id.to_string(),
            iat: now,
            exp: binding.expires_at,
            move_id: binding.move_id.to_string(),
            from: binding.pass_id.to_string(),
            pass_status: PassStatus::Moving,
            lic: self.at(now).license_claims(binding.license_id, self.pass_term()?),
        })
    }

    fn license_claims(&self, license_id: LicenseId, term: PassTerm) -> LicenseClaims {
        LicenseClaims {
            id: license_id.to_string(),
            epoch: self.epoch.into(),
            offer: self.offer.to_string(),
            menu: self.menu.into(),
            term,
            features: self.feature_grants(),
        }
    }

    fn pass_term(&self) -> Result<PassTerm, Refusal> {
        match self.term {
            LicenseTerm::Fixed { starts_at, ends_at } => Ok(PassTerm::Fixed { nbf: starts_at, exp: ends_at }),
            LicenseTerm::Perpetual { starts_at } => Ok(PassTerm::Perpetual { nbf: starts_at }),
            LicenseTerm::FirstUse { .. } => {
                let early = RefusalCode::Judged(verdict::Code::NotYetValid);
                Err(Refusal::new(early, "This license begins with its first pass."))
            }
        }
    }

    /// A pass counts what is counted as it is used. What was counted when the pass was issued is paid for, and what services
    /// check out is counted there: neither runs out on the terminal.
    fn feature_grants(&self) -> Features {
        let slice = self.offline.slice.into();
        let uses = |counter: &Counter| Uses { limit: counter.limit, left: counter.left, slice };
        let on_use = |counter: &&Counter| counter.count == Counting::OnUse;
        let grant = |counter: &Option<Counter>| FeatureGrant { uses: counter.as_ref().filter(on_use).map(uses) };
        self.features.iter().map(|(name, counter)| (name.to_string(), grant(counter))).collect()
    }
}
