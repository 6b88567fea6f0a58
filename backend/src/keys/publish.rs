//! Which keys are published, and how.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use shared::menu::MAX_OFFLINE_DAYS;
use shared::time::Timestamp;

use crate::store::records::{KeyState, SigningKey};

/// How long a key stays published after it signed last: as long as any token lives, and a day.
const RETIRED_SECONDS: i64 = (MAX_OFFLINE_DAYS as i64 + 1) * 86_400;

/// The active key, the next one, and retired ones until their last token has expired; revoked ones never.
pub(super) fn is_published(key: &SigningKey, now: Timestamp) -> bool {
    match key.state {
        KeyState::Active | KeyState::Next => true,
        // A key that never signed has no tokens to wait for.
        KeyState::Retired => removable_at(key).is_some_and(|removable_at| now < removable_at),
        KeyState::Revoked => false,
    }
}

/// When the last token that a retired key signed has expired; `None` for other keys, and for one that never signed.
pub fn removable_at(key: &SigningKey) -> Option<Timestamp> {
    let retired_at = key.retired_at.filter(|_| key.state == KeyState::Retired && key.activated_at.is_some())?;
    Some(retired_at.checked_add_seconds(RETIRED_SECONDS).unwrap_or(Timestamp::MAX))
}

/// A JWK set (RFC 7517, RFC 8037) of these keys.
pub(super) fn jwks(keys: &[&SigningKey]) -> String {
    let jwk = |key: &&SigningKey| {
        let x = URL_SAFE_NO_PAD.encode(key.public_key);
        json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": key.kid, "x": x})
    };
    json!({ "keys": keys.iter().map(jwk).collect::<Vec<_>>() }).to_string()
}
