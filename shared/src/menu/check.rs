//! What a menu must satisfy before it may be published. The page that edits it and the
//! server ask here.

use core::fmt;
use std::collections::BTreeSet;

use super::{AgreementName, Leasing, MAX_LEASE_SECONDS, MAX_OFFLINE_DAYS, Menu, MenuContent, Offer, UsesChoice};
use crate::api::problem::FieldProblem;
use crate::money::MAX_AMOUNT;
use crate::text::{check_name, check_summary};
use crate::time::Period;

mod odd;

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

impl From<MenuError> for FieldProblem {
    fn from(error: MenuError) -> Self {
        Self { field: error.field, detail: error.detail.to_owned() }
    }
}

/// The greatest price of one choice, so that no sum of choices can leave the range of amounts.
pub const MAX_PRICE: i64 = MAX_AMOUNT / 1024;

/// The most choices of an offer; [`MAX_PRICE`] times this stays within [`MAX_AMOUNT`].
const MAX_CHOICES: usize = 512;

/// The most offers of a menu, and the most features that it names.
const MAX_OFFERS: usize = 50;
const MAX_FEATURES: usize = 500;

/// How many bytes the features of a pass may take as JSON. A token of 8 KiB holds 6 KB of claims; a third of that is for ids,
/// addresses and times.
const MAX_FEATURE_BYTES: usize = 4096;

/// What `"": {"uses": {"limit": …, "left": …}},` takes around a feature's name at most.
const COUNTED_BYTES: usize = 64;
const PLAIN_BYTES: usize = 6;

/// How many faults are told at most: nobody reads more.
const MAX_TOLD: usize = 100;

impl Menu {
    /// Checks that every offer can be chosen from and every total can be computed. Errors: the first that
    /// [`MenuContent::find_faults`] tells.
    pub fn check(&self) -> Result<(), MenuError> {
        self.content().find_faults().into_iter().next().map_or(Ok(()), Err)
    }
}

impl MenuContent {
    /// Everything that must be put right before this can be published, in the order of its members; at most a hundred faults.
    /// Whether the agreements exist is [`MenuContent::find_unknown_agreements`].
    pub fn find_faults(&self) -> Vec<MenuError> {
        let mut faults = Faults::default();
        if self.currency.decimals().is_none() {
            faults.add("currency", "No money is paid in this currency (ISO 4217).");
        }
        self.check_features(&mut faults);
        if self.offers.is_empty() {
            faults.add("offers", "A menu needs at least one offer.");
        }
        if self.offers.len() > MAX_OFFERS {
            faults.add("offers", "A menu has at most 50 offers.");
        }
        let named: BTreeSet<_> = self.features.iter().map(|named| named.feature.as_str()).collect();
        let mut slugs = BTreeSet::new();
        for (index, offer) in self.offers.iter().enumerate().take(MAX_OFFERS) {
            let at = format!("offers[{index}]");
            if !slugs.insert(&offer.offer) {
                faults.add(format!("{at}.offer"), "Another offer has this slug.");
            }
            check_offer(offer, &at, &named, &mut faults);
        }
        faults.0
    }

    /// The offers whose agreement is none of `known`.
    pub fn find_unknown_agreements(&self, known: &[AgreementName]) -> Vec<MenuError> {
        let offers = self.offers.iter().enumerate().take(MAX_OFFERS);
        let unknown = offers.filter(|(_, offer)| !known.contains(&offer.agreement));
        let tell = |(index, _): (usize, &Offer)| MenuError {
            field: format!("offers[{index}].agreement"),
            detail: "There is no such license text: choose one that was added.",
        };
        unknown.map(tell).collect()
    }

    fn check_features(&self, faults: &mut Faults) {
        if self.features.len() > MAX_FEATURES {
            faults.add("features", "A menu names at most 500 features.");
        }
        let mut seen = BTreeSet::new();
        for (index, named) in self.features.iter().enumerate().take(MAX_FEATURES) {
            if !seen.insert(&named.feature) {
                faults.add(format!("features[{index}].feature"), "This feature is named twice.");
            }
            if let Err(fault) = check_name(&named.name) {
                faults.add(format!("features[{index}].name"), fault.sentence());
            }
        }
    }
}

#[derive(Default)]
struct Faults(Vec<MenuError>);

impl Faults {
    fn add(&mut self, field: impl Into<String>, detail: &'static str) {
        if self.0.len() < MAX_TOLD {
            self.0.push(MenuError { field: field.into(), detail });
        }
    }

    fn add_price(&mut self, price: i64, field: impl FnOnce() -> String) {
        match price {
            0..=MAX_PRICE => {}
            ..0 => self.add(field(), "A price cannot be negative."),
            _ => self.add(field(), "A price is at most 8,796,093,022,207 of the currency's smallest units."),
        }
    }

    /// Tells each item that was there before.
    fn add_twice<T: Ord>(&mut self, items: impl Iterator<Item = (String, T)>, detail: &'static str) {
        let mut seen = BTreeSet::new();
        for (field, item) in items {
            if !seen.insert(item) {
                self.add(field, detail);
            }
        }
    }
}

