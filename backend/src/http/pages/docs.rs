//! `/api/docs`: the API's document to read and to try, by Swagger UI, which is part of this program. The rest of the server
//! knows nothing of it.

use std::io::Write as _;
use std::sync::{Arc, OnceLock};

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, VARY,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use flate2::Compression;
use flate2::write::GzEncoder;
use utoipa_swagger_ui::Config;

use crate::error::Failure;
use crate::http::etag::answer_with_etag;

const PAGE: &str = include_str!("../../../docs/index.html");
const START: &str = include_str!("../../../docs/start.js");

/// As strict as that of our own pages, but for Trusted Types: Swagger UI turns the document's Markdown into elements by
/// itself. All of that text is ours. It styles elements inline, too.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Whether this address below `/api/` is ours.
pub(super) fn is_at(rest: &str) -> bool {
    rest == "docs" || rest.starts_with("docs/")
}

/// The page, or a file of it. Errors: `NOT_FOUND`.
pub(super) fn serve(request: &HttpRequest, rest: &str) -> Result<HttpResponse, Failure> {
    static FILES: OnceLock<Vec<File>> = OnceLock::new();
    let name = match rest.strip_prefix("docs/") {
        None => return Ok(HttpResponse::PermanentRedirect().insert_header((LOCATION, "/api/docs/")).finish()),
        Some("") => "index.html",
        Some(name) => name,
    };
    let files = FILES.get_or_init(find_files);
    let file = files.iter().find(|file| file.name == name).ok_or_else(Failure::not_found)?;
    Ok(file.answer(request))
}

struct File {
    name: &'static str,
    kind: &'static str,
    plain: Bytes,
    gzip: Bytes,
}

fn find_files() -> Vec<File> {
    let of_library = |name: &str| {
        let file = utoipa_swagger_ui::serve(name, Arc::new(Config::from("/api/openapi.json"))).ok().flatten();
        file.map_or_else(Bytes::new, |file| Bytes::from(file.bytes.into_owned()))
    };
    let files = [
        ("index.html", "text/html; charset=utf-8", Bytes::from_static(PAGE.as_bytes())),
        ("start.js", "text/javascript; charset=utf-8", Bytes::from_static(START.as_bytes())),
        ("swagger-ui.css", "text/css; charset=utf-8", of_library("swagger-ui.css")),
        ("swagger-ui-bundle.js", "text/javascript; charset=utf-8", of_library("swagger-ui-bundle.js")),
    ];
    files.map(|(name, kind, plain)| File { name, kind, gzip: compress(&plain), plain }).into()
}

fn compress(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(plain);
    encoder.finish().unwrap_or_default().into()
}

impl File {
    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut answer = HttpResponse::Ok();
        answer.insert_header((CONTENT_TYPE, self.kind));
        answer.insert_header((CACHE_CONTROL, "no-cache"));
        answer.insert_header((VARY, "Accept-Encoding"));
        if self.name == "index.html" {
            answer.insert_header((CONTENT_SECURITY_POLICY, POLICY));
        }
        let version = env!("CARGO_PKG_VERSION");
        if !super::file::takes(accepted, "gzip") {
            return answer_with_etag(
                request,
                answer,
                &format!("docs-{version}-{}", self.plain.len()),
                self.plain.clone(),
            );
        }
        answer.insert_header((CONTENT_ENCODING, "gzip"));
        answer_with_etag(request, answer, &format!("docs-{version}-{}-gzip", self.plain.len()), self.gzip.clone())
    }
}
