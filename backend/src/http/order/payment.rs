//! Paying for an order in the sandbox.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::order::{OrderPlaced, OrderState, PaymentError, PaymentMethod, TestPayment};
use shared::id::{LicenseId, OrderId};

use super::super::body::Strict;
use super::super::bought::Bought;
use super::super::once::{Answer, IdempotencyKey, fingerprint, once};
use super::{Grant, grant_license, order_event, placed, settle, settled_already};
use crate::app::App;
use crate::auth::Customer;
use crate::error::Failure;
use crate::payment::Sandbox;
use crate::store::not_found;

/// Plays the bank, in the sandbox.
///
/// To approve fulfils the order and grants its license; after a decline it may be tried again. Errors: `NOT_FOUND`, also
/// where the sandbox is not enabled; `CONFLICT` for an order that is not to be paid any more.
#[utoipa::path(post, path = "/api/v1/orders/{id}/payments/test", tag = "orders", request_body = TestPayment,
    params(("id" = OrderId, Path), ("Idempotency-Key" = String, Header)), security(("session" = [])),
    responses((status = 200, body = OrderPlaced)))]
pub async fn pay_test(
    app: web::Data<App>,
    request: HttpRequest,
    order_id: web::Path<OrderId>,
    customer: Customer,
    key: IdempotencyKey,
    body: Strict<TestPayment>,
) -> Result<HttpResponse, Failure> {
    if !app.config.test_payments {
        return Err(Failure::not_found());
    }
    let (account_id, order_id, now) = (customer.account_id, order_id.into_inner(), app.clock.now());
    let decision = body.value.decision;
    let found = app.store.read(move |tx| {
        let order = tx.order(account_id, order_id)?.ok_or_else(not_found)?;
        let bought = Bought::find(tx, order.vendor_id, order.product_id, order.menu_version)?;
        Ok((order, bought))
    });
    let (order, bought) = found.await?;
    let grant = Grant::new(&bought.menu, &order.selection, now);

    let license_id = app.new_id(LicenseId::new);
    let print = fingerprint(&request, &[&body.bytes]);
    let app_here = app.clone();
    once(&app, account_id.to_string(), key, print, move |tx| {
        let app = &app_here;
        let mut order = tx.order(account_id, order_id)?.ok_or_else(not_found)?;
        if order.state != OrderState::AwaitingPayment || order.payment != PaymentMethod::Test {
            return Err(settled_already(order.state).into());
        }
        if Sandbox::is_paid(decision) {
            let grant = grant.clone()?;
            settle(&mut order, license_id, now);
            tx.update_order(&order)?;
            grant_license(tx, app, &account_id, &order, grant)?;
        } else {
            order.payment_error = Some(PaymentError::Declined);
            tx.update_order(&order)?;
            tx.append_event(&order_event(app, "order.payment_declined", &account_id, &order))?;
        }
        Answer::json(StatusCode::OK, &placed(&order, &app.config))
    })
    .await
}
