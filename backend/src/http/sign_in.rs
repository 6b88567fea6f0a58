//! What protects a sign-in: a second step, passkeys, sessions, and proofs of the moment.
//!
//! All of it is the signed-in account's own. No event tells of it: events are vendors', an account is nobody's customer alone.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::sign_in::{PasskeyChallenge, Security};
use shared::id::AccountId;
use shared::time::Timestamp;

use super::account::describe;
use crate::app::App;
use crate::auth::Customer;
use crate::auth::passkeys::{Passkeys, Question};
use crate::auth::secret::Secret;
use crate::auth::session::{new_session, session_hash};
use crate::error::Failure;
use crate::store::sign_in::{ChallengeKind, ChallengeRecord};
use crate::store::{Outcome, Tx, not_found};

pub mod address;
pub mod passkeys;
pub mod profile;
pub mod proof;
pub mod reset;
pub mod second;
pub mod sessions;
pub mod totp;

/// What protects the account.
#[utoipa::path(get, path = "/api/v1/account/security", tag = "account", security(("session" = [])),
    responses((status = 200, body = Security)))]
pub async fn get_security(app: web::Data<App>, customer: Customer) -> Result<HttpResponse, Failure> {
    let account_id = customer.account_id;
    let found = app.store.read(move |tx| {
        let totp = tx.totp(account_id)?.is_some_and(|totp| totp.confirmed_at.is_some());
        Ok((totp, tx.count_recovery_codes(account_id)?, tx.passkeys(account_id)?))
    });
    let (totp, recovery_codes, passkeys) = found.await?;
    Ok(HttpResponse::Ok().json(Security {
        totp,
        recovery_codes,
        passkeys: passkeys.into_iter().map(passkeys::show).collect(),
        passkeys_possible: Passkeys::of(&app.config).is_some(),
    }))
}

/// How long something asked may be answered.
const CHALLENGE_SECONDS: i64 = 600;

/// What the secrets of challenges begin with.
const CHALLENGE_PREFIX: &str = "chl";

/// A challenge of now, and its secret.
fn new_challenge(
    app: &App,
    kind: ChallengeKind,
    account_id: Option<AccountId>,
    content: String,
) -> (ChallengeRecord, String) {
    let (secret, now) = (Secret::new(CHALLENGE_PREFIX, &app.rng), app.clock.now());
    let expires_at = now.checked_add_seconds(CHALLENGE_SECONDS).unwrap_or(now);
    let record = ChallengeRecord { challenge_hash: secret.hash(), kind, account_id, content, expires_at };
    (record, secret.reveal().to_owned())
}

/// The challenge that an answer names, still open. Errors: `INVALID_INPUT` with `challenge`.
async fn find_challenge(app: &App, secret: &str, kind: ChallengeKind) -> Result<ChallengeRecord, Failure> {
    let hash = Secret::parse(CHALLENGE_PREFIX, secret).ok_or_else(challenge_over)?.hash();
    let now = app.clock.now();
    let found = app.store.read(move |tx| tx.challenge(&hash, kind, now)).await?;
    found.ok_or_else(challenge_over)
}

fn challenge_over() -> Failure {
    Failure::fields([("challenge", "This took too long, or was answered already: please begin again.")])
}

/// Asks a passkey: keeps what its answer is judged by.
async fn ask(
    app: &App,
    kind: ChallengeKind,
    account_id: Option<AccountId>,
    question: Question,
) -> Result<HttpResponse, Failure> {
    let (record, challenge) = new_challenge(app, kind, account_id, question.kept);
    let now = app.clock.now();
    app.store.write(move |tx| tx.add_challenge(&record, now)).await?;
    Ok(HttpResponse::Ok().json(PasskeyChallenge { challenge, options: question.options }))
}

/// This installation's passkeys. Errors: `CONFLICT` where browsers have none.
fn passkeys_of(app: &App) -> Result<Passkeys, Failure> {
    let sentence = "Passkeys need a portal that is reached by a name: this one is reached by a number.";
    Passkeys::of(&app.config).ok_or_else(|| Failure::code(shared::refusal::RefusalCode::Conflict, sentence))
}

/// Begins a session of the account with `check` in the same transaction; the one that the browser had ends.
async fn begin_session<T: Send + 'static>(
    app: &App,
    request: &HttpRequest,
    account_id: AccountId,
    mut check: impl FnMut(&mut dyn Tx) -> Outcome<Result<(), T>> + Send + 'static,
) -> Result<HttpResponse, Failure>
where
    Failure: From<T>,
{
    let (session, cookie) = new_session(app, request, account_id);
    let old = session_hash(request);
    let done = app.store.write(move |tx| {
        if let Err(refusal) = check(tx)? {
            return Ok(Err(refusal));
        }
        old.as_deref().map(|old| tx.end_session(old)).transpose()?;
        tx.add_session(&session)?;
        tx.account(account_id)?.ok_or_else(not_found).map(Ok)
    });
    let account = done.await??;
    Ok(HttpResponse::Ok().cookie(cookie).json(describe(app, Some(account))))
}

/// Seconds since then.
fn age(then: Timestamp, now: Timestamp) -> i64 {
    now.as_unix().saturating_sub(then.as_unix())
}

/// One of several members, exactly.
fn exactly_one<const N: usize>(given: [(&str, bool); N]) -> Result<(), Failure> {
    let is_one = given.iter().filter(|(_, is_given)| *is_given).count() == 1;
    let first = given.first().map_or("", |(name, _)| name);
    let names: Vec<_> = given.iter().map(|(name, _)| format!("`{name}`")).collect();
    if is_one { Ok(()) } else { Err(Failure::fields([(first, format!("Send one of {}.", names.join(", ")))])) }
}
