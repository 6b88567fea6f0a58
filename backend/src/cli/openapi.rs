//! `passgate openapi`: the OpenAPI document on standard output.

use super::{Outcome, say};
use crate::http::openapi::document_text;

/// Prints the document.
pub(super) fn run() -> Outcome {
    say(&document_text())
}
