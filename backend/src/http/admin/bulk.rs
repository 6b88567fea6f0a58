//! A vendor's team does the same to many licenses.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, web};
use shared::api::admin::customers::{BulkAct, BulkDone, BulkRefusal, BulkRequest};
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
use crate::store::StoreError;

/// The most licenses in one request: as many as a page of a list has.
const MOST: usize = 100;

/// Suspends, reinstates or revokes licenses, each by itself: one that is refused leaves the others done. Repeated, it changes
/// nothing.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/licenses/bulk", tag = "vendors", request_body = BulkRequest,
    params(("vendor" = Slug, Path)), security(("session" = []), ("token" = [])),
    responses((status = 200, body = BulkDone)))]
pub async fn act_in_bulk(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    body: Strict<BulkRequest>,
) -> Result<HttpResponse, Failure> {
    let BulkRequest { act, license_ids, reason } = body.value;
    let license_ids: BTreeSet<_> = license_ids.into_iter().collect();
    if !(1..=MOST).contains(&license_ids.len()) {
        return Err(Failure::fields([("license_ids", format!("Name 1 to {MOST} licenses."))]));
    }
    let act = match act {
        BulkAct::Suspend => Act::Suspend,
        BulkAct::Reinstate => Act::Reinstate,
        BulkAct::Revoke => Act::Revoke,
    };
    let deed = Deed::new(app.clone(), member.into_authority(), IfMatchGiven::default(), &reason)?;
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    for license_id in license_ids {
        let deed = deed.clone();
        match app.store.write(move |tx| deed.act_on_license(tx, act, license_id)).await {
            Ok(_) => {
                app.changes.tell(Subject::License(license_id));
                done.push(license_id);
            }
            Err(StoreError::Refused(refusal)) => {
                refused.push(BulkRefusal { license_id, code: refusal.code, detail: refusal.detail });
            }
            Err(other) => return Err(other.into()),
        }
    }
    Ok(HttpResponse::Ok().json(BulkDone { done, refused }))
}
