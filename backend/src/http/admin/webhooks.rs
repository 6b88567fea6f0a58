//! Webhooks: where a vendor wants to be told of events, and what became of telling.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::Page;
use shared::api::admin::webhooks::{Delivery, Webhook, WebhookEdit, WebhookMade, WebhookNew, WebhookState};
use shared::id::{DeliveryId, EventId, WebhookId};
use shared::slug::Slug;

use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::{EditWebhooks, ReadWebhooks};
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::etag::{IfMatch, answer_with_revision};
use crate::http::event::tell;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once_sealed};
use crate::http::openapi::ListParams;
use crate::http::page::PageQuery;
use crate::outbox::{check_url, webhooks};
use crate::store::not_found;
use crate::store::records::Event;
use crate::store::webhooks::{DeliveryRecord, WebhookRecord};

/// How long a replaced secret still signs beside the new one.
const OLD_SECRET_SECONDS: i64 = 24 * 3600;

/// The most kinds that one webhook may name.
const MOST_KINDS: usize = 50;

/// The vendor's webhooks, the newest first.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/webhooks", tag = "vendors",
    params(("vendor" = Slug, Path), ListParams), security(("session" = []), ("token" = [])),
    responses((status = 200, body = Page<Webhook>)))]
pub async fn list_webhooks(
    app: web::Data<App>,
    member: Member<ReadWebhooks>,
    query: PageQuery,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, before, wanted) = (member.vendor.vendor_id, query.after()?, query.wanted());
    let found = app.store.read(move |tx| tx.webhooks(vendor_id, before, wanted)).await?;
    let items = found.into_iter().map(show).collect();
    Ok(HttpResponse::Ok().json(query.page(items, |item: &Webhook| item.webhook_id.to_string())))
}

/// One webhook.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}", tag = "vendors",
    params(("vendor" = Slug, Path), ("webhook_id" = WebhookId, Path)), security(("session" = []), ("token" = [])),
    responses((status = 200, body = Webhook, headers(("ETag" = String)))))]
pub async fn get_webhook(
    app: web::Data<App>,
    member: Member<ReadWebhooks>,
    path: web::Path<(Slug, WebhookId)>,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, webhook_id) = (member.vendor.vendor_id, path.into_inner().1);
    let found = app.store.read(move |tx| tx.webhook(vendor_id, webhook_id)?.ok_or_else(not_found)).await?;
    Ok(answer_with_revision(found.revision, &show(found)))
}

/// A new webhook, with its secret, which cannot be read again. It is told what happens from now on.
///
/// Errors: `INVALID_INPUT` with `url`, `description` or `kinds`.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/webhooks", tag = "vendors", request_body = WebhookNew,
    params(("vendor" = Slug, Path), ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 201, body = WebhookMade)))]
pub async fn add_webhook(
    app: web::Data<App>,
    request: HttpRequest,
    member: Member<EditWebhooks>,
    key: IdempotencyKey,
    body: Strict<WebhookNew>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let WebhookNew { url, description, kinds } = body.value;
    check(&app, &url, &description, &kinds)?;
    let (by, here, now) = (member.into_authority(), app.clone(), app.clock.now());
    let (webhook_id, keys) = (app.new_id(WebhookId::new), app.keys.new_webhook_keys());
    let record = WebhookRecord {
        vendor_id: by.vendor.vendor_id,
        webhook_id,
        url,
        description,
        kinds,
        state: WebhookState::Active,
        sealed_keys: app.keys.seal_webhook_keys(&webhook_id.to_string(), &keys),
        public_key: keys.public_key(),
        old_keys_end_at: None,
        created_at: now,
        revision: 1,
        told: 0,
        attempts: 0,
        failing_since: None,
        next_attempt_at: now,
    };
    once_sealed(&app, by.actor.to_string(), key, print, move |tx| {
        let body = json!({ "url": record.url, "kinds": record.kinds });
        tell(tx, &here, &by, "webhook.created", &webhook_id, body)?;
        let record = WebhookRecord { told: tx.last_event(record.vendor_id)?, ..record.clone() };
        tx.add_webhook(&record)?;
        Answer::json(StatusCode::CREATED, &WebhookMade { webhook: show(record), secret: keys.reveal_secret() })
    })
    .await
}

/// Replaces where, what for, which events, and whether. Made active again, it is told what happened meanwhile.
///
/// Errors: `INVALID_INPUT` with `url`, `description`, `kinds` or `state`; 412 `CONFLICT` when somebody changed it meanwhile.
#[utoipa::path(put, path = "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}", tag = "vendors", request_body = WebhookEdit,
    params(("vendor" = Slug, Path), ("webhook_id" = WebhookId, Path), ("If-Match" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Webhook, headers(("ETag" = String)))))]
