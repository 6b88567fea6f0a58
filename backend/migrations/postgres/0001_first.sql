-- The whole schema, as far as SQLite's migrations have come. What must never be is refused here, whatever the code above does.
--
-- Every key holds the vendor, and every reference too: nothing can refer across tenants. Ids are TypeIDs as text, so that a
-- dump can be read. Times are seconds since the Unix epoch. Texts are compared byte by byte (`COLLATE "C"`), as everywhere
-- else; JSON is kept as it was written, since digests and hashes cover it.

-- What SQLite has by itself: so that one set of statements is said to both.

CREATE FUNCTION json_each(json, text) RETURNS TABLE (value json) LANGUAGE sql IMMUTABLE AS
$$ SELECT json_array_elements($1 #> string_to_array(substr($2, 3), '.')) $$;

CREATE FUNCTION json_array_length(json, text) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT json_array_length($1 #> string_to_array(substr($2, 3), '.'))::bigint $$;

CREATE FUNCTION instr(text, text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT strpos($1, $2)::bigint $$;

CREATE FUNCTION unixepoch(text) RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT extract(epoch FROM $1::timestamptz)::bigint $$;

CREATE FUNCTION max(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN $1 > $2 THEN $1 ELSE $2 END $$;

-- What most triggers do.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation';
END $$;


CREATE TABLE vendors (
    vendor_id TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (vendor_id LIKE 'ven\_%'),
    slug TEXT COLLATE "C" NOT NULL CONSTRAINT vendors_slug UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    support_email TEXT COLLATE "C",
    website TEXT COLLATE "C",
    revision BIGINT NOT NULL DEFAULT 1,
    accent TEXT COLLATE "C" CHECK (length(accent) = 7 AND accent LIKE '#%'),
    tax JSON,
    invoice_instructions TEXT COLLATE "C",
    invoice_days BIGINT CHECK (invoice_days BETWEEN 1 AND 90)
);

CREATE TABLE signing_keys (
    vendor_id TEXT COLLATE "C" NOT NULL REFERENCES vendors,
    kid TEXT COLLATE "C" NOT NULL CHECK (length(kid) = 43),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('next', 'active', 'retired', 'revoked')),
    public_key BYTEA NOT NULL CHECK (length(public_key) = 32),
    sealed_private_key BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    activated_at BIGINT,
    retired_at BIGINT,
    passes BIGINT NOT NULL DEFAULT 0 CHECK (passes >= 0),
    PRIMARY KEY (vendor_id, kid),
    CHECK (state <> 'active' OR activated_at IS NOT NULL),
    CHECK (state <> 'retired' OR retired_at IS NOT NULL)
);

CREATE UNIQUE INDEX signing_keys_active ON signing_keys (vendor_id) WHERE state = 'active';

CREATE TABLE products (
    vendor_id TEXT COLLATE "C" NOT NULL REFERENCES vendors,
    product_id TEXT COLLATE "C" NOT NULL CHECK (product_id LIKE 'prd\_%'),
    slug TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    summary TEXT COLLATE "C" NOT NULL,
    app_url TEXT COLLATE "C",
    revision BIGINT NOT NULL DEFAULT 1 CHECK (revision >= 1),
    PRIMARY KEY (vendor_id, product_id),
    CONSTRAINT products_slug UNIQUE (vendor_id, slug)
);

CREATE TABLE app_origins (
    origin TEXT COLLATE "C" NOT NULL,
    vendor_id TEXT COLLATE "C" NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (origin, vendor_id, product_id),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products
);

CREATE INDEX app_origins_product ON app_origins (vendor_id, product_id);

CREATE TABLE menus (
    vendor_id TEXT COLLATE "C" NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    digest TEXT COLLATE "C" NOT NULL CHECK (length(digest) = 43),
    content JSON NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT COLLATE "C",
    PRIMARY KEY (vendor_id, product_id, version),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products
);

CREATE TABLE agreements (
    vendor_id TEXT COLLATE "C" NOT NULL REFERENCES vendors,
    digest TEXT COLLATE "C" NOT NULL CHECK (length(digest) = 43),
    version BIGINT NOT NULL CHECK (version >= 1),
    title TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (vendor_id, digest)
);

CREATE UNIQUE INDEX agreements_version ON agreements (vendor_id, title, version DESC);

CREATE TABLE accounts (
    account_id TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (account_id LIKE 'acc\_%'),
    email TEXT COLLATE "C" NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL CONSTRAINT accounts_email_key UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    email_confirmed_at BIGINT,
    vendor_id TEXT COLLATE "C" REFERENCES vendors
);

CREATE TABLE members (
    vendor_id TEXT COLLATE "C" NOT NULL REFERENCES vendors,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('owner', 'admin', 'support', 'viewer')),
    added_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, account_id)
);

CREATE INDEX members_account ON members (account_id);

CREATE TABLE customers (
    vendor_id TEXT COLLATE "C" NOT NULL REFERENCES vendors,
    customer_id TEXT COLLATE "C" NOT NULL CHECK (customer_id LIKE 'cus\_%'),
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, customer_id),
    CONSTRAINT customers_vendor_id UNIQUE (account_id, vendor_id)
);

CREATE INDEX customers_created ON customers (vendor_id, created_at, customer_id);

CREATE TABLE orders (
    vendor_id TEXT COLLATE "C" NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL CHECK (order_id LIKE 'ord\_%'),
    customer_id TEXT COLLATE "C" NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    menu_version BIGINT NOT NULL,
    agreement_digest TEXT COLLATE "C" NOT NULL,
    selection JSON NOT NULL,
    quote JSON NOT NULL,
    total BIGINT NOT NULL CHECK (total >= 0),
    payment TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('awaiting_payment', 'fulfilled', 'cancelled', 'refunded')),
    payment_error TEXT COLLATE "C",
    placed_at BIGINT NOT NULL,
    settled_at BIGINT,
    instructions TEXT COLLATE "C",
    reference TEXT COLLATE "C",
    due_at BIGINT,
    fulfilled_at BIGINT,
    currency TEXT COLLATE "C" GENERATED ALWAYS AS (quote #>> '{total,currency}') STORED,
    PRIMARY KEY (vendor_id, order_id),
    FOREIGN KEY (vendor_id, customer_id) REFERENCES customers,
    FOREIGN KEY (vendor_id, product_id, menu_version) REFERENCES menus,
    FOREIGN KEY (vendor_id, agreement_digest) REFERENCES agreements,
    CHECK (payment <> 'free' OR total = 0),
    CHECK ((state = 'awaiting_payment') = (settled_at IS NULL))
);

CREATE UNIQUE INDEX orders_customer ON orders (vendor_id, customer_id, order_id);
CREATE INDEX orders_placed ON orders (vendor_id, product_id, state, placed_at, order_id);
CREATE UNIQUE INDEX orders_reference ON orders (vendor_id, reference) WHERE reference IS NOT NULL;
CREATE INDEX orders_due ON orders (due_at) WHERE state = 'awaiting_payment' AND due_at IS NOT NULL;
CREATE INDEX orders_fulfilled ON orders (vendor_id, product_id, state, fulfilled_at, order_id, currency);

