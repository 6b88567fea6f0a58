//! License texts: every version stays readable for whoever agreed to it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::Page;
use shared::api::admin::catalog::{AgreementNew, AgreementRow};
use shared::canonical::digest_bytes;
use shared::license::Refusal;
use shared::menu::AgreementName;
use shared::refusal::RefusalCode;
use shared::slug::Slug;
use shared::text::check_name;

use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::{EditCatalog, ReadCatalog};
use crate::error::Failure;
use crate::http::body::StrictLong;
use crate::http::event::tell;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once};
use crate::http::openapi::ListParams;
use crate::http::page::PageQuery;
use crate::store::StoreError;
use crate::store::records::Agreement;

/// The longest license text, in characters.
const MAX_TEXT: usize = 50_000;

/// The vendor's license texts by title, the newest version first, with the products whose published menus name them.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/agreements", tag = "vendors", params(("vendor" = Slug, Path), ListParams),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<AgreementRow>)))]
pub async fn list_agreements(
    app: web::Data<App>,
    member: Member<ReadCatalog>,
    page: PageQuery,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, after, wanted) = (member.vendor.vendor_id, page.after::<String>()?, page.wanted());
    let found = app.store.read(move |tx| {
        let after = match &after {
            Some(digest) => Some(tx.agreement(vendor_id, digest)?.ok_or_else(no_cursor)?.name),
            None => None,
        };
        tx.agreements(vendor_id, after.as_ref(), wanted)
    });
    let show = |(name, products): (AgreementName, Vec<Slug>)| {
        let AgreementName { version, digest, title } = name;
        AgreementRow { version, digest, title, products }
    };
    let items = found.await?.into_iter().map(show).collect();
    Ok(HttpResponse::Ok().json(page.page(items, |row| row.digest.clone())))
}

/// A license text, or the next version of the one with this title. The same text again answers the version there is.
///
/// Errors: `INVALID_INPUT` with `title` or `text`; `CONFLICT` when the text stands under another title.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/agreements", tag = "vendors", request_body = AgreementNew,
    params(("vendor" = Slug, Path), ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 201, body = AgreementName)))]
pub async fn add_agreement(
    app: web::Data<App>,
    request: HttpRequest,
    member: Member<EditCatalog>,
    key: IdempotencyKey,
    body: StrictLong<AgreementNew>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let AgreementNew { title, text } = settle(&body.value)?;
    let by = member.into_authority();
    let (vendor_id, digest, here) = (by.vendor.vendor_id, digest_bytes(text.as_bytes()), app.clone());
    once(&app, by.actor.to_string(), key, print, move |tx| {
        if let Some(known) = tx.agreement(vendor_id, &digest)? {
            if known.name.title == title {
                return Answer::json(StatusCode::CREATED, &known.name);
            }
            let AgreementName { version, title, .. } = known.name;
            let detail = format!("This very text is there already, as version {version} of \"{title}\": use that one.");
            return Err(Refusal::new(RefusalCode::Conflict, detail).into());
        }
        let version = tx.agreement_version(vendor_id, &title)?.saturating_add(1);
        let name = AgreementName { version, digest: digest.clone(), title: title.clone() };
        tx.add_agreement(&Agreement { vendor_id, name: name.clone(), text: text.clone() })?;
        let body = json!({ "title": name.title, "version": version });
        tell(tx, &here, &by, "agreement.added", &name.digest, body)?;
        Answer::json(StatusCode::CREATED, &name)
    })
    .await
}

/// What is kept of what was sent: line breaks are one character. Errors: `INVALID_INPUT` with `title` or `text`.
fn settle(sent: &AgreementNew) -> Result<AgreementNew, Failure> {
    let (title, text) = (sent.title.trim().to_owned(), sent.text.replace("\r\n", "\n").trim().to_owned());
    let mut faults = Vec::new();
    if let Err(fault) = check_name(&title) {
        faults.push(("title", fault.sentence()));
    }
    if !(1..=MAX_TEXT).contains(&text.chars().count()) {
        faults.push(("text", "Write 1 to 50,000 characters."));
    } else if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t')) {
        faults.push(("text", "Leave out control characters other than line breaks and tabs."));
    }
    if faults.is_empty() { Ok(AgreementNew { title, text }) } else { Err(Failure::fields(faults)) }
}

fn no_cursor() -> StoreError {
    Refusal::of_field("cursor", "Take the cursor from `next`, as it is.").into()
}
