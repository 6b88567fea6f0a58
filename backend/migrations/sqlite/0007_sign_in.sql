-- What protects a sign-in: sessions that can be told apart and proved again, a second step, passkeys.

-- Sessions have an id, a last use and a last proof from now on: those there were end, and their people sign in again.
DROP TABLE sessions;

CREATE TABLE sessions (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL UNIQUE CHECK (session_id GLOB 'sid_*'),
    account_id TEXT NOT NULL REFERENCES accounts,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
    last_used_at INTEGER NOT NULL,
    proved_at INTEGER NOT NULL,
    user_agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_account ON sessions (account_id);

CREATE TABLE totps (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts,
    sealed_secret BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    last_step INTEGER NOT NULL CHECK (last_step >= 0)
) STRICT, WITHOUT ROWID;

-- A code counts once, and so do those before it.
CREATE TRIGGER totps_go_forward BEFORE UPDATE ON totps
WHEN NEW.last_step <= OLD.last_step OR NEW.sealed_secret <> OLD.sealed_secret
BEGIN SELECT RAISE(ABORT, 'a code counts once'); END;

CREATE TABLE recovery_codes (
    account_id TEXT NOT NULL REFERENCES accounts,
    code_hash TEXT NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (account_id, code_hash)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER recovery_codes_are_used_once BEFORE UPDATE ON recovery_codes
WHEN OLD.used_at IS NOT NULL OR NEW.code_hash <> OLD.code_hash
BEGIN SELECT RAISE(ABORT, 'a recovery code counts once'); END;

-- Wrong codes since the last right one.
CREATE TABLE second_tries (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts,
    wrong INTEGER NOT NULL CHECK (wrong > 0),
    last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE passkeys (
    account_id TEXT NOT NULL REFERENCES accounts,
    passkey_id TEXT NOT NULL CHECK (passkey_id GLOB 'psk_*'),
    credential_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)), -- the public key and its counter, as webauthn-rs has them
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    PRIMARY KEY (account_id, passkey_id)
) STRICT, WITHOUT ROWID;

-- Asked and not yet answered.
CREATE TABLE challenges (
    challenge_hash TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('second', 'register', 'sign_in', 'proof')),
    account_id TEXT REFERENCES accounts,
    content TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX challenges_expiry ON challenges (expires_at);
