//! What orders and licenses refer to: the vendor, the product and the menu that they were bought from.

use std::collections::BTreeMap;
use std::rc::Rc;

use shared::api::catalog::{Brand, ProductSummary};
use shared::id::{ProductId, VendorId};
use shared::menu::{Menu, Offer};
use shared::slug::Slug;

use super::catalog::summarize;
use super::storefront::find_brand;
use crate::store::records::{Product, Vendor};
use crate::store::{Outcome, StoreError, Tx};

/// A product as it was sold.
#[derive(Clone, Debug)]
pub(super) struct Bought {
    pub(super) vendor: Vendor,
    pub(super) product: Product,
    pub(super) menu: Menu,
    /// What the vendor looks like.
    brand: Option<Brand>,
}

impl Bought {
    /// Finds what an order or a license names; that it is there, the database's references promise.
    pub(super) fn find(tx: &mut dyn Tx, vendor_id: VendorId, product_id: ProductId, menu: u32) -> Outcome<Self> {
        let gone = || StoreError::Fault(format!("menu {menu} of {product_id} is referred to, and is not there"));
        let vendor = tx.vendor_by_id(vendor_id)?.ok_or_else(gone)?;
        let product = tx.product_by_id(vendor_id, product_id)?.ok_or_else(gone)?;
        let menu = tx.menu(&product, menu)?.ok_or_else(gone)?;
        Self::of(tx, vendor, product, menu)
    }

    /// A product of the vendor's with its menu.
    pub(super) fn of(tx: &mut dyn Tx, vendor: Vendor, product: Product, menu: Menu) -> Outcome<Self> {
        let brand = find_brand(tx, &vendor)?;
        Ok(Self { vendor, product, menu, brand })
    }

    /// The offer with this slug.
    pub(super) fn offer(&self, offer: &Slug) -> Outcome<&Offer> {
        let gone = || StoreError::Fault(format!("offer {offer} is not in menu {} any more", self.menu.menu));
        self.menu.offer(offer).ok_or_else(gone)
    }

    /// The product as lists show it.
    pub(super) fn summary(&self) -> ProductSummary {
        summarize(self.vendor.clone(), self.product.clone(), self.brand.clone())
    }
}

/// What was found already, while a list is put together: most of a list was bought from one menu.
#[derive(Default)]
pub(super) struct BoughtBefore(BTreeMap<(ProductId, u32), Rc<Bought>>);

impl BoughtBefore {
    /// As [`Bought::find`].
    pub(super) fn find(
        &mut self,
        tx: &mut dyn Tx,
        vendor_id: VendorId,
        product_id: ProductId,
        menu: u32,
    ) -> Outcome<Rc<Bought>> {
        if let Some(bought) = self.0.get(&(product_id, menu)) {
            return Ok(Rc::clone(bought));
        }
        let bought = Rc::new(Bought::find(tx, vendor_id, product_id, menu)?);
        self.0.insert((product_id, menu), Rc::clone(&bought));
        Ok(bought)
    }
}
