//! The audit log, for a vendor's team: every entry with the hash that links it to the one before.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use shared::api::Page;
use shared::api::admin::log::Event;
use shared::id::VendorId;
use shared::slug::Slug;

use super::list::find_product;
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::ReadAudit;
use crate::error::Failure;
use crate::http::csv::{self, Part};
use crate::http::openapi::{EventsQuery, ListParams};
use crate::http::query::{Query, write_cursor, wrong};
use crate::store::log::{COUNTED, LogFilter};
use crate::store::records::LogEntry;
use crate::store::{Outcome, StoreError, Tx};

const PARAMETERS: &[&str] = &["kind", "actor", "subject", "feature", "code", "product", "from", "to"];

const COLUMNS: &[&str] = &["number", "event_id", "at", "kind", "actor", "actor_name", "subject", "body", "hash"];

/// Where an entry stands: its time in seconds, and its number.
type Place = (i64, u64);

/// The vendor's audit log, the newest first.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/events", tag = "vendors",
    params(("vendor" = Slug, Path), EventsQuery, ListParams),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<Event>)))]
pub async fn list_events(
    app: web::Data<App>,
    member: Member<ReadAudit>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let query = Query::read(&request, &[PARAMETERS, &["cursor", "limit"]].concat())?;
    let (vendor_id, filter) = (member.vendor.vendor_id, Asked::read(&query)?);
    let (before, limit) = (query.cursor::<Place>()?, query.limit()?);
    let read = app.store.read(move |tx| read_events(tx, vendor_id, &filter, before, limit + 1));
    let mut items = read.await?;
    let is_more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| is_more).map(|last| write_cursor(&place(last))).transpose()?;
    Ok(HttpResponse::Ok().json(Page { items, next }))
}

/// The same list as one CSV file.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/events.csv", tag = "vendors",
    params(("vendor" = Slug, Path), EventsQuery), security(("session" = []), ("token" = [])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn export_events(
    app: web::Data<App>,
    member: Member<ReadAudit>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let filter = Asked::read(&Query::read(&request, PARAMETERS)?)?;
    let vendor_id = member.vendor.vendor_id;
    let first = read_part(&app, vendor_id, filter.clone(), None).await?;
    let read = move |before| {
        let (app, filter) = (app.clone(), filter.clone());
        async move { read_part(&app, vendor_id, filter, Some(before)).await }
    };
    Ok(csv::answer_csv("events.csv", COLUMNS, first, read))
}

/// What is asked for, of which product.
#[derive(Clone)]
struct Asked {
    filter: LogFilter,
    product: Option<Slug>,
}

impl Asked {
    fn read(query: &Query) -> Result<Self, Failure> {
        Ok(Self { filter: read_filter(query)?, product: query.parse("product", "Give a product's slug.")? })
    }

    fn settle(&self, tx: &mut dyn Tx, vendor_id: VendorId) -> Outcome<LogFilter> {
        let product = self.product.as_ref().map(|slug| find_product(tx, vendor_id, slug)).transpose()?;
        Ok(LogFilter { product, ..self.filter.clone() })
    }
}

fn read_filter(query: &Query) -> Result<LogFilter, Failure> {
    let (kind, actor, subject) = (query.text("kind"), query.text("actor"), query.text("subject"));
    let (feature, code) = (query.parse("feature", "Give a function like `export.pdf`.")?, query.text("code"));
    for (name, text) in [("kind", &kind), ("actor", &actor), ("subject", &subject), ("code", &code)] {
        if text.as_ref().is_some_and(|text| text.len() > 100) {
            return Err(wrong(name, "Nothing is called that."));
        }
    }
    if kind.is_none() && code.is_some() {
        return Err(wrong("code", "Ask for a code with `kind=license.denied`."));
    }
    if subject.is_none() && feature.is_none() && kind.as_deref() == Some(COUNTED) {
        return Err(wrong(
            "kind",
            "Ask for the uses of one license or one function: give it as `subject` or `feature`.",
        ));
    }
    if subject.is_none() && feature.is_none() && actor.as_deref().is_some_and(|actor| actor.starts_with("pas_")) {
        return Err(wrong("actor", "Ask for what a device did with its license or its pass as `subject`."));
    }
    let (from, to) = (query.time("from")?, query.time("to")?);
    Ok(LogFilter { kind, actor, subject, feature, code, product: None, from, to })
}

async fn read_part(
    app: &App,
    vendor_id: VendorId,
    asked: Asked,
    before: Option<Place>,
) -> Result<Part<Place>, Failure> {
    let read = app.store.read(move |tx| read_events(tx, vendor_id, &asked, before, csv::ROWS));
    let events = read.await?;
    let next = events.last().filter(|_| events.len() == csv::ROWS as usize).map(place);
    Ok((events.into_iter().map(cells).collect(), next))
}

fn read_events(
    tx: &mut dyn Tx,
    vendor_id: VendorId,
    asked: &Asked,
    before: Option<Place>,
    limit: u32,
) -> Outcome<Vec<Event>> {
    let mut names = BTreeMap::new();
    let filter = asked.settle(tx, vendor_id)?;
    let entries = tx.log(vendor_id, &filter, before, limit)?;
    entries.into_iter().map(|entry| show_event(tx, vendor_id, &mut names, entry)).collect()
}

fn show_event(
    tx: &mut dyn Tx,
    vendor_id: VendorId,
    names: &mut BTreeMap<String, Option<String>>,
    entry: LogEntry,
) -> Outcome<Event> {
    let LogEntry { number, event, hash } = entry;
    let actor_name = if let Some(known) = names.get(&event.actor) {
        known.clone()
    } else {
        let name = tx.actor_name(vendor_id, &event.actor)?;
        names.insert(event.actor.clone(), name.clone());
        name
    };
    let body = serde_json::from_str(&event.body).map_err(|error| StoreError::Fault(error.to_string()))?;
    Ok(Event {
        number,
        event_id: event.event_id,
        at: event.at,
        kind: event.kind,
        actor: event.actor,
        actor_name,
        subject: event.subject,
        body,
        hash: URL_SAFE_NO_PAD.encode(hash),
    })
}

fn place(event: &Event) -> Place {
    (event.at.as_unix(), event.number)
}

fn cells(event: Event) -> Vec<String> {
    vec![
        event.number.to_string(),
        event.event_id.to_string(),
        event.at.to_string(),
        event.kind,
        event.actor,
        event.actor_name.unwrap_or_default(),
        event.subject,
        serde_json::Value::Object(event.body).to_string(),
        event.hash,
    ]
}
