//! Products, drafts of menus, published menus and agreements, as a vendor's team edits them.

use serde::{Deserialize, Serialize};

use crate::api::problem::FieldProblem;
use crate::id::ProductId;
pub use crate::menu::MenuContent;
use crate::slug::Slug;
use crate::tax::Tax;
use crate::time::Timestamp;

/// One item of `GET …/products`; `GET …/products/{product}`. Its `ETag` is the revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Product {
    /// The product.
    pub product_id: ProductId,
    /// Its slug, unique within the vendor; it never changes.
    pub product: Slug,
    /// Its name in words.
    pub name: String,
    /// One sentence about it.
    pub summary: String,
    /// The web origins of its apps: `https://app.example.com`.
    pub origins: Vec<String>,
    /// Where the app is opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_url: Option<String>,
    /// The version of its published menu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub menu: Option<u32>,
    /// Whether a draft of the next menu is saved.
    pub has_draft: bool,
    /// Grows with every change.
    pub revision: u64,
}

/// `POST …/products`: answers 201 [`Product`].
///
/// Errors: `CONFLICT` when the vendor has a product with this slug.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductNew {
    /// Its slug; part of addresses and of every pass.
    pub product: Slug,
    /// Its name in words, 1 to 100 characters.
    pub name: String,
    /// One sentence about it, at most 300 characters.
    pub summary: String,
    /// The web origins of its apps, at most 50.
    #[serde(default)]
    pub origins: Vec<String>,
    /// Where the app is opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_url: Option<String>,
}

/// `PUT …/products/{product}`, with `If-Match`: answers [`Product`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductEdit {
    /// Its name in words, 1 to 100 characters.
    pub name: String,
    /// One sentence about it, at most 300 characters.
    pub summary: String,
    /// The web origins of its apps, at most 50.
    #[serde(default)]
    pub origins: Vec<String>,
    /// Where the app is opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_url: Option<String>,
}

/// `GET …/products/{product}/draft`: the next menu, as far as it is written; without a saved draft the published menu, or an empty one.
/// `PUT` of a [`MenuContent`] with `If-Match` saves it and answers the same; it may be wrong by the rules. `DELETE` discards it. Its `ETag` is the
/// revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Draft {
    /// The newest version when it was saved, which it would follow; 0 where there was none.
    pub base: u32,
    /// What it says.
    pub content: MenuContent,
    /// The vendor's tax, which it is published with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Tax>,
    /// What must be put right before it can be published.
    pub problems: Vec<FieldProblem>,
    /// What may be published, but is perhaps not meant.
    pub warnings: Vec<FieldProblem>,
    /// Grows with every save, publishing and discarding; 0 where none was ever saved.
    pub revision: u64,
    /// Whether this is a saved draft.
    pub is_saved: bool,
    /// When it was saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved_at: Option<Timestamp>,
    /// Who saved it: a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved_by: Option<String>,
}

/// `POST …/products/{product}/menus`, with `Idempotency-Key`: publishes the draft; answers 201 [`MenuVersion`].
///
/// Errors: `CONFLICT` when the draft is another by now, or began from a menu that is not the newest any more; `INVALID_INPUT` with what must be put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublishRequest {
    /// The draft as it was looked at.
    pub revision: u64,
}

/// One item of `GET …/products/{product}/menus`, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MenuVersion {
    /// The version.
    pub menu: u32,
    /// Its digest.
    pub digest: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// Who published it: a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_by: Option<String>,
    /// How many offers it has.
    pub offers: u32,
    /// How many orders were made from it.
    pub orders: u64,
}

/// `POST …/agreements`: a license text, or the next version of one with the same title; answers 201 [`crate::menu::AgreementName`].
/// The same text again answers the version there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgreementNew {
    /// The title, 1 to 100 characters.
    pub title: String,
    /// The text, 1 to 50,000 characters; paragraphs are separated by blank lines.
    pub text: String,
}

/// One item of `GET …/agreements`, by title, the newest version first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgreementRow {
    /// The version, counted from 1 for each title.
    pub version: u32,
    /// SHA-256 over the UTF-8 text, base64url.
    pub digest: String,
    /// The title.
    pub title: String,
    /// The products whose published menus name it.
    pub products: Vec<Slug>,
}
