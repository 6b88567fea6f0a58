//! A vendor's figures: what was sold and used, day by day, counted from the event log.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::slug::Feature;
use crate::time::Date;

/// `GET …/figures?by=&from=&to=&product=`: of all products, or of one. Days are those of UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Figures {
    /// How long each bucket is.
    pub by: FiguresBy,
    /// The first day.
    pub from: Date,
    /// The last day, itself included.
    pub to: Date,
    /// The number of the last event that was counted.
    pub counted_to: u64,
    /// The licenses that are usable now: granted, neither suspended nor revoked, not ended.
    pub active_licenses: u64,
    /// Those of them that end soon.
    pub expiring: Expiring,
    /// The days, weeks or months from `from` to `to`, each of them, in their order; at most 400. The first and the last
    /// count only what lies between the two.
    pub buckets: Vec<Bucket>,
}

/// How long a bucket is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FiguresBy {
    /// A day.
    #[default]
    Day,
    /// A week, from Monday.
    Week,
    /// A month of the calendar.
    Month,
}

/// Licenses that end soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Expiring {
    /// Until the end of the day that lies so many days ahead.
    pub within_days: u32,
    /// How many licenses.
    pub licenses: u64,
}

/// What happened in a day, a week or a month. What did not happen is left out of the maps and lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bucket {
    /// Its first day: a Monday, or the first of a month; the first bucket's may lie before `from`.
    pub start: Date,
    /// Orders that were fulfilled, by currency; free ones are among them.
    pub sales: Vec<Sales>,
    /// Orders that were paid back, by currency, in the bucket in which they were.
    pub refunds: Vec<Sales>,
    /// Licenses that were granted.
    pub licenses_granted: u64,
    /// Licenses that were usable when the bucket ended, or now, in the last one.
    pub active_licenses: u64,
    /// Uses that were counted; of those that were debited in advance what was spent, in the bucket in which that was settled.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, u64>))]
    pub uses: BTreeMap<Feature, u64>,
    /// Moves.
    pub moves: MoveFigures,
    /// What was refused by a rule, by code: `DEVICES_EXHAUSTED`. The same of the same license counts once in ten minutes.
    pub denials: BTreeMap<String, u64>,
}

/// Orders in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sales {
    /// How many.
    pub orders: u64,
    /// Their totals in all.
    pub amount: Money,
}

/// Moves to other devices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MoveFigures {
    /// Offered.
    pub offered: u64,
    /// Redeemed.
    pub redeemed: u64,
}
