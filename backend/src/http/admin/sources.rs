//! Authentication sources: a vendor's team says who vouches for its customers, and what is granted to whom (mechanism M6).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use shared::api::Page;
use shared::api::admin::sources::{Source, SourceEdit, SourceNew, SourceState, SourceTest};
use shared::id::{SourceId, VendorId};
use shared::slug::Slug;

use crate::app::App;
use crate::auth::member::need::{EditSettings, ReadSettings};
use crate::auth::{Fresh, Member};
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::etag::{IfMatch, answer_with_revision};
use crate::http::event::tell;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once};
use crate::http::openapi::ListParams;
use crate::http::page::PageQuery;
use crate::http::sources::{fetch_of, redirect_uri, seal_secret};
use crate::sources::ProviderFault;
use crate::store::not_found;
use crate::store::sources::SourceRecord;

mod check;

use check::{check_rule, check_text, settle_rules};

/// The vendor's authentication sources, the newest first.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/sources", tag = "vendors",
    params(("vendor" = Slug, Path), ListParams), security(("session" = []), ("token" = [])),
    responses((status = 200, body = Page<Source>)))]
pub async fn list_sources(
    app: web::Data<App>,
    member: Member<ReadSettings>,
    query: PageQuery,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, before, wanted) = (member.vendor.vendor_id, query.after()?, query.wanted());
    let found = app.store.read(move |tx| tx.sources(vendor_id, before, wanted)).await?;
    let items = found.into_iter().map(|record| show(&app, &member.vendor.slug, record)).collect();
    Ok(HttpResponse::Ok().json(query.page(items, |item: &Source| item.source_id.to_string())))
}

/// One authentication source. The `ETag` is the revision.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/sources/{source_id}", tag = "vendors",
    params(("vendor" = Slug, Path), ("source_id" = SourceId, Path)), security(("session" = []), ("token" = [])),
    responses((status = 200, body = Source, headers(("ETag" = String)))))]
pub async fn get_source(
    app: web::Data<App>,
    member: Member<ReadSettings>,
    path: web::Path<(Slug, SourceId)>,
) -> Result<HttpResponse, Failure> {
    let found = find(&app, member.vendor.vendor_id, path.into_inner().1).await?;
    Ok(answer_with_revision(found.revision, &show(&app, &member.vendor.slug, found)))
}

/// A new authentication source. Its secret cannot be read again.
///
/// Errors: `CONFIRMATION_REQUIRED`; `INVALID_INPUT` with `name`, `issuer`, `client_id`, `client_secret`, `scopes` or a member of
/// `rules`.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/sources", tag = "vendors", request_body = SourceNew,
    params(("vendor" = Slug, Path), ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 201, body = Source)))]
pub async fn add_source(
    app: web::Data<App>,
    request: HttpRequest,
    member: Fresh<Member<EditSettings>>,
    key: IdempotencyKey,
    body: Strict<SourceNew>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let wanted = body.value;
    let secret = wanted.client_secret.as_deref();
    check_text(&app, Some(&wanted.issuer), &wanted.name, &wanted.client_id, secret, &wanted.scopes)?;
    let (by, here, now) = (member.into_authority(), app.clone(), app.clock.now());
    let source_id = app.new_id(SourceId::new);
    let record = SourceRecord {
        vendor_id: by.vendor.vendor_id,
        source_id,
        name: wanted.name.trim().to_owned(),
        issuer: wanted.issuer,
        client_id: wanted.client_id,
        sealed_secret: secret.filter(|secret| !secret.is_empty()).map(|secret| seal_secret(&app, source_id, secret)),
        scopes: wanted.scopes,
        rules: Vec::new(),
        state: SourceState::Active,
        created_at: now,
        revision: 1,
    };
    once(&app, by.actor.to_string(), key, print, move |tx| {
        let rules = settle_rules(tx, &here, record.vendor_id, &wanted.rules, &[], now)?;
        let record = SourceRecord { rules, ..record.clone() };
        tx.add_source(&record)?;
        tell(tx, &here, &by, "source.added", &source_id, told(&record))?;
        Answer::json(StatusCode::CREATED, &show(&here, &by.vendor.slug, record))
    })
    .await
}

/// Replaces everything of a source but its issuer. A suspended one ends the sessions that it began.
///
/// Errors: `CONFIRMATION_REQUIRED`; `INVALID_INPUT` as for a new one; 412 `CONFLICT` when somebody changed it meanwhile.
#[utoipa::path(put, path = "/api/v1/admin/vendors/{vendor}/sources/{source_id}", tag = "vendors", request_body = SourceEdit,
    params(("vendor" = Slug, Path), ("source_id" = SourceId, Path), ("If-Match" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Source, headers(("ETag" = String)))))]
