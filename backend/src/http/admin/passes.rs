//! A vendor's passes, for its team to find; what it does to them is in `pass`.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::Page;
use shared::api::admin::customers::PassRow;
use shared::id::PassId;
use shared::slug::Slug;

use super::list::{Listed, answer_file, answer_page};
use super::show::{Shown, or_empty, word};
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::ReadLicenses;
use crate::error::Failure;
use crate::http::etag::answer_with_revision;
use crate::http::openapi::{ListParams, PassesQuery};
use crate::http::query::{Query, wrong};
use crate::store::listing::{Kind, List, Place};
use crate::store::{Outcome, Tx, not_found};

/// The list of passes.
struct Passes;

impl Listed for Passes {
    type Row = PassRow;
    const KIND: Kind = Kind::Pass;
    const FILE: &'static str = "passes.csv";
    const PARAMETERS: &'static [&'static str] = &["q", "sort", "status", "reason", "product"];
    const COLUMNS: &'static [&'static str] = &[
        "pass_id",
        "license_id",
        "customer_id",
        "email",
        "name",
        "product",
        "device",
        "status",
        "reason",
        "connected_at",
        "last_seen_at",
        "ended_at",
        "expires_at",
        "predecessor",
    ];

    fn read(query: &Query) -> Result<(List, Option<Slug>), Failure> {
        let (status, reason) = (query.word("status")?, query.word("reason")?);
        let product = query.parse("product", "Give a product's slug.")?;
        if query.sort(&["-connected_at", "-last_seen_at"])? == "-connected_at" {
            return Ok((List::Passes { status, reason }, product));
        }
        match ["status", "reason", "product"].into_iter().find(|name| query.has(name)) {
            Some(name) => Err(wrong(name, "`sort=-last_seen_at` takes no filters.")),
            None => Ok((List::PassesBySeen, None)),
        }
    }

    fn show(tx: &mut dyn Tx, shown: &mut Shown, place: &Place) -> Outcome<PassRow> {
        shown.pass_row(tx, place.id()?)
    }

    fn cells(row: &PassRow) -> Vec<String> {
        vec![
            row.pass_id.to_string(),
            row.license_id.to_string(),
            row.customer.customer_id.to_string(),
            row.customer.email.clone(),
            row.customer.name.clone(),
            row.product.to_string(),
            row.name.clone(),
            word(&row.status),
            row.reason.as_ref().map(word).unwrap_or_default(),
            row.connected_at.to_string(),
            row.last_seen_at.to_string(),
            or_empty(row.ended_at),
            row.expires_at.to_string(),
            or_empty(row.predecessor),
        ]
    }
}

/// The vendor's passes, the newest first, or those heard of last.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/passes", tag = "vendors",
    params(("vendor" = Slug, Path), PassesQuery, ListParams),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<PassRow>)))]
pub async fn list_passes(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer_page::<Passes>(&app, member.vendor.vendor_id, &request).await
}

/// The same list as one CSV file.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/passes.csv", tag = "vendors",
    params(("vendor" = Slug, Path), PassesQuery), security(("session" = []), ("token" = [])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn export_passes(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer_file::<Passes>(app, member.vendor.vendor_id, &request).await
}

/// One of the vendor's passes; its `ETag` is its license's revision.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/passes/{pass_id}", tag = "vendors",
    params(("vendor" = Slug, Path), ("pass_id" = PassId, Path)), security(("session" = []), ("token" = [])),
    responses((status = 200, body = PassRow)))]
pub async fn get_pass(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    path: web::Path<(Slug, PassId)>,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, pass_id) = (member.vendor.vendor_id, path.into_inner().1);
    let found = app.store.read(move |tx| {
        let pass = Shown::of(vendor_id).pass_row(tx, pass_id)?;
        let record = tx.license_at(vendor_id, pass.license_id)?.ok_or_else(not_found)?;
        Ok((record.revision, pass))
    });
    let (revision, pass) = found.await?;
    Ok(answer_with_revision(revision, &pass))
}
