//! Coupons, as a vendor's team runs them. What a customer learns of one is [`crate::coupon::CouponTerms`].

use serde::{Deserialize, Serialize};

use crate::coupon::CouponCode;
use crate::money::Money;
use crate::slug::Slug;
use crate::time::Timestamp;

/// One item of `GET …/coupons`, the newest first; `GET …/coupons/{code}`. Its `ETag` is the revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Coupon {
    /// The code, in capitals; unique within the vendor.
    pub code: CouponCode,
    /// So much of the price, 1 to 100 in a hundred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent_off: Option<u8>,
    /// So much money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_off: Option<Money>,
    /// The product it is for; all of the vendor's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Slug>,
    /// The offers it is for; all of them when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Slug>,
    /// From when it may be redeemed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// How many orders it may be redeemed for in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Whether each customer may redeem it once only.
    pub once_per_customer: bool,
    /// Whether it may be redeemed at all.
    pub active: bool,
    /// How many orders it was redeemed for and not given back.
    pub redeemed: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// Grows with every change that a member makes.
    pub revision: u64,
}

/// `POST …/coupons`, with `Idempotency-Key`: answers 201 [`Coupon`]. Either `percent_off` or `amount_off` is given; offers
/// only with a product.
///
/// Errors: `CONFLICT` when the vendor has a coupon with this code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CouponNew {
    /// The code, in either case.
    pub code: CouponCode,
    /// So much of the price, 1 to 100 in a hundred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent_off: Option<u8>,
    /// So much money, at least 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_off: Option<Money>,
    /// The product it is for; all of the vendor's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Slug>,
    /// The offers it is for, of the product's menu; all of them when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Slug>,
    /// From when it may be redeemed; at once when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Until when; for ever when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// How many orders it may be redeemed for, at least 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Whether each customer may redeem it once only.
    #[serde(default)]
    pub once_per_customer: bool,
}

/// `PATCH …/coupons/{code}`, with `If-Match`: answers [`Coupon`]. What is absent stays; `null` takes an end or a limit away.
///
/// Errors: `INVALID_INPUT` for a limit below what is redeemed already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CouponEdit {
    /// Whether it may be redeemed at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// Until when it may be redeemed.
    #[serde(default, skip_serializing_if = "Change::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Timestamp>))]
    pub ends_at: Change<Timestamp>,
    /// How many orders it may be redeemed for, at least what is redeemed already.
    #[serde(default, skip_serializing_if = "Change::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>))]
    pub limit: Change<u32>,
}

/// What an edit does to something that need not be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays as it is: the member is absent.
    #[default]
    Stays,
    /// It becomes this; nothing, where the member is `null`.
    Becomes(Option<T>),
}

impl<T> Change<T> {
    /// Whether nothing changes.
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::Stays)
    }

    /// What it is afterwards, where it was `before`.
    pub fn after(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Stays => before,
            Self::Becomes(after) => after,
        }
    }
}

impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Stays => serializer.serialize_none(),
            Self::Becomes(after) => after.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Becomes)
    }
}
