//! Claim rules at work: a license each, once for each person; suspended and reinstated with the claim where the rule says so.

use serde_json::json;
use shared::api::admin::sources::{ClaimRule, WhenGone};
use shared::id::{AccountId, LicenseId, RuleId};
use shared::license::{Act, LicenseState, Refusal};
use shared::refusal::RefusalCode;
use shared::time::Timestamp;

use super::arrival::Arriving;
use crate::auth::member::Authority;
use crate::http::admin::Deed;
use crate::http::etag::IfMatchGiven;
use crate::http::order::{Gift, give};
use crate::sources::holds;
use crate::store::sources::GrantRecord;
use crate::store::{Outcome, StoreError, Tx, not_found};

/// Applies the source's rules to the claims: the licenses that came or changed. A rule that cannot grant what it says, because
/// the menu is another by now, refuses nobody's sign-in: an event tells of it.
pub(super) fn apply_rules(
    tx: &mut dyn Tx,
    arriving: &Arriving,
    by: &Authority,
    now: Timestamp,
) -> Outcome<Vec<LicenseId>> {
    let source = &arriving.source;
    let grants = tx.source_grants(source.vendor_id, source.source_id, &arriving.subject)?;
    let mut changed = Vec::new();
    for rule in &source.rules {
        let Some(rule_id) = rule.rule_id else { continue };
        let is_held = holds(rule, &arriving.claims);
        let known = grants.iter().find(|grant| grant.rule_id == rule_id);
        let license_id = match known {
            Some(known) => follow_claim(tx, arriving, by, known, is_held || rule.when_gone == WhenGone::Keep, now)?,
            None if is_held => grant(tx, arriving, by, rule, rule_id, now)?,
            None => None,
        };
        changed.extend(license_id);
    }
    Ok(changed)
}

fn grant(
    tx: &mut dyn Tx,
    arriving: &Arriving,
    by: &Authority,
    rule: &ClaimRule,
    rule_id: RuleId,
    now: Timestamp,
) -> Outcome<Option<LicenseId>> {
    let source = &arriving.source;
    let account_id = actor(by)?;
    let gift = match find_gift(tx, arriving, rule, now)? {
        Ok(gift) => gift,
        Err(refusal) => {
            let body = json!({ "rule_id": rule_id, "product": rule.product, "why": refusal.detail });
            arriving.tell(tx, "source.rule_refused", account_id, &source.source_id, &body)?;
            return Ok(None);
        }
    };
    let license_id = give(tx, &arriving.app, account_id, gift, now)?;
    tx.add_source_grant(&GrantRecord {
        vendor_id: source.vendor_id,
        source_id: source.source_id,
        subject: arriving.subject.clone(),
        rule_id,
        license_id,
        granted_at: now,
        gone_at: None,
    })?;
    Ok(Some(license_id))
}

fn find_gift(tx: &mut dyn Tx, arriving: &Arriving, rule: &ClaimRule, now: Timestamp) -> Outcome<Result<Gift, Refusal>> {
    let missing = || Refusal::new(RefusalCode::NotFound, "The product is not there, or has no menu.");
    let Some(product) = tx.product(arriving.vendor.vendor_id, &rule.product)? else { return Ok(Err(missing())) };
    let Some(menu) = tx.current_menu(&product)? else { return Ok(Err(missing())) };
    Ok(Gift::new(product, &menu, &rule.selection, arriving.source.source_id, now))
}

/// Suspends the license while its claim is gone, and reinstates it when that is back. What the vendor's team did stays: a
/// license that it suspended, or reinstated meanwhile, is left as it is.
fn follow_claim(
    tx: &mut dyn Tx,
    arriving: &Arriving,
    by: &Authority,
    known: &GrantRecord,
    may_be_used: bool,
    now: Timestamp,
) -> Outcome<Option<LicenseId>> {
    let (act, gone_at, reason) = match (known.gone_at, may_be_used) {
        (None, false) => (Act::Suspend, Some(now), "no longer says what this license was granted for."),
        (Some(_), true) => (Act::Reinstate, None, "says again what this license was granted for."),
        _ => return Ok(None),
    };
    let record = tx.license_at(known.vendor_id, known.license_id)?.ok_or_else(not_found)?;
    let from = if act == Act::Suspend { LicenseState::Active } else { LicenseState::Suspended };
    let follows = record.license.state == from;
    if !follows && act == Act::Suspend {
        return Ok(None);
    }
    tx.update_source_grant(&GrantRecord { gone_at, ..known.clone() })?;
    if follows {
        let reason = format!("{} {reason}", arriving.source.name);
        let deed = Deed::new(arriving.app.clone(), by.clone(), IfMatchGiven::default(), &reason);
        let deed = deed.map_err(|_| StoreError::Fault("a sentence of ours is no reason".to_owned()))?;
        deed.act_on_license(tx, act, known.license_id)?;
    }
    Ok(follows.then_some(known.license_id))
}

fn actor(by: &Authority) -> Outcome<AccountId> {
    by.actor.account_id().ok_or_else(|| StoreError::Fault("a source vouches for people".to_owned()))
}
