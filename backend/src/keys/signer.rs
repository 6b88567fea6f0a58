//! An open private key that signs tokens.
//!
//! A token is made ready where its claims are known, inside a transaction, and signed when that is committed: signatures cost as much
//! as the writes beside them, and one key signs the same text the same way whenever it is asked (RFC 8032).

use std::cell::RefCell;
use std::sync::{Arc, LazyLock, Once};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey as OpenKey;
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner};
use jsonwebtoken::{Algorithm, EncodingKey, Header, signature};
use serde::Serialize;
use shared::id::VendorId;
use shared::verify::Claims;
use zeroize::Zeroizing;

use super::KeyFault;
use crate::store::records::SigningKey;

/// Signs one vendor's tokens; clones share the key, which is wiped when the last is dropped.
#[derive(Clone)]
pub struct Signer {
    vendor_id: VendorId,
    kid: Arc<str>,
    key: Arc<EncodingKey>,
    open: Arc<OpenKey>,
}

/// Bytes of a token of ours, and some more: it need not grow while it is written.
const USUAL: usize = 1536;

/// PKCS #8 version 1 (RFC 8410) up to the 32 bytes of an Ed25519 key.
const PKCS8_PREFIX: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

impl Signer {
    pub(super) fn new(record: &SigningKey, seed: &[u8; 32]) -> Self {
        install_provider();
        let der = Zeroizing::new([PKCS8_PREFIX.as_slice(), seed].concat());
        Self {
            vendor_id: record.vendor_id,
            kid: record.kid.as_str().into(),
            key: Arc::new(EncodingKey::from_ed_der(&der)),
            open: Arc::new(OpenKey::from_bytes(seed)),
        }
    }

    /// Whose key it is.
    pub fn vendor_id(&self) -> VendorId {
        self.vendor_id
    }

    /// The key's RFC 7638 thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// A token all but its signature: a compact JWS whose header is exactly `typ`, `alg` and `kid`.
    ///
    /// The `typ` comes with the claims, so that one kind can never be signed as another.
    pub fn prepare<C: Claims + Serialize>(&self, claims: &C) -> Result<Unsigned, KeyFault> {
        let header = Header {
            typ: Some(C::TYP.to_owned()),
            kid: Some(self.kid.as_ref().to_owned()),
            ..Header::new(Algorithm::EdDSA)
        };
        let mut text = String::with_capacity(USUAL);
        encode(&header, &mut text)?;
        encode(claims, &mut text)?;
        Ok(Unsigned { text, signer: self.clone() })
    }

    /// Signs a token.
    pub fn sign<C: Claims + Serialize>(&self, claims: &C) -> Result<String, KeyFault> {
        self.prepare(claims)?.sign()
    }

    /// The signature over [`Unsigned::text`], which goes behind it.
    pub fn signature(&self, text: &str) -> Result<String, KeyFault> {
        let message = text.strip_suffix('.').ok_or(KeyFault::Signing)?;
        AT_HAND.set(Some(Arc::clone(&self.open)));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, Algorithm::EdDSA);
        AT_HAND.set(None);
        signature.map_err(|_| KeyFault::Signing)
    }
}

/// A token that is still to be signed, and who signs it.
#[derive(Clone)]
pub struct Unsigned {
    text: String,
    signer: Signer,
}

impl Unsigned {
    /// What is there of it: header and claims, each with its dot.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Who signs it.
    pub const fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The token.
    pub fn sign(self) -> Result<String, KeyFault> {
        let signature = self.signer.signature(&self.text)?;
        Ok(self.text + &signature)
    }
}

/// Appends a part of a token, and its dot.
fn encode(part: &impl Serialize, text: &mut String) -> Result<(), KeyFault> {
    let mut json = Vec::with_capacity(USUAL);
    serde_json::to_writer(&mut json, part).map_err(|_| KeyFault::Signing)?;
    URL_SAFE_NO_PAD.encode_string(json, text);
    text.push('.');
    Ok(())
}

thread_local! {
    /// The key of the token that is being signed, open.
    static AT_HAND: RefCell<Option<Arc<OpenKey>>> = const { RefCell::new(None) };
}

/// `jsonwebtoken`'s own signers, but for the key at hand: they open a key anew for each token, which costs as much as to sign.
static PROVIDER: LazyLock<CryptoProvider> =
    LazyLock::new(|| CryptoProvider { signer_factory: signer_of, ..DEFAULT_PROVIDER.clone() });

/// Where a process has chosen another before, its signers sign.
fn install_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = PROVIDER.install_default();
    });
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as the provider wants it")]
fn signer_of(algorithm: &Algorithm, key: &EncodingKey) -> jsonwebtoken::errors::Result<Box<dyn JwtSigner>> {
    match AT_HAND.take() {
        Some(open) if *algorithm == Algorithm::EdDSA => Ok(Box::new(Open(open))),
        _ => (DEFAULT_PROVIDER.signer_factory)(algorithm, key),
    }
}

struct Open(Arc<OpenKey>);

impl JwtSigner for Open {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

impl signature::Signer<Vec<u8>> for Open {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(ed25519_dalek::Signer::sign(self.0.as_ref(), message).to_bytes().to_vec())
    }
}
