//! Leases, seats and identifiers, as a vendor's team sees them and helps with them.

use serde::{Deserialize, Serialize};

use super::customers::CustomerName;
use crate::id::{IdentifierId, LeaseId, LicenseId, TokenId};
use crate::license::LeaseState;
use crate::slug::{Feature, Slug};
use crate::time::Timestamp;

/// One item of `GET …/leases`, `GET …/leases/{lease_id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeaseRow {
    /// The lease.
    pub lease_id: LeaseId,
    /// The license that is checked out.
    pub license_id: LicenseId,
    /// Whose it is.
    pub customer: CustomerName,
    /// What is licensed.
    pub product: Slug,
    /// By which identifier.
    pub identifier_id: IdentifierId,
    /// What that is for, in the words of whoever asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier_label: Option<String>,
    /// The service that took it, by the id of its API token.
    pub service: TokenId,
    /// What that token is called.
    pub service_name: String,
    /// Who works with it, in the service's words.
    pub holder: String,
    /// The function it is for; absent: the license as such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature: Option<Feature>,
    /// How many uses were debited with it.
    pub count: u64,
    /// Where it stands.
    pub state: LeaseState,
    /// When it was checked out.
    pub checked_out_at: Timestamp,
    /// The first second at which it does not stand any more.
    pub expires_at: Timestamp,
    /// When it ended; absent while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// How many of its uses count as spent; absent while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<u64>,
}

/// One item of `GET …/queues`: a license that services wait for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeatQueue {
    /// The license.
    pub license_id: LicenseId,
    /// Whose it is.
    pub customer: CustomerName,
    /// What is licensed.
    pub product: Slug,
    /// How many seats it has.
    pub seats: u32,
    /// How many of them are taken.
    pub seats_taken: u32,
    /// When the first of its leases ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_at: Option<Timestamp>,
    /// How many wait.
    pub waiting: u32,
    /// Who waits, in the order in which they came; at most 25.
    pub first: Vec<Waiter>,
}

/// A service that waits for a seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Waiter {
    /// For whom, in the service's words.
    pub holder: String,
    /// Since when.
    pub since: Timestamp,
}
