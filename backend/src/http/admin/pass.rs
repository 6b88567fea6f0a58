//! A vendor's team suspends, reinstates and revokes single passes.

use actix_web::{HttpResponse, web};
use serde_json::json;
use shared::api::admin::{PassSet, ReasonRequest};
use shared::id::PassId;
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
use crate::store::not_found;

type Path = web::Path<(Slug, PassId)>;

/// The pass may not be used until it is reinstated; a move that is on offer is cancelled.
///
/// Errors: `FORBIDDEN` for a role that may only look; `CONFLICT` when the pass is `invalid`.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/passes/{pass_id}/suspend", tag = "vendors",
    request_body = ReasonRequest, params(("vendor" = Slug, Path), ("pass_id" = PassId, Path), ("If-Match" = Option<String>, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = PassSet)))]
pub async fn suspend_pass(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    seen: IfMatchGiven,
    path: Path,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    act(Deed::new(app, member.into_authority(), seen, &body.value.reason)?, Act::Suspend, path.into_inner().1).await
}

/// A suspended pass may be used again. While its license is suspended it stays so with it.
///
/// Errors: `FORBIDDEN` for a role that may only look; `CONFLICT` when the pass is `invalid`, or suspended with its license
/// only.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/passes/{pass_id}/reinstate", tag = "vendors",
    request_body = ReasonRequest, params(("vendor" = Slug, Path), ("pass_id" = PassId, Path), ("If-Match" = Option<String>, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = PassSet)))]
pub async fn reinstate_pass(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    seen: IfMatchGiven,
    path: Path,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    act(Deed::new(app, member.into_authority(), seen, &body.value.reason)?, Act::Reinstate, path.into_inner().1).await
}

/// The pass is `invalid` for good; a move that is on offer is cancelled.
///
/// Errors: `FORBIDDEN` for a role that may only look.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/passes/{pass_id}/revoke", tag = "vendors",
    request_body = ReasonRequest, params(("vendor" = Slug, Path), ("pass_id" = PassId, Path), ("If-Match" = Option<String>, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = PassSet)))]
pub async fn revoke_pass(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    seen: IfMatchGiven,
    path: Path,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    act(Deed::new(app, member.into_authority(), seen, &body.value.reason)?, Act::Revoke, path.into_inner().1).await
}

async fn act(deed: Deed, act: Act, pass_id: PassId) -> Result<HttpResponse, Failure> {
    let (app, vendor_id) = (deed.app.clone(), deed.by.vendor.vendor_id);
    let done = app.store.write(move |tx| {
        let pass = tx.pass(vendor_id, pass_id)?.ok_or_else(not_found)?;
        let (license_id, before) = (pass.license_id, pass.status);
        let record = deed.find_license(tx, license_id)?;
        let Some(change) = record.license.act_on_pass(act, pass.status, pass.reason)? else {
            return Ok((license_id, before));
        };
        let license = record.license.clone();
        deed.change_license(tx, &record, license)?;
        deed.change_pass(tx, act, pass, change, json!({ "license_id": license_id }))?;
        Ok((license_id, change.0))
    });
    let (license_id, status) = done.await?;
    app.changes.tell(Subject::License(license_id));
    Ok(HttpResponse::Ok().json(PassSet { pass_id, status }))
}
