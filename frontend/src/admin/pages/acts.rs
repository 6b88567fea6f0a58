//! What a team does for customers: each act asks first, says what it means for whom, and is sent once however often the
//! button is pressed.

use std::sync::Arc;

use leptos::prelude::*;
use serde::Serialize;
use shared::api::admin::ReasonRequest;
use shared::api::admin::customers::{
    AddUsesRequest, AllowMovesRequest, BulkAct, BulkDone, BulkRequest, CancelRequest, ExtendRequest, License,
    PaidRequest, PassRow, RefundRequest,
};
use shared::slug::Feature;
use shared::time::Timestamp;

use crate::admin::api::{Attempt, Fault, Method, call, fetch, if_match, write};
use crate::admin::ask::{Act, Answer, Ask, Outcome, Part, Reason};
use crate::admin::form::Label;
use crate::admin::team::Team;
use crate::admin::words;
use crate::components::el::several;

/// The license that is acted on, as it was looked at.
#[derive(Clone)]
pub(super) struct Subject {
    id: String,
    what: String,
    whose: String,
    revision: u64,
}

impl Subject {
    /// That of a license.
    pub(super) fn of(license: &License) -> Self {
        Self {
            id: license.license.license_id.to_string(),
            what: super::licenses::name_of(license),
            whose: license.license.customer.name.clone(),
            revision: license.revision,
        }
    }

    fn path(&self, team: Team, act: &str) -> String {
        team.path(&format!("licenses/{}/{act}", self.id))
    }
}

/// Sends a write that may be repeated, for its effect alone.
fn post(team: Team, path: String, body: &impl Serialize, revision: Option<u64>, attempt: Attempt) -> Outcome {
    let request = write(Method::Post, &path, body);
    Box::pin(async move {
        let request = request?;
        let request = match revision {
            Some(revision) => if_match(request, revision),
            None => request,
        };
        attempt.act(request).await?;
        team.note_change();
        Ok(())
    })
}

/// An act that needs nothing but a reason.
fn by_reason(team: Team, path: String, revision: Option<u64>) -> Act {
    let attempt = Attempt::new();
    Arc::new(move |reason| Some(post(team, path.clone(), &ReasonRequest { reason }, revision, attempt)))
}

fn ask(title: String, consequence: String, verb: &str, done: &'static str, takes: bool, act: Act) -> Ask {
    Ask {
        title,
        consequence,
        verb: verb.to_owned(),
        takes,
        reason: Reason::ForCustomer,
        typed: String::new(),
        fields: None,
        act,
        done,
    }
}

/// Suspends a license.
pub(super) fn suspend(team: Team, subject: &Subject) {
    let act = by_reason(team, subject.path(team, "suspend"), Some(subject.revision));
    let consequence = words::suspend_means(&subject.whose);
    let title = words::ask_suspend(&subject.what, &subject.whose);
    team.asking.ask(ask(title, consequence, words::SUSPEND_LICENSE, words::SUSPENDED, true, act));
}

/// Reinstates a suspended license.
pub(super) fn reinstate(team: Team, subject: &Subject) {
    let act = by_reason(team, subject.path(team, "reinstate"), Some(subject.revision));
    let consequence = words::reinstate_means(&subject.whose);
    let title = words::ask_reinstate(&subject.what, &subject.whose);
    team.asking.ask(ask(title, consequence, words::REINSTATE_LICENSE, words::REINSTATED, false, act));
}

/// Revokes a license.
pub(super) fn revoke(team: Team, subject: &Subject) {
    let act = by_reason(team, subject.path(team, "revoke"), Some(subject.revision));
    let consequence = words::revoke_means(&subject.whose);
    let title = words::ask_revoke(&subject.what, &subject.whose);
    team.asking.ask(ask(title, consequence, words::REVOKE_LICENSE, words::REVOKED, true, act));
}

/// Lets a license's term end later.
pub(super) fn extend(team: Team, subject: &Subject, ends_at: Timestamp) {
    let day = Answer::new(ends_at.date().to_string());
    let fields: Part = Arc::new(move || day.input(Label::new("ends_at", words::NEW_END, words::NEW_END_HINT), "date"));
    let (path, revision, attempt) = (subject.path(team, "extend"), subject.revision, Attempt::new());
    let act: Act = Arc::new(move |reason| {
        // Through the whole of that day, as terms that are bought until a day.
        let read = |text: &str| Some(text.parse::<shared::time::Date>().ok()?.end()).filter(|end| *end > ends_at);
        let ends_at = day.read(read, words::NEW_END_WRONG)?;
        Some(post(team, path.clone(), &ExtendRequest { ends_at, reason }, Some(revision), attempt))
    });
    let title = words::ask_extend(&subject.what, &subject.whose);
    let consequence = words::EXTEND_MEANS.to_owned();
    let plain = ask(title, consequence, words::EXTEND_LICENSE, words::EXTENDED, false, act);
    team.asking.ask(Ask { fields: Some(fields), ..plain });
}

