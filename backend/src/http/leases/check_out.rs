//! Checking a license out by its identifier, at once or as soon as there is a seat.

use std::pin::pin;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::leases::{LeaseGranted, LeaseRequest};
use shared::id::{LeaseId, LicenseId};
use shared::license::{Refusal, Seats, Wanted};
use shared::refusal::RefusalCode;
use shared::text::check_name;
use shared::time::Timestamp;
use tokio::time::sleep;

use super::lending::Lending;
use super::{ending, grant};
use crate::app::App;
use crate::auth::Service;
use crate::auth::member::need::EditLeases;
use crate::auth::secret::Secret;
use crate::changes::Subject;
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::denial::Asked;
use crate::http::identifiers::PREFIX;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once, once_or_refuse};
use crate::http::pass::Issuer;
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
    service: Service<EditLeases>,
    key: IdempotencyKey,
    presence: Presence,
    body: Strict<LeaseRequest>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let wait_seconds = check(&body.value)?;
    let secret = Secret::parse(PREFIX, &body.value.identifier).ok_or_else(Failure::not_found)?.hash();
    let (vendor_id, hash) = (service.vendor.vendor_id, secret.clone());
    let found = app.store.read(move |tx| {
        // Also of an identifier that is not good any more: a late retry gets its answer.
        let named =
            tx.identifier_by_secret(&hash)?.filter(|named| named.vendor_id == vendor_id).ok_or_else(not_found)?;
        let record = tx.license_at(vendor_id, named.license_id)?.ok_or_else(not_found)?;
        Ok((Issuer::find(tx, &record)?, record))
    });
    let (issuer, record) = found.await?;
    let issuer = issuer.with_keys(&app, app.clock.now()).await?;
    let LeaseRequest { feature, count, ttl_seconds, holder, .. } = body.value;
    let asking = Asking {
        app: app.clone(),
        issuer,
        service,
        presence,
        secret,
        license_id: record.license_id,
        wanted: Wanted { feature, count, ttl_seconds },
        holder: holder.trim().to_owned(),
        lease_id: app.new_id(LeaseId::new),
    };
    // A license without seats never has one.
    let wait_seconds = if record.license.seats == 0 { 0 } else { wait_seconds };
    let answer = asking.ask(&key, &print, wait_seconds).await?;
    app.changes.tell(Subject::License(record.license_id));
    Ok(answer)
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
    issuer: Issuer<Signer>,
    service: Service<EditLeases>,
    presence: Presence,
    /// The hash of the identifier.
    secret: String,
    license_id: LicenseId,
    wanted: Wanted,
    holder: String,
    lease_id: LeaseId,
}

impl Asking {
    /// Tries at once, and then as often as it is first in the queue and something about the license has changed.
    async fn ask(self, key: &IdempotencyKey, print: &str, wait_seconds: u32) -> Result<HttpResponse, Failure> {
        let (waiting, changes) = (&self.app.waiting, &self.app.changes);
        let license = (self.service.vendor.vendor_id, self.license_id);
        let waits = || Waits { holder: self.holder.clone(), since: self.app.clock.now() };
        let place = (wait_seconds > 0).then(|| waiting.enter(changes, license, waits())).flatten();
        let Some(place) = place else { return self.try_finally(key, print, None).await };
        let mut news = changes.watch(Subject::License(self.license_id));
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

    /// A try after which there may be others.
    async fn try_once(&self, key: &IdempotencyKey, print: &str, number: u64) -> Result<HttpResponse, Failure> {
        let asking = self.clone();
        let effect = move |tx: &mut dyn Tx| {
            if asking.presence.has_gone() {
                return Err(hung_up().into());
            }
            asking.check_out(tx, Some(number), asking.app.clock.now())
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
        let asked = Asked {
            vendor_id: self.service.vendor.vendor_id,
            license_id: self.license_id,
            actor: self.scope(),
            act: "check_out",
            feature: self.wanted.feature.clone(),
        };
        let effect = move |tx: &mut dyn Tx| {
            if asking.presence.has_gone() {
                return Ok(Err(hung_up()));
            }
            let now = asking.app.clock.now();
            let outcome = asking.check_out(tx, number, now);
            asked.conclude(tx, &asking.app, now, outcome)
        };
        once_or_refuse(&self.app, self.scope(), key.clone(), print.to_owned(), effect).await
    }

    fn scope(&self) -> String {
        self.service.token_id.to_string()
    }

    /// Checks out, for whoever has the place `number` in the queue.
    fn check_out(&self, tx: &mut dyn Tx, number: Option<u64>, now: Timestamp) -> Outcome<Answer> {
        let (app, vendor_id) = (&self.app, self.service.vendor.vendor_id);
        self.service.check_standing(tx, now)?;
        let named = tx.identifier_by_secret(&self.secret)?.filter(|named| self.may_use(named, now));
        let named = named.ok_or_else(not_found)?;
        let record = tx.license_at(vendor_id, named.license_id)?.ok_or_else(not_found)?;
        let record = ending::settle_leases(tx, app, record, now)?;
        let seats = tx.seats(vendor_id, record.license_id)?;
        let before = app.waiting.before(record.license_id, number);
        let seats = Seats { taken: seats.taken.saturating_add(before), ..seats };
        let lending = Lending {
            token_id: self.service.token_id,
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
        let (granted, token) = grant(tx, app, &self.issuer, &record, &lease)?;
        Answer::with_token(StatusCode::CREATED, &granted, &token)
    }

    fn may_use(&self, named: &IdentifierRecord, now: Timestamp) -> bool {
        named.vendor_id == self.service.vendor.vendor_id
            && named.is_good(now)
            && named.service.is_none_or(|service| service == self.service.token_id)
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
