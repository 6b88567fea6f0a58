//! Terminals: devices known by their pass and by a proof of the key that the pass is bound to.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use shared::id::{LicenseId, PassId};
use shared::license::Refusal;
use shared::pass::PassClaims;
use shared::refusal::RefusalCode;
use shared::slug::Slug;
use shared::time::Timestamp;
use shared::verdict::{Code, Remedy};
use shared::verify::{Denial, Expect};

use super::known::Presented;
use super::proof::{self, Proof};
use crate::app::App;
use crate::error::Failure;
use crate::store::records::{LicenseRecord, Pass, Vendor};
use crate::store::{Outcome, Tx, not_found};

/// A terminal with its pass. The pass is genuine, for this terminal's key and not from the future; it may have expired,
/// which refreshing forgives and everything else must not ([`Terminal::refuse_expired`]).
///
/// Errors: 401 `PROOF_REQUIRED` and `PROOF_INVALID`, then 403 with the judging code.
#[derive(Clone, Debug)]
pub struct Terminal {
    /// Whose pass it is.
    pub vendor: Vendor,
    /// What the pass says.
    pub claims: PassClaims,
    /// The proof, to be spent inside the transaction of the effect.
    pub proof: Proof,
}

impl Terminal {
    /// Refuses a pass that has expired by `now`: for every request but refreshing and giving back.
    pub fn refuse_expired(&self, now: Timestamp) -> Result<(), Refusal> {
        if now < self.claims.exp { Ok(()) } else { Err(Code::Expired.into()) }
    }

    /// Which pass it has.
    pub fn pass_id(&self) -> Result<PassId, Refusal> {
        self.claims.jti.parse().map_err(|_| Code::Revoked.into())
    }

    /// Which license that is of.
    pub fn license_id(&self) -> Result<LicenseId, Refusal> {
        self.claims.lic.id.parse().map_err(|_| Code::Revoked.into())
    }

    /// The pass and its license as the store has them now, in whatever state. Errors: `REVOKED` when it has neither,
    /// `DEVICE_MISMATCH` when the store's pass is for another key than the proof's.
    pub fn find(&self, tx: &mut dyn Tx) -> Outcome<(Pass, LicenseRecord)> {
        let vendor_id = self.vendor.vendor_id;
        let pass = tx.pass(vendor_id, self.pass_id()?)?.ok_or_else(|| Refusal::from(Code::Revoked))?;
        // A token that somebody made with a stolen signing key may name any pass; the device's key they have not.
        if pass.jkt != self.proof.jkt {
            return Err(Refusal::from(Code::DeviceMismatch).into());
        }
        let record = tx.license_at(vendor_id, pass.license_id)?.ok_or_else(not_found)?;
        Ok((pass, record))
    }
}

impl FromRequest for Terminal {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { check(&request, Signed::ByPublishedKey).await })
    }
}

/// A [`Terminal`] that comes for its pass anew: the key that signed the old one may have been revoked since.
///
/// Then nothing of the token is believed but which pass it names; whether that is this device's, [`Terminal::find`] asks the
/// store.
#[derive(Clone, Debug)]
pub struct Returning(pub Terminal);

impl FromRequest for Returning {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { check(&request, Signed::ByAnyKey).await.map(Self) })
    }
}

/// By which of the vendor's keys a pass must have been signed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signed {
    ByPublishedKey,
    ByAnyKey,
}

async fn check(request: &HttpRequest, signed: Signed) -> Result<Terminal, Failure> {
    let app = request.app_data::<web::Data<App>>().ok_or_else(|| Failure::fault("no app"))?;
    let token = token(request)?;
    let proof = proof::check(request, Some(token))?;
    let presented = app.known.presented(token);
    let (issuer, audience, slug) = addressees(app, &presented)?;
    let now = app.clock.now();
    let vendor = app.known.vendor(&app.store, slug, now).await?;
    let vendor = vendor.ok_or_else(|| judged(Code::WrongIssuer, Code::WrongIssuer.sentence()))?;
    let keys = app.keys.vendor_keys(&app.store, vendor.vendor_id, now).await?;
    let jkt = Some(proof.jkt.as_str());
    let expect = Expect { issuer: &issuer, audience: &audience, keys: keys.verifying(), now, jkt };
    let read = match app.known.read_pass(&presented, &expect) {
        Err(denial) if denial.code == Code::UnknownKey && signed == Signed::ByAnyKey => {
            app.known.read_pass(&presented, &Expect { keys: keys.revoked(), ..expect })
        }
        read => read,
    };
    let claims = read.map_err(|Denial { code, detail, .. }| judged(code, &detail))?;
    Ok(Terminal { vendor, claims, proof })
}

/// The token of `Authorization: DPoP …`.
fn token(request: &HttpRequest) -> Result<&str, Failure> {
    let missing = || {
        let detail = "Present the pass as `Authorization: DPoP …`, with a proof of its key.";
        Failure::code(RefusalCode::ProofRequired, detail).with_remedy(Remedy::Connect)
    };
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(missing)?;
    let (scheme, token) = header.split_once(' ').ok_or_else(missing)?;
    if scheme.eq_ignore_ascii_case("DPoP") { Ok(token.trim_start()) } else { Err(missing()) }
}

/// The issuer and audience to hold the token against: one of our vendors, and one of its products. Which ones, the
/// token says; whether it is theirs, its signature and the expected claims decide.
fn addressees(app: &App, presented: &Presented<'_>) -> Result<(String, String, Slug), Failure> {
    let named = presented.addressees().ok_or_else(|| judged(Code::Malformed, Code::Malformed.sentence()))?;
    let (iss, aud) = named;
    let slug: Option<Slug> = iss
        .strip_prefix(&app.config.public_url)
        .and_then(|rest| rest.strip_prefix("/v/"))
        .and_then(|slug| slug.parse().ok());
    let slug = slug.ok_or_else(|| judged(Code::WrongIssuer, Code::WrongIssuer.sentence()))?;
    let product = aud.strip_prefix(slug.as_str()).and_then(|rest| rest.strip_prefix('/'));
    if product.is_none_or(|product| product.parse::<Slug>().is_err()) {
        return Err(judged(Code::WrongAudience, Code::WrongAudience.sentence()));
    }
    Ok((app.config.issuer(&slug), aud, slug))
}

fn judged(code: Code, detail: &str) -> Failure {
    let failure = Failure::code(RefusalCode::Judged(code), detail);
    match code.remedy() {
        Some(remedy) => failure.with_remedy(remedy),
        None => failure,
    }
}
