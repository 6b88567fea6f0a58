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

/// The uses that the event counts, by function.
pub fn uses_of(event: &Event) -> Vec<(String, u64)> {
    let used = |(_, change)| match change {
        Change::Happened { figure: Figure::Use, detail, tally, .. } => {
            Some((detail, u64::try_from(tally.count).unwrap_or(0)))
        }
        _ => None,
    };
    fold(event).into_iter().filter_map(used).collect()
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
        "lease.returned" | "lease.expired" | "lease.ended" => {
            let body = body(event)?;
            // A lease may be of the license as such.
            let feature = text(&body, "/feature");
            let of = of()?;
            let spent = number(&body, "/spent")?;
            feature.map(|feature| (of, counted(Figure::Use, feature, spent))).into_iter().collect()
        }
        "lease.checked_out" => begun(event, of()?, &body(event)?),
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
    changes.extend(begun(event, of, &body));
    Some(changes)
}

/// A term that began with a first pass or check-out.
fn begun(event: &Event, of: Of, body: &Value) -> Vec<(Of, Change)> {
    let Some(ends_at) = time(body, "/begun/ends_at") else { return Vec::new() };
    let standing = |ends_at| Some(Standing { state: LicenseState::Active, ends_at });
    each(of, active(event.at, standing(None), standing(Some(ends_at))))
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
mod tests;
