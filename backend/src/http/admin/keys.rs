//! A vendor's signing keys: made ahead, activated, retired, and revoked after a compromise.
//!
//! An act is a wish about a key's state, so it needs no `Idempotency-Key`: repeated, it changes nothing and answers the same.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::Page;
use shared::api::admin::ReasonRequest;
use shared::api::admin::log::{KeyState as ShownState, SigningKey as ShownKey};
use shared::id::VendorId;
use shared::slug::Slug;
use shared::time::Timestamp;

use super::settle_reason;
use crate::app::App;
use crate::auth::member::Authority;
use crate::auth::member::need::{EditKeys, ReadKeys};
use crate::auth::{Fresh, Member};
use crate::changes::Subject;
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::event::tell;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once};
use crate::http::openapi::ListParams;
use crate::http::page::PageQuery;
use crate::keys::{self, KeyChange, MakeKey};
use crate::store::records::{KeyState, SigningKey};
use crate::store::{Outcome, Tx, not_found};

type Path = web::Path<(Slug, String)>;

/// The vendor's signing keys, the newest first, with how many passes revoking each would end until they are refreshed.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/keys", tag = "vendors", params(("vendor" = Slug, Path), ListParams),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<ShownKey>)))]
pub async fn list_keys(
    app: web::Data<App>,
    member: Member<ReadKeys>,
    page: PageQuery,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, after, wanted) = (member.vendor.vendor_id, page.after::<String>()?, page.wanted());
    let found = app.store.read(move |tx| {
        let mut keys = tx.signing_keys(vendor_id)?;
        keys.reverse();
        let passed = after.as_ref().map_or(0, |kid| {
            keys.iter().position(|key| key.kid == *kid).map_or(keys.len(), |place| place.saturating_add(1))
        });
        let here = keys.into_iter().skip(passed).take(wanted as usize);
        here.map(|key| show_key(tx, key)).collect::<Outcome<Vec<_>>>()
    });
    Ok(HttpResponse::Ok().json(page.page(found.await?, |key| key.kid.clone())))
}

/// Publishes another key that signs when its turn has come.
///
/// Errors: `CONFLICT` when five wait already.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/keys", tag = "vendors",
    params(("vendor" = Slug, Path), ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 201, body = ShownKey)))]
pub async fn add_key(
    app: web::Data<App>,
    request: HttpRequest,
    member: Member<EditKeys>,
    key: IdempotencyKey,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[]);
    let by = member.into_authority();
    let (vendor_id, here) = (by.vendor.vendor_id, app.clone());
    let answer = once(&app, by.actor.to_string(), key, print, move |tx| {
        let made = make(&here, &by);
        let changes = keys::create_key(tx, vendor_id, &made)?;
        tell_changes(tx, &here, &by, &changes, None)?;
        let kid = changes.first().map(|change| change.kid.as_str()).unwrap_or_default();
        Answer::json(StatusCode::CREATED, &find_key(tx, &by, kid)?)
    });
    let answer = answer.await?;
    keys_changed(&app, vendor_id);
    Ok(answer)
}

/// Lets a key that is next sign from now on; the one that signed is retired, and stays published until its last token has
/// expired. Nobody notices.
///
/// Errors: `NOT_FOUND`; `CONFLICT` for a retired or revoked key, and until verifiers know the key: five minutes.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/keys/{kid}/activate", tag = "vendors",
    params(("vendor" = Slug, Path), ("kid" = String, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = ShownKey)))]
pub async fn activate_key(app: web::Data<App>, member: Member<EditKeys>, path: Path) -> Result<HttpResponse, Failure> {
    change(&app, member.into_authority(), path.into_inner().1, None, |tx, by, kid, make, now| {
        keys::activate_key(tx, by.vendor.vendor_id, kid, make, now)
    })
    .await
}

/// Withdraws a key that is next, before it ever signed.
///
/// Errors: `NOT_FOUND`; `CONFLICT` for the key that signs, and for a revoked one.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/keys/{kid}/retire", tag = "vendors",
    params(("vendor" = Slug, Path), ("kid" = String, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = ShownKey)))]
