-- Mail: what is written to people, what became of it, the links in it, and the texts that vendors write themselves.

-- When the account's person showed that its address is theirs.
ALTER TABLE accounts ADD COLUMN email_confirmed_at INTEGER;

CREATE TABLE mails (
    mail_id TEXT NOT NULL PRIMARY KEY CHECK (mail_id GLOB 'mai_*'),
    vendor_id TEXT REFERENCES vendors,  -- in whose name; absent: the installation's own
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    about TEXT NOT NULL,                -- what it tells of: an id
    subject TEXT NOT NULL,
    text TEXT,                          -- absent where it holds a secret link
    link TEXT,
    sealed BLOB,                        -- text and link where the link is a secret; forgotten once sent, failed or over
    created_at INTEGER NOT NULL,
    over_at INTEGER,                    -- when its link ends: what is not sent by then never is
    state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'kept')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_attempt_at INTEGER NOT NULL,
    sent_at INTEGER,
    error TEXT,
    CHECK (sealed IS NULL OR (text IS NULL AND link IS NULL)),
    CHECK (state NOT IN ('sent', 'failed') OR sealed IS NULL),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX mails_due ON mails (next_attempt_at) WHERE state = 'queued';
CREATE INDEX mails_over ON mails (over_at) WHERE sealed IS NOT NULL;
CREATE INDEX mails_vendor ON mails (vendor_id, mail_id);
CREATE INDEX mails_state ON mails (vendor_id, state, mail_id);
CREATE INDEX mails_kind ON mails (vendor_id, kind, mail_id);

CREATE TRIGGER mails_are_sent_once BEFORE UPDATE ON mails
WHEN OLD.state = 'sent' OR NEW.recipient <> OLD.recipient OR NEW.subject <> OLD.subject OR NEW.text IS NOT OLD.text
BEGIN SELECT RAISE(ABORT, 'a mail stays what it was'); END;

-- How far the event log was looked through for what is to be written of: in one transaction with the mails.
CREATE TABLE mail_cursors (
    vendor_id TEXT NOT NULL PRIMARY KEY REFERENCES vendors,
    told INTEGER NOT NULL CHECK (told >= 0)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER mail_cursors_go_on BEFORE UPDATE ON mail_cursors
WHEN NEW.told <= OLD.told
BEGIN SELECT RAISE(ABORT, 'mail is written in order'); END;

-- What happened before is not written of.
INSERT INTO mail_cursors (vendor_id, told) SELECT vendor_id, max(number) FROM events GROUP BY vendor_id;

-- The events that are written of are few: nobody goes through counted uses to find them.
CREATE INDEX events_mailed ON events (vendor_id, number)
WHERE kind IN ('order.fulfilled', 'license.expiring', 'pass.move.redeemed', 'license.suspended', 'license.reinstated',
    'license.revoked');

-- Vendors' own texts; without a subject the usual text is back.
CREATE TABLE mail_templates (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    kind TEXT NOT NULL,
    subject TEXT,
    body TEXT,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (vendor_id, kind),
    CHECK ((subject IS NULL) = (body IS NULL))
) STRICT, WITHOUT ROWID;

-- Addresses for which a new password was asked. Written for each alike, so that nobody learns which have an account.
CREATE TABLE reset_requests (
    email_key TEXT NOT NULL PRIMARY KEY,
    asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Links that show who holds a mailbox. Each is followed once: it is forgotten then, with the account's others.
CREATE TABLE mail_links (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('password', 'address')),
    account_id TEXT NOT NULL REFERENCES accounts,
    email TEXT NOT NULL, -- where it was sent to; empty where the operator handed it over
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX mail_links_account ON mail_links (account_id, purpose, created_at);
CREATE INDEX mail_links_expiry ON mail_links (expires_at);
