//! Accounts and sessions.

use serde::{Deserialize, Serialize};

use super::sign_in::SecondStep;
use crate::id::AccountId;

/// `POST /accounts`: sign up; answers [`Session`] and signs in.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignUp {
    /// An e-mail address, at most 254 bytes.
    pub email: String,
    /// 10 to 256 characters.
    pub password: String,
    /// What the person wants to be called, 1 to 100 characters.
    pub name: String,
}

/// `POST /session`: sign in; answers [`Session`].
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// The account's e-mail address.
    pub email: String,
    /// Its password.
    pub password: String,
}

/// `GET /session`: who is signed in, and what this installation offers to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Who is signed in; `null` for nobody.
    pub account: Option<Account>,
    /// True where the test sandbox takes payments instead of a payment provider.
    pub test_payments: bool,
    /// Nobody is signed in yet: the account wants a second step. Only ever in the answer to `POST /session`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<SecondStep>,
}

/// A person's sign-in, as the person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// Its id.
    pub account_id: AccountId,
    /// Its e-mail address.
    pub email: String,
    /// What the person wants to be called.
    pub name: String,
    /// True when the person has followed the link that was sent to the address.
    pub email_confirmed: bool,
}

/// `GET /instance`: what this installation is and offers, for anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublicInstance {
    /// The program's version.
    pub version: String,
    /// True where it sends mail: without, only its operator can help with a forgotten password.
    pub mail: bool,
    /// True where whoever signs up may add a vendor.
    pub vendor_sign_up: bool,
}
