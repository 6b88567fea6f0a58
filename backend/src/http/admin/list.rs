//! Lists for a vendor's team, all by one pattern: the query is read, the store gives places, each place's row is shown; as
//! pages, or as one CSV file.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use shared::api::Page;
use shared::id::{ProductId, VendorId};
use shared::license::Refusal;
use shared::slug::Slug;

use super::show::Shown;
use crate::app::App;
use crate::error::Failure;
use crate::http::csv::{self, Part};
use crate::http::query::{Query, write_cursor, wrong_cursor};
use crate::store::listing::{Kind, List, Place};
use crate::store::{Outcome, Tx};

/// What makes a list one of these.
pub(super) trait Listed: 'static {
    /// What stands in a page.
    type Row: Serialize + Send + 'static;
    /// Of what it is.
    const KIND: Kind;
    /// The file's name.
    const FILE: &'static str;
    /// The parameters of its query, `cursor` and `limit` aside.
    const PARAMETERS: &'static [&'static str];
    /// What its file's columns are called.
    const COLUMNS: &'static [&'static str];

    /// What the query asks for, and of which product.
    fn read(query: &Query) -> Result<(List, Option<Slug>), Failure>;
    /// The row with this id.
    fn show(tx: &mut dyn Tx, shown: &mut Shown, place: &Place) -> Outcome<Self::Row>;
    /// The row as it stands in the file.
    fn cells(row: &Self::Row) -> Vec<String>;
}

/// What is asked for.
#[derive(Clone, Debug)]
enum Asked {
    Search(String),
    List(List, Option<Slug>),
}

/// What every list's query may have, and the list's own.
fn read_asked<L: Listed>(query: &Query) -> Result<Asked, Failure> {
    if let Some(wanted) = query.search()? {
        return Ok(Asked::Search(wanted));
    }
    let (list, product) = L::read(query)?;
    Ok(Asked::List(list, product))
}

/// The rows after `after`, with their places.
fn read_rows<L: Listed>(
    tx: &mut dyn Tx,
    vendor_id: VendorId,
    asked: &Asked,
    after: Option<&Place>,
    limit: u32,
) -> Outcome<Vec<(Place, L::Row)>> {
    let places = match asked {
        Asked::Search(wanted) => tx.search(vendor_id, L::KIND, wanted, after, limit)?,
        Asked::List(list, product) => {
            let product = product.as_ref().map(|slug| find_product(tx, vendor_id, slug)).transpose()?;
            tx.list(vendor_id, list, product, after, limit)?
        }
    };
    let mut shown = Shown::of(vendor_id);
    places.into_iter().map(|place| L::show(tx, &mut shown, &place).map(|row| (place, row))).collect()
}

/// The product that a query names. Errors: field `product`.
pub(super) fn find_product(tx: &mut dyn Tx, vendor_id: VendorId, slug: &Slug) -> Outcome<ProductId> {
    let unknown = || Refusal::of_field("product", "There is no such product.");
    Ok(tx.product(vendor_id, slug)?.ok_or_else(unknown)?.product_id)
}

/// A page of the list.
pub(super) async fn answer_page<L: Listed>(
    app: &App,
    vendor_id: VendorId,
    request: &HttpRequest,
) -> Result<HttpResponse, Failure> {
    let query = Query::read(request, &[L::PARAMETERS, &["cursor", "limit"]].concat())?;
    let (asked, after, limit) = (read_asked::<L>(&query)?, query.cursor()?, query.limit()?);
    check_cursor(&asked, after.as_ref())?;
    let read = app.store.read(move |tx| read_rows::<L>(tx, vendor_id, &asked, after.as_ref(), limit + 1));
    let mut rows = read.await?;
    let is_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let last = rows.last().filter(|_| is_more);
    let next = last.map(|(place, _)| write_cursor(place)).transpose()?;
    Ok(HttpResponse::Ok().json(Page { items: rows.into_iter().map(|(_, row)| row).collect(), next }))
}

/// The whole list, as a file.
pub(super) async fn answer_file<L: Listed>(
    app: web::Data<App>,
    vendor_id: VendorId,
    request: &HttpRequest,
) -> Result<HttpResponse, Failure> {
    let query = Query::read(request, L::PARAMETERS)?;
    let asked = read_asked::<L>(&query)?;
    let first = read_part::<L>(&app, vendor_id, asked.clone(), None).await?;
    let read = move |after| {
        let (app, asked) = (app.clone(), asked.clone());
        async move { read_part::<L>(&app, vendor_id, asked, Some(after)).await }
    };
    Ok(csv::answer_csv(L::FILE, L::COLUMNS, first, read))
}

async fn read_part<L: Listed>(
    app: &App,
    vendor_id: VendorId,
    asked: Asked,
    after: Option<Place>,
) -> Result<Part<Place>, Failure> {
    let read = app.store.read(move |tx| read_rows::<L>(tx, vendor_id, &asked, after.as_ref(), csv::ROWS));
    let rows = read.await?;
    let is_full = rows.len() == csv::ROWS as usize;
    let next = rows.last().map(|(place, _)| place.clone()).filter(|_| is_full);
    Ok((rows.iter().map(|(_, row)| L::cells(row)).collect(), next))
}

/// A search's cursor is of no use to a list, nor a list's to a search.
fn check_cursor(asked: &Asked, after: Option<&Place>) -> Result<(), Failure> {
    match (asked, after) {
        (_, None) | (Asked::Search(_), Some(Place::Found { .. })) | (Asked::List(..), Some(Place::Time(..))) => Ok(()),
        _ => Err(wrong_cursor()),
    }
}
