//! The claims of a pass: what a token says about a license and the device it is bound to.
//!
//! The server signs exactly what [`PassClaims`] serializes to, and every verifier reads it with [`PassClaims::read`].
//! Unknown claims at the top level are tolerated, so that later versions may add some; inside `cnf`, `status` and `lic`,
//! where each member changes what the pass allows, they are refused.

use alloc::string::String;

use crate::strict::Object;
use crate::time::Timestamp;

mod features;
pub(crate) mod read;

pub use features::Features;

pub use crate::verdict::PassStatus;

impl PassStatus {
    /// The two bits that stand for the status in a status list.
    pub const fn as_bits(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Suspended => 2,
            Self::Moving => 3,
        }
    }

    /// The status that the low two bits stand for.
    pub const fn from_bits(bits: u8) -> Self {
        match bits & 3 {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            _ => Self::Moving,
        }
    }
}

/// The claims of a pass (`typ` `license-pass+jwt`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PassClaims {
    /// `{public_url}/v/{vendor}`.
    pub iss: String,
    /// `{vendor}/{product}`.
    pub aud: String,
    /// The customer.
    pub sub: String,
    /// The pass's id; it stays the same when the pass is refreshed.
    pub jti: String,
    /// When the pass was signed.
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_unix"))]
    pub iat: Timestamp,
    /// From when the pass is good.
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_unix"))]
    pub nbf: Timestamp,
    /// The first second at which the pass is good no more without a refresh.
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_unix"))]
    pub exp: Timestamp,
    /// The terminal's key.
    pub cnf: Confirmation,
    /// How many times the pass was refreshed: a copied profile that refreshes is found out by it. Absent means never.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "is_zero"))]
    pub refresh: u64,
    /// The state when the pass was signed.
    pub pass_status: PassStatus,
    /// Where the state now is published.
    pub status: StatusReference,
    /// What was bought.
    pub lic: LicenseClaims,
}

/// The key a token is bound to (RFC 7800).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Confirmation {
    /// The RFC 7638 thumbprint of the terminal's public key.
    pub jkt: String,
}

/// The `status` claim of the Token Status List draft.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct StatusReference {
    /// The list and the place in it.
    pub status_list: StatusListEntry,
}

/// One place in a published status list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct StatusListEntry {
    /// The index, from 0.
    pub idx: u64,
    /// The list; under the issuer's own URL.
    pub uri: String,
}

/// What was bought, as far as a terminal needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct LicenseClaims {
    /// The license id.
    pub id: String,
    /// Grows by one with every move or recovery.
    pub epoch: u64,
    /// The offer.
    pub offer: String,
    /// The version of the menu the offer stands in.
    pub menu: u64,
    /// For how long.
    pub term: PassTerm,
    /// Which features.
    pub features: Features,
}

/// For how long a license lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(tag = "kind", rename_all = "snake_case"))]
pub enum PassTerm {
    /// From `nbf` until just before `exp`.
    Fixed {
        /// The first second.
        #[cfg_attr(feature = "serde", serde(serialize_with = "as_unix"))]
        nbf: Timestamp,
        /// The first second after it.
        #[cfg_attr(feature = "serde", serde(serialize_with = "as_unix"))]
        exp: Timestamp,
    },
    /// From `nbf` on.
    Perpetual {
        /// The first second.
        #[cfg_attr(feature = "serde", serde(serialize_with = "as_unix"))]
        nbf: Timestamp,
    },
}

impl PassTerm {
    /// The first second of the term.
    pub const fn start(self) -> Timestamp {
        match self {
            Self::Fixed { nbf, .. } | Self::Perpetual { nbf } => nbf,
        }
    }

    /// The first second after the term; `None` when it never ends.
    pub const fn end(self) -> Option<Timestamp> {
        match self {
            Self::Fixed { exp, .. } => Some(exp),
            Self::Perpetual { .. } => None,
        }
    }
}

/// How a feature is granted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct FeatureGrant {
    /// Absent for a feature that is not counted.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub uses: Option<Uses>,
}

/// The uses of a counted feature. `limit` and `left` are both numbers, or both `null`: counted without a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Uses {
    /// How many were bought.
    pub limit: Option<u64>,
    /// How many were left when the pass was signed; the server's counter is the truth.
    pub left: Option<u64>,
    /// How many of them a terminal may hold as a slice, at most. Absent means none: the server refuses to grant one.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "is_zero"))]
    pub slice: u64,
}

impl PassClaims {
    /// Reads the claims from a token's payload.
    ///
    /// # Errors
    /// The claim that is missing, of another type or out of range, or the object that holds an unknown member.
    pub fn read(payload: &Object) -> Result<Self, &'static str> {
        read::read_pass(payload)
    }
}

// A time is small enough to be copied on machines of 64 bits only; there the lint sees what serde wants.
#[cfg(feature = "serde")]
#[cfg_attr(
    target_pointer_width = "64",
    expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde calls")
)]
pub(crate) fn as_unix<S: serde::Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(time.as_unix())
}

#[cfg(feature = "serde")]
// On machines of 32 bits a reference is smaller, and there is nothing to expect.
#[cfg_attr(
    target_pointer_width = "64",
    expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde calls")
)]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}
