//! Passkeys: registering them, and signing in with nothing else.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::account::Session;
use shared::api::sign_in::{Passkey, PasskeyAnswer, PasskeyChallenge, PasskeyNew};
use shared::id::{AccountId, PasskeyId};
use shared::refusal::RefusalCode;

use super::second::Wrong;
use super::{ask, begin_session, challenge_over, find_challenge, passkeys_of};
use crate::app::App;
use crate::auth::passkeys::credential_id;
use crate::auth::{Customer, Fresh};
use crate::error::Failure;
use crate::http::account::{NAME_RULE, is_name};
use crate::http::body::Strict;
use crate::http::peer::Peer;
use crate::store::sign_in::{ChallengeKind, PasskeyRecord};
use crate::store::{StoreError, not_found};

/// So many an account may have.
const MOST: usize = 20;

/// What the browser is to ask for a new passkey. Errors: `CONFIRMATION_REQUIRED`; `CONFLICT` where the portal has no
/// name, or the account has twenty.
#[utoipa::path(post, path = "/api/v1/account/passkeys/challenge", tag = "account", security(("session" = [])),
    responses((status = 200, body = PasskeyChallenge)))]
pub async fn challenge_passkey(app: web::Data<App>, customer: Fresh<Customer>) -> Result<HttpResponse, Failure> {
    let account_id = customer.account_id;
    let passkeys = passkeys_of(&app)?;
    let found =
        app.store.read(move |tx| Ok((tx.account(account_id)?.ok_or_else(not_found)?, tx.passkeys(account_id)?)));
    let (account, known) = found.await?;
    if known.len() >= MOST {
        return Err(Failure::code(RefusalCode::Conflict, "An account has at most 20 passkeys: remove one first."));
    }
    ask(&app, ChallengeKind::Register, Some(account_id), passkeys.ask_new(&account, &known)?).await
}

/// A new passkey.
///
/// Errors: `CONFIRMATION_REQUIRED`; `INVALID_INPUT` with `name`, `challenge` or `credential`; `CONFLICT` when the passkey
/// is registered already.
#[utoipa::path(post, path = "/api/v1/account/passkeys", tag = "account", request_body = PasskeyNew,
    security(("session" = [])), responses((status = 201, body = Passkey)))]
pub async fn add_passkey(
    app: web::Data<App>,
    customer: Fresh<Customer>,
    body: Strict<PasskeyNew>,
) -> Result<HttpResponse, Failure> {
    let PasskeyNew { name, challenge, credential } = body.value;
    if !is_name(&name) {
        return Err(Failure::fields([("name", NAME_RULE)]));
    }
    let account_id = customer.account_id;
    let challenge = find_challenge(&app, &challenge, ChallengeKind::Register).await?;
    if challenge.account_id != Some(account_id) {
        return Err(challenge_over());
    }
    let new = passkeys_of(&app)?.judge_new(&challenge.content, credential)?;
    let record = PasskeyRecord {
        account_id,
        passkey_id: app.new_id(PasskeyId::new),
        credential_id: new.credential_id,
        name: name.trim().to_owned(),
        content: new.content,
        created_at: app.clock.now(),
        last_used_at: None,
    };
    let kept = record.clone();
    let done = app.store.write(move |tx| {
        if !tx.end_challenge(&challenge.challenge_hash)? {
            return Ok(Err(Wrong::Over));
        }
        tx.add_passkey(&kept).map(Ok)
    });
    match done.await {
        Err(StoreError::Duplicate("passkeys.credential_id")) => {
            Err(Failure::code(RefusalCode::Conflict, "This passkey is registered already."))
        }
        done => {
            done??;
            Ok(HttpResponse::Created().json(show(record)))
        }
    }
}

/// Removes a passkey. Errors: `CONFIRMATION_REQUIRED`; `NOT_FOUND`, also for one that was removed.
#[utoipa::path(delete, path = "/api/v1/account/passkeys/{passkey_id}", tag = "account", security(("session" = [])),
    params(("passkey_id" = PasskeyId, Path)), responses((status = 204)))]
