//! RFC 8785 canonical JSON, and digests over it.
//!
//! Our documents hold no fractions, so numbers are written as the integers they are; anything else is refused.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Bytes of a document that need not grow while it is written: an event's.
const USUAL: usize = 512;

/// The value cannot be written: it holds a fraction, or an integer beyond ±(2^53 − 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CanonicalError;

impl core::fmt::Display for CanonicalError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the document holds a number that canonical JSON does not keep exactly")
    }
}

impl core::error::Error for CanonicalError {}

/// `value` as canonical JSON (RFC 8785): members sorted by UTF-16 code units, shortest escapes, no white space.
pub fn to_canonical(value: &impl Serialize) -> Result<String, CanonicalError> {
    let value = serde_json::to_value(value).map_err(|_| CanonicalError)?;
    let mut text = String::with_capacity(USUAL);
    write_value(&value, &mut text)?;
    Ok(text)
}

/// The SHA-256 digest of `value`'s canonical JSON: 43 characters of base64url.
pub fn digest(value: &impl Serialize) -> Result<String, CanonicalError> {
    Ok(digest_bytes(to_canonical(value)?.as_bytes()))
}

/// The SHA-256 digest of `bytes`: 43 characters of base64url.
pub fn digest_bytes(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

fn write_value(value: &Value, text: &mut String) -> Result<(), CanonicalError> {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => {
            let kept = number.as_i64().filter(|n| n.unsigned_abs() < 1 << 53).ok_or(CanonicalError)?;
            text.push_str(&kept.to_string());
        }
        Value::String(string) => write_string(string, text),
        Value::Array(items) => write_joined(items.iter(), ('[', ']'), text, write_value)?,
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
            write_joined(members.into_iter(), ('{', '}'), text, |(name, value), text| {
                write_string(name, text);
                text.push(':');
                write_value(value, text)
            })?;
        }
    }
    Ok(())
}

fn write_joined<T>(
    items: impl Iterator<Item = T>,
    (open, close): (char, char),
    text: &mut String,
    write: impl Fn(T, &mut String) -> Result<(), CanonicalError>,
) -> Result<(), CanonicalError> {
    text.push(open);
    for (index, item) in items.enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(item, text)?;
    }
    text.push(close);
    Ok(())
}

fn write_string(string: &str, text: &mut String) {
    text.push('"');
    // Whole runs of plain letters: every event of the log is written this way.
    for run in string.split_inclusive(is_escaped) {
        let mut letters = run.chars();
        match letters.next_back().filter(|last| is_escaped(*last)) {
            None => text.push_str(run),
            Some(last) => {
                text.push_str(letters.as_str());
                write_escape(last, text);
            }
        }
    }
    text.push('"');
}

const fn is_escaped(letter: char) -> bool {
    matches!(letter, '"' | '\\' | ..' ')
}

fn write_escape(letter: char, text: &mut String) {
    match letter {
        '"' => text.push_str("\\\""),
        '\\' => text.push_str("\\\\"),
        '\u{8}' => text.push_str("\\b"),
        '\t' => text.push_str("\\t"),
        '\n' => text.push_str("\\n"),
        '\u{c}' => text.push_str("\\f"),
        '\r' => text.push_str("\\r"),
        control => {
            // Writing to a String cannot fail.
            let _ = write!(text, "\\u{:04x}", u32::from(control));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{digest, digest_bytes, to_canonical};
    use serde_json::json;

    #[test]
    fn members_sort_by_utf_16_and_strings_escape_shortest() {
        // The order of RFC 8785 section 3.2.3, where the emoji's surrogate sorts before U+FB33.
        let value = json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
        let text = "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}";
        assert_eq!(to_canonical(&value).as_deref(), Ok(text));
        assert_eq!(to_canonical(&"\u{f}\n'\"\\/").as_deref(), Ok("\"\\u000f\\n'\\\"\\\\/\""));
        assert_eq!(to_canonical(&json!([null, true, false, -1, [], {}])).as_deref(), Ok("[null,true,false,-1,[],{}]"));
    }

    #[test]
    fn numbers_that_readers_would_change_are_refused() {
        assert!(to_canonical(&1.5).is_err());
        assert!(to_canonical(&(1_u64 << 53)).is_err());
        assert!(to_canonical(&u64::MAX).is_err());
        assert!(to_canonical(&((1_i64 << 53) - 1)).is_ok());
    }

    #[test]
    fn digests_are_sha_256_in_base64url() {
        assert_eq!(digest_bytes(b""), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
        assert_eq!(digest(&json!({})), Ok(digest_bytes(b"{}")));
    }
}
