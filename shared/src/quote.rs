//! What a selection costs: a pure function of menu and selection, the same in the page and in the server.

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::canonical;
use crate::coupon::{CouponCode, CouponTerms};
use crate::menu::{LimitChoice, Menu, Offer, Term};
use crate::money::{Money, checked_sum};
use crate::slug::{Feature, Slug};
use crate::tax::{QuoteTax, TaxRate};

#[cfg(test)]
mod tests;

/// What a customer picked from an offer (mechanism L3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Selection {
    /// The offer.
    pub offer: Slug,
    /// The optional features that were added; included ones are not repeated.
    #[serde(default)]
    pub features: Vec<Feature>,
    /// The term.
    pub term: Term,
    /// For each counted feature that the license will have, the limit; `null` is unlimited. A feature with a single
    /// limit to choose from may be left out.
    #[serde(default)]
    pub uses: BTreeMap<Feature, Option<u64>>,
    /// How many devices; may be left out where there is one choice or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminals: Option<u32>,
    /// How many seats; may be left out where there is one choice or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<u32>,
    /// A coupon's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
}

/// The itemised price of a selection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quote {
    /// The parts of the price, in a fixed order; parts that cost nothing are listed too.
    pub lines: Vec<QuoteLine>,
    /// The sum of the lines.
    pub total: Money,
    /// The tax in the total, where the menu has one: a line of its own, or a part of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<QuoteTax>,
    /// SHA-256 over the menu's digest, the lines, the total and the tax: what an order is placed against.
    pub digest: String,
}

/// One part of a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuoteLine {
    /// What is paid for.
    pub item: QuoteItem,
    /// Its price; what a coupon takes off is below zero.
    pub price: Money,
}

/// What a line of a quote is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum QuoteItem {
    /// The offer itself.
    Base {
        /// Its slug.
        offer: Slug,
    },
    /// The term.
    Term {
        /// The chosen term.
        term: Term,
    },
    /// An optional feature.
    Feature {
        /// The feature.
        feature: Feature,
    },
    /// Uses of a counted feature.
    Uses {
        /// The feature.
        feature: Feature,
        /// How many; `null` is unlimited.
        limit: Option<u64>,
    },
    /// Devices.
    Terminals {
        /// How many.
        limit: u32,
    },
    /// Seats.
    Seats {
        /// How many.
        limit: u32,
    },
    /// A coupon; its price is negative.
    Coupon {
        /// Its code.
        code: CouponCode,
    },
    /// A tax that is added to the other lines.
    Tax {
        /// What it is called.
        name: String,
        /// Its rate, in percent.
        rate: TaxRate,
    },
}

/// The member of a selection that is wrong, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectionError {
    /// A path like `features` or `uses.ai.render`.
    pub field: String,
    /// What is wrong, as a sentence for the customer.
    pub detail: &'static str,
}

impl fmt::Display for SelectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.detail)
    }
}

impl core::error::Error for SelectionError {}

fn wrong(field: &str, detail: &'static str) -> SelectionError {
    SelectionError { field: field.to_owned(), detail }
}

/// A selection with everything spelled out that it may leave out: what a license will have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen<'a> {
    /// The offer.
    pub offer: &'a Offer,
    /// Included and added features, in the offer's order.
    pub features: Vec<&'a Feature>,
    /// The term.
    pub term: Term,
    /// For each counted feature of the license: the limit, `None` for unlimited.
    pub uses: Vec<(&'a Feature, Option<u64>)>,
    /// On how many devices.
    pub terminals: u32,
    /// How many leases at once.
    pub seats: u32,
    lines: Vec<(QuoteItem, i64)>,
}

/// The price of `selection`, itemised; one that names a coupon is refused. See [`quote_with`].
pub fn quote(menu: &Menu, selection: &Selection) -> Result<Quote, SelectionError> {
    quote_with(menu, selection, None)
}

/// What `selection` costs whoever is given it: nothing, with no lines. Errors: as [`quote`], and `coupon` when it names one.
pub fn quote_nothing(menu: &Menu, selection: &Selection) -> Result<Quote, SelectionError> {
    choose(menu, selection)?;
    if selection.coupon.is_some() {
        return Err(wrong("coupon", "what is given has no price to take from"));
    }
    let (lines, total) = (Vec::new(), Money::new(0, menu.currency));
    let content = serde_json::json!({ "menu": menu.digest, "lines": lines, "total": total });
    let digest = canonical::digest(&content).map_err(|_| wrong("offer", "the total is too large"))?;
    Ok(Quote { lines, total, tax: None, digest })
}

