//! What services have of a license: its seats, who waits for one, its identifiers and leases.

use leptos::prelude::*;
use shared::api::admin::customers::License;
use shared::api::leases::Identifier;
use shared::team::Permission;

use super::super::acts;
use super::super::customers::{opener, part};
use super::super::leases::{lease_state, waiters};
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::components::button::button;
use crate::components::el::{Text, el, several};
use crate::components::table::table;

/// The parts of a license's sheet; nothing where it has no seats.
pub(super) fn services(team: Team, found: &License) -> AnyView {
    if found.seats == 0 {
        return ().into_any();
    }
    let queue = (!found.waiting.is_empty()).then(|| {
        el("section", "card stack")
            .attr("aria-label", words::WAITING_NOW)
            .child(el("h2", "").text(words::WAITING_NOW))
            .child(waiters(&found.waiting))
            .view()
    });
    let leases = found.leases.iter().map(|lease| {
        let until = intl::date_time(lease.ended_at.unwrap_or(lease.expires_at));
        vec![
            opener(lease.holder.clone(), lease.lease_id.to_string()),
            lease_state(lease.state),
            Text::from(until).into(),
        ]
    });
    let leases = table(words::LEASES, [words::HOLDER, words::STATUS, words::HOLDS_UNTIL], leases);
    several([
        queue.into_any(),
        part(words::LEASES, found.leases.len(), words::HAS_NO_LEASES, leases),
        part(words::IDENTIFIERS, found.identifiers.len(), words::HAS_NO_IDENTIFIERS, identifiers(team, found)),
    ])
}

fn identifiers(team: Team, found: &License) -> AnyView {
    let whose = found.license.customer.name.clone();
    let rows = found.identifiers.iter().map(|identifier| {
        let name = name_of(identifier);
        let act = team.may(Permission::EditLicenses).then(|| {
            let (id, name, whose) = (identifier.identifier_id.to_string(), name.clone(), whose.clone());
            button("button quiet", words::END_IDENTIFIER, move || acts::end_identifier(team, &id, &name, &whose))
        });
        let hint = el("code", "id muted small").text(identifier.hint.clone());
        let first = el("span", "who").child(el("bdi", "strong").text(name)).child(hint);
        vec![
            first.into(),
            Text::from(identifier.device.clone().unwrap_or_else(|| words::MADE_BY_CUSTOMER.to_owned())).into(),
            Text::from(identifier.expires_at.map_or_else(|| words::NO_END.to_owned(), intl::date_time)).into(),
            Text::from(left(identifier)).into(),
            act.into_any(),
        ]
    });
    let columns = [words::IDENTIFIER, words::MADE_BY, words::ENDS, words::CHECK_OUTS_LEFT, words::END_IDENTIFIER];
    table(words::IDENTIFIERS, columns, rows)
}

fn name_of(identifier: &Identifier) -> String {
    identifier.label.clone().unwrap_or_else(|| identifier.hint.clone())
}

fn left(identifier: &Identifier) -> String {
    match (identifier.left, identifier.uses) {
        (Some(left), Some(made)) => words::left_of_made(&intl::number(u64::from(left)), &intl::number(u64::from(made))),
        _ => words::UNLIMITED.to_owned(),
    }
}
