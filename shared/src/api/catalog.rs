//! What is on offer: products, menus (see [`crate::menu::Menu`]), agreements and quotes.

use serde::{Deserialize, Serialize};

use crate::api::order::PaymentMethod;
use crate::brand::Accents;
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
    /// What its vendor looks like; absent where nothing is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Brand>,
}

/// What a vendor looks like on its customers' pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Brand {
    /// Its colour, in the shades that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accents: Option<Accents>,
    /// Its logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
}

/// A vendor's logo: a raster image on this very host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Logo {
    /// Where it is, below this host: `/v/acme/logo/…`. Another image has another address.
    pub path: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// `GET /vendors/{vendor}`: a vendor as its customers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublicVendor {
    /// Its slug.
    pub vendor: Slug,
    /// Its name in words.
    pub name: String,
    /// Where customers write to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_email: Option<String>,
    /// Its own pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// What it looks like; absent where nothing is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Brand>,
    /// How its orders may be paid, those that cost something; none where nothing can be bought now.
    pub payments: Vec<PaymentMethod>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OriginAnswer {
    /// True when the vendor registered the origin for this product, or it is the portal's own.
    pub registered: bool,
    /// What the vendor looks like, for the connect window; absent where nothing is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Brand>,
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
