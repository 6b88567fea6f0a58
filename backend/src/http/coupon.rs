//! Coupons, as customers meet them: looked at, priced with, redeemed with an order and given back with it.

use actix_web::{HttpResponse, web};
use serde_json::json;
use shared::coupon::CouponTerms;
use shared::id::AccountId;
use shared::license::Refusal;
use shared::menu::Menu;
use shared::quote::{Quote, QuoteItem, QuoteLine, Selection, quote_with};
use shared::slug::Slug;
use shared::time::Timestamp;

use super::catalog::find_product;
use super::event::event;
use super::peer::Peer;
use crate::app::App;
use crate::error::Failure;
use crate::store::coupons::{CouponRecord, Redemption};
use crate::store::records::{OrderRecord, Product};
use crate::store::{Outcome, Tx};

const UNKNOWN: &str = "this coupon is not known";

/// What the coupon takes off, if it may be redeemed for the product now.
///
/// Errors: `RATE_LIMITED`, `NOT_FOUND` for vendor and product, `INVALID_INPUT` with `coupon`: not known, for another product,
/// not yet or not any more, used up.
#[utoipa::path(get, path = "/api/v1/vendors/{vendor}/products/{product}/coupons/{code}", tag = "catalog",
    params(("vendor" = Slug, Path), ("product" = Slug, Path), ("code" = String, Path, description = "In either case.")),
    responses((status = 200, body = CouponTerms)))]
pub async fn get_coupon(
    app: web::Data<App>,
    peer: Peer,
    path: web::Path<(Slug, Slug, String)>,
) -> Result<HttpResponse, Failure> {
    // Codes are short: nobody shall try them all.
    app.limits.public_write(peer.0)?;
    let (vendor, product, code) = path.into_inner();
    let now = app.clock.now();
    let found = app.store.read(move |tx| {
        let product = find_product(tx, &vendor, &product)?;
        find_coupon(tx, &product, &code, now)?.map_err(|detail| Refusal::of_field("coupon", detail).into())
    });
    Ok(HttpResponse::Ok().json(found.await?.terms()))
}

/// The price of the selection, with the coupon that it names.
///
/// Errors: as [`quote_with`]; field `selection.coupon` for a coupon that may not be redeemed at `now`.
pub(super) fn price(
    tx: &mut dyn Tx,
    product: &Product,
    menu: &Menu,
    selection: &Selection,
    now: Timestamp,
) -> Outcome<Result<Quote, Refusal>> {
    let Some(code) = &selection.coupon else { return Ok(quote_with(menu, selection, None).map_err(Refusal::from)) };
    Ok(match find_coupon(tx, product, code, now)? {
        Ok(coupon) => quote_with(menu, selection, Some(&coupon.terms())).map_err(Refusal::from),
        Err(detail) => Err(refuse(detail)),
    })
}

/// Redeems the coupon that the order names, for the order that was just added.
///
/// Errors: field `selection.coupon` for a coupon that may not be redeemed at `now`, or not once more by this customer.
pub(super) fn redeem_coupon(
    tx: &mut dyn Tx,
    app: &App,
    product: &Product,
    account_id: AccountId,
    order: &OrderRecord,
) -> Outcome<()> {
    let Some(code) = &order.selection.coupon else { return Ok(()) };
    let coupon = find_coupon(tx, product, code, order.placed_at)?.map_err(refuse)?;
    if coupon.once_per_customer && tx.has_redeemed(order.vendor_id, &coupon.code, order.customer_id)? {
        return Err(refuse("you have redeemed this coupon already").into());
    }
    let is_coupon = |line: &&QuoteLine| matches!(line.item, QuoteItem::Coupon { .. });
    let off = order.quote.lines.iter().find(is_coupon).map(|line| line.price);
    let body = json!({ "order_id": order.order_id, "customer_id": order.customer_id, "off": off });
    let redemption = Redemption {
        vendor_id: order.vendor_id,
        order_id: order.order_id,
        code: coupon.code,
        customer_id: order.customer_id,
        is_once: coupon.once_per_customer,
        redeemed_at: order.placed_at,
    };
    tx.redeem_coupon(&redemption)?;
    tx.append_event(&event(app, order.vendor_id, "coupon.redeemed", &account_id, &redemption.code, &body))
}

/// Gives back the coupon of an order that was just cancelled, if it had one.
pub(super) fn release_coupon(
    tx: &mut dyn Tx,
    app: &App,
    actor: &impl ToString,
    order: &OrderRecord,
    now: Timestamp,
) -> Outcome<()> {
    let Some(code) = tx.release_coupon(order.vendor_id, order.order_id, now)? else { return Ok(()) };
    let body = json!({ "order_id": order.order_id, "customer_id": order.customer_id });
    tx.append_event(&event(app, order.vendor_id, "coupon.released", actor, &code, &body))
}

/// The coupon as far as it may be redeemed for the product at `now`, or why it may not.
fn find_coupon(
    tx: &mut dyn Tx,
    product: &Product,
    code: &str,
    now: Timestamp,
) -> Outcome<Result<CouponRecord, &'static str>> {
    let found = match code.parse() {
        Ok(code) => tx.coupon(product.vendor_id, &code)?,
        Err(_) => None,
    };
    let Some(coupon) = found else { return Ok(Err(UNKNOWN)) };
    if coupon.product_id.is_some_and(|product_id| product_id != product.product_id) {
        return Ok(Err("this coupon is for another product"));
    }
    Ok(coupon.window.check(now).map(|()| coupon))
}

fn refuse(detail: &str) -> Refusal {
    Refusal::of_field("selection.coupon", detail)
}
