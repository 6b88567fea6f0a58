//! What a vendor writes of a menu, before it is a version of one.

use serde::{Deserialize, Serialize};

use super::{FeatureName, Menu, MenuProduct, Offer, VendorName};
use crate::canonical::CanonicalError;
use crate::money::Currency;
use crate::slug::Slug;
use crate::tax::Tax;

/// What a vendor edits of a menu: everything that is not already known of the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MenuContent {
    /// The currency of every price.
    pub currency: Currency,
    /// Every feature that an offer names, in words.
    #[serde(default)]
    pub features: Vec<FeatureName>,
    /// What may be chosen, in the order in which it is shown.
    #[serde(default)]
    pub offers: Vec<Offer>,
}

/// Whose menu it is, and of what: what a version of it says beside its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuHead {
    /// Whose.
    pub vendor: VendorName,
    /// The product's slug.
    pub product: Slug,
    /// The product's name in words.
    pub name: String,
    /// One sentence about it.
    pub summary: String,
    /// The vendor's tax, as its settings have it.
    pub tax: Option<Tax>,
}

impl MenuContent {
    /// The version of the menu that this would be. Errors: a number beyond what canonical JSON keeps, which
    /// [`MenuContent::find_faults`] tells before.
    pub fn into_menu(self, head: MenuHead, version: u32) -> Result<Menu, CanonicalError> {
        let MenuHead { vendor, product: slug, name, summary, tax } = head;
        let product = MenuProduct { slug, name, summary, features: self.features };
        let mut menu = Menu {
            menu: version,
            digest: String::new(),
            currency: self.currency,
            vendor,
            product,
            offers: self.offers,
            tax,
        };
        menu.digest = menu.compute_digest()?;
        Ok(menu)
    }
}

impl Menu {
    /// What its vendor wrote of it.
    pub fn content(&self) -> MenuContent {
        let Self { currency, product, offers, .. } = self;
        MenuContent { currency: *currency, features: product.features.clone(), offers: offers.clone() }
    }
}
