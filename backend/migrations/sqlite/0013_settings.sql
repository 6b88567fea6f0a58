-- What a vendor sets: brand, tax, invoices. And mails are not kept for ever.

ALTER TABLE vendors ADD COLUMN accent TEXT CHECK (length(accent) = 7 AND accent GLOB '#*');
ALTER TABLE vendors ADD COLUMN tax TEXT CHECK (json_valid(tax));

-- Paying by invoice: what to do and how many days there are for it; off where both are absent.
ALTER TABLE vendors ADD COLUMN invoice_instructions TEXT;
ALTER TABLE vendors ADD COLUMN invoice_days INTEGER CHECK (invoice_days BETWEEN 1 AND 90);

CREATE TABLE logos (
    vendor_id TEXT NOT NULL PRIMARY KEY REFERENCES vendors,
    digest TEXT NOT NULL CHECK (length(digest) = 43),
    media_type TEXT NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'image/webp')),
    width INTEGER NOT NULL CHECK (width BETWEEN 1 AND 1024),
    height INTEGER NOT NULL CHECK (height BETWEEN 1 AND 1024),
    content BLOB NOT NULL CHECK (length(content) BETWEEN 1 AND 65536)
) STRICT, WITHOUT ROWID;

-- An order that is paid by invoice keeps what its customer was told, and what the transfer is recognised by.
ALTER TABLE orders ADD COLUMN instructions TEXT;
ALTER TABLE orders ADD COLUMN reference TEXT;
ALTER TABLE orders ADD COLUMN due_at INTEGER;

CREATE UNIQUE INDEX orders_reference ON orders (vendor_id, reference) WHERE reference IS NOT NULL;
CREATE INDEX orders_due ON orders (due_at) WHERE state = 'awaiting_payment' AND due_at IS NOT NULL;

CREATE TRIGGER orders_keep_their_invoice BEFORE UPDATE OF instructions, reference, due_at ON orders
BEGIN SELECT RAISE(ABORT, 'what a customer was told to pay cannot be changed'); END;

-- What a mail said may be forgotten, and nothing else of it changes once it is sent.
DROP TRIGGER mails_are_sent_once;

CREATE TRIGGER mails_are_sent_once BEFORE UPDATE ON mails
WHEN NEW.recipient <> OLD.recipient OR NEW.subject <> OLD.subject OR (NEW.text IS NOT NULL AND NEW.text IS NOT OLD.text)
    OR (NEW.text IS NULL AND OLD.text IS NOT NULL AND OLD.state = 'queued')
    OR (OLD.state = 'sent' AND (NEW.state <> 'sent' OR NEW.sent_at <> OLD.sent_at OR NEW.attempts <> OLD.attempts))
BEGIN SELECT RAISE(ABORT, 'a mail stays what it was'); END;

-- The oldest whose text is kept, and those that are queued about something that is over.
CREATE INDEX mails_kept ON mails (created_at) WHERE text IS NOT NULL AND state <> 'queued';
CREATE INDEX mails_queued_about ON mails (vendor_id, about) WHERE state = 'queued';

-- Invoices are written of too.
DROP INDEX events_mailed;
CREATE INDEX events_mailed ON events (vendor_id, number)
WHERE kind IN ('order.fulfilled', 'order.invoiced', 'license.expiring', 'pass.move.redeemed', 'license.suspended',
    'license.reinstated', 'license.revoked');
