//! Answers that are not sent again while they are unchanged (RFC 9110, section 13.1.2).

use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};

/// `answer` with `body` and its entity tag; `304` without it when the client has that already.
pub(super) fn answer_with_etag(
    request: &HttpRequest,
    mut answer: HttpResponseBuilder,
    etag: &str,
    body: impl MessageBody + 'static,
) -> HttpResponse {
    let etag = format!("\"{etag}\"");
    let is_known = is_known(request, &etag);
    answer.insert_header((ETAG, etag));
    if is_known { answer.status(StatusCode::NOT_MODIFIED).finish() } else { answer.body(body) }
}

fn is_known(request: &HttpRequest, etag: &str) -> bool {
    let known = request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    let mut known = known.flat_map(|line| line.split(',')).map(str::trim);
    known.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}
