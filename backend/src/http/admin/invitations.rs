//! Invitations into a team: a link that is shown once, good for seven days and for one person.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::Page;
use shared::api::admin::team::{
    Invitation, InvitationMade, InvitationNew, InvitationPreview, InvitationSecret, Vendor,
};
use shared::id::InvitationId;
use shared::license::Refusal;
use shared::menu::VendorName;
use shared::refusal::RefusalCode;
use shared::slug::Slug;

use super::team::refuse_above;
use crate::app::App;
use crate::auth::member::need::{EditTeam, ReadTeam};
use crate::auth::secret::Secret;
use crate::auth::{Customer, Fresh, Member};
use crate::error::Failure;
use crate::http::account::is_email;
use crate::http::body::Strict;
use crate::http::event::{event, tell};
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once, once_sealed};
use crate::http::openapi::ListParams;
use crate::http::page::PageQuery;
use crate::http::peer::Peer;
use crate::outbox::mail::write_invitation;
use crate::store::not_found;
use crate::store::team::{InvitationEnd, InvitationRecord};

/// How long an invitation is open.
const OPEN_SECONDS: i64 = 7 * 24 * 3600;

const PREFIX: &str = "pgi";

/// The team's open invitations, the newest first.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/invitations", tag = "vendors",
    params(("vendor" = Slug, Path), ListParams), security(("session" = []), ("token" = [])),
    responses((status = 200, body = Page<Invitation>)))]
pub async fn list_invitations(
    app: web::Data<App>,
    member: Member<ReadTeam>,
    query: PageQuery,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, before, wanted) = (member.vendor.vendor_id, query.after()?, query.wanted());
    let now = app.clock.now();
    let found = app.store.read(move |tx| tx.invitations(vendor_id, before, now, wanted)).await?;
    let items = found.into_iter().map(show).collect();
    Ok(HttpResponse::Ok().json(query.page(items, |item: &Invitation| item.invitation_id.to_string())))
}

/// Invites somebody, by mail where this installation sends any; the answer holds the link too.
///
/// Errors: `CONFIRMATION_REQUIRED`; `INVALID_INPUT` with `email`; `FORBIDDEN` for a role above one's own.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/invitations", tag = "vendors", request_body = InvitationNew,
    params(("vendor" = Slug, Path), ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 201, body = InvitationMade)))]
pub async fn invite_member(
    app: web::Data<App>,
    request: HttpRequest,
    member: Fresh<Member<EditTeam>>,
    key: IdempotencyKey,
    body: Strict<InvitationNew>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let InvitationNew { email, role } = body.value;
    if !is_email(email.trim()) {
        return Err(Failure::fields([("email", "This must be an e-mail address.")]));
    }
    let (by, here, now) = (member.into_authority(), app.clone(), app.clock.now());
    let secret = Secret::new(PREFIX, &app.rng);
    let record = InvitationRecord {
        vendor_id: by.vendor.vendor_id,
        invitation_id: app.new_id(InvitationId::new),
        secret_hash: secret.hash(),
        email: email.trim().to_owned(),
        role,
        invited_by: by.actor.to_string(),
        created_at: now,
        expires_at: now.checked_add_seconds(OPEN_SECONDS).unwrap_or(now),
    };
    // After `#`: the secret reaches no log and no referrer.
    let url = format!("{}/admin/join#{}", app.config.public_url, secret.reveal());
    once_sealed(&app, by.actor.to_string(), key, print, move |tx| {
        refuse_above(&by, role)?;
        tx.add_invitation(&record)?;
        let mail = write_invitation(tx, &here, &record, &url)?;
        tx.add_mail(&mail)?;
        tell(tx, &here, &by, "member.invited", &record.invitation_id, json!({ "role": role }))?;
        Answer::json(StatusCode::CREATED, &InvitationMade { invitation: show(record.clone()), url: url.clone() })
    })
    .await
}

/// Takes an invitation back; its link leads nowhere from now on.
///
/// Errors: `NOT_FOUND`, also for one that was used; `FORBIDDEN` for a role above one's own.
#[utoipa::path(delete, path = "/api/v1/admin/vendors/{vendor}/invitations/{invitation_id}", tag = "vendors",
    params(("vendor" = Slug, Path), ("invitation_id" = InvitationId, Path)),
    security(("session" = []), ("token" = [])), responses((status = 204)))]
