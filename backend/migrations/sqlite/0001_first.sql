-- The first schema. What must never be is refused here, whatever the code above does.
--
-- Every key holds the vendor, and every reference too: nothing can refer across tenants. Ids are TypeIDs as text, so
-- that a dump can be read; they grow with time, so new rows land side by side. Times are seconds since the Unix epoch.
-- No constraint is deferred: one that failed at COMMIT would fail every transaction of the group.

-- Vendors and their keys.

CREATE TABLE vendors (
    vendor_id TEXT NOT NULL PRIMARY KEY CHECK (vendor_id GLOB 'ven_*'),
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_keys (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    kid TEXT NOT NULL CHECK (length(kid) = 43),
    state TEXT NOT NULL CHECK (state IN ('next', 'active', 'retired', 'revoked')),
    public_key BLOB NOT NULL CHECK (length(public_key) = 32),
    sealed_private_key BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    activated_at INTEGER,
    retired_at INTEGER,
    PRIMARY KEY (vendor_id, kid),
    CHECK (state <> 'active' OR activated_at IS NOT NULL),
    CHECK (state <> 'retired' OR retired_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- One key signs.
CREATE UNIQUE INDEX signing_keys_active ON signing_keys (vendor_id) WHERE state = 'active';

-- What is on offer.

CREATE TABLE products (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    product_id TEXT NOT NULL CHECK (product_id GLOB 'prd_*'),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    summary TEXT NOT NULL,
    PRIMARY KEY (vendor_id, product_id),
    UNIQUE (vendor_id, slug)
) STRICT, WITHOUT ROWID;

CREATE TABLE app_origins (
    origin TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    PRIMARY KEY (origin, vendor_id, product_id),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products
) STRICT, WITHOUT ROWID;

CREATE INDEX app_origins_product ON app_origins (vendor_id, product_id);

CREATE TABLE menus (
    vendor_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    digest TEXT NOT NULL CHECK (length(digest) = 43),
    content TEXT NOT NULL CHECK (json_valid(content)),
    published_at INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, product_id, version),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products
) STRICT;

CREATE TRIGGER menus_have_no_gaps BEFORE INSERT ON menus
WHEN NEW.version > 1 AND NOT EXISTS (
    SELECT 1 FROM menus
    WHERE vendor_id = NEW.vendor_id AND product_id = NEW.product_id AND version = NEW.version - 1
)
BEGIN SELECT RAISE(ABORT, 'a menu''s version must be the newest plus one'); END;

CREATE TRIGGER menus_are_not_updated BEFORE UPDATE ON menus
BEGIN SELECT RAISE(ABORT, 'a published menu cannot be changed'); END;

CREATE TRIGGER menus_are_not_deleted BEFORE DELETE ON menus
BEGIN SELECT RAISE(ABORT, 'a published menu cannot be deleted'); END;

CREATE TABLE agreements (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    digest TEXT NOT NULL CHECK (length(digest) = 43),
    version INTEGER NOT NULL CHECK (version >= 1),
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (vendor_id, digest)
) STRICT;

CREATE TRIGGER agreements_are_not_updated BEFORE UPDATE ON agreements
BEGIN SELECT RAISE(ABORT, 'an agreement cannot be changed'); END;

CREATE TRIGGER agreements_are_not_deleted BEFORE DELETE ON agreements
BEGIN SELECT RAISE(ABORT, 'an agreement cannot be deleted'); END;

-- People.

CREATE TABLE accounts (
    account_id TEXT NOT NULL PRIMARY KEY CHECK (account_id GLOB 'acc_*'),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
    user_agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE members (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    account_id TEXT NOT NULL REFERENCES accounts,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'support', 'viewer')),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE customers (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    customer_id TEXT NOT NULL CHECK (customer_id GLOB 'cus_*'),
    account_id TEXT NOT NULL REFERENCES accounts,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, customer_id),
    UNIQUE (account_id, vendor_id)
) STRICT, WITHOUT ROWID;

-- Orders. The license that an order granted is the one that names the order: one truth, in licenses.

CREATE TABLE orders (
    vendor_id TEXT NOT NULL,
    order_id TEXT NOT NULL CHECK (order_id GLOB 'ord_*'),
    customer_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    menu_version INTEGER NOT NULL,
    agreement_digest TEXT NOT NULL,
    selection TEXT NOT NULL CHECK (json_valid(selection)),
    quote TEXT NOT NULL CHECK (json_valid(quote)),
    total INTEGER NOT NULL CHECK (total >= 0),
    payment TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('awaiting_payment', 'fulfilled', 'cancelled', 'refunded')),
    payment_error TEXT,
    placed_at INTEGER NOT NULL,
    settled_at INTEGER,
    PRIMARY KEY (vendor_id, order_id),
    FOREIGN KEY (vendor_id, customer_id) REFERENCES customers,
    FOREIGN KEY (vendor_id, product_id, menu_version) REFERENCES menus,
    FOREIGN KEY (vendor_id, agreement_digest) REFERENCES agreements,
    CHECK (payment <> 'free' OR total = 0),
    CHECK ((state = 'awaiting_payment') = (settled_at IS NULL))
) STRICT;

