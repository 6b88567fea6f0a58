//! The next menu of a product, while a vendor's team writes it. What it may not say is told, and saved all the same.

use actix_web::{HttpResponse, web};
use serde_json::json;
use shared::api::admin::catalog::{Draft, MenuContent};
use shared::api::problem::FieldProblem;
use shared::id::VendorId;
use shared::menu::MenuError;
use shared::money::Currency;
use shared::slug::Slug;
use shared::time::Timestamp;

use super::products::{ProductPath, find_product};
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::{EditCatalog, ReadCatalog};
use crate::error::Failure;
use crate::http::body::StrictLong;
use crate::http::etag::{IfMatch, answer_with_revision};
use crate::http::event::tell;
use crate::store::catalog::{DraftRecord, ProductRecord, SavedDraft};
use crate::store::{Outcome, StoreError, Tx};

/// The next menu, as far as it is written; without a saved draft the published one, or an empty one.
///
/// `problems` are what must be put right before it can be published, `warnings` what is perhaps not meant. The `ETag` is the
/// draft's revision.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/products/{product}/draft", tag = "vendors",
    params(("vendor" = Slug, Path), ("product" = Slug, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Draft, headers(("ETag" = String)))))]
pub async fn get_draft(
    app: web::Data<App>,
    member: Member<ReadCatalog>,
    path: ProductPath,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, slug, now) = (member.vendor.vendor_id, path.into_inner().1, app.clock.now());
    let found = app.store.read(move |tx| {
        let product = find_product(tx, vendor_id, &slug)?;
        show_draft(tx, &product, now)
    });
    let draft = found.await?;
    Ok(answer_with_revision(draft.revision, &draft))
}

/// Saves the next menu, whatever the rules say of it.
///
/// Errors: `NOT_FOUND`; `INVALID_INPUT` for what is not a menu at all.
#[utoipa::path(put, path = "/api/v1/admin/vendors/{vendor}/products/{product}/draft", tag = "vendors",
    request_body = MenuContent,
    params(("vendor" = Slug, Path), ("product" = Slug, Path), ("If-Match" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Draft, headers(("ETag" = String)))))]
pub async fn save_draft(
    app: web::Data<App>,
    member: Member<EditCatalog>,
    path: ProductPath,
    looked_at: IfMatch,
    body: StrictLong<MenuContent>,
) -> Result<HttpResponse, Failure> {
    let (by, slug, now) = (member.into_authority(), path.into_inner().1, app.clock.now());
    let (content, here) = (body.value, app.clone());
    let done = app.store.write(move |tx| {
        let product = find_product(tx, by.vendor.vendor_id, &slug)?;
        let saved = SavedDraft { content: content.clone(), at: now, by: by.actor.to_string() };
        let revision = set_draft(tx, &product, looked_at, Some(saved))?;
        let body = json!({ "product": slug, "revision": revision });
        tell(tx, &here, &by, "menu.draft_saved", &product.product.product_id, body)?;
        show_draft(tx, &product, now)
    });
    let draft = done.await?;
    Ok(answer_with_revision(draft.revision, &draft))
}

/// Discards the draft: the next one begins with the published menu.
///
/// Errors: `NOT_FOUND`.
#[utoipa::path(delete, path = "/api/v1/admin/vendors/{vendor}/products/{product}/draft", tag = "vendors",
    params(("vendor" = Slug, Path), ("product" = Slug, Path), ("If-Match" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 204)))]
pub async fn discard_draft(
    app: web::Data<App>,
    member: Member<EditCatalog>,
    path: ProductPath,
    looked_at: IfMatch,
) -> Result<HttpResponse, Failure> {
    let (by, slug, here) = (member.into_authority(), path.into_inner().1, app.clone());
    let done = app.store.write(move |tx| {
        let product = find_product(tx, by.vendor.vendor_id, &slug)?;
        if !product.has_draft {
            let revision = tx.draft(&product.product)?.map_or(0, |draft| draft.revision);
            return looked_at.check(revision);
        }
        let revision = set_draft(tx, &product, looked_at, None)?;
        let body = json!({ "product": slug, "revision": revision });
        tell(tx, &here, &by, "menu.draft_discarded", &product.product.product_id, body)
    });
    done.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Counts the draft's revision up. Errors: stale when it is not the one that was looked at.
fn set_draft(tx: &mut dyn Tx, product: &ProductRecord, looked_at: IfMatch, saved: Option<SavedDraft>) -> Outcome<u64> {
    let revision = tx.draft(&product.product)?.map_or(0, |draft| draft.revision);
    looked_at.check(revision)?;
    let record = DraftRecord { revision: revision + 1, base: product.menu.unwrap_or(0), saved };
    tx.set_draft(&product.product, &record)?;
    Ok(record.revision)
}

fn show_draft(tx: &mut dyn Tx, product: &ProductRecord, now: Timestamp) -> Outcome<Draft> {
    let vendor_id = product.product.vendor_id;
    let record = tx.draft(&product.product)?;
    let revision = record.as_ref().map_or(0, |record| record.revision);
    let (base, saved) = record.map_or((0, None), |record| (record.base, record.saved));
    let (base, content, saved_at, by) = match saved {
        Some(saved) => (base, saved.content, Some(saved.at), Some(saved.by)),
        None => (product.menu.unwrap_or(0), published(tx, product)?, None, None),
    };
    let saved_by = by.map(|by| tx.actor_name(vendor_id, &by)).transpose()?.flatten();
    let problems = find_problems(tx, vendor_id, &content)?;
    let warnings = content.find_oddities(now).into_iter().map(FieldProblem::from).collect();
    let tax = tx.vendor_settings(vendor_id)?.and_then(|settings| settings.tax);
    Ok(Draft { base, content, tax, problems, warnings, revision, is_saved: saved_at.is_some(), saved_at, saved_by })
}

/// What an unsaved draft begins with.
fn published(tx: &mut dyn Tx, product: &ProductRecord) -> Outcome<MenuContent> {
    if let Some(menu) = tx.current_menu(&product.product)? {
        return Ok(menu.content());
    }
    let currency: Currency = "EUR".parse().map_err(|_| StoreError::Fault("EUR is a currency".to_owned()))?;
    Ok(MenuContent { currency, features: Vec::new(), offers: Vec::new() })
}

/// Everything that must be put right before `content` can be published.
pub(super) fn find_problems(tx: &mut dyn Tx, vendor_id: VendorId, content: &MenuContent) -> Outcome<Vec<FieldProblem>> {
    let mut problems = content.find_faults();
    let mut known = Vec::new();
    for offer in content.offers.iter().take(50) {
        let digest = &offer.agreement.digest;
        if !known.iter().any(|name: &shared::menu::AgreementName| name.digest == *digest)
            && let Some(agreement) = tx.agreement(vendor_id, digest)?
        {
            known.push(agreement.name);
        }
    }
    problems.extend(content.find_unknown_agreements(&known));
    Ok(problems.into_iter().map(|problem: MenuError| problem.into()).collect())
}
