-- Identifiers, and the leases that services take by them. Seats are counted where they are taken, by triggers: there is never one
-- too many, whatever the code above does.

-- How services check a license out, as its offer said.
ALTER TABLE licenses ADD COLUMN lease_min_seconds INTEGER NOT NULL DEFAULT 10 CHECK (lease_min_seconds >= 1);
ALTER TABLE licenses ADD COLUMN lease_max_seconds INTEGER NOT NULL DEFAULT 86400 CHECK (lease_max_seconds >= lease_min_seconds);
ALTER TABLE licenses ADD COLUMN unreturned TEXT NOT NULL DEFAULT 'spent' CHECK (unreturned IN ('spent', 'returned'));
ALTER TABLE licenses ADD COLUMN seats_taken INTEGER NOT NULL DEFAULT 0 CHECK (seats_taken BETWEEN 0 AND seats);

CREATE TABLE identifiers (
    vendor_id TEXT NOT NULL,
    identifier_id TEXT NOT NULL CHECK (identifier_id GLOB 'idn_*'),
    license_id TEXT NOT NULL,
    secret_hash TEXT NOT NULL UNIQUE CHECK (length(secret_hash) = 43),
    hint TEXT NOT NULL,
    label TEXT,
    service TEXT,                 -- the one API token that may present it; null: any of the vendor's
    expires_at INTEGER,
    uses_limit INTEGER CHECK (uses_limit >= 1),
    uses_left INTEGER CHECK (uses_left BETWEEN 0 AND uses_limit),
    created_by TEXT NOT NULL,     -- an account or a pass
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (vendor_id, identifier_id),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    FOREIGN KEY (vendor_id, service) REFERENCES tokens,
    CHECK ((uses_left IS NULL) = (uses_limit IS NULL)),
    CHECK (expires_at > created_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX identifiers_license ON identifiers (vendor_id, license_id, identifier_id) WHERE ended_at IS NULL;

CREATE TRIGGER identifiers_end_once BEFORE UPDATE ON identifiers WHEN OLD.ended_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an identifier that has ended stays so'); END;

CREATE TRIGGER identifiers_keep_what_they_name BEFORE UPDATE OF
    vendor_id, identifier_id, license_id, secret_hash, service, expires_at, uses_limit ON identifiers
BEGIN SELECT RAISE(ABORT, 'what an identifier names cannot be changed'); END;

CREATE TRIGGER identifiers_are_used_up BEFORE UPDATE OF uses_left ON identifiers WHEN NEW.uses_left > OLD.uses_left
BEGIN SELECT RAISE(ABORT, 'an identifier''s uses do not come back'); END;

CREATE TABLE leases (
    vendor_id TEXT NOT NULL,
    lease_id TEXT NOT NULL CHECK (lease_id GLOB 'lea_*'),
    license_id TEXT NOT NULL,
    identifier_id TEXT NOT NULL,
    token_id TEXT NOT NULL,
    feature TEXT,                 -- null: the license as such
    count INTEGER NOT NULL CHECK (count >= 0),
    holder TEXT NOT NULL,
    checked_out_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > checked_out_at),
    state TEXT NOT NULL CHECK (state IN ('open', 'returned', 'expired', 'ended')),
    ended_at INTEGER,
    spent INTEGER CHECK (spent BETWEEN 0 AND count),
    PRIMARY KEY (vendor_id, lease_id),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    FOREIGN KEY (vendor_id, license_id, feature) REFERENCES license_features,
    FOREIGN KEY (vendor_id, identifier_id) REFERENCES identifiers,
    FOREIGN KEY (vendor_id, token_id) REFERENCES tokens,
    CHECK (feature IS NOT NULL OR count = 0),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((ended_at IS NULL) = (spent IS NULL))
) STRICT;

CREATE INDEX leases_open ON leases (vendor_id, license_id, expires_at) WHERE state = 'open';
CREATE INDEX leases_due ON leases (expires_at) WHERE state = 'open';

CREATE TRIGGER leases_take_a_seat AFTER INSERT ON leases WHEN NEW.state = 'open'
BEGIN
    UPDATE licenses SET seats_taken = seats_taken + 1 WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id;
END;

CREATE TRIGGER leases_free_their_seat AFTER UPDATE OF state ON leases WHEN OLD.state = 'open' AND NEW.state <> 'open'
BEGIN
    UPDATE licenses SET seats_taken = seats_taken - 1 WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id;
END;

CREATE TRIGGER leases_end_once BEFORE UPDATE ON leases WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'a lease ends once'); END;

CREATE TRIGGER leases_are_not_shortened BEFORE UPDATE OF expires_at ON leases WHEN NEW.expires_at < OLD.expires_at
BEGIN SELECT RAISE(ABORT, 'a lease is not shortened'); END;

CREATE TRIGGER leases_keep_what_was_signed BEFORE UPDATE OF
    vendor_id, lease_id, license_id, identifier_id, token_id, feature, count, holder, checked_out_at ON leases
BEGIN SELECT RAISE(ABORT, 'what was checked out cannot be changed'); END;

CREATE TRIGGER leases_are_not_deleted BEFORE DELETE ON leases
BEGIN SELECT RAISE(ABORT, 'a lease cannot be deleted'); END;
