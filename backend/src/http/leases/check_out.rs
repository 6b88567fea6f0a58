//! Checking a license out by its identifier, at once or as soon as there is a seat.

use std::pin::pin;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::leases::{LeaseGranted, LeaseRequest};
use shared::id::{LeaseId, LicenseId, VendorId};
use shared::license::{Refusal, Seats, Wanted};
use shared::refusal::RefusalCode;
use shared::text::check_name;
use shared::time::Timestamp;
use tokio::time::sleep;

use super::lending::Lending;
use super::{ending, find_signer, grant};
use crate::app::App;
use crate::auth::member::need::EditLeases;
use crate::auth::secret::Secret;
use crate::auth::{Lately, Service};
use crate::changes::Subject;
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::denial::Asked;
use crate::http::identifiers::PREFIX;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once, once_or_refuse};
use crate::http::presence::Presence;
use crate::keys::Signer;
use crate::store::leases::IdentifierRecord;
use crate::store::records::LicenseRecord;
use crate::store::{Outcome, StoreError, Tx, not_found};
use crate::waiting::Waits;

/// The longest that a service may wait for a seat.
const MOST_WAIT_SECONDS: u32 = 60;

/// How many holders a refusal names.
const HOLDERS_NAMED: u32 = 25;

/// Checks out the license that the identifier names: a lease, which takes a seat until it is returned, or over.
///
/// Uses are debited now: of a function that is counted `on_checkout` as many as `count` says, of one that is counted `on_use`
/// those that the service wants to have for sure. With `wait_seconds` it waits until a seat is free, in the order of those who
/// came; who hangs up meanwhile has left the queue, and is lent nothing. A retry gets its first answer.
///
/// Errors, in this order: `SIGN_IN_REQUIRED`; `FORBIDDEN` for a token without the scope `leases:write`; `INVALID_INPUT` with
/// `holder` or `wait_seconds`; `NOT_FOUND` for an identifier that is unknown, replaced, ended, used up, another vendor's or for
/// another service; `SUSPENDED`, `REVOKED`, `NOT_YET_VALID` or `TERM_ENDED` of the license; `INVALID_INPUT` with `ttl_seconds`;
/// `FEATURE_MISSING`; `INVALID_INPUT` with `count`; `SEATS_EXHAUSTED`, with `holders`, and `opens_at` for when the first
/// lease ends; `USES_EXHAUSTED`, with `opens_at` where there are uses again.
#[utoipa::path(post, path = "/api/v1/leases", tag = "leases", request_body = LeaseRequest,
    params(("Idempotency-Key" = String, Header)), security(("token" = [])),
    responses((status = 201, body = LeaseGranted)))]
pub async fn check_out(
    app: web::Data<App>,
    request: HttpRequest,
    service: Lately<EditLeases>,
    key: IdempotencyKey,
    presence: Presence,
    body: Strict<LeaseRequest>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let wait_seconds = check(&body.value)?;
    let secret = Secret::parse(PREFIX, &body.value.identifier).ok_or_else(Failure::not_found)?.hash();
    let signer = find_signer(&app, &service).await?;
    let LeaseRequest { feature, count, ttl_seconds, holder, .. } = body.value;
    let asking = Asking {
        app: app.clone(),
        signer,
        service,
        presence,
        secret,
        wanted: Wanted { feature, count, ttl_seconds },
        holder: holder.trim().to_owned(),
        lease_id: app.new_id(LeaseId::new),
    };
    asking.ask(&key, &print, wait_seconds).await
}

/// For how many seconds to wait. Errors: fields `holder`, `wait_seconds`.
fn check(body: &LeaseRequest) -> Result<u32, Failure> {
    let wait_seconds = body.wait_seconds.unwrap_or(0);
    let mut wrong = Vec::new();
    if let Err(fault) = check_name(&body.holder) {
        wrong.push(("holder", fault.sentence()));
    }
    if wait_seconds > MOST_WAIT_SECONDS {
        wrong.push(("wait_seconds", "Wait 60 seconds at most."));
    }
    if wrong.is_empty() { Ok(wait_seconds) } else { Err(Failure::fields(wrong)) }
}

/// A service that wants a license.
#[derive(Clone)]
struct Asking {
    app: web::Data<App>,
    signer: Signer,
    service: Lately<EditLeases>,
    presence: Presence,
    /// The hash of the identifier.
    secret: String,
    wanted: Wanted,
    holder: String,
    lease_id: LeaseId,
}

impl Asking {
    /// Tries at once, and then as often as it is first in the queue and something about the license has changed.
    async fn ask(self, key: &IdempotencyKey, print: &str, wait_seconds: u32) -> Result<HttpResponse, Failure> {
        let (waiting, changes) = (&self.app.waiting, &self.app.changes);
        let waits = || Waits { holder: self.holder.clone(), since: self.app.clock.now() };
        let queue = if wait_seconds > 0 { self.find_queue().await? } else { None };
        let place = queue.and_then(|license| Some((waiting.enter(changes, license, waits())?, license.1)));
        let Some((place, license_id)) = place else { return self.try_finally(key, print, None).await };
        let mut news = changes.watch(Subject::License(license_id));
        let mut over = pin!(sleep(Duration::from_secs(wait_seconds.into())));
        loop {
            match self.try_once(key, print, place.number()).await {
                Err(refusal) if refusal.is(RefusalCode::SeatsExhausted) => {}
                settled => return settled,
            }
            loop {
                tokio::select! {
                    () = &mut over => return self.try_finally(key, print, Some(place.number())).await,
                    () = place.closed() => return self.try_finally(key, print, Some(place.number())).await,
                    () = self.presence.gone() => return Err(hung_up().into()),
                    _ = news.changed() => {}
                }
                if place.is_first() {
                    break;
                }
            }
        }
    }

