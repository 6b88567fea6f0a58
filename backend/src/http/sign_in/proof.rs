//! Showing again who is there, before something sensitive.

use actix_web::{HttpResponse, web};
use shared::api::sign_in::{PasskeyChallenge, ProofRequest};

use super::passkeys::judge_own;
use super::second::{Code, Wrong, check_code};
use super::{ask, exactly_one, passkeys_of};
use crate::app::App;
use crate::auth::Customer;
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::peer::Peer;
use crate::store::not_found;
use crate::store::sign_in::ChallengeKind;

/// Shows again who is there, with the password, a code of the app, a recovery code or a passkey: sensitive things are open for ten minutes.
///
/// Errors: `RATE_LIMITED`; `INVALID_INPUT` with the member that is wrong.
#[utoipa::path(post, path = "/api/v1/session/proof", tag = "account", request_body = ProofRequest,
    security(("session" = [])), responses((status = 204)))]
pub async fn prove(
    app: web::Data<App>,
    peer: Peer,
    customer: Customer,
    body: Strict<ProofRequest>,
) -> Result<HttpResponse, Failure> {
    let ProofRequest { password, totp, recovery, passkey } = body.value;
    exactly_one([
        ("password", password.is_some()),
        ("totp", totp.is_some()),
        ("recovery", recovery.is_some()),
        ("passkey", passkey.is_some()),
    ])?;
    let code = totp.map(Code::Totp).or_else(|| recovery.map(Code::Recovery));
    let Customer { account_id, session_hash, .. } = customer;
    let (keys, now) = (app.keys.clone(), app.clock.now());
    if let Some(answer) = passkey {
        let (challenge, passkey) = judge_own(&app, account_id, answer).await?;
        let done = app.store.write(move |tx| {
            if !tx.end_challenge(&challenge)? {
                return Ok(Err(Wrong::Over));
            }
            tx.update_passkey(&passkey)?;
            tx.prove_session(&session_hash, now).map(Ok)
        });
        done.await??;
    } else if let Some(code) = code {
        app.limits.second_step(account_id)?;
        let done = app.store.write(move |tx| {
            let checked = check_code(tx, &keys, account_id, &code, now)?;
            if checked.is_ok() {
                tx.prove_session(&session_hash, now)?;
            }
            Ok(checked)
        });
        done.await??;
    } else {
        app.limits.sign_in(peer.0, &account_id.to_string())?;
        let account = app.store.read(move |tx| tx.account(account_id)?.ok_or_else(not_found)).await?;
        if !app.passwords.check(password.unwrap_or_default(), Some(account.password_hash)).await? {
            return Err(Failure::fields([("password", "This is not your password.")]));
        }
        app.store.write(move |tx| tx.prove_session(&session_hash, now)).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// What the browser is to ask one of the account's passkeys. Errors: `CONFLICT` where there are none.
#[utoipa::path(post, path = "/api/v1/session/proof/challenge", tag = "account", security(("session" = [])),
    responses((status = 200, body = PasskeyChallenge)))]
pub async fn challenge_proof(app: web::Data<App>, customer: Customer) -> Result<HttpResponse, Failure> {
    let account_id = customer.account_id;
    let known = app.store.read(move |tx| tx.passkeys(account_id)).await?;
    if known.is_empty() {
        let sentence = "This account has no passkey.";
        return Err(Failure::code(shared::refusal::RefusalCode::Conflict, sentence));
    }
    let question = passkeys_of(&app)?.ask_one_of(&known)?;
    ask(&app, ChallengeKind::Proof, Some(account_id), question).await
}