CREATE TABLE licenses (
    vendor_id TEXT COLLATE "C" NOT NULL,
    license_id TEXT COLLATE "C" NOT NULL CHECK (license_id LIKE 'lic\_%'),
    customer_id TEXT COLLATE "C" NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL,
    granted_at BIGINT NOT NULL,
    trial BIGINT NOT NULL CHECK (trial IN (0, 1)),
    offer TEXT COLLATE "C" NOT NULL,
    menu_version BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'suspended', 'revoked')),
    epoch BIGINT NOT NULL CHECK (epoch >= 0),
    term TEXT COLLATE "C" NOT NULL CHECK (term IN ('fixed', 'perpetual', 'first_use')),
    starts_at BIGINT,
    ends_at BIGINT,
    period TEXT COLLATE "C",
    terminals BIGINT NOT NULL CHECK (terminals >= 0),
    seats BIGINT NOT NULL CHECK (seats >= 0),
    moving_allowed BIGINT NOT NULL CHECK (moving_allowed IN (0, 1)),
    moving_limit BIGINT CHECK (moving_limit >= 0),
    moving_per TEXT COLLATE "C",
    recoveries BIGINT NOT NULL CHECK (recoveries >= 0),
    offline_window TEXT COLLATE "C" NOT NULL,
    offline_slice BIGINT NOT NULL CHECK (offline_slice >= 0),
    revision BIGINT NOT NULL DEFAULT 1 CHECK (revision >= 1),
    extra_moves BIGINT CHECK (extra_moves >= 1),
    extra_moves_since BIGINT CHECK ((extra_moves IS NULL) = (extra_moves_since IS NULL)),
    end_or_never BIGINT GENERATED ALWAYS AS (coalesce(ends_at, 253402300800)) STORED,
    told_end BIGINT,
    lease_min_seconds BIGINT NOT NULL DEFAULT 10 CHECK (lease_min_seconds >= 1),
    lease_max_seconds BIGINT NOT NULL DEFAULT 86400 CHECK (lease_max_seconds >= lease_min_seconds),
    unreturned TEXT COLLATE "C" NOT NULL DEFAULT 'spent' CHECK (unreturned IN ('spent', 'returned')),
    seats_taken BIGINT NOT NULL DEFAULT 0 CHECK (seats_taken BETWEEN 0 AND seats),
    PRIMARY KEY (vendor_id, license_id),
    CONSTRAINT licenses_order_id UNIQUE (vendor_id, order_id),
    FOREIGN KEY (vendor_id, customer_id) REFERENCES customers,
    FOREIGN KEY (vendor_id, product_id, menu_version) REFERENCES menus,
    FOREIGN KEY (vendor_id, order_id) REFERENCES orders,
    CHECK (CASE term
        WHEN 'fixed' THEN starts_at IS NOT NULL AND ends_at IS NOT NULL AND ends_at > starts_at AND period IS NULL
        WHEN 'perpetual' THEN starts_at IS NOT NULL AND ends_at IS NULL AND period IS NULL
        ELSE starts_at IS NULL AND ends_at IS NULL AND period IS NOT NULL
    END)
);

CREATE UNIQUE INDEX licenses_trial ON licenses (vendor_id, customer_id, product_id) WHERE trial = 1;
CREATE UNIQUE INDEX licenses_customer ON licenses (vendor_id, customer_id, license_id);
CREATE INDEX licenses_granted ON licenses (vendor_id, product_id, state, trial, granted_at, license_id);
CREATE INDEX licenses_offer ON licenses (vendor_id, product_id, offer, state, trial, granted_at, license_id);
CREATE INDEX licenses_end ON licenses (vendor_id, product_id, state, trial, end_or_never, license_id);
CREATE INDEX licenses_expiring ON licenses (max(ends_at - 604800, (starts_at + ends_at) / 2))
WHERE state = 'active' AND ends_at IS NOT NULL AND told_end IS DISTINCT FROM ends_at;

CREATE TABLE license_features (
    vendor_id TEXT COLLATE "C" NOT NULL,
    license_id TEXT COLLATE "C" NOT NULL,
    feature TEXT COLLATE "C" NOT NULL,
    counting TEXT COLLATE "C" CHECK (counting IN ('on_issue', 'on_checkout', 'on_use')), -- null: not counted
    uses_limit BIGINT CHECK (uses_limit >= 0), -- null: without limit
    uses_left BIGINT CHECK (uses_left >= 0),
    resets TEXT COLLATE "C",
    uses_spent BIGINT NOT NULL DEFAULT 0 CHECK (uses_spent >= 0),
    resets_at BIGINT,
    uses_added BIGINT NOT NULL DEFAULT 0 CHECK (uses_added >= 0 AND uses_added <= coalesce(uses_limit, 0)),
    PRIMARY KEY (vendor_id, license_id, feature),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    CHECK (uses_left <= uses_limit),
    CHECK ((uses_left IS NULL) = (uses_limit IS NULL)),
    CHECK (counting IS NOT NULL OR (uses_limit IS NULL AND resets IS NULL))
);

CREATE TABLE status_lists (
    vendor_id TEXT COLLATE "C" NOT NULL REFERENCES vendors,
    list BIGINT NOT NULL CHECK (list >= 1),
    size BIGINT NOT NULL CHECK (size BETWEEN 0 AND 1048576),
    version BIGINT NOT NULL CHECK (version >= 0),
    moving BIGINT NOT NULL DEFAULT 0 CHECK (moving >= 0),
    suspended BIGINT NOT NULL DEFAULT 0 CHECK (suspended >= 0),
    invalid BIGINT NOT NULL DEFAULT 0 CHECK (invalid >= 0),
    PRIMARY KEY (vendor_id, list)
);

CREATE TABLE passes (
    vendor_id TEXT COLLATE "C" NOT NULL,
    pass_id TEXT COLLATE "C" NOT NULL CHECK (pass_id LIKE 'pas\_%'),
    license_id TEXT COLLATE "C" NOT NULL,
    jkt TEXT COLLATE "C" NOT NULL CHECK (length(jkt) = 43),
    name TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('valid', 'moving', 'suspended', 'invalid')),
    epoch BIGINT NOT NULL CHECK (epoch >= 0),
    predecessor TEXT COLLATE "C",
    status_list BIGINT NOT NULL,
    status_index BIGINT NOT NULL CHECK (status_index BETWEEN 0 AND 1048575),
    connected_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    reason TEXT COLLATE "C" CHECK (reason IN ('vendor', 'license', 'cloned', 'moved', 'recovered', 'replaced')),
    ended_at BIGINT,
    refreshes BIGINT NOT NULL DEFAULT 0 CHECK (refreshes >= 0),
    refresh_key TEXT COLLATE "C",
    browser TEXT COLLATE "C",
    origin TEXT COLLATE "C",
    kid TEXT COLLATE "C",
    product_id TEXT COLLATE "C",
    PRIMARY KEY (vendor_id, pass_id),
    CONSTRAINT passes_status_index UNIQUE (vendor_id, status_list, status_index),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    FOREIGN KEY (vendor_id, status_list) REFERENCES status_lists,
    FOREIGN KEY (vendor_id, predecessor) REFERENCES passes
);

CREATE UNIQUE INDEX passes_live ON passes (vendor_id, license_id, jkt) WHERE status <> 'invalid';
CREATE UNIQUE INDEX passes_successor ON passes (vendor_id, predecessor) WHERE predecessor IS NOT NULL;
CREATE INDEX passes_not_valid ON passes (vendor_id, status_list, status_index, status) WHERE status <> 'valid';
CREATE INDEX passes_recovered ON passes (vendor_id, license_id, ended_at) WHERE reason = 'recovered';
CREATE UNIQUE INDEX passes_license ON passes (vendor_id, license_id, pass_id);
CREATE INDEX passes_connected ON passes (vendor_id, product_id, status, reason, connected_at, pass_id);
CREATE INDEX passes_seen ON passes (vendor_id, last_seen_at, pass_id);

