//! Orders: placed against a quote, paid, fulfilled with a license (mechanism L3).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};
use shared::api::Page;
use shared::api::order::{Order, OrderPlaced, OrderRequest, OrderState, PaymentMethod};
use shared::id::{CustomerId, LicenseId, OrderId};
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;
use shared::verdict::Remedy;

use super::body::Strict;
use super::bought::{Bought, BoughtBefore};
use super::coupon::{price, redeem_coupon, release_coupon};
use super::event::event;
use super::once::{Answer, IdempotencyKey, fingerprint, once};
use super::openapi::ListParams;
use super::page::PageQuery;
use crate::app::App;
use crate::auth::Customer;
use crate::config::Config;
use crate::error::Failure;
use crate::store::records::{Event, LicenseRecord, OrderRecord};
use crate::store::{Outcome, StoreError, Tx, not_found};

mod draft;
mod gift;
pub(super) mod invoice;
pub(super) mod payment;
mod sale;

use draft::{Grant, draft_order};
pub(super) use gift::{Gift, give};
pub use invoice::{cancel_overdue, keep_cancelling, mark_paid};
pub use payment::pay_test;
pub(crate) use sale::sell;

/// Places an order; a free one is fulfilled at once. One that is paid by invoice waits until the vendor says that the money has
/// come: the order tells how to pay.
///
/// Errors, in this order: `NOT_FOUND` for vendor and product, `MENU_CHANGED`, `INVALID_INPUT` with the member of the
/// selection that is wrong, `PRICE_CHANGED`, `AGREEMENT_CHANGED`, `PAYMENT_REQUIRED`, `CONFLICT` for a second trial.
#[utoipa::path(post, path = "/api/v1/orders", tag = "orders", request_body = OrderRequest, security(("session" = [])),
    params(("Idempotency-Key" = String, Header)), responses((status = 201, body = OrderPlaced)))]
pub async fn place_order(
    app: web::Data<App>,
    request: HttpRequest,
    customer: Customer,
    key: IdempotencyKey,
    body: Strict<OrderRequest>,
) -> Result<HttpResponse, Failure> {
    let (account_id, now) = (customer.account_id, app.clock.now());
    let print = fingerprint(&request, &[&body.bytes]);
    let wanted = body.value;
    let (vendor, product, selection) = (wanted.vendor.clone(), wanted.product.clone(), wanted.selection.clone());
    let offered = app.store.read(move |tx| {
        let vendor = tx.vendor(&vendor)?.ok_or_else(not_found)?;
        let product = tx.product(vendor.vendor_id, &product)?.ok_or_else(not_found)?;
        let menu = tx.current_menu(&product)?.ok_or_else(not_found)?;
        let priced = price(tx, &product, &menu, &selection, now)?;
        let terms = tx.vendor_settings(vendor.vendor_id)?.and_then(|settings| settings.invoice);
        Ok((Bought::of(tx, vendor, product, menu)?, priced, terms))
    });
    let (offered, priced, terms) = offered.await?;
    // Refused inside the transaction only: a replay gets its first answer, whatever has changed since.
    let draft = draft_order(&offered.menu, &wanted, priced, (&app.config, terms.as_ref()), now);

    let new_ids = (app.new_id(OrderId::new), app.new_id(CustomerId::new), app.new_id(LicenseId::new));
    let app_here = app.clone();
    once(&app, account_id.to_string(), key, print, move |tx| {
        let app = &app_here;
        let draft = draft.clone()?;
        let (order_id, new_customer_id, license_id) = new_ids;
        let vendor_id = offered.vendor.vendor_id;
        let customer_id = tx.ensure_customer(vendor_id, account_id, new_customer_id, now)?;
        if draft.grant.is_trial && tx.has_had_trial(&offered.product, customer_id)? {
            return Err(had_trial());
        }
        let mut order = OrderRecord {
            order_id,
            vendor_id,
            customer_id,
            product_id: offered.product.product_id,
            menu_version: wanted.menu_version,
            selection: wanted.selection.clone(),
            quote: draft.quote.clone(),
            agreement_digest: wanted.agreement_digest.clone(),
            payment: wanted.payment,
            invoice: draft.invoice(order_id),
            state: OrderState::AwaitingPayment,
            payment_error: None,
            placed_at: now,
            settled_at: None,
            license_id: None,
        };
        if draft.is_settled() {
            settle(&mut order, license_id, now);
        }
        tx.add_order(&order)?;
        tx.append_event(&order_event(app, "order.placed", &account_id, &order))?;
        if order.invoice.is_some() {
            tx.append_event(&order_event(app, "order.invoiced", &account_id, &order))?;
        }
        redeem_coupon(tx, app, &offered.product, account_id, &order)?;
        if draft.is_settled() {
            grant_license(tx, app, &account_id, &order, draft.grant)?;
        }
        Answer::json(StatusCode::CREATED, &placed(&order, &app.config))
    })
    .await
}

