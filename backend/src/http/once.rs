//! Exactly once: the idempotency claim, the effect and the kept answer are one transaction.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use shared::license::Refusal;
use shared::refusal::RefusalCode;

use super::json::to_json;
use crate::app::App;
use crate::changes::Subject;
use crate::error::Failure;
use crate::keys::{Keyring, Signer, Unsigned};
use crate::store::records::{Claim, Claimed, LeftOut, StoredAnswer};
use crate::store::{Outcome, StoreError, Tx};

/// The `Idempotency-Key` of a request: 1 to 255 printable ASCII characters.
///
/// Errors: 400 `IDEMPOTENCY_KEY_REQUIRED` when it is missing, given twice or of another form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

const HEADER: &str = "idempotency-key";

/// Bytes of an answer with a token, and some more.
const USUAL: usize = 2048;

/// What a write answers: kept with its claim; signed, where it holds a token, and sent after the commit.
pub struct Answer {
    kept: StoredAnswer,
    /// At hand unless this is a replay.
    signer: Option<Signer>,
    /// Whoever waits for it is told after the commit.
    changed: Option<Subject>,
}

impl Answer {
    /// `body` as JSON with this status.
    pub fn json(status: StatusCode, body: &impl Serialize) -> Outcome<Self> {
        let body = to_json(body, USUAL)?.into_bytes();
        Ok(Self { kept: StoredAnswer { status: status.as_u16(), body, unsigned: None }, signer: None, changed: None })
    }

    /// [`Answer::json`] of a `body` with the text of `token`, whose signature goes behind it.
    pub fn with_token(status: StatusCode, body: &impl Serialize, token: &Unsigned) -> Outcome<Self> {
        let body = to_json(body, USUAL)?;
        let (text, signer) = (token.text(), token.signer().clone());
        // A string of its own. Looking for so long a text anywhere would take longer than looking at every string.
        let mut quotes = body.match_indices('"').map(|(quote, _)| quote + 1);
        let start = quotes.find(|start| body.get(*start..).is_some_and(|rest| rest.starts_with(text)));
        let at = start.and_then(|start| u32::try_from(start + text.len()).ok());
        let at = at.ok_or_else(|| StoreError::Fault("an answer does not hold its token".to_owned()))?;
        let unsigned = Some(LeftOut { at, vendor_id: signer.vendor_id(), kid: signer.kid().to_owned() });
        Ok(Self {
            kept: StoredAnswer { status: status.as_u16(), body: body.into_bytes(), unsigned },
            signer: Some(signer),
            changed: None,
        })
    }

    /// The same, of an effect that changed this.
    #[must_use]
    pub fn of(self, changed: Subject) -> Self {
        Self { changed: Some(changed), ..self }
    }

    /// What `first` kept, without its signer.
    const fn again(first: StoredAnswer) -> Self {
        Self { kept: first, signer: None, changed: None }
    }

    async fn into_response(self, app: &App) -> Result<HttpResponse, Failure> {
        let status = StatusCode::from_u16(self.kept.status).map_err(|error| Failure::fault(error.to_string()))?;
        let mut body = self.kept.body;
        if let Some(left_out) = self.kept.unsigned {
            let signer = match self.signer {
                Some(signer) => {
                    // Whoever comes next finds them open; this one has what it needs.
                    let _ = app.keys.vendor_keys(&app.store, left_out.vendor_id, app.clock.now()).await;
                    signer
                }
                None => app.keys.signer(&app.store, left_out.vendor_id, &left_out.kid, app.clock.now()).await?,
            };
            complete(&mut body, usize::try_from(left_out.at).unwrap_or(usize::MAX), &signer)?;
        }
        Ok(HttpResponse::build(status).insert_header((CONTENT_TYPE, "application/json")).body(body))
    }
}

/// Signs the token that ends at `at`, and puts its signature there.
fn complete(body: &mut Vec<u8>, at: usize, signer: &Signer) -> Outcome<()> {
    let before = body.get(..at).and_then(|before| str::from_utf8(before).ok());
    let text = before.and_then(|before| before.rsplit('"').next());
    let signature =
        signer.signature(text.ok_or_else(|| StoreError::Fault("an answer ends before its token".to_owned()))?)?;
    body.splice(at..at, signature.into_bytes());
    Ok(())
}

/// Runs `effect` once for `key`, in one transaction with the claim and the answer; a replay gets the first answer byte
/// for byte.
///
/// `scope` says who may see the answer again: an account, a terminal's key. Errors: 422 `IDEMPOTENCY_KEY_REUSED` when the
/// key belongs to a request with another `fingerprint`; then the effect's. A refused effect leaves the key unclaimed.
pub async fn once(
    app: &App,
    scope: impl Into<String>,
    key: IdempotencyKey,
    fingerprint: String,
    mut effect: impl FnMut(&mut dyn Tx) -> Outcome<Answer> + Send + 'static,
) -> Result<HttpResponse, Failure> {
    run(app, Keeping::Clear, scope.into(), key, fingerprint, move |tx| effect(tx).map(Ok)).await
}

