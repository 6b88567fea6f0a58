//! Other sites' pages must not act with a visitor's session: what a browser says about a request's origin decides.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{self, HeaderName};
use shared::refusal::RefusalCode;

use super::cors;
use crate::app::App;
use crate::error::Failure;

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses an unsafe request that a browser sent for another site. Programs send neither header and have no visitor's
/// cookies; addresses for apps never look at cookies, or do so only where no device presents its pass.
pub(super) fn check(request: &ServiceRequest, app: &App, for_apps: bool) -> Result<(), Failure> {
    let headers = request.headers();
    let looks_at_cookies =
        !for_apps || cors::is_for_pages_too(request.path()) && !headers.contains_key(header::AUTHORIZATION);
    if !looks_at_cookies || request.method().is_safe() {
        return Ok(());
    }
    let is_ours = match (headers.get(&SEC_FETCH_SITE), headers.get(header::ORIGIN)) {
        (Some(site), _) => matches!(site.as_bytes(), b"same-origin" | b"none"),
        (None, Some(origin)) => origin.as_bytes() == app.config.public_url.as_bytes(),
        (None, None) => true,
    };
    if is_ours { Ok(()) } else { Err(Failure::code(RefusalCode::Forbidden, "Another site may not do this.")) }
}
