//! Webhooks, and what became of telling them.

use shared::api::admin::webhooks::WebhookState;
use shared::id::{DeliveryId, EventId, VendorId, WebhookId};
use shared::time::Timestamp;

use super::Outcome;

/// Where a vendor wants to be told of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookRecord {
    /// Whose it is.
    pub vendor_id: VendorId,
    /// Its id.
    pub webhook_id: WebhookId,
    /// Where events are sent.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// Which events; all when empty.
    pub kinds: Vec<String>,
    /// Whether events are sent.
    pub state: WebhookState,
    /// What signs, encrypted under the master key; only `keys/` can open it.
    pub sealed_keys: Vec<u8>,
    /// What checks `v1a` signatures.
    pub public_key: String,
    /// Until when the secret before signs too.
    pub old_keys_end_at: Option<Timestamp>,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// Counted up with every change that a member makes.
    pub revision: u64,
    /// The number of the last event that was told, or passed over.
    pub told: u64,
    /// How many attempts were made at the event after it.
    pub attempts: u32,
    /// Since when every attempt failed.
    pub failing_since: Option<Timestamp>,
    /// When to look again whether there is something to tell.
    pub next_attempt_at: Timestamp,
}

/// An attempt to tell of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// Whose webhook.
    pub vendor_id: VendorId,
    /// Which.
    pub webhook_id: WebhookId,
    /// The attempt's id.
    pub delivery_id: DeliveryId,
    /// The event.
    pub event_id: EventId,
    /// What happened.
    pub kind: String,
    /// Which attempt at this event, counted from 1.
    pub attempt: u32,
    /// When.
    pub at: Timestamp,
    /// How long it took.
    pub millis: u64,
    /// Whether the other side took it.
    pub is_done: bool,
    /// What it answered.
    pub status: Option<u16>,
    /// Why there was no answer, or what is wrong with it.
    pub error: Option<String>,
    /// The body that was sent.
    pub request: String,
    /// The beginning of what was answered.
    pub response: String,
}

/// How many attempts are remembered of each webhook.
pub const DELIVERIES_KEPT: u32 = 1000;

/// What the store does for webhooks.
pub trait Webhooks {
    /// The number of the vendor's last event; 0 without one.
    fn last_event(&mut self, vendor_id: VendorId) -> Outcome<u64>;
    /// A new webhook.
    fn add_webhook(&mut self, record: &WebhookRecord) -> Outcome<()>;
    /// Replaces everything of it but its id and its time.
    fn update_webhook(&mut self, record: &WebhookRecord) -> Outcome<()>;
    /// Removes it, with its deliveries.
    fn remove_webhook(&mut self, vendor_id: VendorId, webhook_id: WebhookId) -> Outcome<()>;
    /// One webhook.
    fn webhook(&mut self, vendor_id: VendorId, webhook_id: WebhookId) -> Outcome<Option<WebhookRecord>>;
    /// A vendor's webhooks, the newest first, older than `before`, at most `limit`.
    fn webhooks(&mut self, vendor_id: VendorId, before: Option<WebhookId>, limit: u32) -> Outcome<Vec<WebhookRecord>>;
    /// Active webhooks of all vendors that have something to tell and whose time has come, at most `limit`.
    fn due_webhooks(&mut self, now: Timestamp, limit: u32) -> Outcome<Vec<WebhookRecord>>;
    /// Remembers an attempt, and forgets the oldest beyond [`DELIVERIES_KEPT`].
    fn add_delivery(&mut self, record: &DeliveryRecord) -> Outcome<()>;
    /// One attempt.
    fn delivery(
        &mut self,
        vendor_id: VendorId,
        webhook_id: WebhookId,
        delivery_id: DeliveryId,
    ) -> Outcome<Option<DeliveryRecord>>;
    /// A webhook's attempts, the newest first, older than `before`, at most `limit`.
    fn deliveries(
        &mut self,
        vendor_id: VendorId,
        webhook_id: WebhookId,
        before: Option<DeliveryId>,
        limit: u32,
    ) -> Outcome<Vec<DeliveryRecord>>;
}
