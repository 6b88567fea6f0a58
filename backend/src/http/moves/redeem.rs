//! Receiving a license: looking at what would arrive, and becoming the one successor (mechanism L8).

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, ORIGIN};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::moves::{MovePreview, PreviewFeature, PreviewRequest, RedeemRequest};
use shared::api::pass::PassIssued;
use shared::id::PassId;
use shared::license::{License, MoveState, OfferedMove, Redemption, Refusal, StatusReason};
use shared::menu::Counting;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use super::carrier::Carrier;
use super::ending::{settle_move, settle_pass};
use crate::app::App;
use crate::auth::proof::Proof;
use crate::changes::Subject;
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::bought::Bought;
use crate::http::denial::Asked;
use crate::http::event::event;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once_or_refuse};
use crate::http::pass::{Issuer, NewPass, check_name, check_origin, new_pass, touch};
use crate::http::peer::Peer;
use crate::store::records::{LicenseRecord, MoveRecord, Pass, Product};
use crate::store::{Outcome, StoreError, Tx, not_found};

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What would arrive by redeeming. A code whose secret letters are wrong spends one of its five tries.
///
/// Errors, in this order: `RATE_LIMITED`; `NOT_FOUND` for an unknown, wrong or used-up code, alike; what is wrong with the
/// portable pass; `WRONG_ISSUER` and `WRONG_AUDIENCE` for another app's; `FORBIDDEN` for another app's origin; `MOVE_USED`;
/// `MOVE_EXPIRED`; `SUSPENDED`, `REVOKED`, `NOT_YET_VALID` or `TERM_ENDED` of the license.
#[utoipa::path(post, path = "/api/v1/moves/preview", tag = "moves", request_body = PreviewRequest,
    responses((status = 200, body = MovePreview)))]
pub async fn preview_move(
    app: web::Data<App>,
    request: HttpRequest,
    peer: Peer,
    body: Strict<PreviewRequest>,
) -> Result<HttpResponse, Failure> {
    app.limits.move_code(peer.0)?;
    let PreviewRequest { portable_pass, code, audience } = body.value;
    let carrier = Carrier::read(portable_pass, code)?;
    let found = carrier.find(&app).await?;
    let (now, here) = (app.clock.now(), app.clone());
    let seen = app.store.read(move |tx| {
        let (record, from) = find_origin(tx, &found)?;
        let bought = Bought::find(tx, record.vendor_id, record.product_id, record.license.menu)?;
        let offered = as_offered(tx, &found, &from)?;
        let refusal = record.license.redeem_move(offered.borrow(), &[], "", now).err();
        let preview = preview(&found, &record.license.at(now), &bought, from)?;
        Ok((here.known.names(tx, &record)?, bought.product, refusal, preview))
    });
    let (names, product, refusal, preview) = seen.await?;
    carrier.check_audience(&names, audience.as_deref())?;
    check_sender(&app, &request, &product, None)?;
    match refusal {
        Some(refusal) => Err(refusal.into()),
        None => Ok(HttpResponse::Ok().json(preview)),
    }
}

/// Makes the key that the request proves the license's new terminal: a pass for it, and an end to the old one.
///
/// The same key asking again gets its pass again, freshly signed. Errors, in this order: those of a preview up to
/// `FORBIDDEN`; `MOVE_USED` for any other key; `MOVE_EXPIRED`, also when the move was cancelled; `SUSPENDED`, `REVOKED`,
/// `NOT_YET_VALID` or `TERM_ENDED` of the license; `SAME_DEVICE`; and for a key that asks again `BEING_MOVED`, `SUSPENDED`,
/// `MOVED` or `REVOKED` of its pass.
#[utoipa::path(post, path = "/api/v1/moves/redeem", tag = "moves", request_body = RedeemRequest,
    params(("Idempotency-Key" = String, Header), ("DPoP" = String, Header)),
    responses((status = 201, body = PassIssued)))]
