//! Passkeys (Web Authentication): what browsers are asked, and whether the answer is right. The user is always verified,
//! so that a passkey stands for both steps of signing in.
//!
//! `webauthn-rs` draws its challenges itself, from the operating system's randomness.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use shared::id::AccountId;
use webauthn_rs::prelude::{
    AuthenticationResult, CredentialID, DiscoverableAuthentication, Passkey, PasskeyAuthentication,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Url, Uuid, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::config::Config;
use crate::error::Failure;
use crate::store::records::Account;
use crate::store::sign_in::PasskeyRecord;

/// Asks for passkeys of this installation.
pub struct Passkeys(Webauthn);

/// What the browser is asked, and what is kept to judge its answer.
pub struct Question {
    /// `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON`.
    pub options: Value,
    /// Opaque.
    pub kept: String,
}

/// A new passkey, as the store keeps it.
pub struct NewPasskey {
    /// How browsers name it.
    pub credential_id: String,
    /// The public key with its counter.
    pub content: String,
}

impl Passkeys {
    /// Nothing where browsers have no passkeys: the portal is reached by a number instead of a name.
    pub fn of(config: &Config) -> Option<Self> {
        let url: Url = config.public_url.parse().ok()?;
        let builder = WebauthnBuilder::new(url.domain()?, &url).ok()?;
        builder.rp_name("Passgate").build().ok().map(Self)
    }

    /// Asks for a new passkey of the account that can be found without its address; `known` are those it has.
    pub fn ask_new(&self, account: &Account, known: &[PasskeyRecord]) -> Result<Question, Failure> {
        let known: Vec<_> =
            known.iter().map(read).map(|passkey| passkey.map(|one| one.cred_id().clone())).collect::<Result<_, _>>()?;
        let handle = handle(account.account_id);
        let asked = self.0.start_passkey_registration(handle, &account.email, &account.name, Some(known));
        let (options, state) = asked.map_err(fault)?;
        let mut question = Question::new(&options.public_key, &state)?;
        if let Some(selection) = question.options.get_mut("authenticatorSelection").and_then(Value::as_object_mut) {
            selection.insert("residentKey".to_owned(), json!("required"));
            selection.insert("requireResidentKey".to_owned(), json!(true));
        }
        Ok(question)
    }

    /// The new passkey. Errors: `INVALID_INPUT` with `credential`.
    pub fn judge_new(&self, kept: &str, answer: Value) -> Result<NewPasskey, Failure> {
        let state: PasskeyRegistration = restore(kept)?;
        let answer: RegisterPublicKeyCredential = parse(answer)?;
        let passkey = self.0.finish_passkey_registration(&answer, &state).map_err(wrong)?;
        Ok(NewPasskey { credential_id: name(passkey.cred_id()), content: keep(&passkey)? })
    }

    /// Asks for any passkey of this installation.
    pub fn ask_any(&self) -> Result<Question, Failure> {
        let (options, state) = self.0.start_discoverable_authentication().map_err(fault)?;
        Question::new(&options.public_key, &state)
    }

    /// Asks for one of these.
    pub fn ask_one_of(&self, known: &[PasskeyRecord]) -> Result<Question, Failure> {
        let known = known.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let (options, state) = self.0.start_passkey_authentication(&known).map_err(fault)?;
        Question::new(&options.public_key, &state)
    }

    /// The passkey after its answer to [`Passkeys::ask_any`]. Errors: `INVALID_INPUT` with `credential`.
    pub fn judge_any(&self, kept: &str, answer: Value, record: PasskeyRecord) -> Result<PasskeyRecord, Failure> {
        let state: DiscoverableAuthentication = restore(kept)?;
        let answer: PublicKeyCredential = parse(answer)?;
        let (found, _) = self.0.identify_discoverable_authentication(&answer).map_err(wrong)?;
        if found != handle(record.account_id) {
            return Err(wrong_credential());
        }
        let passkey = read(&record)?;
        let result = self.0.finish_discoverable_authentication_v2(&answer, state, &passkey).map_err(wrong)?;
        after(record, passkey, &result)
    }

    /// The passkey after its answer to [`Passkeys::ask_one_of`]. Errors: `INVALID_INPUT` with `credential`.
    pub fn judge_one_of(&self, kept: &str, answer: Value, record: PasskeyRecord) -> Result<PasskeyRecord, Failure> {
        let state: PasskeyAuthentication = restore(kept)?;
        let answer: PublicKeyCredential = parse(answer)?;
        let result = self.0.finish_passkey_authentication(&answer, &state).map_err(wrong)?;
        let passkey = read(&record)?;
        after(record, passkey, &result)
    }
}

impl Question {
    fn new(options: &impl Serialize, state: &impl Serialize) -> Result<Self, Failure> {
        let options = serde_json::to_value(options).map_err(fault)?;
        Ok(Self { options, kept: keep(state)? })
    }
}

/// The id by which browsers say which passkey answers.
pub fn credential_id(answer: &Value) -> Result<&str, Failure> {
    answer.get("id").and_then(Value::as_str).ok_or_else(wrong_credential)
}

fn after(record: PasskeyRecord, mut passkey: Passkey, result: &AuthenticationResult) -> Result<PasskeyRecord, Failure> {
    if !result.user_verified() || passkey.update_credential(result).is_none() {
        return Err(wrong_credential());
    }
    Ok(PasskeyRecord { content: keep(&passkey)?, ..record })
}

/// Whom an authenticator keeps a passkey for: tells nobody who it is.
fn handle(account_id: AccountId) -> Uuid {
    let hash: [u8; 32] = Sha256::digest(format!("passgate user handle\n{account_id}")).into();
    hash.first_chunk().map_or(Uuid::nil(), |bytes| Uuid::from_bytes(*bytes))
}

/// base64url, as in the `id` of browsers' answers.
fn name(id: &CredentialID) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

fn read(record: &PasskeyRecord) -> Result<Passkey, Failure> {
    restore(&record.content)
}

fn keep(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(fault)
}

fn restore<T: DeserializeOwned>(kept: &str) -> Result<T, Failure> {
    serde_json::from_str(kept).map_err(fault)
}

fn parse<T: DeserializeOwned>(answer: Value) -> Result<T, Failure> {
    serde_json::from_value(answer).map_err(|_| wrong_credential())
}

fn fault(cause: impl std::fmt::Display) -> Failure {
    Failure::fault(cause.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn wrong(error: WebauthnError) -> Failure {
    tracing::debug!(%error, "a passkey's answer was refused");
    wrong_credential()
}

/// The same for an unknown passkey as for a wrong answer.
pub fn wrong_credential() -> Failure {
    Failure::fields([("credential", "This passkey's answer is wrong or too old: please try again.")])
}
