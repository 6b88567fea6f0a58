//! What the vendor's team did to the license, and why.

use leptos::prelude::*;
use shared::api::license::{License, Note};

use crate::components::el::{el, keyed, several};
use crate::slot::Slot;
use crate::{intl, words};

/// The section; nothing while there is nothing to tell.
pub(super) fn notes(license: Slot<License>) -> AnyView {
    let told = move || license.with(|license| license.notes.iter().map(key).collect::<String>()).unwrap_or_default();
    keyed(told, move || license.peek(|license| list(&license.notes)).into_any())
}

fn key(note: &Note) -> String {
    format!("{} {}\n", note.at, note.kind)
}

fn list(notes: &[Note]) -> AnyView {
    if notes.is_empty() {
        return several([]);
    }
    let row = |note: &Note| {
        let head = el("div", "row apart")
            .child(el("strong", "").text(what(&note.kind)))
            .child(el("span", "muted").text(intl::date_time(note.at)));
        // The team's own words, in whatever language they are.
        let reason = el("p", "").attr("dir", "auto").text(note.reason.clone());
        el("li", "stack tight").child(head).child(reason).view()
    };
    el("section", "card stack")
        .attr("aria-label", words::FROM_VENDOR)
        .child(el("h2", "").text(words::FROM_VENDOR))
        .child(el("ul", "plain stack").children(notes.iter().map(row)))
        .into()
}

fn what(kind: &str) -> &'static str {
    match kind {
        "license.suspended" => words::NOTE_SUSPENDED,
        "license.reinstated" => words::NOTE_REINSTATED,
        "license.revoked" => words::NOTE_REVOKED,
        "license.extended" => words::NOTE_EXTENDED,
        "license.uses_added" => words::NOTE_USES_ADDED,
        "license.moves_allowed" => words::NOTE_MOVES_ALLOWED,
        "pass.suspended" => words::NOTE_DEVICE_SUSPENDED,
        "pass.reinstated" => words::NOTE_DEVICE_REINSTATED,
        "pass.revoked" => words::NOTE_DEVICE_REVOKED,
        "lease.ended" => words::NOTE_LEASE_ENDED,
        "identifier.ended" => words::NOTE_IDENTIFIER_ENDED,
        _ => words::NOTE_OTHER,
    }
}
