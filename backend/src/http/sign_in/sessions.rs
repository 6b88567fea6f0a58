//! The account's sessions: where it is signed in, and ending that.

use actix_web::{HttpResponse, web};
use shared::api::Page;
use shared::api::sign_in::SessionShown;
use shared::id::SessionId;

use crate::app::App;
use crate::auth::Customer;
use crate::error::Failure;
use crate::store::not_found;

/// Where the account is signed in, the session used last first; at most 100, on one page.
#[utoipa::path(get, path = "/api/v1/account/sessions", tag = "account", security(("session" = [])),
    responses((status = 200, body = Page<SessionShown>)))]
pub async fn list_sessions(app: web::Data<App>, customer: Customer) -> Result<HttpResponse, Failure> {
    let Customer { account_id, session_hash, .. } = customer;
    let now = app.clock.now();
    let found = app.store.read(move |tx| tx.sessions(account_id, now)).await?;
    let items = found.into_iter().map(|session| SessionShown {
        session_id: session.session_id,
        is_current: session.secret_hash == session_hash,
        browser: session.user_agent,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
    });
    Ok(HttpResponse::Ok().json(Page { items: items.collect(), next: None }))
}

/// Ends one of the account's sessions, at once. Errors: `NOT_FOUND`, also for one that has ended.
#[utoipa::path(delete, path = "/api/v1/account/sessions/{session_id}", tag = "account", security(("session" = [])),
    params(("session_id" = SessionId, Path)), responses((status = 204)))]
pub async fn end_session(
    app: web::Data<App>,
    customer: Customer,
    path: web::Path<SessionId>,
) -> Result<HttpResponse, Failure> {
    let session_id = path.into_inner();
    let ended = app.store.write(move |tx| tx.end_session_by_id(customer.account_id, session_id)?.ok_or_else(not_found));
    app.end_session(&ended.await?);
    Ok(HttpResponse::NoContent().finish())
}

/// Ends every session of the account but the one that asks.
#[utoipa::path(delete, path = "/api/v1/account/sessions", tag = "account", security(("session" = [])),
    responses((status = 204)))]
pub async fn end_other_sessions(app: web::Data<App>, customer: Customer) -> Result<HttpResponse, Failure> {
    let ended = app.store.write(move |tx| tx.end_other_sessions(customer.account_id, &customer.session_hash));
    for hash in ended.await? {
        app.end_session(&hash);
    }
    Ok(HttpResponse::NoContent().finish())
}
