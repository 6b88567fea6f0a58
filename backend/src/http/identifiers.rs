//! License identifiers: what a customer or an app hands to a service, so that it may check the license out (mechanisms M1
//! and M4).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};
use shared::api::Page;
use shared::api::leases::{Identifier, IdentifierMade, IdentifierRequest};
use shared::id::{IdentifierId, LicenseId, PassId, VendorId};
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::text::check_name;
use shared::time::Timestamp;

use super::body::Strict;
use super::event::event;
use super::once::{Answer, IdempotencyKey, fingerprint, once_sealed};
use super::uses::{find_usable, see};
use crate::app::App;
use crate::auth::secret::Secret;
use crate::auth::{Caller, Customer};
use crate::changes::Subject;
use crate::error::Failure;
use crate::store::leases::IdentifierRecord;
use crate::store::records::LicenseRecord;
use crate::store::{Outcome, Tx, not_found};

/// What identifiers begin with.
pub(super) const PREFIX: &str = "lid";

/// How many identifiers of a license may be good at once.
const MOST_GOOD: usize = 100;

/// The most check-outs that an identifier is made for.
const MOST_USES: u32 = 1_000_000;

/// A new identifier of the license, to be handed to a service. It cannot be read again. With `replaces`, that one ends at once.
///
/// For a terminal, whose pass must be good, or the customer. Errors, in this order: `INVALID_INPUT` with `label` or `uses`; of a
/// terminal what `POST /uses` says of its pass; `NOT_FOUND` for a license, or an identifier to replace, that is not the
/// caller's; `INVALID_INPUT` with `service` for what is no API token of the license's vendor, or with `expires_at`; `CONFLICT`
/// when the license has 100 of them.
#[utoipa::path(post, path = "/api/v1/identifiers", tag = "leases", request_body = IdentifierRequest,
    params(("Idempotency-Key" = String, Header), ("DPoP" = Option<String>, Header)),
    security(("terminal" = []), ("session" = [])), responses((status = 201, body = IdentifierMade)))]
pub async fn add_identifier(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    key: IdempotencyKey,
    body: Strict<IdentifierRequest>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let asked = body.value;
    check(&asked)?;
    let (scope, here) = (caller.scope(), app.clone());
    let (secret, identifier_id) = (Secret::new(PREFIX, &app.rng), app.new_id(IdentifierId::new));
    let license_id = asked.license_id;
    let answer = once_sealed(&app, scope, key, print, move |tx| {
        let now = here.clock.now();
        let record = find_license(tx, &here, &caller, asked.license_id, now)?;
        let vendor_id = record.vendor_id;
        if let Some(replaced) = asked.replaces {
            let found = tx.identifier(vendor_id, replaced)?.filter(|found| found.license_id == record.license_id);
            end(tx, &here, found.ok_or_else(not_found)?, (caller.actor(), Map::new()), now)?;
        }
        if let Some(service) = asked.service
            && tx.token(vendor_id, service)?.is_none()
        {
            return Err(Refusal::of_field("service", "The license's vendor has no such service.").into());
        }
        if asked.expires_at.is_some_and(|end| end <= now) {
            return Err(Refusal::of_field("expires_at", "This must be in the future.").into());
        }
        make_room(tx, &record, now)?;
        let new = IdentifierRecord {
            vendor_id,
            identifier_id,
            license_id: record.license_id,
            secret_hash: secret.hash(),
            hint: secret.hint(),
            label: asked.label.as_deref().map(|label| label.trim().to_owned()),
            service: asked.service,
            expires_at: asked.expires_at,
            uses_limit: asked.uses,
            uses_left: asked.uses,
            created_by: caller.actor(),
            created_at: now,
            ended_at: None,
        };
        tx.add_identifier(&new)?;
        let body = json!({
            "identifier_id": identifier_id, "service": new.service, "expires_at": new.expires_at, "uses": new.uses_limit,
            "replaces": asked.replaces,
        });
        tx.append_event(&event(&here, vendor_id, "identifier.created", &caller.actor(), &record.license_id, &body))?;
        let made = IdentifierMade {
            identifier_id,
            identifier: secret.reveal().to_owned(),
            expires_at: new.expires_at,
            uses: new.uses_limit,
        };
        Answer::json(StatusCode::CREATED, &made)
    });
    let answer = answer.await?;
    app.changes.tell(Subject::License(license_id));
    Ok(answer)
}

