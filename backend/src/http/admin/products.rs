//! A vendor's products, as its team edits them.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::api::Page;
use shared::api::admin::catalog::{Product, ProductEdit, ProductNew};
use shared::id::{ProductId, VendorId};
use shared::license::Refusal;
use shared::product::find_faults;
use shared::refusal::RefusalCode;
use shared::slug::Slug;

use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::{EditCatalog, ReadCatalog};
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::etag::{IfMatch, answer_with_revision};
use crate::http::event::tell;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once};
use crate::http::openapi::ListParams;
use crate::http::page::PageQuery;
use crate::store::catalog::ProductRecord;
use crate::store::{Outcome, StoreError, Tx, not_found, records};

/// A vendor and one of its products.
pub(super) type ProductPath = web::Path<(Slug, Slug)>;

/// The query of [`list_products`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductsQuery {
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// The vendor's products in the order of their slugs, with and without a menu.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/products", tag = "vendors",
    params(("vendor" = Slug, Path), ListParams, ("q" = Option<String>, Query, description = "A part of the slug or the name.")),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<Product>)))]
pub async fn list_products(
    app: web::Data<App>,
    member: Member<ReadCatalog>,
    query: web::Query<ProductsQuery>,
) -> Result<HttpResponse, Failure> {
    let ProductsQuery { q, cursor, limit } = query.into_inner();
    let page = PageQuery::new(cursor, limit)?;
    let (vendor_id, after, wanted) = (member.vendor.vendor_id, page.after::<Slug>()?, page.wanted());
    let q = q.unwrap_or_default().trim().to_lowercase();
    let found = app.store.read(move |tx| tx.product_records(vendor_id, &q, after.as_ref(), wanted)).await?;
    let items = found.into_iter().map(show_product).collect();
    Ok(HttpResponse::Ok().json(page.page(items, |product| product.product.to_string())))
}

/// One product. The `ETag` is its revision.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/products/{product}", tag = "vendors",
    params(("vendor" = Slug, Path), ("product" = Slug, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Product, headers(("ETag" = String)))))]
pub async fn get_product(
    app: web::Data<App>,
    member: Member<ReadCatalog>,
    path: ProductPath,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, slug) = (member.vendor.vendor_id, path.into_inner().1);
    let record = app.store.read(move |tx| find_product(tx, vendor_id, &slug)).await?;
    Ok(answer_with_revision(record.revision, &show_product(record)))
}

/// A new product; it is shown to nobody before its first menu is published.
///
/// Errors: `INVALID_INPUT` with the members that are wrong; `CONFLICT` when the vendor has a product with this slug.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/products", tag = "vendors", request_body = ProductNew,
    params(("vendor" = Slug, Path), ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 201, body = Product)))]
pub async fn add_product(
    app: web::Data<App>,
    request: HttpRequest,
    member: Member<EditCatalog>,
    key: IdempotencyKey,
    body: Strict<ProductNew>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let ProductNew { product: slug, name, summary, origins, app_url } = body.value;
    let ProductEdit { name, summary, origins, app_url } = settle(ProductEdit { name, summary, origins, app_url })?;
    let by = member.into_authority();
    let vendor_id = by.vendor.vendor_id;
    let product_id = app.new_id(ProductId::new);
    let product = records::Product { product_id, vendor_id, slug, name, summary, origins, app_url };
    let here = app.clone();
    once(&app, by.actor.to_string(), key, print, move |tx| {
        tx.add_product(&product).map_err(|error| match error {
            StoreError::Duplicate("products.slug") => {
                conflict("There is a product with this slug already: choose another.").into()
            }
            other => other,
        })?;
        let body = json!({ "slug": product.slug, "after": describe(&product) });
        tell(tx, &here, &by, "product.created", &product_id, body)?;
        let record = find_product(tx, vendor_id, &product.slug)?;
        Answer::json(StatusCode::CREATED, &show_product(record))
    })
    .await
}

