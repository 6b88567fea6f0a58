//! A deed: what somebody of a vendor's team does to a customer's license, pass or order, and tells of.

use actix_web::web;
use serde_json::{Map, Value, json};
use shared::api::admin::ReasonRequest;
use shared::id::LicenseId;
use shared::license::{Act, License, LicenseState, PassChange};
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use super::settle_reason;
use crate::app::App;
use crate::auth::member::Authority;
use crate::error::Failure;
use crate::http::etag::IfMatchGiven;
use crate::http::event;
use crate::http::leases::end_leases;
use crate::http::moves::end_move_of;
use crate::store::records::{LicenseRecord, Pass};
use crate::store::{Outcome, Tx, not_found};

/// Who does something to a customer's things, why, and when.
#[derive(Clone)]
pub(in crate::http) struct Deed {
    pub(super) app: web::Data<App>,
    pub(super) by: Authority,
    reason: String,
    /// What they looked at, where they said so.
    seen: IfMatchGiven,
    pub(super) now: Timestamp,
}

impl Deed {
    /// Errors: field `reason` when it is not 1 to 500 characters.
    pub(in crate::http) fn new(
        app: web::Data<App>,
        by: Authority,
        seen: IfMatchGiven,
        reason: &str,
    ) -> Result<Self, Failure> {
        let reason = settle_reason(&ReasonRequest { reason: reason.to_owned() })?;
        let now = app.clock.now();
        Ok(Self { app, by, reason, seen, now })
    }

    /// Why.
    pub(super) fn reason(&self) -> &str {
        &self.reason
    }

    /// Appends that it was done to `subject`, with why.
    pub(super) fn tell(&self, tx: &mut dyn Tx, kind: &str, subject: &impl ToString, mut body: Value) -> Outcome<()> {
        if let Some(members) = body.as_object_mut() {
            members.insert("reason".to_owned(), self.reason.as_str().into());
        }
        event::tell(tx, &self.app, &self.by, kind, subject, body)
    }

    /// Who did it, for what tells of it itself, and what such an event holds besides: why, and where from.
    pub(super) fn said(&self) -> (String, Map<String, Value>) {
        let from = json!({ "address": self.by.address, "agent": self.by.agent });
        let said = [("reason".to_owned(), self.reason.as_str().into()), ("from".to_owned(), from)];
        (self.by.actor.to_string(), said.into_iter().collect())
    }

    /// The license that it is done to. Errors: `NOT_FOUND`, also for another vendor's.
    pub(super) fn find_license(&self, tx: &mut dyn Tx, license_id: LicenseId) -> Outcome<LicenseRecord> {
        tx.license_at(self.by.vendor.vendor_id, license_id)?.ok_or_else(not_found)
    }

    /// Keeps the license as it is afterwards. Errors: [`StoreError::Stale`](crate::store::StoreError::Stale) when somebody
    /// changed it since it was looked at.
    pub(super) fn change_license(
        &self,
        tx: &mut dyn Tx,
        record: &LicenseRecord,
        license: License,
    ) -> Outcome<LicenseRecord> {
        self.seen.check(record.revision)?;
        let record = LicenseRecord { license, revision: record.revision + 1, ..record.clone() };
        tx.update_license(&record)?;
        Ok(record)
    }

    /// Suspends, reinstates or revokes the license; its passes follow.
    pub(in crate::http) fn act_on_license(
        &self,
        tx: &mut dyn Tx,
        act: Act,
        license_id: LicenseId,
    ) -> Outcome<LicenseState> {
        let record = self.find_license(tx, license_id)?;
        let before = record.license.state;
        let Some(license) = record.license.act(act)? else { return Ok(before) };
        let changed = self.change_license(tx, &record, license)?;
        let after = changed.license.state;
        let ends_at = record.license.term.ends_at();
        let body = json!({ "before": { "state": before }, "after": { "state": after }, "ends_at": ends_at });
        self.tell(tx, &format!("license.{}", act.done()), &license_id, body)?;
        if after != LicenseState::Active {
            end_leases(tx, &self.app, &changed, &self.by.actor, self.now)?;
        }
        for pass in tx.passes(self.by.vendor.vendor_id, license_id)? {
            if let Some(change) = act.follow(pass.status, pass.reason) {
                let body = json!({ "license_id": license_id, "with": license_id });
                self.change_pass(tx, act, pass, change, body)?;
            }
        }
        Ok(after)
    }

    /// Changes the pass, and ends its move if there is one on offer.
    pub(super) fn change_pass(
        &self,
        tx: &mut dyn Tx,
        act: Act,
        pass: Pass,
        change: PassChange,
        mut body: Value,
    ) -> Outcome<()> {
        let pass = end_move_of(tx, &self.app, pass, &self.by.actor, self.now)?;
        let before = pass.status;
        let (status, reason) = change;
        let ended_at = (status == PassStatus::Invalid).then_some(self.now);
        let pass = Pass { status, reason, ended_at, ..pass };
        tx.update_pass(&pass)?;
        if let Some(members) = body.as_object_mut() {
            members.insert("before".to_owned(), json!({ "status": before }));
            members.insert("after".to_owned(), json!({ "status": status }));
        }
        self.tell(tx, &format!("pass.{}", act.done()), &pass.pass_id, body)
    }
}