pub async fn redeem_move(
    app: web::Data<App>,
    request: HttpRequest,
    peer: Peer,
    proof: Proof,
    key: IdempotencyKey,
    body: Strict<RedeemRequest>,
) -> Result<HttpResponse, Failure> {
    app.limits.move_code(peer.0)?;
    let print = fingerprint(&request, &[&body.bytes, proof.jkt.as_bytes()]);
    let RedeemRequest { portable_pass, code, name, audience, origin } = body.value;
    let name = check_name(&name)?;
    let carrier = Carrier::read(portable_pass, code)?;
    let MoveRecord { vendor_id, move_id, license_id, .. } = carrier.find(&app).await?;
    let (now, here) = (app.clock.now(), app.clone());
    let found = app.store.read(move |tx| {
        let record = tx.license_at(vendor_id, license_id)?.ok_or_else(not_found)?;
        let product = tx.product_by_id(vendor_id, record.product_id)?.ok_or_else(not_found)?;
        Ok((here.known.names(tx, &record)?, product))
    });
    let (names, product) = found.await?;
    carrier.check_audience(&names, audience.as_deref())?;
    let origin = check_sender(&app, &request, &product, origin)?;

    let (scope, pass_id) = (proof.jkt.clone(), app.new_id(PassId::new));
    let receiver = Receiver { app: app.clone(), pass_id, jkt: proof.jkt.clone(), name, origin, now };
    let answer = once_or_refuse(&app, scope, key, print, move |tx| {
        proof.spend(tx, now)?;
        let found = tx.move_at(vendor_id, move_id)?.ok_or_else(not_found)?;
        receiver.redeem_or_tell(tx, found)
    });
    let answer = answer.await?;
    app.changes.tell(Subject::License(license_id));
    Ok(answer)
}

/// A terminal that receives a license.
struct Receiver {
    app: web::Data<App>,
    /// The id of its pass, should it become the successor.
    pass_id: PassId,
    jkt: String,
    name: String,
    origin: Option<String>,
    now: Timestamp,
}

impl Receiver {
    /// [`Receiver::redeem`], and its vendor learns what a rule refuses.
    fn redeem_or_tell(&self, tx: &mut dyn Tx, found: MoveRecord) -> Outcome<Result<Answer, Refusal>> {
        // The device has no id here yet.
        let actor = "portal".to_owned();
        let (vendor_id, license_id) = (found.vendor_id, found.license_id);
        let asked = Asked { vendor_id, license_id, actor, act: "redeem", feature: None };
        match self.redeem(tx, found) {
            // That its time is over was written just now, and tells of itself.
            Ok(Err(refusal)) => Ok(Err(refusal)),
            outcome => {
                let outcome = outcome.and_then(|redeemed| redeemed.map_err(StoreError::from));
                asked.conclude(tx, &self.app, self.now, outcome)
            }
        }
    }

    fn redeem(&self, tx: &mut dyn Tx, found: MoveRecord) -> Outcome<Result<Answer, Refusal>> {
        let was_open = found.settled_at.is_none();
        let found = settle_move(tx, &self.app, found, self.now)?;
        let (record, from) = find_origin(tx, &found)?;
        let live = tx.live_passes(record.vendor_id, record.license_id)?;
        let offered = as_offered(tx, &found, &from)?;
        let issuer = Issuer::find(tx, &self.app, &record, self.now)?;
        let pass = match record.license.redeem_move(offered.borrow(), &live, &self.jkt, self.now) {
            Ok(Redemption::Again) => {
                let own = offered.successor.ok_or_else(not_found)?;
                let own = settle_pass(tx, &self.app, own, self.now)?;
                touch(tx, own, &record, (issuer.kid(), self.now))?
            }
            Ok(Redemption::Successor(license)) => {
                let record = LicenseRecord { license, ..record };
                self.succeed(tx, &record, &found, (from, &issuer))?
            }
            // That its time is over was written just now: keep it.
            Err(refusal) if was_open && found.settled_at.is_some() => return Ok(Err(refusal)),
            Err(refusal) => return Err(refusal.into()),
        };
        let record = tx.license_at(record.vendor_id, record.license_id)?.ok_or_else(not_found)?;
        let token = issuer.prepare_pass(&self.app.config, &record, &pass, self.now)?;
        let body = PassIssued { pass_id: pass.pass_id, pass: token.text().to_owned() };
        Answer::with_token(StatusCode::CREATED, &body, &token).map(Ok)
    }

