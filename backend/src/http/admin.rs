//! What a vendor's team does. Every act says why, and stands in the event log with who did it.
//!
//! An act is a wish about a state, so it needs no `Idempotency-Key`: repeated, it changes nothing and answers the same.

use shared::api::admin::ReasonRequest;

use crate::error::Failure;

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
pub mod license;
pub mod licenses;
mod list;
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
pub mod team;
pub mod tokens;
pub mod vendors;
pub mod webhooks;

use deed::Deed;

/// Why something is done. Errors: field `reason` when it is not 1 to 500 characters.
fn settle_reason(request: &ReasonRequest) -> Result<String, Failure> {
    let reason = request.reason.trim().to_owned();
    if !(1..=500).contains(&reason.chars().count()) {
        return Err(Failure::fields([("reason", "Say why, in 1 to 500 characters.")]));
    }
    Ok(reason)
}