CREATE TABLE answers (
    number BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    scope TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint TEXT COLLATE "C" NOT NULL,
    claimed_at BIGINT NOT NULL,
    status BIGINT NOT NULL CHECK (status BETWEEN 100 AND 599),
    body BYTEA NOT NULL,
    CONSTRAINT answers_key UNIQUE (scope, key)
);

CREATE TABLE proofs (
    number BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    digest BYTEA NOT NULL CONSTRAINT proofs_digest UNIQUE CHECK (length(digest) = 32), -- SHA-256 over the key's thumbprint and the proof's jti
    expires_at BIGINT NOT NULL
);

CREATE TABLE events (
    vendor_id TEXT COLLATE "C" NOT NULL REFERENCES vendors,
    number BIGINT NOT NULL CHECK (number >= 1),
    event_id TEXT COLLATE "C" NOT NULL CHECK (event_id LIKE 'evt\_%'),
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    body JSON NOT NULL,
    hash BYTEA NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (vendor_id, number)
);

CREATE INDEX events_at ON events (vendor_id, at, number);
CREATE INDEX events_subject ON events (vendor_id, subject, at, number);
CREATE INDEX events_kind ON events (vendor_id, kind, at, number) WHERE kind <> 'use.counted';
CREATE INDEX events_actor ON events (vendor_id, actor, at, number) WHERE substr(actor, 1, 4) <> 'pas_';
CREATE INDEX events_mailed ON events (vendor_id, number)
WHERE kind IN ('order.fulfilled', 'order.invoiced', 'license.expiring', 'pass.move.redeemed', 'license.suspended',
    'license.reinstated', 'license.revoked');
CREATE INDEX events_counted ON events (vendor_id, (body #>> '{feature}'), at, number)
WHERE kind IN ('use.counted', 'slice.settled', 'lease.returned', 'lease.expired', 'lease.ended');
CREATE INDEX events_counted_on_issue ON events (vendor_id, at, number)
WHERE kind = 'pass.issued' AND body #>> '{counted,0,feature}' IS NOT NULL;
CREATE INDEX events_counted_of_license ON events (vendor_id, coalesce(body #>> '{license_id}', subject), at, number)
WHERE kind = 'pass.issued' AND body #>> '{counted,0,feature}' IS NOT NULL;
CREATE INDEX events_told ON events (vendor_id, coalesce(body #>> '{license_id}', subject), number)
WHERE kind IN ('license.suspended', 'license.reinstated', 'license.revoked', 'license.extended', 'license.uses_added',
        'license.moves_allowed', 'pass.suspended', 'pass.reinstated', 'pass.revoked', 'lease.ended', 'identifier.ended')
    AND body #>> '{with}' IS NULL AND (kind NOT IN ('lease.ended', 'identifier.ended') OR body #>> '{reason}' IS NOT NULL);

CREATE TABLE moves (
    vendor_id TEXT COLLATE "C" NOT NULL,
    move_id TEXT COLLATE "C" NOT NULL CHECK (move_id LIKE 'mov\_%'),
    license_id TEXT COLLATE "C" NOT NULL,
    pass_id TEXT COLLATE "C" NOT NULL,
    code_name TEXT COLLATE "C" NOT NULL CHECK (length(code_name) = 4),
    code_hash TEXT COLLATE "C" NOT NULL CHECK (length(code_hash) = 43),
    tries BIGINT NOT NULL CHECK (tries >= 0),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('offered', 'redeemed', 'cancelled', 'expired')),
    offered_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL CHECK (expires_at > offered_at),
    settled_at BIGINT,
    successor TEXT COLLATE "C",
    product_id TEXT COLLATE "C",
    PRIMARY KEY (vendor_id, move_id),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    FOREIGN KEY (vendor_id, pass_id) REFERENCES passes,
    FOREIGN KEY (vendor_id, successor) REFERENCES passes,
    CHECK ((state = 'offered') = (settled_at IS NULL)),
    CHECK ((state = 'redeemed') = (successor IS NOT NULL))
);

CREATE UNIQUE INDEX moves_open ON moves (vendor_id, pass_id) WHERE state = 'offered';
CREATE UNIQUE INDEX moves_code ON moves (code_name) WHERE state = 'offered';
CREATE UNIQUE INDEX moves_successor ON moves (vendor_id, successor) WHERE successor IS NOT NULL;
CREATE INDEX moves_named ON moves (code_name, offered_at);
CREATE INDEX moves_due ON moves (expires_at) WHERE state = 'offered';
CREATE INDEX moves_license ON moves (vendor_id, license_id, state, settled_at);
CREATE UNIQUE INDEX moves_of_license ON moves (vendor_id, license_id, move_id);
CREATE INDEX moves_offered ON moves (vendor_id, product_id, state, offered_at, move_id);

CREATE TABLE slices (
    vendor_id TEXT COLLATE "C" NOT NULL,
    slice_id TEXT COLLATE "C" NOT NULL CHECK (slice_id LIKE 'sli\_%'),
    license_id TEXT COLLATE "C" NOT NULL,
    pass_id TEXT COLLATE "C" NOT NULL,
    feature TEXT COLLATE "C" NOT NULL,
    count BIGINT NOT NULL CHECK (count >= 1),
    granted_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    spent BIGINT CHECK (spent BETWEEN 0 AND count),
    settled_at BIGINT,
    PRIMARY KEY (vendor_id, slice_id),
    FOREIGN KEY (vendor_id, license_id, feature) REFERENCES license_features,
    FOREIGN KEY (vendor_id, pass_id) REFERENCES passes,
    CHECK ((spent IS NULL) = (settled_at IS NULL))
);

CREATE UNIQUE INDEX slices_open ON slices (vendor_id, pass_id, feature) WHERE settled_at IS NULL;
CREATE INDEX slices_license ON slices (vendor_id, license_id) WHERE settled_at IS NULL;

CREATE TABLE drafts (
    vendor_id TEXT COLLATE "C" NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL CHECK (revision >= 1),
    base BIGINT NOT NULL CHECK (base >= 0),
    content JSON, -- null: published or discarded
    saved_at BIGINT,
    saved_by TEXT COLLATE "C",
    PRIMARY KEY (vendor_id, product_id),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products,
    CHECK ((content IS NULL) = (saved_at IS NULL) AND (content IS NULL) = (saved_by IS NULL))
);

CREATE TABLE menu_orders (
    vendor_id TEXT COLLATE "C" NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    orders BIGINT NOT NULL CHECK (orders >= 1),
    PRIMARY KEY (vendor_id, product_id, version),
    FOREIGN KEY (vendor_id, product_id, version) REFERENCES menus
);

CREATE TABLE menu_agreements (
    vendor_id TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, digest, product_id, version),
    FOREIGN KEY (vendor_id, product_id, version) REFERENCES menus
);

CREATE TABLE search_words (
    vendor_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('customer', 'pass')),
    word TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (vendor_id, kind, word, id)
);

CREATE INDEX search_words_id ON search_words (vendor_id, id, word);

CREATE TABLE invitations (
    vendor_id TEXT COLLATE "C" NOT NULL REFERENCES vendors,
    invitation_id TEXT COLLATE "C" NOT NULL CHECK (invitation_id LIKE 'inv\_%'),
    secret_hash TEXT COLLATE "C" NOT NULL CONSTRAINT invitations_secret_hash UNIQUE,
    email TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('owner', 'admin', 'support', 'viewer')),
    invited_by TEXT COLLATE "C" NOT NULL, -- an account or an API token
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL CHECK (expires_at > created_at),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'accepted', 'withdrawn')),
    PRIMARY KEY (vendor_id, invitation_id)
);

