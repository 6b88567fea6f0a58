//! Telling webhooks of events: each in the order of the log, at least once, with longer and longer pauses while it fails.
//!
//! Any number of processes may do this on one database: who begins with a webhook puts its next attempt off, so that nobody
//! else begins with it meanwhile.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use shared::api::admin::webhooks::{WebhookData, WebhookMessage, WebhookState};
use shared::id::{DeliveryId, EventId, VendorId, WebhookId};
use shared::time::Timestamp;
use tokio::time::MissedTickBehavior;

use super::Sender;
use super::send::{Message, Sent};
use crate::app::App;
use crate::http::metrics::Outgoing;
use crate::keys::OldSecret;
use crate::store::records::{Event, Vendor};
use crate::store::webhooks::{DeliveryRecord, WebhookRecord};
use crate::store::{Outcome, StoreError, not_found};

/// The pauses after each failed attempt, in seconds: a day in all.
const PAUSES: [i64; 10] = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800];

/// How long a process has a webhook to itself: longer than an attempt takes.
const CLAIM_SECONDS: i64 = 60;

/// How many webhooks are told at the same time, and how many events are looked through at once.
const AT_ONCE: u32 = 32;

const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// What a webhook that says so wants: RFC 9110's 410 Gone.
const GONE: u16 = 410;

/// Looks each second, for as long as the server runs.
pub async fn keep_telling(app: App) {
    let mut ticks = tokio::time::interval(BETWEEN_LOOKS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if !app.store.is_on_duty() {
            continue;
        }
        if let Err(error) = tell_due(&app).await {
            tracing::warn!(%error, "webhooks were not told");
        }
    }
}

/// Tells every webhook that is due, until each was told everything or failed.
pub async fn tell_due(app: &App) -> Outcome<()> {
    loop {
        let now = app.clock.now();
        let due = app.store.read(move |tx| tx.due_webhooks(now, AT_ONCE)).await?;
        if due.is_empty() {
            return Ok(());
        }
        let told = join_all(due.into_iter().map(|webhook| tell(app, webhook.vendor_id, webhook.webhook_id))).await;
        told.into_iter().collect::<Outcome<Vec<()>>>()?;
    }
}

/// What is next for a webhook.
enum Next {
    /// This event, with its number.
    Tell(Box<(WebhookRecord, Vendor, u64, Event)>),
    /// Some events were passed over; there may be more.
    Passed,
    /// Nothing now: it was told everything, is not active, or is another process's.
    Nothing,
}

async fn tell(app: &App, vendor_id: VendorId, webhook_id: WebhookId) -> Outcome<()> {
    loop {
        match take_next(app, vendor_id, webhook_id).await? {
            Next::Nothing => return Ok(()),
            Next::Passed => {}
            Next::Tell(next) => {
                let (webhook, vendor, number, event) = *next;
                let made = send(app, &webhook, &message_of(&vendor, &event)?, event.event_id).await?;
                if !note(app, webhook, number, &event, made).await? {
                    return Ok(());
                }
            }
        }
    }
}

/// Takes a webhook for this process, with the first event that it is to be told.
async fn take_next(app: &App, vendor_id: VendorId, webhook_id: WebhookId) -> Outcome<Next> {
    let now = app.clock.now();
    let taken = app.store.write(move |tx| {
        let webhook = tx.webhook(vendor_id, webhook_id)?;
        let is_due = |webhook: &WebhookRecord| webhook.state == WebhookState::Active && webhook.next_attempt_at <= now;
        let Some(mut webhook) = webhook.filter(is_due) else { return Ok(Next::Nothing) };
        let events = tx.events(vendor_id, webhook.told, AT_ONCE)?;
        let Some((last, _)) = events.last() else { return Ok(Next::Nothing) };
        let last = *last;
        let wanted = events.into_iter().find(|(_, event)| is_wanted(&webhook.kinds, &event.kind));
        let Some((number, event)) = wanted else {
            tx.update_webhook(&WebhookRecord { told: last, ..webhook })?;
            return Ok(Next::Passed);
        };
        let vendor = tx.vendor_by_id(vendor_id)?.ok_or_else(not_found)?;
        // What comes before it is passed over for good, and nobody else begins before this process is done.
        webhook.told = number.saturating_sub(1);
        webhook.next_attempt_at = now.checked_add_seconds(CLAIM_SECONDS).unwrap_or(now);
        tx.update_webhook(&webhook)?;
        Ok(Next::Tell(Box::new((webhook, vendor, number, event))))
    });
    taken.await
}

/// What a webhook is told only where it asks for it: what was refused is no news to most, and there may be much of it.
const ASKED_FOR: &str = "license.denied";

/// Whether a webhook asked for events of this kind: `license.created` by itself, by `license.*`, or by asking for all.
pub fn is_wanted(kinds: &[String], kind: &str) -> bool {
    let matches = |wanted: &String| match wanted.strip_suffix('*') {
        Some(start) => kind.starts_with(start),
        None => wanted == kind,
    };
    kinds.is_empty() && kind != ASKED_FOR || kinds.iter().any(matches)
}

