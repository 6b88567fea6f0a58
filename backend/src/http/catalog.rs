//! What is on offer: products, menus, agreements, quotes. Anybody may read; prices come from `shared`.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use shared::api::Page;
use shared::api::catalog::{Agreement, Brand, OriginAnswer, ProductSummary, QuoteRequest};
use shared::license::Refusal;
use shared::menu::{Menu, VendorName};
use shared::quote::Quote;
use shared::refusal::RefusalCode;
use shared::slug::Slug;

use super::body::Strict;
use super::coupon::price;
use super::etag::answer_with_etag;
use super::openapi::ListParams;
use super::page::PageQuery;
use super::peer::Peer;
use super::storefront::find_brand;
use crate::app::App;
use crate::error::Failure;
use crate::store::records::{Product, Vendor};
use crate::store::{Outcome, Tx, not_found};

/// The place of a product in the list of all products: `acme/sketchpad`.
#[derive(Clone, Debug)]
pub struct ProductCursor(Slug, Slug);

impl std::str::FromStr for ProductCursor {
    type Err = shared::slug::NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (vendor, product) = text.split_once('/').ok_or(shared::slug::NameError)?;
        Ok(Self(vendor.parse()?, product.parse()?))
    }
}

/// All products that can be licensed here.
#[utoipa::path(get, path = "/api/v1/products", tag = "catalog", params(ListParams),
    responses((status = 200, body = Page<ProductSummary>)))]
pub async fn list_products(app: web::Data<App>, page: PageQuery) -> Result<HttpResponse, Failure> {
    let after = page.after()?.map(|ProductCursor(vendor, product)| (vendor, product));
    let wanted = page.wanted();
    let found = app.store.read(move |tx| {
        let products = tx.products(after.clone(), wanted)?.into_iter();
        let show = |(vendor, product)| {
            let brand = find_brand(tx, &vendor)?;
            Ok(summarize(vendor, product, brand))
        };
        products.map(show).collect::<Outcome<Vec<_>>>()
    });
    let items = found.await?;
    let cursor = |item: &ProductSummary| format!("{}/{}", item.vendor.slug, item.product);
    Ok(HttpResponse::Ok().json(page.page(items, cursor)))
}

/// A product's current menu.
///
/// The `ETag` is the menu's digest; with `If-None-Match` an unchanged menu is not sent again.
#[utoipa::path(get, path = "/api/v1/vendors/{vendor}/products/{product}/menu", tag = "catalog",
    params(("vendor" = Slug, Path), ("product" = Slug, Path), ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = Menu, headers(("ETag" = String))), (status = 304, description = "Unchanged.")))]
pub async fn get_menu(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(Slug, Slug)>,
) -> Result<HttpResponse, Failure> {
    let (vendor, product) = path.into_inner();
    let menu = app.store.read(move |tx| {
        let product = find_product(tx, &vendor, &product)?;
        tx.current_menu(&product)?.ok_or_else(not_found)
    });
    let menu = menu.await?;
    let text = serde_json::to_string(&menu).map_err(|error| Failure::fault(error.to_string()))?;
    let mut answer = HttpResponse::Ok();
    answer.content_type("application/json").insert_header((CACHE_CONTROL, "no-cache"));
    Ok(answer_with_etag(&request, answer, &menu.digest, text))
}

/// Whether an app's origin may be handed passes for the product.
#[utoipa::path(get, path = "/api/v1/vendors/{vendor}/products/{product}/origins", tag = "catalog",
    params(("vendor" = Slug, Path), ("product" = Slug, Path), ("origin" = String, Query, description = "`https://app.example.com`")),
    responses((status = 200, body = OriginAnswer)))]
