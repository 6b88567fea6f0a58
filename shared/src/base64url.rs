//! Base64url (RFC 4648 section 5) as tokens use it: no padding, no stray bits, one text for the same bytes.
//!
//! By hand because the SDK's whole size is budgeted and a general codec with its alphabets and paddings is ten times this.

use alloc::string::String;
use alloc::vec::Vec;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// `bytes` as base64url without padding.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let digit = bits >> (18 - 6 * place) & 63;
            text.push(ALPHABET.get(digit as usize).copied().map_or('A', char::from));
        }
    }
    text
}

/// The bytes that `text` stands for; `None` when it is padded, has another letter, an impossible length or stray bits.
pub fn decode(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    decode_bytes(text.as_ref())
}

fn decode_bytes(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (whole, rest) = text.as_chunks::<4>();
    for [first, second, third, fourth] in whole {
        let bits = digit(*first)? << 18 | digit(*second)? << 12 | digit(*third)? << 6 | digit(*fourth)?;
        let [_, first, second, third] = bits.to_be_bytes();
        bytes.extend([first, second, third]);
    }
    // What is left holds one byte or two; other bits set are another spelling of the same bytes.
    match rest {
        [] => {}
        [first, second] => {
            let bits = digit(*first)? << 6 | digit(*second)?;
            bytes.push(u8::try_from(bits >> 4).ok().filter(|_| bits.trailing_zeros() >= 4)?);
        }
        [first, second, third] => {
            let bits = digit(*first)? << 12 | digit(*second)? << 6 | digit(*third)?;
            bytes.extend(u16::try_from(bits >> 2).ok().filter(|_| bits.trailing_zeros() >= 2)?.to_be_bytes());
        }
        _ => return None,
    }
    Some(bytes)
}

/// Exactly 32 bytes.
pub fn decode_32(text: &str) -> Option<[u8; 32]> {
    decode(text)?.try_into().ok()
}

/// Whether base64url is written with this letter.
pub(crate) fn is_letter(letter: u8) -> bool {
    digit(letter).is_some()
}

/// What the letter stands for. Looked up: tokens are long, and each is read several times.
fn digit(letter: u8) -> Option<u32> {
    let digit = *DIGITS.get(usize::from(letter))?;
    if digit == NONE { None } else { Some(u32::from(digit)) }
}

/// In [`DIGITS`], of what is no letter.
const NONE: u8 = u8::MAX;

/// Of each byte, the digit that it stands for.
#[expect(clippy::indexing_slicing, reason = "it is made by the compiler, which would refuse to")]
static DIGITS: [u8; 256] = {
    let mut digits = [NONE; 256];
    let mut digit = 0_u8;
    while digit < 64 {
        digits[ALPHABET[digit as usize] as usize] = digit;
        digit += 1;
    }
    digits
};

#[cfg(test)]
mod tests {
    use super::{decode, encode};
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    #[test]
    fn other_spellings_are_refused() {
        for bad in ["A", "AAAAA", "AB", "AAB", "AA==", "AA=", "A A", "AA\n", "+A", "/A", "\u{e9}A", "AA.A"] {
            assert_eq!(decode(bad), None, "{bad:?}");
        }
        assert_eq!(decode(""), Some(vec![]));
    }

    proptest! {
        #[test]
        fn bytes_are_written_as_others_write_them_and_read_back(bytes: Vec<u8>) {
            let text = encode(&bytes);
            prop_assert_eq!(&text, &URL_SAFE_NO_PAD.encode(&bytes));
            prop_assert_eq!(decode(&text), Some(bytes));
        }

        #[test]
        fn what_is_read_others_read_alike(text in "[A-Za-z0-9_=+/ -]{0,12}") {
            prop_assert_eq!(decode(&text), URL_SAFE_NO_PAD.decode(&text).ok());
        }
    }
}
