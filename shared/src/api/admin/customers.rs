//! Customers and what they have, as a vendor's team sees it and helps with it. Every list takes `cursor`, `limit`, `q` (search),
//! `sort` and the filters that the OpenAPI document names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::leases::{LeaseRow, Waiter};
use super::sources::ClaimRule;
use crate::api::leases::{Identifier, LicenseSeats};
use crate::api::license::{LicensedFeature, MovesLeft};
use crate::api::order::{Invoice, OrderState, PaymentMethod};
use crate::id::{CustomerId, LicenseId, MoveId, OrderId, PassId, SourceId};
use crate::license::{LicenseState, LicenseTerm, MoveState, StatusReason};
use crate::menu::Moving;
use crate::money::Money;
use crate::refusal::RefusalCode;
use crate::slug::{Feature, Slug};
use crate::tax::QuoteTax;
use crate::time::Timestamp;
use crate::verdict::PassStatus;

/// A customer, in lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerName {
    /// The customer: `sub` of passes.
    pub customer_id: CustomerId,
    /// The address.
    pub email: String,
    /// What the person is called.
    pub name: String,
}

/// One item of `GET …/customers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerRow {
    /// Who.
    pub customer: CustomerName,
    /// Since when.
    pub created_at: Timestamp,
    /// How many licenses they have, of whatever state.
    pub licenses: u64,
    /// How many orders they placed.
    pub orders: u64,
}

/// `GET …/customers/{customer_id}`: everything about one customer on one page; of each list the newest 100.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Customer {
    /// Who.
    pub customer: CustomerName,
    /// Since when.
    pub created_at: Timestamp,
    /// Their licenses.
    pub licenses: Vec<LicenseRow>,
    /// Their orders.
    pub orders: Vec<OrderRow>,
    /// Their passes, the ended ones too.
    pub passes: Vec<PassRow>,
    /// Their moves.
    pub moves: Vec<MoveRow>,
}

/// One item of `GET …/licenses`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LicenseRow {
    /// The license.
    pub license_id: LicenseId,
    /// Whose it is.
    pub customer: CustomerName,
    /// What is licensed.
    pub product: Slug,
    /// That product in words.
    pub product_name: String,
    /// The offer it was bought from.
    pub offer: Slug,
    /// That offer in words.
    pub offer_name: String,
    /// Whether it may be used.
    pub state: LicenseState,
    /// From when until when.
    pub term: LicenseTerm,
    /// Whether it is a trial.
    pub trial: bool,
    /// When it was granted.
    pub granted_at: Timestamp,
    /// On how many devices it is.
    pub devices: u32,
    /// On how many it may be.
    pub terminals: u32,
}

/// `GET …/licenses/{license_id}`. Its `ETag` is the revision; every act takes it as `If-Match`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
// The document has one name for one thing, and a customer's view of a license is another.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VendorLicense))]
pub struct License {
    /// The license, as in lists.
    pub license: LicenseRow,
    /// The order that granted it.
    pub order_id: OrderId,
    /// The authentication source that granted it, by name; absent where somebody bought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The same source, while it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub source_id: Option<SourceId>,
    /// The rule by which it did, as it reads now; absent where the source has it no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<ClaimRule>,
    /// The version of the menu that it was bought from.
    pub menu: u32,
    /// What it grants; a counted feature has its counter.
    pub features: BTreeMap<Feature, LicensedFeature>,
    /// How many leases at once.
    pub seats: u32,
    /// The same, and who holds them.
    pub seats_now: LicenseSeats,
    /// Its identifiers that are good, the newest first.
    pub identifiers: Vec<Identifier>,
    /// The services that wait for a seat, in the order in which they came; at most 25.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<Waiter>,
    /// Its newest 100 leases, the ended ones too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leases: Vec<LeaseRow>,
    /// Whether and how often its passes move.
    pub moving: Moving,
    /// How many moves and recoveries are left.
    pub moves_left: MovesLeft,
    /// Its newest 100 passes, the ended ones too.
    pub passes: Vec<PassRow>,
    /// Its newest 100 moves.
    pub moves: Vec<MoveRow>,
    /// Grows with every change that a member makes, and with the term.
    pub revision: u64,
}

/// One item of `GET …/passes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PassRow {
    /// The pass.
    pub pass_id: PassId,
    /// The license it uses.
    pub license_id: LicenseId,
    /// Whose it is.
    pub customer: CustomerName,
    /// What is licensed.
    pub product: Slug,
    /// What the customer calls the device.
    pub name: String,
    /// Where it stands.
    pub status: PassStatus,
    /// Why, unless it is `valid` or `moving`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<StatusReason>,
    /// When the device got it.
    pub connected_at: Timestamp,
    /// When the device was last heard of.
    pub last_seen_at: Timestamp,
    /// Since when it is `invalid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Until when its newest token works without contact.
    pub expires_at: Timestamp,
    /// The pass that it succeeds, after a move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predecessor: Option<PassId>,
}

