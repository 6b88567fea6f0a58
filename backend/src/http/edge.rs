//! The outermost layer: every request passes here once on its way in and once on its way out.
//!
//! The connection may be closed at any moment, and with it goes whatever was to carry the answer. What answers is a task of its
//! own, so no effect is left half told.
//!
//! In: the request's id, cross-site requests refused, preflights answered. Out: refusals written as problems, headers,
//! the log.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, rt, web};
use shared::id::RequestId;
use shared::refusal::RefusalCode;

use super::metrics::Row;
use super::presence::Connection;
use super::{cors, cross_site, headers};
use crate::app::App;
use crate::clock::Stopwatch;
use crate::error::Failure;
use crate::traces::{Context, Recorder};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Wraps the whole URL table.
pub async fn edge(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let connection = Connection::of(&request);
    let answer = rt::spawn(answer(request, next)).await;
    drop(connection);
    answer.unwrap_or_else(|error| {
        tracing::error!(%error, "a request was not worked on to its end");
        Err(Failure::fault(error.to_string()).into())
    })
}

async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(app) = request.app_data::<web::Data<App>>().cloned() else {
        return Err(Failure::fault("no app").into());
    };
    let request_id = app.new_id(RequestId::new).to_string();
    let (started, watch) = (app.clock.now_millis(), Stopwatch::start());
    let recorder = record(&request, &app, started);
    let for_apps = cors::is_for_apps(request.path());
    let origin = request.headers().get(header::ORIGIN).filter(|_| for_apps).cloned();
    let allowed = match origin.as_ref().and_then(|origin| origin.to_str().ok()) {
        Some(text) if app.origins.is_registered(&app, text).await => origin,
        _ => None,
    };
    let mut response = if for_apps && is_preflight(&request) {
        match answer_preflight(allowed.is_some()) {
            Ok(answer) => request.into_response(answer),
            Err(refusal) => request.error_response(refusal),
        }
    } else if let Err(refusal) = cross_site::check(&request, &app, for_apps) {
        request.error_response(refusal)
    } else {
        match &recorder {
            Some(recorder) => recorder.follow(next.call(request)).await?,
            None => next.call(request).await?,
        }
        .map_into_boxed_body()
    };
    log(&response, &request_id, app.clock.now_millis().saturating_sub(started));
    count(&response, &app, watch);
    if let Some(recorder) = recorder {
        trace(&response, &app, &recorder, &request_id);
    }
    if let Some(error) = response.response().error() {
        let problem = write_problem(error, &request_id);
        response = apply(response, problem);
    }
    finish(&mut response, &app, &request_id, for_apps, allowed.as_ref());
    Ok(response)
}

fn is_preflight(request: &ServiceRequest) -> bool {
    *request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn answer_preflight(is_allowed: bool) -> Result<HttpResponse, Failure> {
    if !is_allowed {
        return Err(Failure::code(RefusalCode::Forbidden, "No product lists this origin."));
    }
    let mut answer = HttpResponse::NoContent();
    for named in cors::preflight() {
        answer.insert_header(named);
    }
    Ok(answer.finish())
}

/// A refusal on its way out.
struct Written {
    body: Vec<u8>,
    header: Option<(HeaderName, HeaderValue)>,
}

fn write_problem(error: &Error, request_id: &str) -> Written {
    let other;
    let failure = if let Some(failure) = error.as_error::<Failure>() {
        failure
    } else {
        other = foreign(error.as_response_error().status_code(), error);
        &other
    };
    let problem = failure.problem(request_id.to_owned());
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    Written { body, header: failure.header().cloned() }
}

/// What the framework refuses by itself.
fn foreign(status: StatusCode, error: &Error) -> Failure {
    match status {
        StatusCode::NOT_FOUND => Failure::not_found(),
        status if status.is_client_error() => {
            Failure::code(RefusalCode::InvalidInput, "The request cannot be read.").with_status(status)
        }
        _ => Failure::fault(error.to_string()),
    }
}

fn apply(mut response: ServiceResponse<BoxBody>, written: Written) -> ServiceResponse<BoxBody> {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.remove(header::CONTENT_ENCODING);
    if let Some((name, value)) = written.header {
        headers.insert(name, value);
    }
    response.map_body(|_, _| BoxBody::new(written.body))
}

fn finish(
    response: &mut ServiceResponse<BoxBody>,
    app: &App,
    request_id: &str,
    for_apps: bool,
    allowed: Option<&HeaderValue>,
) {
    let path = response.request().path().to_owned();
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID.clone(), id);
    }
    if for_apps {
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
    if let Some(origin) = allowed {
        cors::allow(headers, origin);
    }
    headers::secure(headers, &path, &app.config);
}

fn count(response: &ServiceResponse<BoxBody>, app: &App, watch: Stopwatch) {
    let row = response.request().app_data::<Row>().copied();
    app.metrics.count_request(row, response.request().method(), response.status(), watch.seconds());
    if let Some(failure) = response.response().error().and_then(|error| error.as_error::<Failure>()) {
        app.metrics.count_refusal(failure.refusal_code());
    }
}

/// Where traces are wanted, and the caller has not said that its own is not kept.
fn record(request: &ServiceRequest, app: &App, started: u64) -> Option<Recorder> {
    if !app.traces.is_on() {
        return None;
    }
    let traceparent = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    let context = Context::of_request(traceparent, &app.rng)?;
    Some(Recorder::new(context, app.rng.clone(), started.saturating_mul(1_000_000)))
}

fn trace(response: &ServiceResponse<BoxBody>, app: &App, recorder: &Recorder, request_id: &str) {
    let route = response.request().app_data::<Row>().map_or("page", Row::path);
    // Made by clients, and bounded all the same.
    let method = response.request().method().as_str().chars().take(16).collect::<String>();
    let status = response.status();
    let mut attributes = vec![
        ("http.request.method", method.clone()),
        ("http.route", route.to_owned()),
        ("http.response.status_code", status.as_str().to_owned()),
        ("passgate.request_id", request_id.to_owned()),
    ];
    if let Some(failure) = response.response().error().and_then(|error| error.as_error::<Failure>()) {
        attributes.push(("passgate.refusal", failure.refusal_code().as_str().to_owned()));
    }
    app.traces.add(recorder.finish(format!("{method} {route}"), attributes, status.is_server_error()));
}

/// The path as it is logged: an identifier that stands in it is left out.
fn without_secret(path: &str) -> &str {
    const IDENTIFIERS: &str = "/api/v1/identifiers/";
    if path.starts_with(IDENTIFIERS) { IDENTIFIERS } else { path }
}

/// One line for each failure; the rest only for whoever asks for it. Names no person and holds no secret: addresses
/// have ids only, and queries are left out.
fn log(response: &ServiceResponse<BoxBody>, request_id: &str, millis: u64) {
    let (method, path) = (response.request().method().as_str(), without_secret(response.request().path()));
    let status = response.status().as_u16();
    let failure = response.response().error().and_then(|error| error.as_error::<Failure>());
    let code = failure.map_or("", |failure| failure.refusal_code().as_str());
    let cause = failure.and_then(Failure::cause).unwrap_or("");
    if status >= 500 {
        tracing::error!(request_id, method, path, status, code, cause, millis, "failed");
    } else if failure.is_some() {
        tracing::info!(request_id, method, path, status, code, cause, millis, "refused");
    } else {
        tracing::debug!(request_id, method, path, status, millis, "answered");
    }
}
