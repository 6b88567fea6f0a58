//! Proofs of possession (`DPoP`, RFC 9449): whether a request comes from the holder of a terminal's key.
//!
//! Terminal keys are ES256. That a proof is used once (`jti`) and that a nonce is fresh is for the server to remember.

use core::fmt;

use p256::EncodedPoint;
use p256::ecdsa::VerifyingKey;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use crate::base64url::decode_32;
use crate::jws::{self, MAX_TOKEN_LENGTH};
use crate::strict::{self, Object, TOKEN_DEPTH, Value};
use crate::thumbprint::p256_thumbprint;
use crate::time::Timestamp;

mod url;

/// How long a proof is good, in seconds.
pub const PROOF_SECONDS: i64 = 60;

/// How far ahead of the server's clock a terminal's may be, in seconds.
pub const AHEAD_SECONDS: i64 = 5;

/// The longest `jti`: the server keeps them for a while.
pub const MAX_JTI_LENGTH: usize = 128;

/// The request a proof is held against.
#[derive(Clone, Copy, Debug)]
pub struct ProofExpect<'a> {
    /// The HTTP method, upper case.
    pub method: &'a str,
    /// The request's public URL; query and fragment do not count.
    pub url: &'a str,
    /// The access token the request presents, if any; the proof must name its SHA-256.
    pub token: Option<&'a str>,
    /// The nonce the server demands, if it does.
    pub nonce: Option<&'a str>,
    /// The time.
    pub now: Timestamp,
}

/// A proof that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The RFC 7638 thumbprint of the key that signed.
    pub jkt: String,
    /// The proof's own id: refuse it when it comes again within [`PROOF_SECONDS`].
    pub jti: String,
    /// When it was made.
    pub iat: Timestamp,
    /// The nonce it carries.
    pub nonce: Option<String>,
}

/// Why a proof was refused, in the order of the checks. All are `PROOF_INVALID`, but the last is answered with a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofRefusal {
    /// Not a compact JWS.
    Shape,
    /// The header is not exactly `typ`, `alg` and `jwk`.
    Header,
    /// `typ` is not `dpop+jwt`.
    Type,
    /// `alg` is not `ES256`.
    Algorithm,
    /// `jwk` is not a public P-256 key with exactly `kty`, `crv`, `x` and `y`.
    Key,
    /// The signature is not that key's.
    Signature,
    /// A claim is missing, or of another type.
    Payload,
    /// `htm` is another method.
    Method,
    /// `htu` is another address.
    Url,
    /// Made more than 60 s ago.
    Old,
    /// Made more than 5 s ahead of the server's clock.
    Early,
    /// `jti` is empty or too long.
    Id,
    /// `ath` is not the hash of the presented token.
    Token,
    /// The demanded nonce is missing or another: answer `use_dpop_nonce` with a fresh one.
    Nonce,
}

impl fmt::Display for ProofRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shape => "the proof is not a compact JWS",
            Self::Header => "the proof's header is not exactly typ, alg and jwk",
            Self::Type => "the proof's typ is not dpop+jwt",
            Self::Algorithm => "the proof's alg is not ES256",
            Self::Key => "the proof's jwk is not a public P-256 key",
            Self::Signature => "the proof's signature is not its key's",
            Self::Payload => "a claim of the proof is missing or wrong",
            Self::Method => "the proof is for another method",
            Self::Url => "the proof is for another address",
            Self::Old => "the proof is too old",
            Self::Early => "the proof was made in the future",
            Self::Id => "the proof's jti is empty or too long",
            Self::Token => "the proof is for another token",
            Self::Nonce => "the proof does not carry the nonce asked for",
        })
    }
}

impl core::error::Error for ProofRefusal {}

/// Checks the one `DPoP` header of a request.
///
/// # Errors
/// The first refusal in the order of [`ProofRefusal`].
pub fn check_proof(header: &str, expect: &ProofExpect<'_>) -> Result<Proof, ProofRefusal> {
    let parts = jws::split(header, MAX_TOKEN_LENGTH).map_err(|_| ProofRefusal::Shape)?;
    let (key, jkt) = check_header(&parts.header)?;
    if !is_genuine(&key, parts.signed, &parts.signature) {
        return Err(ProofRefusal::Signature);
    }
    let payload = strict::parse_object(&parts.payload, TOKEN_DEPTH).map_err(|_| ProofRefusal::Payload)?;
    let claims = read_claims(&payload)?;
    check_claims(&claims, expect)?;
    Ok(Proof {
        jkt,
        jti: claims.jti.to_owned(),
        iat: Timestamp::from_unix(claims.iat),
        nonce: claims.nonce.map(str::to_owned),
    })
}

