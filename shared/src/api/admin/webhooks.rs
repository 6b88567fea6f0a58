//! Webhooks: where a vendor wants to be told of events, and what became of telling. Messages, headers and signatures are those
//! of the Standard Webhooks specification 1.0, `v1` and `v1a` together.

use serde::{Deserialize, Serialize};

use crate::id::{DeliveryId, EventId, WebhookId};
use crate::time::Timestamp;

/// One item of `GET …/webhooks`; `GET …/webhooks/{webhook_id}`. Its `ETag` is the revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    /// The webhook.
    pub webhook_id: WebhookId,
    /// Where events are sent.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// Which events: `license.created`, `license.*`; all of them when empty.
    pub kinds: Vec<String>,
    /// Whether events are sent.
    pub state: WebhookState,
    /// What checks `v1a` signatures: `whpk_…`.
    pub public_key: String,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// Since when every attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// When the next attempt is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<Timestamp>,
    /// Grows with every change that a member makes.
    pub revision: u64,
}

/// Whether events are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum WebhookState {
    /// They are.
    Active,
    /// A member stopped it; what happens meanwhile is sent when it is active again.
    Paused,
    /// It failed for a day; what happens meanwhile is sent when a member makes it active again.
    Disabled,
}

/// `POST …/webhooks`: answers 201 [`WebhookMade`]. It is sent what happens from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookNew {
    /// Where: https, at a public address unless the operator allows others.
    pub url: String,
    /// What it is for, at most 200 characters.
    #[serde(default)]
    pub description: String,
    /// Which events; all of them when empty.
    #[serde(default)]
    pub kinds: Vec<String>,
}

/// `PUT …/webhooks/{webhook_id}`, with `If-Match`: answers [`Webhook`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookEdit {
    /// Where.
    pub url: String,
    /// What it is for, at most 200 characters.
    #[serde(default)]
    pub description: String,
    /// Which events; all of them when empty.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// `active` or `paused`.
    pub state: WebhookState,
}

/// A webhook with its secret, which is shown once. `POST …/webhooks/{webhook_id}/secret` makes a new one; the old one signs
/// beside it for a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookMade {
    /// The webhook.
    pub webhook: Webhook,
    /// What checks `v1` signatures: `whsec_…`.
    pub secret: String,
}

/// One item of `GET …/webhooks/{webhook_id}/deliveries`, the newest first: an attempt to tell of an event.
/// `POST …/webhooks/{webhook_id}/test` and `POST …/deliveries/{delivery_id}/redeliver` make one at once and answer it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Delivery {
    /// The attempt.
    pub delivery_id: DeliveryId,
    /// The event: `webhook-id`, the same at every attempt.
    pub event_id: EventId,
    /// What happened.
    pub kind: String,
    /// Which attempt at this event, counted from 1.
    pub attempt: u32,
    /// When.
    pub at: Timestamp,
    /// How long it took.
    pub millis: u64,
    /// Whether the other side took it: it answered 200 to 299.
    pub is_done: bool,
    /// What it answered; absent when there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was no answer, or what is wrong with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The body that was sent.
    pub request: String,
    /// The first 2,000 characters of what was answered.
    pub response: String,
}

/// What is sent: the body of a webhook's request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookMessage {
    /// What happened: `license.created`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When.
    pub timestamp: Timestamp,
    /// To what, and the particulars.
    pub data: WebhookData,
}

/// The particulars of a [`WebhookMessage`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookData {
    /// At which vendor.
    pub vendor: String,
    /// To what: an id.
    pub subject: String,
    /// Who did it: an id, or `operator`.
    pub actor: String,
    /// The event's particulars.
    pub details: serde_json::Map<String, serde_json::Value>,
}
