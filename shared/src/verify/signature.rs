//! Ed25519 signatures: what is refused before the curve is asked, and the curve.
//!
//! Verifiers of Ed25519 differ at the edges of RFC 8032: S that is not reduced, second spellings of a point, points of small
//! order, and whether the equation is multiplied by the cofactor 8. Browsers differ too: Web Cryptography tells them to
//! refuse small order, and not all do. So these edges are cut off here, by comparing bytes. What is left to ask has one
//! answer, whoever is asked, [`Signature::is_genuine`] or the browser: is \[S\]B = R + \[k\]A?
//!
//! - S is below the order, and R and A are in their canonical spelling. Computing R anew and comparing bytes, as dalek,
//!   `BoringSSL`, OpenSSL and Apple do, is then the same as decoding R and comparing points, as NSS does. Bytes that are
//!   no point at all are refused by both.
//! - R and A are not of small order: such a key takes signatures nobody made.
//! - The cofactor matters for points of mixed order only. Web Cryptography prescribes the equation without it, and all of
//!   those named compute that; `tests/vectors/signature.json` holds the browser at hand to it. Even one that multiplied
//!   would let nobody but the key's holder make a second signature: k depends on R, so another R takes another S.

use super::key::{KeyRefusal, VerifyingKey};

/// The order of the base point, little endian: 2^252 + 27742317777372353535851937790883648493.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// The y coordinates of all points of small order, little endian: of order 1, 2, 4, and twice 8.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ],
    [0; 32],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

/// A signature with nothing wrong but, perhaps, that it is not the key's.
#[derive(Clone, Copy, Debug)]
pub struct Signature<'a> {
    key: &'a VerifyingKey,
    bytes: [u8; 64],
    signed: &'a [u8],
}

impl<'a> Signature<'a> {
    /// `bytes` as a signature of `signed`: exactly 64, S reduced, R canonical and not of small order.
    pub(super) fn read(key: &'a VerifyingKey, bytes: &[u8], signed: &'a [u8]) -> Option<Self> {
        let bytes: [u8; 64] = bytes.try_into().ok()?;
        let (r, s) = bytes.split_first_chunk()?;
        check_point(r).ok()?;
        // Both little endian: the last byte counts most.
        s.iter().rev().lt(ORDER.iter().rev()).then_some(Self { key, bytes, signed })
    }

    /// Whose signature it is to be.
    pub const fn key(&self) -> &'a VerifyingKey {
        self.key
    }

    /// R and S.
    pub const fn bytes(&self) -> &[u8; 64] {
        &self.bytes
    }

    /// What was signed: the token up to its last dot.
    pub const fn signed(&self) -> &'a [u8] {
        self.signed
    }

    /// Whether it is genuine.
    #[cfg(feature = "curve")]
    pub fn is_genuine(&self) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&self.bytes);
        self.key.point().is_some_and(|key| key.verify_strict(self.signed, &signature).is_ok())
    }
}

/// Whether 32 bytes spell a y coordinate in the one canonical way, and not that of a point of small order.
pub(super) fn check_point(bytes: &[u8; 32]) -> Result<(), KeyRefusal> {
    let mut y = *bytes;
    // The highest bit is the sign of x. Where x is 0 that would be a second spelling; those points are of small order.
    let [lowest, middle @ .., highest] = &mut y;
    *highest &= 0x7f;
    // Below 2^255 − 19: decoders take larger ones as another spelling of small ones.
    if *highest == 0x7f && *lowest >= 0xed && middle.iter().all(|byte| *byte == 0xff) {
        return Err(KeyRefusal::Point);
    }
    if SMALL_ORDER.contains(&y) { Err(KeyRefusal::SmallOrder) } else { Ok(()) }
}

#[cfg(all(test, feature = "curve"))]
mod others;

#[cfg(test)]
mod tests {
    use super::{KeyRefusal, ORDER, SMALL_ORDER, check_point};
    use curve25519_dalek::constants::EIGHT_TORSION;
    use curve25519_dalek::edwards::CompressedEdwardsY;
    use curve25519_dalek::scalar::Scalar;
    use proptest::prelude::*;

    #[test]
    fn the_tables_are_those_of_the_curve() {
        let mut largest = ORDER;
        largest[0] -= 1;
        assert_eq!(largest, (-Scalar::ONE).to_bytes());
        for point in EIGHT_TORSION {
            let mut y = point.compress().to_bytes();
            y[31] &= 0x7f;
            assert!(SMALL_ORDER.contains(&y), "{y:?}");
        }
    }

    /// Held against the curve itself, which takes second spellings: they show when the point is written again.
    #[track_caller]
    fn check(bytes: [u8; 32]) {
        let Some(point) = CompressedEdwardsY(bytes).decompress() else { return };
        let is_good = point.compress().to_bytes() == bytes && !point.is_small_order();
        assert_eq!(check_point(&bytes).is_ok(), is_good, "{bytes:?}");
    }

    #[test]
    fn spellings_at_the_edges_of_the_field_are_judged_as_the_curve_does() {
        for lowest in 0..=u8::MAX {
            for (rest, highest) in [(0, 0), (0, 0x80), (0xff, 0x7f), (0xff, 0xff)] {
                let mut bytes = [rest; 32];
                (bytes[0], bytes[31]) = (lowest, highest);
                check(bytes);
                let is_reduced = rest == 0 || lowest < 0xed;
                assert_eq!(check_point(&bytes) == Err(KeyRefusal::Point), !is_reduced, "{bytes:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged_as_the_curve_does(bytes: [u8; 32], order in 0_usize..8, bit in 0_usize..256) {
            check(bytes);
            let mut near = EIGHT_TORSION[order].compress().to_bytes();
            check(near);
            near[bit / 8] ^= 1 << (bit % 8);
            check(near);
        }
    }
}
