//! Browsers that were here before: a secret of the browser's own, so that one whose app storage was cleared finds its place.
//!
//! It proves nothing alone: it is looked at beside a session only, and names no person.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use super::secret::Secret;
use crate::app::App;

/// The browser's cookie, kept as the session's is.
pub const COOKIE: &str = "__Host-passgate-browser";

/// How long it is kept since the last connecting: browsers allow no more.
const KEPT_DAYS: i64 = 400;

const PREFIX: &str = "brw";

/// A browser that keeps a secret of its own.
#[derive(Clone)]
pub struct Browser(Secret);

impl Browser {
    /// The one that sent the request; a new one where it had no secret yet.
    pub fn of(app: &App, request: &HttpRequest) -> Self {
        let cookie = request.cookie(COOKIE);
        let known = cookie.and_then(|cookie| Secret::parse(PREFIX, cookie.value()));
        Self(known.unwrap_or_else(|| Secret::new(PREFIX, &app.rng)))
    }

    /// What is stored and looked up.
    pub fn hash(&self) -> String {
        self.0.hash()
    }

    /// The cookie that keeps the secret, from now on.
    pub fn cookie(&self) -> Cookie<'static> {
        let cookie = Cookie::build(COOKIE, self.0.reveal().to_owned()).path("/").secure(true).http_only(true);
        cookie.same_site(SameSite::Lax).max_age(Duration::days(KEPT_DAYS)).finish()
    }
}
