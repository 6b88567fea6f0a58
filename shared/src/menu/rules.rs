//! The rules of an offer: when uses are counted, how often passes move, and how they behave without contact.

use serde::{Deserialize, Serialize};

use crate::time::Period;

/// When the uses of a feature are counted (mechanism M3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Counting {
    /// When the license is acquired.
    OnIssue,
    /// When it is sent to a service.
    OnCheckout,
    /// Each time the feature runs.
    #[default]
    OnUse,
}

/// Whether and how often a pass may move to another device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Moving {
    /// False when passes of this offer never move.
    pub allowed: bool,
    /// Moves per period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The period in which the limit counts; absent: the whole term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<Period>,
    /// How many lost devices may be retired.
    #[serde(default)]
    pub recoveries: u32,
}

impl Default for Moving {
    fn default() -> Self {
        Self { allowed: true, limit: None, per: None, recoveries: 1 }
    }
}

/// How a pass behaves without contact to the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Offline {
    /// How long a pass works without contact; `P7D` when absent.
    #[serde(default = "seven_days")]
    pub window: Period,
    /// How many uses may be debited in advance to be spent offline.
    #[serde(default)]
    pub slice: u32,
}

impl Default for Offline {
    fn default() -> Self {
        Self { window: seven_days(), slice: 0 }
    }
}

/// The longest offline window, in days: twelve of the longest months. Bounds how long a retired signing key must be kept.
pub const MAX_OFFLINE_DAYS: u32 = 372;

fn seven_days() -> Period {
    const SEVEN_DAYS: Period = match Period::new(0, 7) {
        Some(period) => period,
        None => unreachable!(),
    };
    SEVEN_DAYS
}

/// How services check a license out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Leasing {
    /// The shortest time to live that a service may ask for, seconds.
    #[serde(default = "ten_seconds")]
    pub min_seconds: u32,
    /// The longest, seconds; extending begins it anew.
    #[serde(default = "a_day")]
    pub max_seconds: u32,
    /// What becomes of the uses of a lease that nobody returned.
    #[serde(default)]
    pub unreturned: Unreturned,
}

/// What becomes of the uses of a lease that nobody returned before its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Unreturned {
    /// They are spent.
    #[default]
    Spent,
    /// They come back.
    Returned,
}

impl Default for Leasing {
    fn default() -> Self {
        Self { min_seconds: ten_seconds(), max_seconds: a_day(), unreturned: Unreturned::Spent }
    }
}

/// The longest that an offer may let a lease stand without being extended: 31 days. A service that died holds its seat so long.
pub const MAX_LEASE_SECONDS: u32 = 31 * 86_400;

const fn ten_seconds() -> u32 {
    10
}

const fn a_day() -> u32 {
    86_400
}
