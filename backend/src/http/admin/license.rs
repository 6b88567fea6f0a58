//! A vendor's team suspends, reinstates and revokes licenses; their passes follow.

use actix_web::{HttpResponse, web};
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
use crate::http::etag::IfMatchGiven;

type Path = web::Path<(Slug, LicenseId)>;

/// The license and its passes may not be used until it is reinstated; moves that are on offer are cancelled.
///
/// Errors: `FORBIDDEN` for a role that may only look; `CONFLICT` when the license is revoked.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/suspend", tag = "vendors",
    request_body = ReasonRequest, params(("vendor" = Slug, Path), ("license_id" = LicenseId, Path), ("If-Match" = Option<String>, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = LicenseSet)))]
pub async fn suspend_license(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    seen: IfMatchGiven,
    path: Path,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    act(Deed::new(app, member.into_authority(), seen, &body.value.reason)?, Act::Suspend, path.into_inner().1).await
}

/// A suspended license may be used again, and so may the passes that were suspended with it; no others.
///
/// Errors: `FORBIDDEN` for a role that may only look; `CONFLICT` when the license is revoked.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/reinstate", tag = "vendors",
    request_body = ReasonRequest, params(("vendor" = Slug, Path), ("license_id" = LicenseId, Path), ("If-Match" = Option<String>, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = LicenseSet)))]
pub async fn reinstate_license(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    seen: IfMatchGiven,
    path: Path,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    act(Deed::new(app, member.into_authority(), seen, &body.value.reason)?, Act::Reinstate, path.into_inner().1).await
}

/// The license is over for good, and every pass of it is `invalid`; moves that are on offer are cancelled.
///
/// Errors: `FORBIDDEN` for a role that may only look.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/revoke", tag = "vendors",
    request_body = ReasonRequest, params(("vendor" = Slug, Path), ("license_id" = LicenseId, Path), ("If-Match" = Option<String>, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = LicenseSet)))]
pub async fn revoke_license(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    seen: IfMatchGiven,
    path: Path,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    act(Deed::new(app, member.into_authority(), seen, &body.value.reason)?, Act::Revoke, path.into_inner().1).await
}

async fn act(deed: Deed, act: Act, license_id: LicenseId) -> Result<HttpResponse, Failure> {
    let app = deed.app.clone();
    let state = app.store.write(move |tx| deed.act_on_license(tx, act, license_id)).await?;
    app.changes.tell(Subject::License(license_id));
    Ok(HttpResponse::Ok().json(LicenseSet { license_id, state }))
}
