//! Authentication sources as people meet them: buttons at sign-in, and the sign-ins that are linked to an account.

use serde::{Deserialize, Serialize};

use crate::id::SourceId;
use crate::menu::VendorName;
use crate::slug::Slug;
use crate::time::Timestamp;

/// `GET /vendors/{vendor}/sources`: through what one may sign in to be this vendor's customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sources {
    /// In the order of their names.
    pub items: Vec<SourceName>,
}

/// A source by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceName {
    /// The source.
    pub source_id: SourceId,
    /// What it is called.
    pub name: String,
}

/// `GET /account/sources`: the sign-ins of vendors that vouch for the account's person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkedSources {
    /// Whether a source made this account, for its vendor alone; then nothing else opens it.
    pub made_by_source: bool,
    /// What is linked.
    pub items: Vec<LinkedSource>,
    /// What could be: the sources of the vendors whose customer the account is.
    pub offered: Vec<OfferedSource>,
}

/// A sign-in that is linked to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkedSource {
    /// The source.
    pub source_id: SourceId,
    /// What it is called.
    pub name: String,
    /// Whose it is.
    pub vendor: VendorName,
    /// Since when it is linked.
    pub linked_at: Timestamp,
    /// When its provider last vouched for the person.
    pub last_at: Timestamp,
}

/// A source that could be linked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferedSource {
    /// The source.
    pub source_id: SourceId,
    /// What it is called.
    pub name: String,
    /// Whose it is.
    pub vendor: VendorName,
}

/// `POST /account/sources`: begins to link a source; answers [`LinkStarted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkRequest {
    /// Whose source.
    pub vendor: Slug,
    /// Which.
    pub source_id: SourceId,
}

/// Where the person shows who they are to the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkStarted {
    /// The provider's address, for ten minutes and for this browser.
    pub url: String,
}