pub async fn check_origin(
    app: web::Data<App>,
    path: web::Path<(Slug, Slug)>,
    query: web::Query<OriginQuery>,
) -> Result<HttpResponse, Failure> {
    let (vendor, product) = path.into_inner();
    let found = app.store.read(move |tx| {
        let vendor = tx.vendor(&vendor)?.ok_or_else(not_found)?;
        let product = tx.product(vendor.vendor_id, &product)?.ok_or_else(not_found)?;
        Ok((product, find_brand(tx, &vendor)?))
    });
    let (product, brand) = found.await?;
    let registered = query.origin == app.config.public_url || product.origins.contains(&query.origin);
    Ok(HttpResponse::Ok().json(OriginAnswer { registered, brand }))
}

/// The query of [`check_origin`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OriginQuery {
    origin: String,
}

/// A version of a vendor's license text; it never changes.
#[utoipa::path(get, path = "/api/v1/vendors/{vendor}/agreements/{digest}", tag = "catalog",
    params(("vendor" = Slug, Path), ("digest" = String, Path)),
    responses((status = 200, body = Agreement)))]
pub async fn get_agreement(app: web::Data<App>, path: web::Path<(Slug, String)>) -> Result<HttpResponse, Failure> {
    let (vendor, digest) = path.into_inner();
    let agreement = app.store.read(move |tx| {
        let vendor = tx.vendor(&vendor)?.ok_or_else(not_found)?;
        tx.agreement(vendor.vendor_id, &digest)?.ok_or_else(not_found)
    });
    let agreement = agreement.await?;
    let (name, text) = (agreement.name, agreement.text);
    let message = Agreement { version: name.version, digest: name.digest, title: name.title, text };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable")).json(message))
}

/// The itemised price of a selection.
///
/// Errors: `RATE_LIMITED`, `NOT_FOUND` for vendor and product, `MENU_CHANGED` for an older menu, `INVALID_INPUT` with the member of the
/// selection that is wrong; a coupon that may not be redeemed now is one.
#[utoipa::path(post, path = "/api/v1/quotes", tag = "catalog", request_body = QuoteRequest,
    responses((status = 200, body = Quote)))]
pub async fn quote_selection(
    app: web::Data<App>,
    peer: Peer,
    body: Strict<QuoteRequest>,
) -> Result<HttpResponse, Failure> {
    app.limits.public_write(peer.0)?;
    let QuoteRequest { vendor, product, menu_version, selection } = body.value;
    let now = app.clock.now();
    let priced = app.store.read(move |tx| {
        let product = find_product(tx, &vendor, &product)?;
        let menu = current_menu(tx, &product, menu_version)?;
        price(tx, &product, &menu, &selection, now)
    });
    Ok(HttpResponse::Ok().json(priced.await??))
}

/// The vendor's product; `NOT_FOUND` alike for no such vendor and no such product.
pub fn find_product(tx: &mut dyn Tx, vendor: &Slug, product: &Slug) -> Outcome<Product> {
    let vendor = tx.vendor(vendor)?.ok_or_else(not_found)?;
    tx.product(vendor.vendor_id, product)?.ok_or_else(not_found)
}

/// The product's menu, which must be the current one in the version that the customer chose from.
///
/// Errors: `NOT_FOUND` without a menu, `MENU_CHANGED` for an older version, `INVALID_INPUT` for one that never was.
pub fn current_menu(tx: &mut dyn Tx, product: &Product, version: u32) -> Outcome<Menu> {
    let menu = tx.current_menu(product)?.ok_or_else(not_found)?;
    match version {
        version if version == menu.menu => Ok(menu),
        version if (1..menu.menu).contains(&version) => {
            let detail = "The vendor has published a newer menu since you chose: please look at it.";
            Err(Refusal::new(RefusalCode::MenuChanged, detail).into())
        }
        _ => Err(Refusal::of_field("menu_version", "This menu does not exist.").into()),
    }
}

/// A product as lists show it.
pub fn summarize(vendor: Vendor, product: Product, brand: Option<Brand>) -> ProductSummary {
    let vendor = VendorName { slug: vendor.slug, name: vendor.name };
    ProductSummary { vendor, product: product.slug, name: product.name, summary: product.summary, brand }
}
