//! Introspection (RFC 7662): what a pass, a lease or an identifier is worth now, for a service that was handed one.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use shared::api::introspection::{
    BoundKey, GrantedFeature, Introspection, IntrospectionRequest, SeatsNow, TokenKind, UsesNow,
};
use shared::id::{LeaseId, LicenseId, PassId};
use shared::lease::LeaseClaims;
use shared::license::{Counter, LeaseState};
use shared::pass::{PassClaims, PassStatus};
use shared::proof::{ProofExpect, ProofRefusal, check_proof};
use shared::time::Timestamp;
use shared::verify::{Denial, Expect, Step, verify};

use super::body::Form;
use super::identifiers::PREFIX;
use super::moves::settle_pass;
use super::pass::verify::is_product_of;
use crate::app::App;
use crate::auth::Service;
use crate::auth::known::Names;
use crate::auth::member::need::Introspect;
use crate::auth::proof::Proof;
use crate::auth::secret::Secret;
use crate::error::Failure;
use crate::store::records::LicenseRecord;
use crate::store::{Outcome, StoreError, Tx};

/// What a token is worth at this moment, by the server's books and not only by its own words (RFC 7662).
///
/// Of passes, leases and identifiers of the vendor whose token asks; `token_type_hint` changes nothing, since each can be told by
/// its look. What is unknown, malformed, over, suspended, moved, another vendor's or for another service is
/// `{"active": false}` and nothing else. A signed token is active until its own `exp`, without leeway, even where its pass or lease
/// has a newer one.
///
/// With `dpop`, the `DPoP` header that came with the pass, and `htm` and `htu` of the request that it came with, a pass is active
/// only when that proof is its device's (RFC 9449: fresh, for this request, for this pass, not seen before); a second
/// introspection of the same proof says inactive.
///
/// Errors, in this order: `SIGN_IN_REQUIRED`; `FORBIDDEN` for a token without the scope `introspect`; both name their error in
/// `WWW-Authenticate` as RFC 6750 has it. `INVALID_INPUT` with 400 when `token` is missing or a parameter comes twice, and with 422
/// when `dpop`, `htm` and `htu` are not there together.
#[utoipa::path(post, path = "/api/v1/introspect", tag = "leases", security(("token" = [])),
    request_body(content = IntrospectionRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = Introspection)))]
pub async fn introspect(
    app: web::Data<App>,
    service: Service<Introspect>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let asked = read(&form)?;
    let told = match Secret::parse(PREFIX, &asked.token) {
        Some(secret) if asked.dpop.is_none() => find_identifier(&app, service, secret.hash()).await?,
        // It is bound to no key that could be proven.
        Some(_) => None,
        None => find_signed(&app, service, &asked).await?,
    };
    let told = told.unwrap_or_else(Introspection::inactive);
    Ok(HttpResponse::Ok().json(told))
}

/// Errors: 400 for `token`, or for what comes twice; 422 for a proof without its request.
fn read(form: &Form) -> Result<IntrospectionRequest, Failure> {
    let wrong = |field: &str, detail: &str| {
        Failure::fields([(field.to_owned(), detail.to_owned())]).with_status(StatusCode::BAD_REQUEST)
    };
    let take = |name: &str| match form.all(name).as_slice() {
        [] => Ok(None),
        [one] => Ok(Some((*one).to_owned()).filter(|one| !one.is_empty())),
        _ => Err(wrong(name, "This parameter comes more than once.")),
    };
    let Some(token) = take("token")? else { return Err(wrong("token", "This parameter is missing.")) };
    let asked = IntrospectionRequest {
        token,
        token_type_hint: take("token_type_hint")?,
        dpop: take("dpop")?,
        htm: take("htm")?,
        htu: take("htu")?,
    };
    let together = [("dpop", &asked.dpop), ("htm", &asked.htm), ("htu", &asked.htu)];
    let missing: Vec<_> = together.iter().filter(|(_, given)| given.is_none()).map(|(name, _)| *name).collect();
    if missing.is_empty() || missing.len() == together.len() {
        return Ok(asked);
    }
    Err(Failure::fields(missing.into_iter().map(|name| (name, "`dpop`, `htm` and `htu` go together."))))
}