CREATE INDEX invitations_open ON invitations (vendor_id, invitation_id) WHERE state = 'open';

CREATE TABLE tokens (
    vendor_id TEXT COLLATE "C" NOT NULL REFERENCES vendors,
    token_id TEXT COLLATE "C" NOT NULL CHECK (token_id LIKE 'tok\_%'),
    secret_hash TEXT COLLATE "C" NOT NULL CONSTRAINT tokens_secret_hash UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    hint TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL, -- an account or an API token
    created_at BIGINT NOT NULL,
    expires_at BIGINT CHECK (expires_at > created_at),
    last_used_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (vendor_id, token_id)
);

CREATE TABLE webhooks (
    vendor_id TEXT COLLATE "C" NOT NULL REFERENCES vendors,
    webhook_id TEXT COLLATE "C" NOT NULL CHECK (webhook_id LIKE 'whk\_%'),
    url TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    kinds TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
    sealed_keys BYTEA NOT NULL,
    public_key TEXT COLLATE "C" NOT NULL,
    old_keys_end_at BIGINT, -- while a replaced secret still signs
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL CHECK (revision >= 1),
    told BIGINT NOT NULL CHECK (told >= 0), -- the number of the last event that was told, or passed over
    attempts BIGINT NOT NULL CHECK (attempts >= 0), -- at the event after it
    failing_since BIGINT,
    next_attempt_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, webhook_id)
);

CREATE INDEX webhooks_due ON webhooks (next_attempt_at) WHERE state = 'active';

CREATE TABLE deliveries (
    vendor_id TEXT COLLATE "C" NOT NULL,
    webhook_id TEXT COLLATE "C" NOT NULL,
    delivery_id TEXT COLLATE "C" NOT NULL CHECK (delivery_id LIKE 'dlv\_%'),
    event_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    attempt BIGINT NOT NULL CHECK (attempt >= 1),
    at BIGINT NOT NULL,
    millis BIGINT NOT NULL CHECK (millis >= 0),
    is_done BIGINT NOT NULL CHECK (is_done IN (0, 1)),
    status BIGINT,
    error TEXT COLLATE "C",
    request TEXT COLLATE "C" NOT NULL,
    response TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (vendor_id, webhook_id, delivery_id),
    FOREIGN KEY (vendor_id, webhook_id) REFERENCES webhooks ON DELETE CASCADE
);

CREATE TABLE sessions (
    secret_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    session_id TEXT COLLATE "C" NOT NULL CONSTRAINT sessions_session_id UNIQUE CHECK (session_id LIKE 'sid\_%'),
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL CHECK (expires_at > created_at),
    last_used_at BIGINT NOT NULL,
    proved_at BIGINT NOT NULL,
    user_agent TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" CHECK (source_id LIKE 'src\_%')
);

CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_source ON sessions (source_id) WHERE source_id IS NOT NULL;

CREATE TABLE totps (
    account_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES accounts,
    sealed_secret BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    last_step BIGINT NOT NULL CHECK (last_step >= 0)
);

CREATE TABLE recovery_codes (
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    code_hash TEXT COLLATE "C" NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (account_id, code_hash)
);

CREATE TABLE second_tries (
    account_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES accounts,
    wrong BIGINT NOT NULL CHECK (wrong > 0),
    last_at BIGINT NOT NULL
);

CREATE TABLE passkeys (
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    passkey_id TEXT COLLATE "C" NOT NULL CHECK (passkey_id LIKE 'psk\_%'),
    credential_id TEXT COLLATE "C" NOT NULL CONSTRAINT passkeys_credential_id UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    content JSON NOT NULL, -- the public key and its counter, as webauthn-rs has them
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (account_id, passkey_id)
);

CREATE TABLE challenges (
    challenge_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('second', 'register', 'sign_in', 'proof')),
    account_id TEXT COLLATE "C" REFERENCES accounts,
    content TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX challenges_expiry ON challenges (expires_at);

CREATE TABLE mails (
    mail_id TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (mail_id LIKE 'mai\_%'),
    vendor_id TEXT COLLATE "C" REFERENCES vendors, -- in whose name; absent: the installation's own
    kind TEXT COLLATE "C" NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    about TEXT COLLATE "C" NOT NULL, -- what it tells of: an id
    subject TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C", -- absent where it holds a secret link
    link TEXT COLLATE "C",
    sealed BYTEA, -- text and link where the link is a secret; forgotten once sent, failed or over
    created_at BIGINT NOT NULL,
    over_at BIGINT, -- when its link ends: what is not sent by then never is
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'kept')),
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    next_attempt_at BIGINT NOT NULL,
    sent_at BIGINT,
    error TEXT COLLATE "C",
    CHECK (sealed IS NULL OR (text IS NULL AND link IS NULL)),
    CHECK (state NOT IN ('sent', 'failed') OR sealed IS NULL),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);

CREATE INDEX mails_due ON mails (next_attempt_at) WHERE state = 'queued';
CREATE INDEX mails_over ON mails (over_at) WHERE sealed IS NOT NULL;
CREATE INDEX mails_vendor ON mails (vendor_id, mail_id);
CREATE INDEX mails_state ON mails (vendor_id, state, mail_id);
CREATE INDEX mails_kind ON mails (vendor_id, kind, mail_id);
CREATE INDEX mails_kept ON mails (created_at) WHERE text IS NOT NULL AND state <> 'queued';
CREATE INDEX mails_queued_about ON mails (vendor_id, about) WHERE state = 'queued';

CREATE TABLE mail_cursors (
    vendor_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES vendors,
    told BIGINT NOT NULL CHECK (told >= 0)
);

CREATE TABLE mail_templates (
    vendor_id TEXT COLLATE "C" NOT NULL REFERENCES vendors,
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C",
    body TEXT COLLATE "C",
    revision BIGINT NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (vendor_id, kind),
    CHECK ((subject IS NULL) = (body IS NULL))
);

CREATE TABLE reset_requests (
    email_key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    asked_at BIGINT NOT NULL
);

CREATE TABLE mail_links (
    secret_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    purpose TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('password', 'address')),
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    email TEXT COLLATE "C" NOT NULL, -- where it was sent to; empty where the operator handed it over
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL CHECK (expires_at > created_at)
);

CREATE INDEX mail_links_account ON mail_links (account_id, purpose, created_at);
CREATE INDEX mail_links_expiry ON mail_links (expires_at);

CREATE TABLE figures (
    vendor_id TEXT COLLATE "C" NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    day TEXT COLLATE "C" NOT NULL, -- of UTC
    what TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL, -- a currency, a feature or a code
    count BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, product_id, day, what, detail),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products
);

CREATE TABLE figures_active (
    vendor_id TEXT COLLATE "C" NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    change BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, product_id, day),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products
);

CREATE TABLE figures_counted (
    vendor_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES vendors,
    counted BIGINT NOT NULL CHECK (counted >= 1) -- the number of the last event that is in the figures
);

