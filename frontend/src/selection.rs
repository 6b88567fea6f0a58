//! What the customer is choosing: its text in addresses, its defaults, and how a click changes it.
//!
//! A selection made here always satisfies `shared::quote`: [`fit`] repairs one that came from elsewhere.

pub mod changes;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use shared::menu::{LimitChoice, Menu, Offer, UsesChoice};
use shared::quote::Selection;
use shared::slug::{Feature, Slug};

use crate::api;

#[cfg(test)]
mod tests;

/// The selection as it stands in an address: base64url of its JSON.
pub fn encode(selection: &Selection) -> String {
    URL_SAFE_NO_PAD.encode(api::write(selection).unwrap_or_default())
}

/// The selection in an address; `None` when it holds none.
pub fn decode(text: &str) -> Option<Selection> {
    let json = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    api::read(&json).ok()
}

/// What an offer is chosen with at first: its first term, nothing added, the first of every number.
pub fn first_of(offer: &Offer) -> Option<Selection> {
    let term = offer.terms.first()?.term;
    let features = Vec::new();
    let bare = Selection {
        offer: offer.offer.clone(),
        features,
        term,
        uses: std::collections::BTreeMap::new(),
        terminals: None,
        seats: None,
        coupon: None,
    };
    Some(fit_to(offer, bare))
}

/// `wanted` as far as the menu offers it, and the first choice where it does not.
pub fn fit(menu: &Menu, wanted: Option<Selection>) -> Option<Selection> {
    let Some(wanted) = wanted else { return first_of(menu.offers.first()?) };
    match menu.offer(&wanted.offer) {
        Some(offer) => Some(fit_to(offer, wanted)),
        None => first_of(menu.offers.first()?),
    }
}

fn fit_to(offer: &Offer, mut selection: Selection) -> Selection {
    let optional = |feature: &Feature| offer.features.iter().any(|f| f.feature == *feature && !f.included);
    let mut seen = Vec::new();
    for feature in std::mem::take(&mut selection.features) {
        if optional(&feature) && !seen.contains(&feature) {
            seen.push(feature);
        }
    }
    selection.features = seen;
    if let Some(first) = offer.terms.first()
        && !offer.terms.iter().any(|choice| choice.term == selection.term)
    {
        selection.term = first.term;
    }
    let kept = std::mem::take(&mut selection.uses);
    for uses in counted(offer, &selection) {
        let wanted = kept.get(&uses.feature).copied();
        let limit = uses.limits.iter().find(|choice| Some(choice.limit) == wanted).or(uses.limits.first());
        if let Some(limit) = limit {
            selection.uses.insert(uses.feature.clone(), limit.limit);
        }
    }
    selection.terminals = fit_limit(&offer.terminals, selection.terminals);
    selection.seats = fit_limit(&offer.seats, selection.seats);
    selection.coupon = None;
    selection
}

fn fit_limit(choices: &[LimitChoice], wanted: Option<u32>) -> Option<u32> {
    let found = choices.iter().find(|choice| Some(choice.limit) == wanted);
    found.or(choices.first()).map(|choice| choice.limit)
}

/// The counted features that a license of this selection has.
pub fn counted<'a>(offer: &'a Offer, selection: &Selection) -> Vec<&'a UsesChoice> {
    let has = |feature: &Feature| {
        selection.features.contains(feature) || offer.features.iter().any(|f| f.feature == *feature && f.included)
    };
    offer.uses.iter().filter(|uses| has(&uses.feature)).collect()
}

/// Takes another offer, keeping what was chosen and both have.
pub fn take_offer(menu: &Menu, selection: &Selection, offer: &Slug) -> Option<Selection> {
    let mut wanted = selection.clone();
    let had_choice = menu.offer(&selection.offer).is_some_and(|offer| offer.terms.len() > 1);
    wanted.offer = offer.clone();
    // A term that was the only one was no choice, and "forever" of a free offer must not become the dearest of another.
    if let (false, Some(first)) = (had_choice, menu.offer(offer).and_then(|offer| offer.terms.first())) {
        wanted.term = first.term;
    }
    fit(menu, Some(wanted))
}

/// Adds a feature, or takes it away.
pub fn toggle(menu: &Menu, selection: &Selection, feature: &Feature) -> Option<Selection> {
    let mut wanted = selection.clone();
    let before = wanted.features.len();
    wanted.features.retain(|added| added != feature);
    if wanted.features.len() == before {
        wanted.features.push(feature.clone());
    }
    fit(menu, Some(wanted))
}
