-- What a vendor's team looks for, and does for its customers.

-- Acts. A license's revision tells what somebody saw who acts on it; what a team gives beyond the offer stands beside it.
ALTER TABLE licenses ADD COLUMN revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1);
ALTER TABLE licenses ADD COLUMN extra_moves INTEGER CHECK (extra_moves >= 1);
ALTER TABLE licenses ADD COLUMN extra_moves_since INTEGER
    CHECK ((extra_moves IS NULL) = (extra_moves_since IS NULL));
-- Of uses_limit, this many were added; they are gone with the period.
ALTER TABLE license_features ADD COLUMN uses_added INTEGER NOT NULL DEFAULT 0
    CHECK (uses_added >= 0 AND uses_added <= coalesce(uses_limit, 0));

CREATE TRIGGER licenses_count_up_their_revision BEFORE UPDATE OF revision ON licenses
WHEN NEW.revision < OLD.revision
BEGIN SELECT RAISE(ABORT, 'a license''s revision is counted up'); END;

-- Lists. Each index begins with what a list is filtered by and ends with what it is sorted by: where a filter is not given,
-- the store goes through its few values one by one and merges.
DROP INDEX licenses_customer;
CREATE UNIQUE INDEX licenses_customer ON licenses (vendor_id, customer_id, license_id);
CREATE INDEX licenses_granted ON licenses (vendor_id, product_id, state, trial, granted_at, license_id);
CREATE INDEX licenses_offer ON licenses (vendor_id, product_id, offer, state, trial, granted_at, license_id);
-- Those without an end come last, beyond every time that there is.
ALTER TABLE licenses ADD COLUMN end_or_never INTEGER AS (coalesce(ends_at, 253402300800)) VIRTUAL;
CREATE INDEX licenses_end ON licenses (vendor_id, product_id, state, trial, end_or_never, license_id);

DROP INDEX orders_customer;
CREATE UNIQUE INDEX orders_customer ON orders (vendor_id, customer_id, order_id);
CREATE INDEX orders_placed ON orders (vendor_id, product_id, state, placed_at, order_id);

CREATE INDEX customers_created ON customers (vendor_id, created_at, customer_id);

-- The license's product, again: what a list is filtered by must stand in the table itself.
ALTER TABLE passes ADD COLUMN product_id TEXT;
UPDATE passes SET product_id = (
    SELECT product_id FROM licenses l WHERE l.vendor_id = passes.vendor_id AND l.license_id = passes.license_id);
CREATE UNIQUE INDEX passes_license ON passes (vendor_id, license_id, pass_id);
CREATE INDEX passes_connected ON passes (vendor_id, product_id, status, reason, connected_at, pass_id);
CREATE INDEX passes_seen ON passes (vendor_id, last_seen_at, pass_id);

ALTER TABLE moves ADD COLUMN product_id TEXT;
UPDATE moves SET product_id = (
    SELECT product_id FROM licenses l WHERE l.vendor_id = moves.vendor_id AND l.license_id = moves.license_id);
CREATE UNIQUE INDEX moves_of_license ON moves (vendor_id, license_id, move_id);
CREATE INDEX moves_offered ON moves (vendor_id, product_id, state, offered_at, move_id);

-- Search: what customers and passes are found by, in lower case. Of a name, each end of it that begins with a word.
CREATE TABLE search_words (
    vendor_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'pass')),
    word TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (vendor_id, kind, word, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX search_words_id ON search_words (vendor_id, id, word);

-- Names from before are found by their beginning.
INSERT OR IGNORE INTO search_words (vendor_id, kind, word, id)
    SELECT vendor_id, 'customer', email_key, customer_id FROM customers JOIN accounts USING (account_id);
INSERT OR IGNORE INTO search_words (vendor_id, kind, word, id)
    SELECT vendor_id, 'customer', lower(trim(name)), customer_id FROM customers JOIN accounts USING (account_id);
INSERT OR IGNORE INTO search_words (vendor_id, kind, word, id)
    SELECT vendor_id, 'pass', lower(trim(name)), pass_id FROM passes;

-- The audit log, always by time. Uses are the most of it: by kind they are not looked for, nor by the device that made them.
CREATE INDEX events_at ON events (vendor_id, at, number);
CREATE INDEX events_subject ON events (vendor_id, subject, at, number);
CREATE INDEX events_kind ON events (vendor_id, kind, at, number) WHERE kind <> 'use.counted';
CREATE INDEX events_actor ON events (vendor_id, actor, at, number) WHERE substr(actor, 1, 4) <> 'pas_';

-- What a license's customer is told of what the team did, and why; what passes went through with their license only once.
CREATE INDEX events_told ON events (vendor_id, coalesce(body ->> '$.license_id', subject), number)
WHERE kind IN ('license.suspended', 'license.reinstated', 'license.revoked', 'license.extended', 'license.uses_added',
        'license.moves_allowed', 'pass.suspended', 'pass.reinstated', 'pass.revoked')
    AND body ->> '$.with' IS NULL;
