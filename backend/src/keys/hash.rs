//! Keyed hashes of what is short enough to be guessed: HMAC-SHA-256 (RFC 2104) under a key of the master key's.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac::{HMAC_SHA256, Key, sign};

use super::MasterKey;

/// The hash of `secret`, 43 characters of base64url; each `purpose` has a key of its own, as sealing has.
pub(super) fn hash(master: &MasterKey, purpose: &str, secret: &[u8]) -> String {
    let label = format!("passgate keyed hash\n{purpose}");
    let derived = sign(&Key::new(HMAC_SHA256, master.bytes()), label.as_bytes());
    URL_SAFE_NO_PAD.encode(sign(&Key::new(HMAC_SHA256, derived.as_ref()), secret))
}