fn is_genuine(key: &EncodedPoint, signed: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.as_bytes()).verify(signed, signature).is_ok()
}

fn check_header(header: &[u8]) -> Result<(EncodedPoint, String), ProofRefusal> {
    let header = strict::parse_object(header, TOKEN_DEPTH).map_err(|_| ProofRefusal::Header)?;
    let text = |name| header.get(name).and_then(Value::as_str).ok_or(ProofRefusal::Header);
    let (typ, alg) = (text("typ")?, text("alg")?);
    let jwk = header.get("jwk").and_then(Value::as_object).ok_or(ProofRefusal::Header)?;
    if header.len() != 3 {
        return Err(ProofRefusal::Header);
    }
    if typ != "dpop+jwt" {
        return Err(ProofRefusal::Type);
    }
    if alg != "ES256" {
        return Err(ProofRefusal::Algorithm);
    }
    read_key(jwk).ok_or(ProofRefusal::Key)
}

/// The key and its thumbprint. A private `d`, or any member beyond the four, refuses it.
fn read_key(jwk: &Object) -> Option<(EncodedPoint, String)> {
    let text = |name| jwk.get(name).and_then(Value::as_str);
    if jwk.len() != 4 || text("kty") != Some("EC") || text("crv") != Some("P-256") {
        return None;
    }
    let (x, y) = (decode_32(text("x")?)?, decode_32(text("y")?)?);
    let point = EncodedPoint::from_affine_coordinates(&x.into(), &y.into(), false);
    // Refuses points that are not on the curve, and coordinates that are not reduced.
    VerifyingKey::from_encoded_point(&point).ok()?;
    Some((point, p256_thumbprint(&x, &y)))
}

struct ProofClaims<'a> {
    htm: &'a str,
    htu: &'a str,
    iat: i64,
    jti: &'a str,
    ath: Option<&'a str>,
    nonce: Option<&'a str>,
}

/// Other claims are tolerated, as the RFC says.
fn read_claims(payload: &Object) -> Result<ProofClaims<'_>, ProofRefusal> {
    let text = |name| payload.get(name).and_then(Value::as_str).ok_or(ProofRefusal::Payload);
    let optional = |name| payload.get(name).map(|value| value.as_str().ok_or(ProofRefusal::Payload)).transpose();
    let iat = payload.get("iat").and_then(Value::as_integer).ok_or(ProofRefusal::Payload)?;
    Ok(ProofClaims {
        htm: text("htm")?,
        htu: text("htu")?,
        iat,
        jti: text("jti")?,
        ath: optional("ath")?,
        nonce: optional("nonce")?,
    })
}

fn check_claims(claims: &ProofClaims<'_>, expect: &ProofExpect<'_>) -> Result<(), ProofRefusal> {
    let age = expect.now.as_unix().saturating_sub(claims.iat);
    let ath = expect.token.map(|token| crate::thumbprint::sha256_base64url(token.as_bytes()));
    let checks = [
        (ProofRefusal::Method, claims.htm == expect.method),
        (ProofRefusal::Url, url::is_same_target(claims.htu, expect.url)),
        (ProofRefusal::Old, age <= PROOF_SECONDS),
        (ProofRefusal::Early, age >= -AHEAD_SECONDS),
        (ProofRefusal::Id, (1..=MAX_JTI_LENGTH).contains(&claims.jti.chars().count())),
        (ProofRefusal::Token, ath.is_none() || ath.as_deref() == claims.ath),
        (ProofRefusal::Nonce, expect.nonce.is_none() || expect.nonce == claims.nonce),
    ];
    checks.iter().find(|(_, good)| !good).map_or(Ok(()), |(refusal, _)| Err(*refusal))
}

#[cfg(test)]
mod others;
#[cfg(test)]
mod tests;
