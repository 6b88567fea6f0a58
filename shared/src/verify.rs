//! Judging tokens: one mechanism for every kind, in the order of `docs/token-format.md`, one [`Step`] per check.
//!
//! Pure: the keys and `now` are handed in, and nothing a token names is fetched. Deciding what a good pass allows is
//! [`judge`]; reading claims is the kind's own business ([`Claims::read`]).

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

use crate::jws::{self, MAX_TOKEN_LENGTH, ShapeFault};
use crate::pass::PassClaims;
use crate::strict::{self, Object, TOKEN_DEPTH, Value};
use crate::time::Timestamp;
use crate::verdict::{Code, Verdict};

mod judge;
mod key;

pub use judge::judge;
pub use key::{KeyRefusal, VerifyingKey, parse_jwks};

/// How far two honest clocks may differ, in seconds.
pub const LEEWAY_SECONDS: i64 = 30;

/// What a token is held against.
#[derive(Clone, Copy, Debug)]
pub struct Expect<'a> {
    /// The one issuer: `{public_url}/v/{vendor}`.
    pub issuer: &'a str,
    /// The one audience: `{vendor}/{product}`.
    pub audience: &'a str,
    /// That issuer's keys.
    pub keys: &'a [VerifyingKey],
    /// The time.
    pub now: Timestamp,
    /// The thumbprint of the terminal's key; `None` where no terminal is at hand.
    pub jkt: Option<&'a str>,
}

/// A kind of token: its `typ`, its claims, and which of them bound it.
pub trait Claims: Sized {
    /// The one `typ` of this kind.
    const TYP: &'static str;

    /// The longest token of this kind, in bytes.
    const MAX_LENGTH: usize = MAX_TOKEN_LENGTH;

    /// Reads the claims; the refusal names the claim at fault.
    fn read(payload: &Object) -> Result<Self, &'static str>;

    /// The claims every kind is held to.
    fn bounds(&self) -> Bounds<'_>;
}

/// The claims every kind of token is held to.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<'a> {
    /// Who signed.
    pub iss: &'a str,
    /// For whom.
    pub aud: &'a str,
    /// When it was signed.
    pub iat: Timestamp,
    /// From when it is good, where that is another time.
    pub nbf: Option<Timestamp>,
    /// When it is good no more.
    pub exp: Timestamp,
    /// The terminal key it is bound to.
    pub jkt: Option<&'a str>,
}

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

impl Claims for PassClaims {
    const TYP: &'static str = "license-pass+jwt";

    fn read(payload: &Object) -> Result<Self, &'static str> {
        Self::read(payload)
    }

    fn bounds(&self) -> Bounds<'_> {
        Bounds {
            iss: &self.iss,
            aud: &self.aud,
            iat: self.iat,
            nbf: Some(self.nbf),
            exp: self.exp,
            jkt: Some(&self.cnf.jkt),
        }
    }
}

/// Judges a pass up to the terminal's key; what it then allows is for [`judge`] to say.
///
/// # Errors
/// As [`verify`].
pub fn verify_pass(token: &str, expect: &Expect<'_>) -> Result<PassClaims, Denial> {
    verify(token, expect)
}

/// Judges a token of the kind `C` in every step.
///
/// # Errors
/// The first step that refuses, in the order of [`Step`].
pub fn verify<C: Claims>(token: &str, expect: &Expect<'_>) -> Result<C, Denial> {
    check(token, expect, Expiry::Refuses)
}

/// [`verify_pass`] without the step [`Step::Expiry`]: for whoever holds a pass and wants to say more about an expired one
/// than that it expired, or to refresh it. [`judge`] still refuses it.
///
/// # Errors
/// As [`verify`], but never `EXPIRED`.
pub fn read_pass(token: &str, expect: &Expect<'_>) -> Result<PassClaims, Denial> {
    check(token, expect, Expiry::IsLeftToJudge)
}

/// The claims of a pass that [`read_pass`] or [`verify_pass`] took in before: nothing is checked again.
///
/// # Errors
/// [`Step::Payload`], for what was not taken in before.
pub fn read_again(token: &str) -> Result<PassClaims, Denial> {
    read_claims(&jws::split(token, PassClaims::MAX_LENGTH).map_err(Step::from)?.payload)
}

#[derive(Clone, Copy, PartialEq)]
enum Expiry {
    Refuses,
    IsLeftToJudge,
}

fn check<C: Claims>(token: &str, expect: &Expect<'_>, expiry: Expiry) -> Result<C, Denial> {
    let claims: C = read_claims(&check_signature(token, C::TYP, C::MAX_LENGTH, expect.keys)?)?;
    check_bounds(&claims.bounds(), expect, expiry)?;
    Ok(claims)
}

/// Every step before the claims; gives the signed payload.
fn check_signature(token: &str, typ: &str, max_length: usize, keys: &[VerifyingKey]) -> Result<Vec<u8>, Step> {
    let parts = jws::split(token, max_length)?;
    let key = check_header(&parts.header, typ, keys)?;
    if key.verify(parts.signed, &parts.signature) { Ok(parts.payload) } else { Err(Step::Signature) }
}

fn read_claims<C: Claims>(payload: &[u8]) -> Result<C, Denial> {
    let payload = strict::parse_object(payload, TOKEN_DEPTH).map_err(|_| Step::Payload)?;
    C::read(&payload).map_err(refuse_claim)
}

fn check_header<'a>(header: &[u8], typ: &str, keys: &'a [VerifyingKey]) -> Result<&'a VerifyingKey, Step> {
    let header = strict::parse_object(header, TOKEN_DEPTH).map_err(|_| Step::Header)?;
    // No unknown member: `crit`, `b64`, `jwk`, `jku` and the like change what a general library checks.
    let text = |name| header.get(name).and_then(Value::as_str).ok_or(Step::Header);
    let (alg, kid, found) = (text("alg")?, text("kid")?, text("typ")?);
    if header.len() != 3 {
        return Err(Step::Header);
    }
    // One kind is never taken for another: a lease signed by the same key is not a pass.
    if found != typ {
        return Err(Step::Type);
    }
    // The algorithm is the key's, never the token's choice (`none`, HS256 with the public key as secret).
    if alg != "EdDSA" {
        return Err(Step::Algorithm);
    }
    keys.iter().find(|key| key.kid() == kid).ok_or(Step::Key)
}

fn check_bounds(bounds: &Bounds<'_>, expect: &Expect<'_>, expiry: Expiry) -> Result<(), Step> {
    let (now, leeway) = (expect.now.as_unix(), LEEWAY_SECONDS);
    let checks = [
        (Step::Expiry, expiry == Expiry::IsLeftToJudge || now < bounds.exp.as_unix().saturating_add(leeway)),
        (Step::IssuedAt, bounds.iat.as_unix() <= now.saturating_add(leeway)),
        (Step::NotBefore, bounds.nbf.is_none_or(|nbf| nbf.as_unix() <= now.saturating_add(leeway))),
        (Step::Issuer, bounds.iss == expect.issuer),
        (Step::Audience, bounds.aud == expect.audience),
        (Step::Device, expect.jkt.is_none() || expect.jkt == bounds.jkt),
    ];
    checks.iter().find(|(_, good)| !good).map_or(Ok(()), |(step, _)| Err(*step))
}

fn refuse_claim(claim: &str) -> Denial {
    let mut detail = String::from("The token's claim ");
    detail.push_str(claim);
    detail.push_str(" is missing or wrong.");
    Denial { detail, ..Step::Payload.into() }
}
