//! Names that appear in addresses and tokens: slugs of vendors, products and offers, and names of features.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

/// The text is not a name of the wanted form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameError;

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a valid name")
    }
}

impl core::error::Error for NameError {}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident: $rule:expr, $what:literal, $example:literal, $pattern:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text of the name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        /// Lets maps keyed by this name be asked with plain text.
        impl core::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                let rule: fn(&str) -> bool = $rule;
                rule(text).then(|| Self(text.to_owned())).ok_or(NameError)
            }
        }

        #[cfg(feature = "serde")]
        $crate::wire_as_text!($name, $what, $example, pattern = $pattern);
    )*};
}

names! {
    /// A short name in addresses: 1 to 63 of `a–z`, `0–9` and inner hyphens, beginning with a letter or digit.
    Slug: |text| text.len() <= 63 && is_word(text, b'-'),
        "a slug: 1 to 63 lower-case letters, digits and inner hyphens", "sketchpad",
        "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";
    /// The name of a feature: words of `a–z`, `0–9` and inner `_`, joined by dots, at most 64 bytes: `export.pdf`.
    Feature: |text| text.len() <= 64 && text.split('.').all(|word| is_word(word, b'_')),
        "the name of a feature: lower-case words joined by dots", "export.pdf",
        r"^[a-z0-9]([a-z0-9_]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_]*[a-z0-9])?)*$";
}

fn is_word(text: &str, joiner: u8) -> bool {
    let bytes = text.as_bytes();
    let plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    bytes.first().is_some_and(plain)
        && bytes.last().is_some_and(plain)
        && bytes.iter().all(|b| plain(b) || *b == joiner)
}

#[cfg(test)]
mod tests {
    use super::{Feature, Slug};

    #[test]
    fn names_keep_to_their_alphabet_and_length() {
        for good in ["a", "acme", "sketch-pad", "7zip", &"a".repeat(63)] {
            assert!(good.parse::<Slug>().is_ok(), "{good:?}");
        }
        for bad in ["", "-a", "a-", "A", "a.b", "a_b", "ä", "a b", "../x", &"a".repeat(64)] {
            assert!(bad.parse::<Slug>().is_err(), "{bad:?}");
        }
        for good in ["draw", "export.pdf", "ai.render_4k", "x.y.z"] {
            assert!(good.parse::<Feature>().is_ok(), "{good:?}");
        }
        for bad in ["", ".", "a.", ".a", "a..b", "Export.pdf", "a-b", "_a", &"a".repeat(65)] {
            assert!(bad.parse::<Feature>().is_err(), "{bad:?}");
        }
    }
}
