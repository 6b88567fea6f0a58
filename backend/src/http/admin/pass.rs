//! A vendor's team suspends, reinstates and revokes single passes.

use actix_web::{HttpResponse, web};
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
use crate::store::not_found;

type Path = web::Path<(Slug, PassId)>;

/// The pass may not be used until it is reinstated; a move that is on offer is cancelled.
///
/// Errors: `FORBIDDEN` for a role that may only look; `CONFLICT` when the pass is `invalid`.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/passes/{pass_id}/suspend", tag = "vendors",
    request_body = ReasonRequest, params(("vendor" = Slug, Path), ("pass_id" = PassId, Path)),
    security(("session" = [])), responses((status = 200, body = PassSet)))]
pub async fn suspend_pass(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    path: Path,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    act(Deed::new(app, member.into_authority(), Act::Suspend, &body.value)?, path.into_inner().1).await
}

/// A suspended pass may be used again. While its license is suspended it stays so with it.
///
/// Errors: `FORBIDDEN` for a role that may only look; `CONFLICT` when the pass is `invalid`, or suspended with its license
/// only.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/passes/{pass_id}/reinstate", tag = "vendors",
    request_body = ReasonRequest, params(("vendor" = Slug, Path), ("pass_id" = PassId, Path)),
    security(("session" = [])), responses((status = 200, body = PassSet)))]
pub async fn reinstate_pass(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    path: Path,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    act(Deed::new(app, member.into_authority(), Act::Reinstate, &body.value)?, path.into_inner().1).await
}

/// The pass is `invalid` for good; a move that is on offer is cancelled.
///
/// Errors: `FORBIDDEN` for a role that may only look.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/passes/{pass_id}/revoke", tag = "vendors",
    request_body = ReasonRequest, params(("vendor" = Slug, Path), ("pass_id" = PassId, Path)),
    security(("session" = [])), responses((status = 200, body = PassSet)))]
pub async fn revoke_pass(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    path: Path,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    act(Deed::new(app, member.into_authority(), Act::Revoke, &body.value)?, path.into_inner().1).await
}

async fn act(deed: Deed, pass_id: PassId) -> Result<HttpResponse, Failure> {
    let (app, vendor_id) = (deed.app.clone(), deed.by.vendor.vendor_id);
    let done = app.store.write(move |tx| {
        let pass = tx.pass(vendor_id, pass_id)?.ok_or_else(not_found)?;
        let (license_id, before) = (pass.license_id, pass.status);
        let record = tx.license_at(vendor_id, license_id)?.ok_or_else(not_found)?;
        let change = record.license.act_on_pass(deed.act, pass.status, pass.reason)?;
        if let Some(change) = change {
            deed.change_pass(tx, pass, change)?;
        }
        Ok((license_id, change.map_or(before, |(status, _)| status)))
    });
    let (license_id, status) = done.await?;
    app.changes.tell(Subject::License(license_id));
    Ok(HttpResponse::Ok().json(PassSet { pass_id, status }))
}
