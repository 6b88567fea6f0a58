//! Licenses as their customer sees them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::api::catalog::ProductSummary;
use crate::id::{LicenseId, OrderId, PassId};
use crate::license::{Counter, LicenseState, LicenseTerm};
use crate::menu::Moving;
use crate::slug::{Feature, Slug};
use crate::time::Timestamp;
use crate::verdict::PassStatus;

/// `GET /licenses`, `GET /licenses/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct License {
    /// The license.
    pub license_id: LicenseId,
    /// What is licensed.
    pub product: ProductSummary,
    /// The offer it was bought from.
    pub offer: Slug,
    /// That offer's name.
    pub offer_name: String,
    /// The order that granted it.
    pub order_id: OrderId,
    /// Whether it may be used.
    pub state: LicenseState,
    /// From when until when.
    pub term: LicenseTerm,
    /// When it was granted.
    pub granted_at: Timestamp,
    /// What it grants; a counted feature has its counter.
    pub features: BTreeMap<Feature, LicensedFeature>,
    /// The devices it is on, and how many it may be on.
    pub terminals: Terminals,
    /// How many leases at once; 0 where services do not check it out.
    pub seats: u32,
    /// Whether and how often its passes move.
    pub moving: Moving,
}

/// A feature of a license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LicensedFeature {
    /// Its name in words.
    pub name: String,
    /// Its counter, where uses are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<Counter>,
}

/// The devices of a license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Terminals {
    /// How many at once.
    pub limit: u32,
    /// Those with a pass, the newest first.
    pub items: Vec<Terminal>,
}

/// A device that has a pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Terminal {
    /// The pass it has.
    pub pass_id: PassId,
    /// The name that the customer gave it.
    pub name: String,
    /// Where the pass stands.
    pub status: PassStatus,
    /// When it got its pass.
    pub connected_at: Timestamp,
    /// When it was last heard of.
    pub last_seen_at: Timestamp,
}
