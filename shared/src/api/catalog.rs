//! What is on offer: products, menus (see [`crate::menu::Menu`]), agreements and quotes.

use serde::{Deserialize, Serialize};

use crate::menu::VendorName;
use crate::quote::Selection;
use crate::slug::Slug;

/// One item of `GET /products`: a product with a published menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductSummary {
    /// Whose product it is.
    pub vendor: VendorName,
    /// Its slug, unique within the vendor.
    pub product: Slug,
    /// Its name in words.
    pub name: String,
    /// One sentence about it.
    pub summary: String,
}

/// `GET /vendors/{vendor}/agreements/{digest}`: a version of the license text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Agreement {
    /// The version, counted from 1.
    pub version: u32,
    /// SHA-256 over the UTF-8 text, base64url.
    pub digest: String,
    /// The title.
    pub title: String,
    /// The text; paragraphs are separated by blank lines.
    pub text: String,
}

/// `GET /vendors/{vendor}/products/{product}/origins?origin=…`: may this app origin be handed a pass?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OriginAnswer {
    /// True when the vendor registered the origin for this product, or it is the portal's own.
    pub registered: bool,
}

/// `POST /quotes`: answers [`crate::quote::Quote`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuoteRequest {
    /// The vendor.
    pub vendor: Slug,
    /// The product.
    pub product: Slug,
    /// The version of the menu that the selection was made from.
    pub menu_version: u32,
    /// What was picked.
    pub selection: Selection,
}
