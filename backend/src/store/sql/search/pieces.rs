//! The fixed pieces that a search's statements are built from: where it begins, and the way from there to rows of each kind.
//! Every value is bound.

use crate::store::listing::Kind;

/// Where a search begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    CustomersByWord,
    PassesByWord,
    LeasesByHolder,
    Customer,
    CustomerOfAccount,
    CustomerOfOrder,
    Order,
    License,
    LicenseOfOrder,
    LicenseOfMove,
    LicenseOfLease,
    LicenseOfIdentifier,
    Pass,
    Move,
    Lease,
}

/// What an anchor is: whence the paths go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whence {
    Customer,
    Order,
    License,
    Pass,
    Move,
    Lease,
}

impl Anchor {
    const fn whence(self) -> Whence {
        match self {
            Self::CustomersByWord | Self::Customer | Self::CustomerOfAccount | Self::CustomerOfOrder => {
                Whence::Customer
            }
            Self::Order => Whence::Order,
            Self::License
            | Self::LicenseOfOrder
            | Self::LicenseOfMove
            | Self::LicenseOfLease
            | Self::LicenseOfIdentifier => Whence::License,
            Self::PassesByWord | Self::Pass => Whence::Pass,
            Self::Move => Whence::Move,
            Self::LeasesByHolder | Self::Lease => Whence::Lease,
        }
    }

    pub(super) const fn is_by_word(self) -> bool {
        matches!(self, Self::CustomersByWord | Self::PassesByWord | Self::LeasesByHolder)
    }

    /// What `a` is: `vendor_id`, `word` and `id` of each anchor. `?1` is the vendor, `?4` the id.
    const fn source(self) -> &'static str {
        match self {
            Self::CustomersByWord | Self::PassesByWord => "search_words",
            Self::LeasesByHolder => {
                "(SELECT vendor_id, holder_key AS word, lease_id AS id FROM leases INDEXED BY leases_holder)"
            }
            Self::Customer => {
                "(SELECT vendor_id, '' AS word, customer_id AS id FROM customers
                WHERE vendor_id = ?1 AND customer_id = ?4)"
            }
            Self::CustomerOfAccount => {
                "(SELECT vendor_id, '' AS word, customer_id AS id FROM customers
                WHERE account_id = ?4 AND vendor_id = ?1)"
            }
            Self::CustomerOfOrder => {
                "(SELECT vendor_id, '' AS word, customer_id AS id FROM orders WHERE vendor_id = ?1 AND order_id = ?4)"
            }
            Self::Order => {
                "(SELECT vendor_id, '' AS word, order_id AS id FROM orders WHERE vendor_id = ?1 AND order_id = ?4)"
            }
            Self::License => {
                "(SELECT vendor_id, '' AS word, license_id AS id FROM licenses
                WHERE vendor_id = ?1 AND license_id = ?4)"
            }
            Self::LicenseOfOrder => {
                "(SELECT vendor_id, '' AS word, license_id AS id FROM licenses WHERE vendor_id = ?1 AND order_id = ?4)"
            }
            Self::LicenseOfMove => {
                "(SELECT vendor_id, '' AS word, license_id AS id FROM moves WHERE vendor_id = ?1 AND move_id = ?4)"
            }
            Self::LicenseOfLease => {
                "(SELECT vendor_id, '' AS word, license_id AS id FROM leases WHERE vendor_id = ?1 AND lease_id = ?4)"
            }
            Self::LicenseOfIdentifier => {
                "(SELECT vendor_id, '' AS word, license_id AS id FROM identifiers
                WHERE vendor_id = ?1 AND identifier_id = ?4)"
            }
            Self::Lease => {
                "(SELECT vendor_id, '' AS word, lease_id AS id FROM leases WHERE vendor_id = ?1 AND lease_id = ?4)"
            }
            Self::Pass => {
                "(SELECT vendor_id, '' AS word, pass_id AS id FROM passes WHERE vendor_id = ?1 AND pass_id = ?4)"
            }
            Self::Move => {
                "(SELECT vendor_id, '' AS word, move_id AS id FROM moves WHERE vendor_id = ?1 AND move_id = ?4)"
            }
        }
    }

    /// Which of the words, from the place on that `?2` and `?3` tell; `?4` lies behind them all.
    const fn condition(self) -> &'static str {
        match self {
            Self::CustomersByWord => {
                "a.vendor_id = ?1 AND a.kind = 'customer' AND (a.word, a.id) >= (?2, ?3) AND a.word < ?4"
            }
            Self::PassesByWord => "a.vendor_id = ?1 AND a.kind = 'pass' AND (a.word, a.id) >= (?2, ?3) AND a.word < ?4",
            Self::LeasesByHolder => "a.vendor_id = ?1 AND (a.word, a.id) >= (?2, ?3) AND a.word < ?4",
            _ => "a.vendor_id = ?1",
        }
    }

    /// Leaves out what an earlier word led to already; `?8` is what the words begin with.
    const fn first_only(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::CustomersByWord, _) => {
                "AND NOT EXISTS (SELECT 1 FROM search_words s
                    WHERE s.vendor_id = a.vendor_id AND s.id = a.id AND s.word >= ?8 AND s.word < a.word)"
            }
            (Self::PassesByWord, Kind::Customer) => {
                "AND NOT EXISTS (SELECT 1 FROM search_words s
                    WHERE s.vendor_id = a.vendor_id AND s.id = l.customer_id AND s.word >= ?8 AND s.word < ?4)
                AND NOT EXISTS (SELECT 1 FROM licenses m
                    CROSS JOIN passes q ON q.vendor_id = m.vendor_id AND q.license_id = m.license_id
                    CROSS JOIN search_words s ON s.vendor_id = q.vendor_id AND s.id = q.pass_id
                    WHERE m.vendor_id = a.vendor_id AND m.customer_id = l.customer_id
                        AND s.word >= ?8 AND (s.word, s.id) < (a.word, a.id))"
            }
            (Self::PassesByWord, Kind::License | Kind::Order) => {
                "AND NOT EXISTS (SELECT 1 FROM search_words s
                    WHERE s.vendor_id = a.vendor_id AND s.id = l.customer_id AND s.word >= ?8 AND s.word < ?4)
                AND NOT EXISTS (SELECT 1 FROM passes q
                    CROSS JOIN search_words s ON s.vendor_id = q.vendor_id AND s.id = q.pass_id
                    WHERE q.vendor_id = a.vendor_id AND q.license_id = l.license_id
                        AND s.word >= ?8 AND (s.word, s.id) < (a.word, a.id))"
            }
            (Self::LeasesByHolder, _) | (Self::PassesByWord, Kind::Pass) => {
                "AND NOT EXISTS (SELECT 1 FROM search_words s
                    WHERE s.vendor_id = a.vendor_id AND s.id = l.customer_id AND s.word >= ?8 AND s.word < ?4)"
            }
            (Self::PassesByWord, Kind::Move) => {
                "AND NOT EXISTS (SELECT 1 FROM search_words s
                    WHERE s.vendor_id = a.vendor_id AND s.id = l.customer_id AND s.word >= ?8 AND s.word < ?4)
                AND NOT EXISTS (SELECT 1 FROM search_words s
                    WHERE s.vendor_id = a.vendor_id AND s.id IN (r.pass_id, r.successor)
                        AND s.word >= ?8 AND (s.word, s.id) < (a.word, a.id))"
            }
            _ => "",
        }
    }
}