    /// Whose seats to wait for. A license without seats never has one.
    async fn find_queue(&self) -> Result<Option<(VendorId, LicenseId)>, Failure> {
        let asking = self.clone();
        let found = self.app.store.read(move |tx| Ok(asking.find(tx, asking.app.clock.now())?.1));
        let record = found.await?;
        Ok((record.license.seats > 0).then_some((record.vendor_id, record.license_id)))
    }

    /// A try after which there may be others.
    async fn try_once(&self, key: &IdempotencyKey, print: &str, number: u64) -> Result<HttpResponse, Failure> {
        let asking = self.clone();
        let effect = move |tx: &mut dyn Tx| {
            if asking.presence.has_gone() {
                return Err(hung_up().into());
            }
            let now = asking.app.clock.now();
            let found = asking.find(tx, now)?;
            asking.check_out(tx, found, Some(number), now)
        };
        once(&self.app, self.scope(), key.clone(), print.to_owned(), effect).await
    }

    /// The last try: what it refuses is told to the vendor.
    async fn try_finally(
        &self,
        key: &IdempotencyKey,
        print: &str,
        number: Option<u64>,
    ) -> Result<HttpResponse, Failure> {
        let asking = self.clone();
        let effect = move |tx: &mut dyn Tx| {
            if asking.presence.has_gone() {
                return Ok(Err(hung_up()));
            }
            let now = asking.app.clock.now();
            let (named, record) = asking.find(tx, now)?;
            let asked = Asked {
                vendor_id: record.vendor_id,
                license_id: record.license_id,
                actor: asking.scope(),
                act: "check_out",
                feature: asking.wanted.feature.clone(),
            };
            let outcome = asking.check_out(tx, (named, record), number, now);
            asked.conclude(tx, &asking.app, now, outcome)
        };
        once_or_refuse(&self.app, self.scope(), key.clone(), print.to_owned(), effect).await
    }

    fn scope(&self) -> String {
        self.service.presumed().token_id.to_string()
    }

    /// What the identifier names, whether or not it is still good for that.
    fn find(&self, tx: &mut dyn Tx, now: Timestamp) -> Outcome<(IdentifierRecord, LicenseRecord)> {
        let vendor_id = self.service.standing(tx, now)?.vendor.vendor_id;
        let named = tx.identifier_by_secret(&self.secret)?.filter(|named| named.vendor_id == vendor_id);
        let named = named.ok_or_else(not_found)?;
        let record = tx.license_at(vendor_id, named.license_id)?.ok_or_else(not_found)?;
        Ok((named, record))
    }

    /// Checks out, for whoever has the place `number` in the queue.
    fn check_out(
        &self,
        tx: &mut dyn Tx,
        (named, record): (IdentifierRecord, LicenseRecord),
        number: Option<u64>,
        now: Timestamp,
    ) -> Outcome<Answer> {
        let (app, Service { vendor, token_id, .. }) = (&self.app, self.service.presumed());
        if !named.is_good(now) || named.service.is_some_and(|service| service != *token_id) {
            return Err(not_found());
        }
        let (record, Seats { taken, free_at }) = ending::settle_leases(tx, app, record, now)?;
        let before = app.waiting.before(record.license_id, number);
        let seats = Seats { taken: taken.saturating_add(before), free_at };
        let lending = Lending {
            token_id: *token_id,
            wanted: self.wanted.clone(),
            holder: self.holder.clone(),
            lease_id: self.lease_id,
        };
        let (record, lease) = match lending.lend(tx, app, &record, named, seats) {
            Err(StoreError::Refused(refusal)) if refusal.code == RefusalCode::SeatsExhausted => {
                return Err(name_holders(tx, &record, refusal)?.into());
            }
            outcome => outcome?,
        };
        let (granted, token) = grant(tx, app, (vendor, &self.signer), (&record, &lease), taken.saturating_add(1))?;
        Ok(Answer::with_token(StatusCode::CREATED, &granted, &token)?.of(Subject::License(record.license_id)))
    }
}

/// Nobody is there to be lent anything. What is looked at is the moment of lending: who has gone before leaves no lease behind,
/// and no claim of its key; who goes after it has lost an answer, which the same key gets again.
fn hung_up() -> Refusal {
    Refusal::new(RefusalCode::SeatsExhausted, "Whoever waited for a seat has hung up.")
}

/// The refusal, with who holds the seats: labels only.
fn name_holders(tx: &mut dyn Tx, record: &LicenseRecord, refusal: Refusal) -> Outcome<Refusal> {
    let held = tx.open_leases(record.vendor_id, record.license_id, Timestamp::MAX, HOLDERS_NAMED)?;
    Ok(Refusal { holders: held.into_iter().map(|lease| lease.holder).collect(), ..refusal })
}
