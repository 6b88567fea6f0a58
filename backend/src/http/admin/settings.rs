//! What a vendor says of itself.

use actix_web::{HttpResponse, web};
use serde_json::json;
use shared::api::admin::mail::MailSending;
use shared::api::admin::team::Settings;
use shared::slug::Slug;
use url::Url;

use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::{EditSettings, ReadSettings};
use crate::error::Failure;
use crate::http::account::{NAME_RULE, is_email, is_name};
use crate::http::body::Strict;
use crate::http::etag::{IfMatch, answer_with_revision};
use crate::http::event::tell;
use crate::store::not_found;
use crate::store::team::VendorSettings;

/// What a vendor says of itself. The `ETag` is the revision.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/settings", tag = "vendors", params(("vendor" = Slug, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Settings, headers(("ETag" = String)))))]
pub async fn get_settings(app: web::Data<App>, member: Member<ReadSettings>) -> Result<HttpResponse, Failure> {
    let vendor_id = member.vendor.vendor_id;
    let found = app.store.read(move |tx| tx.vendor_settings(vendor_id)?.ok_or_else(not_found)).await?;
    Ok(answer_with_revision(found.revision, &show_with_mail(&app, &found)))
}

/// Replaces what a vendor says of itself.
///
/// Errors: `INVALID_INPUT` with `name`, `support_email` or `website`; 412 `CONFLICT` when somebody changed it meanwhile.
#[utoipa::path(put, path = "/api/v1/admin/vendors/{vendor}/settings", tag = "vendors", request_body = Settings,
    params(("vendor" = Slug, Path), ("If-Match" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Settings, headers(("ETag" = String)))))]
pub async fn edit_settings(
    app: web::Data<App>,
    member: Member<EditSettings>,
    known: IfMatch,
    body: Strict<Settings>,
) -> Result<HttpResponse, Failure> {
    let wanted = body.value;
    check_settings(&wanted)?;
    let by = member.into_authority();
    let here = app.clone();
    let done = app.store.write(move |tx| {
        let vendor_id = by.vendor.vendor_id;
        let before = tx.vendor_settings(vendor_id)?.ok_or_else(not_found)?;
        known.check(before.revision)?;
        let after = VendorSettings {
            name: wanted.name.trim().to_owned(),
            support_email: wanted.support_email.clone(),
            website: wanted.website.clone(),
            revision: before.revision + 1,
        };
        if show(&before) == show(&after) {
            return Ok(before);
        }
        tx.update_vendor(vendor_id, &after)?;
        // Addresses do not stand in events.
        let told = |settings: &VendorSettings| json!({ "name": settings.name, "website": settings.website });
        let body = json!({ "before": told(&before), "after": told(&after) });
        tell(tx, &here, &by, "vendor.updated", &vendor_id, body)?;
        Ok(after)
    });
    let after = done.await?;
    Ok(answer_with_revision(after.revision, &show_with_mail(&app, &after)))
}

fn show_with_mail(app: &App, settings: &VendorSettings) -> Settings {
    let mail = app.config.mail.as_ref();
    let mail = MailSending { sending: mail.is_some(), from: mail.map(|mail| mail.from.to_string()) };
    Settings { mail: Some(mail), ..show(settings) }
}

fn show(settings: &VendorSettings) -> Settings {
    let VendorSettings { name, support_email, website, revision: _ } = settings.clone();
    Settings { name, support_email, website, mail: None }
}

/// Every fault at once, each beside its member.
fn check_settings(settings: &Settings) -> Result<(), Failure> {
    let is_web = |address: &str| {
        let url = Url::parse(address);
        address.len() <= 500 && url.is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
    };
    let checks = [
        ("name", is_name(&settings.name), NAME_RULE),
        ("support_email", settings.support_email.as_deref().is_none_or(is_email), "This must be an e-mail address."),
        (
            "website",
            settings.website.as_deref().is_none_or(is_web),
            "This must be an address that begins with https:// or http://.",
        ),
    ];
    let wrong: Vec<_> =
        checks.iter().filter(|(_, is_good, _)| !is_good).map(|(field, _, detail)| (*field, *detail)).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Failure::fields(wrong)) }
}
