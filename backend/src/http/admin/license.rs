//! A vendor's team suspends, reinstates and revokes licenses; their passes follow.

use actix_web::{HttpResponse, web};
use serde_json::json;
use shared::api::admin::{LicenseSet, ReasonRequest};
use shared::id::LicenseId;
use shared::license::Act;
use shared::slug::Slug;

use super::Deed;
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::EditLicenses;
use crate::changes::Subject;
use crate::error::Failure;
use crate::http::body::Strict;
use crate::store::not_found;
use crate::store::records::LicenseRecord;

type Path = web::Path<(Slug, LicenseId)>;

/// The license and its passes may not be used until it is reinstated; moves that are on offer are cancelled.
///
/// Errors: `FORBIDDEN` for a role that may only look; `CONFLICT` when the license is revoked.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/suspend", tag = "vendors",
    request_body = ReasonRequest, params(("vendor" = Slug, Path), ("license_id" = LicenseId, Path)),
    security(("session" = [])), responses((status = 200, body = LicenseSet)))]
pub async fn suspend_license(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    path: Path,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    act(Deed::new(app, member.into_authority(), Act::Suspend, &body.value)?, path.into_inner().1).await
}

/// A suspended license may be used again, and so may the passes that were suspended with it; no others.
///
/// Errors: `FORBIDDEN` for a role that may only look; `CONFLICT` when the license is revoked.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/reinstate", tag = "vendors",
    request_body = ReasonRequest, params(("vendor" = Slug, Path), ("license_id" = LicenseId, Path)),
    security(("session" = [])), responses((status = 200, body = LicenseSet)))]
pub async fn reinstate_license(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    path: Path,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    act(Deed::new(app, member.into_authority(), Act::Reinstate, &body.value)?, path.into_inner().1).await
}

/// The license is over for good, and every pass of it is `invalid`; moves that are on offer are cancelled.
///
/// Errors: `FORBIDDEN` for a role that may only look.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/revoke", tag = "vendors",
    request_body = ReasonRequest, params(("vendor" = Slug, Path), ("license_id" = LicenseId, Path)),
    security(("session" = [])), responses((status = 200, body = LicenseSet)))]
pub async fn revoke_license(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    path: Path,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    act(Deed::new(app, member.into_authority(), Act::Revoke, &body.value)?, path.into_inner().1).await
}

async fn act(deed: Deed, license_id: LicenseId) -> Result<HttpResponse, Failure> {
    let (app, vendor_id) = (deed.app.clone(), deed.by.vendor.vendor_id);
    let done = app.store.write(move |tx| {
        let record = tx.license_at(vendor_id, license_id)?.ok_or_else(not_found)?;
        let Some(license) = record.license.act(deed.act)? else { return Ok(record.license.state) };
        let state = license.state;
        tx.update_license(&LicenseRecord { license, ..record })?;
        deed.tell(tx, "license", &license_id, json!({}))?;
        for pass in tx.passes(vendor_id, license_id)? {
            if let Some(change) = deed.act.follow(pass.status, pass.reason) {
                deed.change_pass(tx, pass, change)?;
            }
        }
        Ok(state)
    });
    let state = done.await?;
    app.changes.tell(Subject::License(license_id));
    Ok(HttpResponse::Ok().json(LicenseSet { license_id, state }))
}
