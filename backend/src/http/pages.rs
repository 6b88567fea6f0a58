//! What browsers load: the portal, the pages for vendors' teams, the SDK and the demo app, embedded in the program.
//!
//! In a debug build they are read from their folders and may be absent.

use actix_web::http::header::{HOST, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed_for_web::RustEmbed;
use shared::refusal::RefusalCode;

use crate::app::App;
use crate::error::Failure;

mod address;
mod file;
mod policy;

use file::File;
pub use policy::Policies;
use policy::{Opener, Senses};

#[derive(RustEmbed)]
#[folder = "../dist"]
#[allow_missing = true]
struct Portal;

/// A folder and a program of its own: customers never download it.
#[derive(RustEmbed)]
#[folder = "../dist-admin"]
#[allow_missing = true]
struct Admin;

#[derive(RustEmbed)]
#[folder = "../sdk/dist"]
#[allow_missing = true]
struct Sdk;

#[derive(RustEmbed)]
#[folder = "../demo"]
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
        "api" | "v" => Err(Failure::not_found()),
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
        app.policies.add(answer.headers_mut(), Opener::KeepsItsPopups, Senses::None);
    }
    Ok(answer)
}

fn serve_portal(app: &App, request: &HttpRequest) -> Result<HttpResponse, Failure> {
    let path = request.path();
    let file = File::find::<Portal>(path.trim_start_matches('/'));
    if let Some(file) = file.filter(|file| !file.is_html()) {
        return Ok(file.answer(request, StatusCode::OK));
    }
    let index = File::find::<Portal>("index.html").ok_or_else(not_built)?;
    // The page itself says that nothing is there.
    let status = if address::is_page(path) { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let mut answer = index.answer(request, status);
    let (opener, senses) = match path {
        "/connect" => (Opener::MayBeAnApp, Senses::None),
        "/receive" => (Opener::MayBeAnApp, Senses::Camera),
        _ => (Opener::IsOurs, Senses::None),
    };
    app.policies.add(answer.headers_mut(), opener, senses);
    Ok(answer)
}

fn serve_admin(app: &App, request: &HttpRequest, rest: &str) -> Result<HttpResponse, Failure> {
    let file = File::find::<Admin>(rest);
    if let Some(file) = file.filter(|file| !file.is_html()) {
        return Ok(file.answer(request, StatusCode::OK));
    }
    let index = File::find::<Admin>("index.html").ok_or_else(not_built)?;
    let status = if address::is_admin_page(rest) { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let mut answer = index.answer(request, status);
    app.policies.add_to_admin(answer.headers_mut());
    Ok(answer)
}

fn not_built() -> Failure {
    Failure::code(RefusalCode::NotFound, "These pages are not built into this program.")
}

/// The first page of the portal and that for vendors' teams, for the hashes of their inline scripts.
fn first_pages() -> [String; 2] {
    let pages = [File::find::<Portal>("index.html"), File::find::<Admin>("index.html")];
    pages.map(|file| file.map(|file| file.text()).unwrap_or_default())
}
