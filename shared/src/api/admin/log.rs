//! Signing keys and the audit log, as a vendor's team sees them.

use serde::{Deserialize, Serialize};

use crate::id::EventId;
use crate::time::Timestamp;

/// One item of `GET …/keys`, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SigningKey {
    /// Its RFC 7638 thumbprint.
    pub kid: String,
    /// Where it stands.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it began to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activated_at: Option<Timestamp>,
    /// When it ceased to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<Timestamp>,
    /// When the last token that it signed has expired, for a retired key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removable_at: Option<Timestamp>,
    /// How many passes cannot be used until they are refreshed if it is revoked now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes: Option<u64>,
}

/// Where a signing key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum KeyState {
    /// Published, does not sign yet.
    Next,
    /// Signs. One per vendor.
    Active,
    /// Signs no more; published until its last token has expired.
    Retired,
    /// Compromised: not published, nothing signed by it is accepted.
    Revoked,
}

/// One item of `GET …/events`, the newest first: an entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// Its place in the log, counted from 1.
    pub number: u64,
    /// The event.
    pub event_id: EventId,
    /// When.
    pub at: Timestamp,
    /// What: `license.suspended`.
    pub kind: String,
    /// Who: an id, or `operator`.
    pub actor: String,
    /// That person or token in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_name: Option<String>,
    /// To what: an id.
    pub subject: String,
    /// The particulars; `reason`, `before` and `after`, and `from` (address and browser) where a member acted.
    pub body: serde_json::Map<String, serde_json::Value>,
    /// Covers this entry and the one before; base64url.
    pub hash: String,
}
