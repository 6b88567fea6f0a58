//! Signing in through a vendor's OpenID Connect provider: the buttons, the way there, and the way back (mechanism M6).
//!
//! The way is one use, for one browser and for ten minutes. Whatever goes wrong on it ends at a page with a sentence.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use shared::api::admin::sources::SourceState;
use shared::api::sources::{SourceName, Sources};
use shared::id::{AccountId, SourceId};
use shared::slug::Slug;
use shared::thumbprint::sha256_base64url;
use url::Url;

use super::peer::Peer;
use crate::app::App;
use crate::auth::secret::Secret;
use crate::error::Failure;
use crate::sources::{Client, Fetch, Journey, ProviderFault};
use crate::store::sources::{FlowRecord, SourceRecord};
use crate::store::{StoreError, not_found};

pub mod account;
mod arrival;
pub mod back;
mod granting;

/// The browser's cookie on its way: other hosts, other paths and plain http cannot set it.
const COOKIE: &str = "__Host-passgate-way";

/// How long the way may take.
const WAY_SECONDS: i64 = 600;

const BROWSER_PREFIX: &str = "way";
const STATE_PREFIX: &str = "sta";

/// The longest address that somebody is brought back to; a selection is part of it.
const MAX_NEXT: usize = 4000;

/// Through what one may sign in to be this vendor's customer.
#[utoipa::path(get, path = "/api/v1/vendors/{vendor}/sources", tag = "account", params(("vendor" = Slug, Path)),
    responses((status = 200, body = Sources)))]
pub async fn list_sources(app: web::Data<App>, vendor: web::Path<Slug>) -> Result<HttpResponse, Failure> {
    let found = app.store.read(move |tx| {
        let vendor = tx.vendor(&vendor)?.ok_or_else(not_found)?;
        tx.sources(vendor.vendor_id, None, 100)
    });
    let active = found.await?.into_iter().filter(|source| source.state == SourceState::Active);
    let mut items: Vec<_> = active.map(|SourceRecord { source_id, name, .. }| SourceName { source_id, name }).collect();
    items.sort_by(|one, other| (&one.name, one.source_id).cmp(&(&other.name, other.source_id)));
    Ok(HttpResponse::Ok().json(Sources { items }))
}

/// Where somebody wants to be afterwards.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StartQuery {
    /// A path of the portal, with its query; `/licenses` when absent, and when it is none.
    next: Option<String>,
}

/// Sends the browser to the provider. What goes wrong ends at the sign-in page, with a sentence.
#[utoipa::path(get, path = "/api/v1/vendors/{vendor}/sources/{source_id}/start", tag = "account",
    params(("vendor" = Slug, Path), ("source_id" = SourceId, Path), StartQuery),
    responses((status = 303, description = "To the provider, or to the sign-in page with what went wrong.")))]
pub async fn start_sign_in(
    app: web::Data<App>,
    request: HttpRequest,
    peer: Peer,
    path: web::Path<(Slug, SourceId)>,
    query: web::Query<StartQuery>,
) -> HttpResponse {
    let (vendor, source_id) = path.into_inner();
    let next = own_path(&app, query.into_inner().next.as_deref());
    let place = Place { vendor, next };
    if app.limits.public_write(peer.0).is_err() {
        return place.send_back(Trouble::Busy);
    }
    match set_out(&app, &request, &place, source_id, None).await {
        Ok((url, cookie)) => see_other(&url).cookie(cookie).finish(),
        Err(trouble) => place.send_back(trouble),
    }
}

/// Notes that somebody sets out, who wants to link where an account is given; where to, and what their browser keeps.
async fn set_out(
    app: &App,
    request: &HttpRequest,
    place: &Place,
    source_id: SourceId,
    account_id: Option<AccountId>,
) -> Result<(String, Cookie<'static>), Trouble> {
    let slug = place.vendor.clone();
    let found = app.store.read(move |tx| {
        let vendor = tx.vendor(&slug)?.ok_or_else(not_found)?;
        tx.source(vendor.vendor_id, source_id)?.ok_or_else(not_found)
    });
    let source = found.await?;
    if source.state != SourceState::Active {
        return Err(Trouble::Gone);
    }
    let (browser, state) = (browser_of(app, request), Secret::new(STATE_PREFIX, &app.rng));
    let now = app.clock.now();
    let asked = app.providers.discover(fetch_of(app), &source.issuer, now).await;
    let discovery = asked.map_err(|fault| Trouble::of(&fault, source_id))?;
    let client = client_of(app, &place.vendor, &source)?;
    let way = Way::of(&browser, &state);
    let url = discovery.authorize(&client, &scopes_of(&source), &way.journey(&state));
    let url = url.map_err(|fault| Trouble::of(&fault, source_id))?;
    let flow = FlowRecord {
        state_hash: state.hash(),
        browser_hash: browser.hash(),
        vendor_id: source.vendor_id,
        source_id,
        next: place.next.clone(),
        account_id,
        expires_at: now.checked_add_seconds(WAY_SECONDS).unwrap_or(now),
    };
    app.store.write(move |tx| tx.add_flow(&flow, now)).await?;
    Ok((url, cookie(&browser)))
}

/// What belongs to one way and is derived from what only this browser has: nothing of it needs to be stored.
struct Way {
    nonce: String,
    verifier: String,
}

impl Way {
    fn of(browser: &Secret, state: &Secret) -> Self {
        let derive =
            |what: &str| sha256_base64url(format!("{what}\n{}\n{}", browser.reveal(), state.reveal()).as_bytes());
        Self { nonce: derive("nonce"), verifier: derive("verifier") }
    }

    fn journey<'a>(&'a self, state: &'a Secret) -> Journey<'a> {
        Journey { state: state.reveal(), nonce: &self.nonce, verifier: &self.verifier }
    }
}

