//! The authenticator app and the recovery codes: turning the second step on and off.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::sign_in::{RecoveryCodes, TotpConfirm, TotpStart};
use shared::id::AccountId;
use shared::license::Refusal;
use shared::refusal::RefusalCode;

use super::second::{hash_recovery, is_on};
use crate::app::App;
use crate::auth::{Customer, Fresh};
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once_sealed};
use crate::store::sign_in::TotpRecord;
use crate::store::{Outcome, StoreError, Tx, not_found};

/// A new secret for an authenticator app. It counts once it is confirmed; one that is not confirmed yet is replaced.
///
/// Errors: `CONFIRMATION_REQUIRED`; `CONFLICT` while the second step is on.
#[utoipa::path(post, path = "/api/v1/account/totp", tag = "account", security(("session" = [])),
    responses((status = 200, body = TotpStart)))]
pub async fn start_totp(app: web::Data<App>, customer: Fresh<Customer>) -> Result<HttpResponse, Failure> {
    let (account_id, secret) = (customer.account_id, app.keys.new_totp());
    let record = TotpRecord {
        account_id,
        sealed_secret: app.keys.seal_totp(account_id, &secret),
        created_at: app.clock.now(),
        confirmed_at: None,
        last_step: 0,
    };
    let account = app.store.write(move |tx| {
        if is_on(tx, account_id)? {
            return Err(is_on_already());
        }
        tx.set_totp(&record)?;
        tx.account(account_id)?.ok_or_else(not_found)
    });
    let secret = secret.base32();
    let uri = address(&app.config.public_url, &account.await?.email, &secret);
    Ok(HttpResponse::Ok().json(TotpStart { secret, uri }))
}

/// Turns the second step on, with a code that the app shows; answers ten recovery codes, which cannot be read again.
///
/// Errors: `CONFIRMATION_REQUIRED`; `RATE_LIMITED`; `INVALID_INPUT` with `totp`; `CONFLICT` while it is on, or when nothing
/// was begun.
#[utoipa::path(post, path = "/api/v1/account/totp/confirm", tag = "account", request_body = TotpConfirm,
    params(("Idempotency-Key" = String, Header)), security(("session" = [])),
    responses((status = 200, body = RecoveryCodes)))]
pub async fn confirm_totp(
    app: web::Data<App>,
    request: HttpRequest,
    customer: Fresh<Customer>,
    key: IdempotencyKey,
    body: Strict<TotpConfirm>,
) -> Result<HttpResponse, Failure> {
    let account_id = customer.account_id;
    app.limits.second_step(account_id)?;
    let print = fingerprint(&request, &[&body.bytes]);
    let (code, codes, here, now) = (body.value.totp, new_codes(&app), app.clone(), app.clock.now());
    once_sealed(&app, account_id.to_string(), key, print, move |tx| {
        if is_on(tx, account_id)? {
            return Err(is_on_already());
        }
        let begun = tx.totp(account_id)?.ok_or_else(|| {
            StoreError::from(Refusal::new(RefusalCode::Conflict, "Begin with a new secret: there is none to confirm."))
        })?;
        let step = here.keys.open_totp(account_id, &begun.sealed_secret)?.step_of(&code, now);
        let Some(step) = step else { return Err(wrong_code()) };
        tx.use_totp_step(account_id, step, now)?;
        tx.set_second_tries(account_id, None)?;
        keep_codes(tx, &here, account_id, &codes)
    })
    .await
}

/// Turns the second step off; the recovery codes go with it. Errors: `CONFIRMATION_REQUIRED`; `NOT_FOUND` when it is off.
#[utoipa::path(delete, path = "/api/v1/account/totp", tag = "account", security(("session" = [])),
    responses((status = 204)))]
pub async fn remove_totp(app: web::Data<App>, customer: Fresh<Customer>) -> Result<HttpResponse, Failure> {
    let account_id = customer.account_id;
    app.store.write(move |tx| if tx.remove_totp(account_id)? { Ok(()) } else { Err(not_found()) }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ten new recovery codes; those there were count no more. Errors: `CONFIRMATION_REQUIRED`; `CONFLICT` while the second
/// step is off.
#[utoipa::path(post, path = "/api/v1/account/recovery-codes", tag = "account",
    params(("Idempotency-Key" = String, Header)), security(("session" = [])),
    responses((status = 200, body = RecoveryCodes)))]
pub async fn renew_recovery_codes(
    app: web::Data<App>,
    request: HttpRequest,
    customer: Fresh<Customer>,
    key: IdempotencyKey,
) -> Result<HttpResponse, Failure> {
    let (account_id, print) = (customer.account_id, fingerprint(&request, &[]));
    let (codes, here) = (new_codes(&app), app.clone());
    once_sealed(&app, account_id.to_string(), key, print, move |tx| {
        if !is_on(tx, account_id)? {
            let sentence = "Recovery codes stand for the second step: turn that on first.";
            return Err(Refusal::new(RefusalCode::Conflict, sentence).into());
        }
        keep_codes(tx, &here, account_id, &codes)
    })
    .await
}

/// How many recovery codes there are.
const CODES: usize = 10;

/// Without letters that look alike.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Fifty random bits each, as `ABCDE-FGHJK`: guesses are counted, and hashes need the master key.
fn new_codes(app: &App) -> Vec<String> {
    let code = |_| {
        let bits = app.rng.u128();
        let letter = |place: u32| {
            let digit = usize::try_from((bits >> (place * 5)) & 31).unwrap_or_default();
            LETTERS.get(digit).copied().map_or('A', char::from)
        };
        let half = |from: u32| (from..from + 5).map(letter).collect::<String>();
        [half(0), half(5)].join("-")
    };
    (0..CODES).map(code).collect()
}

fn keep_codes(tx: &mut dyn Tx, app: &App, account_id: AccountId, codes: &[String]) -> Outcome<Answer> {
    let hashes: Vec<_> = codes.iter().map(|code| hash_recovery(&app.keys, account_id, code)).collect();
    tx.set_recovery_codes(account_id, &hashes)?;
    Answer::json(StatusCode::OK, &RecoveryCodes { codes: codes.to_vec() })
}

/// What apps read from a QR code; they show where it belongs.
fn address(public_url: &str, email: &str, secret: &str) -> String {
    let host = public_url.split_once("://").map_or(public_url, |(_, host)| host);
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let (host, email) = (encode(host), encode(email));
    format!("otpauth://totp/{host}:{email}?secret={secret}&issuer={host}&algorithm=SHA1&digits=6&period=30")
}

fn is_on_already() -> StoreError {
    Refusal::new(RefusalCode::Conflict, "The second step is on: turn it off before you set another app up.").into()
}

fn wrong_code() -> StoreError {
    let sentence = "This is not the code that the app shows now.";
    Refusal::of_field("totp", sentence).into()
}
