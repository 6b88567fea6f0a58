//! Other origins: which of our addresses answer the vendors' web apps, and which apps those are.
//!
//! The answering addresses never look at cookies, so an app's page can do no more than anybody with the same proof. Those of
//! moves and identifiers do for our own pages, and for them only: `cross_site` sees to it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::app::App;

/// For how long an answer of the store is believed.
const REMEMBERED_MILLIS: u64 = 5000;

/// Forgets everything beyond so many origins: whoever makes origins up fills no memory.
const MANY_ORIGINS: usize = 1000;

/// The app origins that were asked about lately.
#[derive(Default)]
pub struct AppOrigins(Mutex<HashMap<String, (bool, u64)>>);

impl AppOrigins {
    /// Whether some product lists `origin`. A store that does not answer means no.
    pub async fn is_registered(&self, app: &App, origin: &str) -> bool {
        let now = app.clock.now_millis();
        if let Some(known) = self.recall(origin, now) {
            return known;
        }
        let wanted = origin.to_owned();
        let Ok(answer) = app.store.read(move |tx| tx.is_app_origin(&wanted)).await else { return false };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MANY_ORIGINS {
            known.clear();
        }
        known.insert(origin.to_owned(), (answer, now));
        answer
    }

    fn recall(&self, origin: &str, now: u64) -> Option<bool> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, at) = *known.get(origin)?;
        (now.abs_diff(at) < REMEMBERED_MILLIS).then_some(answer)
    }
}

/// Whether apps of other origins may call this address: keys, status lists, menus, quotes, whatever a terminal or a
/// proof authorises, and the SDK.
pub fn is_for_apps(path: &str) -> bool {
    if path.starts_with("/v/") || path.starts_with("/sdk/") {
        return true;
    }
    let Some(rest) = path.strip_prefix("/api/v1/") else { return false };
    let is_below =
        |folder: &str| rest.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    rest == "quotes"
        || ["passes", "uses", "slices", "moves", "identifiers"].into_iter().any(is_below)
        || (rest.starts_with("vendors/") && rest.ends_with("/menu"))
}

/// Whether an address for apps takes our own pages' sessions too: moves and identifiers are a device's or its customer's.
pub fn is_for_pages_too(path: &str) -> bool {
    if path.starts_with("/api/v1/identifiers") {
        return true;
    }
    let Some(rest) = path.strip_prefix("/api/v1/moves") else { return false };
    !matches!(rest, "/preview" | "/redeem")
}

/// What an app of `origin` may read of an answer.
pub fn allow(headers: &mut HeaderMap, origin: &HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    let exposed = HeaderValue::from_static("Date, DPoP-Nonce, ETag, Retry-After, X-Request-Id");
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
}

/// What an app may ask, as the answer to its browser's preflight.
pub fn preflight() -> [(HeaderName, HeaderValue); 3] {
    let asked = HeaderValue::from_static("Authorization, Content-Type, DPoP, Idempotency-Key, If-None-Match");
    [
        (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, DELETE")),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, asked),
        (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600")),
    ]
}
