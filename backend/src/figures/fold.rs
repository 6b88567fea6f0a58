//! What an event counts for: a pure function of the event alone.

use serde_json::Value;
use shared::id::{LicenseId, OrderId};
use shared::license::LicenseState;
use shared::money::Money;
use shared::time::{Date, Timestamp};

use crate::store::figures::{Figure, Tally};
use crate::store::records::Event;

/// What an event is about, as far as its product is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// A license, or its passes and moves.
    License(LicenseId),
    /// An order.
    Order(OrderId),
}

/// What changes with an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// So many more licenses are usable at the day's end.
    Active(Date, i64),
    /// Something is counted on a day.
    Happened {
        /// When.
        day: Date,
        /// What.
        figure: Figure,
        /// A currency, a feature or a code.
        detail: String,
        /// How often, and how much.
        tally: Tally,
    },
}

/// Whether a license is usable, as far as it depends on time and its vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    state: LicenseState,
    ends_at: Option<Timestamp>,
}

/// What the event counts for; nothing, for most kinds, and for a body that is not as it should be.
pub fn fold(event: &Event) -> Vec<(Of, Change)> {
    read(event).unwrap_or_default()
}

fn read(event: &Event) -> Option<Vec<(Of, Change)>> {
    let of = || match event.subject.parse() {
        Ok(license_id) => Some(Of::License(license_id)),
        Err(_) => event.subject.parse().ok().map(Of::Order),
    };
    let day = event.at.date();
    let counted = |figure, detail: String, count: u64| Change::Happened {
        day,
        figure,
        detail,
        tally: Tally { count: i64::try_from(count).unwrap_or(i64::MAX), amount: 0 },
    };
    Some(match event.kind.as_str() {
        "use.counted" => {
            let body = body(event)?;
            vec![(of()?, counted(Figure::Use, text(&body, "/feature")?, number(&body, "/count")?))]
        }
        "slice.settled" => {
            let body = body(event)?;
            vec![(of()?, counted(Figure::Use, text(&body, "/feature")?, number(&body, "/spent")?))]
        }
        "order.fulfilled" => vec![(of()?, money(day, Figure::Sale, &body(event)?)?)],
        "order.refunded" => vec![(of()?, money(day, Figure::Refund, &body(event)?)?)],
        "license.created" => {
            let granted = Standing { state: LicenseState::Active, ends_at: time(&body(event)?, "/ends_at") };
            let mut changes = active(event.at, None, Some(granted));
            changes.push(counted(Figure::Grant, String::new(), 1));
            each(of()?, changes)
        }
        "license.suspended" | "license.reinstated" | "license.revoked" => {
            let body = body(event)?;
            let ends_at = time(&body, "/ends_at");
            let standing = |side: &str| Some(Standing { state: state(&body, &format!("/{side}/state"))?, ends_at });
            let (before, after) = (standing("before")?, standing("after")?);
            each(of()?, active(event.at, Some(before), Some(after)))
        }
        "license.extended" => {
            let body = body(event)?;
            let state = state(&body, "/state")?;
            let standing = |side: &str| Standing { state, ends_at: time(&body, &format!("/{side}/ends_at")) };
            let (before, after) = (standing("before"), standing("after"));
            each(of()?, active(event.at, Some(before), Some(after)))
        }
        "pass.issued" => pass_issued(event)?,
        "pass.move.offered" => vec![(licensed(event)?, counted(Figure::Offer, String::new(), 1))],
        "pass.move.redeemed" => vec![(licensed(event)?, counted(Figure::Redemption, String::new(), 1))],
        "license.denied" => vec![(of()?, counted(Figure::Denial, text(&body(event)?, "/code")?, 1))],
        _ => Vec::new(),
    })
}

/// Uses that were counted with a pass, and a term that began with it.
fn pass_issued(event: &Event) -> Option<Vec<(Of, Change)>> {
    let (body, of) = (body(event)?, licensed(event)?);
    let counted = body.pointer("/counted").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut changes = Vec::new();
    for one in counted {
        let tally = Tally { count: i64::try_from(number(one, "/count")?).ok()?, amount: 0 };
        let (day, detail) = (event.at.date(), text(one, "/feature")?);
        changes.push((of, Change::Happened { day, figure: Figure::Use, detail, tally }));
    }
    if let Some(ends_at) = time(&body, "/begun/ends_at") {
        let standing = |ends_at| Some(Standing { state: LicenseState::Active, ends_at });
        changes.extend(each(of, active(event.at, standing(None), standing(Some(ends_at)))));
    }
    Some(changes)
}

/// How the usable licenses change when one that stood so stands otherwise from `at` on. A license that ends leaves no event:
/// its end is written down ahead, and taken back when it moves.
fn active(at: Timestamp, before: Option<Standing>, after: Option<Standing>) -> Vec<Change> {
    let is_usable = |standing: &Standing| {
        standing.state == LicenseState::Active && standing.ends_at.is_none_or(|ends_at| at < ends_at)
    };
    let mut changes = Vec::new();
    for (standing, by) in [(before, -1), (after, 1)] {
        let Some(standing) = standing.filter(is_usable) else { continue };
        changes.push(Change::Active(at.date(), by));
        changes.extend(standing.ends_at.map(|ends_at| Change::Active(last_day(ends_at), -by)));
    }
    changes
}

/// The first day at whose end the license is over.
fn last_day(ends_at: Timestamp) -> Date {
    Timestamp::from_unix(ends_at.as_unix() - 1).date()
}

fn money(day: Date, figure: Figure, body: &Value) -> Option<Change> {
    let total: Money = serde_json::from_value(body.pointer("/total")?.clone()).ok()?;
    let tally = Tally { count: 1, amount: total.amount };
    Some(Change::Happened { day, figure, detail: total.currency.to_string(), tally })
}

/// The license that an event about a pass names.
fn licensed(event: &Event) -> Option<Of> {
    text(&body(event)?, "/license_id")?.parse().ok().map(Of::License)
}

fn body(event: &Event) -> Option<Value> {
    serde_json::from_str(&event.body).ok()
}

// What stands at a place of the body.

fn text(body: &Value, place: &str) -> Option<String> {
    body.pointer(place)?.as_str().map(str::to_owned)
}

fn number(body: &Value, place: &str) -> Option<u64> {
    body.pointer(place)?.as_u64()
}

fn time(body: &Value, place: &str) -> Option<Timestamp> {
    body.pointer(place)?.as_str()?.parse().ok()
}

fn state(body: &Value, place: &str) -> Option<LicenseState> {
    serde_json::from_value(body.pointer(place)?.clone()).ok()
}

fn each(of: Of, changes: Vec<Change>) -> Vec<(Of, Change)> {
    changes.into_iter().map(|change| (of, change)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};
    use shared::id::{EventId, LicenseId, VendorId};

    use super::{Change, Event, Figure, fold};

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
            let body =
                json!({"before": {"ends_at": END}, "after": {"ends_at": "2026-02-20T12:00:00Z"}, "state": state});
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
        let issued = json!({"license_id": LicenseId::new(1, 1), "counted": [{"feature": "ai.render", "count": 1}]});
        assert_eq!(count("pass.issued", issued), wanted(1));
    }
}
