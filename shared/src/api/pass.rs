//! Passes: issuing, refreshing, verifying.

use serde::{Deserialize, Serialize};

use crate::id::PassId;
use crate::slug::Feature;
use crate::time::Timestamp;
use crate::verdict::{Code, Remedy, Verdict};

/// `POST /licenses/{license_id}/passes`: answers 201 [`PassIssued`]. Needs a `DPoP` proof and an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PassRequest {
    /// What the customer calls the device, 1 to 100 characters.
    pub name: String,
    /// The app's origin; a browser whose storage was cleared gets its place back by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// `PATCH /licenses/{license_id}/passes/{pass_id}`: answers the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenameRequest {
    /// What the customer calls the device from now on, 1 to 100 characters.
    pub name: String,
}

/// `POST /licenses/{license_id}/recover`: answers [`Recovered`]. Needs an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoverRequest {
    /// The pass of the device that is lost or to be signed out.
    pub pass_id: PassId,
}

/// A device was retired; its place is free.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Recovered {
    /// The pass that is `invalid` from now on.
    pub pass_id: PassId,
    /// How many more devices may be retired in this window.
    pub recoveries_left: u32,
}

/// A pass, bound to the key that the request proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PassIssued {
    /// Which pass.
    pub pass_id: PassId,
    /// The signed token.
    pub pass: String,
}

/// `POST /passes/refresh`: the same pass with newer times and counters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PassRefreshed {
    /// The signed token.
    pub pass: String,
}

/// `POST /passes/verify`: answers [`Judgement`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifyRequest {
    /// The token to judge.
    pub pass: String,
    /// May this feature run? Absent: is the pass valid at all?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature: Option<Feature>,
}

/// What judging a pass comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Judgement {
    /// True for approve.
    pub valid: bool,
    /// Why, as a code of the contract.
    pub code: Code,
    /// Why, in words.
    pub detail: String,
    /// What would help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
    /// Uses left, where the feature is counted and limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u64>,
    /// Until when this holds without contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl From<Verdict> for Judgement {
    fn from(verdict: Verdict) -> Self {
        Self {
            valid: verdict.approved,
            code: verdict.code,
            detail: verdict.detail,
            remedy: verdict.remedy,
            left: verdict.left,
            until: verdict.until,
        }
    }
}
