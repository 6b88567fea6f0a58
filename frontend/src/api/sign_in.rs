//! What protects a sign-in.

use shared::api::Page;
use shared::api::account::Session;
use shared::api::sign_in::{
    AccountEdit, AddressChange, AddressConfirmation, AddressConfirmed, PasskeyAnswer, PasskeyChallenge, PasskeyNew,
    PasswordChange, PasswordResetRedemption, PasswordResetRequest, ProofRequest, RecoveryCodes, SecondRequest,
    Security, SessionShown, TotpConfirm, TotpStart,
};
use shared::id::{PasskeyId, SessionId};

use super::{Attempt, Call, Fault, Method, call, fetch};

/// The second step of signing in.
pub async fn finish_sign_in(request: &SecondRequest) -> Result<Session, Fault> {
    fetch(Call::new(Method::Post, "/session/second").json(request)?).await
}

/// What to ask a passkey for signing in.
pub async fn challenge_sign_in() -> Result<PasskeyChallenge, Fault> {
    fetch(Call::new(Method::Post, "/session/passkey/challenge")).await
}

/// Signs in with a passkey.
pub async fn sign_in_by_passkey(answer: &PasskeyAnswer) -> Result<Session, Fault> {
    fetch(Call::new(Method::Post, "/session/passkey").json(answer)?).await
}

/// Shows again who is there.
pub async fn prove(request: &ProofRequest) -> Result<(), Fault> {
    call(Call::new(Method::Post, "/session/proof").json(request)?).await.map(drop)
}

/// What to ask one of the account's passkeys.
pub async fn challenge_proof() -> Result<PasskeyChallenge, Fault> {
    fetch(Call::new(Method::Post, "/session/proof/challenge")).await
}

/// What protects the account.
pub async fn get_security() -> Result<Security, Fault> {
    fetch(Call::new(Method::Get, "/account/security")).await
}

/// Gives the account another name.
pub async fn edit_account(name: String) -> Result<Session, Fault> {
    fetch(Call::new(Method::Patch, "/account").json(&AccountEdit { name })?).await
}

/// Sets another password.
pub async fn change_password(request: &PasswordChange) -> Result<(), Fault> {
    call(Call::new(Method::Put, "/account/password").json(request)?).await.map(drop)
}

/// Where the account is signed in.
pub async fn list_sessions() -> Result<Page<SessionShown>, Fault> {
    fetch(Call::new(Method::Get, "/account/sessions")).await
}

/// Ends one session.
pub async fn end_session(session_id: SessionId) -> Result<(), Fault> {
    call(Call::new(Method::Delete, &format!("/account/sessions/{session_id}"))).await.map(drop)
}

/// Ends every session but this.
pub async fn end_other_sessions() -> Result<(), Fault> {
    call(Call::new(Method::Delete, "/account/sessions")).await.map(drop)
}

/// A new secret for an authenticator app.
pub async fn start_totp() -> Result<TotpStart, Fault> {
    fetch(Call::new(Method::Post, "/account/totp")).await
}

/// Turns the second step on.
pub async fn confirm_totp(totp: String, attempt: Attempt) -> Result<RecoveryCodes, Fault> {
    attempt.send(Call::new(Method::Post, "/account/totp/confirm").json(&TotpConfirm { totp })?).await
}

/// Turns the second step off.
pub async fn remove_totp() -> Result<(), Fault> {
    call(Call::new(Method::Delete, "/account/totp")).await.map(drop)
}

/// New recovery codes.
pub async fn renew_recovery_codes(attempt: Attempt) -> Result<RecoveryCodes, Fault> {
    attempt.send(Call::new(Method::Post, "/account/recovery-codes")).await
}

/// Has a link to choose a new password sent, if the address has an account.
pub async fn request_password_reset(email: String) -> Result<(), Fault> {
    call(Call::new(Method::Post, "/password-resets").json(&PasswordResetRequest { email })?).await.map(drop)
}

/// Chooses a new password by the link's token.
pub async fn redeem_password_reset(token: String, password: String) -> Result<(), Fault> {
    let request = PasswordResetRedemption { token, password };
    call(Call::new(Method::Post, "/password-resets/redeem").json(&request)?).await.map(drop)
}

/// Has a link sent to another address, which becomes the account's when it is followed.
pub async fn change_address(email: String) -> Result<(), Fault> {
    call(Call::new(Method::Post, "/account/email").json(&AddressChange { email })?).await.map(drop)
}

/// Has the last link sent again.
pub async fn resend_confirmation() -> Result<(), Fault> {
    call(Call::new(Method::Post, "/account/email/resend")).await.map(drop)
}

/// Confirms the address that the link with this token was sent to.
pub async fn confirm_address(token: String) -> Result<AddressConfirmed, Fault> {
    fetch(Call::new(Method::Post, "/account/email/confirm").json(&AddressConfirmation { token })?).await
}

/// What to ask the browser for a new passkey.
pub async fn challenge_passkey() -> Result<PasskeyChallenge, Fault> {
    fetch(Call::new(Method::Post, "/account/passkeys/challenge")).await
}

/// A new passkey.
pub async fn add_passkey(name: String, answer: PasskeyAnswer) -> Result<(), Fault> {
    let PasskeyAnswer { challenge, credential } = answer;
    call(Call::new(Method::Post, "/account/passkeys").json(&PasskeyNew { name, challenge, credential })?)
        .await
        .map(drop)
}

/// Removes a passkey.
pub async fn remove_passkey(passkey_id: PasskeyId) -> Result<(), Fault> {
    call(Call::new(Method::Delete, &format!("/account/passkeys/{passkey_id}"))).await.map(drop)
}
