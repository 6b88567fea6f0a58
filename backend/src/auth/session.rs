//! Customers: people with a session, known by the secret in their cookie.

use std::future::Future;
use std::pin::Pin;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpRequest, web};
use shared::id::{AccountId, SessionId, SourceId};
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;
use shared::verdict::Remedy;

use super::secret::Secret;
use crate::app::App;
use crate::error::Failure;
use crate::store::records::Session;
use crate::store::{Outcome, StoreError, Tx};

/// The session's cookie. The `__Host-` prefix keeps other hosts, other paths and plain http from setting it.
pub const COOKIE: &str = "__Host-passgate";

/// How long a session lasts.
pub const SESSION_SECONDS: i64 = 30 * 24 * 3600;

/// How often the time of a session's last use is written down.
const TOUCH_SECONDS: i64 = 300;

const PREFIX: &str = "ses";

/// The signed-in caller. 401 `SIGN_IN_REQUIRED` for anybody else; `Option<Customer>` takes both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Whose session it is.
    pub account_id: AccountId,
    /// The session's secret, hashed.
    pub session_hash: String,
    /// When the session last showed who is there.
    pub proved_at: Timestamp,
    /// The authentication source whose word began the session.
    pub source_id: Option<SourceId>,
}

impl FromRequest for Customer {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(Self::find(request.clone()))
    }
}

impl Customer {
    async fn find(request: HttpRequest) -> Result<Self, Failure> {
        let app = request.app_data::<web::Data<App>>().cloned();
        let (Some(app), Some(session_hash)) = (app, session_hash(&request)) else { return Err(sign_in_first()) };
        let now = app.clock.now();
        let wanted = session_hash.clone();
        let session = app.store.glance(move |tx| tx.session(&wanted, now)).await?.ok_or_else(sign_in_first)?;
        if now.as_unix().saturating_sub(session.last_used_at.as_unix()) >= TOUCH_SECONDS {
            let used = session_hash.clone();
            // Told to the person only: a store that cannot write now answers questions all the same.
            let _ = app.store.write(move |tx| tx.touch_session(&used, now)).await;
        }
        let Session { account_id, proved_at, source_id, .. } = session;
        Ok(Self { account_id, session_hash, proved_at, source_id })
    }

    /// That the person showed here who they are. What protects an account is not changed by a provider's word: a vendor's own
    /// could say anything, and what it lets in today it must be able to keep out tomorrow.
    ///
    /// Errors: `FORBIDDEN`.
    pub fn refuse_source(&self) -> Result<(), Failure> {
        let sentence = "You signed in through a vendor's sign-in, which looks after this account.";
        if self.source_id.is_none() { Ok(()) } else { Err(Failure::code(RefusalCode::Forbidden, sentence)) }
    }
}

/// Whose session it was a few seconds ago, so that nothing is read before the transaction that does what is asked for. There,
/// [`Presumed::standing`] says whether the session still is good.
///
/// Errors: 401 `SIGN_IN_REQUIRED`.
#[derive(Clone, Debug)]
pub struct Presumed {
    account_id: AccountId,
    session_hash: String,
}

impl Presumed {
    /// The account, once its session is seen to be good in this transaction. Errors: `SIGN_IN_REQUIRED`.
    pub fn standing(&self, tx: &mut dyn Tx, now: Timestamp) -> Outcome<AccountId> {
        if tx.is_session_good(&self.session_hash, now)? {
            return Ok(self.account_id);
        }
        let ended = Refusal::new(RefusalCode::SignInRequired, "The session has ended.");
        Err(StoreError::Refused(Refusal { remedy: Some(Remedy::SignIn), ..ended }))
    }

    /// The account as it was presumed: for what decides nothing.
    pub const fn account_id(&self) -> AccountId {
        self.account_id
    }
}

impl FromRequest for Presumed {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = request.app_data::<web::Data<App>>().cloned();
            let (Some(app), Some(session_hash)) = (app, session_hash(&request)) else { return Err(sign_in_first()) };
            let now = app.clock.now();
            if let Some(account_id) = app.known.session(&session_hash, now) {
                return Ok(Self { account_id, session_hash });
            }
            let Customer { account_id, session_hash, .. } = Customer::find(request).await?;
            app.known.remember_session(session_hash.clone(), account_id, now);
            Ok(Self { account_id, session_hash })
        })
    }
}

/// The hash of the secret in the request's cookie, if there is a well-formed one.
pub fn session_hash(request: &HttpRequest) -> Option<String> {
    let cookie = request.cookie(COOKIE)?;
    Secret::parse(PREFIX, cookie.value()).map(|secret| secret.hash())
}

/// A new session for the account, who has just shown who they are, and the cookie that carries it.
pub fn new_session(app: &App, request: &HttpRequest, account_id: AccountId) -> (Session, Cookie<'static>) {
    let secret = Secret::new(PREFIX, &app.rng);
    let now = app.clock.now();
    let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let session = Session {
        secret_hash: secret.hash(),
        session_id: app.new_id(SessionId::new),
        account_id,
        created_at: now,
        expires_at: now.checked_add_seconds(SESSION_SECONDS).unwrap_or(now),
        last_used_at: now,
        proved_at: now,
        source_id: None,
        user_agent: agent.chars().take(200).collect(),
    };
    (session, cookie(secret.reveal().to_owned(), Duration::seconds(SESSION_SECONDS)))
}

/// The cookie that makes the browser forget its session.
pub fn ended_cookie() -> Cookie<'static> {
    cookie(String::new(), Duration::ZERO)
}

/// Scripts never see it, other sites' requests do not carry it except for following a link here.
fn cookie(value: String, max_age: Duration) -> Cookie<'static> {
    let cookie = Cookie::build(COOKIE, value).path("/").secure(true).http_only(true);
    cookie.same_site(SameSite::Lax).max_age(max_age).finish()
}

fn sign_in_first() -> Failure {
    Failure::code(RefusalCode::SignInRequired, "Sign in to do this.").with_remedy(Remedy::SignIn)
}
