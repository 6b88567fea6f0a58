//! Changing keys without a gap: the next key is published before it signs, the old one until its last token has expired.
//!
//! Each rule runs inside a write and answers what it changed, for the event log; afterwards call
//! [`Keyring::forget`](super::Keyring::forget). There is always a next key: when the last one is taken away, another is made.

use shared::id::VendorId;
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;

use crate::store::records::{KeyState, SigningKey};
use crate::store::{Outcome, Tx, not_found};

/// How long the next key must have been published before it signs, in seconds: as long as verifiers keep a JWK set.
pub(crate) const PUBLISHED_BEFORE_SECONDS: i64 = 300;

/// How many keys may wait for their turn: each makes every verifier's JWK set longer.
const MAX_NEXT: usize = 5;

/// What became of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// Which key.
    pub kid: String,
    /// The kind of the event that tells of it: `key.activated`.
    pub kind: &'static str,
}

/// Makes a key that waits for its turn.
pub type MakeKey<'a> = dyn Fn() -> SigningKey + 'a;

/// Publishes another next key. Errors: `CONFLICT` when five wait already.
pub fn create_key(tx: &mut dyn Tx, vendor_id: VendorId, make: &MakeKey<'_>) -> Outcome<Vec<KeyChange>> {
    let waiting = tx.signing_keys(vendor_id)?.iter().filter(|key| key.state == KeyState::Next).count();
    if waiting >= MAX_NEXT {
        return Err(conflict("Five keys wait for their turn already: activate or retire one of them.").into());
    }
    let mut changes = Changes::default();
    changes.create(tx, make)?;
    Ok(changes.0)
}

/// Lets the oldest next key sign: [`activate_key`]. Errors: `CONFLICT` when there is none, or it has not been published for
/// long enough.
pub fn rotate_keys(
    tx: &mut dyn Tx,
    vendor_id: VendorId,
    make: &MakeKey<'_>,
    now: Timestamp,
) -> Outcome<Vec<KeyChange>> {
    let keys = tx.signing_keys(vendor_id)?;
    let next = find_next(&keys).ok_or_else(|| conflict("There is no next key to sign with."))?;
    activate(tx, &keys, next, make, now)
}

/// Lets a next key sign, and retires the active one. The active one stays as it is.
///
/// Errors: `NOT_FOUND`; `CONFLICT` for a retired or revoked key, and for one that has not been published for long enough: then
/// with when it will have been.
pub fn activate_key(
    tx: &mut dyn Tx,
    vendor_id: VendorId,
    kid: &str,
    make: &MakeKey<'_>,
    now: Timestamp,
) -> Outcome<Vec<KeyChange>> {
    let keys = tx.signing_keys(vendor_id)?;
    let key = keys.iter().find(|key| key.kid == kid).ok_or_else(not_found)?;
    match key.state {
        KeyState::Active => Ok(Vec::new()),
        KeyState::Next => activate(tx, &keys, key, make, now),
        KeyState::Retired => Err(conflict("This key has signed its last: activate one that is next.").into()),
        KeyState::Revoked => Err(conflict("This key was revoked: activate one that is next.").into()),
    }
}

/// Withdraws a next key before it ever signed. A retired key stays as it is.
///
/// Errors: `NOT_FOUND`; `CONFLICT` for the active key, which is retired by activating another, and for a revoked one.
pub fn retire_key(
    tx: &mut dyn Tx,
    vendor_id: VendorId,
    kid: &str,
    make: &MakeKey<'_>,
    now: Timestamp,
) -> Outcome<Vec<KeyChange>> {
    let keys = tx.signing_keys(vendor_id)?;
    let key = keys.iter().find(|key| key.kid == kid).ok_or_else(not_found)?;
    match key.state {
        KeyState::Retired => Ok(Vec::new()),
        KeyState::Next => {
            let mut changes = Changes::default();
            changes.end(tx, key, KeyState::Retired, now)?;
            changes.keep_a_next(tx, vendor_id, make)?;
            Ok(changes.0)
        }
        KeyState::Active => Err(conflict("This key signs: activate another first, which retires it.").into()),
        KeyState::Revoked => Err(conflict("This key was revoked.").into()),
    }
}

