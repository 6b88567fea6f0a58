//! Signing keys: the only user of `jsonwebtoken` and of private keys. Sign, publish, rotate.
//!
//! Each vendor has its own Ed25519 keys, sealed in the store under the installation's master key. The keyring opens
//! them once and keeps them; what it keeps is at most ten seconds old, so that other processes' changes arrive.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use shared::id::VendorId;
use shared::time::Timestamp;
use shared::verify::VerifyingKey;

use crate::rng::Rng;
use crate::store::records::{KeyState, SigningKey};
use crate::store::{Outcome, Store, StoreError, Tx};

pub mod foreign;
mod hash;
mod master;
mod publish;
mod rotation;
mod seal;
mod signer;
#[cfg(test)]
mod tests;
mod totp;
mod webhook;

pub use master::MasterKey;
pub use publish::removable_at;
pub use rotation::{KeyChange, MakeKey, activate_key, create_key, retire_key, revoke_key, rotate_keys};
pub use signer::{Signer, Unsigned};
pub use totp::TotpSecret;
pub use webhook::{OldSecret, WebhookKeys};

/// How old opened keys may become before the store is asked again, in seconds.
const KEPT_SECONDS: i64 = 10;

/// How many vendors' keys are tried at start.
const KEYS_TRIED: u32 = 20;

/// Why a key could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// The text is not a master key.
    #[error("the master key must be 32 bytes in base64url: 43 characters")]
    MasterKeyForm,
    /// The sealed key was sealed under another master key, or changed since.
    #[error("the master key does not open this store's signing keys: start with the key that the store was made with")]
    WrongMasterKey,
    /// The vendor has no key that signs.
    #[error("the vendor has no active signing key")]
    NoActiveKey,
    /// The vendor has no such key.
    #[error("the vendor has no such signing key")]
    UnknownKey,
    /// Signing failed.
    #[error("a token could not be signed")]
    Signing,
}

impl From<KeyFault> for StoreError {
    fn from(fault: KeyFault) -> Self {
        Self::Fault(fault.to_string())
    }
}

/// All vendors' signing keys, opened when first asked for; clones share what is open.
#[derive(Clone)]
pub struct Keyring {
    master: Arc<MasterKey>,
    rng: Rng,
    open: Arc<RwLock<HashMap<VendorId, Kept>>>,
    /// How often something was forgotten: what was read before is not kept.
    forgotten: Arc<AtomicU64>,
}

#[derive(Clone)]
struct Kept {
    keys: Arc<VendorKeys>,
    since: Timestamp,
}

/// One vendor's keys, open.
pub struct VendorKeys {
    signer: Option<Signer>,
    verifying: Vec<VerifyingKey>,
    revoked: Vec<VerifyingKey>,
    jwks: String,
}

impl VendorKeys {
    /// What signs this vendor's tokens: cheap to clone and to carry into a transaction.
    pub fn signer(&self) -> Result<Signer, KeyFault> {
        self.signer.clone().ok_or(KeyFault::NoActiveKey)
    }

    /// The public keys by which this vendor's tokens are judged: exactly the published ones.
    pub fn verifying(&self) -> &[VerifyingKey] {
        &self.verifying
    }

    /// The public keys that were revoked: a token of one of them says nothing but whom it claims to be for.
    pub fn revoked(&self) -> &[VerifyingKey] {
        &self.revoked
    }

    /// The published JWK set (RFC 7517), as JSON.
    pub fn jwks(&self) -> &str {
        &self.jwks
    }
}

impl Keyring {
    /// A keyring that opens keys with `master` and makes new ones from `rng`.
    pub fn new(master: MasterKey, rng: Rng) -> Self {
        Self { master: Arc::new(master), rng, open: Arc::default(), forgotten: Arc::default() }
    }

    /// The vendor's keys, as the store has them now or had them a few seconds ago.
    ///
    /// Errors: the store's; a fault when the master key does not open them.
    pub async fn vendor_keys(&self, store: &Store, vendor_id: VendorId, now: Timestamp) -> Outcome<Arc<VendorKeys>> {
        if let Some(keys) = self.kept(vendor_id, now) {
            return Ok(keys);
        }
        let forgotten = self.forgotten.load(Ordering::Acquire);
        let records = store.read(move |tx| tx.signing_keys(vendor_id)).await?;
        let keys = Arc::new(self.open_keys(&records, now)?);
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if self.forgotten.load(Ordering::Acquire) == forgotten {
            open.insert(vendor_id, Kept { keys: Arc::clone(&keys), since: now });
        }
        Ok(keys)
    }