pub async fn withdraw_invitation(
    app: web::Data<App>,
    member: Member<EditTeam>,
    path: web::Path<(Slug, InvitationId)>,
) -> Result<HttpResponse, Failure> {
    let (by, here, invitation_id) = (member.into_authority(), app.clone(), path.into_inner().1);
    let done = app.store.write(move |tx| {
        let vendor_id = by.vendor.vendor_id;
        let record = tx.invitation(vendor_id, invitation_id)?.ok_or_else(not_found)?;
        refuse_above(&by, record.role)?;
        tx.end_invitation(vendor_id, invitation_id, InvitationEnd::Withdrawn)?;
        // Nobody gets a link that leads nowhere.
        tx.give_up_mails(vendor_id, &invitation_id.to_string(), "The invitation was taken back before it was sent.")?;
        tell(tx, &here, &by, "member.uninvited", &invitation_id, json!({ "role": record.role }))
    });
    done.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What accepting an invitation would lead to. Whoever holds the link may ask.
///
/// Errors: `RATE_LIMITED`; `NOT_FOUND` for one that was used, taken back, or is over.
#[utoipa::path(post, path = "/api/v1/invitations/preview", tag = "vendors", request_body = InvitationSecret,
    responses((status = 200, body = InvitationPreview)))]
pub async fn preview_invitation(
    app: web::Data<App>,
    peer: Peer,
    body: Strict<InvitationSecret>,
) -> Result<HttpResponse, Failure> {
    app.limits.public_write(peer.0)?;
    let (hash, now) = (read_secret(&body.value)?, app.clock.now());
    let found = app.store.read(move |tx| {
        let record = tx.invitation_by_secret(&hash, now)?.ok_or_else(not_found)?;
        let vendor = tx.vendor_by_id(record.vendor_id)?.ok_or_else(not_found)?;
        let invited_by = tx.actor_name(record.vendor_id, &record.invited_by)?;
        Ok(InvitationPreview {
            invited_by: invited_by.unwrap_or_else(|| vendor.name.clone()),
            vendor: VendorName { slug: vendor.slug, name: vendor.name },
            role: record.role,
            expires_at: record.expires_at,
        })
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// Joins the team; the invitation is used up.
///
/// Errors: `NOT_FOUND` for an invitation that was used, taken back, or is over; `CONFLICT` for a caller who is in the team.
#[utoipa::path(post, path = "/api/v1/invitations/accept", tag = "vendors", request_body = InvitationSecret,
    params(("Idempotency-Key" = String, Header)), security(("session" = [])), responses((status = 200, body = Vendor)))]
pub async fn accept_invitation(
    app: web::Data<App>,
    request: HttpRequest,
    customer: Customer,
    key: IdempotencyKey,
    body: Strict<InvitationSecret>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let (hash, now, here, account_id) = (read_secret(&body.value)?, app.clock.now(), app.clone(), customer.account_id);
    once(&app, account_id.to_string(), key, print, move |tx| {
        let record = tx.invitation_by_secret(&hash, now)?.ok_or_else(not_found)?;
        let vendor_id = record.vendor_id;
        let vendor = tx.vendor_by_id(vendor_id)?.ok_or_else(not_found)?;
        if tx.role(vendor_id, account_id)?.is_some() {
            return Err(Refusal::new(RefusalCode::Conflict, "You are in this team already.").into());
        }
        tx.add_member(vendor_id, account_id, record.role, now)?;
        tx.end_invitation(vendor_id, record.invitation_id, InvitationEnd::Accepted)?;
        let body = json!({ "invitation_id": record.invitation_id, "role": record.role });
        tx.append_event(&event(&here, vendor_id, "member.joined", &account_id, &account_id, &body))?;
        Answer::json(StatusCode::OK, &Vendor { vendor: vendor.slug, name: vendor.name, role: record.role })
    })
    .await
}

/// The hash of an invitation's secret. One that is no secret is not there.
fn read_secret(request: &InvitationSecret) -> Result<String, Failure> {
    let secret = Secret::parse(PREFIX, request.invitation.trim()).ok_or_else(Failure::not_found)?;
    Ok(secret.hash())
}

fn show(record: InvitationRecord) -> Invitation {
    let InvitationRecord { invitation_id, email, role, created_at, expires_at, .. } = record;
    Invitation { invitation_id, email, role, created_at, expires_at }
}