/// Adds to what is left of a counted feature.
pub(super) fn add_uses(team: Team, subject: &Subject, counted: Vec<(Feature, String)>) {
    let first = counted.first().map(|(feature, _)| feature.to_string()).unwrap_or_default();
    let (feature, count) = (Answer::new(first), Answer::new("100".to_owned()));
    let fields: Part = Arc::new(move || {
        let choices = counted.iter().map(|(feature, name)| (feature.to_string(), name.clone())).collect();
        let label = Label::new("feature", words::FEATURE, "");
        let which = label.select(choices, feature.value, move |chosen| feature.value.set(chosen), feature.wrong());
        several([which, count.input(Label::new("count", words::HOW_MANY_USES, ""), "number")])
    });
    let (path, revision, attempt) = (subject.path(team, "uses"), subject.revision, Attempt::new());
    let act: Act = Arc::new(move |reason| {
        let in_range = |text: &str| text.parse().ok().filter(|count| (1..=1_000_000_u64).contains(count));
        let feature = feature.read(|text| text.parse::<Feature>().ok(), words::CHOOSE_ONE)?;
        let count = count.read(in_range, words::USES_WRONG)?;
        Some(post(team, path.clone(), &AddUsesRequest { feature, count, reason }, Some(revision), attempt))
    });
    let title = words::ask_add_uses(&subject.what, &subject.whose);
    let consequence = words::ADD_USES_MEANS.to_owned();
    let plain = ask(title, consequence, words::ADD_USES, words::USES_ADDED, false, act);
    team.asking.ask(Ask { fields: Some(fields), ..plain });
}

/// Allows more moves.
pub(super) fn allow_moves(team: Team, subject: &Subject) {
    let moves = Answer::new("1".to_owned());
    let fields: Part = Arc::new(move || moves.input(Label::new("moves", words::HOW_MANY_MOVES, ""), "number"));
    let (path, revision, attempt) = (subject.path(team, "moves"), subject.revision, Attempt::new());
    let act: Act = Arc::new(move |reason| {
        let in_range = |text: &str| text.parse().ok().filter(|count| (1..=100_u32).contains(count));
        let moves = moves.read(in_range, words::MOVES_WRONG)?;
        Some(post(team, path.clone(), &AllowMovesRequest { moves, reason }, Some(revision), attempt))
    });
    let title = words::ask_allow_moves(&subject.what, &subject.whose);
    let consequence = words::ALLOW_MOVES_MEANS.to_owned();
    let plain = ask(title, consequence, words::ALLOW_MOVES, words::MOVES_ALLOWED, false, act);
    team.asking.ask(Ask { fields: Some(fields), ..plain });
}

/// Pays an order back and revokes its license.
pub(super) fn refund(team: Team, order_id: &str, (what, whose): (&str, &str), total: &str, is_moved_by_hand: bool) {
    let (path, attempt) = (team.path(&format!("orders/{order_id}/refund")), Attempt::new());
    let act: Act = Arc::new(move |reason| Some(post(team, path.clone(), &RefundRequest { reason }, None, attempt)));
    let title = words::ask_refund(total, whose);
    let mut consequence = words::refund_means(what, whose);
    if is_moved_by_hand {
        consequence.push_str(words::REFUND_BY_HAND);
    }
    team.asking.ask(ask(title, consequence, &words::refund_verb(total), words::REFUNDED, true, act));
}

/// Cancels an order that nobody has paid.
pub(super) fn cancel_order(team: Team, order_id: &str, whose: &str, total: &str) {
    let (path, attempt) = (team.path(&format!("orders/{order_id}/cancel")), Attempt::new());
    let act: Act = Arc::new(move |reason| Some(post(team, path.clone(), &CancelRequest { reason }, None, attempt)));
    let (title, means) = (words::ask_cancel_order(total, whose), words::cancel_order_means(whose));
    team.asking.ask(ask(title, means, words::CANCEL_ORDER, words::ORDER_IS_CANCELLED, true, act));
}

