//! What an account is called, and its password.

use actix_web::{HttpResponse, web};
use shared::api::account::Session;
use shared::api::sign_in::{AccountEdit, PasswordChange};
use shared::license::Refusal;

use crate::app::App;
use crate::auth::Customer;
use crate::error::Failure;
use crate::http::account::{NAME_RULE, describe, is_name, is_password};
use crate::http::body::Strict;
use crate::http::peer::Peer;
use crate::store::not_found;

/// Gives the account another name. Errors: `INVALID_INPUT` with `name`.
#[utoipa::path(patch, path = "/api/v1/account", tag = "account", request_body = AccountEdit, security(("session" = [])),
    responses((status = 200, body = Session)))]
pub async fn edit_account(
    app: web::Data<App>,
    customer: Customer,
    body: Strict<AccountEdit>,
) -> Result<HttpResponse, Failure> {
    let name = body.value.name.trim().to_owned();
    if !is_name(&name) {
        return Err(Failure::fields([("name", NAME_RULE)]));
    }
    let account = app.store.write(move |tx| {
        tx.rename_account(customer.account_id, &name)?;
        tx.account(customer.account_id)?.ok_or_else(not_found)
    });
    Ok(HttpResponse::Ok().json(describe(&app, Some(account.await?))))
}

const NOT_YOURS: &str = "This is not your password.";

/// Sets another password; every other session of the account ends. The current password is the proof that a sensitive
/// change wants, and proves the session for others.
///
/// Errors: `RATE_LIMITED`; `INVALID_INPUT` with `current` when it is wrong, with `new`.
#[utoipa::path(put, path = "/api/v1/account/password", tag = "account", request_body = PasswordChange,
    security(("session" = [])), responses((status = 204)))]
pub async fn change_password(
    app: web::Data<App>,
    peer: Peer,
    customer: Customer,
    body: Strict<PasswordChange>,
) -> Result<HttpResponse, Failure> {
    let PasswordChange { current, new } = body.value;
    let account_id = customer.account_id;
    app.limits.sign_in(peer.0, &account_id.to_string())?;
    if !is_password(&new) {
        return Err(Failure::fields([("new", "This must have 10 to 256 characters.")]));
    }
    let account = app.store.read(move |tx| tx.account(account_id)?.ok_or_else(not_found)).await?;
    let known = account.password_hash;
    if !app.passwords.check(current, Some(known.clone())).await? {
        return Err(Failure::fields([("current", NOT_YOURS)]));
    }
    let (hash, now) = (app.passwords.hash(new).await?, app.clock.now());
    let ended = app.store.write(move |tx| {
        // Another change may have come first: then what was checked is no longer the password.
        if tx.account(account_id)?.is_none_or(|account| account.password_hash != known) {
            return Err(Refusal::of_field("current", NOT_YOURS).into());
        }
        tx.set_password_hash(account_id, &hash)?;
        // Whoever asked for them may have known the old password.
        tx.forget_links(account_id)?;
        tx.prove_session(&customer.session_hash, now)?;
        tx.end_other_sessions(account_id, &customer.session_hash)
    });
    for hash in ended.await? {
        app.end_session(&hash);
    }
    Ok(HttpResponse::NoContent().finish())
}
