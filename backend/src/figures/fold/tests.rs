//! What events count for.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shared::id::{EventId, LicenseId, VendorId};

use super::{Change, Event, Figure, fold};

#[expect(clippy::needless_pass_by_value, reason = "as `json!` hands it over")]
fn event(at: &str, kind: &str, body: Value) -> Event {
    Event {
        event_id: EventId::new(1, 1),
        vendor_id: VendorId::new(1, 1),
        at: at.parse().expect("a time"),
        kind: kind.to_owned(),
        actor: "portal".to_owned(),
        subject: LicenseId::new(1, 1).to_string(),
        body: body.to_string(),
    }
}

/// How many licenses are usable at the end of each of these days, after these events.
#[track_caller]
fn check_active(events: &[(&str, &str, Value)], wanted: &[(&str, i64)]) {
    let mut changes: BTreeMap<String, i64> = BTreeMap::new();
    for (at, kind, body) in events {
        for (_, change) in fold(&event(at, kind, body.clone())) {
            if let Change::Active(day, by) = change {
                *changes.entry(day.to_string()).or_default() += by;
            }
        }
    }
    for (day, count) in wanted {
        let sum: i64 = changes.range(..=(*day).to_owned()).map(|(_, by)| by).sum();
        assert_eq!(sum, *count, "at the end of {day}: {changes:?}");
    }
}

fn created(ends_at: Option<&str>) -> (&'static str, &'static str, Value) {
    ("2026-01-10T12:00:00Z", "license.created", json!({ "ends_at": ends_at }))
}

const END: Option<&str> = Some("2026-01-20T12:00:00Z");

fn set(at: &'static str, kind: &'static str, before: &str, after: &str) -> (&'static str, &'static str, Value) {
    (at, kind, json!({"before": {"state": before}, "after": {"state": after}, "ends_at": END}))
}

#[test]
fn a_license_is_usable_from_its_grant_to_its_end_without_an_event() {
    check_active(&[created(END)], &[("2026-01-09", 0), ("2026-01-10", 1), ("2026-01-19", 1), ("2026-01-20", 0)]);
    check_active(&[created(Some("2026-01-20T00:00:00Z"))], &[("2026-01-18", 1), ("2026-01-19", 0)]);
    check_active(&[created(None)], &[("2026-01-09", 0), ("2026-01-10", 1), ("2126-01-10", 1)]);
}

#[test]
fn what_is_suspended_is_not_usable_until_it_is_reinstated() {
    let suspended = set("2026-01-12T00:00:00Z", "license.suspended", "active", "suspended");
    let back = set("2026-01-15T00:00:00Z", "license.reinstated", "suspended", "active");
    let gone = set("2026-01-16T00:00:00Z", "license.revoked", "active", "revoked");
    let late = set("2026-02-01T00:00:00Z", "license.revoked", "active", "revoked");
    let days = [("2026-01-11", 1), ("2026-01-12", 0), ("2026-01-25", 0)];
    check_active(&[created(END), suspended.clone()], &days);
    check_active(
        &[created(END), suspended.clone(), back.clone()],
        &[("2026-01-14", 0), ("2026-01-15", 1), ("2026-01-20", 0)],
    );
    check_active(
        &[created(END), suspended.clone(), back, gone],
        &[("2026-01-15", 1), ("2026-01-16", 0), ("2026-01-20", 0)],
    );
    check_active(&[created(END), late], &[("2026-01-19", 1), ("2026-01-20", 0), ("2026-02-02", 0)]);
    let revoked = set("2026-01-13T00:00:00Z", "license.revoked", "suspended", "revoked");
    check_active(&[created(END), suspended, revoked], &[("2026-01-12", 0), ("2026-01-30", 0)]);
}

#[test]
fn an_end_that_moves_moves() {
    let extended = |at, state: &str| {
        let body = json!({"before": {"ends_at": END}, "after": {"ends_at": "2026-02-20T12:00:00Z"}, "state": state});
        (at, "license.extended", body)
    };
    let in_time = extended("2026-01-15T00:00:00Z", "active");
    check_active(
        &[created(END), in_time],
        &[("2026-01-15", 1), ("2026-01-20", 1), ("2026-02-19", 1), ("2026-02-20", 0)],
    );
    let too_late = extended("2026-01-25T00:00:00Z", "active");
    check_active(
        &[created(END), too_late],
        &[("2026-01-20", 0), ("2026-01-24", 0), ("2026-01-25", 1), ("2026-02-20", 0)],
    );
    let suspended = set("2026-01-12T00:00:00Z", "license.suspended", "active", "suspended");
    check_active(
        &[created(END), suspended, extended("2026-01-15T00:00:00Z", "suspended")],
        &[("2026-01-12", 0), ("2026-02-01", 0), ("2026-03-01", 0)],
    );
}

#[test]
fn a_term_that_begins_with_the_first_pass_ends_from_then_on() {
    let license_id = LicenseId::new(1, 1);
    let body = json!({"license_id": license_id, "counted": [], "begun": {"ends_at": END}});
    let begun = ("2026-01-13T00:00:00Z", "pass.issued", body);
    check_active(&[created(None), begun], &[("2026-01-10", 1), ("2026-01-19", 1), ("2026-01-20", 0)]);
}

#[test]
fn what_is_not_as_it_should_be_counts_for_nothing() {
    for (kind, body) in [
        ("use.counted", json!({})),
        ("order.fulfilled", json!({"total": 5})),
        ("license.suspended", json!({"before": {"state": "gone"}})),
        ("pass.issued", json!({"license_id": "x"})),
        ("member.joined", json!({"count": 1})),
    ] {
        assert_eq!(fold(&event("2026-01-10T12:00:00Z", kind, body)), [], "{kind}");
    }
}

#[test]
fn uses_are_counted_when_they_are_known_to_be_spent() {
    let count = |kind, body| {
        let changes = fold(&event("2026-01-10T23:59:59Z", kind, body));
        let uses = changes.into_iter().filter_map(|(_, change)| match change {
            Change::Happened { figure: Figure::Use, detail, tally, day } => {
                Some((detail, tally.count, day.to_string()))
            }
            _ => None,
        });
        uses.collect::<Vec<_>>()
    };
    let wanted = |count| vec![("ai.render".to_owned(), count, "2026-01-10".to_owned())];
    assert_eq!(count("use.counted", json!({"feature": "ai.render", "count": 3})), wanted(3));
    assert_eq!(count("slice.granted", json!({"feature": "ai.render", "count": 10})), []);
    assert_eq!(count("slice.settled", json!({"feature": "ai.render", "spent": 4, "returned": 6})), wanted(4));
    assert_eq!(count("lease.returned", json!({"feature": "ai.render", "spent": 4, "returned": 6})), wanted(4));
    assert_eq!(count("lease.expired", json!({"feature": null, "spent": 0, "returned": 0})), []);
    let issued = json!({"license_id": LicenseId::new(1, 1), "counted": [{"feature": "ai.render", "count": 1}]});
    assert_eq!(count("pass.issued", issued), wanted(1));
}
