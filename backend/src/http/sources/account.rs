//! The sign-ins of vendors that are linked to an account.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::sources::{LinkRequest, LinkStarted, LinkedSource, LinkedSources, OfferedSource};
use shared::id::{SourceId, VendorId};
use shared::menu::VendorName;
use shared::refusal::RefusalCode;

use super::{Place, Trouble, set_out};
use crate::app::App;
use crate::auth::{Customer, Fresh};
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::event::event;
use crate::http::peer::Peer;
use crate::store::{Outcome, Tx, not_found};

/// The sign-ins that are linked to the account, and those that could be.
#[utoipa::path(get, path = "/api/v1/account/sources", tag = "account", security(("session" = [])),
    responses((status = 200, body = LinkedSources)))]
pub async fn list_linked(app: web::Data<App>, customer: Customer) -> Result<HttpResponse, Failure> {
    let account_id = customer.account_id;
    let linked = app.store.read(move |tx| {
        let made_by_source = tx.vendor_of_account(account_id)?.is_some();
        let mut items = Vec::new();
        for (identity, source) in tx.identities(account_id)? {
            items.push(LinkedSource {
                source_id: source.source_id,
                name: source.name,
                vendor: name_vendor(tx, source.vendor_id)?,
                linked_at: identity.created_at,
                last_at: identity.last_at,
            });
        }
        let mut offered = Vec::new();
        for source in if made_by_source { Vec::new() } else { tx.sources_for(account_id)? } {
            if !items.iter().any(|item| item.source_id == source.source_id) {
                let vendor = name_vendor(tx, source.vendor_id)?;
                offered.push(OfferedSource { source_id: source.source_id, name: source.name, vendor });
            }
        }
        Ok(LinkedSources { made_by_source, items, offered })
    });
    Ok(HttpResponse::Ok().json(linked.await?))
}

/// Begins to link a vendor's sign-in: the person shows there who they are, in this browser and within ten minutes, and comes
/// back to the account's page.
///
/// Errors: `CONFIRMATION_REQUIRED`; `FORBIDDEN` for an account that a source made; `RATE_LIMITED`; `CONFLICT` for a sign-in that is not
/// there, or does not answer.
#[utoipa::path(post, path = "/api/v1/account/sources", tag = "account", request_body = LinkRequest,
    security(("session" = [])), responses((status = 200, body = LinkStarted)))]
pub async fn start_linking(
    app: web::Data<App>,
    request: HttpRequest,
    peer: Peer,
    customer: Fresh<Customer>,
    body: Strict<LinkRequest>,
) -> Result<HttpResponse, Failure> {
    app.limits.public_write(peer.0)?;
    let LinkRequest { vendor, source_id } = body.value;
    let place = Place { vendor, next: "/account".to_owned() };
    match set_out(&app, &request, &place, source_id, Some(customer.account_id)).await {
        Ok((url, cookie)) => Ok(HttpResponse::Ok().cookie(cookie).json(LinkStarted { url })),
        Err(Trouble::Busy) => Err(Failure::unavailable("nobody could set out to an authentication source")),
        Err(_) => {
            let sentence = "This sign-in cannot be linked now: it is not there, or does not answer.";
            Err(Failure::code(RefusalCode::Conflict, sentence))
        }
    }
}

/// The vendor's sign-in is not linked to the account any more. What it granted stays.
///
/// Errors: `CONFIRMATION_REQUIRED`; `FORBIDDEN` for an account that a source made: nothing else opens it; `NOT_FOUND`.
#[utoipa::path(delete, path = "/api/v1/account/sources/{source_id}", tag = "account", security(("session" = [])),
    params(("source_id" = SourceId, Path)), responses((status = 204)))]
pub async fn unlink_source(
    app: web::Data<App>,
    customer: Fresh<Customer>,
    path: web::Path<SourceId>,
) -> Result<HttpResponse, Failure> {
    let (account_id, source_id, here) = (customer.account_id, path.into_inner(), app.clone());
    let done = app.store.write(move |tx| {
        if tx.vendor_of_account(account_id)?.is_some() {
            let detail = "This account is opened by that sign-in only.";
            return Err(shared::license::Refusal::new(RefusalCode::Forbidden, detail).into());
        }
        let linked = tx.identities(account_id)?.into_iter().find(|(_, source)| source.source_id == source_id);
        let (identity, _) = linked.ok_or_else(not_found)?;
        tx.remove_identity(identity.vendor_id, source_id, account_id)?;
        let body = json!({ "source_id": source_id });
        tx.append_event(&event(&here, identity.vendor_id, "account.unlinked", &account_id, &account_id, &body))
    });
    done.await?;
    Ok(HttpResponse::NoContent().finish())
}

fn name_vendor(tx: &mut dyn Tx, vendor_id: VendorId) -> Outcome<VendorName> {
    let vendor = tx.vendor_by_id(vendor_id)?.ok_or_else(not_found)?;
    Ok(VendorName { slug: vendor.slug, name: vendor.name })
}
