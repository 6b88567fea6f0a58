//! What verifiers read of a vendor: its public keys.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use shared::slug::Slug;
use shared::thumbprint::sha256_base64url;

use super::etag::answer_with_etag;
use crate::app::App;
use crate::error::Failure;
use crate::store::not_found;

/// How long verifiers keep the keys: shorter than the next key is published before it signs.
const MAX_AGE: &str = "public, max-age=240";

/// The vendor's public keys, as a JWK set (RFC 7517).
///
/// The next key is published before it signs, a retired one until its last token has expired.
#[utoipa::path(get, path = "/v/{vendor}/.well-known/jwks.json", tag = "keys",
    params(("vendor" = Slug, Path), ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, description = "The keys.", content_type = "application/jwk-set+json", headers(("ETag" = String))),
        (status = 304, description = "Unchanged.")))]
pub async fn get_jwks(
    app: web::Data<App>,
    request: HttpRequest,
    vendor: web::Path<Slug>,
) -> Result<HttpResponse, Failure> {
    let (slug, now) = (vendor.into_inner(), app.clock.now());
    let vendor = app.store.read(move |tx| tx.vendor(&slug)?.ok_or_else(not_found)).await?;
    let keys = app.keys.vendor_keys(&app.store, vendor.vendor_id, now).await?;
    let etag = sha256_base64url(keys.jwks().as_bytes());
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, "application/jwk-set+json")).insert_header((CACHE_CONTROL, MAX_AGE));
    Ok(answer_with_etag(&request, answer, &etag, keys.jwks().to_owned()))
}
