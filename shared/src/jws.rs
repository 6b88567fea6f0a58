//! The shape of a compact JWS: what can be said before a key is known.
//!
//! General libraries take padding, stray bits and members they do not know; here one token has one spelling.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

use crate::base64url;
use crate::strict::{self, Object, TOKEN_DEPTH};

/// The longest token accepted where its kind does not say otherwise: bounds the work before the signature.
pub const MAX_TOKEN_LENGTH: usize = 8 * 1024;

/// Why a text has not the shape of a compact JWS, in the order of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShapeFault {
    /// Longer than allowed.
    Length,
    /// A character outside base64url and dots.
    Characters,
    /// Not exactly two dots.
    Segments,
    /// A part is not base64url, or has stray bits: another spelling of the same bytes.
    Encoding,
}

/// The parts of a compact JWS, decoded; nothing in them is proven.
#[derive(Clone, Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) header: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    /// What was signed: header and payload as they stand in the token.
    pub(crate) signed: &'a [u8],
}

/// Takes `token` apart: length, characters, dots, base64url, in this order.
pub(crate) fn split(token: &str, max_length: usize) -> Result<Parts<'_>, ShapeFault> {
    if token.len() > max_length {
        return Err(ShapeFault::Length);
    }
    if !token.bytes().all(|byte| byte == b'.' || base64url::is_letter(byte)) {
        return Err(ShapeFault::Characters);
    }
    let mut parts = token.as_bytes().split(|byte| *byte == b'.');
    let (Some(header), Some(payload), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(ShapeFault::Segments);
    };
    let decode = |part| base64url::decode(part).ok_or(ShapeFault::Encoding);
    let signed = token.as_bytes().get(..=header.len() + payload.len()).unwrap_or_default();
    Ok(Parts { header: decode(header)?, payload: decode(payload)?, signature: decode(signature)?, signed })
}

/// What a token says about itself, to choose whose keys to judge it by.
///
/// Nothing here is proven: never decide anything else from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peek {
    /// The `kid` of the header.
    pub kid: String,
    /// The claimed issuer.
    pub iss: String,
    /// The claimed audience; empty when there is none.
    pub aud: String,
    /// The claimed id of the token; empty when there is none.
    pub jti: String,
}

/// A token taken apart and read; nothing in it is proven.
#[derive(Clone, Debug)]
pub struct Opened<'a> {
    pub(crate) parts: Parts<'a>,
    pub(crate) header: Object,
    pub(crate) payload: Object,
}

impl<'a> Opened<'a> {
    /// `None` when `token` has not the shape of a token of ours.
    pub fn read(token: &'a str) -> Option<Self> {
        let parts = split(token, MAX_TOKEN_LENGTH).ok()?;
        let header = strict::parse_object(&parts.header, TOKEN_DEPTH).ok()?;
        let payload = strict::parse_object(&parts.payload, TOKEN_DEPTH).ok()?;
        Some(Self { parts, header, payload })
    }

    /// What it claims.
    pub fn peek(&self) -> Option<Peek> {
        let text = |object: &Object, name| object.get(name).and_then(strict::Value::as_str).map(str::to_owned);
        Some(Peek {
            kid: text(&self.header, "kid")?,
            iss: text(&self.payload, "iss")?,
            aud: text(&self.payload, "aud").unwrap_or_default(),
            jti: text(&self.payload, "jti").unwrap_or_default(),
        })
    }
}

/// Reads what `token` claims without judging it; `None` when it has not the shape of a token of ours.
pub fn peek(token: &str) -> Option<Peek> {
    Opened::read(token)?.peek()
}

#[cfg(test)]
mod tests {
    use super::{ShapeFault, peek, split};

    #[track_caller]
    fn check(token: &str, wanted: ShapeFault) {
        assert_eq!(split(token, 32).err(), Some(wanted), "{token:?}");
    }

    #[test]
    fn each_fault_of_shape_is_told_apart_in_order() {
        check(&"a".repeat(33), ShapeFault::Length);
        check(&" ".repeat(33), ShapeFault::Length);
        for bad in ["e30=.e30.AA", "e30.e3 0.AA", "e30.e30.A+A", "e30.e30.A/A", "é.e30.AA", "e30.e30.AA\n", "\0"] {
            check(bad, ShapeFault::Characters);
        }
        for bad in ["", "e30", "e30.e30", ".e30", "e30.e30.AA.", "e30.e30.AA.AA", "...."] {
            check(bad, ShapeFault::Segments);
        }
        for bad in ["e30.e30.A", "e30.e30.AB", "e31.e30.AA", "e30.AAAAA.AA"] {
            check(bad, ShapeFault::Encoding);
        }
    }

    #[test]
    fn a_shape_is_accepted_at_its_limit() {
        let token = format!("e30.e30.{}", "A".repeat(24));
        let parts = split(&token, 32).ok().unwrap();
        assert_eq!((parts.header.as_slice(), parts.payload.len(), parts.signature.len()), (&b"{}"[..], 2, 18));
        assert_eq!(parts.signed, b"e30.e30");
        assert!(split("..", 32).is_ok(), "empty parts are base64url of nothing; the header refuses them");
    }

    #[test]
    fn peeking_reads_claims_and_nothing_else() {
        // {"kid":"k"} and {"iss":"i","aud":"a"}
        let seen = peek("eyJraWQiOiJrIn0.eyJpc3MiOiJpIiwiYXVkIjoiYSJ9.AA").unwrap();
        assert_eq!((seen.kid.as_str(), seen.iss.as_str(), seen.aud.as_str(), seen.jti.as_str()), ("k", "i", "a", ""));
        assert_eq!(peek("e30.e30.AA"), None);
        assert_eq!(peek("x"), None);
    }
}
