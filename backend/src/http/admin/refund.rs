//! A vendor's team pays an order back, or gives up one that nobody has paid.

use actix_web::{HttpResponse, web};
use serde_json::json;
use shared::api::admin::customers::{CancelRequest, OrderRow, RefundRequest};
use shared::api::order::OrderState;
use shared::id::OrderId;
use shared::license::{Act, refund_order};
use shared::slug::Slug;

use super::Deed;
use super::show::Shown;
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::EditOrders;
use crate::changes::Subject;
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::etag::IfMatchGiven;
use crate::http::order::{give_up, settled_already};
use crate::outbox::mail::write_cancelled;
use crate::store::not_found;
use crate::store::records::OrderRecord;

/// The order is paid back; its license is revoked with it, and so are that license's passes. Repeated, it changes nothing.
///
/// Errors: `CONFLICT` for an order that was not paid.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/orders/{order_id}/refund", tag = "vendors",
    request_body = RefundRequest, params(("vendor" = Slug, Path), ("order_id" = OrderId, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = OrderRow)))]
pub async fn refund(
    app: web::Data<App>,
    member: Member<EditOrders>,
    path: web::Path<(Slug, OrderId)>,
    body: Strict<RefundRequest>,
) -> Result<HttpResponse, Failure> {
    let deed = Deed::new(app.clone(), member.into_authority(), IfMatchGiven::default(), &body.value.reason)?;
    let (vendor_id, order_id) = (deed.by.vendor.vendor_id, path.into_inner().1);
    let done = app.store.write(move |tx| {
        let order = tx.order_at(vendor_id, order_id)?.ok_or_else(not_found)?;
        let (before, license_id) = (order.state, order.license_id);
        if let Some(state) = refund_order(before)? {
            let body = json!({
                "total": order.quote.total,
                "license_id": license_id,
                "before": { "state": before },
                "after": { "state": state },
            });
            tx.update_order(&OrderRecord { state, settled_at: Some(deed.now), ..order })?;
            deed.tell(tx, "order.refunded", &order_id, body)?;
            if let Some(license_id) = license_id {
                deed.act_on_license(tx, Act::Revoke, license_id)?;
            }
        }
        Shown::of(vendor_id).order_row(tx, order_id)
    });
    let order = done.await?;
    if let Some(license_id) = order.license_id {
        app.changes.tell(Subject::License(license_id));
    }
    Ok(HttpResponse::Ok().json(order))
}

/// The order is not to be paid any more; its coupon is given back, and its customer told why. Repeated, it changes nothing.
///
/// Errors, in this order: `INVALID_INPUT` with `reason`; `NOT_FOUND`; `CONFLICT` for an order that was paid.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/orders/{order_id}/cancel", tag = "vendors",
    request_body = CancelRequest, params(("vendor" = Slug, Path), ("order_id" = OrderId, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = OrderRow)))]
pub async fn cancel_unpaid(
    app: web::Data<App>,
    member: Member<EditOrders>,
    path: web::Path<(Slug, OrderId)>,
    body: Strict<CancelRequest>,
) -> Result<HttpResponse, Failure> {
    let deed = Deed::new(app.clone(), member.into_authority(), IfMatchGiven::default(), &body.value.reason)?;
    let (vendor_id, order_id) = (deed.by.vendor.vendor_id, path.into_inner().1);
    let done = app.store.write(move |tx| {
        let mut order = tx.order_at(vendor_id, order_id)?.ok_or_else(not_found)?;
        match order.state {
            OrderState::Cancelled => {}
            OrderState::AwaitingPayment => {
                give_up(tx, &deed.app, deed.said(), &mut order, deed.now)?;
                if let Some(mail) = write_cancelled(tx, &deed.app, order, deed.reason(), deed.now)? {
                    tx.add_mail(&mail)?;
                }
            }
            OrderState::Fulfilled | OrderState::Refunded => return Err(settled_already(order.state).into()),
        }
        Shown::of(vendor_id).order_row(tx, order_id)
    });
    Ok(HttpResponse::Ok().json(done.await?))
}