pub async fn edit_webhook(
    app: web::Data<App>,
    member: Member<EditWebhooks>,
    path: web::Path<(Slug, WebhookId)>,
    known: IfMatch,
    body: Strict<WebhookEdit>,
) -> Result<HttpResponse, Failure> {
    let WebhookEdit { url, description, kinds, state } = body.value;
    check(&app, &url, &description, &kinds)?;
    if state == WebhookState::Disabled {
        return Err(Failure::fields([("state", "This must be active or paused.")]));
    }
    let (by, here, webhook_id, now) = (member.into_authority(), app.clone(), path.into_inner().1, app.clock.now());
    let done = app.store.write(move |tx| {
        let before = tx.webhook(by.vendor.vendor_id, webhook_id)?.ok_or_else(not_found)?;
        known.check(before.revision)?;
        let told = |record: &WebhookRecord| json!({ "url": record.url, "kinds": record.kinds, "state": record.state });
        let mut after = WebhookRecord {
            url: url.clone(),
            description: description.clone(),
            kinds: kinds.clone(),
            state,
            revision: before.revision + 1,
            ..before.clone()
        };
        if before.state != WebhookState::Active || before.url != after.url {
            // Begun anew, at once.
            after = WebhookRecord { attempts: 0, failing_since: None, next_attempt_at: now, ..after };
        }
        tx.update_webhook(&after)?;
        let body = json!({ "before": told(&before), "after": told(&after) });
        tell(tx, &here, &by, "webhook.updated", &webhook_id, body)?;
        Ok(after)
    });
    let after = done.await?;
    Ok(answer_with_revision(after.revision, &show(after)))
}

/// Removes a webhook, with what is remembered of telling it.
#[utoipa::path(delete, path = "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}", tag = "vendors",
    params(("vendor" = Slug, Path), ("webhook_id" = WebhookId, Path)),
    security(("session" = []), ("token" = [])), responses((status = 204)))]
pub async fn remove_webhook(
    app: web::Data<App>,
    member: Member<EditWebhooks>,
    path: web::Path<(Slug, WebhookId)>,
) -> Result<HttpResponse, Failure> {
    let (by, here, webhook_id) = (member.into_authority(), app.clone(), path.into_inner().1);
    let done = app.store.write(move |tx| {
        let before = tx.webhook(by.vendor.vendor_id, webhook_id)?.ok_or_else(not_found)?;
        tx.remove_webhook(by.vendor.vendor_id, webhook_id)?;
        tell(tx, &here, &by, "webhook.removed", &webhook_id, json!({ "url": before.url }))
    });
    done.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A new secret, which cannot be read again; the one before signs beside it for a day.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}/secret", tag = "vendors",
    params(("vendor" = Slug, Path), ("webhook_id" = WebhookId, Path), ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = WebhookMade)))]
pub async fn renew_secret(
    app: web::Data<App>,
    request: HttpRequest,
    member: Member<EditWebhooks>,
    path: web::Path<(Slug, WebhookId)>,
    key: IdempotencyKey,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[]);
    let (by, here, webhook_id, now) = (member.into_authority(), app.clone(), path.into_inner().1, app.clock.now());
    once_sealed(&app, by.actor.to_string(), key, print, move |tx| {
        let before = tx.webhook(by.vendor.vendor_id, webhook_id)?.ok_or_else(not_found)?;
        let name = webhook_id.to_string();
        let keys = here.keys.renew_webhook_secret(here.keys.open_webhook_keys(&name, &before.sealed_keys)?);
        let after = WebhookRecord {
            sealed_keys: here.keys.seal_webhook_keys(&name, &keys),
            old_keys_end_at: now.checked_add_seconds(OLD_SECRET_SECONDS),
            revision: before.revision + 1,
            ..before
        };
        tx.update_webhook(&after)?;
        tell(tx, &here, &by, "webhook.secret_renewed", &webhook_id, json!({}))?;
        Answer::json(StatusCode::OK, &WebhookMade { webhook: show(after), secret: keys.reveal_secret() })
    })
    .await
}

/// Attempts to tell a webhook of something, the newest first.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}/deliveries", tag = "vendors",
    params(("vendor" = Slug, Path), ("webhook_id" = WebhookId, Path), ListParams),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<Delivery>)))]
pub async fn list_deliveries(
    app: web::Data<App>,
    member: Member<ReadWebhooks>,
    path: web::Path<(Slug, WebhookId)>,
    query: PageQuery,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, webhook_id) = (member.vendor.vendor_id, path.into_inner().1);
    let (before, wanted) = (query.after()?, query.wanted());
    let found = app.store.read(move |tx| {
        tx.webhook(vendor_id, webhook_id)?.ok_or_else(not_found)?;
        tx.deliveries(vendor_id, webhook_id, before, wanted)
    });
    let items = found.await?.into_iter().map(show_delivery).collect();
    Ok(HttpResponse::Ok().json(query.page(items, |item: &Delivery| item.delivery_id.to_string())))
}

