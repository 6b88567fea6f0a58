//! An open private key that signs tokens.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use shared::verify::Claims;
use zeroize::Zeroizing;

use super::KeyFault;

/// Signs one vendor's tokens; clones share the key, which is wiped when the last is dropped.
#[derive(Clone)]
pub struct Signer {
    kid: Arc<str>,
    key: Arc<EncodingKey>,
}

/// PKCS #8 version 1 (RFC 8410) up to the 32 bytes of an Ed25519 key.
const PKCS8_PREFIX: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

impl Signer {
    pub(super) fn new(kid: &str, seed: &[u8; 32]) -> Self {
        let der = Zeroizing::new([PKCS8_PREFIX.as_slice(), seed].concat());
        Self { kid: kid.into(), key: Arc::new(EncodingKey::from_ed_der(&der)) }
    }

    /// The key's RFC 7638 thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Signs a token: a compact JWS whose header is exactly `typ`, `alg` and `kid`.
    ///
    /// The `typ` comes with the claims, so that one kind can never be signed as another.
    pub fn sign<C: Claims + Serialize>(&self, claims: &C) -> Result<String, KeyFault> {
        let header = Header {
            typ: Some(C::TYP.to_owned()),
            kid: Some(self.kid.as_ref().to_owned()),
            ..Header::new(Algorithm::EdDSA)
        };
        jsonwebtoken::encode(&header, claims, &self.key).map_err(|_| KeyFault::Signing)
    }
}
