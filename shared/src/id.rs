//! Identifiers: TypeIDs (`lic_01kav…`), a prefix that says what is named and a UUIDv7 in Crockford's base 32.
//!
//! An id names a thing and grants nothing. Format: the TypeID specification 0.3; time order comes from RFC 9562.

use core::fmt;

/// The text is not an id of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdError;

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id of this kind")
    }
}

impl core::error::Error for IdError {}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// What the text form begins with, before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new id from the time in milliseconds since the Unix epoch and 74 of the given random bits.
            pub const fn new(unix_millis: u64, random: u128) -> Self {
                Self(uuid_v7(unix_millis, random))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_id(concat!($prefix, "_"), self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl core::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let suffix = text.strip_prefix(concat!($prefix, "_")).ok_or(IdError)?;
                read_suffix(suffix).map(Self).ok_or(IdError)
            }
        }

        #[cfg(feature = "serde")]
        $crate::wire_as_text!(
            $name,
            "an id of the kind named by its prefix",
            concat!($prefix, "_01kavb2c5mf6tvq0sr8s1y4d9e"),
            pattern = concat!("^", $prefix, "_[0-7][0-9a-hjkmnp-tv-z]{25}$")
        );
    )*};
}

ids! {
    /// A vendor: a tenant of the installation.
    VendorId = "ven";
    /// A person's sign-in, one for the whole installation.
    AccountId = "acc";
    /// An account's relation to one vendor: the `sub` of passes.
    CustomerId = "cus";
    /// A piece of software that is licensed.
    ProductId = "prd";
    /// Selection, quote, agreement and payment state.
    OrderId = "ord";
    /// A license; grants nothing by itself.
    LicenseId = "lic";
    /// A pass: the `jti` of its token.
    PassId = "pas";
    /// A move of a pass to another device.
    MoveId = "mov";
    /// Uses debited in advance: the `jti` of a slice.
    SliceId = "sli";
    /// A license identifier: names it, and is not the secret.
    IdentifierId = "idn";
    /// A lease: the `jti` of its token.
    LeaseId = "lea";
    /// A session of an account; grants nothing by itself.
    SessionId = "sid";
    /// A passkey of an account.
    PasskeyId = "psk";
    /// An invitation into a vendor's team.
    InvitationId = "inv";
    /// An API token; grants nothing by itself.
    TokenId = "tok";
    /// An authentication source: a provider that vouches for a vendor's customers.
    SourceId = "src";
    /// A rule by which a source's word grants a license.
    RuleId = "rul";
    /// Where a vendor wants to be told of events.
    WebhookId = "whk";
    /// An attempt to tell of an event.
    DeliveryId = "dlv";
    /// A mail.
    MailId = "mai";
    /// One entry of the event log.
    EventId = "evt";
    /// One request, in answers and logs.
    RequestId = "req";
}

/// Letters behind the prefix.
const SUFFIX_LENGTH: usize = 26;

/// The most letters of an id: prefixes have three and an underscore.
const MOST: usize = 4 + SUFFIX_LENGTH;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

const fn uuid_v7(unix_millis: u64, random: u128) -> u128 {
    let time = ((unix_millis & 0xffff_ffff_ffff) as u128) << 80;
    let version = 7_u128 << 76;
    let variant = 2_u128 << 62;
    let high = (random >> 62) & 0xfff;
    let low = random & ((1 << 62) - 1);
    time | version | (high << 64) | variant | low
}

/// Written at once: ids go into every row and every answer, and each piece makes the text grow again.
fn write_id(prefix: &str, value: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [b'0'; MOST];
    let (head, suffix) = text.split_at_mut_checked(prefix.len()).ok_or(fmt::Error)?;
    head.copy_from_slice(prefix.as_bytes());
    let mut rest = value;
    for letter in suffix.iter_mut().take(SUFFIX_LENGTH).rev() {
        *letter = ALPHABET.get((rest & 31) as usize).copied().unwrap_or(b'0');
        rest >>= 5;
    }
    let written = text.get(..prefix.len() + SUFFIX_LENGTH).ok_or(fmt::Error)?;
    f.write_str(core::str::from_utf8(written).map_err(|_| fmt::Error)?)
}

/// 26 lower-case letters; the first holds three bits only. Look-alikes are not folded: one text per id.
fn read_suffix(text: &str) -> Option<u128> {
    if text.len() != SUFFIX_LENGTH || text.as_bytes().first().is_none_or(|first| *first > b'7') {
        return None;
    }
    text.bytes().try_fold(0_u128, |value, byte| Some((value << 5) | u128::from(digit(byte)?)))
}

/// What a letter of [`ALPHABET`] stands for: between its runs, some letters are left out.
const fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'h' => Some(letter - b'a' + 10),
        b'j' | b'k' => Some(letter - b'j' + 18),
        b'm' | b'n' => Some(letter - b'm' + 20),
        b'p'..=b't' => Some(letter - b'p' + 22),
        b'v'..=b'z' => Some(letter - b'v' + 27),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{ALPHABET, LicenseId, PassId, digit};
    use proptest::prelude::*;

    #[test]
    fn an_id_is_read_only_with_its_own_prefix_and_letters() {
        let id = LicenseId::new(1_795_000_000_000, 42).to_string();
        assert!(id.starts_with("lic_01"), "{id}");
        assert!(id.parse::<PassId>().is_err());
        for bad in [
            id.to_uppercase(),
            format!("{id}0"),
            id.replace("lic_", "lic"),
            id.replace("lic_01", "lic_81"),
            id.replace("lic_01", "lic_0l"),
            String::new(),
            "lic_".to_owned(),
        ] {
            assert!(bad.parse::<LicenseId>().is_err(), "{bad:?} must be refused");
        }
    }

    #[test]
    fn each_letter_stands_for_its_place_in_the_alphabet_and_no_other_for_any() {
        for byte in 0..=u8::MAX {
            let place = ALPHABET.iter().position(|letter| *letter == byte);
            assert_eq!(digit(byte).map(usize::from), place, "{byte}");
        }
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let (early, late) = (LicenseId::new(1000, u128::MAX), LicenseId::new(1001, 0));
        assert!(early < late);
        assert!(early.to_string() < late.to_string());
    }

    proptest! {
        #[test]
        fn ids_survive_their_text(millis in 0_u64..1 << 48, random: u128) {
            let id = LicenseId::new(millis, random);
            prop_assert_eq!(id.to_string().parse::<LicenseId>(), Ok(id));
        }
    }
}