    /// The old pass ends, its one successor begins, and the move is over.
    fn succeed(
        &self,
        tx: &mut dyn Tx,
        record: &LicenseRecord,
        found: &MoveRecord,
        (from, issuer): (Pass, &Issuer),
    ) -> Outcome<Pass> {
        let now = self.now;
        let new = NewPass {
            pass_id: self.pass_id,
            jkt: self.jkt.clone(),
            name: self.name.clone(),
            predecessor: Some(from.pass_id),
            browser: None,
            origin: self.origin.clone(),
        };
        let reason = Some(StatusReason::Moved);
        tx.update_pass(&Pass { status: PassStatus::Invalid, reason, ended_at: Some(now), ..from })?;
        let successor = new_pass(tx, record, &new, (issuer.kid(), now))?;
        tx.update_license(record)?;
        let (state, settled_at, made) = (MoveState::Redeemed, Some(now), Some(successor.pass_id));
        tx.update_move(&MoveRecord { state, settled_at, successor: made, ..found.clone() })?;
        let body = json!({
            "license_id": record.license_id, "move_id": found.move_id, "successor": successor.pass_id,
            "epoch": successor.epoch,
        });
        let kind = "pass.move.redeemed";
        tx.append_event(&event(&self.app, record.vendor_id, kind, &successor.pass_id, &found.pass_id, &body))?;
        Ok(successor)
    }
}

/// A move with what it moves from and to, as far as the rule cares.
struct Offered {
    record: MoveRecord,
    from_jkt: String,
    successor: Option<Pass>,
}

impl Offered {
    fn borrow(&self) -> OfferedMove<'_> {
        OfferedMove {
            state: self.record.state,
            expires_at: self.record.expires_at,
            from_jkt: &self.from_jkt,
            redeemed_by: self.successor.as_ref().map(|pass| pass.jkt.as_str()),
        }
    }
}

fn as_offered(tx: &mut dyn Tx, found: &MoveRecord, from: &Pass) -> Outcome<Offered> {
    let successor = match found.successor {
        Some(pass_id) => tx.pass(found.vendor_id, pass_id)?,
        None => None,
    };
    Ok(Offered { record: found.clone(), from_jkt: from.jkt.clone(), successor })
}

/// The license that a move moves, and the pass that it takes it from; that they are there, references promise.
fn find_origin(tx: &mut dyn Tx, found: &MoveRecord) -> Outcome<(LicenseRecord, Pass)> {
    let gone = || StoreError::Fault(format!("{} moves what is not there", found.move_id));
    let record = tx.license_at(found.vendor_id, found.license_id)?.ok_or_else(gone)?;
    let from = tx.pass(found.vendor_id, found.pass_id)?.ok_or_else(gone)?;
    Ok((record, from))
}

/// Refuses a request of a page that is neither one of the product's apps nor the portal's: a browser says whose page sends
/// it. Gives the app's origin: its own, or for the portal the one that it `named`.
///
/// Errors: `FORBIDDEN`; field `origin` for an app that is not the product's.
fn check_sender(
    app: &App,
    request: &HttpRequest,
    product: &Product,
    named: Option<String>,
) -> Result<Option<String>, Failure> {
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let is_portal = |origin: &str| origin == app.config.public_url || header(&SEC_FETCH_SITE) == Some("same-origin");
    let sender = header(&ORIGIN).filter(|origin| !is_portal(origin));
    if sender.is_some_and(|sender| !product.origins.iter().any(|own| own == sender)) {
        return Err(Failure::code(RefusalCode::Forbidden, "This app is not one of the product's."));
    }
    check_origin(app, product, named.as_deref())?;
    Ok(sender.map(str::to_owned).or(named))
}

fn preview(found: &MoveRecord, license: &License, bought: &Bought, from: Pass) -> Outcome<MovePreview> {
    let features = license.features.iter().map(|(feature, counter)| {
        let counted = counter.as_ref().filter(|counter| counter.count == Counting::OnUse);
        let name = bought.menu.feature_name(feature).to_owned();
        PreviewFeature { feature: feature.clone(), name, left: counted.and_then(|counter| counter.left) }
    });
    Ok(MovePreview {
        move_id: found.move_id,
        product: bought.summary(),
        offer_name: bought.offer(&license.offer)?.name.clone(),
        features: features.collect(),
        until: license.term.ends_at(),
        from: from.name,
        expires_at: found.expires_at,
        app_url: bought.product.app_url.clone(),
    })
}
