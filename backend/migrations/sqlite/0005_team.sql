-- Invitations, API tokens, settings.

ALTER TABLE vendors ADD COLUMN support_email TEXT;
ALTER TABLE vendors ADD COLUMN website TEXT;
ALTER TABLE vendors ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;

CREATE INDEX members_account ON members (account_id);

-- A team has an owner, whatever becomes of its members.
CREATE TRIGGER members_keep_an_owner BEFORE UPDATE OF role ON members
WHEN OLD.role = 'owner' AND NEW.role <> 'owner' AND NOT EXISTS (
    SELECT 1 FROM members WHERE vendor_id = OLD.vendor_id AND role = 'owner' AND account_id <> OLD.account_id
)
BEGIN SELECT RAISE(ABORT, 'a team keeps an owner'); END;

CREATE TRIGGER members_keep_their_owner BEFORE DELETE ON members
WHEN OLD.role = 'owner' AND NOT EXISTS (
    SELECT 1 FROM members WHERE vendor_id = OLD.vendor_id AND role = 'owner' AND account_id <> OLD.account_id
)
BEGIN SELECT RAISE(ABORT, 'a team keeps an owner'); END;

CREATE TABLE invitations (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    invitation_id TEXT NOT NULL CHECK (invitation_id GLOB 'inv_*'),
    secret_hash TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'support', 'viewer')),
    invited_by TEXT NOT NULL, -- an account or an API token
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'withdrawn')),
    PRIMARY KEY (vendor_id, invitation_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX invitations_open ON invitations (vendor_id, invitation_id) WHERE state = 'open';

CREATE TRIGGER invitations_end_once BEFORE UPDATE ON invitations
WHEN OLD.state <> 'open' OR NEW.secret_hash <> OLD.secret_hash OR NEW.role <> OLD.role OR NEW.expires_at <> OLD.expires_at
BEGIN SELECT RAISE(ABORT, 'an invitation ends once and otherwise stays as it was made'); END;

CREATE TABLE tokens (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    token_id TEXT NOT NULL CHECK (token_id GLOB 'tok_*'),
    secret_hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    hint TEXT NOT NULL,
    created_by TEXT NOT NULL, -- an account or an API token
    created_at INTEGER NOT NULL,
    expires_at INTEGER CHECK (expires_at > created_at),
    last_used_at INTEGER,
    revoked_at INTEGER,
    PRIMARY KEY (vendor_id, token_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tokens_stay_revoked BEFORE UPDATE ON tokens
WHEN OLD.revoked_at IS NOT NULL OR NEW.secret_hash <> OLD.secret_hash OR NEW.scopes <> OLD.scopes
    OR NEW.expires_at IS NOT OLD.expires_at
BEGIN SELECT RAISE(ABORT, 'a revoked token stays revoked, and what a token may do stays as it was made'); END;
