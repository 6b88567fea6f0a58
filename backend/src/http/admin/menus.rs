//! Published menus: their history, and the next one.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::Page;
use shared::api::admin::catalog::{MenuVersion, PublishRequest};
use shared::id::VendorId;
use shared::license::Refusal;
use shared::menu::{Menu, MenuHead, VendorName};
use shared::refusal::RefusalCode;
use shared::slug::Slug;
use shared::time::Timestamp;

use super::drafts::find_problems;
use super::products::{ProductPath, find_product};
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::Authority;
use crate::auth::member::need::{EditCatalog, ReadCatalog};
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::event::tell;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once};
use crate::http::openapi::ListParams;
use crate::http::page::PageQuery;
use crate::store::catalog::{DraftRecord, MenuRecord, ProductRecord};
use crate::store::{Outcome, StoreError, Tx, not_found};

/// The product's menus, the newest first, with how many orders were made from each.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/products/{product}/menus", tag = "vendors",
    params(("vendor" = Slug, Path), ("product" = Slug, Path), ListParams),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<MenuVersion>)))]
pub async fn list_menus(
    app: web::Data<App>,
    member: Member<ReadCatalog>,
    path: ProductPath,
    page: PageQuery,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, slug) = (member.vendor.vendor_id, path.into_inner().1);
    let (before, wanted) = (page.after()?, page.wanted());
    let found = app.store.read(move |tx| {
        let product = find_product(tx, vendor_id, &slug)?.product;
        let menus = tx.menu_records(&product, before, wanted)?;
        menus.into_iter().map(|menu| show_version(tx, vendor_id, menu)).collect::<Outcome<Vec<_>>>()
    });
    Ok(HttpResponse::Ok().json(page.page(found.await?, |menu| menu.menu.to_string())))
}

/// One version of the menu, as customers saw it.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/products/{product}/menus/{version}", tag = "vendors",
    params(("vendor" = Slug, Path), ("product" = Slug, Path), ("version" = u32, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Menu)))]
pub async fn get_version(
    app: web::Data<App>,
    member: Member<ReadCatalog>,
    path: web::Path<(Slug, Slug, u32)>,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, (_, slug, version)) = (member.vendor.vendor_id, path.into_inner());
    let menu = app.store.read(move |tx| {
        let product = find_product(tx, vendor_id, &slug)?.product;
        tx.menu(&product, version)?.ok_or_else(not_found)
    });
    Ok(HttpResponse::Ok().json(menu.await?))
}

/// Publishes the draft as the next version, with the vendor's tax. Orders made from older ones stay what they were; whoever is about to order is
/// told that the menu has changed.
///
/// Errors: `NOT_FOUND`; `INVALID_INPUT` with everything that must be put right; `CONFLICT` when the draft is another by now, was
/// begun before the newest menu, or says the same as that.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/products/{product}/menus", tag = "vendors",
    request_body = PublishRequest,
    params(("vendor" = Slug, Path), ("product" = Slug, Path), ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 201, body = MenuVersion)))]
pub async fn publish_menu(
    app: web::Data<App>,
    request: HttpRequest,
    member: Member<EditCatalog>,
    path: ProductPath,
    key: IdempotencyKey,
    body: Strict<PublishRequest>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let (by, slug, revision) = (member.into_authority(), path.into_inner().1, body.value.revision);
    let vendor_id = by.vendor.vendor_id;
    let looked_at = slug.clone();
    let problems = app.store.read(move |tx| {
        let product = find_product(tx, vendor_id, &looked_at)?.product;
        // What is there no more is the transaction's to tell: it may have been published by this very request.
        match tx.draft(&product)? {
            Some(DraftRecord { revision: now, saved: Some(saved), .. }) if now == revision => {
                find_problems(tx, vendor_id, &saved.content)
            }
            _ => Ok(Vec::new()),
        }
    });
    let problems = problems.await?;
    if !problems.is_empty() {
        return Err(Failure::fields(problems.into_iter().map(|problem| (problem.field, problem.detail))));
    }
    let (here, now) = (app.clone(), app.clock.now());
    once(&app, by.actor.to_string(), key, print, move |tx| {
        let product = find_product(tx, vendor_id, &slug)?;
        let menu = take_draft(tx, &by, &product, revision)?;
        tx.publish_menu_by(&product.product, &menu, &by.actor.to_string(), now)?;
        let body = json!({ "product": slug, "menu": menu.menu, "digest": menu.digest });
        tell(tx, &here, &by, "menu.published", &product.product.product_id, body)?;
        Answer::json(StatusCode::CREATED, &show_published(tx, &by, &menu, now)?)
    })
    .await
}