/// The way from an anchor to the rows `r`; `l` is the license it goes through, where there is one.
const fn path(whence: Whence, kind: Kind) -> &'static str {
    match (whence, kind) {
        (Whence::Customer, Kind::Customer) => {
            "CROSS JOIN customers r ON r.vendor_id = a.vendor_id AND r.customer_id = a.id"
        }
        (Whence::Customer, Kind::Order) => "CROSS JOIN orders r ON r.vendor_id = a.vendor_id AND r.customer_id = a.id",
        (Whence::Customer, Kind::License) => {
            "CROSS JOIN licenses r ON r.vendor_id = a.vendor_id AND r.customer_id = a.id"
        }
        (Whence::Customer, Kind::Pass) => {
            "CROSS JOIN licenses l ON l.vendor_id = a.vendor_id AND l.customer_id = a.id
            CROSS JOIN passes r ON r.vendor_id = l.vendor_id AND r.license_id = l.license_id"
        }
        (Whence::Customer, Kind::Move) => {
            "CROSS JOIN licenses l ON l.vendor_id = a.vendor_id AND l.customer_id = a.id
            CROSS JOIN moves r INDEXED BY moves_of_license
                ON r.vendor_id = l.vendor_id AND r.license_id = l.license_id"
        }
        (Whence::Customer, Kind::Lease) => {
            "CROSS JOIN licenses l ON l.vendor_id = a.vendor_id AND l.customer_id = a.id
            CROSS JOIN leases r INDEXED BY leases_license
                ON r.vendor_id = l.vendor_id AND r.license_id = l.license_id"
        }
        (Whence::Lease, _) => {
            "CROSS JOIN leases r ON r.vendor_id = a.vendor_id AND r.lease_id = a.id
            CROSS JOIN licenses l ON l.vendor_id = r.vendor_id AND l.license_id = r.license_id"
        }
        (Whence::Order, _) => "CROSS JOIN orders r ON r.vendor_id = a.vendor_id AND r.order_id = a.id",
        (Whence::Move, _) => "CROSS JOIN moves r ON r.vendor_id = a.vendor_id AND r.move_id = a.id",
        (Whence::License, Kind::Customer) => {
            "CROSS JOIN licenses l ON l.vendor_id = a.vendor_id AND l.license_id = a.id
            CROSS JOIN customers r ON r.vendor_id = l.vendor_id AND r.customer_id = l.customer_id"
        }
        (Whence::License, Kind::Order) => {
            "CROSS JOIN licenses l ON l.vendor_id = a.vendor_id AND l.license_id = a.id
            CROSS JOIN orders r ON r.vendor_id = l.vendor_id AND r.order_id = l.order_id"
        }
        (Whence::License, Kind::License) => {
            "CROSS JOIN licenses r ON r.vendor_id = a.vendor_id AND r.license_id = a.id"
        }
        (Whence::License, Kind::Pass) => {
            "CROSS JOIN passes r INDEXED BY passes_license ON r.vendor_id = a.vendor_id AND r.license_id = a.id"
        }
        (Whence::License, Kind::Move) => {
            "CROSS JOIN moves r INDEXED BY moves_of_license ON r.vendor_id = a.vendor_id AND r.license_id = a.id"
        }
        (Whence::License, Kind::Lease) => {
            "CROSS JOIN leases r INDEXED BY leases_license ON r.vendor_id = a.vendor_id AND r.license_id = a.id"
        }
        (Whence::Pass, Kind::Lease) => {
            "CROSS JOIN passes p ON p.vendor_id = a.vendor_id AND p.pass_id = a.id
            CROSS JOIN leases r INDEXED BY leases_license
                ON r.vendor_id = p.vendor_id AND r.license_id = p.license_id"
        }
        (Whence::Pass, Kind::Customer) => {
            "CROSS JOIN passes p ON p.vendor_id = a.vendor_id AND p.pass_id = a.id
            CROSS JOIN licenses l ON l.vendor_id = p.vendor_id AND l.license_id = p.license_id
            CROSS JOIN customers r ON r.vendor_id = l.vendor_id AND r.customer_id = l.customer_id"
        }
        (Whence::Pass, Kind::Order) => {
            "CROSS JOIN passes p ON p.vendor_id = a.vendor_id AND p.pass_id = a.id
            CROSS JOIN licenses l ON l.vendor_id = p.vendor_id AND l.license_id = p.license_id
            CROSS JOIN orders r ON r.vendor_id = l.vendor_id AND r.order_id = l.order_id"
        }
        (Whence::Pass, Kind::License) => {
            "CROSS JOIN passes p ON p.vendor_id = a.vendor_id AND p.pass_id = a.id
            CROSS JOIN licenses l ON l.vendor_id = p.vendor_id AND l.license_id = p.license_id
            CROSS JOIN licenses r ON r.vendor_id = l.vendor_id AND r.license_id = l.license_id"
        }
        (Whence::Pass, Kind::Pass) => {
            "CROSS JOIN passes r ON r.vendor_id = a.vendor_id AND r.pass_id = a.id
            CROSS JOIN licenses l ON l.vendor_id = r.vendor_id AND l.license_id = r.license_id"
        }
        (Whence::Pass, Kind::Move) => {
            "CROSS JOIN passes p ON p.vendor_id = a.vendor_id AND p.pass_id = a.id
            CROSS JOIN licenses l ON l.vendor_id = p.vendor_id AND l.license_id = p.license_id
            CROSS JOIN moves r INDEXED BY moves_of_license
                ON r.vendor_id = l.vendor_id AND r.license_id = l.license_id
                    AND (r.pass_id = a.id OR r.successor = a.id)"
        }
    }
}

