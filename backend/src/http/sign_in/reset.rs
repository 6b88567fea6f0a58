//! A forgotten password: a link to the account's address, and a new password by it.

use actix_web::{HttpResponse, web};
use shared::api::sign_in::{PasswordResetRedemption, PasswordResetRequest};

use crate::app::App;
use crate::auth::secret::Secret;
use crate::error::Failure;
use crate::http::account::{is_email, is_password};
use crate::http::body::Strict;
use crate::http::peer::Peer;
use crate::outbox::mail::RESET_PREFIX;
use crate::store::mail::LinkPurpose;
use crate::store::not_found;
use crate::store::records::email_key;

/// Sends a link to choose a new password, if the address has an account. Nobody learns whether it has one: the same is
/// written for every address, and looked up later.
///
/// Errors: `RATE_LIMITED`, `INVALID_INPUT` with `email`.
#[utoipa::path(post, path = "/api/v1/password-resets", tag = "account", request_body = PasswordResetRequest,
    responses((status = 202, description = "A link is on its way, if the address has an account and this installation sends mail.")))]
pub async fn ask_reset(
    app: web::Data<App>,
    peer: Peer,
    body: Strict<PasswordResetRequest>,
) -> Result<HttpResponse, Failure> {
    if !is_email(body.value.email.trim()) {
        return Err(Failure::fields([("email", "This must be an e-mail address.")]));
    }
    let key = email_key(&body.value.email);
    app.limits.mail(peer.0, &key)?;
    if app.config.mail.is_some() {
        let now = app.clock.now();
        app.store.write(move |tx| tx.ask_reset(&key, now)).await?;
    }
    Ok(HttpResponse::Accepted().finish())
}

/// Sets a new password by the link that was sent, and ends every session of the account. A second step stays: whoever reads
/// the mailbox has not taken over the phone.
///
/// Errors: `RATE_LIMITED`; `INVALID_INPUT` with `password`; `NOT_FOUND` for a link that was used, is over, or never was.
#[utoipa::path(post, path = "/api/v1/password-resets/redeem", tag = "account", request_body = PasswordResetRedemption,
    responses((status = 204, description = "The password is the new one; sign in with it.")))]
pub async fn redeem_reset(
    app: web::Data<App>,
    peer: Peer,
    body: Strict<PasswordResetRedemption>,
) -> Result<HttpResponse, Failure> {
    app.limits.link(peer.0)?;
    let PasswordResetRedemption { token, password } = body.value;
    if !is_password(&password) {
        return Err(Failure::fields([("password", "This must have 10 to 256 characters.")]));
    }
    let hash = Secret::parse(RESET_PREFIX, token.trim()).ok_or_else(Failure::not_found)?.hash();
    let (wanted, now) = (hash.clone(), app.clock.now());
    // A guess costs no hashing.
    let found = app.store.read(move |tx| tx.link(&wanted, LinkPurpose::Password, now));
    found.await?.ok_or_else(Failure::not_found)?;
    let password_hash = app.passwords.hash(password).await?;
    let ended = app.store.write(move |tx| {
        let link = tx.link(&hash, LinkPurpose::Password, now)?.ok_or_else(not_found)?;
        let account = tx.account(link.account_id)?.ok_or_else(not_found)?;
        tx.set_password_hash(account.account_id, &password_hash)?;
        if account.email_confirmed_at.is_none() && email_key(&account.email) == email_key(&link.email) {
            // The link has shown whose mailbox it is.
            tx.confirm_address(account.account_id, &account.email, now)?;
        }
        tx.forget_links(account.account_id)?;
        tx.end_other_sessions(account.account_id, "")
    });
    for session in ended.await? {
        app.end_session(&session);
    }
    Ok(HttpResponse::NoContent().finish())
}
