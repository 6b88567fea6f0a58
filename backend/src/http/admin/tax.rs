//! The vendor's tax in a menu that is published already.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::admin::catalog::MenuVersion;
use shared::api::admin::team::RetaxRequest;
use shared::menu::Menu;
use shared::slug::Slug;

use super::menus::{conflict, head_of, show_published};
use super::products::{ProductPath, find_product};
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::Authority;
use crate::auth::member::need::EditCatalog;
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::event::tell;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once};
use crate::store::catalog::{DraftRecord, ProductRecord};
use crate::store::{Outcome, StoreError, Tx, not_found};

/// Publishes the product's menu again, with the vendor's tax and otherwise as it is. A draft goes on from there. Orders made from
/// older versions stay what they were; whoever is about to order is told that the menu has changed.
///
/// Errors: `NOT_FOUND`, also without a menu; `CONFLICT` when another version was looked at, and where the menu has this tax already.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/products/{product}/tax", tag = "vendors",
    request_body = RetaxRequest,
    params(("vendor" = Slug, Path), ("product" = Slug, Path), ("Idempotency-Key" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 201, body = MenuVersion)))]
pub async fn publish_tax(
    app: web::Data<App>,
    request: HttpRequest,
    member: Member<EditCatalog>,
    path: ProductPath,
    key: IdempotencyKey,
    body: Strict<RetaxRequest>,
) -> Result<HttpResponse, Failure> {
    let print = fingerprint(&request, &[&body.bytes]);
    let (by, slug, version) = (member.into_authority(), path.into_inner().1, body.value.menu);
    let (here, now) = (app.clone(), app.clock.now());
    once(&app, by.actor.to_string(), key, print, move |tx| {
        let product = find_product(tx, by.vendor.vendor_id, &slug)?;
        let menu = retax(tx, &by, &product, version)?;
        tx.publish_menu_by(&product.product, &menu, &by.actor.to_string(), now)?;
        let body = json!({ "product": slug, "menu": menu.menu, "digest": menu.digest, "tax": menu.tax });
        tell(tx, &here, &by, "menu.published", &product.product.product_id, body)?;
        Answer::json(StatusCode::CREATED, &show_published(tx, &by, &menu, now)?)
    })
    .await
}

/// The newest menu with the vendor's tax, as the next version; a draft that was begun from it follows.
fn retax(tx: &mut dyn Tx, by: &Authority, product: &ProductRecord, version: u32) -> Outcome<Menu> {
    let menu = tx.current_menu(&product.product)?.ok_or_else(not_found)?;
    if menu.menu != version {
        return Err(conflict("Another version of the menu is published by now: look at it again.").into());
    }
    let head = head_of(tx, by, product)?;
    if head.tax == menu.tax {
        return Err(conflict("The published menu has this tax already.").into());
    }
    let next = version.saturating_add(1);
    let retaxed = menu.content().into_menu(head, next).map_err(|error| StoreError::Fault(error.to_string()))?;
    if let Some(draft) = tx.draft(&product.product)?
        && draft.saved.is_some()
        && draft.base == version
    {
        let revision = draft.revision.saturating_add(1);
        tx.set_draft(&product.product, &DraftRecord { revision, base: next, ..draft })?;
    }
    Ok(retaxed)
}
