//! What publishing would change, in words: "Pro, 1 year: €120.00 → €99.00".

use std::collections::BTreeMap;

use shared::menu::{Counting, MenuContent, Offer};
use shared::money::Money;

use crate::{intl, phrase, words};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// What differs: "Pro, 1 year".
    pub what: String,
    /// As it is on sale; none for what is new.
    pub old: Option<String>,
    /// As it would be; none for what goes.
    pub new: Option<String>,
}

/// How a price is written.
type Price = dyn Fn(i64, &MenuContent) -> String;

/// Every difference, in the order of the newer menu; what goes comes last.
pub(super) fn changes(old: &MenuContent, new: &MenuContent) -> Vec<Change> {
    compare(old, new, &|amount, menu| intl::money(Money::new(amount, menu.currency)))
}

fn compare(old: &MenuContent, new: &MenuContent, price: &Price) -> Vec<Change> {
    let mut found = Vec::new();
    let mut tell = |what: String, old: Option<String>, new: Option<String>| {
        if old != new {
            found.push(Change { what, old, new });
        }
    };
    tell(words::CURRENCY.to_owned(), Some(old.currency.to_string()), Some(new.currency.to_string()));
    for named in &new.features {
        let before = old.features.iter().find(|other| other.feature == named.feature);
        let what = words::feature_called(named.feature.as_str());
        tell(what, before.map(|before| before.name.clone()), Some(named.name.clone()));
    }
    for offer in &new.offers {
        match old.offers.iter().find(|other| other.offer == offer.offer) {
            Some(before) => {
                let (before, after) = (facts(before, old, price), facts(offer, new, price));
                for (fact, value) in &after {
                    tell(words::of_offer(&offer.name, &fact.1), before.get(fact).cloned(), Some(value.clone()));
                }
                for (fact, value) in before.iter().filter(|(fact, _)| !after.contains_key(*fact)) {
                    tell(words::of_offer(&offer.name, &fact.1), Some(value.clone()), None);
                }
            }
            None => tell(offer.name.clone(), None, Some(words::ADDED.to_owned())),
        }
    }
    for offer in &old.offers {
        if !new.offers.iter().any(|other| other.offer == offer.offer) {
            tell(offer.name.clone(), Some(words::ON_SALE.to_owned()), None);
        }
    }
    for named in &old.features {
        if !new.features.iter().any(|other| other.feature == named.feature) {
            tell(words::feature_called(named.feature.as_str()), Some(named.name.clone()), None);
        }
    }
    // The order of those that stay, by the slugs that never change.
    let order = |menu: &MenuContent, other: &MenuContent| -> Vec<String> {
        let stays = |offer: &&Offer| other.offers.iter().any(|o| o.offer == offer.offer);
        menu.offers.iter().filter(stays).map(|offer| offer.offer.to_string()).collect()
    };
    tell(words::ORDER_OF_OFFERS.to_owned(), Some(order(old, new).join(", ")), Some(order(new, old).join(", ")));
    found
}

/// A fact of an offer: the group it stands in, and what it is about.
type Fact = (u32, String);

/// Everything an offer says, each fact under what it is about.
fn facts(offer: &Offer, menu: &MenuContent, price: &Price) -> BTreeMap<Fact, String> {
    let mut facts = BTreeMap::new();
    let mut add = |group: u32, what: &str, value: String| {
        facts.insert((group, what.to_owned()), value);
    };
    let cost = |amount: i64| price(amount, menu);
    add(0, words::NAME_FACT, offer.name.clone());
    add(1, words::SUMMARY_FACT, offer.summary.clone());
    add(2, words::BASE_FACT, cost(offer.base));
    for choice in &offer.terms {
        let trial = if choice.trial { format!(" ({})", words::TRIAL_FACT) } else { String::new() };
        add(3, &phrase::term(choice.term), format!("{}{trial}", cost(choice.price)));
    }
    for feature in &offer.features {
        let name = phrase::feature(&menu.features, &feature.feature);
        let value =
            if feature.included { words::INCLUDED_FACT.to_owned() } else { words::optional_for(&cost(feature.price)) };
        add(4, name, value);
    }
    for uses in &offer.uses {
        let name = phrase::feature(&menu.features, &uses.feature);
        for choice in &uses.limits {
            add(5, &format!("{name}, {}", limit_text(choice.limit)), cost(choice.price));
        }
        let every = uses.resets.map_or_else(|| words::WHOLE_TERM.to_owned(), phrase::period);
        add(6, &words::counted_fact(name), format!("{}, {every}", counting(uses.count)));
    }
    for choice in &offer.terminals {
        add(7, &words::devices(choice.limit), cost(choice.price));
    }
    for choice in &offer.seats {
        add(8, &words::seats(choice.limit), cost(choice.price));
    }
    add(9, words::MOVING_FACT, phrase::moving(&offer.moving));
    add(10, words::RECOVERIES_FACT, offer.moving.recoveries.to_string());
    add(11, words::OFFLINE_FACT, phrase::period(offer.offline.window));
    add(12, words::SLICE_FACT, offer.offline.slice.to_string());
    let agreement = words::titled_version(&offer.agreement.title, offer.agreement.version);
    add(13, words::AGREEMENT_FACT, agreement);
    facts
}

fn limit_text(limit: Option<u64>) -> String {
    limit.map_or_else(|| words::UNLIMITED.to_owned(), words::uses)
}

/// When uses are counted, in words.
pub(super) fn counting(count: Counting) -> &'static str {
    match count {
        Counting::OnIssue => words::COUNT_ON_ISSUE,
        Counting::OnCheckout => words::COUNT_ON_CHECKOUT,
        Counting::OnUse => words::COUNT_ON_USE,
    }
}

#[cfg(test)]
mod tests;
