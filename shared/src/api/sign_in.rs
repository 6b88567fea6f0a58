//! What protects a sign-in: sessions, a second step, passkeys, and proofs of the moment.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::{PasskeyId, SessionId};
use crate::time::Timestamp;

/// A way to show who one is after the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Factor {
    /// The six digits that an authenticator app shows: `totp` of [`SecondRequest`].
    Totp,
    /// A passkey, by `POST /session/passkey`: it stands for the password too, and needs no `challenge` of it.
    Passkey,
    /// One of the codes that were written down: `recovery` of [`SecondRequest`].
    Recovery,
}

/// The password was right, and the account wants a second step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondStep {
    /// Any of these will do.
    pub needs: Vec<Factor>,
    /// Goes with the second step; good for ten minutes.
    pub challenge: String,
}

/// `POST /session/second`: the second step, with one of `totp` and `recovery`; answers [`super::account::Session`].
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondRequest {
    /// From the first step.
    pub challenge: String,
    /// Six digits; spaces are ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp: Option<String>,
    /// A recovery code; case, spaces and hyphens are ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<String>,
}

/// `POST /session/proof`: shows again who is there, with one of the four; answers 204.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofRequest {
    /// The account's password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Six digits of the authenticator app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp: Option<String>,
    /// A recovery code, which is used up; case, spaces and hyphens are ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<String>,
    /// A passkey's answer to `POST /session/proof/challenge`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey: Option<PasskeyAnswer>,
}

/// What the browser is to ask a passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyChallenge {
    /// Goes with the answer; good for ten minutes and once.
    pub challenge: String,
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub options: Value,
}

/// What a passkey answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyAnswer {
    /// From [`PasskeyChallenge`].
    pub challenge: String,
    /// What `PublicKeyCredential.toJSON()` gave.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub credential: Value,
}

/// `POST /account/passkeys`: a new passkey; answers 201 [`Passkey`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyNew {
    /// What it is called, 1 to 100 characters.
    pub name: String,
    /// From [`PasskeyChallenge`].
    pub challenge: String,
    /// What `PublicKeyCredential.toJSON()` gave.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub credential: Value,
}

/// A passkey as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passkey {
    /// Its id.
    pub passkey_id: PasskeyId,
    /// What it is called.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it last signed in or proved something.
    pub last_used_at: Option<Timestamp>,
}

/// `GET /account/security`: what protects the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Security {
    /// True where signing in takes a second step.
    pub totp: bool,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
    /// The account's passkeys, the oldest first.
    pub passkeys: Vec<Passkey>,
    /// False where the portal is reached by a number instead of a name: browsers have no passkeys for those.
    pub passkeys_possible: bool,
}

/// `POST /account/totp`: a new secret for an authenticator app; it counts once it is confirmed.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpStart {
    /// The secret in base 32, to be typed.
    pub secret: String,
    /// The same as an `otpauth:` address, to be shown as a QR code.
    pub uri: String,
}

/// `POST /account/totp/confirm`: turns the second step on; answers [`RecoveryCodes`].
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpConfirm {
    /// The six digits that the app shows.
    pub totp: String,
}

/// Codes to be written down: each stands once for the authenticator app. They cannot be read again.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCodes {
    /// Ten codes.
    pub codes: Vec<String>,
}

/// `PUT /account/password`: another password; ends the account's other sessions. Answers 204.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// The password there is.
    pub current: String,
    /// The one to be: 10 to 256 characters.
    pub new: String,
}

/// `POST /password-resets`: sends a link to choose a new password, if the address has an account. Answers 202 either way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordResetRequest {
    /// The account's e-mail address.
    pub email: String,
}

/// `POST /password-resets/redeem`: the new password. Ends all of the account's sessions; the second step stays. Answers 204.
///
/// Errors: `NOT_FOUND` for a link that was used, is over an hour old, or never was; `INVALID_INPUT` with `password`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordResetRedemption {
    /// What follows `#` in the link: `pgr_…`.
    pub token: String,
    /// The one to be: 10 to 256 characters.
    pub password: String,
}

/// `POST /account/email`: another address; sends a link to it, and it counts when the link is followed. Wants a proof of the
/// moment; answers 202. `POST /account/email/resend`, without a body, sends the last link's successor and answers 202 too.
///
/// Errors: `CONFLICT` where this installation sends no mail; for resending, where nothing is to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddressChange {
    /// An e-mail address, at most 254 bytes.
    pub email: String,
}

/// `POST /account/email/confirm`: the link was followed, by whoever, signed in or not; answers [`AddressConfirmed`].
///
/// Errors: `NOT_FOUND` for a link that was used, is over three days old, was followed by another, or never was; `CONFLICT`
/// when somebody else has the address by now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddressConfirmation {
    /// What follows `#` in the link: `pge_…`.
    pub token: String,
}

/// The address is its account's, and confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddressConfirmed {
    /// Which.
    pub email: String,
}

/// `PATCH /account`: what the person wants to be called; answers [`super::account::Session`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountEdit {
    /// 1 to 100 characters.
    pub name: String,
}

/// One item of `GET /account/sessions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionShown {
    /// Its id: names it and grants nothing.
    pub session_id: SessionId,
    /// What the browser called itself.
    pub browser: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used, to five minutes.
    pub last_used_at: Timestamp,
    /// True for the session that asks.
    pub is_current: bool,
}