/// Replaces a product's name, summary, origins and address. Menus that were published keep the name they were published with.
///
/// Errors: `NOT_FOUND`; `INVALID_INPUT` with the members that are wrong.
#[utoipa::path(put, path = "/api/v1/admin/vendors/{vendor}/products/{product}", tag = "vendors", request_body = ProductEdit,
    params(("vendor" = Slug, Path), ("product" = Slug, Path), ("If-Match" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Product, headers(("ETag" = String)))))]
pub async fn edit_product(
    app: web::Data<App>,
    member: Member<EditCatalog>,
    path: ProductPath,
    looked_at: IfMatch,
    body: Strict<ProductEdit>,
) -> Result<HttpResponse, Failure> {
    let ProductEdit { name, summary, origins, app_url } = settle(body.value)?;
    let (by, slug, here) = (member.into_authority(), path.into_inner().1, app.clone());
    let done = app.store.write(move |tx| {
        let before = find_product(tx, by.vendor.vendor_id, &slug)?;
        looked_at.check(before.revision)?;
        let before = before.product;
        let after = records::Product {
            name: name.clone(),
            summary: summary.clone(),
            origins: origins.clone(),
            app_url: app_url.clone(),
            ..before.clone()
        };
        tx.update_product(&after)?;
        let body = json!({ "before": describe(&before), "after": describe(&after) });
        tell(tx, &here, &by, "product.updated", &after.product_id, body)?;
        find_product(tx, by.vendor.vendor_id, &slug)
    });
    let record = done.await?;
    Ok(answer_with_revision(record.revision, &show_product(record)))
}

/// Deletes a product that never had a menu, with its draft.
///
/// Errors: `NOT_FOUND`; `CONFLICT` once a menu was published: somebody may have a license of it.
#[utoipa::path(delete, path = "/api/v1/admin/vendors/{vendor}/products/{product}", tag = "vendors",
    params(("vendor" = Slug, Path), ("product" = Slug, Path)),
    security(("session" = []), ("token" = [])), responses((status = 204)))]
pub async fn delete_product(
    app: web::Data<App>,
    member: Member<EditCatalog>,
    path: ProductPath,
) -> Result<HttpResponse, Failure> {
    let (by, slug, here) = (member.into_authority(), path.into_inner().1, app.clone());
    let done = app.store.write(move |tx| {
        let record = find_product(tx, by.vendor.vendor_id, &slug)?;
        if record.menu.is_some() {
            let detail = "A menu of this product was published, so licenses may refer to it for good. To sell it no more, publish a menu \
                without the offers that nobody shall buy.";
            return Err(conflict(detail).into());
        }
        tx.delete_product(&record.product)?;
        let body = json!({ "slug": slug, "before": describe(&record.product) });
        tell(tx, &here, &by, "product.deleted", &record.product.product_id, body)
    });
    done.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The vendor's product with this slug. Errors: `NOT_FOUND`.
pub(super) fn find_product(tx: &mut dyn Tx, vendor_id: VendorId, slug: &Slug) -> Outcome<ProductRecord> {
    tx.product_record(vendor_id, slug)?.ok_or_else(not_found)
}

/// What is kept of what was sent. Errors: `INVALID_INPUT` with everything that is wrong.
fn settle(sent: ProductEdit) -> Result<ProductEdit, Failure> {
    let (name, summary) = (sent.name.trim().to_owned(), sent.summary.trim().to_owned());
    let product = ProductEdit { name, summary, ..sent };
    let faults = find_faults(&product);
    if faults.is_empty() {
        return Ok(product);
    }
    Err(Failure::fields(faults.into_iter().map(|fault| (fault.field, fault.detail))))
}

fn conflict(detail: &str) -> Refusal {
    Refusal::new(RefusalCode::Conflict, detail)
}

fn describe(product: &records::Product) -> Value {
    let records::Product { name, summary, origins, app_url, .. } = product;
    json!({ "name": name, "summary": summary, "origins": origins, "app_url": app_url })
}

fn show_product(record: ProductRecord) -> Product {
    let ProductRecord { product, revision, menu, has_draft } = record;
    let records::Product { product_id, slug, name, summary, origins, app_url, .. } = product;
    Product { product_id, product: slug, name, summary, origins, app_url, menu, has_draft, revision }
}