/// Ends a compromised key at once: it is published no more, and nothing signed by it is accepted. When it was the active
/// one, the next key signs from now on, however short it was published: verifiers that do not know it yet will fetch it.
///
/// Errors: `NOT_FOUND`.
pub fn revoke_key(
    tx: &mut dyn Tx,
    vendor_id: VendorId,
    kid: &str,
    make: &MakeKey<'_>,
    now: Timestamp,
) -> Outcome<Vec<KeyChange>> {
    let keys = tx.signing_keys(vendor_id)?;
    let key = keys.iter().find(|key| key.kid == kid).ok_or_else(not_found)?;
    let mut changes = Changes::default();
    if key.state == KeyState::Revoked {
        return Ok(changes.0);
    }
    changes.end(tx, key, KeyState::Revoked, now)?;
    if key.state == KeyState::Active {
        let next = match find_next(&keys) {
            Some(next) => next.clone(),
            None => changes.create(tx, make)?,
        };
        changes.promote(tx, &next, now)?;
    }
    changes.keep_a_next(tx, vendor_id, make)?;
    Ok(changes.0)
}

fn activate(
    tx: &mut dyn Tx,
    keys: &[SigningKey],
    next: &SigningKey,
    make: &MakeKey<'_>,
    now: Timestamp,
) -> Outcome<Vec<KeyChange>> {
    let published_for = now.as_unix() - next.created_at.as_unix();
    // Whoever knows the vendor's first key knows the one that was made with it.
    let has_one_signed_only = keys.iter().all(|key| matches!(key.state, KeyState::Active | KeyState::Next));
    let is_of_the_first = has_one_signed_only && keys.iter().all(|key| key.created_at >= next.created_at);
    if published_for < PUBLISHED_BEFORE_SECONDS && !is_of_the_first {
        let detail = format!(
            "Verifiers may not know this key yet: try again in {} seconds.",
            PUBLISHED_BEFORE_SECONDS - published_for
        );
        let opens_at = next.created_at.checked_add_seconds(PUBLISHED_BEFORE_SECONDS);
        return Err(conflict(detail).until(opens_at).into());
    }
    let mut changes = Changes::default();
    if let Some(active) = keys.iter().find(|key| key.state == KeyState::Active) {
        changes.end(tx, active, KeyState::Retired, now)?;
    }
    changes.promote(tx, next, now)?;
    changes.keep_a_next(tx, next.vendor_id, make)?;
    Ok(changes.0)
}

#[derive(Default)]
struct Changes(Vec<KeyChange>);

impl Changes {
    fn note(&mut self, key: &SigningKey, kind: &'static str) {
        self.0.push(KeyChange { kid: key.kid.clone(), kind });
    }

    fn create(&mut self, tx: &mut dyn Tx, make: &MakeKey<'_>) -> Outcome<SigningKey> {
        let fresh = make();
        tx.add_signing_key(&fresh)?;
        self.note(&fresh, "key.created");
        Ok(fresh)
    }

    fn promote(&mut self, tx: &mut dyn Tx, next: &SigningKey, now: Timestamp) -> Outcome<()> {
        tx.update_signing_key(&SigningKey { state: KeyState::Active, activated_at: Some(now), ..next.clone() })?;
        self.note(next, "key.activated");
        Ok(())
    }

    fn end(&mut self, tx: &mut dyn Tx, key: &SigningKey, state: KeyState, now: Timestamp) -> Outcome<()> {
        tx.update_signing_key(&SigningKey { state, retired_at: key.retired_at.or(Some(now)), ..key.clone() })?;
        self.note(key, if state == KeyState::Revoked { "key.revoked" } else { "key.retired" });
        Ok(())
    }

    fn keep_a_next(&mut self, tx: &mut dyn Tx, vendor_id: VendorId, make: &MakeKey<'_>) -> Outcome<()> {
        if find_next(&tx.signing_keys(vendor_id)?).is_none() {
            self.create(tx, make)?;
        }
        Ok(())
    }
}

fn find_next(keys: &[SigningKey]) -> Option<&SigningKey> {
    keys.iter().find(|key| key.state == KeyState::Next)
}

fn conflict(detail: impl Into<String>) -> Refusal {
    Refusal::new(RefusalCode::Conflict, detail)
}
