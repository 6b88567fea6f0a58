//! An account's address: shown to be its person's by a link that is sent to it.

use actix_web::{HttpResponse, web};
use shared::api::sign_in::{AddressChange, AddressConfirmation, AddressConfirmed};
use shared::id::AccountId;
use shared::license::Refusal;
use shared::mail::MailKind;
use shared::refusal::RefusalCode;

use crate::app::App;
use crate::auth::secret::Secret;
use crate::auth::{Customer, Fresh};
use crate::error::Failure;
use crate::http::account::is_email;
use crate::http::body::Strict;
use crate::http::peer::Peer;
use crate::outbox::mail::{ADDRESS_PREFIX, new_link, write_of_address};
use crate::store::mail::LinkPurpose;
use crate::store::records::email_key;
use crate::store::{Outcome, StoreError, Tx, not_found};

/// Sends a link to another address; the account has that address once the link is followed.
///
/// Nothing is told of whether somebody else has the address. Errors: `CONFIRMATION_REQUIRED`, `RATE_LIMITED`, `INVALID_INPUT`
/// with `email`; `CONFLICT` where this installation sends no mail, or the account has the address already.
#[utoipa::path(post, path = "/api/v1/account/email", tag = "account", request_body = AddressChange,
    security(("session" = [])), responses((status = 202, description = "A link is on its way.")))]
pub async fn change_address(
    app: web::Data<App>,
    peer: Peer,
    customer: Fresh<Customer>,
    body: Strict<AddressChange>,
) -> Result<HttpResponse, Failure> {
    let email = body.value.email.trim().to_owned();
    if !is_email(&email) {
        return Err(Failure::fields([("email", "This must be an e-mail address.")]));
    }
    check_mail(&app)?;
    app.limits.mail(peer.0, &email_key(&email))?;
    let (account_id, here) = (customer.account_id, app.clone());
    let asked = app.store.write(move |tx| {
        let account = tx.account(account_id)?.ok_or_else(not_found)?;
        if account.email == email && account.email_confirmed_at.is_some() {
            let detail = "This is your address already.";
            return Err(Refusal::new(RefusalCode::Conflict, detail).into());
        }
        let holder = tx.account_by_email(&email_key(&email))?;
        if holder.is_none_or(|holder| holder.account_id == account_id) {
            ask_to_confirm(tx, &here, MailKind::AddressChange, account_id, &email)?;
        }
        Ok(())
    });
    asked.await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Sends another link to the address that is to be confirmed: the one asked for last, or the account's own.
///
/// Errors: `FORBIDDEN` for an account that a vendor's source made; `RATE_LIMITED`; `CONFLICT` where this installation sends no mail,
/// or nothing is to be confirmed.
#[utoipa::path(post, path = "/api/v1/account/email/resend", tag = "account", security(("session" = [])),
    responses((status = 202, description = "A link is on its way.")))]
pub async fn resend_address(app: web::Data<App>, peer: Peer, customer: Customer) -> Result<HttpResponse, Failure> {
    customer.refuse_source()?;
    check_mail(&app)?;
    let (account_id, here, now) = (customer.account_id, app.clone(), app.clock.now());
    let found = app.store.read(move |tx| {
        let account = tx.account(account_id)?.ok_or_else(not_found)?;
        Ok((tx.newest_link(account_id, LinkPurpose::Address, now)?, account))
    });
    let (link, account) = found.await?;
    let wanted = match link {
        Some(link) => link.email,
        None if account.email_confirmed_at.is_none() => account.email.clone(),
        None => return Err(Failure::code(RefusalCode::Conflict, "There is no address to confirm.")),
    };
    app.limits.mail(peer.0, &email_key(&wanted))?;
    let kind = if wanted == account.email { MailKind::SignUp } else { MailKind::AddressChange };
    app.store.write(move |tx| ask_to_confirm(tx, &here, kind, account_id, &wanted)).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Confirms an address by the link that was sent to it, whoever is signed in: the account has it from now on.
///
/// Errors: `RATE_LIMITED`; `NOT_FOUND` for a link that was used, is over, or never was; `CONFLICT` when somebody else has the
/// address by now.
#[utoipa::path(post, path = "/api/v1/account/email/confirm", tag = "account", request_body = AddressConfirmation,
    responses((status = 200, body = AddressConfirmed)))]
pub async fn confirm_address(
    app: web::Data<App>,
    peer: Peer,
    body: Strict<AddressConfirmation>,
) -> Result<HttpResponse, Failure> {
    app.limits.link(peer.0)?;
    let secret = Secret::parse(ADDRESS_PREFIX, body.value.token.trim()).ok_or_else(Failure::not_found)?;
    let (hash, here, now) = (secret.hash(), app.clone(), app.clock.now());
    let confirmed = app.store.write(move |tx| {
        let link = tx.link(&hash, LinkPurpose::Address, now)?.ok_or_else(not_found)?;
        let account = tx.account(link.account_id)?.ok_or_else(not_found)?;
        tx.confirm_address(account.account_id, &link.email, now)?;
        // Links to a new password that lie in the old mailbox end too.
        tx.forget_links(account.account_id)?;
        if email_key(&account.email) != email_key(&link.email) && here.config.mail.is_some() {
            let kind = MailKind::AddressChanged;
            let notice = write_of_address(&here, kind, account.account_id, &account.email, &link.email, None)?;
            tx.add_mail(&notice)?;
        }
        Ok(AddressConfirmed { email: link.email })
    });
    match confirmed.await {
        Ok(confirmed) => Ok(HttpResponse::Ok().json(confirmed)),
        Err(StoreError::Duplicate("accounts.email")) => {
            Err(Failure::code(RefusalCode::Conflict, "Another account has this address by now."))
        }
        Err(error) => Err(error.into()),
    }
}

/// Writes the mail whose link confirms `email`.
pub(in crate::http) fn ask_to_confirm(
    tx: &mut dyn Tx,
    app: &App,
    kind: MailKind,
    account_id: AccountId,
    email: &str,
) -> Outcome<()> {
    let (link, url) = new_link(app, LinkPurpose::Address, account_id, email);
    tx.add_link(&link)?;
    tx.add_mail(&write_of_address(app, kind, account_id, email, email, Some((&link, &url)))?)
}

fn check_mail(app: &App) -> Result<(), Failure> {
    let detail = "This installation sends no mail, so no address can be confirmed: ask whoever runs it.";
    if app.config.mail.is_some() { Ok(()) } else { Err(Failure::code(RefusalCode::Conflict, detail)) }
}
