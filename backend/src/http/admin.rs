//! What a vendor's team does. Every act says why, and stands in the event log with who did it.
//!
//! An act is a wish about a state, so it needs no `Idempotency-Key`: repeated, it changes nothing and answers the same.

use actix_web::web;
use serde_json::json;
use shared::api::admin::ReasonRequest;
use shared::license::{Act, PassChange};
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use super::event;
use super::moves::end_move_of;
use crate::app::App;
use crate::auth::member::Authority;
use crate::error::Failure;
use crate::store::records::Pass;
use crate::store::{Outcome, Tx};

pub mod agreements;
pub mod drafts;
pub mod invitations;
pub mod keys;
pub mod license;
pub mod menus;
pub mod pass;
pub mod products;
pub mod team;
pub mod tokens;
pub mod vendors;

/// Why something is done. Errors: field `reason` when it is not 1 to 500 characters.
fn settle_reason(request: &ReasonRequest) -> Result<String, Failure> {
    let reason = request.reason.trim().to_owned();
    if !(1..=500).contains(&reason.chars().count()) {
        return Err(Failure::fields([("reason", "Say why, in 1 to 500 characters.")]));
    }
    Ok(reason)
}

/// Who does something, why, and when.
struct Deed {
    app: web::Data<App>,
    by: Authority,
    act: Act,
    reason: String,
    now: Timestamp,
}

impl Deed {
    /// Errors: field `reason` when it is not 1 to 500 characters.
    fn new(app: web::Data<App>, by: Authority, act: Act, request: &ReasonRequest) -> Result<Self, Failure> {
        let (reason, now) = (settle_reason(request)?, app.clock.now());
        Ok(Self { app, by, act, reason, now })
    }

    /// Appends that it was done to `subject`, a `license` or a `pass`.
    fn tell(&self, tx: &mut dyn Tx, what: &str, subject: &impl ToString, mut body: serde_json::Value) -> Outcome<()> {
        let done = match self.act {
            Act::Suspend => "suspended",
            Act::Reinstate => "reinstated",
            Act::Revoke => "revoked",
        };
        if let Some(members) = body.as_object_mut() {
            members.insert("reason".to_owned(), self.reason.as_str().into());
        }
        let kind = format!("{what}.{done}");
        event::tell(tx, &self.app, &self.by, &kind, subject, body)
    }

    /// Changes the pass, and ends its move if there is one on offer.
    fn change_pass(&self, tx: &mut dyn Tx, pass: Pass, change: PassChange) -> Outcome<()> {
        let pass = end_move_of(tx, &self.app, pass, &self.by.actor, self.now)?;
        let (status, reason) = change;
        let ended_at = (status == PassStatus::Invalid).then_some(self.now);
        let pass = Pass { status, reason, ended_at, ..pass };
        tx.update_pass(&pass)?;
        self.tell(tx, "pass", &pass.pass_id, json!({ "license_id": pass.license_id }))
    }
}
