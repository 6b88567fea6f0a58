//! What a person was given on the other device, as it is typed, pasted, scanned or read from a file.

use std::fmt;

use shared::move_code::MoveCode;

/// The longest portable pass, in characters: what any token may have.
const LONGEST: usize = 8 * 1024;

/// One of the two things that a move is redeemed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// The short code, as it is written.
    Code(String),
    /// The portable pass.
    Token(String),
}

impl Given {
    /// What `text` holds: a code, a portable pass, or an address with either behind its `#`. `None` for anything else.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.rsplit('#').next().unwrap_or_default().trim();
        let text = text.strip_prefix("receive=").unwrap_or(text);
        if let Ok(code) = text.parse::<MoveCode>() {
            return Some(Self::Code(code.to_string()));
        }
        let is_part = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        let is_token = text.len() <= LONGEST && text.split('.').count() == 3 && text.split('.').all(is_part);
        is_token.then(|| Self::Token(text.to_owned()))
    }

    /// As the members of a request: the portable pass, the code.
    pub(super) fn members(&self) -> (Option<String>, Option<String>) {
        match self {
            Self::Code(code) => (None, Some(code.clone())),
            Self::Token(token) => (Some(token.clone()), None),
        }
    }
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Code(text) | Self::Token(text)) = self;
        f.write_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Given;

    #[track_caller]
    fn check(text: &str, expected: Option<Given>) {
        assert_eq!(Given::read(text), expected, "{text}");
    }

    #[test]
    fn a_code_is_read_from_what_people_type_and_from_addresses() {
        let code = || Some(Given::Code("ABCD-EFGHJ-KMNPQ".to_owned()));
        for text in [
            "ABCD-EFGHJ-KMNPQ",
            " abcd efghj kmnpq ",
            "http://127.0.0.1:8080/receive#ABCD-EFGHJ-KMNPQ",
            "https://example.com/draw#receive=abcdefghjkmnpq",
        ] {
            check(text, code());
        }
    }

    #[test]
    fn a_portable_pass_is_read_from_a_file_and_from_an_address() {
        let token = || Some(Given::Token("eyJh.eyJp_-1.c2ln".to_owned()));
        check("eyJh.eyJp_-1.c2ln\n", token());
        check("https://example.com/receive#eyJh.eyJp_-1.c2ln", token());
    }

    #[test]
    fn anything_else_is_nothing() {
        for text in ["", "ABCD", "ABCD-EFGHJ-KMNP0", "https://example.com/", "a.b", "a.b.c.d", "a..c", "a.b.ü"] {
            check(text, None);
        }
        check(&format!("{}.b.c", "a".repeat(9000)), None);
    }
}
