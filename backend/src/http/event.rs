//! What happened, as handlers tell it to the store.

use serde::Serialize;
use serde_json::{Value, json};
use shared::id::{EventId, VendorId};
use shared::license::{Counter, LicenseTerm};
use shared::slug::Feature;
use shared::time::Timestamp;

use super::json::to_json;
use crate::app::App;
use crate::auth::member::Authority;
use crate::store::records::Event;
use crate::store::{Outcome, Tx};

/// Bytes of a body that need not grow while it is written.
const USUAL: usize = 256;

/// An event of now: `kind` as webhooks name it, `actor` and `subject` ids, `body` an object without secrets and addresses.
pub(super) fn event(
    app: &App,
    vendor_id: VendorId,
    kind: &str,
    actor: &impl ToString,
    subject: &impl ToString,
    body: &impl Serialize,
) -> Event {
    Event {
        event_id: app.new_id(EventId::new),
        vendor_id,
        at: app.clock.now(),
        kind: kind.to_owned(),
        actor: actor.to_string(),
        subject: subject.to_string(),
        // What is a JSON value can be written; the store refuses what is not.
        body: to_json(body, USUAL).unwrap_or_default(),
    }
}

/// What events say of uses that were counted or debited: how many, and the counter afterwards. `resets_at` tells the
/// period that they count in; `passgate check` adds them up by it.
#[derive(Serialize)]
pub(super) struct Counted<'f> {
    feature: &'f Feature,
    count: u64,
    left: Option<u64>,
    resets_at: Option<Timestamp>,
}

impl<'f> Counted<'f> {
    pub(super) const fn new(feature: &'f Feature, count: u64, counter: &Counter) -> Self {
        Self { feature, count, left: counter.left, resets_at: counter.resets_at }
    }
}

/// What events say of a term that began: when it ends.
#[derive(Serialize)]
pub(super) struct Begun {
    ends_at: Option<Timestamp>,
}

impl Begun {
    pub(super) const fn new(term: LicenseTerm) -> Self {
        Self { ends_at: term.ends_at() }
    }
}

/// Appends that somebody did something for the vendor, with where from: `before` and `after` for what was edited, `reason`
/// for what was done to a customer's things.
pub(super) fn tell(
    tx: &mut dyn Tx,
    app: &App,
    by: &Authority,
    kind: &str,
    subject: &impl ToString,
    mut body: Value,
) -> Outcome<()> {
    if let Some(members) = body.as_object_mut() {
        members.insert("from".to_owned(), json!({ "address": by.address, "agent": by.agent }));
    }
    tx.append_event(&event(app, by.vendor.vendor_id, kind, &by.actor, subject, &body))
}
