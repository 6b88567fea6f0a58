//! Moving a pass to another device.

use serde::{Deserialize, Serialize};

use crate::api::catalog::ProductSummary;
use crate::id::{MoveId, PassId};
use crate::license::MoveState;
use crate::slug::Feature;
use crate::time::Timestamp;

/// `POST /moves`: answers 201 [`MoveOffered`]. Needs an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MoveRequest {
    /// The pass to move: the terminal's own, or one of the customer's.
    pub pass_id: PassId,
}

/// A move waits for the device that redeems it. What is in here is worth the license: it cannot be read again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MoveOffered {
    /// Which move.
    pub move_id: MoveId,
    /// The signed token, as it stands in the file.
    pub portable_pass: String,
    /// The short code, to be typed: `ABCD-EFGHJ-KMNPQ`.
    pub code: String,
    /// The portal's page with the code, as it stands in the QR code.
    pub url: String,
    /// Until when it may be redeemed.
    pub expires_at: Timestamp,
}

/// `GET /moves/{id}`: a move, without what is worth the license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Move {
    /// Which move.
    pub move_id: MoveId,
    /// The pass that is, or was, on its way.
    pub pass_id: PassId,
    /// Where it stands.
    pub state: MoveState,
    /// When it was offered.
    pub offered_at: Timestamp,
    /// Until when it may be redeemed.
    pub expires_at: Timestamp,
    /// When it was redeemed, cancelled or expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<Timestamp>,
    /// Where it went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<MovedTo>,
}

/// The device that a license went to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MovedTo {
    /// The device's name.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

/// `POST /moves/preview`: what would arrive. One of the two is given.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewRequest {
    /// The signed token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portable_pass: Option<String>,
    /// The short code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// `{vendor}/{product}` of the app that asks; a license of anything else is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
}

/// What would arrive by redeeming.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MovePreview {
    /// Which move.
    pub move_id: MoveId,
    /// For what software.
    pub product: ProductSummary,
    /// The offer's name.
    pub offer_name: String,
    /// What it grants.
    pub features: Vec<PreviewFeature>,
    /// When its term ends; absent when it never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// The name of the device that it comes from.
    pub from: String,
    /// Until when the move may be redeemed.
    pub expires_at: Timestamp,
    /// Where the app is opened, if the vendor says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_url: Option<String>,
}

/// A feature that would arrive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewFeature {
    /// The feature.
    pub feature: Feature,
    /// Its name in words.
    pub name: String,
    /// Uses left, where they are counted and limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u64>,
}

/// `POST /moves/redeem`: answers 201 `PassIssued`. Needs a `DPoP` proof by the new device's key and an `Idempotency-Key`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RedeemRequest {
    /// The signed token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portable_pass: Option<String>,
    /// The short code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What the customer calls the new device, 1 to 100 characters.
    pub name: String,
    /// `{vendor}/{product}` of the app that asks; a license of anything else is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// The app's origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}
