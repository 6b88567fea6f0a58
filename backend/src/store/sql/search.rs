//! Search: the words by which customers and passes are found, and how an id or a word leads to rows of any kind.
//!
//! A search goes in steps. Each begins at an anchor, a customer, a license or a pass, which an id names or a word finds,
//! and goes from there by a fixed path to the rows wanted.

use std::collections::BTreeSet;

use shared::id::{AccountId, CustomerId, IdentifierId, LeaseId, LicenseId, MoveId, OrderId, PassId, VendorId};

use super::orders::order_by_reference;
use super::row::{Text, Value};
use super::tx::SqlTx;
use crate::store::listing::{Kind, Place, normal_form};
use crate::store::records::{Pass, email_key};
use crate::store::{Outcome, StoreError};
use pieces::{Anchor, statement};

mod pieces;

/// How many words of a name it is found by, at most.
const MAX_WORDS: usize = 8;

/// How many letters of each are kept.
const MAX_LETTERS: usize = 80;

/// Sorts behind every text that begins like the one before it.
const LAST: char = char::MAX;

/// Sorts behind every id.
const AFTER_IDS: &str = "~";

/// Keeps by what the customer is found: the address, and each word of the name.
pub(super) fn keep_customer_words(tx: &SqlTx<'_>, vendor_id: VendorId, customer_id: CustomerId) -> Outcome<()> {
    let sql = "
        SELECT a.email, a.name FROM customers c JOIN accounts a ON a.account_id = c.account_id
        WHERE c.vendor_id = ? AND c.customer_id = ? /*lock FOR SHARE OF a*/";
    let found = tx.one(sql, (Text(vendor_id), Text(customer_id)), |columns| {
        Ok((columns.get::<String>()?, columns.get::<String>()?))
    })?;
    let Some((email, name)) = found else { return Ok(()) };
    let mut words = words_of(&name);
    // A provider may have named none.
    words.extend(Some(email_key(&email)).filter(|email| !email.is_empty()));
    keep_words(tx, vendor_id, "customer", &customer_id.to_string(), &words)
}

/// Keeps by what the pass is found: the device's name, as a whole.
pub(super) fn keep_pass_words(tx: &SqlTx<'_>, pass: &Pass) -> Outcome<()> {
    let word: String = normal_form(&pass.name).chars().take(MAX_LETTERS).collect();
    keep_words(tx, pass.vendor_id, "pass", &pass.pass_id.to_string(), &BTreeSet::from([word]))
}

fn keep_words(tx: &SqlTx<'_>, vendor_id: VendorId, kind: &str, id: &str, words: &BTreeSet<String>) -> Outcome<()> {
    let sql = "SELECT word FROM search_words WHERE vendor_id = ? AND id = ?";
    let kept: BTreeSet<String> = tx.all(sql, (Text(vendor_id), id), |columns| columns.get())?.into_iter().collect();
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
            Kind::License | Kind::Pass | Kind::Move | Kind::Lease => &[Anchor::LicenseOfOrder],
        }
    } else if wanted.parse::<LicenseId>().is_ok() {
        &[Anchor::License]
    } else if wanted.parse::<PassId>().is_ok() {
        &[Anchor::Pass]
    } else if wanted.parse::<MoveId>().is_ok() {
        if kind == Kind::Move { &[Anchor::Move] } else { &[Anchor::LicenseOfMove] }
    } else if wanted.parse::<LeaseId>().is_ok() {
        if kind == Kind::Lease { &[Anchor::Lease] } else { &[Anchor::LicenseOfLease] }
    } else if wanted.parse::<IdentifierId>().is_ok() {
        &[Anchor::LicenseOfIdentifier]
    } else if kind == Kind::Lease {
        &[Anchor::CustomersByWord, Anchor::LeasesByHolder]
    } else {
        &[Anchor::CustomersByWord, Anchor::PassesByWord]
    }
}

/// The order that a transfer's reference names, as its id.
fn named_order(tx: &SqlTx<'_>, vendor_id: VendorId, wanted: &str) -> Outcome<Option<String>> {
    let reference = wanted.to_ascii_uppercase();
    if !reference.starts_with("P-") {
        return Ok(None);
    }
    Ok(order_by_reference(tx, vendor_id, &reference)?.map(|order_id| order_id.to_string()))
}

pub(super) fn search(
    tx: &SqlTx<'_>,
    vendor_id: VendorId,
    kind: Kind,
    wanted: &str,
    after: Option<&Place>,
    limit: u32,
) -> Outcome<Vec<Place>> {
    let by_reference = if kind == Kind::Order { named_order(tx, vendor_id, wanted)? } else { None };
    let wanted = by_reference.as_deref().unwrap_or(wanted);
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
        let rows = tx.all(&statement(*anchor, kind), bound, |columns| {
            Ok(Place::Found { step, word: (columns.get()?, columns.get()?), row: (columns.get()?, columns.get()?) })
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// Every statement that a search may need.
#[cfg(test)]
pub(in crate::store) fn statements() -> Vec<String> {
    let kinds = [Kind::Customer, Kind::Order, Kind::License, Kind::Pass, Kind::Move, Kind::Lease];
    let wanted = [
        "x".to_owned(),
        CustomerId::new(1, 1).to_string(),
        AccountId::new(1, 1).to_string(),
        OrderId::new(1, 1).to_string(),
        LicenseId::new(1, 1).to_string(),
        PassId::new(1, 1).to_string(),
        MoveId::new(1, 1).to_string(),
        LeaseId::new(1, 1).to_string(),
        IdentifierId::new(1, 1).to_string(),
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