/// The menu that the draft becomes; the draft is gone. Its problems were looked for, and a revision never changes.
fn take_draft(tx: &mut dyn Tx, by: &Authority, product: &ProductRecord, revision: u64) -> Outcome<Menu> {
    let draft = tx.draft(&product.product)?.filter(|draft| draft.revision == revision);
    let Some(DraftRecord { base, saved: Some(saved), .. }) = draft else {
        return Err(conflict("The draft is another by now: look at it again, then publish it.").into());
    };
    let newest = product.menu.unwrap_or(0);
    if base != newest {
        return Err(conflict(
            "A newer menu was published since this draft was saved: look at it, and save the draft again.",
        )
        .into());
    }
    let head = head_of(tx, by, product)?;
    let menu = saved.content.into_menu(head, newest.saturating_add(1));
    let menu = menu.map_err(|error| StoreError::Fault(error.to_string()))?;
    if let Some(before) = tx.current_menu(&product.product)?
        && says_the_same(&before, &menu)
    {
        return Err(conflict("The draft says the same as the published menu: there is nothing new to publish.").into());
    }
    tx.set_draft(&product.product, &DraftRecord { revision: revision.saturating_add(1), base, saved: None })?;
    Ok(menu)
}

/// What a version of the product's menu says beside its content, now.
pub(super) fn head_of(tx: &mut dyn Tx, by: &Authority, product: &ProductRecord) -> Outcome<MenuHead> {
    let vendor = VendorName { slug: by.vendor.slug.clone(), name: by.vendor.name.clone() };
    let (slug, name) = (product.product.slug.clone(), product.product.name.clone());
    let tax = tx.vendor_settings(by.vendor.vendor_id)?.and_then(|settings| settings.tax);
    Ok(MenuHead { vendor, product: slug, name, summary: product.product.summary.clone(), tax })
}

fn says_the_same(before: &Menu, after: &Menu) -> bool {
    let Menu { menu: _, digest: _, currency, vendor, product, offers, tax } = after;
    let names = (vendor, product) == (&before.vendor, &before.product);
    names && (currency, offers, tax) == (&before.currency, &before.offers, &before.tax)
}

pub(super) fn show_published(tx: &mut dyn Tx, by: &Authority, menu: &Menu, now: Timestamp) -> Outcome<MenuVersion> {
    let record = MenuRecord {
        version: menu.menu,
        digest: menu.digest.clone(),
        published_at: now,
        published_by: Some(by.actor.to_string()),
        offers: u32::try_from(menu.offers.len()).unwrap_or(u32::MAX),
        orders: 0,
    };
    show_version(tx, by.vendor.vendor_id, record)
}

fn show_version(tx: &mut dyn Tx, vendor_id: VendorId, record: MenuRecord) -> Outcome<MenuVersion> {
    let MenuRecord { version, digest, published_at, published_by, offers, orders } = record;
    let published_by = published_by.map(|by| tx.actor_name(vendor_id, &by)).transpose()?.flatten();
    Ok(MenuVersion { menu: version, digest, published_at, published_by, offers, orders })
}

pub(super) fn conflict(detail: &str) -> Refusal {
    Refusal::new(RefusalCode::Conflict, detail)
}