    /// What signs the vendor's tokens, as of [`Keyring::vendor_keys`], in a transaction that has begun.
    ///
    /// What is read for that is not kept: it may be what another write of the same commit says, which may come to nothing.
    /// Errors: the store's; a fault when the master key does not open it.
    pub fn signer_in(&self, tx: &mut dyn Tx, vendor_id: VendorId, now: Timestamp) -> Outcome<Signer> {
        if let Some(keys) = self.kept(vendor_id, now) {
            return Ok(keys.signer()?);
        }
        let records = tx.signing_keys(vendor_id)?;
        let active = records.iter().find(|key| key.state == KeyState::Active).ok_or(KeyFault::NoActiveKey)?;
        Ok(seal::open_key(&self.master, active)?)
    }

    /// One of the vendor's keys, whether it signs new tokens or not.
    ///
    /// Errors: the store's; a fault when there is no such key, or the master key does not open it.
    pub async fn signer(&self, store: &Store, vendor_id: VendorId, kid: &str, now: Timestamp) -> Outcome<Signer> {
        let kept = self.kept(vendor_id, now).and_then(|keys| keys.signer.clone());
        if let Some(signer) = kept.filter(|signer| signer.kid() == kid) {
            return Ok(signer);
        }
        let records = store.read(move |tx| tx.signing_keys(vendor_id)).await?;
        let record = records.iter().find(|key| key.kid == kid).ok_or(KeyFault::UnknownKey)?;
        Ok(seal::open_key(&self.master, record)?)
    }

    /// Forgets what is open of this vendor: its keys were changed.
    pub fn forget(&self, vendor_id: VendorId) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        self.forgotten.fetch_add(1, Ordering::Release);
        open.remove(&vendor_id);
    }

    /// A new key for the vendor, sealed, in the given state.
    pub fn make_key(&self, vendor_id: VendorId, state: KeyState, now: Timestamp) -> SigningKey {
        seal::make_key(&self.master, &self.rng, vendor_id, state, now)
    }

    /// Encrypts `message` under the master key, for the store; it opens with the same `bound_to` only.
    pub fn seal(&self, bound_to: &str, message: &[u8]) -> Vec<u8> {
        seal::seal(&self.master, &self.rng, bound_to, message)
    }

    /// Opens what [`Keyring::seal`] made. Errors: `WrongMasterKey`, also when something of it was changed.
    pub fn open(&self, bound_to: &str, sealed: &[u8]) -> Result<Vec<u8>, KeyFault> {
        seal::open(&self.master, bound_to, sealed)
    }

    /// What the store keeps of a secret that could be found by trying all there are: without the master key nobody can try.
    /// 43 characters of base64url; another `purpose` or another master key gives another hash.
    pub fn hash(&self, purpose: &str, secret: &[u8]) -> String {
        hash::hash(&self.master, purpose, secret)
    }

    /// The keys that a new vendor begins with: one that signs, and the next one.
    pub fn first_keys(&self, vendor_id: VendorId, now: Timestamp) -> [SigningKey; 2] {
        [self.make_key(vendor_id, KeyState::Active, now), self.make_key(vendor_id, KeyState::Next, now)]
    }

    /// Proves at start that the master key belongs to this store, on keys of its vendors.
    ///
    /// Errors: the store's; a fault that says so when the master key is another one.
    pub async fn check_master_key(&self, store: &Store) -> Outcome<()> {
        for key in store.read(|tx| tx.some_signing_keys(KEYS_TRIED)).await? {
            seal::open_key(&self.master, &key)?;
        }
        Ok(())
    }

    fn kept(&self, vendor_id: VendorId, now: Timestamp) -> Option<Arc<VendorKeys>> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let kept = open.get(&vendor_id)?;
        let age = now.as_unix() - kept.since.as_unix();
        (0..KEPT_SECONDS).contains(&age).then(|| Arc::clone(&kept.keys))
    }

    fn open_keys(&self, records: &[SigningKey], now: Timestamp) -> Result<VendorKeys, KeyFault> {
        let active = records.iter().find(|key| key.state == KeyState::Active);
        let signer = active.map(|key| seal::open_key(&self.master, key)).transpose()?;
        let published: Vec<_> = records.iter().filter(|key| publish::is_published(key, now)).collect();
        let read = |key: &SigningKey| VerifyingKey::from_bytes(&key.public_key).ok();
        let verifying = published.iter().filter_map(|key| read(key)).collect();
        let revoked = records.iter().filter(|key| key.state == KeyState::Revoked).filter_map(read).collect();
        Ok(VendorKeys { signer, verifying, revoked, jwks: publish::jwks(&published) })
    }
}
