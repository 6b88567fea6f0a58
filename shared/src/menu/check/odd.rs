//! What a menu may say, but is perhaps not meant.

use std::collections::BTreeSet;

use super::{Faults, MAX_FEATURES, MAX_OFFERS, MenuContent, MenuError};
use crate::menu::{Counting, LimitChoice, Offer, Term, UsesChoice};
use crate::time::Timestamp;

impl MenuContent {
    /// What may be published, but is perhaps not meant, in the order of its members; at most a hundred.
    pub fn find_oddities(&self, now: Timestamp) -> Vec<MenuError> {
        let mut odd = Faults::default();
        let offers = || self.offers.iter().take(MAX_OFFERS);
        let offered: BTreeSet<_> = offers().flat_map(|offer| &offer.features).map(|feature| &feature.feature).collect();
        for (index, named) in self.features.iter().enumerate().take(MAX_FEATURES) {
            if !offered.contains(&named.feature) {
                odd.add(format!("features[{index}]"), "No offer has this feature.");
            }
        }
        for (index, offer) in offers().enumerate() {
            let at = format!("offers[{index}]");
            if offers().take(index).any(|before| sells_the_same(before, offer)) {
                odd.add(at.clone(), "Another offer sells exactly the same choices.");
            }
            for (place, feature) in offer.features.iter().enumerate() {
                if feature.included && feature.price != 0 {
                    let detail = "The price of an included feature is not charged: add it to the base price.";
                    odd.add(format!("{at}.features[{place}].price"), detail);
                }
            }
            for (place, choice) in offer.terms.iter().enumerate() {
                if matches!(choice.term, Term::Until(date) if date.end() <= now) {
                    odd.add(
                        format!("{at}.terms[{place}].term"),
                        "This day is over: nobody can choose the term any more.",
                    );
                }
            }
        }
        odd.0
    }
}

/// Whether whoever chooses from one could have chosen the same from the other, at whatever price.
fn sells_the_same(left: &Offer, right: &Offer) -> bool {
    let features = |offer: &Offer| -> BTreeSet<_> {
        offer.features.iter().map(|feature| (feature.feature.clone(), feature.included)).collect()
    };
    let terms = |offer: &Offer| -> BTreeSet<_> {
        offer.terms.iter().map(|choice| (choice.term.to_string(), choice.trial)).collect()
    };
    let uses = |offer: &Offer| -> BTreeSet<_> {
        let of_feature = |uses: &UsesChoice| {
            let limits: BTreeSet<_> = uses.limits.iter().map(|choice| choice.limit).collect();
            let counting = match uses.count {
                Counting::OnIssue => 0,
                Counting::OnCheckout => 1,
                Counting::OnUse => 2,
            };
            (uses.feature.clone(), limits, uses.resets.map(|period| period.to_string()), counting)
        };
        offer.uses.iter().map(of_feature).collect()
    };
    let limits = |choices: &[LimitChoice]| -> BTreeSet<_> { choices.iter().map(|choice| choice.limit).collect() };
    features(left) == features(right)
        && terms(left) == terms(right)
        && uses(left) == uses(right)
        && limits(&left.terminals) == limits(&right.terminals)
        && limits(&left.seats) == limits(&right.seats)
        && left.moving == right.moving
        && left.offline == right.offline
        && left.leasing == right.leasing
}