CREATE TABLE denials (
    vendor_id TEXT COLLATE "C" NOT NULL,
    license_id TEXT COLLATE "C" NOT NULL,
    act TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    told_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, license_id, act, code),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses
);

CREATE TABLE coupons (
    vendor_id TEXT COLLATE "C" NOT NULL REFERENCES vendors,
    code TEXT COLLATE "C" NOT NULL CHECK (length(code) BETWEEN 4 AND 32 AND code ~ '^[A-Z0-9-]*$'),
    percent_off BIGINT CHECK (percent_off BETWEEN 1 AND 100),
    amount_off BIGINT CHECK (amount_off >= 1),
    currency TEXT COLLATE "C" CHECK (length(currency) = 3),
    product_id TEXT COLLATE "C", -- null: all of the vendor's
    offers TEXT COLLATE "C" NOT NULL, -- slugs between blanks; none: all of the product's
    starts_at BIGINT,
    ends_at BIGINT,
    uses_limit BIGINT CHECK (uses_limit >= 1),
    redeemed BIGINT NOT NULL DEFAULT 0 CHECK (redeemed >= 0),
    once_per_customer BIGINT NOT NULL CHECK (once_per_customer IN (0, 1)),
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (vendor_id, code),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products,
    CHECK ((percent_off IS NULL) <> (amount_off IS NULL)),
    CHECK ((amount_off IS NULL) = (currency IS NULL)),
    CHECK (starts_at < ends_at),
    CHECK (redeemed <= uses_limit)
);

CREATE INDEX coupons_created ON coupons (vendor_id, created_at, code);
CREATE INDEX coupons_product ON coupons (vendor_id, product_id) WHERE product_id IS NOT NULL;

CREATE TABLE redemptions (
    vendor_id TEXT COLLATE "C" NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C" NOT NULL,
    is_once BIGINT NOT NULL CHECK (is_once IN (0, 1)), -- as the coupon says
    redeemed_at BIGINT NOT NULL,
    released_at BIGINT, -- since when it is given back
    PRIMARY KEY (vendor_id, order_id),
    FOREIGN KEY (vendor_id, order_id) REFERENCES orders,
    FOREIGN KEY (vendor_id, code) REFERENCES coupons,
    FOREIGN KEY (vendor_id, customer_id) REFERENCES customers
);

CREATE INDEX redemptions_coupon ON redemptions (vendor_id, code);
CREATE INDEX redemptions_customer ON redemptions (vendor_id, customer_id);
CREATE UNIQUE INDEX redemptions_once ON redemptions (vendor_id, code, customer_id) WHERE is_once = 1 AND released_at IS NULL;

CREATE TABLE identifiers (
    vendor_id TEXT COLLATE "C" NOT NULL,
    identifier_id TEXT COLLATE "C" NOT NULL CHECK (identifier_id LIKE 'idn\_%'),
    license_id TEXT COLLATE "C" NOT NULL,
    secret_hash TEXT COLLATE "C" NOT NULL CONSTRAINT identifiers_secret_hash UNIQUE CHECK (length(secret_hash) = 43),
    hint TEXT COLLATE "C" NOT NULL,
    label TEXT COLLATE "C",
    service TEXT COLLATE "C", -- the one API token that may present it; null: any of the vendor's
    expires_at BIGINT,
    uses_limit BIGINT CHECK (uses_limit >= 1),
    uses_left BIGINT CHECK (uses_left BETWEEN 0 AND uses_limit),
    created_by TEXT COLLATE "C" NOT NULL, -- an account or a pass
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (vendor_id, identifier_id),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    FOREIGN KEY (vendor_id, service) REFERENCES tokens,
    CHECK ((uses_left IS NULL) = (uses_limit IS NULL)),
    CHECK (expires_at > created_at)
);

CREATE INDEX identifiers_license ON identifiers (vendor_id, license_id, identifier_id) WHERE ended_at IS NULL;

CREATE TABLE leases (
    vendor_id TEXT COLLATE "C" NOT NULL,
    lease_id TEXT COLLATE "C" NOT NULL CHECK (lease_id LIKE 'lea\_%'),
    license_id TEXT COLLATE "C" NOT NULL,
    identifier_id TEXT COLLATE "C" NOT NULL,
    token_id TEXT COLLATE "C" NOT NULL,
    feature TEXT COLLATE "C", -- null: the license as such
    count BIGINT NOT NULL CHECK (count >= 0),
    holder TEXT COLLATE "C" NOT NULL,
    checked_out_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL CHECK (expires_at > checked_out_at),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'returned', 'expired', 'ended')),
    ended_at BIGINT,
    spent BIGINT CHECK (spent BETWEEN 0 AND count),
    product_id TEXT COLLATE "C",
    holder_key TEXT COLLATE "C",
    PRIMARY KEY (vendor_id, lease_id),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    FOREIGN KEY (vendor_id, license_id, feature) REFERENCES license_features,
    FOREIGN KEY (vendor_id, identifier_id) REFERENCES identifiers,
    FOREIGN KEY (vendor_id, token_id) REFERENCES tokens,
    CHECK (feature IS NOT NULL OR count = 0),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((ended_at IS NULL) = (spent IS NULL))
);

CREATE INDEX leases_open ON leases (vendor_id, license_id, expires_at) WHERE state = 'open';
CREATE INDEX leases_due ON leases (expires_at) WHERE state = 'open';
CREATE INDEX leases_checked_out ON leases (vendor_id, product_id, state, checked_out_at, lease_id);
CREATE INDEX leases_service ON leases (vendor_id, product_id, token_id, state, checked_out_at, lease_id);
CREATE UNIQUE INDEX leases_license ON leases (vendor_id, license_id, lease_id);
CREATE UNIQUE INDEX leases_holder ON leases (vendor_id, holder_key, lease_id);

CREATE TABLE sources (
    vendor_id TEXT COLLATE "C" NOT NULL REFERENCES vendors,
    source_id TEXT COLLATE "C" NOT NULL CHECK (source_id LIKE 'src\_%'),
    name TEXT COLLATE "C" NOT NULL,
    issuer TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    sealed_secret BYTEA, -- null: a public client
    scopes JSON NOT NULL,
    rules JSON NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'suspended', 'removed')),
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (vendor_id, source_id)
);

CREATE TABLE identities (
    vendor_id TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    created_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, source_id, subject),
    CONSTRAINT identities_source_id UNIQUE (account_id, vendor_id, source_id),
    FOREIGN KEY (vendor_id, source_id) REFERENCES sources
);

CREATE TABLE source_grants (
    vendor_id TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    rule_id TEXT COLLATE "C" NOT NULL CHECK (rule_id LIKE 'rul\_%'),
    license_id TEXT COLLATE "C" NOT NULL,
    granted_at BIGINT NOT NULL,
    gone_at BIGINT, -- while the license is suspended because the claim is gone
    PRIMARY KEY (vendor_id, source_id, subject, rule_id),
    CONSTRAINT source_grants_license_id UNIQUE (vendor_id, license_id),
    FOREIGN KEY (vendor_id, source_id) REFERENCES sources,
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses
);

CREATE TABLE source_flows (
    state_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    browser_hash TEXT COLLATE "C" NOT NULL,
    vendor_id TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    next TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" REFERENCES accounts, -- who wants to link; null: who wants to sign in
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (vendor_id, source_id) REFERENCES sources
);

CREATE INDEX source_flows_expiry ON source_flows (expires_at);

