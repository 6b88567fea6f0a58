//! A vendor as its customers see it: name, colour, logo, and how it is paid.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use shared::api::catalog::{Brand, Logo, PublicVendor};
use shared::brand::Accents;
use shared::slug::Slug;

use crate::app::App;
use crate::error::Failure;
use crate::payment::methods;
use crate::store::records::Vendor;
use crate::store::{Outcome, Tx, not_found};

/// A vendor as its customers see it.
#[utoipa::path(get, path = "/api/v1/vendors/{vendor}", tag = "catalog", params(("vendor" = Slug, Path)),
    responses((status = 200, body = PublicVendor)))]
pub async fn get_vendor(app: web::Data<App>, vendor: web::Path<Slug>) -> Result<HttpResponse, Failure> {
    let slug = vendor.into_inner();
    let here = app.clone();
    let found = app.store.read(move |tx| {
        let vendor = tx.vendor(&slug)?.ok_or_else(not_found)?;
        let settings = tx.vendor_settings(vendor.vendor_id)?.ok_or_else(not_found)?;
        let brand = find_brand(tx, &vendor)?;
        let payments = methods(&here.config, settings.invoice.as_ref());
        Ok(PublicVendor {
            vendor: vendor.slug,
            name: settings.name,
            support_email: settings.support_email,
            website: settings.website,
            brand,
            payments,
        })
    });
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-cache")).json(found.await?))
}

/// A vendor's logo. Another image has another address, so this one never changes.
#[utoipa::path(get, path = "/v/{vendor}/logo/{digest}", tag = "catalog",
    params(("vendor" = Slug, Path), ("digest" = String, Path, description = "SHA-256 over the image, base64url.")),
    responses((status = 200, description = "The image: a PNG, JPEG or WebP.", content_type = "image/*")))]
pub async fn get_logo(app: web::Data<App>, path: web::Path<(Slug, String)>) -> Result<HttpResponse, Failure> {
    let (slug, digest) = path.into_inner();
    let logo = app.store.read(move |tx| {
        let vendor = tx.vendor(&slug)?.ok_or_else(not_found)?;
        tx.logo(vendor.vendor_id, &digest)?.ok_or_else(not_found)
    });
    let logo = logo.await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, logo.head.media_type))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        // Opened by itself it is an image and nothing else, whatever its bytes could be taken for.
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox"))
        .body(logo.content))
}

/// What the vendor looks like; nothing where nothing is set.
pub(super) fn find_brand(tx: &mut dyn Tx, vendor: &Vendor) -> Outcome<Option<Brand>> {
    let found = tx.brand(vendor.vendor_id)?;
    let logo = found.logo.map(|logo| Logo {
        path: format!("/v/{}/logo/{}", vendor.slug, logo.digest),
        width: logo.width,
        height: logo.height,
    });
    let brand = Brand { accents: found.accent.map(Accents::of), logo };
    Ok(Some(brand).filter(|brand| brand.accents.is_some() || brand.logo.is_some()))
}