CREATE INDEX orders_customer ON orders (vendor_id, customer_id, order_id);

CREATE TRIGGER orders_go_forward BEFORE UPDATE OF state ON orders
WHEN OLD.state <> NEW.state
    AND (OLD.state, NEW.state) NOT IN (VALUES
        ('awaiting_payment', 'fulfilled'), ('awaiting_payment', 'cancelled'), ('fulfilled', 'refunded'))
BEGIN SELECT RAISE(ABORT, 'a settled order cannot go back'); END;

-- Licenses.

CREATE TABLE licenses (
    vendor_id TEXT NOT NULL,
    license_id TEXT NOT NULL CHECK (license_id GLOB 'lic_*'),
    customer_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    trial INTEGER NOT NULL CHECK (trial IN (0, 1)),
    offer TEXT NOT NULL,
    menu_version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'revoked')),
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    term TEXT NOT NULL CHECK (term IN ('fixed', 'perpetual', 'first_use')),
    starts_at INTEGER,
    ends_at INTEGER,
    period TEXT,
    terminals INTEGER NOT NULL CHECK (terminals >= 0),
    seats INTEGER NOT NULL CHECK (seats >= 0),
    moving_allowed INTEGER NOT NULL CHECK (moving_allowed IN (0, 1)),
    moving_limit INTEGER CHECK (moving_limit >= 0),
    moving_per TEXT,
    recoveries INTEGER NOT NULL CHECK (recoveries >= 0),
    offline_window TEXT NOT NULL,
    offline_slice INTEGER NOT NULL CHECK (offline_slice >= 0),
    PRIMARY KEY (vendor_id, license_id),
    UNIQUE (vendor_id, order_id),
    FOREIGN KEY (vendor_id, customer_id) REFERENCES customers,
    FOREIGN KEY (vendor_id, product_id, menu_version) REFERENCES menus,
    FOREIGN KEY (vendor_id, order_id) REFERENCES orders,
    CHECK (CASE term
        WHEN 'fixed' THEN starts_at IS NOT NULL AND ends_at IS NOT NULL AND ends_at > starts_at AND period IS NULL
        WHEN 'perpetual' THEN starts_at IS NOT NULL AND ends_at IS NULL AND period IS NULL
        ELSE starts_at IS NULL AND ends_at IS NULL AND period IS NOT NULL
    END)
) STRICT;

CREATE INDEX licenses_customer ON licenses (vendor_id, customer_id, license_id);

-- One trial per customer and product.
CREATE UNIQUE INDEX licenses_trial ON licenses (vendor_id, customer_id, product_id) WHERE trial = 1;

CREATE TRIGGER licenses_go_forward BEFORE UPDATE OF state, epoch ON licenses
WHEN NEW.epoch < OLD.epoch OR (OLD.state = 'revoked' AND NEW.state <> 'revoked')
BEGIN SELECT RAISE(ABORT, 'an epoch cannot shrink and a revoked license cannot come back'); END;

CREATE TABLE license_features (
    vendor_id TEXT NOT NULL,
    license_id TEXT NOT NULL,
    feature TEXT NOT NULL,
    counting TEXT CHECK (counting IN ('on_issue', 'on_checkout', 'on_use')), -- null: not counted
    uses_limit INTEGER CHECK (uses_limit >= 0),                              -- null: without limit
    uses_left INTEGER CHECK (uses_left >= 0),
    resets TEXT,
    PRIMARY KEY (vendor_id, license_id, feature),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    CHECK (uses_left <= uses_limit),
    CHECK ((uses_left IS NULL) = (uses_limit IS NULL)),
    CHECK (counting IS NOT NULL OR (uses_limit IS NULL AND resets IS NULL))
) STRICT, WITHOUT ROWID;

-- Passes and their places in the status lists.

