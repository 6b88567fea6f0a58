//! What a source is held to: its texts, and that each of its rules can grant something.

use shared::api::admin::sources::{ClaimRule, MAX_RULES, MAX_SCOPES};
use shared::id::{RuleId, VendorId};
use shared::license::{License, Refusal};
use shared::quote::quote_nothing;
use shared::time::Timestamp;

use crate::app::App;
use crate::error::Failure;
use crate::http::account::{NAME_RULE, is_name};
use crate::sources::check_issuer;
use crate::store::{Outcome, Tx};

/// Every fault at once, each beside its member.
pub(super) fn check_text(
    app: &App,
    issuer: Option<&str>,
    name: &str,
    client_id: &str,
    secret: Option<&str>,
    scopes: &[String],
) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    if !is_name(name) {
        wrong.push(("name", NAME_RULE));
    }
    if let Some(Err(detail)) = issuer.map(|issuer| check_issuer(issuer, app.config.private_webhooks)) {
        wrong.push(("issuer", detail));
    }
    if client_id.is_empty() || !is_printable(client_id, 300) {
        wrong.push(("client_id", "This must have 1 to 300 characters, as the provider shows it."));
    }
    if !secret.is_none_or(|secret| is_printable(secret, 1000)) {
        wrong.push(("client_secret", "This may have at most 1,000 characters, as the provider shows it."));
    }
    // RFC 6749, section 3.3.
    let is_scope = |scope: &String| {
        let is_letter = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        (1..=200).contains(&scope.len()) && scope.bytes().all(is_letter)
    };
    if scopes.len() > MAX_SCOPES || !scopes.iter().all(is_scope) {
        wrong.push(("scopes", "Write at most 20 scopes, each without spaces and quotation marks."));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::fields(wrong)) }
}

fn is_printable(text: &str, most: usize) -> bool {
    text.chars().count() <= most && !text.chars().any(char::is_control)
}

/// The rules with an id each. Errors: the first member that is wrong, as `rules.0.selection.term`.
pub(super) fn settle_rules(
    tx: &mut dyn Tx,
    app: &App,
    vendor_id: VendorId,
    wanted: &[ClaimRule],
    before: &[ClaimRule],
    now: Timestamp,
) -> Outcome<Vec<ClaimRule>> {
    if wanted.len() > MAX_RULES {
        return Err(Refusal::of_field("rules", format!("A source has at most {MAX_RULES} rules.")).into());
    }
    let mut settled: Vec<ClaimRule> = Vec::new();
    for (place, rule) in wanted.iter().enumerate() {
        let is_known = |rules: &[ClaimRule]| rules.iter().any(|known| known.rule_id == rule.rule_id);
        if rule.rule_id.is_some() && (!is_known(before) || is_known(&settled)) {
            let detail = "This is none of the source's rules: leave it out for a new one.";
            return Err(Refusal::of_field(format!("rules.{place}.rule_id"), detail).into());
        }
        // A rule that stays as it was is not held to a menu that was published after it.
        if !before.contains(rule) {
            check_rule(tx, vendor_id, rule, now)?.map_err(|refusal| {
                let member = refusal.field.as_deref().unwrap_or("selection");
                Refusal::of_field(format!("rules.{place}.{member}"), refusal.detail)
            })?;
        }
        let rule_id = rule.rule_id.unwrap_or_else(|| app.new_id(RuleId::new));
        settled.push(ClaimRule { rule_id: Some(rule_id), ..rule.clone() });
    }
    Ok(settled)
}

/// Whether the rule grants something now. Refusals name the member.
pub(super) fn check_rule(
    tx: &mut dyn Tx,
    vendor_id: VendorId,
    rule: &ClaimRule,
    now: Timestamp,
) -> Outcome<Result<(), Refusal>> {
    let texts = [("claim", &rule.claim), ("value", &rule.value)];
    let is_text = |text: &str| (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if let Some((member, _)) = texts.into_iter().find(|(_, text)| !is_text(text)) {
        return Ok(Err(Refusal::of_field(member, "This must have 1 to 200 characters on one line.")));
    }
    let Some(product) = tx.product(vendor_id, &rule.product)? else {
        return Ok(Err(Refusal::of_field("product", "There is no such product.")));
    };
    let Some(menu) = tx.current_menu(&product)? else {
        return Ok(Err(Refusal::of_field("product", "This product has no published menu.")));
    };
    if let Err(error) = quote_nothing(&menu, &rule.selection) {
        return Ok(Err(error.into()));
    }
    if menu.offer(&rule.selection.offer).is_some_and(|offer| offer.is_trial(rule.selection.term)) {
        let detail = "A trial is once for each customer: grant another term.";
        return Ok(Err(Refusal::of_field("selection.term", detail)));
    }
    let granted = License::grant(&menu, &rule.selection, now).map_err(Refusal::from);
    Ok(granted.and_then(|license| license.acquire(now)).map(drop))
}