/// The license's identifiers that are good, the newest first, without what makes them so; at most 100.
#[utoipa::path(get, path = "/api/v1/licenses/{id}/identifiers", tag = "leases", params(("id" = LicenseId, Path)),
    security(("session" = [])), responses((status = 200, body = Page<Identifier>)))]
pub async fn list_identifiers(
    app: web::Data<App>,
    customer: Customer,
    license_id: web::Path<LicenseId>,
) -> Result<HttpResponse, Failure> {
    let (license_id, now) = (license_id.into_inner(), app.clock.now());
    let found = app.store.read(move |tx| {
        let record = tx.license(customer.account_id, license_id)?.ok_or_else(not_found)?;
        show_identifiers(tx, record.vendor_id, license_id, now)
    });
    Ok(HttpResponse::Ok().json(Page { items: found.await?, next: None }))
}

/// Ends an identifier at once: `{identifier}` is itself, or its id. Leases that were taken by it stand. Repeated, it changes
/// nothing.
///
/// For the terminal or the customer whose license it names. Errors: `EXPIRED` for a terminal's pass that is to be refreshed
/// first; `NOT_FOUND`.
#[utoipa::path(delete, path = "/api/v1/identifiers/{identifier}", tag = "leases",
    params(("identifier" = String, Path), ("DPoP" = Option<String>, Header)),
    security(("terminal" = []), ("session" = [])), responses((status = 204)))]
pub async fn end_identifier(
    app: web::Data<App>,
    caller: Caller,
    identifier: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let here = app.clone();
    let ended = app.store.write(move |tx| {
        let now = here.clock.now();
        caller.refuse_expired(now)?;
        caller.spend(tx, now)?;
        let found = find(tx, &caller, &identifier)?.ok_or_else(not_found)?;
        let license_id = found.license_id;
        end(tx, &here, found, (caller.actor(), Map::new()), now)?;
        Ok(license_id)
    });
    app.changes.tell(Subject::License(ended.await?));
    Ok(HttpResponse::NoContent().finish())
}

/// Counts a check-out by the identifier, which ends when it is used up.
pub(super) fn use_up(
    tx: &mut dyn Tx,
    app: &App,
    record: IdentifierRecord,
    actor: &impl ToString,
    now: Timestamp,
) -> Outcome<()> {
    let Some(left) = record.uses_left else { return Ok(()) };
    let used = IdentifierRecord { uses_left: Some(left.saturating_sub(1)), ..record };
    if used.uses_left == Some(0) {
        return end(tx, app, used, (actor.to_string(), Map::new()), now);
    }
    tx.update_identifier(&used)
}

fn check(asked: &IdentifierRequest) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    if let Some(Err(fault)) = asked.label.as_deref().map(check_name) {
        wrong.push(("label", fault.sentence()));
    }
    if asked.uses.is_some_and(|uses| !(1..=MOST_USES).contains(&uses)) {
        wrong.push(("uses", "An identifier is good for 1 to 1,000,000 check-outs."));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::fields(wrong)) }
}

/// The license, if the caller may have an identifier of it; a terminal's proof is used up.
fn find_license(
    tx: &mut dyn Tx,
    app: &App,
    caller: &Caller,
    license_id: LicenseId,
    now: Timestamp,
) -> Outcome<LicenseRecord> {
    let found = match caller {
        Caller::Terminal(terminal) => {
            let (pass, record) = find_usable(tx, app, terminal, now)?;
            see(tx, &pass, now)?;
            Some(record).filter(|record| record.license_id == license_id)
        }
        Caller::Customer(customer) => tx.license(customer.account_id, license_id)?,
    };
    found.ok_or_else(not_found)
}

