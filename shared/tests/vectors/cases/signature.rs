//! Signatures: changed, borrowed, and the known ways in which Ed25519 verifiers differ.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use sha2::{Digest as _, Sha512};

use crate::forge::{
    self, Case, PAYLOAD, VectorFile, encode, foreign_key, good_pass, header, key, next_key, pass_header, payload,
    sign_with,
};

/// The order of the group, little endian: 2^252 + 27742317777372353535851937790883648493.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

pub(crate) fn file() -> VectorFile {
    let good = good_pass();
    let signed = format!("{}.{}", encode(pass_header()), encode(PAYLOAD));
    let refused = |name: &str, token: String| Case::refused(name, token, "signature", "SIGNATURE_INVALID");
    let with = |signature: &[u8]| format!("{signed}.{}", encode(signature));
    let signature = signature_of(&good);
    let swapped: Vec<u8> = [&signature[32..], &signature[..32]].concat();
    let mut flipped_r = signature;
    flipped_r[0] ^= 1;
    let mut flipped_s = signature;
    flipped_s[40] ^= 1;
    let cheaper = payload(&[(r#""left":97"#, r#""left":98"#)]);
    let borrowed = format!("{}.{}.{}", encode(pass_header()), encode(cheaper), encode(signature));
    let other_issuer = sign_with(&foreign_key(), pass_header(), PAYLOAD);
    let other_kid = sign_with(&next_key(), pass_header(), PAYLOAD);
    let lease = sign_with(&key(), header("license-lease+jwt", &key()), PAYLOAD);
    let moved_over = format!("{signed}.{}", encode(signature_of(&lease)));
    let mut cases = vec![
        Case::good("a good signature", good),
        refused("no signature", format!("{signed}.")),
        refused("a signature of zeros", with(&[0; 64])),
        refused("63 bytes", with(&signature[..63])),
        refused("65 bytes", with(&[&signature[..], &[0]].concat())),
        refused("the signature twice", with(&[signature, signature].concat())),
        refused("R and S exchanged", with(&swapped)),
        refused("a bit of R", with(&flipped_r)),
        refused("a bit of S", with(&flipped_s)),
        refused("the signature of other claims", borrowed),
        refused("the signature of another kind of token", moved_over),
        refused("a stranger's signature under a known kid", other_issuer),
        refused("the next key's signature under this key's kid", other_kid),
        refused("S not reduced", with(&unreduced(&signature))),
        refused("S is the order", with(&[&signature[..32], &ORDER].concat())),
        refused("S of ones", with(&[&signature[..32], &[0xff; 32]].concat())),
        refused("R of small order", with(&forge_signature(&signed, EdwardsPoint::default(), Scalar::ZERO))),
        refused("the identity and zero", with(&[&[1][..], &[0; 63]].concat())),
    ];
    for (order, torsion) in [(8, EIGHT_TORSION[1]), (4, EIGHT_TORSION[2]), (2, EIGHT_TORSION[4])] {
        let name = format!("R shifted by a point of order {order}: only cofactored verifiers accept");
        cases.push(refused(&name, with(&forge_signature(&signed, torsion, Scalar::from(7_u8)))));
    }
    forge::file("Signatures: strict Ed25519, no second spelling, no small order, no cofactor.", cases)
}

pub(super) fn signature_of(token: &str) -> [u8; 64] {
    let part = token.rsplit('.').next().unwrap_or_default();
    shared_decode(part).try_into().expect("a good signature has 64 bytes")
}

fn shared_decode(part: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).expect("our own tokens decode")
}

/// S + L: the same number to a verifier that does not look.
pub(super) fn unreduced(signature: &[u8; 64]) -> [u8; 64] {
    let mut larger = *signature;
    let mut carry = 0;
    for (byte, order) in larger[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = u8::try_from(sum & 0xff).expect("masked");
        carry = sum >> 8;
    }
    assert_eq!(carry, 0, "S + L fits 32 bytes");
    larger
}

/// A signature by our key whose R is `nonce`·B + `shift`: true when multiplied by the cofactor.
fn forge_signature(signed: &str, shift: EdwardsPoint, nonce: Scalar) -> [u8; 64] {
    let r = (EdwardsPoint::mul_base(&nonce) + shift).compress().to_bytes();
    let public = key().verifying_key();
    let digest: [u8; 64] = Sha512::digest([&r[..], public.as_bytes(), signed.as_bytes()].concat()).into();
    let s = nonce + Scalar::from_bytes_mod_order_wide(&digest) * key().to_scalar();
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&r);
    signature[32..].copy_from_slice(s.as_bytes());
    signature
}