pub async fn remove_passkey(
    app: web::Data<App>,
    customer: Fresh<Customer>,
    path: web::Path<PasskeyId>,
) -> Result<HttpResponse, Failure> {
    let (account_id, passkey_id) = (customer.account_id, path.into_inner());
    let done =
        app.store.write(move |tx| if tx.remove_passkey(account_id, passkey_id)? { Ok(()) } else { Err(not_found()) });
    done.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What the browser is to ask a passkey for signing in. Errors: `RATE_LIMITED`; `CONFLICT` where the portal has no name.
#[utoipa::path(post, path = "/api/v1/session/passkey/challenge", tag = "account",
    responses((status = 200, body = PasskeyChallenge)))]
pub async fn challenge_sign_in(app: web::Data<App>, peer: Peer) -> Result<HttpResponse, Failure> {
    app.limits.public_write(peer.0)?;
    ask(&app, ChallengeKind::SignIn, None, passkeys_of(&app)?.ask_any()?).await
}

/// Signs in with a passkey and nothing else: whoever has it, unlocked it. An older session of this browser ends.
///
/// Errors: `RATE_LIMITED`; `INVALID_INPUT` with `challenge` or `credential`, the same for an unknown passkey as for a wrong
/// answer.
#[utoipa::path(post, path = "/api/v1/session/passkey", tag = "account", request_body = PasskeyAnswer,
    responses((status = 200, body = Session)))]
pub async fn sign_in_by_passkey(
    app: web::Data<App>,
    request: HttpRequest,
    peer: Peer,
    body: Strict<PasskeyAnswer>,
) -> Result<HttpResponse, Failure> {
    app.limits.public_write(peer.0)?;
    let PasskeyAnswer { challenge, credential } = body.value;
    let challenge = find_challenge(&app, &challenge, ChallengeKind::SignIn).await?;
    let id = credential_id(&credential)?.to_owned();
    let record = app.store.read(move |tx| tx.passkey_by_credential(&id)).await?.ok_or_else(unknown_passkey)?;
    let mut passkey = passkeys_of(&app)?.judge_any(&challenge.content, credential, record)?;
    passkey.last_used_at = Some(app.clock.now());
    begin_session(&app, &request, passkey.account_id, move |tx| {
        if !tx.end_challenge(&challenge.challenge_hash)? {
            return Ok(Err(Wrong::Over));
        }
        tx.update_passkey(&passkey).map(Ok)
    })
    .await
}

/// Judges the answer of one of the account's own passkeys: the challenge's hash, and the passkey as it is then.
pub(super) async fn judge_own(
    app: &App,
    account_id: AccountId,
    answer: PasskeyAnswer,
) -> Result<(String, PasskeyRecord), Failure> {
    let PasskeyAnswer { challenge, credential } = answer;
    let challenge = find_challenge(app, &challenge, ChallengeKind::Proof).await?;
    if challenge.account_id != Some(account_id) {
        return Err(challenge_over());
    }
    let id = credential_id(&credential)?.to_owned();
    let record = app.store.read(move |tx| tx.passkey_by_credential(&id)).await?;
    let record = record.filter(|record| record.account_id == account_id).ok_or_else(unknown_passkey)?;
    let mut passkey = passkeys_of(app)?.judge_one_of(&challenge.content, credential, record)?;
    passkey.last_used_at = Some(app.clock.now());
    Ok((challenge.challenge_hash, passkey))
}

fn unknown_passkey() -> Failure {
    crate::auth::passkeys::wrong_credential()
}

/// As its owner sees it.
pub(super) fn show(record: PasskeyRecord) -> Passkey {
    Passkey {
        passkey_id: record.passkey_id,
        name: record.name,
        created_at: record.created_at,
        last_used_at: record.last_used_at,
    }
}
