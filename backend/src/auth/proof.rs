//! Proofs of possession (RFC 9449): the `DPoP` header, held against the request that carries it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpRequest, web};
use shared::license::Refusal;
use shared::proof::{self, ProofExpect};
use shared::refusal::RefusalCode;
use shared::time::Timestamp;

use crate::app::App;
use crate::error::Failure;
use crate::store::{Outcome, StoreError, Tx};

/// A request's proof that its sender holds a terminal's key. Checked, but not spent: call [`Proof::spend`] inside the
/// transaction of the effect.
///
/// Errors: 401 `PROOF_REQUIRED` without the header, 401 `PROOF_INVALID` with a wrong one or two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The RFC 7638 thumbprint of the terminal's key.
    pub jkt: String,
    jti: String,
    expires_at: Timestamp,
}

static DPOP: HeaderName = HeaderName::from_static("dpop");

impl Proof {
    /// Uses the proof up: the same one is refused from now on.
    pub fn spend(&self, tx: &mut dyn Tx, now: Timestamp) -> Outcome<()> {
        tx.spend_proof(&self.jkt, &self.jti, self.expires_at, now).map_err(|error| match error {
            StoreError::Duplicate(_) => {
                Refusal::new(RefusalCode::ProofInvalid, "The proof was used before: make a new one.").into()
            }
            other => other,
        })
    }
}

/// A proof that holds is remembered until it is too old to come again.
impl From<proof::Proof> for Proof {
    fn from(proof: proof::Proof) -> Self {
        let expires_at = proof.iat.checked_add_seconds(proof::PROOF_SECONDS + 1).unwrap_or(Timestamp::MAX);
        Self { jkt: proof.jkt, jti: proof.jti, expires_at }
    }
}

impl FromRequest for Proof {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(check(request, None))
    }
}

/// Checks the request's proof; with `token`, it must be made for that token (`ath`).
pub(super) fn check(request: &HttpRequest, token: Option<&str>) -> Result<Proof, Failure> {
    let invalid = |detail: &str| Failure::code(RefusalCode::ProofInvalid, detail);
    let app = request.app_data::<web::Data<App>>().ok_or_else(|| Failure::fault("no app"))?;
    let mut headers = request.headers().get_all(&DPOP);
    let header = headers.next().ok_or_else(|| {
        Failure::code(RefusalCode::ProofRequired, "This request needs a proof of the device's key (DPoP).")
    })?;
    if headers.next().is_some() {
        return Err(invalid("There is more than one proof."));
    }
    let header = header.to_str().map_err(|_| invalid("The proof is not text."))?;
    // The address the client believes in, never what a header says about it.
    let url = format!("{}{}", app.config.public_url, request.path());
    let now = app.clock.now();
    let expect = ProofExpect { method: request.method().as_str(), url: &url, token, nonce: None, now };
    let proof = proof::check_proof(header, &expect).map_err(|refusal| invalid(&format!("Refused: {refusal}.")))?;
    Ok(proof.into())
}
