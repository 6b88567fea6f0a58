//! JSON in a text that need not grow while it is written.

use serde::Serialize;

use crate::store::{Outcome, StoreError};

/// `body` in a text that has room for `usual` bytes from the start. Errors: a fault for what is no JSON value.
pub(super) fn to_json(body: &impl Serialize, usual: usize) -> Outcome<String> {
    let mut json = Vec::with_capacity(usual);
    serde_json::to_writer(&mut json, body).map_err(|error| StoreError::Fault(error.to_string()))?;
    String::from_utf8(json).map_err(|error| StoreError::Fault(error.to_string()))
}
