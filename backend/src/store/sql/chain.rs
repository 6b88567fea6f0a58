//! How events are linked: each one's hash covers the hash before it and everything it says.

use sha2::{Digest as _, Sha256};

use crate::store::records::Event;
use crate::store::{Outcome, StoreError};

/// What stands before a vendor's first event.
pub(super) const START: [u8; 32] = [0; 32];

/// Bytes of an event that need not grow while it is written.
const USUAL: usize = 512;

/// SHA-256 over the previous hash and the canonical JSON (RFC 8785) of
/// `[vendor, number, id, at, kind, actor, subject, body]`, so that anyone with a dump can check the chain.
pub(super) fn hash(previous: &[u8; 32], number: u64, event: &Event) -> Outcome<[u8; 32]> {
    Ok(Sha256::new().chain_update(previous).chain_update(content(number, event)?).finalize().into())
}

/// An array of texts and of whole numbers that are kept exactly: there is nothing to be put in order, and so it is written in
/// one go.
fn content(number: u64, event: &Event) -> Outcome<Vec<u8>> {
    let Event { event_id, vendor_id, at, kind, actor, subject, body } = event;
    let at = at.as_unix();
    if number >= 1 << 53 || at.unsigned_abs() >= 1 << 53 {
        return Err(StoreError::Fault("an event's number or time is not kept exactly in JSON".to_owned()));
    }
    let mut content = Vec::with_capacity(USUAL);
    let all = (vendor_id, number, event_id, at, kind, actor, subject, body);
    serde_json::to_writer(&mut content, &all).map_err(|error| StoreError::Fault(error.to_string()))?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use shared::canonical::to_canonical;
    use shared::id::{EventId, VendorId};
    use shared::time::Timestamp;

    use super::content;
    use crate::store::records::Event;

    /// An event as canonical JSON has it, and as it is hashed; `None` where it is not written.
    fn written(number: u64, at: i64, text: &str) -> [Option<Vec<u8>>; 2] {
        let event = Event {
            event_id: EventId::new(7, 7),
            vendor_id: VendorId::new(8, 8),
            at: Timestamp::from_unix(at),
            kind: "license.created".to_owned(),
            actor: text.to_owned(),
            subject: "lic".to_owned(),
            body: format!("{{\"said\":{text:?}}}"),
        };
        let Event { event_id, vendor_id, at, kind, actor, subject, body } = &event;
        let canonical = to_canonical(&(vendor_id, number, event_id, at.as_unix(), kind, actor, subject, body));
        [canonical.ok().map(String::into_bytes), content(number, &event).ok()]
    }

    #[test]
    fn an_event_is_hashed_as_canonical_json_has_it() {
        let letters: String = (0..0x300).filter_map(char::from_u32).collect();
        let texts = ["", "a\"b\\c/d", "\u{7f}\u{80}\u{2028}\u{fb33}\u{1f600}\u{ffff}", &letters];
        let usual = texts.map(|text| (1, 1_700_000_000, text));
        for (number, at, text) in usual.into_iter().chain([((1 << 53) - 1, -((1 << 53) - 1), "least")]) {
            let [canonical, hashed] = written(number, at, text);
            assert!(canonical.is_some() && hashed == canonical, "{text:?}");
        }
        assert_eq!(written(1 << 53, 0, "too many"), [None, None]);
        assert_eq!(written(1, i64::MIN, "too long ago"), [None, None]);
        assert_eq!(written(1, 1 << 53, "too late"), [None, None]);
    }
}
