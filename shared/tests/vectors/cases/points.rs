//! Points at which Ed25519 verifiers differ: keys and R of small or mixed order, in second spellings, and that are none.
//!
//! Each refused signature is one that some verifier takes.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity as _;
use sha2::{Digest as _, Sha512};

use crate::forge::{self, Case, PAYLOAD, VectorFile, encode, good_pass, header_of, key};

/// The identity with the sign of a negative x, and with y written as p + 1; the point of order 2 with that sign; a point of
/// order 4 with y written as p.
const SECOND_SPELLINGS: [(&str, u8, u8, u8); 4] = [
    ("the identity with a sign", 1, 0, 0x80),
    ("the identity, not reduced", 0xee, 0xff, 0x7f),
    ("the point of order 2 with a sign", 0xec, 0xff, 0xff),
    ("a point of order 4, not reduced", 0xed, 0xff, 0x7f),
];

pub(crate) fn file() -> VectorFile {
    let mut cases = Vec::new();
    add_keys(&mut cases);
    add_nonces(&mut cases);
    forge::file("Points: keys and R of small and mixed order, second spellings, and bytes that are no point.", cases)
}

/// A key pair that no honest signer has: its public half may be any bytes.
struct Forger {
    secret: Scalar,
    public: [u8; 32],
    /// What the public half is beside `secret`·B.
    torsion: EdwardsPoint,
}

impl Forger {
    fn of(secret: Scalar, torsion: EdwardsPoint) -> Self {
        Self { secret, public: (EdwardsPoint::mul_base(&secret) + torsion).compress().to_bytes(), torsion }
    }

    fn spelt(secret: Scalar, torsion: EdwardsPoint, public: [u8; 32]) -> Self {
        Self { secret, public, torsion }
    }

    /// A pass whose R is `nonce`·B, or the bytes given; and whether the equation holds without the cofactor.
    fn sign(&self, nonce: Scalar, r: Option<[u8; 32]>) -> (String, bool) {
        let signed = format!("{}.{}", encode(header_of("license-pass+jwt", &self.public)), encode(PAYLOAD));
        let r = r.unwrap_or_else(|| EdwardsPoint::mul_base(&nonce).compress().to_bytes());
        let digest: [u8; 64] = Sha512::digest([&r[..], &self.public, signed.as_bytes()].concat()).into();
        let k = Scalar::from_bytes_mod_order_wide(&digest);
        let s = nonce + k * self.secret;
        let token = format!("{signed}.{}", encode([r, s.to_bytes()].concat()));
        (token, k * self.torsion == EdwardsPoint::identity())
    }

    /// A pass for which the equation holds, or holds only with the cofactor.
    fn sign_until(&self, holds: bool) -> String {
        let found = (1..=u8::MAX).map(|nonce| self.sign(Scalar::from(nonce), None)).find(|(_, held)| *held == holds);
        found.expect("one of a few nonces does").0
    }
}

fn add_keys(cases: &mut Vec<Case>) {
    let ours = *key().verifying_key().as_bytes();
    let unknown = |name: &str, token: String| Case::refused(name, token, "key", "UNKNOWN_KEY");
    for (index, torsion) in EIGHT_TORSION.into_iter().enumerate() {
        let forger = Forger::of(Scalar::ZERO, torsion);
        let name = format!("a key of small order, number {index}");
        cases.push(unknown(&name, forger.sign_until(true)).by(&[forger.public]));
    }
    for (what, lowest, rest, highest) in SECOND_SPELLINGS {
        let forger = Forger::spelt(Scalar::ZERO, EdwardsPoint::identity(), spell(lowest, rest, highest));
        cases.push(unknown(&format!("a key that is {what}"), forger.sign_until(true)).by(&[forger.public]));
    }
    let small = spell(1, 0, 0);
    cases.push(unknown("one key of small order spoils the set", good_pass()).by(&[ours, small]));

    let none = spell(2, 0, 0);
    let forger = Forger::spelt(Scalar::ZERO, EdwardsPoint::identity(), none);
    let refused = |name: &str, token: String| Case::refused(name, token, "signature", "SIGNATURE_INVALID");
    cases.push(refused("a key that is no point", forger.sign_until(true)).by(&[none]));
    cases.push(Case::good("a key that is no point beside ours", good_pass()).by(&[none, ours]));

    for (order, torsion) in [(8, EIGHT_TORSION[1]), (4, EIGHT_TORSION[2]), (2, EIGHT_TORSION[4])] {
        let mixed = Forger::of(key().to_scalar(), torsion);
        let name = format!("a key of mixed order {order}: only cofactored verifiers accept");
        cases.push(refused(&name, mixed.sign_until(false)).by(&[mixed.public]));
        let name = format!("a key of mixed order {order}, where the cofactor does not matter");
        cases.push(Case::good(&name, mixed.sign_until(true)).by(&[mixed.public]));
    }
}

fn add_nonces(cases: &mut Vec<Case>) {
    let ours = Forger::of(key().to_scalar(), EdwardsPoint::identity());
    let mut refuse = |name: &str, r: [u8; 32]| {
        let (token, _) = ours.sign(Scalar::ZERO, Some(r));
        cases.push(Case::refused(name, token, "signature", "SIGNATURE_INVALID"));
    };
    for (index, torsion) in EIGHT_TORSION.into_iter().enumerate() {
        refuse(&format!("R of small order, number {index}"), torsion.compress().to_bytes());
    }
    for (what, lowest, rest, highest) in SECOND_SPELLINGS {
        refuse(&format!("R that is {what}"), spell(lowest, rest, highest));
    }
    refuse("R that is no point", spell(2, 0, 0));
    refuse("R that is no point, not reduced", spell(0xff, 0xff, 0x7f));
}

fn spell(lowest: u8, rest: u8, highest: u8) -> [u8; 32] {
    let mut bytes = [rest; 32];
    (bytes[0], bytes[31]) = (lowest, highest);
    bytes
}
