//! Making signing keys, and sealing their private halves: XChaCha20-Poly1305 under the master key.

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use shared::id::VendorId;
use shared::thumbprint::ed25519_thumbprint;
use shared::time::Timestamp;
use zeroize::Zeroizing;

use super::{KeyFault, MasterKey, Signer};
use crate::rng::Rng;
use crate::store::records::{KeyState, SigningKey};

/// The first byte of a sealed key: how it was sealed.
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
    let nonce = rng.bytes::<NONCE_LENGTH>();
    let bound_to = bound_to(vendor_id, &kid);
    let payload = Payload { msg: seed.as_slice(), aad: bound_to.as_bytes() };
    let sealed = cipher(master).encrypt((&nonce).into(), payload);
    let sealed = sealed.expect("32 bytes are far below the longest message");
    SigningKey {
        vendor_id,
        kid,
        state,
        public_key,
        sealed_private_key: [&[FORMAT], nonce.as_slice(), sealed.as_slice()].concat(),
        created_at: now,
        activated_at: (state == KeyState::Active).then_some(now),
        retired_at: None,
    }
}

/// Opens a sealed key. Errors: `WrongMasterKey`, also when the sealed bytes or what they are bound to were changed.
pub(super) fn open_key(master: &MasterKey, key: &SigningKey) -> Result<Signer, KeyFault> {
    let sealed = key.sealed_private_key.strip_prefix(&[FORMAT]);
    let parts = sealed.and_then(|rest| rest.split_first_chunk::<NONCE_LENGTH>());
    let (nonce, sealed) = parts.ok_or(KeyFault::WrongMasterKey)?;
    let bound_to = bound_to(key.vendor_id, &key.kid);
    let payload = Payload { msg: sealed, aad: bound_to.as_bytes() };
    let opened = cipher(master).decrypt(nonce.into(), payload);
    let seed = Zeroizing::new(opened.map_err(|_| KeyFault::WrongMasterKey)?);
    let seed = seed.as_slice().try_into().map_err(|_| KeyFault::WrongMasterKey)?;
    Ok(Signer::new(&key.kid, seed))
}

/// Authenticated with the key: a sealed key copied to another vendor, or to another `kid`, does not open.
fn bound_to(vendor_id: VendorId, kid: &str) -> String {
    format!("passgate signing key\n{vendor_id}\n{kid}")
}

fn cipher(master: &MasterKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(master.bytes().into())
}
