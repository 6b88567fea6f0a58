//! The license menu: offers, and what may be chosen from each (mechanism L1). Immutable once published.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::canonical::{self, CanonicalError};
use crate::money::Currency;
use crate::slug::{Feature, Slug};
use crate::tax::Tax;
use crate::time::{Date, Period};

mod check;
mod content;
mod rules;

pub use check::{MAX_PRICE, MenuError};
pub use content::{MenuContent, MenuHead};
pub use rules::{Counting, Leasing, MAX_LEASE_SECONDS, MAX_OFFLINE_DAYS, Moving, Offline, Unreturned};

/// A product's published list of offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Menu {
    /// The version, counted from 1 within the product.
    pub menu: u32,
    /// SHA-256 over the canonical JSON of everything but this member, base64url.
    pub digest: String,
    /// The currency of every price.
    pub currency: Currency,
    /// Whose menu it is.
    pub vendor: VendorName,
    /// What is licensed.
    pub product: MenuProduct,
    /// What may be chosen, in the order in which it is shown.
    pub offers: Vec<Offer>,
    /// The vendor's tax when this was published; left out where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Tax>,
}

/// A vendor as customers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VendorName {
    /// Its slug, as in addresses.
    pub slug: Slug,
    /// Its name in words.
    pub name: String,
}

/// A product as customers see it, with its features in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MenuProduct {
    /// Its slug, unique within the vendor.
    pub slug: Slug,
    /// Its name in words.
    pub name: String,
    /// One sentence about it.
    pub summary: String,
    /// Every feature that an offer names, in words.
    pub features: Vec<FeatureName>,
}

/// A feature in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeatureName {
    /// The feature as it stands in passes.
    pub feature: Feature,
    /// Its name in words: "Export as PDF".
    pub name: String,
}

/// One line of the menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Offer {
    /// Its slug, unique within the menu.
    pub offer: Slug,
    /// Its name in words.
    pub name: String,
    /// One sentence about it.
    pub summary: String,
    /// The price before any choice, minor units.
    pub base: i64,
    /// Included features, and those that may be added.
    pub features: Vec<OfferFeature>,
    /// How long the license may last; at least one.
    pub terms: Vec<TermChoice>,
    /// For counted features: how many uses.
    #[serde(default)]
    pub uses: Vec<UsesChoice>,
    /// On how many devices; one device at no price when empty.
    #[serde(default)]
    pub terminals: Vec<LimitChoice>,
    /// How many leases at once; none when empty.
    #[serde(default)]
    pub seats: Vec<LimitChoice>,
    /// Whether and how often a pass may move.
    #[serde(default)]
    pub moving: Moving,
    /// How a pass behaves without contact.
    #[serde(default)]
    pub offline: Offline,
    /// How services check a license out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub leasing: Leasing,
    /// The license text that must be agreed to.
    pub agreement: AgreementName,
}

/// A feature of an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferFeature {
    /// The feature as it stands in passes.
    pub feature: Feature,
    /// True when every license of this offer has it; false when it is a choice.
    pub included: bool,
    /// What choosing it adds, minor units; absent means nothing.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub price: i64,
}

/// A term that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TermChoice {
    /// The term.
    pub term: Term,
    /// What it adds, minor units.
    pub price: i64,
    /// True for a trial: once per customer and product.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub trial: bool,
}

/// How many uses of one counted feature may be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsesChoice {
    /// The counted feature.
    pub feature: Feature,
    /// The limits to choose from; `null` is unlimited.
    pub limits: Vec<UsesLimit>,
    /// The limit is granted anew each such period, counted from the term's start; absent: once for the whole term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resets: Option<Period>,
    /// When a use is counted.
    #[serde(default)]
    pub count: Counting,
}

/// A number of uses that may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsesLimit {
    /// Uses per period or term; `null` is unlimited.
    #[serde(deserialize_with = "Option::deserialize")]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub limit: Option<u64>,
    /// What it adds, minor units.
    pub price: i64,
}

/// A number of devices or seats that may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LimitChoice {
    /// How many.
    pub limit: u32,
    /// What it adds, minor units.
    pub price: i64,
}

/// Names a version of the license text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgreementName {
    /// The version, counted from 1.
    pub version: u32,
    /// SHA-256 over the text, base64url.
    pub digest: String,
    /// The title.
    pub title: String,
}

/// How long a license lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// From purchase, for a calendar period: `P1M`.
    For(Period),
    /// From the first pass, for a calendar period: `first_use:P14D`.
    FirstUse(Period),
    /// From purchase through the whole of a day, UTC: `until:2027-12-31`.
    Until(Date),
    /// From purchase, without end: `perpetual`.
    Perpetual,
}

/// The text is not a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermError;

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::For(period) => period.fmt(f),
            Self::FirstUse(period) => write!(f, "first_use:{period}"),
            Self::Until(date) => write!(f, "until:{date}"),
            Self::Perpetual => f.write_str("perpetual"),
        }
    }
}

impl FromStr for Term {
    type Err = TermError;

    fn from_str(text: &str) -> Result<Self, TermError> {
        if text == "perpetual" {
            return Ok(Self::Perpetual);
        }
        let term = match text.split_once(':') {
            Some(("first_use", period)) => period.parse().map(Self::FirstUse),
            Some(("until", date)) => date.parse().map(Self::Until),
            Some(_) => return Err(TermError),
            None => text.parse().map(Self::For),
        };
        term.map_err(|_| TermError)
    }
}

crate::wire_as_text!(Term, "a term: a period, first_use:PERIOD, until:DATE or perpetual", "P1Y");

impl Offer {
    /// True when choosing `term` makes a license a trial.
    pub fn is_trial(&self, term: Term) -> bool {
        self.terms.iter().any(|choice| choice.term == term && choice.trial)
    }
}

impl Menu {
    /// The offer with this slug.
    pub fn offer(&self, offer: &Slug) -> Option<&Offer> {
        self.offers.iter().find(|candidate| candidate.offer == *offer)
    }

    /// The feature's name in words, or the feature itself where the menu has none.
    pub fn feature_name<'a>(&'a self, feature: &'a Feature) -> &'a str {
        let named = self.product.features.iter().find(|named| named.feature == *feature);
        named.map_or(feature.as_str(), |named| &named.name)
    }

    /// The digest that the menu's content has: what `digest` must be.
    pub fn compute_digest(&self) -> Result<String, CanonicalError> {
        let mut content = serde_json::to_value(self).map_err(|_| CanonicalError)?;
        if let Some(members) = content.as_object_mut() {
            members.remove("digest");
        }
        canonical::digest(&content)
    }
}

pub(crate) fn is_zero<T: Default + PartialEq>(price: &T) -> bool {
    *price == T::default()
}
