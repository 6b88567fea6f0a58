//! The way back from a provider: who comes, with whose word, and what becomes of it.

use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::Value;
use shared::api::admin::sources::SourceState;
use shared::id::SourceId;
use shared::slug::Slug;

use super::arrival::{Arrived, Arriving};
use super::{Place, STATE_PREFIX, Trouble, Way, client_of, fetch_of, known_browser, own_path, see_other};
use crate::app::App;
use crate::auth::Customer;
use crate::auth::secret::Secret;
use crate::auth::session::session_hash;
use crate::changes::Subject;
use crate::error::Failure;
use crate::http::peer::Peer;
use crate::store::not_found;
use crate::store::records::Vendor;
use crate::store::sources::{FlowRecord, SourceRecord};

/// What a provider sends along (RFC 6749, section 4.1.2; RFC 9207).
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BackQuery {
    /// What the provider's word is had for.
    code: Option<String>,
    /// Which way it was.
    state: Option<String>,
    /// Why there is no code.
    error: Option<String>,
    /// Which provider it was.
    iss: Option<String>,
}

/// Brings the browser back from the provider: signs in, or links, applies the claim rules, and goes on to where it was headed.
#[utoipa::path(get, path = "/api/v1/vendors/{vendor}/sources/{source_id}/callback", tag = "account",
    params(("vendor" = Slug, Path), ("source_id" = SourceId, Path), BackQuery),
    responses((status = 303, description = "To where the person was headed, or to a page that says what went wrong.")))]
pub async fn finish_sign_in(
    app: web::Data<App>,
    request: HttpRequest,
    peer: Peer,
    caller: Result<Customer, Failure>,
    path: web::Path<(Slug, SourceId)>,
    query: web::Query<BackQuery>,
) -> HttpResponse {
    let (slug, source_id) = path.into_inner();
    let mut place = Place { vendor: slug, next: own_path(&app, None) };
    if app.limits.public_write(peer.0).is_err() {
        return place.send_back(Trouble::Busy);
    }
    let query = query.into_inner();
    let (flow, state, browser) = match take_flow(&app, &request, source_id, query.state.as_deref()).await {
        Ok(found) => found,
        Err(trouble) => return place.send_back(trouble),
    };
    place.next.clone_from(&flow.next);
    let back = Back { app: &app, request: &request, peer, caller: caller.ok(), flow };
    match back.arrive(&place, &query, &Way::of(&browser, &state), &state).await {
        Ok(arrived) => {
            for license_id in &arrived.changed {
                app.changes.tell(Subject::License(*license_id));
            }
            let mut answer = see_other(&place.next);
            if let Some((cookie, old)) = arrived.session {
                if let Some(hash) = &old {
                    app.end_session(hash);
                }
                answer.cookie(cookie);
            }
            answer.finish()
        }
        Err(trouble) => place.send_back(trouble),
    }
}

/// The way that this browser was on; taken whatever comes of it. Errors: one that is over, was taken, or is another browser's.
async fn take_flow(
    app: &App,
    request: &HttpRequest,
    source_id: SourceId,
    state: Option<&str>,
) -> Result<(FlowRecord, Secret, Secret), Trouble> {
    let state = state.and_then(|state| Secret::parse(STATE_PREFIX, state)).ok_or(Trouble::Over)?;
    // Nobody is signed in by a link that somebody else sent them.
    let browser = known_browser(request).ok_or(Trouble::Over)?;
    let (state_hash, now) = (state.hash(), app.clock.now());
    let flow = app.store.write(move |tx| tx.take_flow(&state_hash)).await?.ok_or(Trouble::Over)?;
    let is_its = flow.browser_hash == browser.hash() && flow.source_id == source_id && now < flow.expires_at;
    if is_its { Ok((flow, state, browser)) } else { Err(Trouble::Over) }
}

/// Somebody who came back.
struct Back<'a> {
    app: &'a web::Data<App>,
    request: &'a HttpRequest,
    peer: Peer,
    caller: Option<Customer>,
    flow: FlowRecord,
}

impl Back<'_> {
    async fn arrive(&self, place: &Place, query: &BackQuery, way: &Way, state: &Secret) -> Result<Arrived, Trouble> {
        let (vendor, source) = self.find_source().await?;
        if query.iss.as_ref().is_some_and(|iss| *iss != source.issuer) {
            return Err(Trouble::Untrusted);
        }
        if let Some(error) = &query.error {
            let is_no = matches!(error.as_str(), "access_denied" | "login_required" | "consent_required");
            return Err(if is_no { Trouble::Denied } else { Trouble::Unreachable });
        }
        let code = query.code.as_deref().filter(|code| !code.is_empty()).ok_or(Trouble::Over)?;
        let (app, now) = (self.app, self.app.clock.now());
        let client = client_of(app, &place.vendor, &source)?;
        let redeemed = app.providers.redeem(fetch_of(app), &client, code, &way.journey(state), now).await;
        let claims = redeemed.map_err(|fault| Trouble::of(&fault, source.source_id))?;
        let agent = self.request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let arriving = Arriving {
            app: app.clone(),
            vendor,
            source,
            subject: claims.get("sub").and_then(Value::as_str).unwrap_or_default().to_owned(),
            claims,
            caller: self.caller.clone(),
            linking: self.flow.account_id,
            old_session: session_hash(self.request),
            address: self.peer.0,
            agent: agent.chars().take(200).collect(),
        };
        arriving.settle(self.request).await
    }

    async fn find_source(&self) -> Result<(Vendor, SourceRecord), Trouble> {
        let (vendor_id, source_id) = (self.flow.vendor_id, self.flow.source_id);
        let found = self.app.store.read(move |tx| {
            let vendor = tx.vendor_by_id(vendor_id)?.ok_or_else(not_found)?;
            Ok((vendor, tx.source(vendor_id, source_id)?.ok_or_else(not_found)?))
        });
        let found = found.await?;
        if found.1.state == SourceState::Active { Ok(found) } else { Err(Trouble::Gone) }
    }
}
