//! What streams of server-sent events carry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::api::moves::MovedTo;
use crate::id::MoveId;
use crate::slug::Feature;
use crate::time::Timestamp;
use crate::verdict::{Code, PassStatus, Remedy};

/// `event: status` of `GET /passes/events`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusEvent {
    /// Where the pass stands.
    pub status: PassStatus,
    /// What it is refused with, unless it is `valid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// Why, for a person, where it is not what the code says by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What would help, where it is not what helps against the code in general.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
    /// The move that is on offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub move_id: Option<MoveId>,
    /// Where the license went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<MovedTo>,
}

/// `event: counters` of `GET /passes/events`: every feature that is counted on use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CountersEvent {
    /// By feature.
    pub counters: BTreeMap<Feature, CounterNow>,
}

/// A counter as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CounterNow {
    /// Uses per period or term; `null` without a limit.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub limit: Option<u64>,
    /// Uses left; `null` without a limit.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub left: Option<u64>,
    /// When the limit is granted anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resets_at: Option<Timestamp>,
}

/// `event: keys` of `GET /passes/events`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeysEvent {
    /// The key that signs now.
    pub kid: String,
}
