//! Judging tokens: one mechanism for every kind, in the order of `docs/token-format.md`, one [`Step`] per check.
//!
//! Pure: the keys and `now` are handed in, and nothing a token names is fetched. Deciding what a good pass allows is
//! [`judge`]; reading claims is the kind's own business ([`Claims::read`]). The curve itself is a feature (`curve`): a
//! browser has one, so that the SDK asks [`find_signature`] what is to be checked, and has it checked there.

use alloc::string::String;
use alloc::vec::Vec;
use core::marker::PhantomData;

use crate::jws::{self, MAX_TOKEN_LENGTH, Opened, Parts};
use crate::pass::PassClaims;
use crate::strict::{self, Object, TOKEN_DEPTH, Value};
use crate::time::Timestamp;

mod judge;
mod key;
mod signature;
mod step;

pub use judge::judge;
pub use key::{KeyRefusal, VerifyingKey, parse_jwks};
pub use signature::Signature;
pub use step::{Denial, Step};

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
#[cfg(feature = "curve")]
pub fn verify_pass(token: &str, expect: &Expect<'_>) -> Result<PassClaims, Denial> {
    verify(token, expect)
}

/// Judges a token of the kind `C` in every step.
///
/// # Errors
/// The first step that refuses, in the order of [`Step`].
#[cfg(feature = "curve")]
pub fn verify<C: Claims>(token: &str, expect: &Expect<'_>) -> Result<C, Denial> {
    check(token, expect, Expiry::Refuses)
}

/// [`verify`] without the step [`Step::Expiry`]: for whoever holds the token's state and can say more about it.
///
/// # Errors
/// As [`verify`], but never `EXPIRED`.
#[cfg(feature = "curve")]
pub fn read<C: Claims>(token: &str, expect: &Expect<'_>) -> Result<C, Denial> {
    check(token, expect, Expiry::IsLeftToJudge)
}

/// [`verify_pass`] without the step [`Step::Expiry`]: for whoever holds a pass and wants to say more about an expired one
/// than that it expired, or to refresh it. [`judge`] still refuses it.
///
/// # Errors
/// As [`verify`], but never `EXPIRED`.
#[cfg(feature = "curve")]
pub fn read_pass(token: &str, expect: &Expect<'_>) -> Result<PassClaims, Denial> {
    check(token, expect, Expiry::IsLeftToJudge)
}

/// Every step of [`verify`] up to the signature. Who has no curve of his own has the browser answer what remains of that
/// step, [`Unproven::signature`], and believes the rest only then.
///
/// # Errors
/// The first step that refuses, in the order of [`Step`].
pub fn find_signature<'a, C: Claims>(token: &'a str, keys: &'a [VerifyingKey]) -> Result<Unproven<'a, C>, Denial> {
    let parts = split::<C>(token)?;
    let header = strict::parse_object(&parts.header, TOKEN_DEPTH).map_err(|_| Step::Header)?;
    let signature = find(&header, &parts, C::TYP, keys)?;
    Ok(Unproven { signature, payload: Payload::Text(parts.payload), kind: PhantomData })
}

/// [`find_signature`] of a pass in a token that was opened before, so that it is read once.
///
/// # Errors
/// As [`find_signature`].
pub fn find_pass_signature<'a>(
    opened: &'a Opened<'a>,
    keys: &'a [VerifyingKey],
) -> Result<Unproven<'a, PassClaims>, Denial> {
    let signature = find(&opened.header, &opened.parts, PassClaims::TYP, keys)?;
    Ok(Unproven { signature, payload: Payload::Read(&opened.payload), kind: PhantomData })
}

/// The steps of [`read`] after the payload, for claims that were read from a genuine token before: times go by, and whose they
/// must be may be another question each time.
///
/// # Errors
/// The first step that refuses, in the order of [`Step`].
pub fn hold<C: Claims>(claims: &C, expect: &Expect<'_>) -> Result<(), Denial> {
    Ok(check_bounds(&claims.bounds(), expect, Expiry::IsLeftToJudge)?)
}

/// The claims of a pass that was taken in before: nothing is checked again.
///
/// # Errors
/// [`Step::Payload`], for what was not taken in before.
pub fn read_again(token: &str) -> Result<PassClaims, Denial> {
    read_claims(&split::<PassClaims>(token)?.payload)
}

/// A token of the kind `C` of which everything is in order up to the signature, and that may still not be the key's.
#[derive(Clone, Debug)]
pub struct Unproven<'a, C> {
    signature: Signature<'a>,
    payload: Payload<'a>,
    kind: PhantomData<C>,
}

#[derive(Clone, Debug)]
enum Payload<'a> {
    Text(Vec<u8>),
    Read(&'a Object),
}

#[derive(Clone, Copy, PartialEq)]
enum Expiry {
    Refuses,
    IsLeftToJudge,
}

impl<'a, C: Claims> Unproven<'a, C> {
    /// What is to be checked before anything else is believed.
    pub const fn signature(&self) -> &Signature<'a> {
        &self.signature
    }

    /// The steps after the signature.
    ///
    /// # Errors
    /// The first step that refuses, in the order of [`Step`].
    pub fn verify_claims(&self, expect: &Expect<'_>) -> Result<C, Denial> {
        self.check_claims(expect, Expiry::Refuses)
    }

    /// [`Self::verify_claims`] without the step [`Step::Expiry`], which [`judge`] makes up for.
    ///
    /// # Errors
    /// As [`Self::verify_claims`], but never `EXPIRED`.
    pub fn read_claims(&self, expect: &Expect<'_>) -> Result<C, Denial> {
        self.check_claims(expect, Expiry::IsLeftToJudge)
    }

    fn check_claims(&self, expect: &Expect<'_>, expiry: Expiry) -> Result<C, Denial> {
        let claims = match &self.payload {
            Payload::Text(text) => read_claims::<C>(text)?,
            Payload::Read(object) => C::read(object).map_err(refuse_claim)?,
        };
        check_bounds(&claims.bounds(), expect, expiry)?;
        Ok(claims)
    }
}

#[cfg(feature = "curve")]
fn check<C: Claims>(token: &str, expect: &Expect<'_>, expiry: Expiry) -> Result<C, Denial> {
    let found = find_signature::<C>(token, expect.keys)?;
    if found.signature.is_genuine() { found.check_claims(expect, expiry) } else { Err(Step::Signature.into()) }
}

fn split<C: Claims>(token: &str) -> Result<Parts<'_>, Step> {
    Ok(jws::split(token, C::MAX_LENGTH)?)
}

fn read_claims<C: Claims>(payload: &[u8]) -> Result<C, Denial> {
    let payload = strict::parse_object(payload, TOKEN_DEPTH).map_err(|_| Step::Payload)?;
    C::read(&payload).map_err(refuse_claim)
}

/// The steps from the header to what can be said of a signature without a curve.
fn find<'a>(header: &Object, parts: &Parts<'a>, typ: &str, keys: &'a [VerifyingKey]) -> Result<Signature<'a>, Step> {
    let kid = check_header(header, typ)?;
    let key = keys.iter().find(|key| key.kid() == kid).ok_or(Step::Key)?;
    Signature::read(key, &parts.signature, parts.signed).ok_or(Step::Signature)
}

/// The `kid` of a header in order.
fn check_header<'a>(header: &'a Object, typ: &str) -> Result<&'a str, Step> {
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
    Ok(kid)
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
