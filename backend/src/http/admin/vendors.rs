//! Vendors, as the people see them who run them: which ones they are in, and new ones.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::Page;
use shared::api::admin::team::{Vendor, VendorNew};
use shared::id::VendorId;
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::team::{Role, may_name_vendor};

use crate::app::App;
use crate::auth::Customer;
use crate::error::Failure;
use crate::http::account::{NAME_RULE, is_name};
use crate::http::body::Strict;
use crate::http::event::event;
use crate::http::once::{Answer, IdempotencyKey, fingerprint, once};
use crate::store::{StoreError, records};

/// The vendors in whose teams the caller is, by name; all of them on one page.
#[utoipa::path(get, path = "/api/v1/admin/vendors", tag = "vendors", security(("session" = [])),
    responses((status = 200, body = Page<Vendor>)))]
pub async fn list_vendors(app: web::Data<App>, customer: Customer) -> Result<HttpResponse, Failure> {
    let found = app.store.read(move |tx| tx.vendors_of(customer.account_id)).await?;
    let show = |(vendor, role): (records::Vendor, Role)| Vendor { vendor: vendor.slug, name: vendor.name, role };
    Ok(HttpResponse::Ok().json(Page { items: found.into_iter().map(show).collect(), next: None }))
}

/// A new vendor, with signing keys of its own; the caller is its owner.
///
/// Errors: `FORBIDDEN` where the installation does not let people add vendors; `INVALID_INPUT` with `name`; `CONFLICT` when
/// the slug is taken.
#[utoipa::path(post, path = "/api/v1/vendors", tag = "vendors", request_body = VendorNew,
    params(("Idempotency-Key" = String, Header)), security(("session" = [])), responses((status = 201, body = Vendor)))]
pub async fn add_vendor(
    app: web::Data<App>,
    request: HttpRequest,
    customer: Customer,
    key: IdempotencyKey,
    body: Strict<VendorNew>,
) -> Result<HttpResponse, Failure> {
    if !app.config.vendor_sign_up {
        let detail = "New vendors are added by whoever runs this installation: ask there.";
        return Err(Failure::code(RefusalCode::Forbidden, detail));
    }
    let print = fingerprint(&request, &[&body.bytes]);
    let VendorNew { vendor: slug, name } = body.value;
    if !may_name_vendor(&slug) {
        return Err(Failure::fields([("vendor", "This name is a page's: choose another.")]));
    }
    if !is_name(&name) {
        return Err(Failure::fields([("name", NAME_RULE)]));
    }
    let (account_id, now) = (customer.account_id, app.clock.now());
    let vendor_id = app.new_id(VendorId::new);
    let vendor = records::Vendor { vendor_id, slug, name: name.trim().to_owned(), created_at: now };
    let keys = app.keys.first_keys(vendor_id, now);
    let here = app.clone();
    once(&app, account_id.to_string(), key, print, move |tx| {
        tx.add_vendor(&vendor).map_err(|error| match error {
            StoreError::Duplicate("vendors.slug") => taken().into(),
            other => other,
        })?;
        keys.iter().try_for_each(|key| tx.add_signing_key(key))?;
        tx.add_member(vendor_id, account_id, Role::Owner, now)?;
        let body = json!({ "slug": vendor.slug, "name": vendor.name });
        tx.append_event(&event(&here, vendor_id, "vendor.created", &account_id, &vendor_id, &body))?;
        let shown = Vendor { vendor: vendor.slug.clone(), name: vendor.name.clone(), role: Role::Owner };
        Answer::json(StatusCode::CREATED, &shown)
    })
    .await
}

fn taken() -> Refusal {
    Refusal::new(RefusalCode::Conflict, "This name is taken: choose another.")
}
