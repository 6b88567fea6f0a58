//! Counted uses, one by one and as slices.

use serde::{Deserialize, Serialize};

use crate::id::SliceId;
use crate::slug::Feature;
use crate::time::Timestamp;

/// `POST /uses`: answers [`UsesCounted`]. Needs an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UseRequest {
    /// Which feature is used.
    pub feature: Feature,
    /// How many uses, 1 to 1,000,000; all of them or none are counted. One when absent.
    #[serde(default = "one")]
    pub count: u32,
}

const fn one() -> u32 {
    1
}

/// Uses were counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsesCounted {
    /// Of which feature.
    pub feature: Feature,
    /// How many; 0 where the feature is not counted on use.
    pub spent: u64,
    /// Uses left; `null` without a limit.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub left: Option<u64>,
    /// When the limit is granted anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resets_at: Option<Timestamp>,
}

/// `POST /slices`: answers 201 [`SliceGranted`]. Needs an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SliceRequest {
    /// Uses of which feature.
    pub feature: Feature,
    /// How many at most; absent: as many as the offer allows and is fair to the license's other devices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

/// Uses were debited in advance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SliceGranted {
    /// Which slice.
    pub slice_id: SliceId,
    /// The signed token.
    pub slice: String,
    /// How many uses it holds.
    pub count: u64,
    /// Uses left beside it; `null` without a limit.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub left: Option<u64>,
    /// The first second at which nothing of it may be spent any more; what was not settled then counts as spent.
    pub expires_at: Timestamp,
}

/// `POST /slices/{id}/settle`: answers [`SliceSettled`]. Needs an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettleRequest {
    /// How many of its uses were spent.
    pub spent: u64,
}

/// A slice was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SliceSettled {
    /// Which slice.
    pub slice_id: SliceId,
    /// How many uses count as spent; all of them after its end.
    pub spent: u64,
    /// How many were given back.
    pub returned: u64,
    /// Uses left; `null` without a limit.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub left: Option<u64>,
}
