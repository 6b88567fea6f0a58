//! Making signing keys, and sealing what must not lie in the store in clear: XChaCha20-Poly1305 under the master key.

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use shared::id::VendorId;
use shared::thumbprint::ed25519_thumbprint;
use shared::time::Timestamp;
use zeroize::Zeroizing;

use super::{KeyFault, MasterKey, Signer};
use crate::rng::Rng;
use crate::store::records::{KeyState, SigningKey};

/// The first byte of what was sealed: how.
const FORMAT: u8 = 1;

const NONCE_LENGTH: usize = 24;

pub(super) fn make_key(
    master: &MasterKey,
    rng: &Rng,
    vendor_id: VendorId,
    state: KeyState,
    now: Timestamp,
) -> SigningKey {
    let seed = Zeroizing::new(rng.bytes::<32>());
    let public_key = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key().to_bytes();
    let kid = ed25519_thumbprint(&public_key);
    let sealed_private_key = seal(master, rng, &bound_to(vendor_id, &kid), seed.as_slice());
    SigningKey {
        vendor_id,
        kid,
        state,
        public_key,
        sealed_private_key,
        created_at: now,
        activated_at: (state == KeyState::Active).then_some(now),
        retired_at: None,
    }
}

/// Opens a sealed key. Errors: `WrongMasterKey`, also when the sealed bytes or what they are bound to were changed.
pub(super) fn open_key(master: &MasterKey, key: &SigningKey) -> Result<Signer, KeyFault> {
    let seed = Zeroizing::new(open(master, &bound_to(key.vendor_id, &key.kid), &key.sealed_private_key)?);
    let seed = seed.as_slice().try_into().map_err(|_| KeyFault::WrongMasterKey)?;
    Ok(Signer::new(key, seed))
}

/// Encrypts `message`; it opens with the same `bound_to` only.
pub(super) fn seal(master: &MasterKey, rng: &Rng, bound_to: &str, message: &[u8]) -> Vec<u8> {
    let nonce = rng.bytes::<NONCE_LENGTH>();
    let payload = Payload { msg: message, aad: bound_to.as_bytes() };
    let sealed = cipher(master).encrypt((&nonce).into(), payload);
    let sealed = sealed.expect("what we seal is far below the longest message of 256 GiB");
    [&[FORMAT], nonce.as_slice(), sealed.as_slice()].concat()
}

/// Opens what [`seal`] made. Errors: `WrongMasterKey`, also when the sealed bytes or what they are bound to were changed.
pub(super) fn open(master: &MasterKey, bound_to: &str, sealed: &[u8]) -> Result<Vec<u8>, KeyFault> {
    let parts = sealed.strip_prefix(&[FORMAT]).and_then(|rest| rest.split_first_chunk::<NONCE_LENGTH>());
    let (nonce, sealed) = parts.ok_or(KeyFault::WrongMasterKey)?;
    let payload = Payload { msg: sealed, aad: bound_to.as_bytes() };
    cipher(master).decrypt(nonce.into(), payload).map_err(|_| KeyFault::WrongMasterKey)
}

/// Authenticated with the key: a sealed key copied to another vendor, or to another `kid`, does not open.
fn bound_to(vendor_id: VendorId, kid: &str) -> String {
    format!("passgate signing key\n{vendor_id}\n{kid}")
}

fn cipher(master: &MasterKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(master.bytes().into())
}
