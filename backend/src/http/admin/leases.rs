//! Who has a vendor's licenses checked out, for its team to find, and what it does about that: ending a lease or an identifier.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::Page;
use shared::api::admin::ReasonRequest;
use shared::api::admin::leases::{LeaseRow, SeatQueue};
use shared::id::{IdentifierId, LeaseId};
use shared::slug::Slug;

use super::Deed;
use super::list::{Listed, answer_file, answer_page};
use super::show::{Shown, or_empty, word};
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::{EditLicenses, ReadLicenses};
use crate::changes::Subject;
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::etag::IfMatchGiven;
use crate::http::identifiers::end as end_one_identifier;
use crate::http::leases::end_lease as end_one_lease;
use crate::http::openapi::{LeasesQuery, ListParams};
use crate::http::query::Query;
use crate::store::listing::{Kind, List, Place};
use crate::store::{Outcome, Tx, not_found};

/// How many queues are shown, those that most wait in.
const MOST_QUEUES: usize = 100;

/// The list of leases.
struct Leases;

impl Listed for Leases {
    type Row = LeaseRow;
    const KIND: Kind = Kind::Lease;
    const FILE: &'static str = "leases.csv";
    const PARAMETERS: &'static [&'static str] = &["q", "sort", "state", "product", "service"];
    const COLUMNS: &'static [&'static str] = &[
        "lease_id",
        "license_id",
        "customer_id",
        "email",
        "name",
        "product",
        "service",
        "service_name",
        "holder",
        "feature",
        "count",
        "spent",
        "state",
        "checked_out_at",
        "expires_at",
        "ended_at",
        "identifier_id",
        "identifier_label",
    ];

    fn read(query: &Query) -> Result<(List, Option<Slug>), Failure> {
        query.sort(&["-checked_out_at"])?;
        let service = query.parse("service", "Give the id of an API token.")?;
        let list = List::Leases { state: query.word("state")?, service };
        Ok((list, query.parse("product", "Give a product's slug.")?))
    }

    fn show(tx: &mut dyn Tx, shown: &mut Shown, place: &Place) -> Outcome<LeaseRow> {
        shown.lease_row(tx, place.id()?)
    }

    fn cells(row: &LeaseRow) -> Vec<String> {
        vec![
            row.lease_id.to_string(),
            row.license_id.to_string(),
            row.customer.customer_id.to_string(),
            row.customer.email.clone(),
            row.customer.name.clone(),
            row.product.to_string(),
            row.service.to_string(),
            row.service_name.clone(),
            row.holder.clone(),
            or_empty(row.feature.clone()),
            row.count.to_string(),
            or_empty(row.spent),
            word(&row.state),
            row.checked_out_at.to_string(),
            row.expires_at.to_string(),
            or_empty(row.ended_at),
            row.identifier_id.to_string(),
            row.identifier_label.clone().unwrap_or_default(),
        ]
    }
}

/// The vendor's leases, the newest first.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/leases", tag = "vendors",
    params(("vendor" = Slug, Path), LeasesQuery, ListParams),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<LeaseRow>)))]
pub async fn list_leases(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer_page::<Leases>(&app, member.vendor.vendor_id, &request).await
}

/// The same list as one CSV file.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/leases.csv", tag = "vendors",
    params(("vendor" = Slug, Path), LeasesQuery), security(("session" = []), ("token" = [])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn export_leases(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer_file::<Leases>(app, member.vendor.vendor_id, &request).await
}

/// One of the leases.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/leases/{lease_id}", tag = "vendors",
    params(("vendor" = Slug, Path), ("lease_id" = LeaseId, Path)), security(("session" = []), ("token" = [])),
    responses((status = 200, body = LeaseRow)))]
pub async fn get_lease(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    path: web::Path<(Slug, LeaseId)>,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, lease_id) = (member.vendor.vendor_id, path.into_inner().1);
    let found = app.store.read(move |tx| Shown::of(vendor_id).lease_row(tx, lease_id));
    Ok(HttpResponse::Ok().json(found.await?))
}

/// The licenses whose every seat is taken and that services wait for, those that most wait for before; at most 100.
///
/// Who waits is a request that is open at this process.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/queues", tag = "vendors", params(("vendor" = Slug, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<SeatQueue>)))]
pub async fn list_queues(app: web::Data<App>, member: Member<ReadLicenses>) -> Result<HttpResponse, Failure> {
    let vendor_id = member.vendor.vendor_id;
    let waited = app.waiting.of_vendor(vendor_id, MOST_QUEUES);
    let read = app.store.read(move |tx| {
        let mut shown = Shown::of(vendor_id);
        waited.iter().map(|waited| shown.queue_row(tx, waited)).collect::<Outcome<Vec<_>>>()
    });
    Ok(HttpResponse::Ok().json(Page { items: read.await?, next: None }))
}

/// The lease does not stand any more: its seat is free, and its uses are spent or come back as if nobody had returned it. The
/// service is refused with `LEASE_EXPIRED` when it extends it. One that has ended already stays as it is.
///
/// Errors: `FORBIDDEN` for a role that may only look; `INVALID_INPUT` with `reason`.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/leases/{lease_id}/end", tag = "vendors",
    request_body = ReasonRequest, params(("vendor" = Slug, Path), ("lease_id" = LeaseId, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = LeaseRow)))]
pub async fn end_lease(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    path: web::Path<(Slug, LeaseId)>,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, lease_id) = (member.vendor.vendor_id, path.into_inner().1);
    let deed = Deed::new(app.clone(), member.into_authority(), IfMatchGiven::default(), &body.value.reason)?;
    let ended = app.store.write(move |tx| {
        let lease = tx.lease(vendor_id, lease_id)?.ok_or_else(not_found)?;
        end_one_lease(tx, &deed.app, lease, deed.said(), deed.now)?;
        Shown::of(vendor_id).lease_row(tx, lease_id)
    });
    let ended = ended.await?;
    app.changes.tell(Subject::License(ended.license_id));
    Ok(HttpResponse::Ok().json(ended))
}

/// The identifier names its license no more. Leases that were taken by it stand. One that has ended already stays as it is.
///
/// Errors: `FORBIDDEN` for a role that may only look; `INVALID_INPUT` with `reason`.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/identifiers/{identifier_id}/end", tag = "vendors",
    request_body = ReasonRequest, params(("vendor" = Slug, Path), ("identifier_id" = IdentifierId, Path)),
    security(("session" = []), ("token" = [])), responses((status = 204)))]
pub async fn end_identifier(
    app: web::Data<App>,
    member: Member<EditLicenses>,
    path: web::Path<(Slug, IdentifierId)>,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, identifier_id) = (member.vendor.vendor_id, path.into_inner().1);
    let deed = Deed::new(app.clone(), member.into_authority(), IfMatchGiven::default(), &body.value.reason)?;
    let ended = app.store.write(move |tx| {
        let found = tx.identifier(vendor_id, identifier_id)?.ok_or_else(not_found)?;
        let license_id = found.license_id;
        end_one_identifier(tx, &deed.app, found, deed.said(), deed.now)?;
        Ok(license_id)
    });
    app.changes.tell(Subject::License(ended.await?));
    Ok(HttpResponse::NoContent().finish())
}
