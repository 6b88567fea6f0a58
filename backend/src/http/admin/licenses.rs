//! A vendor's licenses, for its team to find; what it does to them is in `license`.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::Page;
use shared::api::admin::customers::{License, LicenseRow};
use shared::id::LicenseId;
use shared::license::LicenseTerm;
use shared::slug::Slug;

use super::list::{Listed, answer_file, answer_page};
use super::show::{Shown, or_empty, word};
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::ReadLicenses;
use crate::error::Failure;
use crate::http::etag::answer_with_revision;
use crate::http::openapi::{LicensesQuery, ListParams};
use crate::http::query::{Query, wrong};
use crate::store::listing::{Kind, List, Place};
use crate::store::{Outcome, Tx, not_found};

/// The list of licenses.
struct Licenses;

impl Listed for Licenses {
    type Row = LicenseRow;
    const KIND: Kind = Kind::License;
    const FILE: &'static str = "licenses.csv";
    const PARAMETERS: &'static [&'static str] =
        &["q", "sort", "state", "product", "offer", "trial", "from", "to", "ends_before", "ends_after"];
    const COLUMNS: &'static [&'static str] = &[
        "license_id",
        "customer_id",
        "email",
        "name",
        "product",
        "offer",
        "state",
        "starts_at",
        "ends_at",
        "trial",
        "granted_at",
        "devices",
        "terminals",
    ];

    fn read(query: &Query) -> Result<(List, Option<Slug>), Failure> {
        let state = query.word("state")?;
        let trial = query.parse("trial", "This is `true` or `false`.")?;
        let product = query.parse("product", "Give a product's slug.")?;
        let offer = query.parse("offer", "Give an offer's slug.")?;
        let (from, to) = (query.time("ends_after")?, query.time("ends_before")?);
        if offer.is_some() && product.is_none() {
            return Err(wrong("offer", "An offer is one product's: give `product` besides."));
        }
        if query.sort(&["-granted_at", "ends_at"])? == "ends_at" {
            if offer.is_some() {
                return Err(wrong("offer", "Licenses by their end are not told apart by offer."));
            }
            if let Some(granted) = ["from", "to"].into_iter().find(|name| query.has(name)) {
                return Err(wrong(granted, "Licenses by their end are not told apart by when they were granted."));
            }
            return Ok((List::LicensesByEnd { state, trial, from, to }, product));
        }
        if let Some(end) = ["ends_after", "ends_before"].into_iter().find(|name| query.has(name)) {
            return Err(wrong(end, "Ask for ends with `sort=ends_at`."));
        }
        let (from, to) = (query.time("from")?, query.time("to")?);
        Ok((List::Licenses { state, trial, offer, from, to }, product))
    }

    fn show(tx: &mut dyn Tx, shown: &mut Shown, place: &Place) -> Outcome<LicenseRow> {
        shown.license_row(tx, place.id()?)
    }

    fn cells(row: &LicenseRow) -> Vec<String> {
        let starts_at = match row.term {
            LicenseTerm::Fixed { starts_at, .. } | LicenseTerm::Perpetual { starts_at } => Some(starts_at),
            LicenseTerm::FirstUse { .. } => None,
        };
        vec![
            row.license_id.to_string(),
            row.customer.customer_id.to_string(),
            row.customer.email.clone(),
            row.customer.name.clone(),
            row.product.to_string(),
            row.offer.to_string(),
            word(&row.state),
            or_empty(starts_at),
            or_empty(row.term.ends_at()),
            row.trial.to_string(),
            row.granted_at.to_string(),
            row.devices.to_string(),
            row.terminals.to_string(),
        ]
    }
}

/// The vendor's licenses, the newest first, or those that end first.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/licenses", tag = "vendors",
    params(("vendor" = Slug, Path), LicensesQuery, ListParams),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<LicenseRow>)))]
pub async fn list_licenses(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer_page::<Licenses>(&app, member.vendor.vendor_id, &request).await
}

/// The same list as one CSV file.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/licenses.csv", tag = "vendors",
    params(("vendor" = Slug, Path), LicensesQuery), security(("session" = []), ("token" = [])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn export_licenses(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer_file::<Licenses>(app, member.vendor.vendor_id, &request).await
}

/// Everything about one license; its `ETag` is its revision.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/licenses/{license_id}", tag = "vendors",
    params(("vendor" = Slug, Path), ("license_id" = LicenseId, Path)), security(("session" = []), ("token" = [])),
    responses((status = 200, body = License)))]
pub async fn get_license(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    path: web::Path<(Slug, LicenseId)>,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, license_id, now) = (member.vendor.vendor_id, path.into_inner().1, app.clock.now());
    let here = app.clone();
    let found = app.store.read(move |tx| {
        let record = tx.license_at(vendor_id, license_id)?.ok_or_else(not_found)?;
        Shown::of(vendor_id).license(tx, &here, &record, now)
    });
    let license = found.await?;
    Ok(answer_with_revision(license.revision, &license))
}