/// One item of `GET …/moves`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MoveRow {
    /// The move.
    pub move_id: MoveId,
    /// The license that moves.
    pub license_id: LicenseId,
    /// Whose it is.
    pub customer: CustomerName,
    /// What is licensed.
    pub product: Slug,
    /// The pass it takes away.
    pub pass_id: PassId,
    /// What the customer calls the device it leaves.
    pub from: String,
    /// What the customer calls the device it went to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The pass that came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<PassId>,
    /// Where it stands.
    pub state: MoveState,
    /// When it was offered.
    pub offered_at: Timestamp,
    /// Until when it may be redeemed.
    pub expires_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<Timestamp>,
}

/// One item of `GET …/orders`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderRow {
    /// The order.
    pub order_id: OrderId,
    /// Who ordered.
    pub customer: CustomerName,
    /// What.
    pub product: Slug,
    /// That product in words.
    pub product_name: String,
    /// The offer in words.
    pub offer_name: String,
    /// The version of the menu that it was chosen from.
    pub menu: u32,
    /// Where it stands.
    pub state: OrderState,
    /// What it costs.
    pub total: Money,
    /// The tax in the total, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<QuoteTax>,
    /// How it is paid.
    pub payment: PaymentMethod,
    /// What the customer was told, where it is paid by invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Invoice>,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it was paid, cancelled or refunded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<Timestamp>,
    /// The license it granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license_id: Option<LicenseId>,
}

/// `POST …/licenses/{license_id}/extend`: the term ends then, unless it ends later already; answers [`License`].
///
/// Errors: field `ends_at` when it is not after the term's end; `CONFLICT` for a revoked license, and for one without end or not begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExtendRequest {
    /// The first second after the term.
    pub ends_at: Timestamp,
    /// Why, 1 to 500 characters; the customer sees it.
    pub reason: String,
}

/// `POST …/licenses/{license_id}/uses`: adds to what is left, in this period; answers [`License`]. Needs an `Idempotency-Key`.
///
/// Errors: field `feature` where it is not counted with a limit; `CONFLICT` for a revoked license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddUsesRequest {
    /// The counted feature.
    pub feature: Feature,
    /// How many, 1 to 1,000,000.
    pub count: u64,
    /// Why, 1 to 500 characters; the customer sees it.
    pub reason: String,
}

/// `POST …/licenses/{license_id}/moves`: allows so many more moves in this window; answers [`License`]. Needs an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AllowMovesRequest {
    /// How many, 1 to 100.
    pub moves: u32,
    /// Why, 1 to 500 characters; the customer sees it.
    pub reason: String,
}

/// `POST …/orders/{order_id}/refund`: the order is paid back and its license revoked; answers [`OrderRow`].
///
/// Repeated, it changes nothing. Errors: `CONFLICT` for an order that was not paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefundRequest {
    /// Why, 1 to 500 characters.
    pub reason: String,
}

/// `POST …/orders/{order_id}/cancel`: the order is not to be paid any more; answers [`OrderRow`].
///
/// Repeated, it changes nothing. Errors: `CONFLICT` for an order that was paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CancelRequest {
    /// Why, 1 to 500 characters.
    pub reason: String,
}

/// `POST …/orders/{order_id}/paid`: the money of an invoice has come; the order is fulfilled; answers [`OrderRow`]. Needs an
/// `Idempotency-Key`.
///
/// Errors: `CONFLICT` for an order that is not paid by invoice, or is not to be paid any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaidRequest {
    /// How it is known, 1 to 500 characters: the line of the account's statement. The customer does not see it.
    pub note: String,
}

/// `POST …/licenses/bulk`: one act on many licenses, each in a transaction of its own; answers [`BulkDone`]. Repeated, it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkRequest {
    /// What to do.
    pub act: BulkAct,
    /// With which, 1 to 100; a client goes through longer lists page by page.
    #[serde(default)]
    pub license_ids: Vec<LicenseId>,
    /// Why, 1 to 500 characters.
    pub reason: String,
}

/// What may be done with many licenses at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BulkAct {
    /// They may not be used until they are reinstated.
    Suspend,
    /// Suspended ones may be used again.
    Reinstate,
    /// They are over for good.
    Revoke,
}

/// What became of each license of a [`BulkRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkDone {
    /// Those that stand as wished now.
    pub done: Vec<LicenseId>,
    /// The others, with why.
    pub refused: Vec<BulkRefusal>,
}

/// Why a license was left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkRefusal {
    /// Which.
    pub license_id: LicenseId,
    /// Why.
    pub code: RefusalCode,
    /// The same in words.
    pub detail: String,
}
