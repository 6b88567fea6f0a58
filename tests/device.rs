//! A device as servers know it: a key pair, and proofs by it (RFC 9449).

use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use shared::thumbprint::{p256_thumbprint, sha256_base64url};
use shared::time::Timestamp;

/// A device: a key pair, and proofs by it.
pub(crate) struct Device {
    key: SigningKey,
}

/// How many proofs were made: each has a name of its own, whichever device makes it.
static PROOFS: AtomicU32 = AtomicU32::new(0);

impl Device {
    /// The device with this number; the same number has the same key.
    pub(crate) fn new(number: u8) -> Self {
        let key = SigningKey::from_slice(&[number; 32]).expect("any small number is a key");
        Self { key }
    }

    fn coordinates(&self) -> ([u8; 32], [u8; 32]) {
        let point = self.key.verifying_key().to_encoded_point(false);
        let read = |part: Option<&p256::FieldBytes>| (*part.expect("an uncompressed point")).into();
        (read(point.x()), read(point.y()))
    }

    /// The key's thumbprint.
    pub(crate) fn jkt(&self) -> String {
        let (x, y) = self.coordinates();
        p256_thumbprint(&x, &y)
    }

    /// A proof for one request at `now`; with `token`, for that token alone.
    pub(crate) fn prove(&self, method: &str, url: &str, token: Option<&str>, now: Timestamp) -> String {
        let number = PROOFS.fetch_add(1, Ordering::Relaxed);
        let (x, y) = self.coordinates();
        let jwk = json!({
            "kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        });
        let mut claims = json!({
            "htm": method, "htu": url, "iat": now.as_unix(), "jti": format!("proof {number} at {}", now.as_unix()),
        });
        if let (Some(token), Some(members)) = (token, claims.as_object_mut()) {
            members.insert("ath".to_owned(), sha256_base64url(token.as_bytes()).into());
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk})), part(&claims));
        let signature: Signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}
