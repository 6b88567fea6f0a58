//! Templates: text with `{{placeholders}}`, checked when it is written and filled when a mail is.

use core::fmt;

use super::value::plain;
use super::{MailKind, placeholders};

/// The longest subject and the longest body of a template, in characters.
const MAX_SUBJECT: usize = 200;
const MAX_BODY: usize = 10_000;

/// A template in order: only known placeholders, each closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    subject: Vec<Piece>,
    body: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Value(&'static str),
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFault {
    /// `subject` or `body`.
    pub field: &'static str,
    /// What, and in which line.
    pub detail: String,
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.detail)
    }
}

impl core::error::Error for TemplateFault {}

/// What a template becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
}

impl Template {
    /// Reads a template for mails of this kind. Errors: every fault, the subject's first.
    pub fn read(kind: MailKind, subject: &str, body: &str) -> Result<Self, Vec<TemplateFault>> {
        let mut faults = Vec::new();
        let body = body.replace("\r\n", "\n");
        let mut fault = |field, detail: &str| faults.push(TemplateFault { field, detail: detail.to_owned() });
        if subject.trim().is_empty() || subject.chars().count() > MAX_SUBJECT {
            fault("subject", "This must have 1 to 200 characters.");
        }
        if subject.chars().any(breaks_a_line) {
            fault("subject", "This must be one line.");
        }
        if body.trim().is_empty() || body.chars().count() > MAX_BODY {
            fault("body", "This must have 1 to 10,000 characters.");
        }
        if body.chars().any(|letter| breaks_a_line(letter) && !matches!(letter, '\n' | '\t')) {
            fault("body", "Leave out control characters other than line breaks and tabs.");
        }
        let subject = read_pieces(kind, "subject", subject.trim(), &mut faults);
        let body = read_pieces(kind, "body", body.trim_end(), &mut faults);
        if faults.is_empty() { Ok(Self { subject, body }) } else { Err(faults) }
    }

    /// Puts the values in. What `value` does not know stays empty.
    pub fn fill(&self, value: impl Fn(&str) -> Option<String>) -> Written {
        let fill = |pieces: &[Piece], is_line: bool| {
            let fill = |piece: &Piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Value(name) => plain(&value(name).unwrap_or_default(), is_line),
            };
            pieces.iter().map(fill).collect::<String>()
        };
        Written { subject: fill(&self.subject, true), text: fill(&self.body, false) }
    }

    /// Filled with the placeholders' examples, but for what `value` knows.
    pub fn preview(kind: MailKind, template: &Self, value: impl Fn(&str) -> Option<String>) -> Written {
        template.fill(|name| {
            let example = || placeholders(kind).find(|meaning| meaning.name == name);
            value(name).or_else(|| example().map(|meaning| meaning.example.to_owned()))
        })
    }
}

fn breaks_a_line(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

fn read_pieces(kind: MailKind, field: &'static str, text: &str, faults: &mut Vec<TemplateFault>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        pieces.push(Piece::Text(before.to_owned()));
        let line = text.len() - after.len();
        let line = text.get(..line).map_or(1, |before| before.matches('\n').count() + 1);
        let mut fault = |detail: String| {
            let place = if field == "body" { format!("Line {line}: ") } else { String::new() };
            faults.push(TemplateFault { field, detail: format!("{place}{detail}") });
        };
        let closed = after.split_once("}}").filter(|(name, _)| !name.contains(['\n', '{']));
        let Some((name, after)) = closed else {
            fault("“{{” has no “}}” after it.".to_owned());
            return pieces;
        };
        match placeholders(kind).find(|meaning| meaning.name == name.trim()) {
            Some(meaning) if meaning.is_long && field == "subject" => {
                fault(format!("“{{{{{}}}}}” is several lines, and a subject is one.", meaning.name));
            }
            Some(meaning) => pieces.push(Piece::Value(meaning.name)),
            None => fault(format!("“{{{{{}}}}}” is not known here.", name.trim())),
        }
        rest = after;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    pieces
}

#[cfg(test)]
mod tests {
    use super::{MailKind, Template, TemplateFault};
    use crate::mail::{placeholders, usual_text};
    use proptest::prelude::*;

    fn fill(subject: &str, body: &str, name: &str) -> (String, String) {
        let template = Template::read(MailKind::Receipt, subject, body).expect("a template");
        let written = template.fill(|wanted| (wanted == "customer.name").then(|| name.to_owned()));
        (written.subject, written.text)
    }

    #[track_caller]
    fn check_fault(subject: &str, body: &str, field: &str, part: &str) {
        let faults = Template::read(MailKind::Receipt, subject, body).expect_err("a fault");
        let is_it = |fault: &TemplateFault| fault.field == field && fault.detail.contains(part);
        assert!(faults.iter().any(is_it), "{faults:?}");
    }

    #[test]
    fn values_stand_where_their_names_stood() {
        let (subject, text) = fill("Hello {{customer.name}}", "Dear {{ customer.name }},\n\n{a} }}", "Ada");
        assert_eq!((subject.as_str(), text.as_str()), ("Hello Ada", "Dear Ada,\n\n{a} }}"));
    }

    #[test]
    fn a_value_is_never_read_as_a_template_or_as_another_line_of_a_subject() {
        let name = "{{order.id}}\r\nBcc: x@example.com\u{202e}";
        let (subject, text) = fill("{{customer.name}}", "{{customer.name}}", name);
        assert_eq!(subject, "{{order.id}} Bcc: x@example.com");
        assert!(!text.contains('\r') && text.starts_with("{{order.id}}") && !text.contains('\u{202e}'), "{text:?}");
    }

    #[test]
    fn faults_are_told_with_their_place() {
        check_fault("{{license.id}}", "x", "subject", "“{{license.id}}” is not known here.");
        check_fault("x", "one\n{{customer.nam}}", "body", "Line 2: “{{customer.nam}}” is not known here.");
        check_fault("x", "one\ntwo {{customer.name\n}}", "body", "Line 2: “{{” has no “}}” after it.");
        check_fault("{{order.lines}}", "x", "subject", "several lines");
        check_fault(" ", "x", "subject", "1 to 200");
        check_fault("x", " \n", "body", "1 to 10,000");
        check_fault("a\nb", "x", "subject", "one line");
        check_fault("a\u{2028}b", "x", "subject", "one line");
        check_fault("a", "nul\0", "body", "control characters");
        check_fault(&"x".repeat(201), "x", "subject", "1 to 200");
    }

    #[test]
    fn every_usual_text_is_a_template_and_every_example_fits() {
        for kind in MailKind::ALL {
            let (subject, body) = usual_text(*kind);
            let template = Template::read(*kind, subject, body).expect("in order");
            let written = Template::preview(*kind, &template, |_| None);
            assert!(!written.subject.contains("{{") && !written.text.contains("{{"), "{written:?}");
            assert!(placeholders(*kind).all(|meaning| meaning.is_long == meaning.example.contains('\n')));
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_or_filling_fail(subject in "\\PC{0,40}", body in "(\\PC|[{}\n]){0,80}", value in ".*") {
            for kind in MailKind::ALL {
                if let Ok(template) = Template::read(*kind, &subject, &body) {
                    let written = template.fill(|_| Some(value.clone()));
                    prop_assert!(!written.subject.chars().any(char::is_control));
                }
            }
        }
    }
}
