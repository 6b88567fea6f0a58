-- Coupons. How often one was redeemed is counted where it is checked, by triggers: no order goes beyond the limit, whatever
-- the code above does.

CREATE TABLE coupons (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    code TEXT NOT NULL CHECK (length(code) BETWEEN 4 AND 32 AND code NOT GLOB '*[^A-Z0-9-]*'),
    percent_off INTEGER CHECK (percent_off BETWEEN 1 AND 100),
    amount_off INTEGER CHECK (amount_off >= 1),
    currency TEXT CHECK (length(currency) = 3),
    product_id TEXT,         -- null: all of the vendor's
    offers TEXT NOT NULL,    -- slugs between blanks; none: all of the product's
    starts_at INTEGER,
    ends_at INTEGER,
    uses_limit INTEGER CHECK (uses_limit >= 1),
    redeemed INTEGER NOT NULL DEFAULT 0 CHECK (redeemed >= 0),
    once_per_customer INTEGER NOT NULL CHECK (once_per_customer IN (0, 1)),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (vendor_id, code),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products,
    CHECK ((percent_off IS NULL) <> (amount_off IS NULL)),
    CHECK ((amount_off IS NULL) = (currency IS NULL)),
    CHECK (starts_at < ends_at),
    CHECK (redeemed <= uses_limit)
) STRICT, WITHOUT ROWID;

CREATE INDEX coupons_created ON coupons (vendor_id, created_at, code);
CREATE INDEX coupons_product ON coupons (vendor_id, product_id) WHERE product_id IS NOT NULL;

CREATE TRIGGER coupons_keep_their_terms BEFORE UPDATE OF
    vendor_id, code, percent_off, amount_off, currency, product_id, offers, once_per_customer, created_at ON coupons
BEGIN SELECT RAISE(ABORT, 'what a coupon takes off cannot be changed'); END;

CREATE TABLE redemptions (
    vendor_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    code TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    is_once INTEGER NOT NULL CHECK (is_once IN (0, 1)), -- as the coupon says
    redeemed_at INTEGER NOT NULL,
    released_at INTEGER,                                -- since when it is given back
    PRIMARY KEY (vendor_id, order_id),
    FOREIGN KEY (vendor_id, order_id) REFERENCES orders,
    FOREIGN KEY (vendor_id, code) REFERENCES coupons,
    FOREIGN KEY (vendor_id, customer_id) REFERENCES customers
) STRICT, WITHOUT ROWID;

CREATE INDEX redemptions_coupon ON redemptions (vendor_id, code);
CREATE INDEX redemptions_customer ON redemptions (vendor_id, customer_id);
CREATE UNIQUE INDEX redemptions_once ON redemptions (vendor_id, code, customer_id) WHERE is_once = 1 AND released_at IS NULL;

CREATE TRIGGER redemptions_count_up AFTER INSERT ON redemptions WHEN NEW.released_at IS NULL
BEGIN UPDATE coupons SET redeemed = redeemed + 1 WHERE vendor_id = NEW.vendor_id AND code = NEW.code; END;

CREATE TRIGGER redemptions_count_down AFTER UPDATE OF released_at ON redemptions
WHEN OLD.released_at IS NULL AND NEW.released_at IS NOT NULL
BEGIN UPDATE coupons SET redeemed = redeemed - 1 WHERE vendor_id = NEW.vendor_id AND code = NEW.code; END;

CREATE TRIGGER redemptions_are_given_back_once BEFORE UPDATE ON redemptions WHEN OLD.released_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a redemption is given back once'); END;

CREATE TRIGGER redemptions_are_not_deleted BEFORE DELETE ON redemptions
BEGIN SELECT RAISE(ABORT, 'a redemption cannot be deleted'); END;
