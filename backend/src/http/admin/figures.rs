//! A vendor's figures, and what a page of them may ask for.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::admin::figures::Figures;
use shared::slug::Slug;
use shared::time::{Date, Timestamp};

use super::list::find_product;
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::ReadOrders;
use crate::error::Failure;
use crate::figures::bucket::{Active, MOST_BUCKETS, Span};
use crate::figures::count;
use crate::http::openapi::FiguresQuery;
use crate::http::query::{Query, wrong};

/// How many days there are where the query does not say: a month's worth.
const USUAL_DAYS: i64 = 30;

/// The vendor's figures, of all products or of one, day by day, week by week or month by month.
///
/// What has happened until now is in them. Days are those of UTC; `to` is today at the latest. Errors: `INVALID_INPUT` with `by`,
/// `from`, `to` or `product`, and for more than 400 buckets.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/figures", tag = "vendors",
    params(("vendor" = Slug, Path), FiguresQuery), security(("session" = []), ("token" = [])),
    responses((status = 200, body = Figures)))]
pub async fn get_figures(
    app: web::Data<App>,
    member: Member<ReadOrders>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let query = Query::read(&request, &["by", "from", "to", "product"])?;
    let (vendor_id, now) = (member.vendor.vendor_id, app.clock.now());
    let (span, product) = (read_span(&query, now)?, query.parse::<Slug>("product", "Give a product's slug.")?);
    let buckets = span.buckets().ok_or_else(|| wrong("from", &format!("Ask for {MOST_BUCKETS} buckets at most.")))?;
    count(&app, vendor_id).await?;
    let read = app.store.read(move |tx| {
        let product_id = product.as_ref().map(|slug| find_product(tx, vendor_id, slug)).transpose()?;
        let days = tx.figures(vendor_id, product_id, span.from, span.to)?;
        let active = Active {
            changes: tx.active_changes(vendor_id, product_id)?,
            ending_today: tx.count_ending(vendor_id, product_id, now, now.date().end())?,
            now,
        };
        Ok(span.put_together(&buckets, days, &active, tx.counted(vendor_id)?))
    });
    Ok(HttpResponse::Ok().json(read.await?))
}

fn read_span(query: &Query, now: Timestamp) -> Result<Span, Failure> {
    let date = |name| query.parse::<Date>(name, "Give a day like 2026-11-22.");
    let today = now.date();
    let to = date("to")?.unwrap_or(today).min(today);
    let from = date("from")?.unwrap_or_else(|| days_before(to, USUAL_DAYS - 1));
    if from > to {
        return Err(wrong("from", "The first day comes after the last, or lies ahead."));
    }
    Ok(Span { by: query.word("by")?.unwrap_or_default(), from, to })
}

fn days_before(day: Date, days: i64) -> Date {
    Timestamp::from_unix(day.start().as_unix() - days * 86_400).date()
}
