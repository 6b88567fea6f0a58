//! What publishing would change, in words: "Pro, 1 year: €120.00 → €99.00".

use shared::menu::{Counting, Leasing, MenuContent, Offer, Unreturned};
use shared::money::Money;

use crate::admin::{intl, phrase, words};

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
                let find = |facts: &[Fact], wanted: &Fact| {
                    let same = |fact: &&Fact| fact.is_feature == wanted.is_feature && fact.about == wanted.about;
                    facts.iter().find(same).cloned()
                };
                for fact in &after {
                    let was = find(&before, fact).map(|fact| fact.value);
                    tell(words::of_offer(&offer.name, &fact.about), was, Some(fact.value.clone()));
                }
                for fact in before.iter().filter(|fact| find(&after, fact).is_none()) {
                    tell(words::of_offer(&offer.name, &fact.about), Some(fact.value.clone()), None);
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

/// Something that an offer says.
#[derive(Clone)]
struct Fact {
    /// Whether it is about a feature: those have names of the vendor's, which may be like any of ours.
    is_feature: bool,
    about: String,
    value: String,
}

/// Everything an offer says.
fn facts(offer: &Offer, menu: &MenuContent, price: &Price) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut tell = |is_feature: bool, about: &str, value: String| {
        facts.push(Fact { is_feature, about: about.to_owned(), value });
    };
    let cost = |amount: i64| price(amount, menu);
    tell(false, words::NAME_FACT, offer.name.clone());
    tell(false, words::SUMMARY_FACT, offer.summary.clone());
    tell(false, words::BASE_FACT, cost(offer.base));
    for choice in &offer.terms {
        let trial = if choice.trial { format!(" ({})", words::TRIAL_FACT) } else { String::new() };
        tell(false, &phrase::term(choice.term), format!("{}{trial}", cost(choice.price)));
    }
    for feature in &offer.features {
        let name = phrase::feature(&menu.features, &feature.feature);
        let value =
            if feature.included { words::INCLUDED_FACT.to_owned() } else { words::optional_for(&cost(feature.price)) };
        tell(true, name, value);
    }
    for uses in &offer.uses {
        let name = phrase::feature(&menu.features, &uses.feature);
        for choice in &uses.limits {
            tell(false, &format!("{name}, {}", limit_text(choice.limit)), cost(choice.price));
        }
        let every = uses.resets.map_or_else(|| words::WHOLE_TERM.to_owned(), phrase::period);
        tell(false, &words::counted_fact(name), format!("{}, {every}", counting(uses.count)));
    }
    for choice in &offer.terminals {
        tell(false, &words::devices(choice.limit), cost(choice.price));
    }
    for choice in &offer.seats {
        tell(false, &words::seats(choice.limit), cost(choice.price));
    }
    tell(false, words::MOVING_FACT, phrase::moving(&offer.moving));
    tell(false, words::RECOVERIES_FACT, offer.moving.recoveries.to_string());
    tell(false, words::OFFLINE_FACT, phrase::period(offer.offline.window));
    tell(false, words::SLICE_FACT, offer.offline.slice.to_string());
    let Leasing { min_seconds, max_seconds, unreturned } = offer.leasing;
    let returned = unreturned == Unreturned::Returned;
    tell(false, words::LEASES_FACT, words::leases(min_seconds, max_seconds, returned));
    let agreement = words::titled_version(&offer.agreement.title, offer.agreement.version);
    tell(false, words::AGREEMENT_FACT, agreement);
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
