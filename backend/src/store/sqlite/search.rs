//! Search: the words by which customers and passes are found, and how an id or a word leads to rows of any kind.
//!
//! A search goes in steps. Each begins at an anchor, a customer, a license or a pass, which an id names or a word finds,
//! and goes from there by a fixed path to the rows wanted.

use std::collections::BTreeSet;

use rusqlite::params_from_iter;
use rusqlite::types::Value;
use shared::id::{AccountId, CustomerId, LicenseId, MoveId, OrderId, PassId, VendorId};

use super::row::Text;
use super::tx::SqliteTx;
use crate::store::listing::{Kind, Place, normal_form};
use crate::store::records::Pass;
use crate::store::{Outcome, StoreError};

/// How many words of a name it is found by, at most.
const MAX_WORDS: usize = 8;

/// How many letters of each are kept.
const MAX_LETTERS: usize = 80;

/// Sorts behind every text that begins like the one before it.
const LAST: char = char::MAX;

/// Sorts behind every id.
const AFTER_IDS: &str = "~";

/// Keeps by what the customer is found: the address, and each word of the name.
pub(super) fn keep_customer_words(tx: &SqliteTx<'_>, vendor_id: VendorId, customer_id: CustomerId) -> Outcome<()> {
    let sql = "
        SELECT a.email_key, a.name FROM customers c JOIN accounts a ON a.account_id = c.account_id
        WHERE c.vendor_id = ? AND c.customer_id = ?";
    let found = tx.one(sql, (Text(vendor_id), Text(customer_id)), |columns| {
        Ok((columns.get::<String>()?, columns.get::<String>()?))
    })?;
    let Some((email, name)) = found else { return Ok(()) };
    let mut words = words_of(&name);
    words.insert(email);
    keep_words(tx, vendor_id, "customer", &customer_id.to_string(), &words)
}

/// Keeps by what the pass is found: the device's name, as a whole.
pub(super) fn keep_pass_words(tx: &SqliteTx<'_>, pass: &Pass) -> Outcome<()> {
    let word: String = normal_form(&pass.name).chars().take(MAX_LETTERS).collect();
    keep_words(tx, pass.vendor_id, "pass", &pass.pass_id.to_string(), &BTreeSet::from([word]))
}

fn keep_words(
    tx: &SqliteTx<'_>,
    vendor_id: VendorId,
    kind: &str,
    id: &str,
    words: &BTreeSet<String>,
) -> Outcome<()> {
    let sql = "SELECT word FROM search_words WHERE vendor_id = ? AND id = ?";
    let kept: BTreeSet<String> =
        tx.all(sql, (Text(vendor_id), id), |columns| columns.get())?.into_iter().collect();
    for word in kept.difference(words) {
        let sql = "DELETE FROM search_words WHERE vendor_id = ? AND kind = ? AND word = ? AND id = ?";
        tx.change(sql, (Text(vendor_id), kind, word, id))?;
    }
    for word in words.difference(&kept) {
        let sql = "INSERT INTO search_words (vendor_id, kind, word, id) VALUES (?, ?, ?, ?)";
        tx.change(sql, (Text(vendor_id), kind, word, id))?;
    }
    Ok(())
}

/// Each end of the name that begins with a word: `anna maria`, `maria`.
fn words_of(name: &str) -> BTreeSet<String> {
    let name = normal_form(name);
    let mut words = BTreeSet::new();
    let mut before = ' ';
    for (at, letter) in name.char_indices() {
        if letter.is_alphanumeric() && !before.is_alphanumeric() && words.len() < MAX_WORDS {
            words.extend(name.get(at..).map(|end| end.chars().take(MAX_LETTERS).collect()));
        }
        before = letter;
    }
    // A name of signs only is still a name.
    words.insert(name.chars().take(MAX_LETTERS).collect());
    words
}

/// Where a search begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Anchor {
    CustomersByWord,
    PassesByWord,
    Customer,
    CustomerOfAccount,
    CustomerOfOrder,
    Order,
    License,
    LicenseOfOrder,
    LicenseOfMove,
    Pass,
    Move,
}

/// What an anchor is: whence the paths go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whence {
    Customer,
    Order,
    License,
    Pass,
    Move,
}

/// The steps that lead from `wanted` to rows of this kind.
fn steps(kind: Kind, wanted: &str) -> &'static [Anchor] {
    if wanted.parse::<CustomerId>().is_ok() {
        &[Anchor::Customer]
    } else if wanted.parse::<AccountId>().is_ok() {
        &[Anchor::CustomerOfAccount]
    } else if wanted.parse::<OrderId>().is_ok() {
        match kind {
            Kind::Customer => &[Anchor::CustomerOfOrder],
            Kind::Order => &[Anchor::Order],
            Kind::License | Kind::Pass | Kind::Move => &[Anchor::LicenseOfOrder],
        }
    } else if wanted.parse::<LicenseId>().is_ok() {
        &[Anchor::License]
    } else if wanted.parse::<PassId>().is_ok() {
        &[Anchor::Pass]
    } else if wanted.parse::<MoveId>().is_ok() {
        if kind == Kind::Move { &[Anchor::Move] } else { &[Anchor::LicenseOfMove] }
    } else {
        &[Anchor::CustomersByWord, Anchor::PassesByWord]
    }
}

