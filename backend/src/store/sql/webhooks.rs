//! Webhooks and deliveries.

use shared::api::admin::webhooks::WebhookState;
use shared::id::{DeliveryId, VendorId, WebhookId};
use shared::time::Timestamp;

use super::row::{Columns, Result, Text, ToSql, unix};
use super::tx::SqlTx;
use super::words::Word as _;
use crate::store::Outcome;
use crate::store::webhooks::{DELIVERIES_KEPT, DeliveryRecord, WebhookRecord, Webhooks};

impl Webhooks for SqlTx<'_> {
    fn last_event(&mut self, vendor_id: VendorId) -> Outcome<u64> {
        let sql = "SELECT coalesce(max(number), 0) FROM events WHERE vendor_id = ?";
        self.value(sql, [Text(vendor_id)])
    }

    fn add_webhook(&mut self, record: &WebhookRecord) -> Outcome<()> {
        let sql = "
            INSERT INTO webhooks (
                url, description, kinds, state, sealed_keys, public_key, old_keys_end_at, revision, told, attempts,
                failing_since, next_attempt_at, vendor_id, webhook_id, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        self.write_webhook(sql, record, Some(record.created_at))
    }

    fn update_webhook(&mut self, record: &WebhookRecord) -> Outcome<()> {
        let sql = "
            UPDATE webhooks SET
                url = ?, description = ?, kinds = ?, state = ?, sealed_keys = ?, public_key = ?, old_keys_end_at = ?,
                revision = ?, told = ?, attempts = ?, failing_since = ?, next_attempt_at = ?
            WHERE vendor_id = ? AND webhook_id = ?";
        self.write_webhook(sql, record, None)
    }

    fn remove_webhook(&mut self, vendor_id: VendorId, webhook_id: WebhookId) -> Outcome<()> {
        self.change_one(
            "DELETE FROM webhooks WHERE vendor_id = ? AND webhook_id = ?",
            (Text(vendor_id), Text(webhook_id)),
        )
    }

    fn webhook(&mut self, vendor_id: VendorId, webhook_id: WebhookId) -> Outcome<Option<WebhookRecord>> {
        let sql = "SELECT * FROM webhooks WHERE vendor_id = ? AND webhook_id = ?";
        let sql = sql.replace('*', WEBHOOK);
        self.one(&sql, (Text(vendor_id), Text(webhook_id)), read_webhook)
    }

    fn webhooks(&mut self, vendor_id: VendorId, before: Option<WebhookId>, limit: u32) -> Outcome<Vec<WebhookRecord>> {
        let sql = "SELECT * FROM webhooks WHERE vendor_id = ? AND webhook_id < ? ORDER BY webhook_id DESC LIMIT ?";
        let before = before.map_or_else(|| "whk_~".to_owned(), |before| before.to_string());
        self.all(&sql.replace('*', WEBHOOK), (Text(vendor_id), before, limit), read_webhook)
    }

    fn due_webhooks(&mut self, now: Timestamp, limit: u32) -> Outcome<Vec<WebhookRecord>> {
        let sql = "
            SELECT * FROM webhooks w
            WHERE state = 'active' AND next_attempt_at <= ?
                AND EXISTS (SELECT 1 FROM events e WHERE e.vendor_id = w.vendor_id AND e.number > w.told)
            ORDER BY next_attempt_at LIMIT ?";
        let find = || self.all(&sql.replace('*', WEBHOOK), (now.as_unix(), limit), read_webhook);
        self.held(find, |found| found.iter().map(|record| record.vendor_id).collect())
    }

    fn add_delivery(&mut self, record: &DeliveryRecord) -> Outcome<()> {
        let sql = "
            INSERT INTO deliveries (
                vendor_id, webhook_id, delivery_id, event_id, kind, attempt, at, millis, is_done, status, error, request,
                response)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let row = (
            Text(record.vendor_id),
            Text(record.webhook_id),
            Text(record.delivery_id),
            Text(record.event_id),
            &record.kind,
            record.attempt,
            record.at.as_unix(),
            i64::try_from(record.millis).unwrap_or(i64::MAX),
            record.is_done,
            record.status,
            &record.error,
            &record.request,
            &record.response,
        );
        self.change(sql, row)?;
        let sql = "
            DELETE FROM deliveries WHERE vendor_id = ?1 AND webhook_id = ?2 AND delivery_id <= (
                SELECT delivery_id FROM deliveries WHERE vendor_id = ?1 AND webhook_id = ?2
                ORDER BY delivery_id DESC LIMIT 1 OFFSET ?3)";
        self.change(sql, (Text(record.vendor_id), Text(record.webhook_id), DELIVERIES_KEPT)).map(drop)
    }

    fn delivery(
        &mut self,
        vendor_id: VendorId,
        webhook_id: WebhookId,
        delivery_id: DeliveryId,
    ) -> Outcome<Option<DeliveryRecord>> {
        let sql = "SELECT * FROM deliveries WHERE vendor_id = ? AND webhook_id = ? AND delivery_id = ?";
        let key = (Text(vendor_id), Text(webhook_id), Text(delivery_id));
        self.one(&sql.replace('*', DELIVERY), key, read_delivery)
    }

    fn deliveries(
        &mut self,
        vendor_id: VendorId,
        webhook_id: WebhookId,
        before: Option<DeliveryId>,
        limit: u32,
    ) -> Outcome<Vec<DeliveryRecord>> {
        let sql = "
            SELECT * FROM deliveries WHERE vendor_id = ? AND webhook_id = ? AND delivery_id < ?
            ORDER BY delivery_id DESC LIMIT ?";
        let before = before.map_or_else(|| "dlv_~".to_owned(), |before| before.to_string());
        self.all(&sql.replace('*', DELIVERY), (Text(vendor_id), Text(webhook_id), before, limit), read_delivery)
    }
}

