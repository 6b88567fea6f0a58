//! The farm over HTTP: what it offers, jobs, their progress as server-sent events, and pictures.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::{self, Bytes};
use actix_web::{HttpResponse, Resource};
use futures_util::stream::unfold;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::drawing::{Drawing, MOST_BYTES};
use crate::effect::Effect;
use crate::farm::Farm;
use crate::job::{Job, MOST_PAGES, Order, Progress};
use crate::work::FEATURE;

/// How often a stream says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// An identifier is far shorter.
const MOST_IDENTIFIER: usize = 200;

type Here = web::Data<Arc<Farm>>;

/// Puts the farm under `path`.
pub fn add_routes(cfg: &mut web::ServiceConfig, path: &str, farm: &Arc<Farm>) {
    let at = |rest: &str| -> Resource {
        web::resource(format!("{path}{rest}"))
            .app_data(web::Data::new(Arc::clone(farm)))
            .app_data(web::JsonConfig::default().limit(MOST_BYTES + 16 * 1024))
            .default_service(web::to(|| async {
                refuse(StatusCode::METHOD_NOT_ALLOWED, "NOT_FOUND", "That is not done here.")
            }))
    };
    cfg.service(at("").route(web::get().to(describe)))
        .service(at("/jobs").route(web::post().to(begin)))
        .service(at("/jobs/{id}").route(web::get().to(look)).route(web::delete().to(cancel)))
        .service(at("/jobs/{id}/events").route(web::get().to(follow)))
        .service(at("/jobs/{id}/pages/{page}").route(web::get().to(show)))
        .service(web::resource(format!("{path}/{{rest:.*}}")).default_service(web::to(|| async { unknown() })));
}

/// What the farm does, and for whom an identifier is to be made.
async fn describe(farm: Here) -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "name": "Acme render farm", "feature": FEATURE, "service": farm.service, "most_pages": MOST_PAGES, "effects": Effect::ALL,
    }))
}

async fn begin(farm: Here, order: web::Json<Order>) -> HttpResponse {
    let order = order.into_inner();
    let wrong = |detail: &str| refuse(StatusCode::UNPROCESSABLE_ENTITY, "INVALID_INPUT", detail);
    if !(1..=MOST_PAGES).contains(&order.pages) {
        return wrong(&format!("A job has 1 to {MOST_PAGES} pages."));
    }
    if order.identifier.is_empty() || order.identifier.len() > MOST_IDENTIFIER {
        return wrong("A job needs a license identifier.");
    }
    let drawing = match order.drawing.parse::<Drawing>() {
        Ok(drawing) => drawing,
        Err(fault) => return wrong(&fault.to_string()),
    };
    match farm.begin(Job::new(order, drawing)) {
        Some(id) => HttpResponse::Accepted().json(json!({ "job_id": id })),
        None => {
            refuse(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "The farm has too many jobs: try again in a minute.")
        }
    }
}

async fn look(farm: Here, id: web::Path<String>) -> HttpResponse {
    farm.find(&id).map_or_else(unknown, |job| HttpResponse::Ok().json(&*job.watch().borrow()))
}

/// The rest of the license goes back. Repeated, it changes nothing.
async fn cancel(farm: Here, id: web::Path<String>) -> HttpResponse {
    farm.find(&id).map_or_else(unknown, |job| {
        job.cancel();
        HttpResponse::NoContent().finish()
    })
}

/// Every change as an event `progress`; the stream ends with the job.
async fn follow(farm: Here, id: web::Path<String>) -> HttpResponse {
    let Some(job) = farm.find(&id) else { return unknown() };
    let mut progress = job.watch();
    progress.mark_changed();
    let events = unfold(Some(progress), |progress| async {
        let mut progress = progress?;
        let (event, is_last) = next_event(&mut progress).await;
        Some((Ok::<_, Infallible>(Bytes::from(event)), (!is_last).then_some(progress)))
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(events)
}

/// The next thing to send, and whether it is the last.
async fn next_event(progress: &mut watch::Receiver<Progress>) -> (String, bool) {
    match timeout(HEARTBEAT, progress.changed()).await {
        Err(_) => (": \n\n".to_owned(), false),
        // The farm has forgotten the job.
        Ok(Err(_)) => (": \n\n".to_owned(), true),
        Ok(Ok(())) => {
            let now = progress.borrow_and_update();
            let data = serde_json::to_string(&*now).unwrap_or_default();
            (format!("event: progress\ndata: {data}\n\n"), now.state.is_final())
        }
    }
}

async fn show(farm: Here, path: web::Path<(String, usize)>) -> HttpResponse {
    let (id, page) = path.into_inner();
    let picture = farm.find(&id).and_then(|job| job.picture(page));
    picture.map_or_else(unknown, |picture| {
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "image/svg+xml"))
            .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'"))
            .insert_header((CACHE_CONTROL, "private, max-age=600"))
            .body(picture)
    })
}

fn unknown() -> HttpResponse {
    refuse(StatusCode::NOT_FOUND, "NOT_FOUND", "There is no such job: it may be over for long.")
}

fn refuse(status: StatusCode, code: &str, detail: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "code": code, "detail": detail }))
}
