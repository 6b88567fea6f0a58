//! The second step of signing in: a code of the authenticator app, or a recovery code.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::account::Session;
use shared::api::sign_in::{Factor, SecondRequest, SecondStep};
use shared::id::AccountId;
use shared::time::Timestamp;

use super::{age, begin_session, challenge_over, exactly_one, find_challenge, new_challenge};
use crate::app::App;
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::peer::Peer;
use crate::keys::Keyring;
use crate::store::sign_in::{ChallengeKind, SecondTries};
use crate::store::{Outcome, Tx};

/// Finishes signing in where the password was not enough. An older session of this browser ends.
///
/// Errors: `RATE_LIMITED`; `INVALID_INPUT` with `challenge` when the password was too long ago, with `totp` or `recovery`
/// when the code is wrong or was used.
#[utoipa::path(post, path = "/api/v1/session/second", tag = "account", request_body = SecondRequest,
    responses((status = 200, body = Session)))]
pub async fn finish_sign_in(
    app: web::Data<App>,
    request: HttpRequest,
    peer: Peer,
    body: Strict<SecondRequest>,
) -> Result<HttpResponse, Failure> {
    let SecondRequest { challenge, totp, recovery } = body.value;
    exactly_one([("totp", totp.is_some()), ("recovery", recovery.is_some())])?;
    app.limits.public_write(peer.0)?;
    let challenge = find_challenge(&app, &challenge, ChallengeKind::Second).await?;
    let account_id = challenge.account_id.ok_or_else(challenge_over)?;
    app.limits.second_step(account_id)?;
    let code = match (totp, recovery) {
        (Some(totp), _) => Code::Totp(totp),
        (None, recovery) => Code::Recovery(recovery.unwrap_or_default()),
    };
    let (keys, now) = (app.keys.clone(), app.clock.now());
    begin_session(&app, &request, account_id, move |tx| {
        if tx.challenge(&challenge.challenge_hash, ChallengeKind::Second, now)?.is_none() {
            return Ok(Err(Wrong::Over));
        }
        let checked = check_code(tx, &keys, account_id, &code, now)?;
        if checked.is_ok() {
            tx.end_challenge(&challenge.challenge_hash)?;
        }
        Ok(checked)
    })
    .await
}

/// What the account wants after its password; nothing where the password is enough.
pub(crate) async fn ask_second(app: &App, account_id: AccountId) -> Result<Option<SecondStep>, Failure> {
    let (record, challenge) = new_challenge(app, ChallengeKind::Second, Some(account_id), String::new());
    let now = app.clock.now();
    let is_wanted = app.store.read(move |tx| is_on(tx, account_id)).await?;
    if !is_wanted {
        return Ok(None);
    }
    let needs = app.store.write(move |tx| {
        tx.add_challenge(&record, now)?;
        let passkey = !tx.passkeys(account_id)?.is_empty();
        let recovery = tx.count_recovery_codes(account_id)? > 0;
        let all = [(Factor::Totp, true), (Factor::Passkey, passkey), (Factor::Recovery, recovery)];
        Ok(all.into_iter().filter(|(_, has)| *has).map(|(factor, _)| factor).collect())
    });
    Ok(Some(SecondStep { needs: needs.await?, challenge }))
}

/// Whether signing in takes two steps.
pub(super) fn is_on(tx: &mut dyn Tx, account_id: AccountId) -> Outcome<bool> {
    Ok(tx.totp(account_id)?.is_some_and(|totp| totp.confirmed_at.is_some()))
}

/// A code that somebody typed.
pub(super) enum Code {
    /// From the authenticator app.
    Totp(String),
    /// From what was written down.
    Recovery(String),
}

/// Why a code does not count.
pub(super) enum Wrong {
    /// It is none, or was used: the member that held it.
    Code(&'static str),
    /// Too many were wrong: so many seconds.
    Wait(u64),
    /// What it answers is over.
    Over,
}

impl From<Wrong> for Failure {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Code(field) => Self::fields([(field, "This code is wrong, or was used already.")]),
            Wrong::Wait(seconds) => Self::rate_limited(seconds),
            Wrong::Over => challenge_over(),
        }
    }
}

/// So many wrong codes in a row may be typed at once.
const FREE_TRIES: u32 = 10;

/// After those, one in a quarter of an hour: guessing all day finds a code once in decades.
const WAIT_SECONDS: i64 = 900;

/// Checks a code and uses it up; a wrong one is counted, for the account, wherever it was typed.
pub(super) fn check_code(
    tx: &mut dyn Tx,
    keys: &Keyring,
    account_id: AccountId,
    code: &Code,
    now: Timestamp,
) -> Outcome<Result<(), Wrong>> {
    let tries = tx.second_tries(account_id)?;
    if let Some(tries) = tries.filter(|tries| tries.wrong >= FREE_TRIES) {
        let left = WAIT_SECONDS.saturating_sub(age(tries.last_at, now));
        if let Ok(seconds @ 1..) = u64::try_from(left) {
            return Ok(Err(Wrong::Wait(seconds)));
        }
    }
    let (is_right, field) = match code {
        Code::Totp(code) => (check_totp(tx, keys, account_id, code, now)?, "totp"),
        Code::Recovery(code) => {
            (tx.use_recovery_code(account_id, &hash_recovery(keys, account_id, code), now)?, "recovery")
        }
    };
    let wrong = tries.map_or(0, |tries| tries.wrong).saturating_add(1);
    let tries = (!is_right).then_some(SecondTries { wrong, last_at: now });
    tx.set_second_tries(account_id, tries)?;
    Ok(if is_right { Ok(()) } else { Err(Wrong::Code(field)) })
}

fn check_totp(tx: &mut dyn Tx, keys: &Keyring, account_id: AccountId, code: &str, now: Timestamp) -> Outcome<bool> {
    let Some(totp) = tx.totp(account_id)?.filter(|totp| totp.confirmed_at.is_some()) else { return Ok(false) };
    let step = keys.open_totp(account_id, &totp.sealed_secret)?.step_of(code, now);
    let Some(step) = step.filter(|step| *step > totp.last_step) else { return Ok(false) };
    tx.use_totp_step(account_id, step, now)?;
    Ok(true)
}

/// What the store keeps of a recovery code, however it is written.
pub(super) fn hash_recovery(keys: &Keyring, account_id: AccountId, code: &str) -> String {
    let code: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect();
    keys.hash("recovery code", format!("{account_id}\n{code}").as_bytes())
}
