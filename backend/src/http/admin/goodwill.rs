//! What a vendor's team gives a customer beyond what was bought: a longer term, more uses, more moves.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::admin::customers::{AddUsesRequest, AllowMovesRequest, ExtendRequest, License};
use shared::id::LicenseId;
use shared::slug::Slug;

use super::Deed;
use super::show::Shown;
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::EditLicenses;
use crate::changes::Subject;
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::etag::{IfMatchGiven, answer_with_revision};
use crate::http::event::Counted;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once};

type Path = web::Path<(Slug, LicenseId)>;

/// Makes the term of a license longer; repeated, it changes nothing.
///
/// Errors: `CONFLICT` when the license is revoked, has no end, or has not begun; field `ends_at` when it is over then.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/extend", tag = "vendors",
    request_body = ExtendRequest,
    params(("vendor" = Slug, Path), ("license_id" = LicenseId, Path), ("If-Match" = Option<String>, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = License)))]
pub async fn extend_license(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    seen: IfMatchGiven,
    path: Path,
    body: Strict<ExtendRequest>,
) -> Result<HttpResponse, Failure> {
    let ExtendRequest { ends_at, reason } = body.value;
    let (deed, license_id) = (Deed::new(app.clone(), member.into_authority(), seen, &reason)?, path.into_inner().1);
    let done = app.store.write(move |tx| {
        let mut record = deed.find_license(tx, license_id)?;
        let before = record.license.term.ends_at();
        if let Some(license) = record.license.extend(ends_at, deed.now)? {
            record = deed.change_license(tx, &record, license)?;
            let state = record.license.state;
            let body = json!({ "before": { "ends_at": before }, "after": { "ends_at": ends_at }, "state": state });
            deed.tell(tx, "license.extended", &license_id, body)?;
        }
        Shown::of(record.vendor_id).license(tx, &deed.app, &record, deed.now)
    });
    let license = done.await?;
    app.changes.tell(Subject::License(license_id));
    Ok(answer_with_revision(license.revision, &license))
}

/// Adds uses of a counted feature, in the period that it counts in now.
///
/// Errors: `CONFLICT` when the license is revoked; field `feature` where it is not counted with a limit.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/uses", tag = "vendors",
    request_body = AddUsesRequest,
    params(("vendor" = Slug, Path), ("license_id" = LicenseId, Path), ("If-Match" = Option<String>, Header),
        ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = License)))]
pub async fn add_uses(
    app: web::Data<App>,
    request: HttpRequest,
    member: Member<EditLicenses>,
    seen: IfMatchGiven,
    path: Path,
    key: IdempotencyKey,
    body: Strict<AddUsesRequest>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let AddUsesRequest { feature, count, reason } = body.value;
    let (deed, license_id) = (Deed::new(app.clone(), member.into_authority(), seen, &reason)?, path.into_inner().1);
    let answer = once(&app, deed.by.actor.to_string(), key, print, move |tx| {
        let record = deed.find_license(tx, license_id)?;
        let before = record.license.at(deed.now).features.get(&feature).copied().flatten();
        let (license, counter) = record.license.add_uses(&feature, count, deed.now)?;
        let record = deed.change_license(tx, &record, license)?;
        let mut body = json!(Counted::new(&feature, count, &counter));
        if let Some(members) = body.as_object_mut() {
            members.insert("before".to_owned(), json!({ "left": before.and_then(|counter| counter.left) }));
            members.insert("after".to_owned(), json!({ "left": counter.left }));
        }
        deed.tell(tx, "license.uses_added", &license_id, body)?;
        Answer::json(StatusCode::OK, &Shown::of(record.vendor_id).license(tx, &deed.app, &record, deed.now)?)
    });
    let answer = answer.await?;
    app.changes.tell(Subject::License(license_id));
    Ok(answer)
}

/// Allows more moves, in the window that they are counted in now.
///
/// Errors: `CONFLICT` when the license is revoked, does not move, or moves without limit.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/moves", tag = "vendors",
    request_body = AllowMovesRequest,
    params(("vendor" = Slug, Path), ("license_id" = LicenseId, Path), ("If-Match" = Option<String>, Header),
        ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = License)))]
pub async fn allow_moves(
    app: web::Data<App>,
    request: HttpRequest,
    member: Member<EditLicenses>,
    seen: IfMatchGiven,
    path: Path,
    key: IdempotencyKey,
    body: Strict<AllowMovesRequest>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let AllowMovesRequest { moves, reason } = body.value;
    let (deed, license_id) = (Deed::new(app.clone(), member.into_authority(), seen, &reason)?, path.into_inner().1);
    let answer = once(&app, deed.by.actor.to_string(), key, print, move |tx| {
        let record = deed.find_license(tx, license_id)?;
        let before = record.license.at(deed.now).extra_moves.map_or(0, |extra| extra.moves);
        let license = record.license.allow_moves(moves, deed.now)?;
        let record = deed.change_license(tx, &record, license)?;
        let extra = record.license.extra_moves;
        let body = json!({
            "moves": moves,
            "since": extra.map(|extra| extra.since),
            "before": { "extra_moves": before },
            "after": { "extra_moves": extra.map_or(0, |extra| extra.moves) },
        });
        deed.tell(tx, "license.moves_allowed", &license_id, body)?;
        Answer::json(StatusCode::OK, &Shown::of(record.vendor_id).license(tx, &deed.app, &record, deed.now)?)
    });
    let answer = answer.await?;
    app.changes.tell(Subject::License(license_id));
    Ok(answer)
}
