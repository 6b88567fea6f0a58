//! API tokens: what lets programs act for a vendor. The secret is shown once and stored hashed.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::Page;
use shared::api::admin::team::{Token, TokenMade, TokenNew};
use shared::id::TokenId;
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::slug::Slug;
use shared::time::Timestamp;

use crate::app::App;
use crate::auth::member::TOKEN_PREFIX;
use crate::auth::member::need::{EditTokens, ReadTokens};
use crate::auth::secret::Secret;
use crate::auth::{Fresh, Member};
use crate::error::Failure;
use crate::http::account::{NAME_RULE, is_name};
use crate::http::body::Strict;
use crate::http::event::tell;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once_sealed};
use crate::http::openapi::ListParams;
use crate::http::page::PageQuery;
use crate::store::team::TokenRecord;
use crate::store::{Outcome, Tx, not_found};

/// The vendor's tokens, the newest first, without their secrets.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/tokens", tag = "vendors", params(("vendor" = Slug, Path), ListParams),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<Token>)))]
pub async fn list_tokens(
    app: web::Data<App>,
    member: Member<ReadTokens>,
    query: PageQuery,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, before, wanted) = (member.vendor.vendor_id, query.after()?, query.wanted());
    let found = app.store.read(move |tx| {
        let tokens = tx.tokens(vendor_id, before, wanted)?;
        tokens.into_iter().map(|record| show(tx, record)).collect::<Outcome<Vec<_>>>()
    });
    Ok(HttpResponse::Ok().json(query.page(found.await?, |token| token.token_id.to_string())))
}

/// A new token; the answer holds its secret, which cannot be read again.
///
/// Errors: `CONFIRMATION_REQUIRED`; `INVALID_INPUT` with `name`, `scopes` or `expires_at`; `FORBIDDEN` for scopes beyond the caller's own.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/tokens", tag = "vendors", request_body = TokenNew,
    params(("vendor" = Slug, Path), ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 201, body = TokenMade)))]
pub async fn add_token(
    app: web::Data<App>,
    request: HttpRequest,
    member: Fresh<Member<EditTokens>>,
    key: IdempotencyKey,
    body: Strict<TokenNew>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let now = app.clock.now();
    let TokenNew { name, mut scopes, expires_at } = body.value;
    check(&name, &scopes, expires_at, now)?;
    scopes.sort_unstable();
    scopes.dedup();
    let (by, here) = (member.into_authority(), app.clone());
    let secret = Secret::new(TOKEN_PREFIX, &app.rng);
    let record = TokenRecord {
        vendor_id: by.vendor.vendor_id,
        token_id: app.new_id(TokenId::new),
        secret_hash: secret.hash(),
        name: name.trim().to_owned(),
        scopes,
        hint: hint(secret.reveal()),
        created_by: by.actor.to_string(),
        created_at: now,
        expires_at,
        last_used_at: None,
    };
    once_sealed(&app, by.actor.to_string(), key, print, move |tx| {
        if let Some(beyond) = record.scopes.iter().find(|scope| !by.standing.may(**scope)) {
            let detail = format!("Nobody can give what they have not: {beyond}.");
            return Err(Refusal::new(RefusalCode::Forbidden, detail).into());
        }
        tx.add_token(&record)?;
        let body = json!({ "name": record.name, "scopes": record.scopes, "expires_at": record.expires_at });
        tell(tx, &here, &by, "token.created", &record.token_id, body)?;
        let made = TokenMade { token: show(tx, record.clone())?, secret: secret.reveal().to_owned() };
        Answer::json(StatusCode::CREATED, &made)
    })
    .await
}

/// Ends a token, at once and for good. Errors: `NOT_FOUND`, also for one that has ended.
#[utoipa::path(delete, path = "/api/v1/admin/vendors/{vendor}/tokens/{token_id}", tag = "vendors",
    params(("vendor" = Slug, Path), ("token_id" = TokenId, Path)),
    security(("session" = []), ("token" = [])), responses((status = 204)))]
pub async fn revoke_token(
    app: web::Data<App>,
    member: Member<EditTokens>,
    path: web::Path<(Slug, TokenId)>,
) -> Result<HttpResponse, Failure> {
    let (by, here, token_id, now) = (member.into_authority(), app.clone(), path.into_inner().1, app.clock.now());
    let done = app.store.write(move |tx| {
        let vendor_id = by.vendor.vendor_id;
        let record = tx.token(vendor_id, token_id)?.ok_or_else(not_found)?;
        tx.revoke_token(vendor_id, token_id, now)?;
        tell(tx, &here, &by, "token.revoked", &token_id, json!({ "name": record.name }))
    });
    done.await?;
    app.known.forget_tokens();
    Ok(HttpResponse::NoContent().finish())
}

fn check<T>(name: &str, scopes: &[T], expires_at: Option<Timestamp>, now: Timestamp) -> Result<(), Failure> {
    let checks = [
        ("name", is_name(name), NAME_RULE),
        ("scopes", !scopes.is_empty(), "A token needs at least one scope."),
        ("expires_at", expires_at.is_none_or(|end| end > now), "This must be in the future."),
    ];
    let wrong: Vec<_> =
        checks.iter().filter(|(_, is_good, _)| !is_good).map(|(field, _, detail)| (*field, *detail)).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Failure::fields(wrong)) }
}

/// The ends of the secret: `pgt_Ab…xYz9`.
fn hint(secret: &str) -> String {
    let ends = secret.get(..6).zip(secret.get(secret.len().saturating_sub(4)..));
    ends.map(|(first, last)| format!("{first}…{last}")).unwrap_or_default()
}

fn show(tx: &mut dyn Tx, record: TokenRecord) -> Outcome<Token> {
    let created_by = tx.actor_name(record.vendor_id, &record.created_by)?;
    Ok(Token {
        token_id: record.token_id,
        name: record.name,
        scopes: record.scopes,
        hint: record.hint,
        created_at: record.created_at,
        created_by: created_by.unwrap_or(record.created_by),
        expires_at: record.expires_at,
        last_used_at: record.last_used_at,
    })
}
