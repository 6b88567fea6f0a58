-- Figures: what happened on each day, counted from the event log, behind it. They may be thrown away and counted anew.

CREATE TABLE figures (
    vendor_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    day TEXT NOT NULL,    -- of UTC
    what TEXT NOT NULL,
    detail TEXT NOT NULL, -- a currency, a feature or a code
    count INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, product_id, day, what, detail),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products
) STRICT, WITHOUT ROWID;

-- By how many the usable licenses change until the day's end. Days ahead hold the ends that are known.
CREATE TABLE figures_active (
    vendor_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    day TEXT NOT NULL,
    change INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, product_id, day),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products
) STRICT, WITHOUT ROWID;

CREATE TABLE figures_counted (
    vendor_id TEXT NOT NULL PRIMARY KEY REFERENCES vendors,
    counted INTEGER NOT NULL CHECK (counted >= 1) -- the number of the last event that is in the figures
) STRICT, WITHOUT ROWID;

CREATE TRIGGER figures_go_on BEFORE UPDATE OF counted ON figures_counted
WHEN NEW.counted <= OLD.counted
BEGIN SELECT RAISE(ABORT, 'an event is counted once'); END;

-- What a license was refused, and when that was told: the same is told once in ten minutes.
CREATE TABLE denials (
    vendor_id TEXT NOT NULL,
    license_id TEXT NOT NULL,
    act TEXT NOT NULL,
    code TEXT NOT NULL,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, license_id, act, code),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses
) STRICT, WITHOUT ROWID;

-- Of which end it was told that it comes: a week before, and not before half of the term is over.
ALTER TABLE licenses ADD COLUMN told_end INTEGER;

CREATE INDEX licenses_expiring ON licenses (max(ends_at - 604800, (starts_at + ends_at) / 2))
WHERE state = 'active' AND ends_at IS NOT NULL AND told_end IS NOT ends_at;

-- How many of a list's passes are not valid, and how they stand: counted with each change, so that nobody goes through them.
ALTER TABLE status_lists ADD COLUMN moving INTEGER NOT NULL DEFAULT 0 CHECK (moving >= 0);
ALTER TABLE status_lists ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0 CHECK (suspended >= 0);
ALTER TABLE status_lists ADD COLUMN invalid INTEGER NOT NULL DEFAULT 0 CHECK (invalid >= 0);

UPDATE status_lists AS l SET
    moving = (SELECT count(*) FROM passes p
        WHERE p.vendor_id = l.vendor_id AND status_list = list AND status = 'moving'),
    suspended = (SELECT count(*) FROM passes p
        WHERE p.vendor_id = l.vendor_id AND status_list = list AND status = 'suspended'),
    invalid = (SELECT count(*) FROM passes p
        WHERE p.vendor_id = l.vendor_id AND status_list = list AND status = 'invalid');

DROP TRIGGER passes_count_up_their_list;
CREATE TRIGGER passes_count_up_their_list AFTER UPDATE OF status ON passes
WHEN OLD.status <> NEW.status
BEGIN
    UPDATE status_lists SET
        version = version + 1,
        moving = moving + (NEW.status = 'moving') - (OLD.status = 'moving'),
        suspended = suspended + (NEW.status = 'suspended') - (OLD.status = 'suspended'),
        invalid = invalid + (NEW.status = 'invalid') - (OLD.status = 'invalid')
    WHERE vendor_id = NEW.vendor_id AND list = NEW.status_list;
END;

DROP TRIGGER new_passes_count_up_their_list;
CREATE TRIGGER new_passes_count_up_their_list AFTER INSERT ON passes
WHEN NEW.status <> 'valid'
BEGIN
    UPDATE status_lists SET
        version = version + 1,
        moving = moving + (NEW.status = 'moving'),
        suspended = suspended + (NEW.status = 'suspended'),
        invalid = invalid + (NEW.status = 'invalid')
    WHERE vendor_id = NEW.vendor_id AND list = NEW.status_list;
END;