pub async fn edit_source(
    app: web::Data<App>,
    member: Fresh<Member<EditSettings>>,
    path: web::Path<(Slug, SourceId)>,
    known: IfMatch,
    body: Strict<SourceEdit>,
) -> Result<HttpResponse, Failure> {
    let wanted = body.value;
    check_text(&app, None, &wanted.name, &wanted.client_id, wanted.client_secret.as_deref(), &wanted.scopes)?;
    let (by, here, source_id, now) = (member.into_authority(), app.clone(), path.into_inner().1, app.clock.now());
    let vendor = by.vendor.slug.clone();
    let done = app.store.write(move |tx| {
        let vendor_id = by.vendor.vendor_id;
        let before = tx.source(vendor_id, source_id)?.ok_or_else(not_found)?;
        known.check(before.revision)?;
        let sealed_secret = match wanted.client_secret.as_deref() {
            None => before.sealed_secret.clone(),
            Some("") => None,
            Some(secret) => Some(seal_secret(&here, source_id, secret)),
        };
        let after = SourceRecord {
            name: wanted.name.trim().to_owned(),
            client_id: wanted.client_id.clone(),
            sealed_secret,
            scopes: wanted.scopes.clone(),
            rules: settle_rules(tx, &here, vendor_id, &wanted.rules, &before.rules, now)?,
            state: wanted.state,
            revision: before.revision + 1,
            ..before.clone()
        };
        tx.update_source(&after)?;
        let mut body = json!({ "before": told(&before), "after": told(&after) });
        if let (true, Some(members)) = (wanted.client_secret.is_some(), body.as_object_mut()) {
            members.insert("secret".to_owned(), "replaced".into());
        }
        tell(tx, &here, &by, "source.updated", &source_id, body)?;
        let suspended = after.state == SourceState::Suspended;
        let ended = if suspended { tx.end_source_sessions(vendor_id, source_id)? } else { Vec::new() };
        Ok((after, ended))
    });
    let (after, ended) = done.await?;
    for hash in &ended {
        app.end_session(hash);
    }
    Ok(answer_with_revision(after.revision, &show(&app, &vendor, after)))
}

/// Removes a source for good: nobody signs in through it any more, and the sessions that it began end. What it granted stays.
///
/// Errors: `CONFIRMATION_REQUIRED`.
#[utoipa::path(delete, path = "/api/v1/admin/vendors/{vendor}/sources/{source_id}", tag = "vendors",
    params(("vendor" = Slug, Path), ("source_id" = SourceId, Path)),
    security(("session" = []), ("token" = [])), responses((status = 204)))]
pub async fn remove_source(
    app: web::Data<App>,
    member: Fresh<Member<EditSettings>>,
    path: web::Path<(Slug, SourceId)>,
) -> Result<HttpResponse, Failure> {
    let (by, here, source_id) = (member.into_authority(), app.clone(), path.into_inner().1);
    let done = app.store.write(move |tx| {
        let vendor_id = by.vendor.vendor_id;
        let before = tx.source(vendor_id, source_id)?.ok_or_else(not_found)?;
        tx.remove_source(vendor_id, source_id)?;
        tell(tx, &here, &by, "source.removed", &source_id, told(&before))?;
        tx.end_source_sessions(vendor_id, source_id)
    });
    for hash in done.await? {
        app.end_session(&hash);
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Asks the provider what it says of itself now, and looks at every rule: what is wrong, if anything.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/sources/{source_id}/test", tag = "vendors",
    params(("vendor" = Slug, Path), ("source_id" = SourceId, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = SourceTest)))]
pub async fn test_source(
    app: web::Data<App>,
    member: Member<EditSettings>,
    path: web::Path<(Slug, SourceId)>,
) -> Result<HttpResponse, Failure> {
    app.limits.public_write(member.address)?;
    let (vendor_id, now) = (member.vendor.vendor_id, app.clock.now());
    let source = find(&app, vendor_id, path.into_inner().1).await?;
    let (mut problems, mut answer) =
        (Vec::new(), SourceTest { problems: Vec::new(), authorization_endpoint: None, keys: 0 });
    match app.providers.look(fetch_of(&app), &source.issuer, now).await {
        Ok((discovery, keys)) => {
            problems.extend(discovery.objections());
            if keys == 0 {
                problems.push("None of the provider's keys can sign by RS256, ES256 or EdDSA.".to_owned());
            }
            answer.authorization_endpoint = Some(discovery.authorization_endpoint.clone());
            answer.keys = u32::try_from(keys).unwrap_or(u32::MAX);
        }
        Err(ProviderFault::Unreachable(why) | ProviderFault::Refused(why)) => problems.push(why),
        Err(ProviderFault::Token(_)) => {}
    }
    let rules = app.store.read(move |tx| {
        let checked = source.rules.iter().enumerate().map(|(place, rule)| {
            let refusal = check_rule(tx, vendor_id, rule, now)?.err();
            Ok(refusal.map(|refusal| format!("Rule {} grants nothing now: {}", place + 1, refusal.detail)))
        });
        checked.collect::<crate::store::Outcome<Vec<_>>>()
    });
    problems.extend(rules.await?.into_iter().flatten());
    Ok(HttpResponse::Ok().json(SourceTest { problems, ..answer }))
}

async fn find(app: &App, vendor_id: VendorId, source_id: SourceId) -> Result<SourceRecord, Failure> {
    Ok(app.store.read(move |tx| tx.source(vendor_id, source_id)?.ok_or_else(not_found)).await?)
}

/// What events say of a source: never its secret.
fn told(record: &SourceRecord) -> Value {
    json!({
        "name": record.name, "issuer": record.issuer, "client_id": record.client_id, "scopes": record.scopes,
        "rules": record.rules, "state": record.state, "has_secret": record.sealed_secret.is_some(),
    })
}

fn show(app: &App, vendor: &Slug, record: SourceRecord) -> Source {
    Source {
        source_id: record.source_id,
        name: record.name,
        issuer: record.issuer,
        client_id: record.client_id,
        has_secret: record.sealed_secret.is_some(),
        scopes: record.scopes,
        rules: record.rules,
        state: record.state,
        redirect_uri: redirect_uri(app, vendor, record.source_id),
        created_at: record.created_at,
        revision: record.revision,
    }
}
