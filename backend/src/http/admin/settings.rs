//! What a vendor says of itself, how its pages look, its tax, and how it is paid. The logo is in `logo`.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};
use shared::api::admin::mail::MailSending;
use shared::api::admin::team::{InvoiceTerms, Settings};
use shared::api::problem::FieldProblem;
use shared::id::VendorId;
use shared::slug::Slug;
use shared::text::turns_direction;
use url::Url;

use crate::app::App;
use crate::auth::Member;
use crate::auth::fresh::Fresh;
use crate::auth::member::need::{EditSettings, ReadSettings};
use crate::error::Failure;
use crate::http::account::{NAME_RULE, is_email, is_name};
use crate::http::body::Strict;
use crate::http::etag::{IfMatch, answer_with_revision};
use crate::http::event::tell;
use crate::http::storefront::find_brand;
use crate::payment::methods;
use crate::store::team::VendorSettings;
use crate::store::{Outcome, Tx, not_found};

/// How many products with another tax are told.
const OTHER_TAX: usize = 100;

/// What a vendor says of itself. The `ETag` is the revision.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/settings", tag = "vendors", params(("vendor" = Slug, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Settings, headers(("ETag" = String)))))]
pub async fn get_settings(app: web::Data<App>, member: Member<ReadSettings>) -> Result<HttpResponse, Failure> {
    let (vendor_id, here) = (member.vendor.vendor_id, app.clone());
    let (revision, settings) = app.store.read(move |tx| show_settings(tx, &here, vendor_id)).await?;
    Ok(answer_with_revision(revision, &settings))
}

/// Replaces what a vendor says of itself; what is left out is unset. The logo stays. A tax is that of the menus that are
/// published from now on: published ones keep theirs.
///
/// Errors: `INVALID_INPUT` with the members at fault; 412 `CONFLICT` when somebody changed it meanwhile; `CONFIRMATION_REQUIRED`
/// where customers would be told to pay elsewhere, and the session has not shown within ten minutes who is there.
#[utoipa::path(put, path = "/api/v1/admin/vendors/{vendor}/settings", tag = "vendors", request_body = Settings,
    params(("vendor" = Slug, Path), ("If-Match" = String, Header)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Settings, headers(("ETag" = String)))))]
pub async fn edit_settings(
    app: web::Data<App>,
    member: Member<EditSettings>,
    fresh: Result<Fresh<Member<EditSettings>>, Failure>,
    known: IfMatch,
    body: Strict<Settings>,
) -> Result<HttpResponse, Failure> {
    let wanted = body.value;
    check_settings(&wanted)?;
    let (by, here, is_fresh) = (member.into_authority(), app.clone(), fresh.is_ok());
    let done = app.store.write(move |tx| {
        let vendor_id = by.vendor.vendor_id;
        let before = tx.vendor_settings(vendor_id)?.ok_or_else(not_found)?;
        known.check(before.revision)?;
        let wanted = wanted.clone();
        let after = VendorSettings {
            name: wanted.name.trim().to_owned(),
            support_email: wanted.support_email,
            website: wanted.website,
            accent: wanted.accent,
            tax: wanted.tax,
            invoice: wanted.invoice,
            revision: before.revision,
        };
        // Where the money goes: whoever finds a browser signed in must not say that.
        if before.invoice != after.invoice && !is_fresh {
            return Ok(None);
        }
        if before != after {
            tx.update_vendor(vendor_id, &VendorSettings { revision: before.revision + 1, ..after.clone() })?;
            let body = json!({ "before": describe(&before), "after": describe(&after) });
            tell(tx, &here, &by, "vendor.updated", &vendor_id, body)?;
        }
        show_settings(tx, &here, vendor_id).map(Some)
    });
    match (done.await?, fresh) {
        (Some((revision, settings)), _) => Ok(answer_with_revision(revision, &settings)),
        (None, Err(unproven)) => Err(unproven),
        (None, Ok(_)) => Err(Failure::fault("a change was refused for want of a proof that there was")),
    }
}

/// The settings with their revision, and what belongs to them.
pub(super) fn show_settings(tx: &mut dyn Tx, app: &App, vendor_id: VendorId) -> Outcome<(u64, Settings)> {
    let vendor = tx.vendor_by_id(vendor_id)?.ok_or_else(not_found)?;
    let found = tx.vendor_settings(vendor_id)?.ok_or_else(not_found)?;
    let mail = app.config.mail.as_ref();
    let settings = Settings {
        brand: find_brand(tx, &vendor)?,
        other_tax: tx.other_tax(vendor_id, found.tax.as_ref(), OTHER_TAX)?,
        payments: methods(&app.config, found.invoice.as_ref()),
        mail: Some(MailSending { sending: mail.is_some(), from: mail.map(|mail| mail.from.to_string()) }),
        name: found.name,
        support_email: found.support_email,
        website: found.website,
        accent: found.accent,
        tax: found.tax,
        invoice: found.invoice,
    };
    Ok((found.revision, settings))
}

/// What the log says of them. People's addresses do not stand in events; the account that money goes to does.
fn describe(settings: &VendorSettings) -> Value {
    let VendorSettings { name, website, accent, tax, invoice, .. } = settings;
    json!({ "name": name, "website": website, "accent": accent, "tax": tax, "invoice": invoice })
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
        (
            "invoice.instructions",
            settings.invoice.as_ref().is_none_or(are_instructions),
            "Write 1 to 2000 characters in lines, without invisible characters that turn the direction of text.",
        ),
        (
            "invoice.days",
            settings.invoice.as_ref().is_none_or(|terms| (1..=90).contains(&terms.days)),
            "Give 1 to 90 days.",
        ),
    ];
    let wrong = checks.iter().filter(|(_, is_good, _)| !is_good);
    let wrong = wrong.map(|(field, _, detail)| ((*field).to_owned(), (*detail).to_owned()));
    let tax = settings.tax.iter().flat_map(|tax| tax.find_faults("tax"));
    let wrong: Vec<_> = wrong.chain(tax.map(|FieldProblem { field, detail }| (field, detail))).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Failure::fields(wrong)) }
}

fn are_instructions(terms: &InvoiceTerms) -> bool {
    let text = &terms.instructions;
    let is_strange = |letter: char| (letter.is_control() && letter != '\n') || turns_direction(letter);
    !text.trim().is_empty() && text.chars().count() <= 2000 && !text.chars().any(is_strange)
}