/// The body that tells of an event.
pub fn message_of(vendor: &Vendor, event: &Event) -> Outcome<String> {
    let details = serde_json::from_str(&event.body).map_err(|error| StoreError::Fault(error.to_string()))?;
    let message = WebhookMessage {
        kind: event.kind.clone(),
        timestamp: event.at,
        data: WebhookData {
            vendor: vendor.slug.to_string(),
            subject: event.subject.clone(),
            actor: event.actor.clone(),
            details,
        },
    };
    serde_json::to_string(&message).map_err(|error| StoreError::Fault(error.to_string()))
}

/// An attempt: what was sent, what came of it, and how long it took.
pub struct Attempt {
    /// The body that was sent.
    pub request: String,
    /// What came of it.
    pub sent: Sent,
    /// How long it took.
    pub millis: u64,
}

/// Sends a body to a webhook now, signed by its keys.
pub async fn send(app: &App, webhook: &WebhookRecord, body: &str, event_id: EventId) -> Outcome<Attempt> {
    let (now, begun) = (app.clock.now(), app.clock.now_millis());
    let keys = app.keys.open_webhook_keys(&webhook.webhook_id.to_string(), &webhook.sealed_keys)?;
    let old = if webhook.old_keys_end_at.is_some_and(|end| now < end) { OldSecret::Signs } else { OldSecret::Ended };
    let (id, timestamp) = (event_id.to_string(), now.as_unix());
    let signature = keys.sign(&id, timestamp, body, old);
    let message = Message { id, timestamp, signature, body: body.to_owned() };
    let sent = Sender::new(app.config.private_webhooks).send(&webhook.url, message).await;
    Ok(Attempt { request: body.to_owned(), sent, millis: app.clock.now_millis().saturating_sub(begun) })
}

/// Writes down what came of an attempt at the next event; true when there may be more to tell.
async fn note(app: &App, tried: WebhookRecord, number: u64, event: &Event, made: Attempt) -> Outcome<bool> {
    let now = app.clock.now();
    let (delivery_id, notice_id) = (app.new_id(DeliveryId::new), app.new_id(EventId::new));
    let Attempt { request, sent, millis } = made;
    let (event, is_done) = (event.clone(), sent.is_done());
    app.metrics.count_delivery(Outgoing::Webhook, is_done);
    let noted = app.store.write(move |tx| {
        // A member may have changed or removed it meanwhile.
        let Some(webhook) = tx.webhook(tried.vendor_id, tried.webhook_id)? else { return Ok(false) };
        let attempt = tried.attempts.saturating_add(1);
        tx.add_delivery(&DeliveryRecord {
            vendor_id: webhook.vendor_id,
            webhook_id: webhook.webhook_id,
            delivery_id,
            event_id: event.event_id,
            kind: event.kind.clone(),
            attempt,
            at: now,
            millis,
            is_done,
            status: sent.status,
            error: sent.error.clone(),
            request: request.clone(),
            response: sent.response.clone(),
        })?;
        let next = after_attempt(webhook, number, attempt, now, &sent);
        tx.update_webhook(&next)?;
        if next.state == WebhookState::Disabled {
            let body = json!({ "failing_since": next.failing_since, "attempts": attempt, "status": sent.status });
            tx.append_event(&Event {
                event_id: notice_id,
                vendor_id: next.vendor_id,
                at: now,
                kind: "webhook.disabled".to_owned(),
                actor: next.webhook_id.to_string(),
                subject: next.webhook_id.to_string(),
                body: body.to_string(),
            })?;
        }
        Ok(is_done)
    });
    noted.await
}

/// How a webhook stands after an attempt at event `number`.
fn after_attempt(webhook: WebhookRecord, number: u64, attempt: u32, now: Timestamp, sent: &Sent) -> WebhookRecord {
    if sent.is_done() {
        let told = webhook.told.max(number);
        return WebhookRecord { told, attempts: 0, failing_since: None, next_attempt_at: now, ..webhook };
    }
    let pause = PAUSES.get(attempt.saturating_sub(1) as usize);
    let gives_up = pause.is_none() || sent.status == Some(GONE);
    let is_active = webhook.state == WebhookState::Active;
    WebhookRecord {
        attempts: attempt,
        failing_since: webhook.failing_since.or(Some(now)),
        next_attempt_at: pause.and_then(|pause| now.checked_add_seconds(*pause)).unwrap_or(now),
        state: if gives_up && is_active { WebhookState::Disabled } else { webhook.state },
        ..webhook
    }
}

#[cfg(test)]
mod tests {
    use super::{PAUSES, is_wanted};

    #[test]
    fn kinds_are_asked_for_by_name_by_family_or_not_at_all() {
        let asks =
            |kinds: &[&str], kind: &str| is_wanted(&kinds.iter().map(ToString::to_string).collect::<Vec<_>>(), kind);
        assert!(asks(&[], "license.created"));
        assert!(asks(&["license.created"], "license.created"));
        assert!(asks(&["pass.move.*"], "pass.move.offered"));
        assert!(asks(&["order.placed", "pass.*"], "pass.move.offered"));
        assert!(!asks(&["license.created"], "license.revoked"));
        assert!(!asks(&["pass.move.*"], "pass.issued"));
        assert!(!asks(&["license"], "license.created"));
        assert!(!asks(&[], "license.denied"));
        assert!(asks(&["license.denied"], "license.denied") && asks(&["license.*"], "license.denied"));
    }

    #[test]
    fn attempts_go_on_for_about_a_day() {
        let all: i64 = PAUSES.iter().sum();
        assert!((20 * 3600..=24 * 3600).contains(&all), "{all}");
    }
}
