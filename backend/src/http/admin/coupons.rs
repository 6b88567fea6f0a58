//! A vendor's coupons, as its team runs them.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::Page;
use shared::api::admin::coupons::{Coupon, CouponEdit, CouponNew};
use shared::coupon::{CouponCode, CouponCodeError, CouponWindow};
use shared::id::{ProductId, VendorId};
use shared::license::Refusal;
use shared::menu::Menu;
use shared::money::MAX_AMOUNT;
use shared::refusal::RefusalCode;
use shared::slug::Slug;
use shared::time::Timestamp;

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
use crate::store::coupons::CouponRecord;
use crate::store::{Outcome, Tx, not_found};

/// The place of a coupon in the list: `1795000000/SPRING-25`.
#[derive(Clone, Debug)]
struct Cursor(Timestamp, CouponCode);

impl std::str::FromStr for Cursor {
    type Err = CouponCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (at, code) = text.split_once('/').ok_or(CouponCodeError)?;
        let at = at.parse().map(Timestamp::from_unix).map_err(|_| CouponCodeError)?;
        Ok(Self(at, code.parse()?))
    }
}

/// The vendor's coupons, the newest first.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/coupons", tag = "vendors",
    params(("vendor" = Slug, Path), ListParams), security(("session" = []), ("token" = [])),
    responses((status = 200, body = Page<Coupon>)))]
pub async fn list_coupons(
    app: web::Data<App>,
    member: Member<ReadCatalog>,
    query: PageQuery,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, wanted) = (member.vendor.vendor_id, query.wanted());
    let after = query.after()?.map(|Cursor(at, code)| (at, code));
    let found = app.store.read(move |tx| {
        let records = tx.coupons(vendor_id, after.as_ref(), wanted)?;
        records.into_iter().map(|record| show(tx, record)).collect::<Outcome<Vec<_>>>()
    });
    let cursor = |item: &Coupon| format!("{}/{}", item.created_at.as_unix(), item.code);
    Ok(HttpResponse::Ok().json(query.page(found.await?, cursor)))
}

/// One coupon.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/coupons/{code}", tag = "vendors",
    params(("vendor" = Slug, Path), ("code" = CouponCode, Path)), security(("session" = []), ("token" = [])),
    responses((status = 200, body = Coupon, headers(("ETag" = String)))))]
pub async fn get_coupon(
    app: web::Data<App>,
    member: Member<ReadCatalog>,
    path: web::Path<(Slug, CouponCode)>,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, code) = (member.vendor.vendor_id, path.into_inner().1);
    let found = app.store.read(move |tx| {
        let record = tx.coupon(vendor_id, &code)?.ok_or_else(not_found)?;
        show(tx, record)
    });
    let coupon = found.await?;
    Ok(answer_with_revision(coupon.revision, &coupon))
}

/// A new coupon. What it takes off, and what from, never changes.
///
/// Errors: `INVALID_INPUT` with each member that is wrong; `CONFLICT` when the vendor has a coupon with this code.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/coupons", tag = "vendors", request_body = CouponNew,
    params(("vendor" = Slug, Path), ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 201, body = Coupon)))]
pub async fn add_coupon(
    app: web::Data<App>,
    request: HttpRequest,
    member: Member<EditCatalog>,
    key: IdempotencyKey,
    body: Strict<CouponNew>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let wanted = body.value;
    let (by, here, now) = (member.into_authority(), app.clone(), app.clock.now());
    let vendor_id = by.vendor.vendor_id;
    let asked = wanted.product.clone();
    let found = app.store.read(move |tx| find_sold(tx, vendor_id, asked.as_ref())).await?;
    check(&wanted, found.as_ref(), now)?;
    let record = CouponRecord {
        vendor_id,
        code: wanted.code,
        percent_off: wanted.percent_off,
        amount_off: wanted.amount_off,
        product_id: found.map(|(product_id, _)| product_id),
        offers: wanted.offers,
        window: CouponWindow {
            active: true,
            starts_at: wanted.starts_at,
            ends_at: wanted.ends_at,
            limit: wanted.limit,
            redeemed: 0,
        },
        once_per_customer: wanted.once_per_customer,
        created_at: now,
        revision: 1,
    };
    once(&app, by.actor.to_string(), key, print, move |tx| {
        if tx.coupon(vendor_id, &record.code)?.is_some() {
            let detail = format!("There is a coupon {} already.", record.code);
            return Err(Refusal::new(RefusalCode::Conflict, detail).into());
        }
        tx.add_coupon(&record)?;
        let coupon = show(tx, record.clone())?;
        let body = json!({
            "percent_off": coupon.percent_off, "amount_off": coupon.amount_off, "product": coupon.product,
            "offers": coupon.offers, "starts_at": coupon.starts_at, "ends_at": coupon.ends_at, "limit": coupon.limit,
            "once_per_customer": coupon.once_per_customer,
        });
        tell(tx, &here, &by, "coupon.created", &record.code, body)?;
        Answer::json(StatusCode::CREATED, &coupon)
    })
    .await
}

/// Stops a coupon or lets it go on, and sets its end and its limit. Orders that have it keep it.
///
/// Errors: `INVALID_INPUT` with `ends_at` or `limit`; 412 `CONFLICT` when somebody changed it meanwhile.
#[utoipa::path(patch, path = "/api/v1/admin/vendors/{vendor}/coupons/{code}", tag = "vendors", request_body = CouponEdit,
    params(("vendor" = Slug, Path), ("code" = CouponCode, Path), ("If-Match" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Coupon, headers(("ETag" = String)))))]