/// Notes that the money of an invoice has come, and fulfils the order.
pub(super) fn paid(team: Team, order_id: &str, whose: &str, total: &str) {
    let (path, attempt) = (team.path(&format!("orders/{order_id}/paid")), Attempt::new());
    let act: Act = Arc::new(move |note| Some(post(team, path.clone(), &PaidRequest { note }, None, attempt)));
    let title = words::ask_paid(total, whose);
    let plain = ask(title, words::paid_means(whose), words::MARK_PAID, words::MARKED_PAID, false, act);
    team.asking.ask(Ask { reason: Reason::ForUs, ..plain });
}

/// Suspends, reinstates or revokes one pass.
pub(super) fn pass(team: Team, pass: &PassRow, act: BulkAct) {
    let (word, verb, done) = match act {
        BulkAct::Suspend => ("suspend", words::SUSPEND_PASS, words::PASS_SUSPENDED),
        BulkAct::Reinstate => ("reinstate", words::REINSTATE_PASS, words::PASS_REINSTATED),
        BulkAct::Revoke => ("revoke", words::REVOKE_PASS, words::PASS_REVOKED),
    };
    let path = team.path(&format!("passes/{}/{word}", pass.pass_id));
    let title = words::ask_pass(verb, &pass.name);
    let means = words::pass_means(act, &pass.customer.name);
    let takes = act != BulkAct::Reinstate;
    team.asking.ask(ask(title, means, verb, done, takes, by_reason(team, path, None)));
}

/// Ends a lease.
pub(super) fn end_lease(team: Team, lease_id: &str, holder: &str, whose: &str) {
    let act = by_reason(team, team.path(&format!("leases/{lease_id}/end")), None);
    let means = words::end_lease_means(holder, whose);
    let title = words::END_LEASE_TITLE.to_owned();
    team.asking.ask(ask(title, means, words::END_LEASE, words::LEASE_IS_ENDED, true, act));
}

/// Ends an identifier.
pub(super) fn end_identifier(team: Team, identifier_id: &str, name: &str, whose: &str) {
    let act = by_reason(team, team.path(&format!("identifiers/{identifier_id}/end")), None);
    let (title, means) = (words::end_identifier_title(name), words::end_identifier_means(whose));
    team.asking.ask(ask(title, means, words::END_IDENTIFIER_VERB, words::IDENTIFIER_IS_ENDED, true, act));
}

/// How many licenses go in one request.
const BULK: usize = 100;

/// Suspends, reinstates or revokes every selected license.
pub(super) fn bulk(team: Team, act: BulkAct, selected: RwSignal<Vec<String>>) {
    let ids = selected.get_untracked();
    let count = ids.len();
    let live = team.asking.live;
    let run: Act = Arc::new(move |reason| {
        let ids = ids.clone();
        Some(Box::pin(async move {
            let mut done = BulkDone { done: Vec::new(), refused: Vec::new() };
            for (number, some) in ids.chunks(BULK).enumerate() {
                let license_ids = some.iter().filter_map(|id| id.parse().ok()).collect();
                let body = BulkRequest { act, license_ids, reason: reason.clone() };
                let answer: BulkDone = fetch(write(Method::Post, &team.path("licenses/bulk"), &body)?).await?;
                done.done.extend(answer.done);
                done.refused.extend(answer.refused);
                live.say(&words::bulk_progress((number + 1) * BULK, ids.len()));
            }
            team.note_change();
            // Those that were refused stay selected, so that one sees which.
            selected.set(done.refused.iter().map(|refused| refused.license_id.to_string()).collect());
            match done.refused.first() {
                None => Ok(()),
                Some(first) => Err(Fault::said(words::bulk_refused(done.refused.len(), &first.detail))),
            }
        }) as Outcome)
    });
    let plain = ask(
        words::ask_bulk(act, count),
        words::bulk_means(act).to_owned(),
        &words::bulk_verb(act, count),
        words::BULK_DONE,
        act != BulkAct::Reinstate,
        run,
    );
    let typed = if act == BulkAct::Revoke { count.to_string() } else { String::new() };
    team.asking.ask(Ask { typed, ..plain });
}

/// A write without a body that may be repeated.
pub(super) fn delete(team: Team, path: String, revision: Option<u64>) -> Outcome {
    Box::pin(async move {
        let request = crate::admin::api::Call::new(Method::Delete, &path);
        let request = match revision {
            Some(revision) => if_match(request, revision),
            None => request,
        };
        call(request).await?;
        team.note_change();
        Ok(())
    })
}
