//! Customers: people with a session, known by the secret in their cookie.

use std::future::Future;
use std::pin::Pin;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpRequest, web};
use shared::id::{AccountId, SessionId};
use shared::refusal::RefusalCode;
use shared::time::Timestamp;
use shared::verdict::Remedy;

use super::secret::Secret;
use crate::app::App;
use crate::error::Failure;
use crate::store::records::Session;

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
}

impl FromRequest for Customer {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<web::Data<App>>().cloned();
        let hash = session_hash(request);
        Box::pin(async move {
            let (Some(app), Some(session_hash)) = (app, hash) else { return Err(sign_in_first()) };
            let now = app.clock.now();
            let wanted = session_hash.clone();
            let session = app.store.read(move |tx| tx.session(&wanted, now)).await?;
            let session = session.ok_or_else(sign_in_first)?;
            if now.as_unix().saturating_sub(session.last_used_at.as_unix()) >= TOUCH_SECONDS {
                let used = session_hash.clone();
                // Told to the person only: a store that cannot write now answers questions all the same.
                let _ = app.store.write(move |tx| tx.touch_session(&used, now)).await;
            }
            Ok(Self { account_id: session.account_id, session_hash, proved_at: session.proved_at })
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
