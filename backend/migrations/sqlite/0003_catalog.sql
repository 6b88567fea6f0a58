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

-- How many orders were made from each version.
CREATE INDEX orders_menu ON orders (vendor_id, product_id, menu_version);

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

-- Which key signed a pass's newest token: whose passes a revoked key would end.
ALTER TABLE passes ADD COLUMN kid TEXT;
CREATE INDEX passes_kid ON passes (kid) WHERE status <> 'invalid' AND kid IS NOT NULL;
