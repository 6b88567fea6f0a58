//! What vendors and customers write, as far as others see it: how long it may be, and which characters it may not hold.

use core::fmt;

/// The longest name and title, in characters.
pub const MAX_NAME: usize = 100;

/// The longest summary, in characters.
pub const MAX_SUMMARY: usize = 300;

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFault {
    /// Nothing, white space only, or more than [`MAX_NAME`] characters.
    NameLength,
    /// More than [`MAX_SUMMARY`] characters.
    SummaryLength,
    /// A control character, a line break among them.
    Control,
    /// A character that turns the direction of the text after it, so that a page would show something else than it says
    /// (Trojan Source, CVE-2021-42574).
    Direction,
}

impl TextFault {
    /// A sentence for whoever wrote it.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NameLength => "Write 1 to 100 characters.",
            Self::SummaryLength => "Write at most 300 characters.",
            Self::Control => "Leave out line breaks and other control characters.",
            Self::Direction => {
                "Leave out the invisible characters that turn the direction of text (U+202A to U+202E, U+2066 to U+2069)."
            }
        }
    }
}

impl fmt::Display for TextFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

/// A name or title in one line. Errors, in this order: `NameLength`, `Control`, `Direction`.
pub fn check_name(text: &str) -> Result<(), TextFault> {
    if text.trim().is_empty() || text.chars().count() > MAX_NAME {
        return Err(TextFault::NameLength);
    }
    check_line(text)
}

/// One sentence, or none. Errors, in this order: `SummaryLength`, `Control`, `Direction`.
pub fn check_summary(text: &str) -> Result<(), TextFault> {
    if text.chars().count() > MAX_SUMMARY {
        return Err(TextFault::SummaryLength);
    }
    check_line(text)
}

fn check_line(text: &str) -> Result<(), TextFault> {
    if text.chars().any(|letter| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')) {
        return Err(TextFault::Control);
    }
    if text.chars().any(turns_direction) { Err(TextFault::Direction) } else { Ok(()) }
}

/// Whether the character embeds, overrides or isolates a direction (Unicode Standard Annex 9). Letters and marks that have
/// a direction of their own are welcome.
pub const fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{TextFault, check_name, check_summary};
    use alloc::string::String;

    #[test]
    fn names_are_one_line_of_what_they_seem_to_say() {
        for good in ["a", "Sketch & Pad", "<script>alert(1)</script>", "عربي", "שלום", "\u{1f600}", "e\u{301}", "=1+1"]
        {
            assert_eq!(check_name(good), Ok(()), "{good:?}");
        }
        assert_eq!(check_name(&"ä".repeat(100)), Ok(()));
        for (bad, fault) in [
            ("", TextFault::NameLength),
            (" \t ", TextFault::NameLength),
            ("two\nlines", TextFault::Control),
            ("two\u{2028}lines", TextFault::Control),
            ("nul\0", TextFault::Control),
            ("next\u{85}line", TextFault::Control),
        ] {
            assert_eq!(check_name(bad), Err(fault), "{bad:?}");
        }
        assert_eq!(check_name(&"ä".repeat(101)), Err(TextFault::NameLength));
        assert_eq!(check_name(&"a".repeat(10_000)), Err(TextFault::NameLength));
        for turning in ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}') {
            assert_eq!(check_name(&String::from_iter(['P', turning, 'o'])), Err(TextFault::Direction), "{turning:?}");
        }
    }

    #[test]
    fn summaries_may_be_empty_and_longer() {
        assert_eq!(check_summary(""), Ok(()));
        assert_eq!(check_summary(&"a".repeat(300)), Ok(()));
        assert_eq!(check_summary(&"a".repeat(301)), Err(TextFault::SummaryLength));
        assert_eq!(check_summary("a\u{202e}b"), Err(TextFault::Direction));
    }
}
