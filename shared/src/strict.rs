//! The strict JSON reader: what two readers could understand differently is refused.
//!
//! RFC 8259 in UTF-8, and beyond it: no member twice in an object, no lone surrogate, no text after the value, a
//! bounded depth. Integers are exact; other numbers are recognised but not kept, since no token and no message of ours
//! holds one. Written by hand because general readers keep the last of two equal members, and to stay small in the browser.

use alloc::string::String;
use alloc::vec::Vec;

mod reader;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number written without fraction and exponent that an `i64` holds exactly.
    Integer(i64),
    /// Any other number: well formed, its value not kept.
    OtherNumber,
    /// A string, escapes resolved.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Object),
}

/// The members of an object, sorted by name; no name occurs twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object(Vec<(String, Value)>);

/// Why a text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Not UTF-8.
    Encoding,
    /// Not JSON.
    Syntax,
    /// A `\uD800`–`\uDFFF` escape that is not half of a pair: readers disagree about its meaning.
    LoneSurrogate,
    /// The same member twice: readers disagree about which counts.
    DuplicateMember,
    /// More than [`MAX_MEMBERS`] members in one object.
    TooManyMembers,
    /// Nested deeper than allowed.
    TooDeep,
    /// Something after the value.
    TrailingText,
}

/// A refusal of the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// The byte at which it was noticed.
    pub at: usize,
}

/// How deep tokens may nest.
pub const TOKEN_DEPTH: usize = 8;

/// Members one object may have: bounds the work of finding duplicates.
pub const MAX_MEMBERS: usize = 1000;

/// Reads `text` as one JSON value in which arrays and objects nest at most `depth` deep (a bare value needs 0).
pub fn parse(text: &[u8], depth: usize) -> Result<Value, Refusal> {
    reader::read(text, depth)
}

/// [`parse`] for a text that must be an object.
pub fn parse_object(text: &[u8], depth: usize) -> Result<Object, Refusal> {
    match parse(text, depth)? {
        Value::Object(object) => Ok(object),
        _ => Err(Refusal { reason: Reason::Syntax, at: 0 }),
    }
}

impl Reason {
    /// The reason in words, to be read after "the JSON".
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Encoding => "is not UTF-8",
            Self::Syntax => "is not well formed",
            Self::LoneSurrogate => "holds half of a surrogate pair",
            Self::DuplicateMember => "has a member twice",
            Self::TooManyMembers => "has too many members in one object",
            Self::TooDeep => "is nested too deep",
            Self::TrailingText => "is followed by other text",
        }
    }
}

impl Value {
    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if it is one.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }
}

impl Object {
    /// An object without members.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The member `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let found = self.find(name).ok()?;
        self.0.get(found).map(|(_, value)| value)
    }

    /// The members, sorted by the bytes of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every member is one of `names`.
    pub fn has_only(&self, names: &[&str]) -> bool {
        self.0.iter().all(|(name, _)| names.contains(&name.as_str()))
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(name))
    }

    /// Adds a member, or says why not.
    fn insert(&mut self, name: String, value: Value) -> Result<(), Reason> {
        match self.find(&name) {
            Ok(_) => Err(Reason::DuplicateMember),
            Err(_) if self.0.len() >= MAX_MEMBERS => Err(Reason::TooManyMembers),
            Err(place) => {
                self.0.insert(place, (name, value));
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests;
