//! The OpenAPI 3.1 document, made from the handlers' attributes.
//!
//! A handler says what it takes and gives, and the refusals that are its own; those that follow from what a request is
//! made of (a body, a session, an `Idempotency-Key`) are added to every operation alike by [`refusals`].

use std::sync::OnceLock;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::Value;
use shared::api::events::{CountersEvent, KeysEvent, StatusEvent};
use shared::api::problem::Problem;
use shared::refusal::RefusalCode;
use utoipa::openapi::OpenApi;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::{IntoParams, OpenApi as _};

use super::{
    account, admin, catalog, coupon, devices, health, identifiers, instance, introspect, leases, license, metrics,
    moves, order, pass, services, sign_in, slices, sources, status, storefront, stream, uses, wellknown,
};

mod queries;
mod refusals;

pub use queries::{
    CustomersQuery, EventsQuery, FiguresQuery, LeasesQuery, LicensesQuery, MailsQuery, MovesQuery, OrdersQuery,
    PassesQuery,
};

/// Every handler of the URL table; a story holds the two against each other.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Passgate",
        description = "A licensing portal: menus, orders, licenses, and passes that are judged in the browser.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        account::sign_up, account::sign_in, account::get_session, account::sign_out,
        sign_in::second::finish_sign_in, sign_in::passkeys::challenge_sign_in, sign_in::passkeys::sign_in_by_passkey,
        sign_in::proof::prove, sign_in::proof::challenge_proof,
        sign_in::profile::edit_account, sign_in::profile::change_password, sign_in::get_security,
        sign_in::address::change_address, sign_in::address::resend_address, sign_in::address::confirm_address,
        sign_in::reset::ask_reset, sign_in::reset::redeem_reset, instance::get_public_instance,
        sign_in::sessions::list_sessions, sign_in::sessions::end_session, sign_in::sessions::end_other_sessions,
        sign_in::totp::start_totp, sign_in::totp::confirm_totp, sign_in::totp::remove_totp,
        sign_in::totp::renew_recovery_codes,
        sign_in::passkeys::challenge_passkey, sign_in::passkeys::add_passkey, sign_in::passkeys::remove_passkey,
        catalog::list_products, catalog::get_menu, catalog::check_origin, catalog::get_agreement, catalog::quote_selection,
        coupon::get_coupon,
        order::place_order, order::list_orders, order::get_order, order::cancel_order, order::payment::pay_test, order::invoice::mark_paid,
        storefront::get_vendor, storefront::get_logo, admin::logo::set_logo, admin::logo::remove_logo, admin::tax::publish_tax,
        license::list_licenses, license::get_license,
        pass::issue_pass, pass::refresh::refresh_pass, pass::verify::verify_pass,
        stream::pass::watch_pass, stream::license::watch_license,
        admin::pass::suspend_pass, admin::pass::reinstate_pass, admin::pass::revoke_pass,
        admin::license::suspend_license, admin::license::reinstate_license, admin::license::revoke_license,
        admin::goodwill::extend_license, admin::goodwill::add_uses, admin::goodwill::allow_moves, admin::bulk::act_in_bulk,
        admin::customers::list_customers, admin::customers::export_customers, admin::customers::get_customer,
        admin::orders::list_orders, admin::orders::export_orders, admin::orders::get_order, admin::refund::refund,
        admin::refund::cancel_unpaid,
        admin::licenses::list_licenses, admin::licenses::export_licenses, admin::licenses::get_license,
        admin::passes::list_passes, admin::passes::export_passes, admin::passes::get_pass,
        admin::moves::list_moves, admin::moves::export_moves, admin::moves::get_move,
        admin::leases::list_leases, admin::leases::export_leases, admin::leases::get_lease, admin::leases::end_lease,
        admin::leases::end_identifier, admin::leases::list_queues, services::get_services, services::list_counted,
        admin::events::list_events, admin::events::export_events,
        admin::vendors::add_vendor, admin::vendors::list_vendors,
        admin::settings::get_settings, admin::settings::edit_settings,
        admin::team::list_members, admin::team::edit_member, admin::team::remove_member, admin::team::leave_team,
        admin::invitations::list_invitations, admin::invitations::invite_member, admin::invitations::withdraw_invitation,
        admin::invitations::preview_invitation, admin::invitations::accept_invitation,
        admin::tokens::list_tokens, admin::tokens::add_token, admin::tokens::revoke_token,
        admin::webhooks::list_webhooks, admin::webhooks::add_webhook, admin::webhooks::get_webhook,
        admin::webhooks::edit_webhook, admin::webhooks::remove_webhook, admin::webhooks::renew_secret,
        admin::webhooks::list_deliveries, admin::webhooks::test_webhook, admin::webhooks::redeliver,
        admin::sources::list_sources, admin::sources::add_source, admin::sources::get_source, admin::sources::edit_source,
        admin::sources::remove_source, admin::sources::test_source,
        sources::list_sources, sources::start_sign_in, sources::back::finish_sign_in,
        sources::account::list_linked, sources::account::start_linking, sources::account::unlink_source,
        admin::mails::list_mails, admin::mails::get_mail, admin::mails::resend_mail,
        admin::mail_templates::list_templates, admin::mail_templates::edit_template,
        admin::mail_templates::discard_template, admin::mail_templates::preview_template,
        admin::products::list_products, admin::products::add_product, admin::products::get_product,
        admin::products::edit_product, admin::products::delete_product,
        admin::drafts::get_draft, admin::drafts::save_draft, admin::drafts::discard_draft,
        admin::menus::list_menus, admin::menus::publish_menu, admin::menus::get_version,
        admin::agreements::list_agreements, admin::agreements::add_agreement,
        admin::figures::get_figures, admin::instance::list_status_lists, admin::instance::report_instance,
        admin::coupons::list_coupons, admin::coupons::add_coupon, admin::coupons::get_coupon, admin::coupons::edit_coupon,
        admin::keys::list_keys, admin::keys::add_key, admin::keys::activate_key, admin::keys::retire_key,
        admin::keys::revoke_key,
        devices::rename_device, devices::recover_device,
        moves::offer_move, moves::get_move, moves::withdraw_move, moves::redeem::preview_move, moves::redeem::redeem_move,
        identifiers::add_identifier, identifiers::list_identifiers, identifiers::end_identifier,
        leases::check_out::check_out, leases::get_lease, leases::extend_lease, leases::return_lease,
        introspect::introspect,
        uses::count_use, slices::grant_slice, slices::settle_slice,
        wellknown::get_jwks, status::get_status_list,
        health::is_alive, health::is_ready, metrics::get_metrics, get_document,
    ),
    components(schemas(Problem, RefusalCode, StatusEvent, CountersEvent, KeysEvent)),
    tags(
        (name = "account", description = "Sign up, sign in, sign out."),
        (name = "catalog", description = "What is on offer, and what it costs."),
        (name = "orders", description = "Buying a license."),
        (name = "licenses", description = "What a customer has."),
        (name = "passes", description = "The signed tokens that let a device use a license."),
        (name = "vendors", description = "What a vendor's team does."),
        (name = "moves", description = "Taking a license from one device to another, exactly once."),
        (name = "uses", description = "Counting uses, online and in advance."),
        (name = "leases", description = "Services check licenses out by their identifiers, and return them."),
        (name = "keys", description = "What verifiers need: public keys and status lists."),
        (name = "operations", description = "For whoever watches the installation."),
    ),
)]
struct Document;