pub async fn edit_coupon(
    app: web::Data<App>,
    member: Member<EditCatalog>,
    path: web::Path<(Slug, CouponCode)>,
    known: IfMatch,
    body: Strict<CouponEdit>,
) -> Result<HttpResponse, Failure> {
    let (by, here, code, edit) = (member.into_authority(), app.clone(), path.into_inner().1, body.value);
    let done = app.store.write(move |tx| {
        let before = tx.coupon(by.vendor.vendor_id, &code)?.ok_or_else(not_found)?;
        known.check(before.revision)?;
        let window = CouponWindow {
            active: edit.active.unwrap_or(before.window.active),
            ends_at: edit.ends_at.after(before.window.ends_at),
            limit: edit.limit.after(before.window.limit),
            ..before.window
        };
        check_edit(&window)?;
        if window == before.window {
            return show(tx, before);
        }
        let after = CouponRecord { window, revision: before.revision + 1, ..before.clone() };
        tx.update_coupon(&after)?;
        let told =
            |window: &CouponWindow| json!({ "active": window.active, "ends_at": window.ends_at, "limit": window.limit });
        let body = json!({ "before": told(&before.window), "after": told(&after.window) });
        tell(tx, &here, &by, "coupon.updated", &code, body)?;
        show(tx, after)
    });
    let coupon = done.await?;
    Ok(answer_with_revision(coupon.revision, &coupon))
}

/// A product that is sold, with its menu. Errors: field `product`.
fn find_sold(tx: &mut dyn Tx, vendor_id: VendorId, product: Option<&Slug>) -> Outcome<Option<(ProductId, Menu)>> {
    let Some(slug) = product else { return Ok(None) };
    let unknown = || Refusal::of_field("product", "There is no such product with a published menu.");
    let product = tx.product(vendor_id, slug)?.ok_or_else(unknown)?;
    let menu = tx.current_menu(&product)?.ok_or_else(unknown)?;
    Ok(Some((product.product_id, menu)))
}

/// Every fault at once, each beside its member.
fn check(wanted: &CouponNew, sold: Option<&(ProductId, Menu)>, now: Timestamp) -> Result<(), Failure> {
    let menu = sold.map(|(_, menu)| menu);
    let mut wrong = Vec::new();
    match (wanted.percent_off, wanted.amount_off) {
        (Some(1..=100), None) => {}
        (Some(_), None) => wrong.push(("percent_off", "Take off 1 to 100 in a hundred.")),
        (None, Some(money)) if !(1..=MAX_AMOUNT).contains(&money.amount) => {
            wrong.push(("amount_off", "Take off an amount above zero."));
        }
        (None, Some(money)) if money.currency.decimals().is_none() => {
            wrong.push(("amount_off", "There is no such currency."));
        }
        (None, Some(money)) if menu.is_some_and(|menu| menu.currency != money.currency) => {
            wrong.push(("amount_off", "The product's menu is in another currency."));
        }
        (None, Some(_)) => {}
        _ => wrong.push(("percent_off", "Give either a part of the price or an amount.")),
    }
    let is_offered = |offer: &Slug| menu.is_some_and(|menu| menu.offer(offer).is_some());
    if !wanted.offers.is_empty() && menu.is_none() {
        wrong.push(("offers", "Say of which product."));
    } else if !wanted.offers.iter().all(is_offered) || has_twice(&wanted.offers) {
        wrong.push(("offers", "Each must be an offer of the product's menu, named once."));
    }
    if wanted.ends_at.is_some_and(|end| end <= wanted.starts_at.unwrap_or(now)) {
        wrong.push(("ends_at", "This must come after the start."));
    }
    if wanted.limit == Some(0) {
        wrong.push(("limit", "Allow one redemption at least."));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::fields(wrong)) }
}

fn has_twice(offers: &[Slug]) -> bool {
    offers.iter().enumerate().any(|(place, offer)| offers.iter().skip(place + 1).any(|other| other == offer))
}

fn check_edit(window: &CouponWindow) -> Outcome<()> {
    if window.limit.is_some_and(|limit| limit < window.redeemed.max(1)) {
        let detail = format!("It is redeemed {} times already: allow as many at least, and one.", window.redeemed);
        return Err(Refusal::of_field("limit", detail).into());
    }
    if window.starts_at.zip(window.ends_at).is_some_and(|(start, end)| end <= start) {
        return Err(Refusal::of_field("ends_at", "This must come after the start.").into());
    }
    Ok(())
}

fn show(tx: &mut dyn Tx, record: CouponRecord) -> Outcome<Coupon> {
    let product = match record.product_id {
        Some(product_id) => tx.product_by_id(record.vendor_id, product_id)?.map(|product| product.slug),
        None => None,
    };
    Ok(Coupon {
        code: record.code,
        percent_off: record.percent_off,
        amount_off: record.amount_off,
        product,
        offers: record.offers,
        starts_at: record.window.starts_at,
        ends_at: record.window.ends_at,
        limit: record.window.limit,
        once_per_customer: record.once_per_customer,
        active: record.window.active,
        redeemed: record.window.redeemed,
        created_at: record.created_at,
        revision: record.revision,
    })
}
