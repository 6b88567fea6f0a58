//! A vendor's logo: an image that really is one. No SVG: those carry scripts.

use std::io::Cursor;

use actix_web::{HttpResponse, web};
use image::{ImageFormat, ImageReader, Limits};
use serde_json::json;
use shared::api::admin::team::{LogoUpload, Settings};
use shared::base64url;
use shared::slug::Slug;
use shared::thumbprint::sha256_base64url;

use super::settings::show_settings;
use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::EditSettings;
use crate::error::Failure;
use crate::http::body::StrictLong;
use crate::http::etag::{IfMatch, answer_with_revision};
use crate::http::event::tell;
use crate::store::not_found;
use crate::store::storefront::{LogoHead, LogoRecord};

/// The largest image, in bytes: customers load it with every page.
const MAX_BYTES: usize = 64 * 1024;

/// The largest width and height, in pixels: an image of few bytes can ask a browser for much memory.
const MAX_SIDE: u32 = 1024;

/// The most memory that reading an image takes here.
const MAX_ALLOCATED: u64 = 16 * 1024 * 1024;

/// Sets the vendor's logo. The `ETag` is the settings' revision.
///
/// Errors: `INVALID_INPUT` with `image` for what is no PNG, JPEG or WebP, or a larger one than is taken; 412 `CONFLICT` when somebody
/// changed the settings meanwhile.
#[utoipa::path(put, path = "/api/v1/admin/vendors/{vendor}/logo", tag = "vendors", request_body = LogoUpload,
    params(("vendor" = Slug, Path), ("If-Match" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Settings, headers(("ETag" = String)))))]
pub async fn set_logo(
    app: web::Data<App>,
    member: Member<EditSettings>,
    known: IfMatch,
    body: StrictLong<LogoUpload>,
) -> Result<HttpResponse, Failure> {
    let read = web::block(move || read_logo(&body.value.image)).await;
    let logo = read
        .map_err(|error| Failure::fault(error.to_string()))?
        .map_err(|detail| Failure::fields([("image", detail)]))?;
    change_logo(&app, member, known, Some(logo)).await
}

/// Takes the logo away. The `ETag` is the settings' revision.
///
/// Errors: 412 `CONFLICT` when somebody changed the settings meanwhile.
#[utoipa::path(delete, path = "/api/v1/admin/vendors/{vendor}/logo", tag = "vendors",
    params(("vendor" = Slug, Path), ("If-Match" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Settings, headers(("ETag" = String)))))]
pub async fn remove_logo(
    app: web::Data<App>,
    member: Member<EditSettings>,
    known: IfMatch,
) -> Result<HttpResponse, Failure> {
    change_logo(&app, member, known, None).await
}

async fn change_logo(
    app: &web::Data<App>,
    member: Member<EditSettings>,
    known: IfMatch,
    logo: Option<LogoRecord>,
) -> Result<HttpResponse, Failure> {
    let (by, here) = (member.into_authority(), app.clone());
    let done = app.store.write(move |tx| {
        let vendor_id = by.vendor.vendor_id;
        let settings = tx.vendor_settings(vendor_id)?.ok_or_else(not_found)?;
        known.check(settings.revision)?;
        let before = tx.brand(vendor_id)?.logo;
        let after = logo.as_ref().map(|logo| &logo.head);
        if before.as_ref() != after {
            tx.set_logo(vendor_id, logo.as_ref())?;
            let revision = settings.revision + 1;
            tx.update_vendor(vendor_id, &crate::store::team::VendorSettings { revision, ..settings })?;
            let digest = |logo: Option<&LogoHead>| json!({ "logo": logo.map(|logo| &logo.digest) });
            let body = json!({ "before": digest(before.as_ref()), "after": digest(after) });
            tell(tx, &here, &by, "vendor.updated", &vendor_id, body)?;
        }
        show_settings(tx, &here, vendor_id)
    });
    let (revision, settings) = done.await?;
    Ok(answer_with_revision(revision, &settings))
}

/// The image in an upload, read to its end: what it says of itself must be so. Errors: a sentence.
fn read_logo(text: &str) -> Result<LogoRecord, &'static str> {
    const TOO_LARGE: &str = "The image has more than 64 kB: save it smaller.";
    // Four letters are three bytes: the rest needs no reading.
    if text.len() > MAX_BYTES.div_ceil(3) * 4 {
        return Err(TOO_LARGE);
    }
    let content = base64url::decode(text).ok_or("This must be the image as base64url, without padding.")?;
    if content.len() > MAX_BYTES {
        return Err(TOO_LARGE);
    }
    let format = image::guess_format(&content).ok().filter(|format| media_type(*format).is_some());
    let (Some(format), Some(media_type)) = (format, format.and_then(media_type)) else {
        return Err("This is no PNG, JPEG or WebP image. Drawings (SVG) are not taken: they can carry scripts.");
    };
    let (width, height) = ImageReader::with_format(Cursor::new(&content), format)
        .into_dimensions()
        .map_err(|_| "This image is damaged.")?;
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err("The image is larger than 1024 by 1024 pixels: save it smaller.");
    }
    let mut reader = ImageReader::with_format(Cursor::new(&content), format);
    let mut limits = Limits::no_limits();
    (limits.max_image_width, limits.max_image_height) = (Some(MAX_SIDE), Some(MAX_SIDE));
    limits.max_alloc = Some(MAX_ALLOCATED);
    reader.limits(limits);
    reader.decode().map_err(|_| "This image is damaged.")?;
    let head = LogoHead { digest: sha256_base64url(&content), media_type: media_type.to_owned(), width, height };
    Ok(LogoRecord { head, content })
}

const fn media_type(format: ImageFormat) -> Option<&'static str> {
    match format {
        ImageFormat::Png => Some("image/png"),
        ImageFormat::Jpeg => Some("image/jpeg"),
        ImageFormat::WebP => Some("image/webp"),
        _ => None,
    }
}
