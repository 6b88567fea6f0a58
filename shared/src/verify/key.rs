//! An issuer's public keys, and the JWK set they are published in.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::base64url::decode_32;
use crate::strict::{self, Object, TOKEN_DEPTH, Value};
use crate::thumbprint::ed25519_thumbprint;

/// A public Ed25519 key that may sign tokens, and its `kid`: the thumbprint of the key, so the name cannot lie.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    kid: String,
    key: ed25519_dalek::VerifyingKey,
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
    /// Not 32 bytes that encode a point in the one canonical way.
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
    /// # Errors
    /// [`KeyRefusal::Point`], then [`KeyRefusal::SmallOrder`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyRefusal> {
        if !is_reduced(bytes) {
            return Err(KeyRefusal::Point);
        }
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| KeyRefusal::Point)?;
        // Also refuses the other spelling of x = 0, whose points are all of small order.
        if key.is_weak() {
            return Err(KeyRefusal::SmallOrder);
        }
        Ok(Self { kid: ed25519_thumbprint(bytes), key })
    }

    /// The key's RFC 7638 thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Whether `signature` is this key's over `message`: RFC 8032 without cofactor, S and R canonical, R not of small order.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
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

/// Whether the y coordinate is below 2^255 − 19: the decoder would take larger ones as another spelling of small ones.
fn is_reduced(bytes: &[u8; 32]) -> bool {
    let [lowest, middle @ .., highest] = bytes;
    highest & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff) || *lowest < 0xed
}