/// The identifier that is named by itself or by its id, if its license is the caller's.
fn find(tx: &mut dyn Tx, caller: &Caller, named: &str) -> Outcome<Option<IdentifierRecord>> {
    let (secret, id) = (Secret::parse(PREFIX, named), named.parse::<IdentifierId>().ok());
    match caller {
        Caller::Terminal(terminal) => {
            let (_, record) = terminal.find(tx)?;
            let found = match (secret, id) {
                (Some(secret), _) => tx.identifier_by_secret(&secret.hash())?,
                (None, Some(id)) => tx.identifier(record.vendor_id, id)?,
                (None, None) => None,
            };
            let is_own =
                |found: &IdentifierRecord| (found.vendor_id, found.license_id) == (record.vendor_id, record.license_id);
            Ok(found.filter(is_own))
        }
        Caller::Customer(customer) => {
            let found = match (secret, id) {
                (Some(secret), _) => tx.identifier_by_secret(&secret.hash())?,
                (None, Some(id)) => tx.identifier_of(customer.account_id, id)?,
                (None, None) => None,
            };
            let Some(found) = found else { return Ok(None) };
            let record = tx.license(customer.account_id, found.license_id)?;
            Ok(record.filter(|record| record.vendor_id == found.vendor_id).map(|_| found))
        }
    }
}

/// Ends the identifier, unless it has ended. What whoever ends it says goes into the log.
pub(super) fn end(
    tx: &mut dyn Tx,
    app: &App,
    record: IdentifierRecord,
    (actor, said): (String, Map<String, Value>),
    now: Timestamp,
) -> Outcome<()> {
    if record.ended_at.is_some() {
        return Ok(());
    }
    let ended = IdentifierRecord { ended_at: Some(now), ..record };
    tx.update_identifier(&ended)?;
    let mut body = json!({ "identifier_id": ended.identifier_id, "uses_left": ended.uses_left });
    body.as_object_mut().into_iter().for_each(|members| members.extend(said.clone()));
    tx.append_event(&event(app, ended.vendor_id, "identifier.ended", &actor, &ended.license_id, &body))
}

/// Puts those away whose time is over, so that no license gathers them. Errors: `CONFLICT` when too many are good.
fn make_room(tx: &mut dyn Tx, record: &LicenseRecord, now: Timestamp) -> Outcome<()> {
    let (good, over): (Vec<_>, Vec<_>) =
        tx.identifiers(record.vendor_id, record.license_id)?.into_iter().partition(|known| known.is_good(now));
    for known in over {
        tx.update_identifier(&IdentifierRecord { ended_at: known.expires_at.or(Some(now)), ..known })?;
    }
    if good.len() >= MOST_GOOD {
        let detail = "This license has 100 identifiers: end one of them first.";
        return Err(Refusal::new(RefusalCode::Conflict, detail).into());
    }
    Ok(())
}

/// The license's identifiers that are good, the newest first.
pub(super) fn show_identifiers(
    tx: &mut dyn Tx,
    vendor_id: VendorId,
    license_id: LicenseId,
    now: Timestamp,
) -> Outcome<Vec<Identifier>> {
    let good = tx.identifiers(vendor_id, license_id)?.into_iter().filter(|record| record.is_good(now));
    good.map(|record| show(tx, record)).collect()
}

fn show(tx: &mut dyn Tx, record: IdentifierRecord) -> Outcome<Identifier> {
    let device = match record.created_by.parse::<PassId>() {
        Ok(pass_id) => tx.pass(record.vendor_id, pass_id)?.map(|pass| pass.name),
        Err(_) => None,
    };
    Ok(Identifier {
        identifier_id: record.identifier_id,
        hint: record.hint,
        label: record.label,
        service: record.service,
        created_at: record.created_at,
        expires_at: record.expires_at,
        uses: record.uses_limit,
        device,
        left: record.uses_left,
    })
}