/// The customer's orders, the newest first.
#[utoipa::path(get, path = "/api/v1/orders", tag = "orders", params(ListParams), security(("session" = [])),
    responses((status = 200, body = Page<Order>)))]
pub async fn list_orders(app: web::Data<App>, customer: Customer, query: PageQuery) -> Result<HttpResponse, Failure> {
    let (account_id, before, wanted) = (customer.account_id, query.after()?, query.wanted());
    let config = app.config.clone();
    let orders = app.store.read(move |tx| {
        let mut bought = BoughtBefore::default();
        let orders = tx.orders(account_id, before, wanted)?.into_iter();
        let shown = orders.map(|order| {
            let bought = bought.find(tx, order.vendor_id, order.product_id, order.menu_version)?;
            show_order(&order, &bought, &config)
        });
        shown.collect::<Outcome<Vec<_>>>()
    });
    Ok(HttpResponse::Ok().json(query.page(orders.await?, |order| order.order_id.to_string())))
}

/// One of the customer's orders.
#[utoipa::path(get, path = "/api/v1/orders/{id}", tag = "orders", params(("id" = OrderId, Path)), security(("session" = [])),
    responses((status = 200, body = Order)))]
pub async fn get_order(
    app: web::Data<App>,
    customer: Customer,
    order_id: web::Path<OrderId>,
) -> Result<HttpResponse, Failure> {
    let (account_id, order_id, config) = (customer.account_id, order_id.into_inner(), app.config.clone());
    let order = app.store.read(move |tx| {
        let order = tx.order(account_id, order_id)?.ok_or_else(not_found)?;
        let bought = Bought::find(tx, order.vendor_id, order.product_id, order.menu_version)?;
        show_order(&order, &bought, &config)
    });
    Ok(HttpResponse::Ok().json(order.await?))
}

/// Gives up an order that is not paid, and its coupon with it; one that was given up already stays so.
///
/// Errors: `NOT_FOUND`; `CONFLICT` when it is paid.
#[utoipa::path(delete, path = "/api/v1/orders/{id}", tag = "orders", params(("id" = OrderId, Path)),
    security(("session" = [])), responses((status = 200, body = OrderPlaced)))]
pub async fn cancel_order(
    app: web::Data<App>,
    customer: Customer,
    order_id: web::Path<OrderId>,
) -> Result<HttpResponse, Failure> {
    let (account_id, order_id, now) = (customer.account_id, order_id.into_inner(), app.clock.now());
    let app_here = app.clone();
    let cancelled = app.store.write(move |tx| {
        let mut order = tx.order(account_id, order_id)?.ok_or_else(not_found)?;
        match order.state {
            OrderState::Cancelled => {}
            OrderState::AwaitingPayment => {
                give_up(tx, &app_here, (account_id.to_string(), Map::new()), &mut order, now)?;
            }
            OrderState::Fulfilled | OrderState::Refunded => return Err(settled_already(order.state).into()),
        }
        Ok(placed(&order, &app_here.config))
    });
    Ok(HttpResponse::Ok().json(cancelled.await?))
}

/// Cancels an order that waits for its payment, and gives its coupon back. What whoever does it says goes into the log.
pub(super) fn give_up(
    tx: &mut dyn Tx,
    app: &App,
    (actor, said): (String, Map<String, Value>),
    order: &mut OrderRecord,
    now: Timestamp,
) -> Outcome<()> {
    order.state = OrderState::Cancelled;
    order.settled_at = Some(now);
    tx.update_order(order)?;
    let mut body = json!({ "total": order.quote.total, "state": order.state });
    body.as_object_mut().into_iter().for_each(|members| members.extend(said.clone()));
    tx.append_event(&event(app, order.vendor_id, "order.cancelled", &actor, &order.order_id, &body))?;
    release_coupon(tx, app, &actor, order, now)
}

