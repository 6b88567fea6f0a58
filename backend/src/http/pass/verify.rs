//! Judging a pass for anybody who asks, by the same code as the SDK and with the store's present knowledge.

use actix_web::{HttpResponse, web};
use shared::api::pass::{Judgement, VerifyRequest};
use shared::id::{PassId, VendorId};
use shared::license::{LicenseState, refuse_status};
use shared::pass::{FeatureGrant, PassClaims, Uses};
use shared::refusal::RefusalCode;
use shared::slug::Slug;
use shared::time::Timestamp;
use shared::verdict::{Code, PassStatus, Verdict};
use shared::verify::{Expect, judge, read_pass};

use super::super::body::Strict;
use super::super::peer::Peer;
use crate::app::App;
use crate::error::Failure;
use crate::store::records::Vendor;
use crate::store::{Outcome, Tx};

/// A judgement on any text: a pass that is not good is an answer, not a refusal.
///
/// Judged as the SDK does, with where the pass stands and what its counters say now. Errors: `RATE_LIMITED`.
#[utoipa::path(post, path = "/api/v1/passes/verify", tag = "passes", request_body = VerifyRequest,
    responses((status = 200, body = Judgement)))]
pub async fn verify_pass(
    app: web::Data<App>,
    peer: Peer,
    body: Strict<VerifyRequest>,
) -> Result<HttpResponse, Failure> {
    app.limits.public_write(peer.0)?;
    let VerifyRequest { pass, feature } = body.value;
    let feature = feature.as_ref().map(shared::slug::Feature::as_str);
    let verdict = judge_token(&app, &pass, feature).await?;
    Ok(HttpResponse::Ok().json(Judgement::from(verdict)))
}

/// The judgement as a verdict, for whoever asks by another way than HTTP.
pub(crate) async fn judge_token(app: &App, token: &str, feature: Option<&str>) -> Result<Verdict, Failure> {
    let now = app.clock.now();
    let presented = app.known.presented(token);
    let named = presented.addressees();
    let vendor = match &named {
        Some((iss, _)) => find_issuer(app, iss, now).await?,
        None => None,
    };
    let Some(vendor) = vendor else {
        let expect = Expect { issuer: "", audience: "", keys: &[], now, jkt: None };
        let denial = read_pass(token, &expect).err().map_or(Code::UnknownKey, |denial| denial.code);
        // Its keys are not ours to know: say whose token it is not, once its shape is right.
        let is_foreign = denial == Code::UnknownKey && named.is_some();
        return Ok(Verdict::deny(if is_foreign { Code::WrongIssuer } else { denial }));
    };
    let keys = app.keys.vendor_keys(&app.store, vendor.vendor_id, now).await?;
    let issuer = app.config.issuer(&vendor.slug);
    // Any product of this vendor will do: the audience is named by the token, and whose it is by the signature.
    let audience = named.map(|(_, aud)| aud).filter(|aud| is_product_of(&vendor.slug, aud)).unwrap_or_default();
    let expect = Expect { issuer: &issuer, audience: &audience, keys: keys.verifying(), now, jkt: None };
    let claims = match app.known.read_pass(&presented, &expect) {
        Ok(claims) => claims,
        Err(denial) => return Ok(denial.into()),
    };
    let vendor_id = vendor.vendor_id;
    let present = app.store.glance(move |tx| look_up(tx, vendor_id, claims.clone(), now));
    let Present { claims, status, is_elsewhere } = present.await?;
    let verdict = judge(&claims, Some(status), feature, now);
    if is_elsewhere && verdict.code == Code::Revoked {
        // A status list has no bits to say so; the store knows.
        return Ok(Verdict { until: verdict.until, ..Verdict::deny(Code::Moved) });
    }
    Ok(verdict)
}

/// What the store knows of a pass.
struct Present {
    /// What it says, with the counters as they are now.
    claims: PassClaims,
    /// Where it stands now.
    status: PassStatus,
    /// It is over because another device has the license, or the customer retired this one.
    is_elsewhere: bool,
}

async fn find_issuer(app: &App, issuer: &str, now: Timestamp) -> Result<Option<Vendor>, Failure> {
    let slug = issuer.strip_prefix(&app.config.public_url).and_then(|rest| rest.strip_prefix("/v/"));
    let Some(slug) = slug.and_then(|slug| slug.parse::<Slug>().ok()) else { return Ok(None) };
    Ok(app.known.vendor(&app.store, slug, now).await?)
}

/// Whether the audience is a product of this vendor's.
pub(in crate::http) fn is_product_of(vendor: &Slug, audience: &str) -> bool {
    let product = audience.strip_prefix(vendor.as_str()).and_then(|rest| rest.strip_prefix('/'));
    product.is_some_and(|product| product.parse::<Slug>().is_ok())
}

/// A pass that the store does not know is not valid.
fn look_up(tx: &mut dyn Tx, vendor_id: VendorId, mut claims: PassClaims, now: Timestamp) -> Outcome<Present> {
    let unknown = |claims| Ok(Present { claims, status: PassStatus::Invalid, is_elsewhere: false });
    let pass = match claims.jti.parse::<PassId>() {
        Ok(pass_id) => tx.pass(vendor_id, pass_id)?,
        Err(_) => None,
    };
    let Some(pass) = pass else { return unknown(claims) };
    let Some(record) = tx.license_at(vendor_id, pass.license_id)? else { return unknown(claims) };
    let license = record.license.at(now);
    for (feature, counter) in &license.features {
        let granted = claims.lic.features.get(feature.as_str()).and_then(|grant| grant.uses);
        if let (Some(uses), Some(counter)) = (granted, counter) {
            let grant = FeatureGrant { uses: Some(Uses { left: counter.left, ..uses }) };
            claims.lic.features.insert(feature.to_string(), grant);
        }
    }
    let status = match license.state {
        LicenseState::Revoked => PassStatus::Invalid,
        LicenseState::Suspended if pass.status == PassStatus::Valid => PassStatus::Suspended,
        LicenseState::Active | LicenseState::Suspended => pass.status,
    };
    let refused = refuse_status(pass.status, pass.reason).err().map(|refusal| refusal.code);
    let is_elsewhere = refused == Some(RefusalCode::Judged(Code::Moved));
    Ok(Present { claims, status, is_elsewhere })
}