const WEBHOOK: &str = "
    vendor_id, webhook_id, url, description, kinds, state, sealed_keys, public_key, old_keys_end_at, created_at, revision,
    told, attempts, failing_since, next_attempt_at";

const DELIVERY: &str = "
    vendor_id, webhook_id, delivery_id, event_id, kind, attempt, at, millis, is_done, status, error, request, response";

impl SqlTx<'_> {
    fn write_webhook(&self, sql: &str, record: &WebhookRecord, created_at: Option<Timestamp>) -> Outcome<()> {
        let kinds = record.kinds.join(" ");
        let (vendor_id, webhook_id) = (record.vendor_id.to_string(), record.webhook_id.to_string());
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let (revision, told) = (number(record.revision), number(record.told));
        let (old_end, failing) = (unix(record.old_keys_end_at), unix(record.failing_since));
        let (next, state) = (record.next_attempt_at.as_unix(), record.state.word());
        let created_at = unix(created_at);
        let mut row: Vec<&dyn ToSql> = vec![
            &record.url,
            &record.description,
            &kinds,
            &state,
            &record.sealed_keys,
            &record.public_key,
            &old_end,
            &revision,
            &told,
            &record.attempts,
            &failing,
            &next,
            &vendor_id,
            &webhook_id,
        ];
        if created_at.is_some() {
            row.push(&created_at);
        }
        self.change_one(sql, row.as_slice())
    }
}

fn read_webhook(columns: &mut Columns<'_>) -> Result<WebhookRecord> {
    Ok(WebhookRecord {
        vendor_id: columns.parse()?,
        webhook_id: columns.parse()?,
        url: columns.get()?,
        description: columns.get()?,
        kinds: columns.get::<String>()?.split_whitespace().map(str::to_owned).collect(),
        state: columns.word::<WebhookState>()?,
        sealed_keys: columns.get()?,
        public_key: columns.get()?,
        old_keys_end_at: columns.time_optional()?,
        created_at: columns.time()?,
        revision: columns.number()?,
        told: columns.number()?,
        attempts: columns.number()?,
        failing_since: columns.time_optional()?,
        next_attempt_at: columns.time()?,
    })
}

fn read_delivery(columns: &mut Columns<'_>) -> Result<DeliveryRecord> {
    Ok(DeliveryRecord {
        vendor_id: columns.parse()?,
        webhook_id: columns.parse()?,
        delivery_id: columns.parse()?,
        event_id: columns.parse()?,
        kind: columns.get()?,
        attempt: columns.number()?,
        at: columns.time()?,
        millis: columns.number()?,
        is_done: columns.get()?,
        status: columns.get()?,
        error: columns.get()?,
        request: columns.get()?,
        response: columns.get()?,
    })
}
