//! What signs a webhook's requests, as Standard Webhooks 1.0 wants it: a shared secret (`v1`, HMAC-SHA-256) and a key pair
//! (`v1a`, Ed25519), both in every request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use ring::hmac::{HMAC_SHA256, Key, sign};
use zeroize::Zeroizing;

use super::{KeyFault, Keyring};

/// How a webhook's keys are told apart in the store: by what they are bound to.
fn bound_to(webhook: &str) -> String {
    format!("passgate webhook\n{webhook}")
}

const SECRET: usize = 32;

/// A webhook's keys, open: the secret, the key pair, and the secret before, while that signs too.
pub struct WebhookKeys {
    secret: Zeroizing<[u8; SECRET]>,
    seed: Zeroizing<[u8; SECRET]>,
    old_secret: Option<Zeroizing<[u8; SECRET]>>,
}

impl Keyring {
    /// New keys for a webhook.
    pub fn new_webhook_keys(&self) -> WebhookKeys {
        let random = || Zeroizing::new(self.rng.bytes());
        WebhookKeys { secret: random(), seed: random(), old_secret: None }
    }

    /// The same keys with a new secret; the one there was signs beside it.
    pub fn renew_webhook_secret(&self, keys: WebhookKeys) -> WebhookKeys {
        WebhookKeys { secret: Zeroizing::new(self.rng.bytes()), seed: keys.seed, old_secret: Some(keys.secret) }
    }

    /// What the store keeps of a webhook's keys.
    pub fn seal_webhook_keys(&self, webhook: &str, keys: &WebhookKeys) -> Vec<u8> {
        let old = keys.old_secret.as_ref().map_or(&[][..], |secret| secret.as_slice());
        let all = Zeroizing::new([keys.secret.as_slice(), keys.seed.as_slice(), old].concat());
        self.seal(&bound_to(webhook), &all)
    }

    /// Opens what [`Keyring::seal_webhook_keys`] made. Errors: `WrongMasterKey`, also when something of it was changed.
    pub fn open_webhook_keys(&self, webhook: &str, sealed: &[u8]) -> Result<WebhookKeys, KeyFault> {
        let all = Zeroizing::new(self.open(&bound_to(webhook), sealed)?);
        let mut parts = all.chunks_exact(SECRET).map(|part| part.try_into().map(Zeroizing::new));
        let mut next = || parts.next().and_then(Result::ok);
        let (secret, seed) = next().zip(next()).ok_or(KeyFault::WrongMasterKey)?;
        Ok(WebhookKeys { secret, seed, old_secret: next() })
    }
}

/// Whether the secret before signs too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldSecret {
    /// It does.
    Signs,
    /// It does no more.
    Ended,
}

impl WebhookKeys {
    /// The secret, for whoever checks `v1` signatures: `whsec_…`.
    pub fn reveal_secret(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.secret.as_slice()))
    }

    /// The public key, for whoever checks `v1a` signatures: `whpk_…`.
    pub fn public_key(&self) -> String {
        let key = ed25519_dalek::SigningKey::from_bytes(&self.seed);
        format!("whpk_{}", STANDARD.encode(key.verifying_key().as_bytes()))
    }

    /// The value of `webhook-signature` for this message: each signature with its version, separated by spaces.
    pub fn sign(&self, id: &str, timestamp: i64, body: &str, old: OldSecret) -> String {
        let signed = format!("{id}.{timestamp}.{body}");
        let with = |secret: &[u8]| {
            let tag = sign(&Key::new(HMAC_SHA256, secret), signed.as_bytes());
            format!("v1,{}", STANDARD.encode(tag))
        };
        let pair = ed25519_dalek::SigningKey::from_bytes(&self.seed).sign(signed.as_bytes());
        let mut signatures = vec![with(self.secret.as_slice()), format!("v1a,{}", STANDARD.encode(pair.to_bytes()))];
        if let (OldSecret::Signs, Some(secret)) = (old, &self.old_secret) {
            signatures.push(with(secret.as_slice()));
        }
        signatures.join(" ")
    }
}