/// The statement of one step.
pub(super) fn statement(anchor: Anchor, kind: Kind) -> String {
    let id = match kind {
        Kind::Customer => "customer_id",
        Kind::Order => "order_id",
        Kind::License => "license_id",
        Kind::Pass => "pass_id",
        Kind::Move => "move_id",
        Kind::Lease => "lease_id",
    };
    // A customer's passes and moves come license by license.
    let is_by_license = anchor.whence() == Whence::Customer && matches!(kind, Kind::Pass | Kind::Move | Kind::Lease);
    let (via, via_first) = if is_by_license { ("l.license_id", ", l.license_id DESC") } else { ("''", "") };
    // A lease that a word finds is its own one row.
    let rows_last = if anchor.whence() == Whence::Lease { String::new() } else { format!(", r.{id} DESC") };
    let (source, condition) = (anchor.source(), anchor.condition());
    let (path, first_only) = (path(anchor.whence(), kind), anchor.first_only(kind));
    format!(
        "SELECT a.word, a.id, {via}, r.{id} FROM {source} a {path}
        WHERE {condition} AND ((a.word, a.id) > (?2, ?3) OR ({via}, r.{id}) < (?5, ?6)) {first_only}
        ORDER BY a.word, a.id {via_first} {rows_last} LIMIT ?7"
    )
}
