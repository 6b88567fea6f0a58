-- What a vendor edits before it is published, and what it asks of its catalog and keys.

-- Edits name the revision that they were made on.
ALTER TABLE products ADD COLUMN revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1);

-- The next menu of a product. The row outlives what it held: its revision never comes twice.
CREATE TABLE drafts (
    vendor_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    base INTEGER NOT NULL CHECK (base >= 0),
    content TEXT CHECK (json_valid(content)), -- null: published or discarded
    saved_at INTEGER,
    saved_by TEXT,
    PRIMARY KEY (vendor_id, product_id),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products,
    CHECK ((content IS NULL) = (saved_at IS NULL) AND (content IS NULL) = (saved_by IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER drafts_count_up BEFORE UPDATE ON drafts
WHEN NEW.revision <> OLD.revision + 1
BEGIN SELECT RAISE(ABORT, 'a draft''s revision is counted up by one'); END;

-- Who published a menu: an account's or a token's id.
ALTER TABLE menus ADD COLUMN published_by TEXT;

-- How many orders were made from each version: counting a million of them takes longer than a page may.
CREATE TABLE menu_orders (
    vendor_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    orders INTEGER NOT NULL CHECK (orders >= 1),
    PRIMARY KEY (vendor_id, product_id, version),
    FOREIGN KEY (vendor_id, product_id, version) REFERENCES menus
) STRICT, WITHOUT ROWID;

INSERT INTO menu_orders (vendor_id, product_id, version, orders)
SELECT vendor_id, product_id, menu_version, count(*) FROM orders GROUP BY vendor_id, product_id, menu_version;

CREATE TRIGGER orders_are_counted AFTER INSERT ON orders
BEGIN
    INSERT INTO menu_orders (vendor_id, product_id, version, orders)
    VALUES (NEW.vendor_id, NEW.product_id, NEW.menu_version, 1)
    ON CONFLICT DO UPDATE SET orders = orders + 1;
END;

-- Which menus name which license text.
CREATE TABLE menu_agreements (
    vendor_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    product_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, digest, product_id, version),
    FOREIGN KEY (vendor_id, product_id, version) REFERENCES menus
) STRICT, WITHOUT ROWID;

INSERT INTO menu_agreements (vendor_id, digest, product_id, version)
SELECT DISTINCT m.vendor_id, o.value ->> '$.agreement.digest', m.product_id, m.version
FROM menus m, json_each(m.content, '$.offers') o;

CREATE TRIGGER menus_name_agreements AFTER INSERT ON menus
BEGIN
    INSERT INTO menu_agreements (vendor_id, digest, product_id, version)
    SELECT DISTINCT NEW.vendor_id, o.value ->> '$.agreement.digest', NEW.product_id, NEW.version
    FROM json_each(NEW.content, '$.offers') o;
END;

-- The versions of a text are counted for each title.
CREATE UNIQUE INDEX agreements_version ON agreements (vendor_id, title, version DESC);

-- Which key signed a pass's newest token, and how many passes each key would take along if it were revoked.
ALTER TABLE passes ADD COLUMN kid TEXT;
ALTER TABLE signing_keys ADD COLUMN passes INTEGER NOT NULL DEFAULT 0 CHECK (passes >= 0);

CREATE TRIGGER passes_count_for_their_key AFTER UPDATE OF kid ON passes
WHEN NEW.kid IS NOT OLD.kid AND NEW.status <> 'invalid'
BEGIN
    UPDATE signing_keys SET passes = passes - 1 WHERE vendor_id = NEW.vendor_id AND kid = OLD.kid;
    UPDATE signing_keys SET passes = passes + 1 WHERE vendor_id = NEW.vendor_id AND kid = NEW.kid;
END;

CREATE TRIGGER passes_that_end_count_no_more AFTER UPDATE OF status ON passes
WHEN NEW.status = 'invalid' AND OLD.status <> 'invalid'
BEGIN
    UPDATE signing_keys SET passes = passes - 1 WHERE vendor_id = NEW.vendor_id AND kid = NEW.kid;
END;