/// The price of `selection`, itemised, with the terms of the coupon that it names.
///
/// The coupon's line is negative and follows what it takes off from; the sum is never below zero. A tax that is added comes last: it is
/// of what is paid after the coupon. Errors name the first member that is wrong,
/// in this order: offer, features, term, uses, terminals, seats, coupon; and `offer` when the sum leaves the range of amounts,
/// which a checked menu does not allow.
pub fn quote_with(menu: &Menu, selection: &Selection, coupon: Option<&CouponTerms>) -> Result<Quote, SelectionError> {
    let Chosen { mut lines, .. } = choose(menu, selection)?;
    let money = |amount| Money::new(amount, menu.currency);
    let sum = lines.iter().try_fold(0, |sum, (_, price)| checked_sum(sum, *price));
    let mut sum = sum.ok_or_else(|| wrong("offer", "the total is too large"))?;
    if let Some(wanted) = &selection.coupon {
        let terms = coupon.filter(|terms| wanted.parse() == Ok(terms.code.clone()));
        let terms = terms.ok_or_else(|| wrong("coupon", "this coupon is not known"))?;
        let off = terms.take_off(&selection.offer, sum, menu.currency).map_err(|detail| wrong("coupon", detail))?;
        sum -= off;
        lines.push((QuoteItem::Coupon { code: terms.code.clone() }, -off));
    }
    let too_large = || wrong("offer", "the total is too large");
    let (mut tax, mut total) = (None, money(sum));
    if let Some(found) = &menu.tax {
        let (part, with_tax) = found.of(total).ok_or_else(too_large)?;
        if !part.included {
            lines.push((QuoteItem::Tax { name: part.name.clone(), rate: part.rate }, part.amount.amount));
        }
        (tax, total) = (Some(part), with_tax);
    }
    let lines: Vec<_> = lines.into_iter().map(|(item, price)| QuoteLine { item, price: money(price) }).collect();
    let mut content = serde_json::json!({ "menu": menu.digest, "lines": lines, "total": total });
    if let (Some(tax), Some(members)) = (&tax, content.as_object_mut()) {
        members.insert("tax".to_owned(), serde_json::json!(tax));
    }
    let digest = canonical::digest(&content).map_err(|_| too_large())?;
    Ok(Quote { lines, total, tax, digest })
}

/// Checks `selection` against its offer and spells out what it leaves out, but for its coupon. Errors as [`quote_with`].
pub fn choose<'a>(menu: &'a Menu, selection: &Selection) -> Result<Chosen<'a>, SelectionError> {
    let offer = menu.offer(&selection.offer).ok_or_else(|| wrong("offer", "this menu has no such offer"))?;
    let mut lines = vec![(QuoteItem::Base { offer: offer.offer.clone() }, offer.base)];

    let added = added_features(offer, selection)?;
    let term = offer.terms.iter().find(|choice| choice.term == selection.term);
    let term = term.ok_or_else(|| wrong("term", "this offer has no such term"))?;
    lines.push((QuoteItem::Term { term: term.term }, term.price));

    let has = |feature: &Feature| added.contains(feature);
    let mut features = Vec::new();
    for feature in &offer.features {
        if !feature.included && !has(&feature.feature) {
            continue;
        }
        features.push(&feature.feature);
        if !feature.included {
            lines.push((QuoteItem::Feature { feature: feature.feature.clone() }, feature.price));
        }
    }

    let mut uses = Vec::new();
    for (feature, limit, price) in chosen_uses(offer, selection, &features)? {
        uses.push((feature, limit));
        lines.push((QuoteItem::Uses { feature: feature.clone(), limit }, price));
    }
    let terminals = choose_limit(&offer.terminals, selection.terminals, "terminals")?;
    if let Some(choice) = terminals {
        lines.push((QuoteItem::Terminals { limit: choice.limit }, choice.price));
    }
    let seats = choose_limit(&offer.seats, selection.seats, "seats")?;
    if let Some(choice) = seats {
        lines.push((QuoteItem::Seats { limit: choice.limit }, choice.price));
    }
    Ok(Chosen {
        offer,
        features,
        term: term.term,
        uses,
        terminals: terminals.map_or(1, |choice| choice.limit),
        seats: seats.map_or(0, |choice| choice.limit),
        lines,
    })
}

fn added_features<'s>(offer: &Offer, selection: &'s Selection) -> Result<BTreeSet<&'s Feature>, SelectionError> {
    let mut added = BTreeSet::new();
    for feature in &selection.features {
        let known = offer.features.iter().find(|candidate| candidate.feature == *feature);
        let known = known.ok_or_else(|| wrong("features", "this offer has no such feature"))?;
        if known.included {
            return Err(wrong("features", "this feature is included and needs no adding"));
        }
        if !added.insert(feature) {
            return Err(wrong("features", "a feature is added twice"));
        }
    }
    Ok(added)
}

type ChosenUses<'a> = Vec<(&'a Feature, Option<u64>, i64)>;

fn chosen_uses<'a>(
    offer: &'a Offer,
    selection: &Selection,
    features: &[&Feature],
) -> Result<ChosenUses<'a>, SelectionError> {
    let field = |feature: &Feature| format!("uses.{feature}");
    for feature in selection.uses.keys() {
        if !offer.uses.iter().any(|uses| uses.feature == *feature) {
            return Err(wrong(&field(feature), "this offer does not count this feature"));
        }
        if !features.contains(&feature) {
            return Err(wrong(&field(feature), "this feature is counted only when it is added"));
        }
    }
    let mut chosen = Vec::new();
    for uses in offer.uses.iter().filter(|uses| features.contains(&&uses.feature)) {
        let limit = match (selection.uses.get(&uses.feature), uses.limits.as_slice()) {
            (Some(wanted), limits) => limits.iter().find(|choice| choice.limit == *wanted),
            (None, [only]) => Some(only),
            (None, _) => return Err(wrong(&field(&uses.feature), "choose a number of uses")),
        };
        let limit = limit.ok_or_else(|| wrong(&field(&uses.feature), "this number of uses is not offered"))?;
        chosen.push((&uses.feature, limit.limit, limit.price));
    }
    Ok(chosen)
}

fn choose_limit(
    choices: &[LimitChoice],
    wanted: Option<u32>,
    field: &'static str,
) -> Result<Option<LimitChoice>, SelectionError> {
    match (wanted, choices) {
        (None, []) => Ok(None),
        (None, [only]) => Ok(Some(*only)),
        (None, _) => Err(wrong(field, "choose how many")),
        (Some(1), []) if field == "terminals" => Ok(None),
        (Some(wanted), choices) => {
            let choice = choices.iter().find(|choice| choice.limit == wanted).copied();
            choice.map(Some).ok_or_else(|| wrong(field, "this number is not offered"))
        }
    }
}
