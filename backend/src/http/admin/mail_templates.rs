//! The texts that a vendor's mails are made from.

use actix_web::{HttpResponse, web};
use serde_json::json;
use shared::api::Page;
use shared::api::admin::mail::{MailPreview, MailTemplate, Placeholder, TemplateText};
use shared::mail::{MailKind, Template, placeholders, usual_text};
use shared::slug::Slug;

use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::{EditSettings, ReadSettings};
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::etag::{IfMatch, IfMatchGiven, answer_with_revision};
use crate::http::event::tell;
use crate::store::mail::TemplateRecord;
use crate::store::{Outcome, Tx, not_found};

type Path = web::Path<(Slug, String)>;

/// The vendor's templates, one for each kind of mail that it sends.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/mail-templates", tag = "vendors", params(("vendor" = Slug, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<MailTemplate>)))]
pub async fn list_templates(app: web::Data<App>, member: Member<ReadSettings>) -> Result<HttpResponse, Failure> {
    let vendor_id = member.vendor.vendor_id;
    let found = app.store.read(move |tx| {
        let kinds = MailKind::ALL.iter().copied().filter(|kind| kind.is_vendors());
        kinds.map(|kind| find(tx, vendor_id, kind).map(show)).collect::<Outcome<Vec<_>>>()
    });
    Ok(HttpResponse::Ok().json(Page { items: found.await?, next: None }))
}

/// Replaces a template by one of the vendor's own.
///
/// Errors: `INVALID_INPUT` with `subject` or `body`, naming what is wrong and in which line; 412 `CONFLICT` when somebody
/// changed it meanwhile.
#[utoipa::path(put, path = "/api/v1/admin/vendors/{vendor}/mail-templates/{kind}", tag = "vendors", request_body = TemplateText,
    params(("vendor" = Slug, Path), ("kind" = MailKind, Path), ("If-Match" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = MailTemplate, headers(("ETag" = String)))))]
pub async fn edit_template(
    app: web::Data<App>,
    member: Member<EditSettings>,
    path: Path,
    known: IfMatch,
    body: Strict<TemplateText>,
) -> Result<HttpResponse, Failure> {
    let kind = read_kind(&path)?;
    let TemplateText { subject, body } = body.value;
    read_template(kind, &subject, &body)?;
    change(app, member, kind, known.into(), Some((subject, body))).await
}

/// Goes back to the usual text.
///
/// Errors: 412 `CONFLICT` when somebody changed it meanwhile, where the caller says what they looked at.
#[utoipa::path(delete, path = "/api/v1/admin/vendors/{vendor}/mail-templates/{kind}", tag = "vendors",
    params(("vendor" = Slug, Path), ("kind" = MailKind, Path), ("If-Match" = Option<String>, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = MailTemplate, headers(("ETag" = String)))))]
pub async fn discard_template(
    app: web::Data<App>,
    member: Member<EditSettings>,
    path: Path,
    known: IfMatchGiven,
) -> Result<HttpResponse, Failure> {
    let kind = read_kind(&path)?;
    change(app, member, kind, known, None).await
}

/// What a mail from this template would be, with examples in place of a customer's data.
///
/// Errors: `INVALID_INPUT` with `subject` or `body`, as when it is saved.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/mail-templates/{kind}/preview", tag = "vendors",
    request_body = TemplateText, params(("vendor" = Slug, Path), ("kind" = MailKind, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = MailPreview)))]
pub async fn preview_template(
    app: web::Data<App>,
    member: Member<ReadSettings>,
    path: Path,
    body: Strict<TemplateText>,
) -> Result<HttpResponse, Failure> {
    let kind = read_kind(&path)?;
    let template = read_template(kind, &body.value.subject, &body.value.body)?;
    let vendor_id = member.vendor.vendor_id;
    let settings = app.store.read(move |tx| tx.vendor_settings(vendor_id)?.ok_or_else(not_found)).await?;
    let written = Template::preview(kind, &template, |name| match name {
        "vendor.name" => Some(settings.name.clone()),
        "vendor.support" => Some(settings.support_email.clone().unwrap_or_else(|| settings.name.clone())),
        _ => None,
    });
    Ok(HttpResponse::Ok().json(MailPreview { subject: written.subject, text: written.text }))
}

async fn change(
    app: web::Data<App>,
    member: Member<EditSettings>,
    kind: MailKind,
    known: IfMatchGiven,
    text: Option<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (by, here) = (member.into_authority(), app.clone());
    let done = app.store.write(move |tx| {
        let vendor_id = by.vendor.vendor_id;
        let before = find(tx, vendor_id, kind)?;
        known.check(before.revision)?;
        if before.text == text {
            return Ok(before);
        }
        let after = TemplateRecord { text: text.clone(), revision: before.revision + 1, ..before.clone() };
        tx.set_mail_template(&after)?;
        let told = |record: &TemplateRecord| {
            record.text.as_ref().map(|(subject, body)| json!({ "subject": subject, "body": body }))
        };
        let body = json!({ "kind": kind, "before": told(&before), "after": told(&after) });
        tell(tx, &here, &by, "mail_template.updated", &vendor_id, body)?;
        Ok(after)
    });
    let after = done.await?;
    Ok(answer_with_revision(after.revision, &show(after)))
}

/// What the vendor wrote itself, or that it wrote nothing yet.
fn find(tx: &mut dyn Tx, vendor_id: shared::id::VendorId, kind: MailKind) -> Outcome<TemplateRecord> {
    let found = tx.mail_template(vendor_id, kind)?;
    Ok(found.unwrap_or(TemplateRecord { vendor_id, kind, text: None, revision: 0 }))
}

/// A kind that vendors write; any other is not there.
fn read_kind(path: &Path) -> Result<MailKind, Failure> {
    let kind = path.1.parse::<MailKind>().ok().filter(|kind| kind.is_vendors());
    kind.ok_or_else(Failure::not_found)
}

fn read_template(kind: MailKind, subject: &str, body: &str) -> Result<Template, Failure> {
    let read = Template::read(kind, subject, body);
    read.map_err(|faults| Failure::fields(faults.iter().map(|fault| (fault.field, fault.detail.as_str()))))
}

fn show(record: TemplateRecord) -> MailTemplate {
    let TemplateRecord { vendor_id: _, kind, text, revision } = record;
    let is_default = text.is_none();
    let usual = || {
        let (subject, body) = usual_text(kind);
        (subject.to_owned(), body.to_owned())
    };
    let (subject, body) = text.unwrap_or_else(usual);
    let placeholders = placeholders(kind).map(|one| Placeholder {
        name: one.name.to_owned(),
        meaning: one.meaning.to_owned(),
        example: one.example.to_owned(),
    });
    MailTemplate { kind, subject, body, is_default, placeholders: placeholders.collect(), revision }
}