impl Anchor {
    const fn whence(self) -> Whence {
        match self {
            Self::CustomersByWord | Self::Customer | Self::CustomerOfAccount | Self::CustomerOfOrder => {
                Whence::Customer
            }
            Self::Order => Whence::Order,
            Self::License | Self::LicenseOfOrder | Self::LicenseOfMove => Whence::License,
            Self::PassesByWord | Self::Pass => Whence::Pass,
            Self::Move => Whence::Move,
        }
    }

    const fn is_by_word(self) -> bool {
        matches!(self, Self::CustomersByWord | Self::PassesByWord)
    }

    /// What `a` is: `vendor_id`, `word` and `id` of each anchor. `?1` is the vendor, `?4` the id.
    const fn source(self) -> &'static str {
        match self {
            Self::CustomersByWord | Self::PassesByWord => "search_words",
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
            Self::PassesByWord => {
                "a.vendor_id = ?1 AND a.kind = 'pass' AND (a.word, a.id) >= (?2, ?3) AND a.word < ?4"
            }
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
            (Self::PassesByWord, Kind::Pass) => {
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
fn statement(anchor: Anchor, kind: Kind) -> String {
    let id = match kind {
        Kind::Customer => "customer_id",
        Kind::Order => "order_id",
        Kind::License => "license_id",
        Kind::Pass => "pass_id",
        Kind::Move => "move_id",
    };
    // A customer's passes and moves come license by license.
    let is_by_license = anchor.whence() == Whence::Customer && matches!(kind, Kind::Pass | Kind::Move);
    let (via, via_first) = if is_by_license { ("l.license_id", "l.license_id DESC,") } else { ("''", "") };
    let (source, condition) = (anchor.source(), anchor.condition());
    let (path, first_only) = (path(anchor.whence(), kind), anchor.first_only(kind));
    format!(
        "SELECT a.word, a.id, {via}, r.{id} FROM {source} a {path}
        WHERE {condition} AND ((a.word, a.id) > (?2, ?3) OR ({via}, r.{id}) < (?5, ?6)) {first_only}
        ORDER BY a.word, a.id, {via_first} r.{id} DESC LIMIT ?7"
    )
}

pub(super) fn search(
    tx: &SqliteTx<'_>,
    vendor_id: VendorId,
    kind: Kind,
    wanted: &str,
    after: Option<&Place>,
    limit: u32,
) -> Outcome<Vec<Place>> {
    let (mut first, mut begin) = (0, None);
    match after {
        Some(Place::Found { step, word, row }) => {
            first = *step;
            begin = Some((word.clone(), row.clone()));
        }
        Some(Place::Time(..)) => return Err(StoreError::Fault("a list's place in a search".to_owned())),
        None => {}
    }
    let mut found = Vec::new();
    for (step, anchor) in (0_u8..).zip(steps(kind, wanted)).skip(usize::from(first)) {
        let left = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
        if left == 0 {
            break;
        }
        let end = if anchor.is_by_word() { format!("{wanted}{LAST}") } else { wanted.to_owned() };
        let start = if anchor.is_by_word() { wanted } else { "" };
        let (word, row) = begin.take().unwrap_or_else(|| {
            let (nothing, everything) = (String::new(), AFTER_IDS.to_owned());
            ((start.to_owned(), nothing), (everything.clone(), everything))
        });
        let mut bound: Vec<Value> = vec![
            vendor_id.to_string().into(),
            word.0.into(),
            word.1.into(),
            end.into(),
            row.0.into(),
            row.1.into(),
            i64::from(left).into(),
        ];
        if anchor.is_by_word() {
            bound.push(wanted.to_owned().into());
        }
        let rows = tx.all(&statement(*anchor, kind), params_from_iter(bound), |columns| {
            Ok(Place::Found { step, word: (columns.get()?, columns.get()?), row: (columns.get()?, columns.get()?) })
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// Every statement that a search may need.
#[cfg(test)]
pub(super) fn statements() -> Vec<String> {
    let kinds = [Kind::Customer, Kind::Order, Kind::License, Kind::Pass, Kind::Move];
    let wanted = [
        "x".to_owned(),
        CustomerId::new(1, 1).to_string(),
        AccountId::new(1, 1).to_string(),
        OrderId::new(1, 1).to_string(),
        LicenseId::new(1, 1).to_string(),
        PassId::new(1, 1).to_string(),
        MoveId::new(1, 1).to_string(),
    ];
    let of = |kind: Kind, wanted: &String| -> Vec<String> {
        steps(kind, wanted).iter().map(|anchor| statement(*anchor, kind)).collect()
    };
    kinds.iter().flat_map(|kind| wanted.iter().flat_map(move |wanted| of(*kind, wanted))).collect()
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[track_caller]
    fn check(name: &str, words: &[&str]) {
        assert_eq!(words_of(name).into_iter().collect::<Vec<_>>(), words, "{name}");
    }

    #[test]
    fn a_name_is_found_by_each_of_its_words() {
        check("Anna  Maria Berg", &["anna maria berg", "berg", "maria berg"]);
        check("O'Brien-Smith", &["brien-smith", "o'brien-smith", "smith"]);
        check(" ÄNNE ", &["änne"]);
        check("李 明", &["明", "李 明"]);
        check("***", &["***"]);
        assert_eq!(words_of(&"a ".repeat(100)).len(), 8);
    }
}
