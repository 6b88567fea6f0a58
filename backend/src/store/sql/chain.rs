//! How events are linked: each one's hash covers the hash before it and everything it says.

use sha2::{Digest as _, Sha256};
use shared::canonical::to_canonical;

use crate::store::records::Event;
use crate::store::{Outcome, StoreError};

/// What stands before a vendor's first event.
pub(super) const START: [u8; 32] = [0; 32];

/// SHA-256 over the previous hash and the canonical JSON (RFC 8785) of
/// `[vendor, number, id, at, kind, actor, subject, body]`, so that anyone with a dump can check the chain.
pub(super) fn hash(previous: &[u8; 32], number: u64, event: &Event) -> Outcome<[u8; 32]> {
    let Event { event_id, vendor_id, at, kind, actor, subject, body } = event;
    let content = to_canonical(&(vendor_id, number, event_id, at.as_unix(), kind, actor, subject, body));
    let content = content.map_err(|error| StoreError::Fault(error.to_string()))?;
    Ok(Sha256::new().chain_update(previous).chain_update(content).finalize().into())
}
