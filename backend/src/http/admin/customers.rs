//! A vendor's customers, for its team.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::Page;
use shared::api::admin::customers::{Customer, CustomerRow};
use shared::id::CustomerId;
use shared::slug::Slug;

use super::list::{Listed, answer_file, answer_page};
use super::show::Shown;
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::ReadLicenses;
use crate::error::Failure;
use crate::http::openapi::{CustomersQuery, ListParams};
use crate::http::query::Query;
use crate::store::listing::{Kind, List, Place};
use crate::store::{Outcome, Tx};

/// The list of customers.
struct Customers;

impl Listed for Customers {
    type Row = CustomerRow;
    const KIND: Kind = Kind::Customer;
    const FILE: &'static str = "customers.csv";
    const PARAMETERS: &'static [&'static str] = &["q", "sort"];
    const COLUMNS: &'static [&'static str] = &["customer_id", "email", "name", "created_at", "licenses", "orders"];

    fn read(query: &Query) -> Result<(List, Option<Slug>), Failure> {
        query.sort(&["-created_at"])?;
        Ok((List::Customers, None))
    }

    fn show(tx: &mut dyn Tx, shown: &mut Shown, place: &Place) -> Outcome<CustomerRow> {
        shown.customer_row(tx, place.id()?)
    }

    fn cells(row: &CustomerRow) -> Vec<String> {
        let CustomerRow { customer, created_at, licenses, orders } = row;
        let counts = [licenses.to_string(), orders.to_string()];
        let who =
            [customer.customer_id.to_string(), customer.email.clone(), customer.name.clone(), created_at.to_string()];
        who.into_iter().chain(counts).collect()
    }
}

/// The vendor's customers, the newest first.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/customers", tag = "vendors",
    params(("vendor" = Slug, Path), CustomersQuery, ListParams),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<CustomerRow>)))]
pub async fn list_customers(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer_page::<Customers>(&app, member.vendor.vendor_id, &request).await
}

/// The same list as one CSV file.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/customers.csv", tag = "vendors",
    params(("vendor" = Slug, Path), CustomersQuery), security(("session" = []), ("token" = [])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn export_customers(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer_file::<Customers>(app, member.vendor.vendor_id, &request).await
}

/// Everything about one customer.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/customers/{customer_id}", tag = "vendors",
    params(("vendor" = Slug, Path), ("customer_id" = CustomerId, Path)), security(("session" = []), ("token" = [])),
    responses((status = 200, body = Customer)))]
pub async fn get_customer(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    path: web::Path<(Slug, CustomerId)>,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, customer_id) = (member.vendor.vendor_id, path.into_inner().1);
    let found = app.store.read(move |tx| {
        let mut shown = Shown::of(vendor_id);
        let CustomerRow { customer, created_at, .. } = shown.customer_row(tx, customer_id)?;
        let subject = customer_id.to_string();
        Ok(Customer {
            customer,
            created_at,
            licenses: shown.found(tx, Kind::License, &subject, Shown::license_row)?,
            orders: shown.found(tx, Kind::Order, &subject, Shown::order_row)?,
            passes: shown.newest(tx, Kind::Pass, &subject, Shown::pass_row)?,
            moves: shown.newest(tx, Kind::Move, &subject, Shown::move_row)?,
        })
    });
    Ok(HttpResponse::Ok().json(found.await?))
}
