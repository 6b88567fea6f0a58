//! A vendor's licenses on their way from one device to another, for its team to look at.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::Page;
use shared::api::admin::customers::MoveRow;
use shared::id::MoveId;
use shared::slug::Slug;

use super::list::{Listed, answer_file, answer_page};
use super::show::{Shown, or_empty, word};
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::ReadLicenses;
use crate::error::Failure;
use crate::http::openapi::{ListParams, MovesQuery};
use crate::http::query::Query;
use crate::store::listing::{Kind, List, Place};
use crate::store::{Outcome, Tx};

/// The list of moves.
struct Moves;

impl Listed for Moves {
    type Row = MoveRow;
    const KIND: Kind = Kind::Move;
    const FILE: &'static str = "moves.csv";
    const PARAMETERS: &'static [&'static str] = &["q", "sort", "state", "product"];
    const COLUMNS: &'static [&'static str] = &[
        "move_id",
        "license_id",
        "customer_id",
        "email",
        "name",
        "product",
        "from",
        "to",
        "state",
        "offered_at",
        "expires_at",
        "settled_at",
        "pass_id",
        "successor",
    ];

    fn read(query: &Query) -> Result<(List, Option<Slug>), Failure> {
        query.sort(&["-offered_at"])?;
        Ok((List::Moves { state: query.word("state")? }, query.parse("product", "Give a product's slug.")?))
    }

    fn show(tx: &mut dyn Tx, shown: &mut Shown, place: &Place) -> Outcome<MoveRow> {
        shown.move_row(tx, place.id()?)
    }

    fn cells(row: &MoveRow) -> Vec<String> {
        vec![
            row.move_id.to_string(),
            row.license_id.to_string(),
            row.customer.customer_id.to_string(),
            row.customer.email.clone(),
            row.customer.name.clone(),
            row.product.to_string(),
            row.from.clone(),
            row.to.clone().unwrap_or_default(),
            word(&row.state),
            row.offered_at.to_string(),
            row.expires_at.to_string(),
            or_empty(row.settled_at),
            row.pass_id.to_string(),
            or_empty(row.successor),
        ]
    }
}

/// The vendor's moves, the newest first.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/moves", tag = "vendors",
    params(("vendor" = Slug, Path), MovesQuery, ListParams),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<MoveRow>)))]
pub async fn list_moves(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer_page::<Moves>(&app, member.vendor.vendor_id, &request).await
}

/// The same list as one CSV file.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/moves.csv", tag = "vendors",
    params(("vendor" = Slug, Path), MovesQuery), security(("session" = []), ("token" = [])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn export_moves(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer_file::<Moves>(app, member.vendor.vendor_id, &request).await
}

/// One of the moves.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/moves/{move_id}", tag = "vendors",
    params(("vendor" = Slug, Path), ("move_id" = MoveId, Path)), security(("session" = []), ("token" = [])),
    responses((status = 200, body = MoveRow)))]
pub async fn get_move(
    app: web::Data<App>,
    member: Member<ReadLicenses>,
    path: web::Path<(Slug, MoveId)>,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, move_id) = (member.vendor.vendor_id, path.into_inner().1);
    let found = app.store.read(move |tx| Shown::of(vendor_id).move_row(tx, move_id));
    Ok(HttpResponse::Ok().json(found.await?))
}
