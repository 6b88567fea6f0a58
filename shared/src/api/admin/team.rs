//! Vendors, their settings, their teams, and the tokens by which programs act for them.

use serde::{Deserialize, Serialize};

use super::mail::MailSending;
use crate::api::catalog::Brand;
use crate::api::order::PaymentMethod;
use crate::brand::Colour;
use crate::id::{AccountId, InvitationId, TokenId};
use crate::menu::VendorName;
use crate::slug::Slug;
use crate::tax::Tax;
use crate::team::{Permission, Role};
use crate::time::Timestamp;

/// One item of `GET /admin/vendors`: a vendor in whose team the caller is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Vendor {
    /// Its slug.
    pub vendor: Slug,
    /// Its name in words.
    pub name: String,
    /// What the caller is in its team.
    pub role: Role,
}

/// `POST /vendors`: a new vendor, whose owner the caller becomes; answers 201 [`Vendor`].
///
/// Errors: `FORBIDDEN` where the installation does not let people add vendors; `CONFLICT` when the slug is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VendorNew {
    /// Its slug; part of addresses and of every token.
    pub vendor: Slug,
    /// Its name in words, 1 to 100 characters.
    pub name: String,
}

/// `GET …/settings`, `PUT …/settings` with `If-Match`. The `ETag` is the revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Settings {
    /// The vendor's name in words, 1 to 100 characters.
    pub name: String,
    /// Where customers write to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_email: Option<String>,
    /// The vendor's own pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// The colour of the vendor's customer pages: any. The pages use the nearest that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent: Option<Colour>,
    /// The tax that the menus published from now on have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Tax>,
    /// Paying by invoice; absent where it is not offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceTerms>,
    /// What customers see of colour and logo. Only in answers, and ignored in requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Brand>,
    /// The products whose published menu has another tax than this, at most 100. Only in answers, and ignored in requests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_tax: Vec<OtherTax>,
    /// How customers may pay now. Only in answers, and ignored in requests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<PaymentMethod>,
    /// Whether this installation sends mail. The operator decides: only in answers, and ignored in requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailSending>,
}

/// How customers pay by invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvoiceTerms {
    /// The account to pay to, and what else is to be done: 1 to 2000 characters, in lines.
    pub instructions: String,
    /// How many days there are to pay: 1 to 90.
    pub days: u32,
}

/// A product whose published menu has another tax than the vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OtherTax {
    /// The product.
    pub product: Slug,
    /// Its name in words.
    pub name: String,
    /// The version of its menu.
    pub menu: u32,
    /// The tax of that menu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Tax>,
}

/// `PUT …/logo` with `If-Match`: a new logo; answers [`Settings`]. The `ETag` is the settings' revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogoUpload {
    /// A PNG, JPEG or WebP of at most 64 kB and 1024 by 1024 pixels, base64url.
    pub image: String,
}

/// `POST …/products/{product}/tax`: publishes the menu again with the vendor's tax; answers 201 `MenuVersion`.
/// Needs an `Idempotency-Key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetaxRequest {
    /// The version that was looked at.
    pub menu: u32,
}

/// One item of `GET …/members`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// Who.
    pub account_id: AccountId,
    /// The address.
    pub email: String,
    /// What the person is called.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub added_at: Timestamp,
}

/// `PATCH …/members/{account_id}`: answers [`Member`]. `DELETE` removes the member; anybody may remove themselves.
///
/// Errors: `FORBIDDEN` to give or take a role above one's own; `CONFLICT` when no owner would remain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberEdit {
    /// What they may do from now on.
    pub role: Role,
}

/// `POST …/invitations`: answers 201 [`InvitationMade`].
///
/// Errors: `FORBIDDEN` for a role above one's own; `CONFLICT` for somebody who is in the team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationNew {
    /// Who is invited.
    pub email: String,
    /// What they will be.
    pub role: Role,
}

/// One item of `GET …/invitations`: those that are open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// The invitation.
    pub invitation_id: InvitationId,
    /// Who is invited.
    pub email: String,
    /// What they will be.
    pub role: Role,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when; seven days.
    pub expires_at: Timestamp,
}

/// An invitation with its link, which is shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationMade {
    /// The invitation.
    pub invitation: Invitation,
    /// What to send to the person; whoever has it may join.
    pub url: String,
}

/// `POST /invitations/preview` answers [`InvitationPreview`]; `POST /invitations/accept` answers [`Vendor`], and the caller is a member.
///
/// Errors: `NOT_FOUND` for one that was used, withdrawn, or is over; `CONFLICT` for a caller who is in the team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationSecret {
    /// The secret part of the link.
    pub invitation: String,
}

/// What accepting would lead to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationPreview {
    /// Whose team.
    pub vendor: VendorName,
    /// What the caller will be.
    pub role: Role,
    /// Who invited: a name.
    pub invited_by: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// One item of `GET …/tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Token {
    /// The token.
    pub token_id: TokenId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Permission>,
    /// The first and last letters of the secret, to tell one from another.
    pub hint: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Who made it: a name.
    pub created_by: String,
    /// Until when; without end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

/// `POST …/tokens`: answers 201 [`TokenMade`].
///
/// Errors: `FORBIDDEN` for scopes beyond the caller's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenNew {
    /// What it is for, 1 to 100 characters.
    pub name: String,
    /// What it may do; at least one.
    #[serde(default)]
    pub scopes: Vec<Permission>,
    /// Until when; without end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// A token with its secret, which is shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenMade {
    /// The token.
    pub token: Token,
    /// `pgt_…`, for `Authorization: Bearer`.
    pub secret: String,
}
