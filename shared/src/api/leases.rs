//! License identifiers, and the leases that services take by them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::api::license::LicensedFeature;
use crate::id::{IdentifierId, LeaseId, LicenseId, TokenId};
use crate::license::LeaseState;
use crate::slug::Feature;
use crate::time::Timestamp;

/// `POST /identifiers`: answers 201 [`IdentifierMade`]. Needs an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentifierRequest {
    /// The license to name: the terminal's own, or one of the customer's.
    pub license_id: LicenseId,
    /// What it is for, in the asker's words, 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The one service that may present it, by the id of its API token; any of the vendor's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<TokenId>,
    /// The first second at which it is not good any more; absent: it does not end by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// For how many check-outs it is good, 1 to 1,000,000; absent: any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000))]
    pub uses: Option<u32>,
    /// The identifier whose place it takes: that one ends at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<IdentifierId>,
}

/// A new identifier. Whoever has `identifier` may let a service check the license out: it cannot be read again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentifierMade {
    /// Names it in lists; grants nothing.
    pub identifier_id: IdentifierId,
    /// The license identifier, to be handed to a service: `lid_…`.
    pub identifier: String,
    /// The first second at which it is not good any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// For how many check-outs it is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
}

/// `GET /licenses/{id}/identifiers`: an identifier that is good, without what makes it so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identifier {
    /// Names it.
    pub identifier_id: IdentifierId,
    /// The ends of the secret: `lid_Ab…xYz9`.
    pub hint: String,
    /// What it is for, in the words of whoever asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The one service that may present it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<TokenId>,
    /// The device whose app asked for it; absent: the customer did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The first second at which it is not good any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// For how many check-outs it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
    /// How many of them are left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
}

/// `GET /licenses/{id}/services`: what services have of a license, and what of it is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LicenseServices {
    /// The license.
    pub license_id: LicenseId,
    /// What is licensed, in words.
    pub product_name: String,
    /// The offer it was bought from, in words.
    pub offer_name: String,
    /// Its seats, and who holds them.
    pub seats: LicenseSeats,
    /// The identifiers that are good, the newest first.
    pub identifiers: Vec<Identifier>,
    /// Its functions that are counted.
    pub counted: BTreeMap<Feature, LicensedFeature>,
}

/// The seats of a license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LicenseSeats {
    /// How many there are; 0 where services do not check it out.
    pub limit: u32,
    /// How many are taken.
    pub taken: u32,
    /// How many services wait for one.
    pub waiting: u32,
    /// Who holds one, those that end first before; at most 100.
    pub held: Vec<Held>,
}

/// A seat that is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Held {
    /// By which lease.
    pub lease_id: LeaseId,
    /// By whom, in the service's words.
    pub holder: String,
    /// The function it is for; absent: the license as such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature: Option<Feature>,
    /// Since when.
    pub checked_out_at: Timestamp,
    /// Until when, unless it is extended.
    pub expires_at: Timestamp,
}

/// `POST /leases`: answers 201 [`LeaseGranted`]. Needs an `Idempotency-Key`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeaseRequest {
    /// The license identifier that the user handed over.
    pub identifier: String,
    /// The function that the service offers; absent: the license as such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature: Option<Feature>,
    /// How many uses to debit in advance, at most 1,000,000. Absent: one where the function is counted `on_checkout`, none
    /// where it is counted `on_use`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// For how many seconds, within the offer's bounds (10 to 86,400 unless it says otherwise).
    pub ttl_seconds: u32,
    /// Who works with it, in the service's words, 1 to 100 characters: told to others who want a seat.
    pub holder: String,
    /// How many seconds to wait for a seat when all are taken, at most 60; 0 when absent. Seats go to those who wait in the
    /// order in which they came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 60))]
    pub wait_seconds: Option<u32>,
}

impl LeaseRequest {
    /// A check-out of the license as such, for a minute: change what is wanted otherwise.
    pub fn new(identifier: impl Into<String>, holder: impl Into<String>) -> Self {
        Self {
            identifier: identifier.into(),
            feature: None,
            count: None,
            ttl_seconds: 60,
            holder: holder.into(),
            wait_seconds: None,
        }
    }
}

/// A license was checked out, or its lease extended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeaseGranted {
    /// Which lease.
    pub lease_id: LeaseId,
    /// The signed token.
    pub lease: String,
    /// The first second, by the server's clock, at which it does not stand any more.
    pub expires_at: Timestamp,
    /// How many uses were debited with it.
    pub count: u64,
    /// Uses left beside it; `null` without a limit, or where nothing is counted.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub left: Option<u64>,
    /// Seats of the license that are free.
    pub seats_left: u32,
}

/// `POST /leases/{id}/extend`: answers [`LeaseGranted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeaseExtension {
    /// For how many seconds from now, within the offer's bounds. A lease is never shortened.
    pub ttl_seconds: u32,
}

/// `DELETE /leases/{id}`: answers [`Lease`]. The body may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeaseReturn {
    /// How many of its uses were not spent: they come back. None when absent.
    pub unspent: u64,
}

/// `GET /leases/{id}`: a lease.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lease {
    /// Which.
    pub lease_id: LeaseId,
    /// Of which license.
    pub license_id: LicenseId,
    /// Where it stands.
    pub state: LeaseState,
    /// The function it is for; absent: the license as such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature: Option<Feature>,
    /// How many uses were debited with it.
    pub count: u64,
    /// Who works with it, in the service's words.
    pub holder: String,
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
    /// How many came back; absent while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<u64>,
}
