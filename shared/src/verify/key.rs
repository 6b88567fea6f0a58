//! An issuer's public keys, and the JWK set they are published in.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::signature::check_point;
use crate::base64url::{self, decode_32};
use crate::strict::{self, Object, TOKEN_DEPTH, Value};
use crate::thumbprint::ed25519_thumbprint;

/// A public Ed25519 key that may sign tokens, and its `kid`: the thumbprint of the key, so the name cannot lie.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    kid: String,
    bytes: [u8; 32],
    /// The point; `None` where the bytes stand for none, so that nothing verifies.
    #[cfg(feature = "curve")]
    point: Option<ed25519_dalek::VerifyingKey>,
}

/// Why a key, or a set of keys, was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRefusal {
    /// Not strict JSON, or not an object with an array `keys` of objects that each have a `kty`.
    Json,
    /// A member of an Ed25519 key is missing, of another type, or wrong for a signing key.
    Member,
    /// A private key where only public ones belong.
    Private,
    /// Not 32 bytes with a y coordinate in its one canonical spelling.
    Point,
    /// A point of small order: it would accept signatures nobody made.
    SmallOrder,
    /// `kid` is not the key's RFC 7638 thumbprint.
    Kid,
    /// The same key twice.
    Duplicate,
}

impl fmt::Display for KeyRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "the keys are not a JWK set in strict JSON",
            Self::Member => "a member of a key is missing or wrong",
            Self::Private => "a private key is published",
            Self::Point => "a key is not a canonical Ed25519 point",
            Self::SmallOrder => "a key is a point of small order",
            Self::Kid => "a key's kid is not its thumbprint",
            Self::Duplicate => "a key is there twice",
        })
    }
}

impl core::error::Error for KeyRefusal {}

impl VerifyingKey {
    /// The key with these 32 bytes (RFC 8032).
    ///
    /// A y that no point of the curve has makes a key that verifies nothing: to tell takes arithmetic that the SDK leaves
    /// to the browser, and server and browser must say the same.
    ///
    /// # Errors
    /// [`KeyRefusal::Point`], then [`KeyRefusal::SmallOrder`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyRefusal> {
        check_point(bytes)?;
        Ok(Self {
            kid: ed25519_thumbprint(bytes),
            bytes: *bytes,
            #[cfg(feature = "curve")]
            point: ed25519_dalek::VerifyingKey::from_bytes(bytes).ok(),
        })
    }

    /// The key's RFC 7638 thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The key as a JWK's `x`.
    pub fn x(&self) -> String {
        base64url::encode(&self.bytes)
    }

    #[cfg(feature = "curve")]
    pub(super) const fn point(&self) -> Option<&ed25519_dalek::VerifyingKey> {
        self.point.as_ref()
    }
}

/// Reads a JWK set (RFC 7517) strictly.
///
/// Entries that are not Ed25519 keys are skipped, so that other algorithms may be published later. One bad Ed25519 key
/// refuses the whole set: what an issuer signs with must not depend on which reader looks.
///
/// # Errors
/// The refusal of the first key at fault; per key in the order of [`KeyRefusal`].
pub fn parse_jwks(text: &str) -> Result<Vec<VerifyingKey>, KeyRefusal> {
    let set = strict::parse_object(text.as_bytes(), TOKEN_DEPTH).map_err(|_| KeyRefusal::Json)?;
    let Some(Value::Array(entries)) = set.get("keys") else { return Err(KeyRefusal::Json) };
    let mut keys: Vec<VerifyingKey> = Vec::new();
    for entry in entries {
        let entry = entry.as_object().ok_or(KeyRefusal::Json)?;
        let kty = entry.get("kty").and_then(Value::as_str).ok_or(KeyRefusal::Json)?;
        if kty != "OKP" || entry.get("crv").and_then(Value::as_str) != Some("Ed25519") {
            continue;
        }
        let key = read_key(entry)?;
        if keys.iter().any(|known| known.kid == key.kid) {
            return Err(KeyRefusal::Duplicate);
        }
        keys.push(key);
    }
    Ok(keys)
}

fn read_key(entry: &Object) -> Result<VerifyingKey, KeyRefusal> {
    let text = |name| entry.get(name).and_then(Value::as_str).ok_or(KeyRefusal::Member);
    let (x, kid) = (text("x")?, text("kid")?);
    let is = |name, wanted: &str| entry.get(name).is_none_or(|value| value.as_str() == Some(wanted));
    if !is("alg", "EdDSA") || !is("use", "sig") {
        return Err(KeyRefusal::Member);
    }
    if entry.get("d").is_some() {
        return Err(KeyRefusal::Private);
    }
    let key = VerifyingKey::from_bytes(&decode_32(x).ok_or(KeyRefusal::Point)?)?;
    if key.kid == kid { Ok(key) } else { Err(KeyRefusal::Kid) }
}
