-- Lists of leases, of orders by when they were fulfilled, and of what counted a function's uses.

-- Sales count in the day of their fulfilment, also when they are paid back later.
ALTER TABLE orders ADD COLUMN fulfilled_at INTEGER;
ALTER TABLE orders ADD COLUMN currency TEXT AS (quote ->> '$.total.currency') VIRTUAL;
UPDATE orders SET fulfilled_at = (
    SELECT min(at) FROM events e
    WHERE e.vendor_id = orders.vendor_id AND e.subject = orders.order_id AND e.kind = 'order.fulfilled')
WHERE state IN ('fulfilled', 'refunded');
UPDATE orders SET fulfilled_at = settled_at WHERE state IN ('fulfilled', 'refunded') AND fulfilled_at IS NULL;
CREATE INDEX orders_fulfilled ON orders (vendor_id, product_id, state, fulfilled_at, order_id, currency);

CREATE TRIGGER orders_are_fulfilled_once BEFORE UPDATE OF fulfilled_at ON orders
WHEN OLD.fulfilled_at IS NOT NULL AND NEW.fulfilled_at IS NOT OLD.fulfilled_at
BEGIN SELECT RAISE(ABORT, 'an order is fulfilled once'); END;

-- What lists of leases are filtered by and what search finds them by must stand in the table itself.
DROP TRIGGER leases_end_once;
ALTER TABLE leases ADD COLUMN product_id TEXT;
ALTER TABLE leases ADD COLUMN holder_key TEXT;
UPDATE leases SET holder_key = lower(trim(holder)), product_id = (
    SELECT product_id FROM licenses l WHERE l.vendor_id = leases.vendor_id AND l.license_id = leases.license_id);
CREATE TRIGGER leases_end_once BEFORE UPDATE ON leases WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'a lease ends once'); END;

CREATE INDEX leases_checked_out ON leases (vendor_id, product_id, state, checked_out_at, lease_id);
CREATE INDEX leases_service ON leases (vendor_id, product_id, token_id, state, checked_out_at, lease_id);
CREATE UNIQUE INDEX leases_license ON leases (vendor_id, license_id, lease_id);
CREATE UNIQUE INDEX leases_holder ON leases (vendor_id, holder_key, lease_id);

-- What counted uses of a function; and what counted when a pass was issued, at a vendor's and of one license.
CREATE INDEX events_counted ON events (vendor_id, body ->> '$.feature', at, number)
WHERE kind IN ('use.counted', 'slice.settled', 'lease.returned', 'lease.expired', 'lease.ended');
CREATE INDEX events_counted_on_issue ON events (vendor_id, at, number)
WHERE kind = 'pass.issued' AND body ->> '$.counted[0].feature' IS NOT NULL;
CREATE INDEX events_counted_of_license ON events (vendor_id, coalesce(body ->> '$.license_id', subject), at, number)
WHERE kind = 'pass.issued' AND body ->> '$.counted[0].feature' IS NOT NULL;

-- Customers are told, too, of leases and identifiers that the team ended.
DROP INDEX events_told;
CREATE INDEX events_told ON events (vendor_id, coalesce(body ->> '$.license_id', subject), number)
WHERE kind IN ('license.suspended', 'license.reinstated', 'license.revoked', 'license.extended', 'license.uses_added',
        'license.moves_allowed', 'pass.suspended', 'pass.reinstated', 'pass.revoked', 'lease.ended', 'identifier.ended')
    AND body ->> '$.with' IS NULL AND (kind NOT IN ('lease.ended', 'identifier.ended') OR body ->> '$.reason' IS NOT NULL);
