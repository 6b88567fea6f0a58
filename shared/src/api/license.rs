//! Licenses as their customer sees them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::api::catalog::ProductSummary;
use crate::id::{LicenseId, MoveId, OrderId, PassId};
use crate::license::{Counter, LicenseState, LicenseTerm, StatusReason};
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
    /// The authentication source that granted it, by name; absent where somebody bought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
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
    /// How many moves and recoveries are left.
    pub moves: MovesLeft,
    /// What the vendor's team did to it and its passes, and why; the newest first, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// One item of `GET /licenses/{id}/uses?feature=`: what counted uses of a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counted {
    /// When.
    pub at: Timestamp,
    /// How many.
    pub count: u64,
    /// How they were counted.
    pub by: CountedBy,
    /// On which device, or by whom in the service's words; absent where that is not known any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
}

/// How uses were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CountedBy {
    /// When the license, or a pass of it, was issued.
    Issue,
    /// As it was used on a device.
    Use,
    /// Spent on a device without contact, of uses that were set aside.
    Slice,
    /// By a service that had the license checked out.
    Lease,
}

/// What a vendor's team did, as the customer is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// What: `license.extended`, `pass.suspended` …
    pub kind: String,
    /// Why, in the team's words.
    pub reason: String,
}

/// How many moves and recoveries a license has left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MovesLeft {
    /// Moves left in this window; `null` without a limit.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub left: Option<u32>,
    /// How many more devices may be retired without them.
    pub recoveries_left: u32,
    /// When the next window begins; absent where the offer counts over the whole term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<Timestamp>,
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
    /// Why it is suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<StatusReason>,
    /// When it got its pass.
    pub connected_at: Timestamp,
    /// When it was last heard of.
    pub last_seen_at: Timestamp,
    /// The move that is on offer.
    #[serde(default, rename = "move", skip_serializing_if = "Option::is_none")]
    pub open_move: Option<OpenMove>,
    /// Uses set aside on the device, to be spent without contact.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub slices: BTreeMap<Feature, u64>,
}

/// A move that waits for a device that redeems it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenMove {
    /// The move.
    pub move_id: MoveId,
    /// Until when it may be redeemed.
    pub expires_at: Timestamp,
}