CREATE TABLE logos (
    vendor_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES vendors,
    digest TEXT COLLATE "C" NOT NULL CHECK (length(digest) = 43),
    media_type TEXT COLLATE "C" NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'image/webp')),
    width BIGINT NOT NULL CHECK (width BETWEEN 1 AND 1024),
    height BIGINT NOT NULL CHECK (height BETWEEN 1 AND 1024),
    content BYTEA NOT NULL CHECK (length(content) BETWEEN 1 AND 65536)
);

-- What may become of rows, and what is counted with them.

CREATE FUNCTION menus_have_no_gaps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version > 1 AND NOT EXISTS (
        SELECT 1 FROM menus
        WHERE vendor_id = NEW.vendor_id AND product_id = NEW.product_id AND version = NEW.version - 1
    ) THEN
        RAISE EXCEPTION 'a menu''s version must be the newest plus one' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER menus_have_no_gaps BEFORE INSERT ON menus
FOR EACH ROW EXECUTE FUNCTION menus_have_no_gaps();

CREATE TRIGGER menus_are_not_updated BEFORE UPDATE ON menus
FOR EACH ROW
EXECUTE FUNCTION refuse('a published menu cannot be changed');

CREATE TRIGGER menus_are_not_deleted BEFORE DELETE ON menus
FOR EACH ROW
EXECUTE FUNCTION refuse('a published menu cannot be deleted');

CREATE FUNCTION menus_name_agreements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO menu_agreements (vendor_id, digest, product_id, version)
    SELECT DISTINCT NEW.vendor_id, o.value #>> '{agreement,digest}', NEW.product_id, NEW.version
    FROM json_each(NEW.content, '$.offers') o;
    RETURN NULL;
END $$;

CREATE TRIGGER menus_name_agreements AFTER INSERT ON menus
FOR EACH ROW EXECUTE FUNCTION menus_name_agreements();

CREATE TRIGGER agreements_are_not_updated BEFORE UPDATE ON agreements
FOR EACH ROW
EXECUTE FUNCTION refuse('an agreement cannot be changed');

CREATE TRIGGER agreements_are_not_deleted BEFORE DELETE ON agreements
FOR EACH ROW
EXECUTE FUNCTION refuse('an agreement cannot be deleted');

CREATE TRIGGER accounts_stay_whose_they_are BEFORE UPDATE OF vendor_id ON accounts
FOR EACH ROW WHEN (NEW.vendor_id IS DISTINCT FROM OLD.vendor_id)
EXECUTE FUNCTION refuse('whose an account is cannot be changed');

CREATE FUNCTION members_keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.role = 'owner' AND NEW.role <> 'owner' AND NOT EXISTS (
        SELECT 1 FROM members WHERE vendor_id = OLD.vendor_id AND role = 'owner' AND account_id <> OLD.account_id
    ) THEN
        RAISE EXCEPTION 'a team keeps an owner' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER members_keep_an_owner BEFORE UPDATE OF role ON members
FOR EACH ROW EXECUTE FUNCTION members_keep_an_owner();

CREATE FUNCTION members_keep_their_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.role = 'owner' AND NOT EXISTS (
        SELECT 1 FROM members WHERE vendor_id = OLD.vendor_id AND role = 'owner' AND account_id <> OLD.account_id
    ) THEN
        RAISE EXCEPTION 'a team keeps an owner' USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER members_keep_their_owner BEFORE DELETE ON members
FOR EACH ROW EXECUTE FUNCTION members_keep_their_owner();

CREATE FUNCTION members_are_no_sources() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM accounts WHERE account_id = NEW.account_id AND vendor_id IS NOT NULL) THEN
        RAISE EXCEPTION 'an account that a source made is in no team' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER members_are_no_sources BEFORE INSERT ON members
FOR EACH ROW EXECUTE FUNCTION members_are_no_sources();

CREATE FUNCTION customers_of_sources() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM accounts WHERE account_id = NEW.account_id AND vendor_id <> NEW.vendor_id) THEN
        RAISE EXCEPTION 'an account that a vendor''s source made is for that vendor only' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER customers_of_sources BEFORE INSERT ON customers
FOR EACH ROW EXECUTE FUNCTION customers_of_sources();

CREATE TRIGGER customers_stay_whose_they_are BEFORE UPDATE OF account_id ON customers
FOR EACH ROW WHEN (NEW.account_id <> OLD.account_id)
EXECUTE FUNCTION refuse('whose a customer is cannot be changed');

CREATE TRIGGER orders_go_forward BEFORE UPDATE OF state ON orders
FOR EACH ROW WHEN (OLD.state <> NEW.state
    AND (OLD.state, NEW.state) NOT IN (
        ('awaiting_payment', 'fulfilled'), ('awaiting_payment', 'cancelled'), ('fulfilled', 'refunded')))
EXECUTE FUNCTION refuse('a settled order cannot go back');

CREATE FUNCTION orders_are_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO menu_orders (vendor_id, product_id, version, orders)
    VALUES (NEW.vendor_id, NEW.product_id, NEW.menu_version, 1)
    ON CONFLICT (vendor_id, product_id, version) DO UPDATE SET orders = menu_orders.orders + 1;
    RETURN NULL;
END $$;

CREATE TRIGGER orders_are_counted AFTER INSERT ON orders
FOR EACH ROW EXECUTE FUNCTION orders_are_counted();

CREATE TRIGGER orders_keep_their_invoice BEFORE UPDATE OF instructions, reference, due_at ON orders
FOR EACH ROW
EXECUTE FUNCTION refuse('what a customer was told to pay cannot be changed');

CREATE TRIGGER orders_are_fulfilled_once BEFORE UPDATE OF fulfilled_at ON orders
FOR EACH ROW WHEN (OLD.fulfilled_at IS NOT NULL AND NEW.fulfilled_at IS DISTINCT FROM OLD.fulfilled_at)
EXECUTE FUNCTION refuse('an order is fulfilled once');

CREATE TRIGGER licenses_go_forward BEFORE UPDATE OF state, epoch ON licenses
FOR EACH ROW WHEN (NEW.epoch < OLD.epoch OR (OLD.state = 'revoked' AND NEW.state <> 'revoked'))
EXECUTE FUNCTION refuse('an epoch cannot shrink and a revoked license cannot come back');

CREATE FUNCTION licenses_keep_their_devices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (
        SELECT count(*) FROM passes
        WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id AND status <> 'invalid'
    ) > NEW.terminals THEN
        RAISE EXCEPTION 'more devices have a pass than the license would allow' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER licenses_keep_their_devices BEFORE UPDATE OF terminals ON licenses
FOR EACH ROW EXECUTE FUNCTION licenses_keep_their_devices();

CREATE TRIGGER licenses_count_up_their_revision BEFORE UPDATE OF revision ON licenses
FOR EACH ROW WHEN (NEW.revision < OLD.revision)
EXECUTE FUNCTION refuse('a license''s revision is counted up');

CREATE FUNCTION passes_keep_to_the_devices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'invalid' AND (
        SELECT count(*) FROM passes
        WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id AND status <> 'invalid'
    ) >= (SELECT terminals FROM licenses WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id) THEN
        RAISE EXCEPTION 'every device of the license has its pass' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER passes_keep_to_the_devices BEFORE INSERT ON passes
FOR EACH ROW EXECUTE FUNCTION passes_keep_to_the_devices();

