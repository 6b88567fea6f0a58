-- Authentication sources: OpenID Connect providers that vouch for a vendor's customers, and what their word grants.

CREATE TABLE sources (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    source_id TEXT NOT NULL CHECK (source_id GLOB 'src_*'),
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    sealed_secret BLOB,           -- null: a public client
    scopes TEXT NOT NULL CHECK (json_valid(scopes)),
    rules TEXT NOT NULL CHECK (json_valid(rules)),
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'removed')),
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (vendor_id, source_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER sources_stay_removed BEFORE UPDATE ON sources WHEN OLD.state = 'removed'
BEGIN SELECT RAISE(ABORT, 'a removed source does not come back'); END;

CREATE TRIGGER sources_keep_whom_they_name BEFORE UPDATE OF vendor_id, source_id, issuer ON sources
WHEN NEW.vendor_id <> OLD.vendor_id OR NEW.source_id <> OLD.source_id OR NEW.issuer <> OLD.issuer
BEGIN SELECT RAISE(ABORT, 'who is known by a source is known by its issuer'); END;

CREATE TRIGGER sources_are_not_deleted BEFORE DELETE ON sources
BEGIN SELECT RAISE(ABORT, 'what a source granted refers to it'); END;

-- An account that a vendor's source made is that vendor's customer and nobody else's: the vendor's provider could sign in to it.
ALTER TABLE accounts ADD COLUMN vendor_id TEXT REFERENCES vendors;

CREATE TRIGGER accounts_stay_whose_they_are BEFORE UPDATE OF vendor_id ON accounts WHEN NEW.vendor_id IS NOT OLD.vendor_id
BEGIN SELECT RAISE(ABORT, 'whose an account is cannot be changed'); END;

CREATE TRIGGER customers_of_sources BEFORE INSERT ON customers
WHEN EXISTS (SELECT 1 FROM accounts WHERE account_id = NEW.account_id AND vendor_id <> NEW.vendor_id)
BEGIN SELECT RAISE(ABORT, 'an account that a vendor''s source made is for that vendor only'); END;

CREATE TRIGGER customers_stay_whose_they_are BEFORE UPDATE OF account_id ON customers WHEN NEW.account_id <> OLD.account_id
BEGIN SELECT RAISE(ABORT, 'whose a customer is cannot be changed'); END;

CREATE TRIGGER members_are_no_sources BEFORE INSERT ON members
WHEN EXISTS (SELECT 1 FROM accounts WHERE account_id = NEW.account_id AND vendor_id IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'an account that a source made is in no team'); END;

-- Who is known by a source, and whose account that is: one that the source made, or one that its person linked.
CREATE TABLE identities (
    vendor_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    subject TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    account_id TEXT NOT NULL REFERENCES accounts,
    created_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, source_id, subject),
    UNIQUE (account_id, vendor_id, source_id),
    FOREIGN KEY (vendor_id, source_id) REFERENCES sources
) STRICT, WITHOUT ROWID;

CREATE TRIGGER identities_stay_whose_they_are BEFORE UPDATE OF vendor_id, source_id, subject, account_id ON identities
BEGIN SELECT RAISE(ABORT, 'whose an identity is cannot be changed'); END;

-- What a rule granted: once for each person, whatever account the identity is linked to afterwards.
CREATE TABLE source_grants (
    vendor_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    rule_id TEXT NOT NULL CHECK (rule_id GLOB 'rul_*'),
    license_id TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    gone_at INTEGER,              -- while the license is suspended because the claim is gone
    PRIMARY KEY (vendor_id, source_id, subject, rule_id),
    UNIQUE (vendor_id, license_id),
    FOREIGN KEY (vendor_id, source_id) REFERENCES sources,
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses
) STRICT, WITHOUT ROWID;

CREATE TRIGGER source_grants_keep_what_was_granted BEFORE UPDATE OF
    vendor_id, source_id, subject, rule_id, license_id, granted_at ON source_grants
BEGIN SELECT RAISE(ABORT, 'what a source granted cannot be changed'); END;

CREATE TRIGGER source_grants_are_not_deleted BEFORE DELETE ON source_grants
BEGIN SELECT RAISE(ABORT, 'what a source granted stays granted'); END;

-- On the way to a provider and back: one use, in one browser. Nothing here helps whoever reads it.
CREATE TABLE source_flows (
    state_hash TEXT NOT NULL PRIMARY KEY,
    browser_hash TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    next TEXT NOT NULL,
    account_id TEXT REFERENCES accounts, -- who wants to link; null: who wants to sign in
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (vendor_id, source_id) REFERENCES sources
) STRICT, WITHOUT ROWID;

CREATE INDEX source_flows_expiry ON source_flows (expires_at);

-- A session that a source's word began ends with the source.
ALTER TABLE sessions ADD COLUMN source_id TEXT CHECK (source_id GLOB 'src_*');
CREATE INDEX sessions_source ON sessions (source_id) WHERE source_id IS NOT NULL;