/// [`once`] for an answer that holds a secret: what is kept of it is sealed under the master key.
pub async fn once_sealed(
    app: &App,
    scope: impl Into<String>,
    key: IdempotencyKey,
    fingerprint: String,
    mut effect: impl FnMut(&mut dyn Tx) -> Outcome<Answer> + Send + 'static,
) -> Result<HttpResponse, Failure> {
    run(app, Keeping::Sealed(app.keys.clone()), scope.into(), key, fingerprint, move |tx| effect(tx).map(Ok)).await
}

/// [`once`] for an effect that may find something out on the way to its refusal: `Ok(Err(refusal))` refuses, leaves the key
/// unclaimed, and keeps what was written.
pub async fn once_or_refuse(
    app: &App,
    scope: impl Into<String>,
    key: IdempotencyKey,
    fingerprint: String,
    effect: impl FnMut(&mut dyn Tx) -> Outcome<Result<Answer, Refusal>> + Send + 'static,
) -> Result<HttpResponse, Failure> {
    run(app, Keeping::Clear, scope.into(), key, fingerprint, effect).await
}

/// How an answer lies in the store.
enum Keeping {
    Clear,
    Sealed(Keyring),
}

impl Keeping {
    fn keep(&self, claim: &Claim, answer: &StoredAnswer) -> StoredAnswer {
        match self {
            Self::Clear => answer.clone(),
            Self::Sealed(keys) => StoredAnswer { body: keys.seal(&bound_to(claim), &answer.body), ..answer.clone() },
        }
    }

    fn give_back(&self, claim: &Claim, kept: StoredAnswer) -> Outcome<StoredAnswer> {
        match self {
            Self::Clear => Ok(kept),
            Self::Sealed(keys) => Ok(StoredAnswer { body: keys.open(&bound_to(claim), &kept.body)?, ..kept }),
        }
    }
}

/// A sealed answer opens for the same caller's same request only. Neither of the three holds a line break.
fn bound_to(claim: &Claim) -> String {
    format!("passgate answer\n{}\n{}\n{}", claim.scope, claim.key, claim.fingerprint)
}

async fn run(
    app: &App,
    keeping: Keeping,
    scope: String,
    key: IdempotencyKey,
    fingerprint: String,
    mut effect: impl FnMut(&mut dyn Tx) -> Outcome<Result<Answer, Refusal>> + Send + 'static,
) -> Result<HttpResponse, Failure> {
    let claim = Claim { scope, key: key.0, fingerprint, now: app.clock.now() };
    let answer = app.store.write(move |tx| {
        if let Claimed::Replay(first) = tx.claim(&claim)? {
            return Ok(Ok(Answer::again(keeping.give_back(&claim, first)?)));
        }
        let outcome = effect(tx)?;
        if let Ok(answer) = &outcome {
            tx.keep_answer(&claim, &keeping.keep(&claim, &answer.kept))?;
        }
        Ok(outcome)
    });
    let answer = answer.await??;
    if let Some(subject) = answer.changed {
        app.changes.tell(subject);
    }
    answer.into_response(app).await
}

/// What makes two requests the same: SHA-256 over method, path and `parts` (the body; a proof's key thumbprint).
pub fn fingerprint(request: &HttpRequest, parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    let request_line = [request.method().as_str().as_bytes(), request.path().as_bytes()];
    for part in request_line.iter().chain(parts) {
        // Lengths keep parts apart: "ab" + "c" is not "a" + "bc".
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

impl IdempotencyKey {
    /// The key of a request that may go without one. Errors: a key of another form is refused all the same.
    pub fn optional(request: &HttpRequest) -> Result<Option<Self>, Failure> {
        request.headers().contains_key(HEADER).then(|| read_key(request)).transpose()
    }

    /// The key as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read_key(request))
    }
}

fn read_key(request: &HttpRequest) -> Result<IdempotencyKey, Failure> {
    let required = |detail: &str| Failure::code(RefusalCode::IdempotencyKeyRequired, detail);
    let mut keys = request.headers().get_all(HEADER);
    let key = keys.next().ok_or_else(|| required("This request needs an Idempotency-Key."))?.as_bytes();
    let is_printable = (1..=255).contains(&key.len()) && key.iter().all(|byte| (b' '..=b'~').contains(byte));
    match String::from_utf8(key.to_vec()) {
        Ok(key) if is_printable && keys.next().is_none() => Ok(IdempotencyKey(key)),
        _ => Err(required("The Idempotency-Key must be one text of 1 to 255 printable ASCII characters.")),
    }
}
