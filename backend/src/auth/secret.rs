//! Secrets that are handed out: 256 random bits with a prefix and a checksum, stored hashed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use shared::thumbprint::sha256_base64url;

use crate::rng::Rng;

/// The letters of 32 bytes in base64url, and of the four bytes of their checksum.
const LETTERS: (usize, usize) = (43, 6);

/// A secret as its holder sees it: `ses_` + 43 letters + 6 letters of checksum. Never logged, never stored.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A new secret; `prefix` says what it is for, so that one found in a log or a repository can be told.
    pub fn new(prefix: &str, rng: &Rng) -> Self {
        let random = URL_SAFE_NO_PAD.encode(rng.bytes::<32>());
        let checksum = checksum(prefix, &random);
        Self(format!("{prefix}_{random}{checksum}"))
    }

    /// The secret, if `text` is well formed: a mistyped one is told without asking the store.
    pub fn parse(prefix: &str, text: &str) -> Option<Self> {
        let rest = text.strip_prefix(prefix)?.strip_prefix('_')?;
        let (random, check) = rest.split_at_checked(LETTERS.0)?;
        let is_whole = check.len() == LETTERS.1 && checksum(prefix, random) == check;
        is_whole.then(|| Self(text.to_owned()))
    }

    /// What is stored and looked up. The secret is random, so a plain hash cannot be guessed back.
    pub fn hash(&self) -> String {
        sha256_base64url(self.0.as_bytes())
    }

    /// Its ends, by which its holder tells it from others: `pgt_Ab…xYz9`.
    pub fn hint(&self) -> String {
        let ends = self.0.get(..6).zip(self.0.get(self.0.len().saturating_sub(4)..));
        ends.map(|(first, last)| format!("{first}…{last}")).unwrap_or_default()
    }

    /// The secret itself, for its holder.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

fn checksum(prefix: &str, random: &str) -> String {
    let mut crc = crc32fast::Hasher::new();
    crc.update(prefix.as_bytes());
    crc.update(random.as_bytes());
    URL_SAFE_NO_PAD.encode(crc.finalize().to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::Secret;
    use crate::rng::Rng;

    #[test]
    fn a_secret_is_read_back_and_a_mistyped_one_is_not() {
        let secret = Secret::new("ses", &Rng::seeded(1));
        let text = secret.reveal();
        let again = Secret::parse("ses", text).expect("it was just made");
        assert_eq!(again.hash(), secret.hash());
        let mut mistyped = text.to_owned();
        mistyped.replace_range(10..11, if text.get(10..11) == Some("A") { "B" } else { "A" });
        for bad in [&mistyped, "", "ses_", "ses_é", &text.replace("ses_", "tok_"), &format!("{text}A")] {
            assert!(Secret::parse("ses", bad).is_none(), "{bad:?}");
        }
        assert!(Secret::parse("tok", text).is_none());
    }
}