fn check_offer(offer: &Offer, at: &str, named: &BTreeSet<&str>, faults: &mut Faults) {
    if let Err(fault) = check_name(&offer.name) {
        faults.add(format!("{at}.name"), fault.sentence());
    }
    if let Err(fault) = check_summary(&offer.summary) {
        faults.add(format!("{at}.summary"), fault.sentence());
    }
    faults.add_price(offer.base, || format!("{at}.base"));
    if count_choices(offer) > MAX_CHOICES {
        faults.add(at, "An offer has at most 500 choices in all.");
        return;
    }
    check_offer_features(offer, at, named, faults);
    check_terms(offer, at, faults);
    let counted =
        offer.uses.iter().enumerate().map(|(index, uses)| (format!("{at}.uses[{index}].feature"), &uses.feature));
    faults.add_twice(counted, "This feature is counted twice.");
    for (index, uses) in offer.uses.iter().enumerate() {
        check_uses(offer, uses, &format!("{at}.uses[{index}]"), faults);
    }
    for (member, choices) in [("terminals", &offer.terminals), ("seats", &offer.seats)] {
        for (index, choice) in choices.iter().enumerate() {
            if choice.limit == 0 {
                faults.add(format!("{at}.{member}[{index}].limit"), "A limit is at least 1.");
            }
            faults.add_price(choice.price, || format!("{at}.{member}[{index}].price"));
        }
        let limits =
            choices.iter().enumerate().map(|(index, choice)| (format!("{at}.{member}[{index}].limit"), choice.limit));
        faults.add_twice(limits, "This limit stands here twice.");
    }
    if days_at_most(offer.offline.window) > MAX_OFFLINE_DAYS.into() {
        faults.add(format!("{at}.offline.window"), "A pass works without contact for a year at most.");
    }
    let Leasing { min_seconds, max_seconds, .. } = offer.leasing;
    if min_seconds == 0 || min_seconds > max_seconds {
        faults.add(
            format!("{at}.leasing.min_seconds"),
            "A lease lasts a second at least, and no longer than the longest.",
        );
    }
    if max_seconds > MAX_LEASE_SECONDS {
        faults.add(format!("{at}.leasing.max_seconds"), "A lease lasts 31 days at most without being extended.");
    }
    if let Err(fault) = check_name(&offer.agreement.title) {
        faults.add(format!("{at}.agreement.title"), fault.sentence());
    }
}

fn check_offer_features(offer: &Offer, at: &str, named: &BTreeSet<&str>, faults: &mut Faults) {
    for (index, feature) in offer.features.iter().enumerate() {
        if !named.contains(feature.feature.as_str()) {
            faults.add(format!("{at}.features[{index}].feature"), "This feature has no name in words yet.");
        }
        faults.add_price(feature.price, || format!("{at}.features[{index}].price"));
    }
    let features = offer.features.iter().enumerate();
    let features = features.map(|(index, feature)| (format!("{at}.features[{index}].feature"), &feature.feature));
    faults.add_twice(features, "This feature stands here twice.");
    let bytes = offer.features.iter().map(|feature| {
        let is_counted = offer.uses.iter().any(|uses| uses.feature == feature.feature);
        feature.feature.as_str().len() + if is_counted { COUNTED_BYTES } else { PLAIN_BYTES }
    });
    if bytes.sum::<usize>() > MAX_FEATURE_BYTES {
        faults.add(
            format!("{at}.features"),
            "A pass cannot hold so many features: leave some out, or shorten their names.",
        );
    }
}

fn check_terms(offer: &Offer, at: &str, faults: &mut Faults) {
    if offer.terms.is_empty() {
        faults.add(format!("{at}.terms"), "An offer needs at least one term.");
    }
    for (index, choice) in offer.terms.iter().enumerate() {
        faults.add_price(choice.price, || format!("{at}.terms[{index}].price"));
    }
    let terms = offer.terms.iter().enumerate();
    let terms = terms.map(|(index, choice)| (format!("{at}.terms[{index}].term"), choice.term.to_string()));
    faults.add_twice(terms, "This term stands here twice.");
}

fn check_uses(offer: &Offer, uses: &UsesChoice, at: &str, faults: &mut Faults) {
    if !offer.features.iter().any(|feature| feature.feature == uses.feature) {
        faults.add(format!("{at}.feature"), "A counted feature must be among the offer's features.");
    }
    if uses.limits.is_empty() {
        faults.add(format!("{at}.limits"), "A counted feature needs at least one limit to choose.");
    }
    for (index, choice) in uses.limits.iter().enumerate() {
        match choice.limit {
            Some(0) => faults.add(format!("{at}.limits[{index}].limit"), "A limit is at least 1."),
            Some(limit) if limit >= 1 << 53 => {
                faults.add(format!("{at}.limits[{index}].limit"), "This limit is too large.");
            }
            _ => {}
        }
        faults.add_price(choice.price, || format!("{at}.limits[{index}].price"));
    }
    let limits = uses.limits.iter().enumerate();
    let limits = limits.map(|(index, choice)| (format!("{at}.limits[{index}].limit"), choice.limit));
    faults.add_twice(limits, "This limit stands here twice.");
}

fn days_at_most(period: Period) -> u64 {
    u64::from(period.months()) * 31 + u64::from(period.days())
}

fn count_choices(offer: &Offer) -> usize {
    let limits = offer.uses.iter().map(|uses| uses.limits.len()).sum::<usize>();
    offer.features.len() + offer.terms.len() + limits + offer.terminals.len() + offer.seats.len()
}

#[cfg(test)]
mod tests;
