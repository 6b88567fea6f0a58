//! The steps of judging a token, and the refusal of one.

use alloc::borrow::ToOwned as _;
use alloc::string::String;

use crate::jws::ShapeFault;
use crate::verdict::{Code, Verdict};

/// The steps of judging a token, in their order. Each refuses with its own value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// At most 8 KiB (a status list: 4 MiB).
    Length,
    /// Base64url and dots only.
    Characters,
    /// Exactly two dots.
    Segments,
    /// Base64url without padding and stray bits.
    Encoding,
    /// A strict JSON object with exactly `alg`, `typ` and `kid`, all texts.
    Header,
    /// The one `typ` of the wanted kind.
    Type,
    /// `EdDSA`, the algorithm of every key.
    Algorithm,
    /// `kid` is one of the issuer's keys.
    Key,
    /// A strict Ed25519 signature by that key.
    Signature,
    /// A strict JSON object with the kind's claims.
    Payload,
    /// `now < exp`, give or take the leeway.
    Expiry,
    /// Not signed in the future, give or take the leeway.
    IssuedAt,
    /// `nbf ≤ now`, give or take the leeway.
    NotBefore,
    /// The wanted issuer.
    Issuer,
    /// The wanted audience.
    Audience,
    /// Bound to the wanted terminal key.
    Device,
}

/// A token was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// The code of the refusal.
    pub code: Code,
    /// The step that refused.
    pub step: Step,
    /// The reason in a sentence for the person who can act.
    pub detail: String,
}

impl Step {
    /// Every step, in its order.
    pub const ALL: [Self; 16] = [
        Self::Length,
        Self::Characters,
        Self::Segments,
        Self::Encoding,
        Self::Header,
        Self::Type,
        Self::Algorithm,
        Self::Key,
        Self::Signature,
        Self::Payload,
        Self::Expiry,
        Self::IssuedAt,
        Self::NotBefore,
        Self::Issuer,
        Self::Audience,
        Self::Device,
    ];

    /// The code with which this step refuses.
    pub const fn code(self) -> Code {
        match self {
            Self::Length | Self::Characters | Self::Segments | Self::Encoding | Self::Header | Self::Payload => {
                Code::Malformed
            }
            Self::Type => Code::WrongType,
            Self::Algorithm | Self::Signature => Code::SignatureInvalid,
            Self::Key => Code::UnknownKey,
            Self::Expiry => Code::Expired,
            Self::IssuedAt => Code::ClockSuspect,
            Self::NotBefore => Code::NotYetValid,
            Self::Issuer => Code::WrongIssuer,
            Self::Audience => Code::WrongAudience,
            Self::Device => Code::DeviceMismatch,
        }
    }

    /// The step's name, as in the vectors.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Characters => "characters",
            Self::Segments => "segments",
            Self::Encoding => "encoding",
            Self::Header => "header",
            Self::Type => "type",
            Self::Algorithm => "algorithm",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Payload => "payload",
            Self::Expiry => "expiry",
            Self::IssuedAt => "issued_at",
            Self::NotBefore => "not_before",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Device => "device",
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::Header => "The token's header is not exactly alg, typ and kid in strict JSON.",
            Self::Algorithm => "The token names another algorithm than its key's.",
            other => other.code().sentence(),
        }
    }
}

impl From<Step> for Denial {
    fn from(step: Step) -> Self {
        Self { code: step.code(), step, detail: step.sentence().to_owned() }
    }
}

impl From<ShapeFault> for Step {
    fn from(fault: ShapeFault) -> Self {
        match fault {
            ShapeFault::Length => Self::Length,
            ShapeFault::Characters => Self::Characters,
            ShapeFault::Segments => Self::Segments,
            ShapeFault::Encoding => Self::Encoding,
        }
    }
}

impl From<Denial> for Verdict {
    fn from(denial: Denial) -> Self {
        Self { detail: denial.detail, ..Self::deny(denial.code) }
    }
}
