//! Orders that are paid by invoice: the vendor says that the money has come, or nobody does in time.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, json};
use shared::api::admin::customers::{OrderRow, PaidRequest};
use shared::api::order::{OrderState, PaymentMethod};
use shared::id::{LicenseId, OrderId};
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::slug::Slug;
use tokio::time::MissedTickBehavior;

use super::super::admin::show_order_row;
use super::super::body::Strict;
use super::super::bought::Bought;
use super::super::event::tell;
use super::super::once::{Answer, IdempotencyKey, fingerprint, once};
use super::{Grant, give_up, grant_license, settle, settled_already};
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::EditOrders;
use crate::error::Failure;
use crate::payment::GRACE_SECONDS;
use crate::store::{Outcome, not_found};

/// The money of an invoice has come: the order is fulfilled and its license granted.
///
/// Errors, in this order: `INVALID_INPUT` with `note`; `NOT_FOUND`; `CONFLICT` for an order that is not paid by invoice, or is not to
/// be paid any more; `INVALID_INPUT` with `selection.term` for a term that is over by now.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/orders/{order_id}/paid", tag = "vendors",
    request_body = PaidRequest,
    params(("vendor" = Slug, Path), ("order_id" = OrderId, Path), ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = OrderRow)))]
pub async fn mark_paid(
    app: web::Data<App>,
    request: HttpRequest,
    member: Member<EditOrders>,
    path: web::Path<(Slug, OrderId)>,
    key: IdempotencyKey,
    body: Strict<PaidRequest>,
) -> Result<HttpResponse, Failure> {
    let note = body.value.note.trim().to_owned();
    if !(1..=500).contains(&note.chars().count()) {
        return Err(Failure::fields([("note", "Say how it is known, in 1 to 500 characters.")]));
    }
    let print = fingerprint(&request, &[&body.bytes]);
    let (by, order_id, now) = (member.into_authority(), path.into_inner().1, app.clock.now());
    let (license_id, here) = (app.new_id(LicenseId::new), app.clone());
    once(&app, by.actor.to_string(), key, print, move |tx| {
        let vendor_id = by.vendor.vendor_id;
        let mut order = tx.order_at(vendor_id, order_id)?.ok_or_else(not_found)?;
        if order.payment != PaymentMethod::Invoice {
            return Err(Refusal::new(RefusalCode::Conflict, "This order is not paid by invoice.").into());
        }
        if order.state != OrderState::AwaitingPayment {
            return Err(settled_already(order.state).into());
        }
        let bought = Bought::find(tx, vendor_id, order.product_id, order.menu_version)?;
        let grant = Grant::new(&bought.menu, &order.selection, now)?;
        settle(&mut order, license_id, now);
        tx.update_order(&order)?;
        let reference = order.invoice.as_ref().map(|invoice| &invoice.reference);
        let body = json!({
            "total": order.quote.total,
            "reference": reference,
            "note": note,
            "before": { "state": OrderState::AwaitingPayment },
            "after": { "state": order.state },
        });
        tell(tx, &here, &by, "order.paid", &order_id, body)?;
        grant_license(tx, &here, &by.actor, &order, grant)?;
        Answer::json(StatusCode::OK, &show_order_row(tx, vendor_id, order_id)?)
    })
    .await
}

/// Who cancels.
const NOBODY: &str = "portal";

/// How many are cancelled in one transaction: others wait for the writer meanwhile.
const AT_ONCE: u32 = 50;

const BETWEEN_LOOKS: Duration = Duration::from_mins(1);

/// Looks each minute, for as long as the server runs.
pub async fn keep_cancelling(app: App) {
    let mut ticks = tokio::time::interval(BETWEEN_LOOKS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if !app.store.is_on_duty() {
            continue;
        }
        if let Err(error) = cancel_overdue(&app).await {
            tracing::warn!(%error, "orders that nobody paid were not cancelled");
        }
    }
}

/// Cancels every order whose invoice nobody paid, a week after its day. Safe beside other processes that do the same.
pub async fn cancel_overdue(app: &App) -> Outcome<()> {
    loop {
        let now = app.clock.now();
        let Some(before) = now.checked_add_seconds(-GRACE_SECONDS) else { return Ok(()) };
        if app.store.read(move |tx| tx.overdue_orders(before, 1)).await?.is_empty() {
            return Ok(());
        }
        let here = app.clone();
        let cancelled = app.store.write(move |tx| {
            for mut order in tx.overdue_orders(before, AT_ONCE)? {
                give_up(tx, &here, (NOBODY.to_owned(), Map::new()), &mut order, now)?;
            }
            Ok(())
        });
        cancelled.await?;
    }
}
