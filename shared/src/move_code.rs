//! The short code of a move: what a person types or reads out. `ABCD-EFGHJ-KMNPQ`.

use core::fmt;
use core::str::FromStr;

/// Letters and digits that nobody takes for one another: no 0 and O, no 1, I and L, no U.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many of its letters name the move; the other ten, 49 bits, are the secret, and guessing is counted per name.
const NAME: usize = 4;
const LENGTH: usize = 14;

/// Fourteen letters, 68 bits: the first four name the move, the others prove that one was handed it.
#[derive(Clone, PartialEq, Eq)]
pub struct MoveCode([u8; LENGTH]);

/// The text is not a move's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveCodeError;

impl MoveCode {
    /// A code drawn from `random`; the 60 bits beyond those needed keep every letter equally likely.
    pub fn from_random(random: u128) -> Self {
        let mut rest = random;
        Self(core::array::from_fn(|_| {
            let letter = usize::try_from(rest % 30).ok().and_then(|index| ALPHABET.get(index)).copied();
            rest /= 30;
            letter.unwrap_or(b'2')
        }))
    }

    /// The letters that name the move.
    pub fn name(&self) -> String {
        self.letters().take(NAME).collect()
    }

    /// The letters that prove it.
    pub fn secret(&self) -> String {
        self.letters().skip(NAME).collect()
    }

    fn letters(&self) -> impl Iterator<Item = char> {
        self.0.iter().copied().map(char::from)
    }
}

impl fmt::Display for MoveCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.letters().enumerate() {
            if place == NAME || place == NAME + 5 {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

/// Never shows the secret: a code in a log would be a license given away.
impl fmt::Debug for MoveCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MoveCode({}-…)", self.name())
    }
}

/// As people type: in either case, with or without dashes and spaces.
impl FromStr for MoveCode {
    type Err = MoveCodeError;

    fn from_str(text: &str) -> Result<Self, MoveCodeError> {
        if text.len() > 64 {
            return Err(MoveCodeError);
        }
        let letters =
            text.bytes().filter(|byte| !matches!(byte, b'-' | b' ' | b'\t')).map(|byte| byte.to_ascii_uppercase());
        let letters: Vec<u8> = letters.collect();
        let code: [u8; LENGTH] = letters.try_into().map_err(|_| MoveCodeError)?;
        if code.iter().all(|letter| ALPHABET.contains(letter)) { Ok(Self(code)) } else { Err(MoveCodeError) }
    }
}

#[cfg(test)]
mod tests {
    use super::{ALPHABET, MoveCode};
    use proptest::prelude::*;

    #[test]
    fn a_code_is_read_as_people_write_it() {
        let code: MoveCode = "ABCD-EFGHJ-KMNPQ".parse().unwrap();
        for text in ["abcdefghjkmnpq", " ABCD EFGHJ KMNPQ ", "abcd-EFGHJKMNP-q"] {
            assert!(text.parse() == Ok(code.clone()), "{text}");
        }
        assert_eq!((code.name().as_str(), code.secret().as_str()), ("ABCD", "EFGHJKMNPQ"));
        assert_eq!(format!("{code:?}"), "MoveCode(ABCD-…)");
        for text in
            ["", "ABCD-EFGHJ-KMNP", "ABCD-EFGHJ-KMNPQR", "ABCD-EFGHJ-KMNP0", "ABCD-EFGHJ-KMNPÄ", &"-".repeat(1000)]
        {
            assert!(text.parse::<MoveCode>().is_err(), "{text}");
        }
    }

    #[test]
    fn no_letter_looks_like_another() {
        for confusing in b"01OILU" {
            assert!(!ALPHABET.contains(confusing));
        }
    }

    proptest! {
        #[test]
        fn codes_survive_their_text(random: u128) {
            let code = MoveCode::from_random(random);
            prop_assert!(code.to_string().parse() == Ok(code));
        }
    }
}
