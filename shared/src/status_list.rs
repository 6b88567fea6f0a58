//! Status lists: two bits for every pass of a vendor, published as one signed, deflated token.
//!
//! Format: OAuth Token Status List (draft-ietf-oauth-status-list), `bits` 2, entries packed from the low bits of each byte up.
//! Deflating and inflating (zlib) happen outside: the browser and the server have their own means.

use alloc::string::String;
use alloc::vec::Vec;

use crate::base64url;
use crate::claims::ClaimReader;
use crate::pass::PassStatus;
use crate::strict::Object;
use crate::time::Timestamp;
use crate::verify::{Bounds, Claims};
#[cfg(feature = "curve")]
use crate::verify::{Denial, Expect, VerifyingKey, verify};

/// The claims of a status list (`typ` `statuslist+jwt`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct StatusListClaims {
    /// Whose passes.
    pub iss: String,
    /// The list's own address, as in the passes' `status.status_list.uri`.
    pub sub: String,
    /// When the list was signed.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::pass::as_unix"))]
    pub iat: Timestamp,
    /// The first second at which the list must not be used any more.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::pass::as_unix"))]
    pub exp: Timestamp,
    /// For how many seconds the list may be kept before it is asked for again.
    pub ttl: u64,
    /// The list.
    pub status_list: PackedList,
}

/// The packed list inside the token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PackedList {
    /// Bits per entry: always [`BITS`].
    pub bits: u64,
    /// The packed bytes, deflated (zlib), in base64url.
    pub lst: String,
}

/// Bits per entry.
pub const BITS: u64 = 2;

/// The longest status list accepted: a list of several million passes.
const MAX_LIST_LENGTH: usize = 4 * 1024 * 1024;

impl Claims for StatusListClaims {
    const TYP: &'static str = "statuslist+jwt";
    const MAX_LENGTH: usize = MAX_LIST_LENGTH;

    fn read(payload: &Object) -> Result<Self, &'static str> {
        let mut read = ClaimReader::default();
        let list = read.object(payload, "status_list", &["bits", "lst"]);
        let bits = read.count(list, "bits");
        if bits != BITS {
            read.refuse("bits");
        }
        let claims = Self {
            iss: read.text(payload, "iss"),
            sub: read.text(payload, "sub"),
            iat: read.time(payload, "iat"),
            exp: read.time(payload, "exp"),
            ttl: read.count(payload, "ttl"),
            status_list: PackedList { bits, lst: read.text(list, "lst") },
        };
        read.finish(claims)
    }

    /// The list's own address stands where other tokens have their audience.
    fn bounds(&self) -> Bounds<'_> {
        Bounds { iss: &self.iss, aud: &self.sub, iat: self.iat, nbf: None, exp: self.exp, jkt: None }
    }
}

/// Judges the status list at `uri`; the bits are still deflated then.
///
/// # Errors
/// As [`verify`]; a list that names another address is `WRONG_AUDIENCE`.
#[cfg(feature = "curve")]
pub fn verify_status_list(
    token: &str,
    issuer: &str,
    uri: &str,
    keys: &[VerifyingKey],
    now: Timestamp,
) -> Result<StatusListClaims, Denial> {
    verify(token, &Expect { issuer, audience: uri, keys, now, jkt: None })
}

impl StatusListClaims {
    /// The deflated bytes of the list; `None` when they are not base64url.
    pub fn deflated(&self) -> Option<Vec<u8>> {
        base64url::decode(&self.status_list.lst)
    }
}

/// The status at `index` of the packed bytes; `None` beyond their end.
pub fn get_status(packed: &[u8], index: u64) -> Option<PassStatus> {
    let (place, shift) = locate(index)?;
    packed.get(place).map(|byte| PassStatus::from_bits(byte >> shift))
}

/// Sets the status at `index`, growing the bytes with `valid` entries as needed.
pub fn set_status(packed: &mut Vec<u8>, index: u64, status: PassStatus) {
    let Some((place, shift)) = locate(index) else { return };
    if place >= packed.len() {
        packed.resize(place + 1, 0);
    }
    if let Some(byte) = packed.get_mut(place) {
        *byte = *byte & !(3 << shift) | status.as_bits() << shift;
    }
}

/// The byte that holds `index`, and how far its bits are shifted.
fn locate(index: u64) -> Option<(usize, u32)> {
    let shift = u32::try_from(index % 4).ok()? * 2;
    usize::try_from(index / 4).ok().map(|place| (place, shift))
}

#[cfg(test)]
mod tests {
    use super::{get_status, set_status};
    use crate::pass::PassStatus;
    use proptest::prelude::*;

    #[test]
    fn entries_are_packed_as_in_the_draft() {
        // The draft's example with two bits: statuses 1 2 0 3 | 0 1 0 1 | 1 2 3 3.
        let packed = [0xc9, 0x44, 0xf9];
        let wanted = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3];
        for (index, bits) in (0_u64..).zip(wanted) {
            assert_eq!(get_status(&packed, index), Some(PassStatus::from_bits(bits)), "at {index}");
        }
        assert_eq!(get_status(&packed, 12), None);
        assert_eq!(get_status(&packed, u64::MAX), None);
        let mut written = Vec::new();
        for (index, bits) in (0_u64..).zip(wanted) {
            set_status(&mut written, index, PassStatus::from_bits(bits));
        }
        assert_eq!(written, packed);
    }

    proptest! {
        #[test]
        fn setting_one_entry_changes_no_other(
            mut packed in prop::collection::vec(any::<u8>(), 1..20), index in 0_u64..96, bits in 0_u8..4,
        ) {
            let before = packed.clone();
            set_status(&mut packed, index, PassStatus::from_bits(bits));
            for other in 0..packed.len() as u64 * 4 {
                let wanted = if other == index {
                    PassStatus::from_bits(bits)
                } else {
                    get_status(&before, other).unwrap_or(PassStatus::Valid)
                };
                prop_assert_eq!(get_status(&packed, other), Some(wanted));
            }
        }
    }
}
