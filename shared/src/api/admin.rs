//! What members of a vendor's team do, below `/admin/vendors/{vendor}`.

pub mod catalog;
pub mod coupons;
pub mod customers;
pub mod figures;
pub mod instance;
pub mod leases;
pub mod log;
pub mod mail;
pub mod sources;
pub mod team;
pub mod webhooks;

use serde::{Deserialize, Serialize};

use crate::id::{LicenseId, PassId};
use crate::license::LicenseState;
use crate::verdict::PassStatus;

/// Every act on a customer's license or pass says why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReasonRequest {
    /// Why, 1 to 500 characters; stands in the event log.
    pub reason: String,
}

/// Where a pass stands after the act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PassSet {
    /// The pass.
    pub pass_id: PassId,
    /// Where it stands.
    pub status: PassStatus,
}

/// Where a license stands after the act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LicenseSet {
    /// The license.
    pub license_id: LicenseId,
    /// Where it stands.
    pub state: LicenseState,
}
