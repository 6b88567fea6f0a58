//! What browsers load: the customers' pages, those for vendors' teams, those about the API, the SDK and the demo app, embedded
//! in the server.
//!
//! In a debug build they are read from their folders and may be absent.

use actix_web::http::header::{HOST, LINK, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed_for_web::RustEmbed;
use shared::refusal::RefusalCode;

use crate::app::App;
use crate::auth::session;
use crate::error::Failure;

mod address;
mod ahead;
mod docs;
pub(super) mod file;
mod policy;
mod program;

use file::File;
pub use policy::Policies;
use policy::{Opener, Senses};
use program::Program;

#[derive(RustEmbed)]
#[folder = "../sdk/dist"]
#[allow_missing = true]
struct Sdk;

#[derive(RustEmbed)]
#[folder = "../demo"]
#[exclude = "render/*"]
#[allow_missing = true]
struct DemoApp;

/// Everything outside the URL table: files and pages. What is not there is a page too, except where programs ask.
pub async fn serve_page(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Failure::not_found());
    }
    let path = request.path();
    let (first, rest) = path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
    match first {
        "api" if docs::is_at(rest) && !has_another_name(&app, &request) => docs::serve(&request, rest),
        "api" if !docs::is_at(rest) => Err(Failure::not_found()),
        "v" => Err(Failure::not_found()),
        "sdk" => {
            let file = File::find::<Sdk>(rest).ok_or_else(Failure::not_found)?;
            Ok(file.answer(&request, StatusCode::OK))
        }
        _ if has_another_name(&app, &request) => {
            let here = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let location = format!("{}{here}", app.config.public_url);
            Ok(HttpResponse::TemporaryRedirect().insert_header((LOCATION, location)).finish())
        }
        "demo" if app.config.demo => serve_demo(&app, &request, rest),
        "admin" => serve_admin(&app, &request, rest),
        _ => serve_portal(&app, &request),
    }
}

/// Whether the browser calls this machine by another name than the public one: `localhost` for `127.0.0.1`.
///
/// Tokens and proofs name the public address, so nothing could be connected under another. Behind a proxy (https) the
/// host is the proxy's business.
fn has_another_name(app: &App, request: &HttpRequest) -> bool {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let public = app.config.public_url.strip_prefix("http://");
    matches!((host, public), (Some(host), Some(public)) if host != public)
}

fn serve_demo(app: &App, request: &HttpRequest, rest: &str) -> Result<HttpResponse, Failure> {
    if request.path() == "/demo" {
        return Ok(HttpResponse::PermanentRedirect().insert_header((LOCATION, "/demo/")).finish());
    }
    let file =
        File::find::<DemoApp>(if rest.is_empty() { "index.html" } else { rest }).ok_or_else(Failure::not_found)?;
    let mut answer = file.answer(request, StatusCode::OK);
    if file.is_html() {
        app.policies.add(answer.headers_mut(), None, Opener::KeepsItsPopups, Senses::None);
    }
    Ok(answer)
}

fn serve_portal(app: &App, request: &HttpRequest) -> Result<HttpResponse, Failure> {
    let path = request.path();
    if let Some(file) = Program::find_file(&Program::AT_ROOT, path.trim_start_matches('/')) {
        return Ok(file.answer(request, StatusCode::OK));
    }
    let (opener, senses) = match path {
        "/connect" => (Opener::MayBeAnApp, Senses::None),
        "/receive" => (Opener::MayBeAnApp, Senses::Camera),
        _ if comes_from_our_pages(request) => (Opener::MayBeAnApp, Senses::None),
        _ => (Opener::IsOurs, Senses::None),
    };
    serve_first_page(app, request, address::program_of(path), Program::Buying, opener, senses)
}

/// Whether a link or a page of ours leads here. The window that an app opened keeps its app while its customer buys
/// something on the way; whoever opens another page than `/connect` from elsewhere has no handle on it.
fn comes_from_our_pages(request: &HttpRequest) -> bool {
    request.headers().get("sec-fetch-site").is_some_and(|site| site == "same-origin")
}

fn serve_admin(app: &App, request: &HttpRequest, rest: &str) -> Result<HttpResponse, Failure> {
    if let Some(file) = Program::find_file(&Program::AT_ADMIN, rest) {
        return Ok(file.answer(request, StatusCode::OK));
    }
    serve_first_page(app, request, address::admin_program_of(rest), Program::Office, Opener::IsOurs, Senses::None)
}

/// The page of `program`. Where none has a page at the address, that of `otherwise` says that nothing is there.
fn serve_first_page(
    app: &App,
    request: &HttpRequest,
    program: Option<Program>,
    otherwise: Program,
    opener: Opener,
    senses: Senses,
) -> Result<HttpResponse, Failure> {
    let status = if program.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let program = program.unwrap_or(otherwise);
    let mut answer = program.first_page().ok_or_else(not_built)?.answer(request, status);
    app.policies.add(answer.headers_mut(), Some(program), opener, senses);
    let has_session = request.cookie(session::COOKIE).is_some();
    if let Some(links) = ahead::asked_ahead(program, request.path(), has_session).filter(|_| status == StatusCode::OK) {
        answer.headers_mut().insert(LINK, links);
    }
    Ok(answer)
}

fn not_built() -> Failure {
    Failure::code(RefusalCode::NotFound, "These pages are not built into this program.")
}
