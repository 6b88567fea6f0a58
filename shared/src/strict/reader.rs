//! The reader itself: one pass over the bytes, recursion bounded by the depth.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Object, Reason, Refusal, Value};

/// Reads one value; see [`super::parse`].
pub(super) fn read(text: &[u8], depth: usize) -> Result<Value, Refusal> {
    let text =
        core::str::from_utf8(text).map_err(|error| Refusal { reason: Reason::Encoding, at: error.valid_up_to() })?;
    let mut reader = Reader { text, at: 0 };
    let value = reader.read_document(depth);
    value.map_err(|reason| Refusal { reason, at: reader.at })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn read_document(&mut self, depth: usize) -> Result<Value, Reason> {
        let value = self.read_value(depth)?;
        self.skip_space();
        if self.at == self.text.len() { Ok(value) } else { Err(Reason::TrailingText) }
    }

    fn read_value(&mut self, depth: usize) -> Result<Value, Reason> {
        self.skip_space();
        match self.peek() {
            Some(b'{') => self.read_object(depth.checked_sub(1).ok_or(Reason::TooDeep)?),
            Some(b'[') => self.read_array(depth.checked_sub(1).ok_or(Reason::TooDeep)?),
            Some(b'"') => self.read_string().map(Value::String),
            Some(b't') => self.read_word("true", Value::Bool(true)),
            Some(b'f') => self.read_word("false", Value::Bool(false)),
            Some(b'n') => self.read_word("null", Value::Null),
            Some(b'-' | b'0'..=b'9') => self.read_number(),
            _ => Err(Reason::Syntax),
        }
    }

    /// `depth`: what is left for the members' values.
    fn read_object(&mut self, depth: usize) -> Result<Value, Reason> {
        let mut object = Object::default();
        self.at += 1;
        self.skip_space();
        if self.take(b'}') {
            return Ok(Value::Object(object));
        }
        loop {
            self.skip_space();
            let name = self.read_string()?;
            self.skip_space();
            self.expect(b':')?;
            let value = self.read_value(depth)?;
            object.insert(name, value)?;
            self.skip_space();
            if !self.take(b',') {
                self.expect(b'}')?;
                return Ok(Value::Object(object));
            }
        }
    }

    /// `depth`: what is left for the items.
    fn read_array(&mut self, depth: usize) -> Result<Value, Reason> {
        let mut items = Vec::new();
        self.at += 1;
        self.skip_space();
        if self.take(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.read_value(depth)?);
            self.skip_space();
            if !self.take(b',') {
                self.expect(b']')?;
                return Ok(Value::Array(items));
            }
        }
    }

    fn read_word(&mut self, word: &str, value: Value) -> Result<Value, Reason> {
        if !self.rest().starts_with(word) {
            return Err(Reason::Syntax);
        }
        self.at += word.len();
        Ok(value)
    }

    fn read_number(&mut self) -> Result<Value, Reason> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.read_digits()?;
        }
        let mut integer = true;
        if self.take(b'.') {
            integer = false;
            self.read_digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            integer = false;
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.read_digits()?;
        }
        let exact =
            if integer { read_integer(self.text.as_bytes().get(start..self.at).unwrap_or_default()) } else { None };
        Ok(exact.map_or(Value::OtherNumber, Value::Integer))
    }

    fn read_digits(&mut self) -> Result<(), Reason> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Reason::Syntax) }
    }

    fn read_string(&mut self) -> Result<String, Reason> {
        self.expect(b'"')?;
        let mut string = String::new();
        loop {
            let plain = self.rest();
            let end = plain.bytes().position(|b| b < b' ' || b == b'"' || b == b'\\').ok_or(Reason::Syntax)?;
            string.push_str(plain.get(..end).unwrap_or_default());
            self.at += end;
            match self.next() {
                Some(b'"') => return Ok(string),
                Some(b'\\') => string.push(self.read_escape()?),
                _ => return Err(Reason::Syntax),
            }
        }
    }

    fn read_escape(&mut self) -> Result<char, Reason> {
        Ok(match self.next() {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.read_code_point(),
            _ => return Err(Reason::Syntax),
        })
    }

    fn read_code_point(&mut self) -> Result<char, Reason> {
        let first = self.read_hex()?;
        if !(0xd800..0xe000).contains(&first) {
            return char::from_u32(first).ok_or(Reason::Syntax);
        }
        if first >= 0xdc00 || !(self.take(b'\\') && self.take(b'u')) {
            return Err(Reason::LoneSurrogate);
        }
        let second = self.read_hex()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(Reason::LoneSurrogate);
        }
        let code_point = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        char::from_u32(code_point).ok_or(Reason::Syntax)
    }

    fn read_hex(&mut self) -> Result<u32, Reason> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.next().and_then(|b| char::from(b).to_digit(16)).ok_or(Reason::Syntax)?;
            value = value << 4 | digit;
        }
        Ok(value)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), Reason> {
        if self.take(byte) { Ok(()) } else { Err(Reason::Syntax) }
    }
}

/// The value of digits after an optional minus, when an `i64` holds it. Counted downwards, where there is one more.
fn read_integer(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-");
    let below = digits
        .unwrap_or(text)
        .iter()
        .try_fold(0_i64, |value, digit| value.checked_mul(10)?.checked_sub(i64::from(*digit - b'0')))?;
    if digits.is_some() { Some(below) } else { below.checked_neg() }
}
