-- Counting, moving, retiring and copying: what a pass goes through after it was issued.

-- Where the app is opened: for somebody who holds a move's code and not yet the app.
ALTER TABLE products ADD COLUMN app_url TEXT;

-- Counters: how many uses were ever counted, and when the limit is granted anew.
ALTER TABLE license_features ADD COLUMN uses_spent INTEGER NOT NULL DEFAULT 0 CHECK (uses_spent >= 0);
ALTER TABLE license_features ADD COLUMN resets_at INTEGER;

-- Passes: why one is not valid, since when it is over, how often it was refreshed and by which request last, and the browser
-- and app it was issued in.
ALTER TABLE passes ADD COLUMN reason TEXT
    CHECK (reason IN ('vendor', 'license', 'cloned', 'moved', 'recovered', 'replaced'));
ALTER TABLE passes ADD COLUMN ended_at INTEGER;
ALTER TABLE passes ADD COLUMN refreshes INTEGER NOT NULL DEFAULT 0 CHECK (refreshes >= 0);
ALTER TABLE passes ADD COLUMN refresh_key TEXT;
ALTER TABLE passes ADD COLUMN browser TEXT;
ALTER TABLE passes ADD COLUMN origin TEXT;

CREATE INDEX passes_recovered ON passes (vendor_id, license_id, ended_at) WHERE reason = 'recovered';

CREATE TRIGGER passes_refresh_forward BEFORE UPDATE OF refreshes ON passes
WHEN NEW.refreshes < OLD.refreshes
BEGIN SELECT RAISE(ABORT, 'a pass''s refreshes are counted up'); END;

-- Moves. The code's first letters are looked up, the others are a secret: hashed, with the move's id as salt.
CREATE TABLE moves (
    vendor_id TEXT NOT NULL,
    move_id TEXT NOT NULL CHECK (move_id GLOB 'mov_*'),
    license_id TEXT NOT NULL,
    pass_id TEXT NOT NULL,
    code_name TEXT NOT NULL CHECK (length(code_name) = 4),
    code_hash TEXT NOT NULL CHECK (length(code_hash) = 43),
    tries INTEGER NOT NULL CHECK (tries >= 0),
    state TEXT NOT NULL CHECK (state IN ('offered', 'redeemed', 'cancelled', 'expired')),
    offered_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > offered_at),
    settled_at INTEGER,
    successor TEXT,
    PRIMARY KEY (vendor_id, move_id),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    FOREIGN KEY (vendor_id, pass_id) REFERENCES passes,
    FOREIGN KEY (vendor_id, successor) REFERENCES passes,
    CHECK ((state = 'offered') = (settled_at IS NULL)),
    CHECK ((state = 'redeemed') = (successor IS NOT NULL))
) STRICT;

-- One open move per pass; one open move per code.
CREATE UNIQUE INDEX moves_open ON moves (vendor_id, pass_id) WHERE state = 'offered';
CREATE UNIQUE INDEX moves_code ON moves (code_name) WHERE state = 'offered';
CREATE UNIQUE INDEX moves_successor ON moves (vendor_id, successor) WHERE successor IS NOT NULL;
CREATE INDEX moves_named ON moves (code_name, offered_at);
CREATE INDEX moves_due ON moves (expires_at) WHERE state = 'offered';
CREATE INDEX moves_license ON moves (vendor_id, license_id, state, settled_at);

CREATE TRIGGER moves_take_a_moving_pass BEFORE INSERT ON moves
WHEN NEW.state = 'offered' AND NOT EXISTS (
    SELECT 1 FROM passes
    WHERE vendor_id = NEW.vendor_id AND pass_id = NEW.pass_id AND license_id = NEW.license_id AND status = 'moving'
)
BEGIN SELECT RAISE(ABORT, 'only a pass that is moving is offered'); END;

CREATE TRIGGER moves_end_once BEFORE UPDATE OF state, successor ON moves
WHEN OLD.state <> 'offered' AND (NEW.state <> OLD.state OR NEW.successor IS NOT OLD.successor)
BEGIN SELECT RAISE(ABORT, 'a move ends once'); END;

CREATE TRIGGER moves_have_their_successor BEFORE UPDATE OF state ON moves
WHEN NEW.state = 'redeemed' AND NOT EXISTS (
    SELECT 1 FROM passes
    WHERE vendor_id = NEW.vendor_id AND pass_id = NEW.successor AND predecessor = NEW.pass_id
)
BEGIN SELECT RAISE(ABORT, 'a move''s successor follows the pass that was moved'); END;

CREATE TRIGGER moves_keep_what_was_signed BEFORE UPDATE OF
    vendor_id, move_id, license_id, pass_id, code_name, code_hash, offered_at, expires_at ON moves
BEGIN SELECT RAISE(ABORT, 'what was offered cannot be changed'); END;

-- A pass on offer is not used: only when its move has ended does it work again.
CREATE TRIGGER passes_wait_for_their_move BEFORE UPDATE OF status ON passes
WHEN OLD.status = 'moving' AND NEW.status IN ('valid', 'suspended') AND EXISTS (
    SELECT 1 FROM moves WHERE vendor_id = NEW.vendor_id AND pass_id = NEW.pass_id AND state = 'offered'
)
BEGIN SELECT RAISE(ABORT, 'a pass whose move is open cannot be used'); END;

-- Slices: debited from the counter when they are granted. One that is not settled before its end counts as spent.
CREATE TABLE slices (
    vendor_id TEXT NOT NULL,
    slice_id TEXT NOT NULL CHECK (slice_id GLOB 'sli_*'),
    license_id TEXT NOT NULL,
    pass_id TEXT NOT NULL,
    feature TEXT NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 1),
    granted_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    spent INTEGER CHECK (spent BETWEEN 0 AND count),
    settled_at INTEGER,
    PRIMARY KEY (vendor_id, slice_id),
    FOREIGN KEY (vendor_id, license_id, feature) REFERENCES license_features,
    FOREIGN KEY (vendor_id, pass_id) REFERENCES passes,
    CHECK ((spent IS NULL) = (settled_at IS NULL))
) STRICT;

-- One open slice per pass and feature.
CREATE UNIQUE INDEX slices_open ON slices (vendor_id, pass_id, feature) WHERE settled_at IS NULL;
CREATE INDEX slices_license ON slices (vendor_id, license_id) WHERE settled_at IS NULL;

CREATE TRIGGER slices_settle_once BEFORE UPDATE ON slices
WHEN OLD.settled_at IS NOT NULL OR NEW.vendor_id <> OLD.vendor_id OR NEW.slice_id <> OLD.slice_id
    OR NEW.license_id <> OLD.license_id OR NEW.pass_id <> OLD.pass_id OR NEW.feature <> OLD.feature
    OR NEW.count <> OLD.count OR NEW.ends_at <> OLD.ends_at
BEGIN SELECT RAISE(ABORT, 'a slice is settled once and otherwise stays as it was granted'); END;
