//! Writing flat JSON objects: all that crosses to JavaScript. Names are our own and need no escapes.

use alloc::string::String;

/// An object being written.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    text: String,
}

impl Writer {
    /// Adds an object that was written before.
    pub(crate) fn object(&mut self, name: &str, object: &str) {
        self.name(name);
        self.text.push_str(object);
    }

    /// Adds a text.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        self.text.push('"');
        for letter in value.chars() {
            match letter {
                '"' | '\\' => self.text.extend(['\\', letter]),
                control if control < ' ' => {
                    self.text.push_str("\\u00");
                    for shift in [4, 0] {
                        let digit = u32::from(control) >> shift & 15;
                        self.text.extend(char::from_digit(digit, 16));
                    }
                }
                plain => self.text.push(plain),
            }
        }
        self.text.push('"');
    }

    /// Adds a whole number.
    pub(crate) fn number(&mut self, name: &str, value: i64) {
        self.name(name);
        if value < 0 {
            self.text.push('-');
        }
        self.digits(value.unsigned_abs());
    }

    /// Adds a count.
    pub(crate) fn count(&mut self, name: &str, value: u64) {
        self.name(name);
        self.digits(value);
    }

    /// Adds true or false.
    pub(crate) fn flag(&mut self, name: &str, value: bool) {
        self.name(name);
        self.text.push_str(if value { "true" } else { "false" });
    }

    /// The object.
    pub(crate) fn finish(mut self) -> String {
        if self.text.is_empty() {
            self.text.push('{');
        }
        self.text.push('}');
        self.text
    }

    /// By hand: the library's way brings its whole formatting along.
    fn digits(&mut self, value: u64) {
        if value > 9 {
            self.digits(value / 10);
        }
        self.text.extend(char::from_digit((value % 10) as u32, 10));
    }

    fn name(&mut self, name: &str) {
        self.text.push_str(if self.text.is_empty() { "{\"" } else { ",\"" });
        self.text.push_str(name);
        self.text.push_str("\":");
    }
}

#[cfg(test)]
mod tests {
    use super::Writer;
    use shared::strict::{Value, parse_object};

    #[test]
    fn what_is_written_the_strict_reader_reads_back() {
        let awkward = "\"\\/ \u{0}\u{1f}\u{7f}\n\u{e9}\u{1f600}\u{2028}";
        let mut json = Writer::default();
        json.text("awkward", awkward);
        json.number("low", i64::MIN);
        json.count("count", 97);
        json.flag("yes", true);
        let text = json.finish();
        let read = parse_object(text.as_bytes(), 1).unwrap();
        assert_eq!(read.get("awkward").and_then(Value::as_str), Some(awkward));
        assert_eq!(read.get("low").and_then(Value::as_integer), Some(i64::MIN));
        assert_eq!(read.get("count").and_then(Value::as_integer), Some(97));
        assert_eq!(read.len(), 4);
        assert_eq!(Writer::default().finish(), "{}");
    }
}
