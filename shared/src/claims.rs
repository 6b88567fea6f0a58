//! Reading claims: one reader for every kind of token, which remembers the first claim at fault.
//!
//! A missing claim reads as an empty one until [`ClaimReader::finish`] refuses the whole; that keeps the readers of
//! whole structures straight, and their code small in the browser.

use alloc::borrow::ToOwned as _;
use alloc::string::String;

use crate::strict::{Object, Value};
use crate::time::Timestamp;

static EMPTY: Object = Object::new();

/// Reads claims and remembers the first at fault.
#[derive(Debug, Default)]
pub(crate) struct ClaimReader {
    fault: Option<&'static str>,
}

impl ClaimReader {
    /// What was read, if no claim was at fault; else the name of the first that was.
    pub(crate) fn finish<T>(self, claims: T) -> Result<T, &'static str> {
        self.fault.map_or(Ok(claims), Err)
    }

    /// Says that the claim `name` is missing or wrong.
    pub(crate) fn refuse(&mut self, name: &'static str) {
        self.fault.get_or_insert(name);
    }

    /// A non-empty text.
    pub(crate) fn text(&mut self, object: &Object, name: &'static str) -> String {
        let text = object.get(name).and_then(Value::as_str).unwrap_or_default();
        if text.is_empty() {
            self.refuse(name);
        }
        text.to_owned()
    }

    /// A whole number from 0 to 2^53 − 1, which every JSON reader keeps exactly.
    pub(crate) fn count(&mut self, object: &Object, name: &'static str) -> u64 {
        self.number(object, name, 1 << 53).unsigned_abs()
    }

    /// A count that may be absent, which means 0.
    pub(crate) fn optional_count(&mut self, object: &Object, name: &'static str) -> u64 {
        if object.get(name).is_some() { self.count(object, name) } else { 0 }
    }

    /// A point in time: whole seconds from 1970 to 9999.
    pub(crate) fn time(&mut self, object: &Object, name: &'static str) -> Timestamp {
        Timestamp::from_unix(self.number(object, name, Timestamp::MAX.as_unix() + 1))
    }

    /// An object with no members but `known`.
    pub(crate) fn object<'a>(&mut self, object: &'a Object, name: &'static str, known: &[&str]) -> &'a Object {
        let inner = object.get(name).and_then(Value::as_object).filter(|inner| inner.has_only(known));
        if inner.is_none() {
            self.refuse(name);
        }
        inner.unwrap_or(&EMPTY)
    }

    fn number(&mut self, object: &Object, name: &'static str, end: i64) -> i64 {
        let number = object.get(name).and_then(Value::as_integer).unwrap_or(-1);
        if (0..end).contains(&number) {
            return number;
        }
        self.refuse(name);
        0
    }
}
