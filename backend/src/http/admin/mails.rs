//! Mails in a vendor's name: what became of them, what they say, and sending them again.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::Page;
use shared::api::admin::mail::{Mail, MailDetails, MailState};
use shared::id::{InvitationId, MailId};
use shared::license::Refusal;
use shared::mail::MailKind;
use shared::refusal::RefusalCode;
use shared::slug::Slug;

use crate::app::App;
use crate::auth::member::Authority;
use crate::auth::member::need::{EditLicenses, EditTeam, ReadLicenses};
use crate::auth::{Fresh, Member};
use crate::error::Failure;
use crate::http::event::tell;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once};
use crate::http::openapi::MailsQuery;
use crate::http::page::PageQuery;
use crate::http::query::Query;
use crate::outbox::mail::open_body;
use crate::store::mail::{MailBody, MailFilter, MailRecord};
use crate::store::not_found;

/// The mails that were written in the vendor's name, the newest first.
///
/// Errors: `INVALID_INPUT` with the parameter that is unknown or of another form.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/mails", tag = "vendors",
    params(("vendor" = Slug, Path), MailsQuery, crate::http::openapi::ListParams), security(("session" = []), ("token" = [])),
    responses((status = 200, body = Page<Mail>)))]
pub async fn list_mails(
    app: web::Data<App>,
    request: HttpRequest,
    member: Member<ReadLicenses>,
) -> Result<HttpResponse, Failure> {
    let query = Query::read(&request, &["state", "kind", "cursor", "limit"])?;
    let filter = MailFilter { state: query.word::<MailState>("state")?, kind: query.word::<MailKind>("kind")? };
    let page = PageQuery::new(query.text("cursor"), Some(query.limit()?))?;
    let (vendor_id, before, wanted) = (member.vendor.vendor_id, page.after()?, page.wanted());
    let found = app.store.read(move |tx| tx.mails(vendor_id, filter, before, wanted)).await?;
    let items = found.into_iter().map(show).collect();
    Ok(HttpResponse::Ok().json(page.page(items, |mail: &Mail| mail.mail_id.to_string())))
}

/// One mail, with its text. What an open invitation says is told to those who might have invited that person themselves.
///
/// Errors: `CONFIRMATION_REQUIRED` for an invitation's link.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/mails/{mail_id}", tag = "vendors",
    params(("vendor" = Slug, Path), ("mail_id" = MailId, Path)), security(("session" = []), ("token" = [])),
    responses((status = 200, body = MailDetails)))]
pub async fn get_mail(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    inviter: Result<Fresh<Member<EditTeam>>, Failure>,
    path: web::Path<(Slug, MailId)>,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, mail_id) = (member.vendor.vendor_id, path.into_inner().1);
    let mail = app.store.read(move |tx| tx.mail(vendor_id, mail_id)?.ok_or_else(not_found)).await?;
    let is_told = match &mail.body {
        MailBody::Sealed(_) => may_invite(&app, inviter, &mail).await?,
        MailBody::Clear { .. } | MailBody::Forgotten => true,
    };
    let opened = if is_told { open_body(&app, &mail)? } else { None };
    let (text, link) = opened.map(|opened| (opened.text, opened.link)).unzip();
    Ok(HttpResponse::Ok().json(MailDetails { mail: show(mail), text, link: link.flatten() }))
}

/// Whether the caller might make the invitation that the mail is about, which must be open.
async fn may_invite(
    app: &App,
    inviter: Result<Fresh<Member<EditTeam>>, Failure>,
    mail: &MailRecord,
) -> Result<bool, Failure> {
    let by: Authority = match inviter {
        Ok(inviter) => inviter.into_authority(),
        Err(failure) if failure.is(RefusalCode::ConfirmationRequired) => return Err(failure),
        Err(_) => return Ok(false),
    };
    let Ok(invitation_id) = mail.about.parse::<InvitationId>() else { return Ok(false) };
    let vendor_id = by.vendor.vendor_id;
    let invitation = app.store.read(move |tx| tx.invitation(vendor_id, invitation_id)).await?;
    Ok(invitation.is_some_and(|invitation| by.standing.may_appoint(invitation.role)))
}

/// Sends a mail again: the same mail where it was not sent yet, a new one where it was.
///
/// Errors: `CONFLICT` where this installation sends no mail, or where the mail held a secret link that is not kept any more.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/mails/{mail_id}/resend", tag = "vendors",
    params(("vendor" = Slug, Path), ("mail_id" = MailId, Path), ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Mail)))]
pub async fn resend_mail(
    app: web::Data<App>,
    request: HttpRequest,
    member: Member<EditLicenses>,
    path: web::Path<(Slug, MailId)>,
    key: IdempotencyKey,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[]);
    let (by, here, mail_id) = (member.into_authority(), app.clone(), path.into_inner().1);
    let (new_id, now) = (app.new_id(MailId::new), app.clock.now());
    once(&app, by.actor.to_string(), key, print, move |tx| {
        let mail = tx.mail(by.vendor.vendor_id, mail_id)?.ok_or_else(not_found)?;
        let conflict = |detail| Refusal::new(RefusalCode::Conflict, detail);
        if here.config.mail.is_none() {
            return Err(conflict("This installation sends no mail.").into());
        }
        if mail.body == MailBody::Forgotten {
            return Err(conflict("What this mail said is not kept any more: make a new one.").into());
        }
        let (state, error, was_sent) = (MailState::Queued, None, mail.state == MailState::Sent);
        let queued = MailRecord { state, error, attempts: 0, next_attempt_at: now, sent_at: None, ..mail };
        let queued = if was_sent {
            let again = MailRecord { mail_id: new_id, created_at: now, ..queued };
            tx.add_mail(&again)?;
            again
        } else {
            tx.update_mail(&queued)?;
            queued
        };
        let body = json!({ "kind": queued.kind, "mail_id": queued.mail_id });
        tell(tx, &here, &by, "mail.resent", &mail_id, body)?;
        Answer::json(StatusCode::OK, &show(queued))
    })
    .await
}

fn show(record: MailRecord) -> Mail {
    let is_queued = record.state == MailState::Queued;
    Mail {
        mail_id: record.mail_id,
        kind: record.kind,
        to: record.to,
        subject: record.subject,
        state: record.state,
        about: record.about,
        created_at: record.created_at,
        attempts: record.attempts,
        sent_at: record.sent_at,
        next_attempt_at: is_queued.then_some(record.next_attempt_at),
        error: record.error,
    }
}
