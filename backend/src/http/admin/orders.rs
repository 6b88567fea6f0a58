//! A vendor's orders, for its team to find; refunds are in `refund`.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::Page;
use shared::api::admin::customers::OrderRow;
use shared::id::OrderId;
use shared::slug::Slug;

use super::list::{Listed, answer_file, answer_page};
use super::show::{Shown, or_empty, word};
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::ReadOrders;
use crate::error::Failure;
use crate::http::openapi::{ListParams, OrdersQuery};
use crate::http::query::{Query, wrong};
use crate::store::listing::{Kind, List, Place};
use crate::store::{Outcome, Tx};

/// The list of orders.
struct Orders;

impl Listed for Orders {
    type Row = OrderRow;
    const KIND: Kind = Kind::Order;
    const FILE: &'static str = "orders.csv";
    const PARAMETERS: &'static [&'static str] = &["q", "sort", "state", "product", "currency", "from", "to"];
    const COLUMNS: &'static [&'static str] = &[
        "order_id",
        "customer_id",
        "email",
        "name",
        "product",
        "offer",
        "menu",
        "state",
        "amount_minor",
        "tax_minor",
        "tax",
        "currency",
        "payment",
        "reference",
        "due_at",
        "placed_at",
        "settled_at",
        "license_id",
    ];

    fn read(query: &Query) -> Result<(List, Option<Slug>), Failure> {
        let (state, from, to) = (query.word("state")?, query.time("from")?, query.time("to")?);
        let product = query.parse("product", "Give a product's slug.")?;
        let currency = query.parse("currency", "Give a currency like EUR.")?;
        if query.sort(&["-placed_at", "-fulfilled_at"])? == "-fulfilled_at" {
            return Ok((List::OrdersFulfilled { state, currency, from, to }, product));
        }
        if currency.is_some() {
            return Err(wrong("currency", "Ask for a currency with `sort=-fulfilled_at`."));
        }
        Ok((List::Orders { state, from, to }, product))
    }

    fn show(tx: &mut dyn Tx, shown: &mut Shown, place: &Place) -> Outcome<OrderRow> {
        shown.order_row(tx, place.id()?)
    }

    fn cells(row: &OrderRow) -> Vec<String> {
        vec![
            row.order_id.to_string(),
            row.customer.customer_id.to_string(),
            row.customer.email.clone(),
            row.customer.name.clone(),
            row.product.to_string(),
            row.offer_name.clone(),
            row.menu.to_string(),
            word(&row.state),
            row.total.amount.to_string(),
            or_empty(row.tax.as_ref().map(|tax| tax.amount.amount)),
            or_empty(row.tax.as_ref().map(|tax| format!("{} {} %", tax.name, tax.rate))),
            row.total.currency.to_string(),
            word(&row.payment),
            or_empty(row.invoice.as_ref().map(|invoice| &invoice.reference)),
            or_empty(row.invoice.as_ref().map(|invoice| invoice.due_at)),
            row.placed_at.to_string(),
            or_empty(row.settled_at),
            or_empty(row.license_id),
        ]
    }
}

/// The vendor's orders, the newest first; or those that were fulfilled, by when they were.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/orders", tag = "vendors",
    params(("vendor" = Slug, Path), OrdersQuery, ListParams),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<OrderRow>)))]
pub async fn list_orders(
    app: web::Data<App>,
    member: Member<ReadOrders>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer_page::<Orders>(&app, member.vendor.vendor_id, &request).await
}

/// The same list as one CSV file.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/orders.csv", tag = "vendors",
    params(("vendor" = Slug, Path), OrdersQuery), security(("session" = []), ("token" = [])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn export_orders(
    app: web::Data<App>,
    member: Member<ReadOrders>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer_file::<Orders>(app, member.vendor.vendor_id, &request).await
}

/// One of the vendor's orders.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/orders/{order_id}", tag = "vendors",
    params(("vendor" = Slug, Path), ("order_id" = OrderId, Path)), security(("session" = []), ("token" = [])),
    responses((status = 200, body = OrderRow)))]
pub async fn get_order(
    app: web::Data<App>,
    member: Member<ReadOrders>,
    path: web::Path<(Slug, OrderId)>,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, order_id) = (member.vendor.vendor_id, path.into_inner().1);
    let found = app.store.read(move |tx| Shown::of(vendor_id).order_row(tx, order_id));
    Ok(HttpResponse::Ok().json(found.await?))
}