pub async fn retire_key(app: web::Data<App>, member: Member<EditKeys>, path: Path) -> Result<HttpResponse, Failure> {
    change(&app, member.into_authority(), path.into_inner().1, None, |tx, by, kid, make, now| {
        keys::retire_key(tx, by.vendor.vendor_id, kid, make, now)
    })
    .await
}

/// Ends a compromised key at once: it is published no more, and nothing that it signed is accepted. Passes of it have to be
/// refreshed, which their devices do by themselves as soon as they are online. Where it was the key that signs, the next
/// one signs from now on.
///
/// Errors: `CONFIRMATION_REQUIRED`; `NOT_FOUND`; `INVALID_INPUT` with `reason`.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/keys/{kid}/revoke", tag = "vendors", request_body = ReasonRequest,
    params(("vendor" = Slug, Path), ("kid" = String, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = ShownKey)))]
pub async fn revoke_key(
    app: web::Data<App>,
    member: Fresh<Member<EditKeys>>,
    path: Path,
    body: Strict<ReasonRequest>,
) -> Result<HttpResponse, Failure> {
    let reason = settle_reason(&body.value)?;
    change(&app, member.into_authority(), path.into_inner().1, Some(reason), |tx, by, kid, make, now| {
        keys::revoke_key(tx, by.vendor.vendor_id, kid, make, now)
    })
    .await
}

type Rule = fn(&mut dyn Tx, &Authority, &str, &MakeKey<'_>, Timestamp) -> Outcome<Vec<KeyChange>>;

async fn change(
    app: &web::Data<App>,
    by: Authority,
    kid: String,
    reason: Option<String>,
    rule: Rule,
) -> Result<HttpResponse, Failure> {
    let (here, now, vendor_id) = (app.clone(), app.clock.now(), by.vendor.vendor_id);
    let done = app.store.write(move |tx| {
        let changes = rule(tx, &by, &kid, &make(&here, &by), now)?;
        tell_changes(tx, &here, &by, &changes, reason.as_deref())?;
        find_key(tx, &by, &kid)
    });
    let shown = done.await?;
    keys_changed(app, vendor_id);
    Ok(HttpResponse::Ok().json(shown))
}

/// Makes keys of the vendor that wait for their turn.
fn make(app: &App, by: &Authority) -> impl Fn() -> SigningKey {
    let (keys, vendor_id, now) = (app.keys.clone(), by.vendor.vendor_id, app.clock.now());
    move || keys.make_key(vendor_id, KeyState::Next, now)
}

/// One request may change several keys: the reason goes with each.
fn tell_changes(
    tx: &mut dyn Tx,
    app: &App,
    by: &Authority,
    changes: &[KeyChange],
    reason: Option<&str>,
) -> Outcome<()> {
    for change in changes {
        let body = reason.map_or_else(|| json!({}), |reason| json!({ "reason": reason }));
        tell(tx, app, by, change.kind, &change.kid, body)?;
    }
    Ok(())
}

/// After the commit: what is open of the keys is opened anew, and open apps are told which one signs.
fn keys_changed(app: &App, vendor_id: VendorId) {
    app.keys.forget(vendor_id);
    app.changes.tell(Subject::Keys(vendor_id));
}

fn find_key(tx: &mut dyn Tx, by: &Authority, kid: &str) -> Outcome<ShownKey> {
    let key = tx.signing_keys(by.vendor.vendor_id)?.into_iter().find(|key| key.kid == kid);
    show_key(tx, key.ok_or_else(not_found)?)
}

fn show_key(tx: &mut dyn Tx, key: SigningKey) -> Outcome<ShownKey> {
    let passes = match key.state {
        KeyState::Active | KeyState::Retired if key.activated_at.is_some() => {
            Some(tx.count_signed(key.vendor_id, &key.kid)?)
        }
        _ => None,
    };
    let state = match key.state {
        KeyState::Next => ShownState::Next,
        KeyState::Active => ShownState::Active,
        KeyState::Retired => ShownState::Retired,
        KeyState::Revoked => ShownState::Revoked,
    };
    Ok(ShownKey {
        removable_at: keys::removable_at(&key),
        kid: key.kid,
        state,
        created_at: key.created_at,
        activated_at: key.activated_at,
        retired_at: key.retired_at,
        passes,
    })
}
