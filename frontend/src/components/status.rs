//! Where a license, a device or an order stands: a dot and a word.

use leptos::prelude::*;
use shared::api::license::License;
use shared::api::order::OrderState;
use shared::license::{LicenseState, LicenseTerm, StatusReason};
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use super::el::el;
use crate::words;

/// A license is called expiring in its last two weeks.
const EXPIRING_SECONDS: i64 = 14 * 86_400;

/// A word with its tone: `"badge dot good"`.
pub fn badge((tone, word): (&'static str, &'static str)) -> AnyView {
    el("span", tone).text(word).into()
}

/// A license's.
pub fn license_status(license: &License, now: Timestamp) -> AnyView {
    license_standing(license.state, license.term, now)
}

/// A license's, of which only this is known.
pub fn license_standing(state: LicenseState, term: LicenseTerm, now: Timestamp) -> AnyView {
    let left = term.ends_at().map(|end| end.as_unix() - now.as_unix());
    badge(match (state, left, term) {
        (LicenseState::Suspended, ..) => ("badge dot warn", words::STATUS_SUSPENDED),
        (LicenseState::Revoked, ..) => ("badge dot bad", words::STATUS_REVOKED),
        (_, Some(left), _) if left <= 0 => ("badge dot bad", words::STATUS_EXPIRED),
        (_, Some(left), _) if left <= EXPIRING_SECONDS => ("badge dot warn", words::STATUS_EXPIRING),
        (_, _, LicenseTerm::FirstUse { .. }) => ("badge dot accent", words::STATUS_NOT_STARTED),
        _ => ("badge dot good", words::STATUS_ACTIVE),
    })
}

/// True when a device can be connected to the license.
pub fn is_usable(license: &License, now: Timestamp) -> bool {
    license.state == LicenseState::Active && license.term.ends_at().is_none_or(|end| now < end)
}

/// A device's, with why it is suspended.
pub fn pass_status(status: PassStatus, reason: Option<StatusReason>) -> AnyView {
    badge(match (status, reason) {
        (PassStatus::Valid, _) => ("badge dot good", words::STATUS_ACTIVE),
        (PassStatus::Moving, _) => ("badge dot warn", words::STATUS_BEING_MOVED),
        (PassStatus::Suspended, Some(StatusReason::Cloned)) => ("badge dot bad", words::SUSPENDED_CLONED),
        (PassStatus::Suspended, Some(StatusReason::Vendor)) => ("badge dot warn", words::SUSPENDED_VENDOR),
        (PassStatus::Suspended, Some(StatusReason::License)) => ("badge dot warn", words::SUSPENDED_LICENSE),
        (PassStatus::Suspended, _) => ("badge dot warn", words::STATUS_SUSPENDED),
        (PassStatus::Invalid, _) => ("badge dot", words::STATUS_ENDED),
    })
}

/// An order's.
pub fn order_status(state: OrderState) -> AnyView {
    badge(match state {
        OrderState::AwaitingPayment => ("badge dot warn", words::STATUS_AWAITING_PAYMENT),
        OrderState::Fulfilled => ("badge dot good", words::STATUS_FULFILLED),
        OrderState::Cancelled => ("badge dot", words::STATUS_CANCELLED),
        OrderState::Refunded => ("badge dot", words::STATUS_REFUNDED),
    })
}
