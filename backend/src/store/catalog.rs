//! What a vendor's team edits and asks of its catalog and its keys.

use shared::id::VendorId;
use shared::menu::{AgreementName, Menu, MenuContent};
use shared::slug::Slug;
use shared::time::Timestamp;

use super::Outcome;
use super::records::{Pass, Product};

/// A product with what its vendor's team sees of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductRecord {
    /// The product.
    pub product: Product,
    /// Counted up with every change.
    pub revision: u64,
    /// The version of its newest menu.
    pub menu: Option<u32>,
    /// Whether a draft of the next menu is saved.
    pub has_draft: bool,
}

/// The next menu of a product, as far as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftRecord {
    /// Counted up by one with every save, publishing and discarding.
    pub revision: u64,
    /// The newest version when it was saved; 0 where there was none.
    pub base: u32,
    /// What was saved; nothing once it was published or discarded.
    pub saved: Option<SavedDraft>,
}

/// A saved draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedDraft {
    /// What it says; it may be wrong by the rules.
    pub content: MenuContent,
    /// When.
    pub at: Timestamp,
    /// Who: an account's or a token's id.
    pub by: String,
}

/// A published version of a menu, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuRecord {
    /// The version.
    pub version: u32,
    /// Its digest.
    pub digest: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// Who published it: an account's or a token's id.
    pub published_by: Option<String>,
    /// How many offers it has.
    pub offers: u32,
    /// How many orders were made from it.
    pub orders: u64,
}

/// What the store does for whoever edits a catalog.
pub trait Catalog {
    /// A vendor's products in the order of their slugs, after that one, whose slug or name contains `q` (lower case), at most
    /// `limit`.
    fn product_records(
        &mut self,
        vendor_id: VendorId,
        q: &str,
        after: Option<&Slug>,
        limit: u32,
    ) -> Outcome<Vec<ProductRecord>>;
    /// The vendor's product with this slug.
    fn product_record(&mut self, vendor_id: VendorId, slug: &Slug) -> Outcome<Option<ProductRecord>>;
    /// Sets the product's name, summary, origins and address, and counts its revision up. Its slug stays.
    fn update_product(&mut self, product: &Product) -> Outcome<()>;
    /// Deletes a product that never had a menu, with its draft. The database refuses others.
    fn delete_product(&mut self, product: &Product) -> Outcome<()>;

    /// The product's draft; `None` where none was ever saved.
    fn draft(&mut self, product: &Product) -> Outcome<Option<DraftRecord>>;
    /// Sets the draft, whose revision must be the one there is plus one; 1 for the first.
    fn set_draft(&mut self, product: &Product, draft: &DraftRecord) -> Outcome<()>;
    /// The product's menus, the newest first, older than `before`, at most `limit`.
    fn menu_records(&mut self, product: &Product, before: Option<u32>, limit: u32) -> Outcome<Vec<MenuRecord>>;
    /// [`super::Tx::publish_menu`], with who published it.
    fn publish_menu_by(&mut self, product: &Product, menu: &Menu, by: &str, now: Timestamp) -> Outcome<()>;

    /// A vendor's license texts by title, the newest version first, after that one, at most `limit`; each with the products whose
    /// newest menus name it.
    fn agreements(
        &mut self,
        vendor_id: VendorId,
        after: Option<&AgreementName>,
        limit: u32,
    ) -> Outcome<Vec<(AgreementName, Vec<Slug>)>>;
    /// The newest version of the license text with this title; 0 where there is none.
    fn agreement_version(&mut self, vendor_id: VendorId, title: &str) -> Outcome<u32>;

    /// Remembers which key signed the pass's newest token.
    fn note_signed(&mut self, pass: &Pass, kid: &str) -> Outcome<()>;
    /// How many passes that are not `invalid` have their newest token from this key of the vendor's.
    fn count_signed(&mut self, vendor_id: VendorId, kid: &str) -> Outcome<u64>;
}