CREATE FUNCTION passes_succeed_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.predecessor IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM passes
        WHERE vendor_id = NEW.vendor_id AND pass_id = NEW.predecessor AND license_id = NEW.license_id AND status = 'invalid'
    ) THEN
        RAISE EXCEPTION 'a successor follows an invalid pass of its own license' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER passes_succeed_in_order BEFORE INSERT ON passes
FOR EACH ROW EXECUTE FUNCTION passes_succeed_in_order();

CREATE TRIGGER passes_stay_invalid BEFORE UPDATE OF status ON passes
FOR EACH ROW WHEN (OLD.status = 'invalid' AND NEW.status <> 'invalid')
EXECUTE FUNCTION refuse('an invalid pass stays invalid');

CREATE TRIGGER passes_keep_what_was_signed BEFORE UPDATE OF
    vendor_id, pass_id, license_id, jkt, epoch, predecessor, status_list, status_index ON passes
FOR EACH ROW
EXECUTE FUNCTION refuse('what a pass is bound to cannot be changed');

CREATE TRIGGER passes_refresh_forward BEFORE UPDATE OF refreshes ON passes
FOR EACH ROW WHEN (NEW.refreshes < OLD.refreshes)
EXECUTE FUNCTION refuse('a pass''s refreshes are counted up');

CREATE FUNCTION passes_wait_for_their_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'moving' AND NEW.status IN ('valid', 'suspended') AND EXISTS (
        SELECT 1 FROM moves WHERE vendor_id = NEW.vendor_id AND pass_id = NEW.pass_id AND state = 'offered'
    ) THEN
        RAISE EXCEPTION 'a pass whose move is open cannot be used' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER passes_wait_for_their_move BEFORE UPDATE OF status ON passes
FOR EACH ROW EXECUTE FUNCTION passes_wait_for_their_move();

CREATE FUNCTION passes_count_for_their_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE signing_keys SET passes = passes - 1 WHERE vendor_id = NEW.vendor_id AND kid = OLD.kid;
    UPDATE signing_keys SET passes = passes + 1 WHERE vendor_id = NEW.vendor_id AND kid = NEW.kid;
    RETURN NULL;
END $$;

CREATE TRIGGER passes_count_for_their_key AFTER UPDATE OF kid ON passes
FOR EACH ROW WHEN (NEW.kid IS DISTINCT FROM OLD.kid AND NEW.status <> 'invalid') EXECUTE FUNCTION passes_count_for_their_key();

CREATE FUNCTION passes_that_end_count_no_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE signing_keys SET passes = passes - 1 WHERE vendor_id = NEW.vendor_id AND kid = NEW.kid;
    RETURN NULL;
END $$;

CREATE TRIGGER passes_that_end_count_no_more AFTER UPDATE OF status ON passes
FOR EACH ROW WHEN (NEW.status = 'invalid' AND OLD.status <> 'invalid') EXECUTE FUNCTION passes_that_end_count_no_more();

CREATE FUNCTION passes_count_up_their_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE status_lists SET
        version = version + 1,
        moving = moving + (NEW.status = 'moving')::int - (OLD.status = 'moving')::int,
        suspended = suspended + (NEW.status = 'suspended')::int - (OLD.status = 'suspended')::int,
        invalid = invalid + (NEW.status = 'invalid')::int - (OLD.status = 'invalid')::int
    WHERE vendor_id = NEW.vendor_id AND list = NEW.status_list;
    RETURN NULL;
END $$;

CREATE TRIGGER passes_count_up_their_list AFTER UPDATE OF status ON passes
FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION passes_count_up_their_list();

CREATE FUNCTION new_passes_count_up_their_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE status_lists SET
        version = version + 1,
        moving = moving + (NEW.status = 'moving')::int,
        suspended = suspended + (NEW.status = 'suspended')::int,
        invalid = invalid + (NEW.status = 'invalid')::int
    WHERE vendor_id = NEW.vendor_id AND list = NEW.status_list;
    RETURN NULL;
END $$;

CREATE TRIGGER new_passes_count_up_their_list AFTER INSERT ON passes
FOR EACH ROW WHEN (NEW.status <> 'valid') EXECUTE FUNCTION new_passes_count_up_their_list();

CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events
FOR EACH ROW
EXECUTE FUNCTION refuse('an event cannot be changed');

CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
FOR EACH ROW
EXECUTE FUNCTION refuse('an event cannot be deleted');

CREATE FUNCTION moves_take_a_moving_pass() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'offered' AND NOT EXISTS (
        SELECT 1 FROM passes
        WHERE vendor_id = NEW.vendor_id AND pass_id = NEW.pass_id AND license_id = NEW.license_id AND status = 'moving'
    ) THEN
        RAISE EXCEPTION 'only a pass that is moving is offered' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER moves_take_a_moving_pass BEFORE INSERT ON moves
FOR EACH ROW EXECUTE FUNCTION moves_take_a_moving_pass();

CREATE TRIGGER moves_end_once BEFORE UPDATE OF state, successor ON moves
FOR EACH ROW WHEN (OLD.state <> 'offered' AND (NEW.state <> OLD.state OR NEW.successor IS DISTINCT FROM OLD.successor))
EXECUTE FUNCTION refuse('a move ends once');

CREATE FUNCTION moves_have_their_successor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'redeemed' AND NOT EXISTS (
        SELECT 1 FROM passes
        WHERE vendor_id = NEW.vendor_id AND pass_id = NEW.successor AND predecessor = NEW.pass_id
    ) THEN
        RAISE EXCEPTION 'a move''s successor follows the pass that was moved' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER moves_have_their_successor BEFORE UPDATE OF state ON moves
FOR EACH ROW EXECUTE FUNCTION moves_have_their_successor();

CREATE TRIGGER moves_keep_what_was_signed BEFORE UPDATE OF
    vendor_id, move_id, license_id, pass_id, code_name, code_hash, offered_at, expires_at ON moves
FOR EACH ROW
EXECUTE FUNCTION refuse('what was offered cannot be changed');

CREATE TRIGGER slices_settle_once BEFORE UPDATE ON slices
FOR EACH ROW WHEN (OLD.settled_at IS NOT NULL OR NEW.vendor_id <> OLD.vendor_id OR NEW.slice_id <> OLD.slice_id
    OR NEW.license_id <> OLD.license_id OR NEW.pass_id <> OLD.pass_id OR NEW.feature <> OLD.feature
    OR NEW.count <> OLD.count OR NEW.ends_at <> OLD.ends_at)
EXECUTE FUNCTION refuse('a slice is settled once and otherwise stays as it was granted');

CREATE TRIGGER drafts_count_up BEFORE UPDATE ON drafts
FOR EACH ROW WHEN (NEW.revision <> OLD.revision + 1)
EXECUTE FUNCTION refuse('a draft''s revision is counted up by one');

CREATE TRIGGER invitations_end_once BEFORE UPDATE ON invitations
FOR EACH ROW WHEN (OLD.state <> 'open' OR NEW.secret_hash <> OLD.secret_hash OR NEW.role <> OLD.role OR NEW.expires_at <> OLD.expires_at)
EXECUTE FUNCTION refuse('an invitation ends once and otherwise stays as it was made');

CREATE TRIGGER tokens_stay_revoked BEFORE UPDATE ON tokens
FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL OR NEW.secret_hash <> OLD.secret_hash OR NEW.scopes <> OLD.scopes
    OR NEW.expires_at IS DISTINCT FROM OLD.expires_at)