CREATE TABLE status_lists (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    list INTEGER NOT NULL CHECK (list >= 1),
    size INTEGER NOT NULL CHECK (size BETWEEN 0 AND 1048576),
    version INTEGER NOT NULL CHECK (version >= 0),
    PRIMARY KEY (vendor_id, list)
) STRICT, WITHOUT ROWID;

CREATE TABLE passes (
    vendor_id TEXT NOT NULL,
    pass_id TEXT NOT NULL CHECK (pass_id GLOB 'pas_*'),
    license_id TEXT NOT NULL,
    jkt TEXT NOT NULL CHECK (length(jkt) = 43),
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('valid', 'moving', 'suspended', 'invalid')),
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    predecessor TEXT,
    status_list INTEGER NOT NULL,
    status_index INTEGER NOT NULL CHECK (status_index BETWEEN 0 AND 1048575),
    connected_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, pass_id),
    UNIQUE (vendor_id, status_list, status_index),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    FOREIGN KEY (vendor_id, status_list) REFERENCES status_lists,
    FOREIGN KEY (vendor_id, predecessor) REFERENCES passes
) STRICT;

-- One live pass per device of a license, and one successor per pass.
CREATE UNIQUE INDEX passes_live ON passes (vendor_id, license_id, jkt) WHERE status <> 'invalid';
CREATE UNIQUE INDEX passes_successor ON passes (vendor_id, predecessor) WHERE predecessor IS NOT NULL;
CREATE INDEX passes_not_valid ON passes (vendor_id, status_list, status_index, status) WHERE status <> 'valid';

CREATE TRIGGER passes_keep_to_the_devices BEFORE INSERT ON passes
WHEN NEW.status <> 'invalid' AND (
    SELECT count(*) FROM passes
    WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id AND status <> 'invalid'
) >= (SELECT terminals FROM licenses WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id)
BEGIN SELECT RAISE(ABORT, 'every device of the license has its pass'); END;

CREATE TRIGGER licenses_keep_their_devices BEFORE UPDATE OF terminals ON licenses
WHEN (
    SELECT count(*) FROM passes
    WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id AND status <> 'invalid'
) > NEW.terminals
BEGIN SELECT RAISE(ABORT, 'more devices have a pass than the license would allow'); END;

CREATE TRIGGER passes_succeed_in_order BEFORE INSERT ON passes
WHEN NEW.predecessor IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM passes
    WHERE vendor_id = NEW.vendor_id AND pass_id = NEW.predecessor AND license_id = NEW.license_id AND status = 'invalid'
)
BEGIN SELECT RAISE(ABORT, 'a successor follows an invalid pass of its own license'); END;

CREATE TRIGGER passes_stay_invalid BEFORE UPDATE OF status ON passes
WHEN OLD.status = 'invalid' AND NEW.status <> 'invalid'
BEGIN SELECT RAISE(ABORT, 'an invalid pass stays invalid'); END;

CREATE TRIGGER passes_keep_what_was_signed BEFORE UPDATE OF
    vendor_id, pass_id, license_id, jkt, epoch, predecessor, status_list, status_index ON passes
BEGIN SELECT RAISE(ABORT, 'what a pass is bound to cannot be changed'); END;

CREATE TRIGGER passes_count_up_their_list AFTER UPDATE OF status ON passes
WHEN OLD.status <> NEW.status
BEGIN
    UPDATE status_lists SET version = version + 1 WHERE vendor_id = NEW.vendor_id AND list = NEW.status_list;
END;

CREATE TRIGGER new_passes_count_up_their_list AFTER INSERT ON passes
WHEN NEW.status <> 'valid'
BEGIN
    UPDATE status_lists SET version = version + 1 WHERE vendor_id = NEW.vendor_id AND list = NEW.status_list;
END;

-- Exactly once. Rows are numbered as they come, so the oldest are found, and forgotten, without another index.

CREATE TABLE answers (
    number INTEGER PRIMARY KEY,
    scope TEXT NOT NULL,
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint TEXT NOT NULL,
    claimed_at INTEGER NOT NULL,
    status INTEGER NOT NULL CHECK (status BETWEEN 100 AND 599),
    body BLOB NOT NULL,
    UNIQUE (scope, key)
) STRICT;

CREATE TABLE proofs (
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32), -- SHA-256 over the key's thumbprint and the proof's jti
    expires_at INTEGER NOT NULL
) STRICT;

-- What happened: each event's hash covers the one before.

CREATE TABLE events (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    number INTEGER NOT NULL CHECK (number >= 1),
    event_id TEXT NOT NULL CHECK (event_id GLOB 'evt_*'),
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body)),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (vendor_id, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'an event cannot be changed'); END;

CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'an event cannot be deleted'); END;
