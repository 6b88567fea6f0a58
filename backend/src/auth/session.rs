//! Customers: people with a session, known by the secret in their cookie.

use std::future::Future;
use std::pin::Pin;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpRequest, web};
use shared::id::{AccountId, SessionId, SourceId};
use shared::refusal::RefusalCode;
use shared::time::Timestamp;
use shared::verdict::Remedy;

use super::secret::Secret;
use crate::app::App;
use crate::error::Failure;
use crate::store::records::Session;
use crate::store::{Outcome, Tx};

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
        let found = Self::with(request.clone(), |_, _| Ok(()));
        Box::pin(async move { Ok(found.await?.0) })
    }
}

impl Customer {
    /// The signed-in caller, with what `find` finds of the account's in the same read: asking the store once takes half of the
    /// time of asking it twice. Errors: 401 `SIGN_IN_REQUIRED`, then those of `find`.
    pub async fn with<T: Send + 'static>(
        request: HttpRequest,
        mut find: impl FnMut(&mut dyn Tx, AccountId) -> Outcome<T> + Send + 'static,
    ) -> Result<(Self, T), Failure> {
        let app = request.app_data::<web::Data<App>>().cloned();
        let (Some(app), Some(session_hash)) = (app, session_hash(&request)) else { return Err(sign_in_first()) };
        let now = app.clock.now();
        let wanted = session_hash.clone();
        let found = app.store.read(move |tx| {
            let Some(session) = tx.session(&wanted, now)? else { return Ok(None) };
            let found = find(tx, session.account_id)?;
            Ok(Some((session, found)))
        });
        let (session, found) = found.await?.ok_or_else(sign_in_first)?;
        if now.as_unix().saturating_sub(session.last_used_at.as_unix()) >= TOUCH_SECONDS {
            let used = session_hash.clone();
            // Told to the person only: a store that cannot write now answers questions all the same.
            let _ = app.store.write(move |tx| tx.touch_session(&used, now)).await;
        }
        let Session { account_id, proved_at, source_id, .. } = session;
        Ok((Self { account_id, session_hash, proved_at, source_id }, found))
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