/// The browser's secret; one that is on several ways keeps it for all of them.
fn browser_of(app: &App, request: &HttpRequest) -> Secret {
    known_browser(request).unwrap_or_else(|| Secret::new(BROWSER_PREFIX, &app.rng))
}

fn known_browser(request: &HttpRequest) -> Option<Secret> {
    Secret::parse(BROWSER_PREFIX, request.cookie(COOKIE)?.value())
}

/// Comes back with the provider's link, which is another site's.
fn cookie(browser: &Secret) -> Cookie<'static> {
    let cookie = Cookie::build(COOKIE, browser.reveal().to_owned()).path("/").secure(true).http_only(true);
    cookie.same_site(SameSite::Lax).max_age(Duration::seconds(WAY_SECONDS)).finish()
}

/// Why somebody is not signed in, as the sign-in page tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// The person, or the provider for them, said no.
    Denied,
    /// The provider does not answer, or nothing of use.
    Unreachable,
    /// What it says of the person cannot be believed.
    Untrusted,
    /// Too late, a second time, or in another browser.
    Over,
    /// There is no such way to sign in (any more).
    Gone,
    /// The sign-in is linked to an account that its person must open themselves.
    Linked,
    /// The sign-in, or the account, is linked to another already.
    Taken,
    /// Too much at once, or a store that does not answer.
    Busy,
}

impl Trouble {
    const fn word(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Unreachable => "unreachable",
            Self::Untrusted => "untrusted",
            Self::Over => "over",
            Self::Gone => "gone",
            Self::Linked => "linked",
            Self::Taken => "taken",
            Self::Busy => "busy",
        }
    }

    /// What the vendor's team and the operator can act on stands in the log; the person is told in general.
    fn of(fault: &ProviderFault, source_id: SourceId) -> Self {
        tracing::warn!(%source_id, ?fault, "an authentication source failed");
        match fault {
            ProviderFault::Unreachable(_) => Self::Unreachable,
            ProviderFault::Refused(_) => Self::Over,
            ProviderFault::Token(_) => Self::Untrusted,
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(_) => Self::Gone,
            error => {
                tracing::error!(%error, "signing in through a source failed");
                Self::Busy
            }
        }
    }
}

/// Whose sign-in it is, and where it leads.
struct Place {
    vendor: Slug,
    next: String,
}

impl Place {
    /// To where the person can try again. A connect window stays what it is: another page would lose the app that opened it.
    fn send_back(&self, trouble: Trouble) -> HttpResponse {
        let word = trouble.word();
        if self.next.starts_with("/connect?") || self.next.starts_with("/account") {
            let joint = if self.next.contains('?') { '&' } else { '?' };
            return see_other(&format!("{}{joint}problem={word}", self.next)).finish();
        }
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("next", &self.next)
            .append_pair("vendor", self.vendor.as_str())
            .append_pair("problem", word)
            .finish();
        see_other(&format!("/sign-in?{query}")).finish()
    }
}

fn see_other(to: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((LOCATION, to));
    answer
}

/// A path of ours, whatever somebody wrote: nobody is sent on to another site from here, nor to what is no page.
fn own_path(app: &App, wanted: Option<&str>) -> String {
    let usual = || "/licenses".to_owned();
    let Some(wanted) = wanted.filter(|path| path.starts_with('/') && path.len() <= MAX_NEXT) else { return usual() };
    let Ok(here) = Url::parse(&app.config.public_url) else { return usual() };
    let is_ours = |url: &Url| url.origin() == here.origin() && !url.path().starts_with("/api/");
    let found = here.join(wanted).ok().filter(is_ours);
    // Read as a browser reads it: `//host` and `/\host` are other sites.
    found.map_or_else(usual, |url| {
        // What went wrong before is said once.
        let kept =
            url.query().into_iter().flat_map(|query| query.split('&')).filter(|pair| !pair.starts_with("problem="));
        let query = kept.collect::<Vec<_>>().join("&");
        if query.is_empty() { url.path().to_owned() } else { format!("{}?{query}", url.path()) }
    })
}

/// Asks providers as the operator allows.
pub(in crate::http) fn fetch_of(app: &App) -> Fetch {
    Fetch::new(app.config.private_webhooks)
}

/// Where the provider sends people back to.
pub(in crate::http) fn redirect_uri(app: &App, vendor: &Slug, source_id: SourceId) -> String {
    format!("{}/api/v1/vendors/{vendor}/sources/{source_id}/callback", app.config.public_url)
}

/// What the store keeps of a client secret.
pub(in crate::http) fn seal_secret(app: &App, source_id: SourceId, secret: &str) -> Vec<u8> {
    app.keys.seal(&bound_to(source_id), secret.as_bytes())
}

fn bound_to(source_id: SourceId) -> String {
    format!("passgate source\n{source_id}")
}

fn client_of(app: &App, vendor: &Slug, source: &SourceRecord) -> Result<Client, Trouble> {
    let sealed = source.sealed_secret.as_deref();
    let opened = sealed.map(|sealed| app.keys.open(&bound_to(source.source_id), sealed)).transpose();
    let secret = opened.map_err(StoreError::from)?.map(|secret| String::from_utf8_lossy(&secret).into_owned());
    Ok(Client {
        issuer: source.issuer.clone(),
        client_id: source.client_id.clone(),
        secret,
        redirect_uri: redirect_uri(app, vendor, source.source_id),
    })
}

/// `openid` first, and each once.
fn scopes_of(source: &SourceRecord) -> String {
    let mut scopes = vec!["openid"];
    for scope in &source.scopes {
        if !scopes.contains(&scope.as_str()) {
            scopes.push(scope);
        }
    }
    scopes.join(" ")
}