/// Marks the order as paid by `license_id`.
fn settle(order: &mut OrderRecord, license_id: LicenseId, now: Timestamp) {
    order.state = OrderState::Fulfilled;
    order.settled_at = Some(now);
    order.payment_error = None;
    order.license_id = Some(license_id);
}

/// Grants the license of an order that was just settled by `actor`.
fn grant_license(tx: &mut dyn Tx, app: &App, actor: &impl ToString, order: &OrderRecord, grant: Grant) -> Outcome<()> {
    let (Some(license_id), Some(granted_at)) = (order.license_id, order.settled_at) else {
        return Err(StoreError::Fault("an order that is not settled grants nothing".to_owned()));
    };
    let (offer, ends_at, source_id) = (grant.license.offer.clone(), grant.license.term.ends_at(), grant.source_id);
    let record = LicenseRecord {
        license_id,
        vendor_id: order.vendor_id,
        customer_id: order.customer_id,
        product_id: order.product_id,
        order_id: order.order_id,
        granted_at,
        trial: grant.is_trial,
        revision: 1,
        license: grant.license,
    };
    tx.add_license(&record).map_err(|error| match error {
        // Two orders for a trial at once: the database lets one through.
        StoreError::Duplicate("licenses.trial") => had_trial(),
        other => other,
    })?;
    tx.append_event(&order_event(app, "order.fulfilled", actor, order))?;
    let mut body = json!({ "order_id": order.order_id, "offer": offer, "ends_at": ends_at });
    if let (Some(source_id), Some(members)) = (source_id, body.as_object_mut()) {
        members.insert("source_id".to_owned(), json!(source_id));
    }
    tx.append_event(&event(app, order.vendor_id, "license.created", actor, &license_id, &body))
}

fn order_event(app: &App, kind: &str, actor: &impl ToString, order: &OrderRecord) -> Event {
    let body = json!({ "total": order.quote.total, "state": order.state });
    event(app, order.vendor_id, kind, actor, &order.order_id, &body)
}

fn had_trial() -> StoreError {
    let refusal =
        Refusal::new(RefusalCode::Conflict, "You have had your trial of this product: choose an offer to buy.");
    refusal.with(Remedy::Renew).into()
}

/// Why an order is not to be paid, or cancelled, any more.
pub(super) fn settled_already(state: OrderState) -> Refusal {
    let detail = match state {
        OrderState::Fulfilled => "This order is paid.",
        OrderState::Cancelled => "This order was cancelled: place a new one.",
        OrderState::Refunded => "This order was paid back.",
        OrderState::AwaitingPayment => "This order is not paid.",
    };
    Refusal::new(RefusalCode::Conflict, detail)
}

fn pay_url(order: &OrderRecord, config: &Config) -> Option<String> {
    let is_due = order.state == OrderState::AwaitingPayment && order.payment == PaymentMethod::Test;
    is_due.then(|| format!("{}/pay/{}", config.public_url, order.order_id))
}

fn placed(order: &OrderRecord, config: &Config) -> OrderPlaced {
    OrderPlaced {
        order_id: order.order_id,
        state: order.state,
        total: order.quote.total,
        license_id: order.license_id,
        pay_url: pay_url(order, config),
        payment_error: order.payment_error,
    }
}

fn show_order(order: &OrderRecord, bought: &Bought, config: &Config) -> Outcome<Order> {
    let offer = bought.offer(&order.selection.offer)?;
    Ok(Order {
        order_id: order.order_id,
        state: order.state,
        placed_at: order.placed_at,
        settled_at: order.settled_at,
        product: bought.summary(),
        offer_name: offer.name.clone(),
        selection: order.selection.clone(),
        lines: order.quote.lines.clone(),
        total: order.quote.total,
        tax: order.quote.tax.clone(),
        payment: order.payment,
        invoice: order.invoice.clone(),
        payment_error: order.payment_error,
        pay_url: pay_url(order, config),
        license_id: order.license_id,
        agreement: offer.agreement.clone(),
    })
}