/// Sends a `webhook.test` message now, whatever events the webhook asked for, and answers what came of it.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}/test", tag = "vendors",
    params(("vendor" = Slug, Path), ("webhook_id" = WebhookId, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Delivery)))]
pub async fn test_webhook(
    app: web::Data<App>,
    member: Member<EditWebhooks>,
    path: web::Path<(Slug, WebhookId)>,
) -> Result<HttpResponse, Failure> {
    let (by, webhook_id) = (member.into_authority(), path.into_inner().1);
    app.limits.public_write(by.address)?;
    let vendor_id = by.vendor.vendor_id;
    let webhook = app.store.read(move |tx| tx.webhook(vendor_id, webhook_id)?.ok_or_else(not_found)).await?;
    let event = Event {
        event_id: app.new_id(EventId::new),
        vendor_id,
        at: app.clock.now(),
        kind: "webhook.test".to_owned(),
        actor: by.actor.to_string(),
        subject: webhook_id.to_string(),
        body: json!({ "message": "It works." }).to_string(),
    };
    let body = webhooks::message_of(&by.vendor, &event)?;
    send_now(&app, webhook, event.event_id, event.kind, 1, &body).await
}

/// Sends the message of an earlier attempt again, now and out of order, and answers what came of it. The `webhook-id` is the
/// same.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver",
    tag = "vendors",
    params(("vendor" = Slug, Path), ("webhook_id" = WebhookId, Path), ("delivery_id" = DeliveryId, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Delivery)))]
pub async fn redeliver(
    app: web::Data<App>,
    member: Member<EditWebhooks>,
    path: web::Path<(Slug, WebhookId, DeliveryId)>,
) -> Result<HttpResponse, Failure> {
    app.limits.public_write(member.address)?;
    let (_, webhook_id, delivery_id) = path.into_inner();
    let vendor_id = member.vendor.vendor_id;
    let found = app.store.read(move |tx| {
        let webhook = tx.webhook(vendor_id, webhook_id)?.ok_or_else(not_found)?;
        Ok((webhook, tx.delivery(vendor_id, webhook_id, delivery_id)?.ok_or_else(not_found)?))
    });
    let (webhook, old) = found.await?;
    send_now(&app, webhook, old.event_id, old.kind, old.attempt.saturating_add(1), &old.request).await
}

async fn send_now(
    app: &App,
    webhook: WebhookRecord,
    event_id: EventId,
    kind: String,
    attempt: u32,
    body: &str,
) -> Result<HttpResponse, Failure> {
    let webhooks::Attempt { request, sent, millis } = webhooks::send(app, &webhook, body, event_id).await?;
    let record = DeliveryRecord {
        vendor_id: webhook.vendor_id,
        webhook_id: webhook.webhook_id,
        delivery_id: app.new_id(DeliveryId::new),
        event_id,
        kind,
        attempt,
        at: app.clock.now(),
        millis,
        is_done: sent.is_done(),
        status: sent.status,
        error: sent.error,
        request,
        response: sent.response,
    };
    let kept = record.clone();
    app.store.write(move |tx| tx.add_delivery(&kept)).await?;
    Ok(HttpResponse::Ok().json(show_delivery(record)))
}

/// Every fault at once, each beside its member.
fn check(app: &App, url: &str, description: &str, kinds: &[String]) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    if let Err(detail) = check_url(url, app.config.private_webhooks) {
        wrong.push(("url", detail));
    }
    if description.chars().count() > 200 || description.chars().any(char::is_control) {
        wrong.push(("description", "This may have at most 200 characters, all on one line."));
    }
    if kinds.len() > MOST_KINDS || !kinds.iter().all(|kind| is_kind(kind)) {
        wrong.push(("kinds", "Each must be the name of an event, like license.created, or a family, like license.*."));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::fields(wrong)) }
}

/// Words joined by dots; the last may be a star.
fn is_kind(kind: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let named = kind.strip_suffix(".*").unwrap_or(kind);
    kind.len() <= 64 && named.split('.').all(is_word)
}

fn show(record: WebhookRecord) -> Webhook {
    let is_waiting = record.state == WebhookState::Active && record.attempts > 0;
    Webhook {
        webhook_id: record.webhook_id,
        url: record.url,
        description: record.description,
        kinds: record.kinds,
        state: record.state,
        public_key: record.public_key,
        created_at: record.created_at,
        failing_since: record.failing_since,
        next_attempt_at: is_waiting.then_some(record.next_attempt_at),
        revision: record.revision,
    }
}

fn show_delivery(record: DeliveryRecord) -> Delivery {
    Delivery {
        delivery_id: record.delivery_id,
        event_id: record.event_id,
        kind: record.kind,
        attempt: record.attempt,
        at: record.at,
        millis: record.millis,
        is_done: record.is_done,
        status: record.status,
        error: record.error,
        request: record.request,
        response: record.response,
    }
}
