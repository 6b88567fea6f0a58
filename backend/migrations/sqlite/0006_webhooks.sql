-- Telling of events. The event log is the outbox: a webhook remembers how far it was told.

CREATE TABLE webhooks (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    webhook_id TEXT NOT NULL CHECK (webhook_id GLOB 'whk_*'),
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    kinds TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
    sealed_keys BLOB NOT NULL,
    public_key TEXT NOT NULL,
    old_keys_end_at INTEGER, -- while a replaced secret still signs
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    told INTEGER NOT NULL CHECK (told >= 0),       -- the number of the last event that was told, or passed over
    attempts INTEGER NOT NULL CHECK (attempts >= 0), -- at the event after it
    failing_since INTEGER,
    next_attempt_at INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, webhook_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX webhooks_due ON webhooks (next_attempt_at) WHERE state = 'active';

CREATE TRIGGER webhooks_go_on BEFORE UPDATE OF told ON webhooks
WHEN NEW.told < OLD.told
BEGIN SELECT RAISE(ABORT, 'a webhook is told in order'); END;

CREATE TABLE deliveries (
    vendor_id TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    delivery_id TEXT NOT NULL CHECK (delivery_id GLOB 'dlv_*'),
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    attempt INTEGER NOT NULL CHECK (attempt >= 1),
    at INTEGER NOT NULL,
    millis INTEGER NOT NULL CHECK (millis >= 0),
    is_done INTEGER NOT NULL CHECK (is_done IN (0, 1)),
    status INTEGER,
    error TEXT,
    request TEXT NOT NULL,
    response TEXT NOT NULL,
    PRIMARY KEY (vendor_id, webhook_id, delivery_id),
    FOREIGN KEY (vendor_id, webhook_id) REFERENCES webhooks ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
