//! What a vendor's team does. Every act says why, and stands in the event log with who did it.
//!
//! An act is a wish about a state, so it needs no `Idempotency-Key`: repeated, it changes nothing and answers the same.

use shared::api::admin::ReasonRequest;
use shared::api::admin::customers::OrderRow;
use shared::id::{OrderId, VendorId};

use crate::error::Failure;
use crate::store::{Outcome, Tx};

pub mod agreements;
pub mod bulk;
pub mod coupons;
pub mod customers;
mod deed;
pub mod drafts;
pub mod events;
pub mod figures;
pub mod goodwill;
pub mod instance;
pub mod invitations;
pub mod keys;
pub mod leases;
pub mod license;
pub mod licenses;
mod list;
pub mod logo;
pub mod mail_templates;
pub mod mails;
pub mod menus;
pub mod moves;
pub mod orders;
pub mod pass;
pub mod passes;
pub mod products;
pub mod refund;
pub mod settings;
mod show;
pub mod sources;
pub mod tax;
pub mod team;
pub mod tokens;
pub mod vendors;
pub mod webhooks;

pub(in crate::http) use deed::Deed;

/// Why something is done. Errors: field `reason` when it is not 1 to 500 characters.
fn settle_reason(request: &ReasonRequest) -> Result<String, Failure> {
    let reason = request.reason.trim().to_owned();
    if !(1..=500).contains(&reason.chars().count()) {
        return Err(Failure::fields([("reason", "Say why, in 1 to 500 characters.")]));
    }
    Ok(reason)
}

/// One of the vendor's orders, as its team sees it.
pub(super) fn show_order_row(tx: &mut dyn Tx, vendor_id: VendorId, order_id: OrderId) -> Outcome<OrderRow> {
    show::Shown::of(vendor_id).order_row(tx, order_id)
}