/// The query of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `PageQuery` reads")]
pub struct ListParams {
    /// How many items, 1 to 100; 50 when absent.
    limit: Option<u32>,
    /// `next` of the page before; the beginning when absent.
    cursor: Option<String>,
}

/// The whole document.
pub fn document() -> OpenApi {
    let mut document = Document::openapi();
    let components = document.components.get_or_insert_default();
    let session = ApiKeyValue::with_description(crate::auth::session::COOKIE, "A customer's session.");
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
    let mut pass = Http::new(HttpAuthScheme::Bearer);
    pass.description =
        Some("`Authorization: DPoP {pass}` with a `DPoP` proof by the pass's key (RFC 9449).".to_owned());
    components.add_security_scheme("terminal", SecurityScheme::Http(pass));
    let mut token = Http::new(HttpAuthScheme::Bearer);
    token.description =
        Some("`Authorization: Bearer pgt_…`: an API token of the vendor, with the scope needed.".to_owned());
    components.add_security_scheme("token", SecurityScheme::Http(token));
    let mut metrics = Http::new(HttpAuthScheme::Bearer);
    metrics.description = Some("The token that the operator started the server with (`--metrics-token`).".to_owned());
    components.add_security_scheme("metrics", SecurityScheme::Http(metrics));
    components.schemas.insert("RefusalCode".to_owned(), codes().into());
    refusals::add(&mut document);
    document
}

/// The document as pretty JSON.
pub fn document_text() -> String {
    let mut document = serde_json::to_value(document()).unwrap_or_default();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let operations = paths.into_iter().flatten().filter_map(|(_, item)| item.as_object_mut()).flatten();
    let lists = operations.filter_map(|(_, operation)| operation.get_mut("parameters")?.as_array_mut());
    for parameter in lists.flatten().filter_map(Value::as_object_mut) {
        // A form sends what was left empty, too. The library that makes the document has no word for it.
        if parameter.get("in") == Some(&"query".into()) && parameter.get("required") == Some(&false.into()) {
            parameter.insert("allowEmptyValue".to_owned(), true.into());
        }
    }
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operations", responses((status = 200, description = "OpenAPI 3.1.")))]
pub async fn get_document() -> HttpResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(document_text).as_str();
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(text)
}

fn codes() -> Schema {
    let codes = RefusalCode::all().map(RefusalCode::as_str);
    let object = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes));
    object.description(Some("Why a request was refused.")).build().into()
}