EXECUTE FUNCTION refuse('a revoked token stays revoked, and what a token may do stays as it was made');

CREATE TRIGGER webhooks_go_on BEFORE UPDATE OF told ON webhooks
FOR EACH ROW WHEN (NEW.told < OLD.told)
EXECUTE FUNCTION refuse('a webhook is told in order');

CREATE TRIGGER totps_go_forward BEFORE UPDATE ON totps
FOR EACH ROW WHEN (NEW.last_step <= OLD.last_step OR NEW.sealed_secret <> OLD.sealed_secret)
EXECUTE FUNCTION refuse('a code counts once');

CREATE TRIGGER recovery_codes_are_used_once BEFORE UPDATE ON recovery_codes
FOR EACH ROW WHEN (OLD.used_at IS NOT NULL OR NEW.code_hash <> OLD.code_hash)
EXECUTE FUNCTION refuse('a recovery code counts once');

CREATE TRIGGER mails_are_sent_once BEFORE UPDATE ON mails
FOR EACH ROW WHEN (NEW.recipient <> OLD.recipient OR NEW.subject <> OLD.subject OR (NEW.text IS NOT NULL AND NEW.text IS DISTINCT FROM OLD.text)
    OR (NEW.text IS NULL AND OLD.text IS NOT NULL AND OLD.state = 'queued')
    OR (OLD.state = 'sent' AND (NEW.state <> 'sent' OR NEW.sent_at <> OLD.sent_at OR NEW.attempts <> OLD.attempts)))
EXECUTE FUNCTION refuse('a mail stays what it was');

CREATE TRIGGER mail_cursors_go_on BEFORE UPDATE ON mail_cursors
FOR EACH ROW WHEN (NEW.told <= OLD.told)
EXECUTE FUNCTION refuse('mail is written in order');

CREATE TRIGGER figures_go_on BEFORE UPDATE OF counted ON figures_counted
FOR EACH ROW WHEN (NEW.counted <= OLD.counted)
EXECUTE FUNCTION refuse('an event is counted once');

CREATE TRIGGER coupons_keep_their_terms BEFORE UPDATE OF
    vendor_id, code, percent_off, amount_off, currency, product_id, offers, once_per_customer, created_at ON coupons
FOR EACH ROW
EXECUTE FUNCTION refuse('what a coupon takes off cannot be changed');

CREATE FUNCTION redemptions_count_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE coupons SET redeemed = redeemed + 1 WHERE vendor_id = NEW.vendor_id AND code = NEW.code;
    RETURN NULL;
END $$;

CREATE TRIGGER redemptions_count_up AFTER INSERT ON redemptions
FOR EACH ROW WHEN (NEW.released_at IS NULL) EXECUTE FUNCTION redemptions_count_up();

CREATE FUNCTION redemptions_count_down() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE coupons SET redeemed = redeemed - 1 WHERE vendor_id = NEW.vendor_id AND code = NEW.code;
    RETURN NULL;
END $$;

CREATE TRIGGER redemptions_count_down AFTER UPDATE OF released_at ON redemptions
FOR EACH ROW WHEN (OLD.released_at IS NULL AND NEW.released_at IS NOT NULL) EXECUTE FUNCTION redemptions_count_down();

CREATE TRIGGER redemptions_are_given_back_once BEFORE UPDATE ON redemptions
FOR EACH ROW WHEN (OLD.released_at IS NOT NULL)
EXECUTE FUNCTION refuse('a redemption is given back once');

CREATE TRIGGER redemptions_are_not_deleted BEFORE DELETE ON redemptions
FOR EACH ROW
EXECUTE FUNCTION refuse('a redemption cannot be deleted');

CREATE TRIGGER identifiers_end_once BEFORE UPDATE ON identifiers
FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL)
EXECUTE FUNCTION refuse('an identifier that has ended stays so');

CREATE TRIGGER identifiers_keep_what_they_name BEFORE UPDATE OF
    vendor_id, identifier_id, license_id, secret_hash, service, expires_at, uses_limit ON identifiers
FOR EACH ROW
EXECUTE FUNCTION refuse('what an identifier names cannot be changed');

CREATE TRIGGER identifiers_are_used_up BEFORE UPDATE OF uses_left ON identifiers
FOR EACH ROW WHEN (NEW.uses_left > OLD.uses_left)
EXECUTE FUNCTION refuse('an identifier''s uses do not come back');

CREATE FUNCTION leases_take_a_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE licenses SET seats_taken = seats_taken + 1 WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id;
    RETURN NULL;
END $$;

CREATE TRIGGER leases_take_a_seat AFTER INSERT ON leases
FOR EACH ROW WHEN (NEW.state = 'open') EXECUTE FUNCTION leases_take_a_seat();

CREATE FUNCTION leases_free_their_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE licenses SET seats_taken = seats_taken - 1 WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id;
    RETURN NULL;
END $$;

CREATE TRIGGER leases_free_their_seat AFTER UPDATE OF state ON leases
FOR EACH ROW WHEN (OLD.state = 'open' AND NEW.state <> 'open') EXECUTE FUNCTION leases_free_their_seat();

CREATE TRIGGER leases_are_not_shortened BEFORE UPDATE OF expires_at ON leases
FOR EACH ROW WHEN (NEW.expires_at < OLD.expires_at)
EXECUTE FUNCTION refuse('a lease is not shortened');

CREATE TRIGGER leases_keep_what_was_signed BEFORE UPDATE OF
    vendor_id, lease_id, license_id, identifier_id, token_id, feature, count, holder, checked_out_at ON leases
FOR EACH ROW
EXECUTE FUNCTION refuse('what was checked out cannot be changed');

CREATE TRIGGER leases_are_not_deleted BEFORE DELETE ON leases
FOR EACH ROW
EXECUTE FUNCTION refuse('a lease cannot be deleted');

CREATE TRIGGER leases_end_once BEFORE UPDATE ON leases
FOR EACH ROW WHEN (OLD.state <> 'open')
EXECUTE FUNCTION refuse('a lease ends once');

CREATE TRIGGER sources_stay_removed BEFORE UPDATE ON sources
FOR EACH ROW WHEN (OLD.state = 'removed')
EXECUTE FUNCTION refuse('a removed source does not come back');

CREATE TRIGGER sources_keep_whom_they_name BEFORE UPDATE OF vendor_id, source_id, issuer ON sources
FOR EACH ROW WHEN (NEW.vendor_id <> OLD.vendor_id OR NEW.source_id <> OLD.source_id OR NEW.issuer <> OLD.issuer)
EXECUTE FUNCTION refuse('who is known by a source is known by its issuer');

CREATE TRIGGER sources_are_not_deleted BEFORE DELETE ON sources
FOR EACH ROW
EXECUTE FUNCTION refuse('what a source granted refers to it');

CREATE TRIGGER identities_stay_whose_they_are BEFORE UPDATE OF vendor_id, source_id, subject, account_id ON identities
FOR EACH ROW
EXECUTE FUNCTION refuse('whose an identity is cannot be changed');

CREATE TRIGGER source_grants_keep_what_was_granted BEFORE UPDATE OF
    vendor_id, source_id, subject, rule_id, license_id, granted_at ON source_grants
FOR EACH ROW
EXECUTE FUNCTION refuse('what a source granted cannot be changed');

CREATE TRIGGER source_grants_are_not_deleted BEFORE DELETE ON source_grants
FOR EACH ROW
EXECUTE FUNCTION refuse('what a source granted stays granted');