async fn find_identifier(
    app: &web::Data<App>,
    service: Service<Introspect>,
    secret_hash: String,
) -> Result<Option<Introspection>, Failure> {
    let (now, here) = (app.clock.now(), app.clone());
    let found = app.store.read(move |tx| {
        let named = tx.identifier_by_secret(&secret_hash)?.filter(|named| {
            named.vendor_id == service.vendor.vendor_id
                && named.is_good(now)
                && named.service.is_none_or(|only| only == service.token_id)
        });
        let Some(named) = named else { return Ok(None) };
        let Some(record) = usable(tx, &service, named.license_id, now)? else { return Ok(None) };
        Ok(Some(Introspection {
            kind: Some(TokenKind::Identifier),
            jti: Some(named.identifier_id.to_string()),
            iat: Some(named.created_at.as_unix()),
            exp: named.expires_at.map(Timestamp::as_unix),
            seats: seats(tx, &record, now)?,
            left: named.uses_left,
            service: named.service,
            ..tell(tx, &here, &record, now)?
        }))
    });
    Ok(found.await?)
}

/// A pass or a lease. What is not this vendor's is not looked up at all.
async fn find_signed(
    app: &web::Data<App>,
    service: Service<Introspect>,
    asked: &IntrospectionRequest,
) -> Result<Option<Introspection>, Failure> {
    let now = app.clock.now();
    let issuer = app.config.issuer(&service.vendor.slug);
    let presented = app.known.presented(&asked.token);
    let named = presented.addressees().filter(|(iss, _)| *iss == issuer);
    // Any product of this vendor will do: the token names it, and its signature says that it is so.
    let named = named.filter(|(_, aud)| is_product_of(&service.vendor.slug, aud));
    let Some((_, audience)) = named else { return Ok(None) };
    let keys = app.keys.vendor_keys(&app.store, service.vendor.vendor_id, now).await?;
    let expect = Expect { issuer: &issuer, audience: &audience, keys: keys.verifying(), now, jkt: None };
    match app.known.read_pass(&presented, &expect) {
        Ok(claims) if now < claims.exp => {
            let Ok(proof) = prove(asked, &claims, now) else { return Ok(None) };
            find_pass(app, service, claims, proof, now).await
        }
        Err(Denial { step: Step::Type, .. }) if asked.dpop.is_none() => {
            match verify::<LeaseClaims>(&asked.token, &expect) {
                Ok(claims) if now < claims.exp => find_lease(app, service, claims, now).await,
                _ => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

/// The proof that came with the pass, if one did. Errors: it is not its device's, for this pass and that request.
fn prove(asked: &IntrospectionRequest, claims: &PassClaims, now: Timestamp) -> Result<Option<Proof>, ProofRefusal> {
    let (Some(dpop), Some(method), Some(url)) = (&asked.dpop, &asked.htm, &asked.htu) else { return Ok(None) };
    let proof = check_proof(dpop, &ProofExpect { method, url, token: Some(&asked.token), nonce: None, now })?;
    if proof.jkt == claims.cnf.jkt { Ok(Some(proof.into())) } else { Err(ProofRefusal::Key) }
}

async fn find_pass(
    app: &web::Data<App>,
    service: Service<Introspect>,
    claims: PassClaims,
    proof: Option<Proof>,
    now: Timestamp,
) -> Result<Option<Introspection>, Failure> {
    let (vendor_id, here) = (service.vendor.vendor_id, app.clone());
    let Ok(pass_id) = claims.jti.parse::<PassId>() else { return Ok(None) };
    let Some(pass) = app.store.read(move |tx| tx.pass(vendor_id, pass_id)).await? else { return Ok(None) };
    // Spending a proof is a write, and so is noting that a move which nobody redeemed in time has given the pass back.
    let writes = proof.is_some() || pass.status == PassStatus::Moving;
    let look = move |tx: &mut dyn Tx| {
        let Some(pass) = tx.pass(vendor_id, pass_id)? else { return Ok(None) };
        let pass = settle_pass(tx, &here, pass, now)?;
        // A token that somebody made with a stolen signing key may name any pass.
        if pass.status != PassStatus::Valid || pass.jkt != claims.cnf.jkt {
            return Ok(None);
        }
        let Some(record) = usable(tx, &service, pass.license_id, now)? else { return Ok(None) };
        match proof.as_ref().map(|proof| proof.spend(tx, now)) {
            Some(Err(StoreError::Refused(_))) => return Ok(None),
            Some(spent) => spent?,
            None => {}
        }
        Ok(Some(Introspection {
            kind: Some(TokenKind::Pass),
            token_type: Some("DPoP".to_owned()),
            jti: Some(claims.jti.clone()),
            iat: Some(claims.iat.as_unix()),
            nbf: Some(claims.nbf.as_unix()),
            exp: Some(claims.exp.as_unix()),
            cnf: Some(BoundKey { jkt: claims.cnf.jkt.clone() }),
            ..tell(tx, &here, &record, now)?
        }))
    };
    Ok(if writes { app.store.write(look).await? } else { app.store.read(look).await? })
}

async fn find_lease(
    app: &web::Data<App>,
    service: Service<Introspect>,
    claims: LeaseClaims,
    now: Timestamp,
) -> Result<Option<Introspection>, Failure> {
    let here = app.clone();
    let found = app.store.read(move |tx| {
        let Ok(lease_id) = claims.jti.parse::<LeaseId>() else { return Ok(None) };
        let lease = tx.lease(service.vendor.vendor_id, lease_id)?;
        // Its time may be over and nobody has swept it yet.
        let lease = lease.filter(|lease| lease.state == LeaseState::Open && now < lease.expires_at);
        let Some(lease) = lease else { return Ok(None) };
        let Some(record) = usable(tx, &service, lease.license_id, now)? else { return Ok(None) };
        Ok(Some(Introspection {
            kind: Some(TokenKind::Lease),
            jti: Some(claims.jti.clone()),
            iat: Some(claims.iat.as_unix()),
            exp: Some(claims.exp.as_unix()),
            seats: seats(tx, &record, now)?,
            feature: lease.feature,
            count: Some(lease.count),
            holder: Some(lease.holder),
            ..tell(tx, &here, &record, now)?
        }))
    });
    Ok(found.await?)
}

/// The vendor's license, where it may be used now.
fn usable(
    tx: &mut dyn Tx,
    service: &Service<Introspect>,
    license_id: LicenseId,
    now: Timestamp,
) -> Outcome<Option<LicenseRecord>> {
    let record = tx.license_at(service.vendor.vendor_id, license_id)?;
    Ok(record.filter(|record| record.license.check_usable(now).is_ok()))
}

/// What is the same of every kind.
fn tell(tx: &mut dyn Tx, app: &App, record: &LicenseRecord, now: Timestamp) -> Outcome<Introspection> {
    let Names { vendor, product } = app.known.names(tx, record)?;
    let license = record.license.at(now);
    let grant = |counter: Counter| UsesNow { limit: counter.limit, left: counter.left };
    let features = license.features.into_iter();
    Ok(Introspection {
        active: true,
        token_type: Some("Bearer".to_owned()),
        iss: Some(app.config.issuer(&vendor)),
        aud: Some(format!("{vendor}/{product}")),
        sub: Some(record.customer_id.to_string()),
        license_id: Some(record.license_id),
        offer: Some(license.offer),
        features: Some(features.map(|(name, counter)| (name, GrantedFeature { uses: counter.map(grant) })).collect()),
        ..Introspection::default()
    })
}

/// The license's seats; none are told of where services cannot check it out.
fn seats(tx: &mut dyn Tx, record: &LicenseRecord, now: Timestamp) -> Outcome<Option<SeatsNow>> {
    let limit = record.license.seats;
    // Those whose time is over, and that nobody has swept yet, are free.
    let soon = now.checked_add_seconds(1).unwrap_or(Timestamp::MAX);
    let over = tx.open_leases(record.vendor_id, record.license_id, soon, limit)?.len();
    let taken = tx.seats(record.vendor_id, record.license_id)?.taken;
    let taken = taken.saturating_sub(u32::try_from(over).unwrap_or(u32::MAX));
    Ok((limit > 0).then(|| SeatsNow { limit, left: limit.saturating_sub(taken) }))
}
