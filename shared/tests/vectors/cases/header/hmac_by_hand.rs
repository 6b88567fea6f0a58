//! HMAC-SHA-256 (RFC 2104), only to forge the classic confusion of a public key with a secret.

use sha2::{Digest as _, Sha256};

use crate::forge::encode;

pub(crate) fn hs256(header: &str, payload: &str, secret: &[u8]) -> String {
    let signed = format!("{}.{}", encode(header), encode(payload));
    let mut block = [0_u8; 64];
    block.iter_mut().zip(secret).for_each(|(byte, secret)| *byte = *secret);
    let inner = Sha256::digest([block.map(|byte| byte ^ 0x36).as_slice(), signed.as_bytes()].concat());
    let outer = Sha256::digest([block.map(|byte| byte ^ 0x5c).as_slice(), inner.as_slice()].concat());
    format!("{signed}.{}", encode(outer))
}
