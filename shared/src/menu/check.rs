//! What a menu must satisfy before it may be published.

use core::fmt;
use std::collections::BTreeSet;

use super::{MAX_OFFLINE_DAYS, Menu, Offer};
use crate::money::MAX_AMOUNT;

/// What is wrong with a menu, and where: a path like `offers[0].terms[1].price`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuError {
    /// The member at fault.
    pub field: String,
    /// What is wrong with it, as a sentence for its author.
    pub detail: &'static str,
}

impl fmt::Display for MenuError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.detail)
    }
}

impl core::error::Error for MenuError {}

/// The greatest price of one choice, so that no sum of choices can leave the range of amounts.
const MAX_PRICE: i64 = MAX_AMOUNT / 1024;

impl Menu {
    /// Checks that every offer can be chosen from and every total can be computed.
    ///
    /// Errors, in this order: no offers; an offer twice; then for each offer its names, prices, terms, uses,
    /// offline window and limits.
    pub fn check(&self) -> Result<(), MenuError> {
        let fault = |field: &str, detail| Err(MenuError { field: field.to_owned(), detail });
        if self.offers.is_empty() {
            return fault("offers", "a menu needs at least one offer");
        }
        if !all_different(self.offers.iter().map(|offer| &offer.offer)) {
            return fault("offers", "each offer needs a slug of its own");
        }
        if !all_different(self.product.features.iter().map(|named| &named.feature)) {
            return fault("product.features", "a feature is named twice");
        }
        let named: BTreeSet<_> = self.product.features.iter().map(|named| &named.feature).collect();
        for (index, offer) in self.offers.iter().enumerate() {
            let fault = |(field, detail): (&str, _)| MenuError { field: format!("offers[{index}].{field}"), detail };
            check_offer(offer).map_err(fault)?;
            if !offer.features.iter().all(|feature| named.contains(&feature.feature)) {
                return Err(fault(("features", "every feature needs a name in product.features")));
            }
        }
        Ok(())
    }
}

type Fault = (&'static str, &'static str);

fn check_offer(offer: &Offer) -> Result<(), Fault> {
    if offer.name.trim().is_empty() {
        return Err(("name", "an offer needs a name"));
    }
    if !prices(offer).all(|price| (0..=MAX_PRICE).contains(&price)) {
        return Err(("base", "a price is negative or too large"));
    }
    if prices(offer).count() > 512 {
        return Err(("terms", "an offer has more than 500 choices"));
    }
    if !all_different(offer.features.iter().map(|feature| &feature.feature)) {
        return Err(("features", "a feature stands twice"));
    }
    if offer.terms.is_empty() {
        return Err(("terms", "an offer needs at least one term"));
    }
    if !all_different(offer.terms.iter().map(|choice| choice.term.to_string())) {
        return Err(("terms", "a term stands twice"));
    }
    check_uses(offer)?;
    let window = offer.offline.window;
    if u64::from(window.months()) * 31 + u64::from(window.days()) > MAX_OFFLINE_DAYS.into() {
        return Err(("offline", "a pass may work without contact for a year at most"));
    }
    for (field, choices) in [("terminals", &offer.terminals), ("seats", &offer.seats)] {
        if choices.iter().any(|choice| choice.limit == 0) {
            return Err((field, "a limit must be at least 1"));
        }
        if !all_different(choices.iter().map(|choice| choice.limit)) {
            return Err((field, "a limit stands twice"));
        }
    }
    Ok(())
}

fn check_uses(offer: &Offer) -> Result<(), Fault> {
    if !all_different(offer.uses.iter().map(|uses| &uses.feature)) {
        return Err(("uses", "a feature is counted twice"));
    }
    for uses in &offer.uses {
        if !offer.features.iter().any(|feature| feature.feature == uses.feature) {
            return Err(("uses", "a counted feature is not among the offer's features"));
        }
        if uses.limits.is_empty() || uses.limits.iter().any(|choice| choice.limit == Some(0)) {
            return Err(("uses", "a counted feature needs at least one limit, and none of zero"));
        }
        if uses.limits.iter().any(|choice| choice.limit.is_some_and(|limit| limit >= 1 << 53)) {
            return Err(("uses", "a limit is too large"));
        }
        if !all_different(uses.limits.iter().map(|choice| choice.limit)) {
            return Err(("uses", "a limit stands twice"));
        }
    }
    Ok(())
}

fn prices(offer: &Offer) -> impl Iterator<Item = i64> {
    let limits = offer.terminals.iter().chain(&offer.seats).map(|choice| choice.price);
    core::iter::once(offer.base)
        .chain(offer.features.iter().map(|feature| feature.price))
        .chain(offer.terms.iter().map(|choice| choice.price))
        .chain(offer.uses.iter().flat_map(|uses| uses.limits.iter().map(|choice| choice.price)))
        .chain(limits)
}

fn all_different<T: Ord>(items: impl Iterator<Item = T>) -> bool {
    let mut seen = BTreeSet::new();
    items.into_iter().all(|item| seen.insert(item))
}
