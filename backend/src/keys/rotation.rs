//! Changing keys without a gap: the next key is published before it signs, the old one until its last token has expired.
//!
//! Each rule runs inside a write; afterwards call [`Keyring::forget`](super::Keyring::forget).

use shared::id::VendorId;
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;

use crate::store::records::{KeyState, SigningKey};
use crate::store::{Outcome, Tx, not_found};

/// How long the next key must have been published before it signs, in seconds: as long as verifiers keep a JWK set.
pub(crate) const PUBLISHED_BEFORE_SECONDS: i64 = 300;

/// Lets the next key sign, retires the active one, and publishes `fresh` as the next.
///
/// Errors: `CONFLICT` when there is no next key, or it has not been published for long enough.
pub fn rotate_keys(tx: &mut dyn Tx, vendor_id: VendorId, fresh: &SigningKey, now: Timestamp) -> Outcome<()> {
    let keys = tx.signing_keys(vendor_id)?;
    let next = find_next(&keys)?;
    let published_for = now.as_unix() - next.created_at.as_unix();
    if published_for < PUBLISHED_BEFORE_SECONDS {
        let detail = format!(
            "Verifiers may not know the next key yet: rotate again in {} seconds.",
            PUBLISHED_BEFORE_SECONDS - published_for
        );
        return Err(conflict(detail).into());
    }
    if let Some(active) = keys.iter().find(|key| key.state == KeyState::Active) {
        tx.update_signing_key(&retired(active, KeyState::Retired, now))?;
    }
    promote(tx, next, fresh, now)
}

/// Withdraws the next key before it ever signed, and publishes `fresh` in its place. A retired key stays as it is.
///
/// Errors: `NOT_FOUND`; `CONFLICT` for the active key, which is retired by rotating, and for a revoked one.
pub fn retire_key(tx: &mut dyn Tx, vendor_id: VendorId, kid: &str, fresh: &SigningKey, now: Timestamp) -> Outcome<()> {
    let keys = tx.signing_keys(vendor_id)?;
    let key = keys.iter().find(|key| key.kid == kid).ok_or_else(not_found)?;
    match key.state {
        KeyState::Retired => Ok(()),
        KeyState::Next => {
            tx.update_signing_key(&retired(key, KeyState::Retired, now))?;
            tx.add_signing_key(fresh)
        }
        KeyState::Active => Err(conflict("This key signs: rotate first, which retires it.").into()),
        KeyState::Revoked => Err(conflict("This key was revoked.").into()),
    }
}

/// Ends a compromised key at once: it is published no more, and nothing signed by it is accepted. When it was the active
/// one, the next key signs from now on; verifiers that do not know that key yet will fetch it.
///
/// Errors: `NOT_FOUND`; `CONFLICT` when the active key has no successor.
pub fn revoke_key(tx: &mut dyn Tx, vendor_id: VendorId, kid: &str, fresh: &SigningKey, now: Timestamp) -> Outcome<()> {
    let keys = tx.signing_keys(vendor_id)?;
    let key = keys.iter().find(|key| key.kid == kid).ok_or_else(not_found)?;
    if key.state == KeyState::Revoked {
        return Ok(());
    }
    let next = if key.state == KeyState::Active { Some(find_next(&keys)?) } else { None };
    tx.update_signing_key(&retired(key, KeyState::Revoked, now))?;
    match (key.state, next) {
        (_, Some(next)) => promote(tx, next, fresh, now),
        (KeyState::Next, None) => tx.add_signing_key(fresh),
        _ => Ok(()),
    }
}

fn promote(tx: &mut dyn Tx, next: &SigningKey, fresh: &SigningKey, now: Timestamp) -> Outcome<()> {
    tx.update_signing_key(&SigningKey { state: KeyState::Active, activated_at: Some(now), ..next.clone() })?;
    tx.add_signing_key(fresh)
}

fn retired(key: &SigningKey, state: KeyState, now: Timestamp) -> SigningKey {
    SigningKey { state, retired_at: key.retired_at.or(Some(now)), ..key.clone() }
}

fn find_next(keys: &[SigningKey]) -> Result<&SigningKey, Refusal> {
    let next = keys.iter().find(|key| key.state == KeyState::Next);
    next.ok_or_else(|| conflict("There is no next key to sign with."))
}

fn conflict(detail: impl Into<String>) -> Refusal {
    Refusal::new(RefusalCode::Conflict, detail)
}
