//! HTTP: the whole URL table on one screen, and the layers around it.

use std::future::{Ready, ready};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::middleware::{Compress, Condition};
use actix_web::web;

use crate::error::Failure;

pub mod account;
pub mod admin;
pub mod body;
mod bought;
pub mod catalog;
pub mod cors;
pub mod coupon;
mod cross_site;
mod csv;
mod denial;
pub mod devices;
pub mod edge;
mod etag;
mod event;
mod headers;
pub mod health;
pub mod identifiers;
pub mod instance;
pub mod introspect;
mod json;
pub mod leases;
pub mod license;
pub mod limits;
pub mod metrics;
pub mod moves;
pub mod once;
pub mod openapi;
pub mod order;
pub mod page;
pub mod pages;
pub mod pass;
pub mod peer;
mod presence;
mod query;
pub mod server;
pub mod services;
pub mod sign_in;
pub mod slices;
pub mod sources;
pub mod status;
pub mod storefront;
pub mod stream;
pub mod uses;
pub mod wellknown;

/// Registers each address with its methods, and lists them in [`TABLE`]; the OpenAPI document must list the same.
macro_rules! table {
    ($($path:literal: $($method:ident $handler:path),+;)+) => {
        /// Every address with its methods.
        pub const TABLE: &[(&str, &[&str])] = &[$(($path, &[$(stringify!($method)),+])),+];

        fn add_table(cfg: &mut web::ServiceConfig) {
            $(cfg.service(
                web::resource($path).app_data(metrics::Row::of($path))$(.route(web::$method().to($handler)))+
                    .default_service(web::to(|| wrong_method(&[$(stringify!($method)),+])))
                    // The long texts: menus and agreements.
                    .wrap(Condition::new($path.starts_with("/api/v1/vendors/"), Compress::default())),
            );)+
        }
    };
}

table! {
    // The router tries one after the other: what is asked most comes first, and before what has parts that differ.
    "/api/v1/uses": post uses::count_use;
    "/api/v1/leases": post leases::check_out::check_out;
    "/api/v1/passes/verify": post pass::verify_pass;
    "/api/v1/passes/refresh": post pass::refresh_pass;
    "/api/v1/introspect": post introspect::introspect;
    "/api/v1/slices": post slices::grant_slice;
    "/api/v1/moves/redeem": post moves::redeem::redeem_move;
    "/healthz": get health::is_alive;
    "/readyz": get health::is_ready;
    "/metrics": get metrics::get_metrics;
    "/v/{vendor}/status/{list}": get status::get_status_list;
    "/api/v1/leases/{id}": get leases::get_lease, delete leases::return_lease;
    "/api/v1/licenses/{id}/passes": post pass::issue_pass;
    "/v/{vendor}/.well-known/jwks.json": get wellknown::get_jwks;
    "/api/v1/leases/{id}/extend": post leases::extend_lease;
    "/api/v1/slices/{id}/settle": post slices::settle_slice;
    "/api/v1/accounts": post account::sign_up;
    "/api/v1/session": post account::sign_in, get account::get_session, delete account::sign_out;
    "/api/v1/session/second": post sign_in::second::finish_sign_in;
    "/api/v1/session/passkey": post sign_in::passkeys::sign_in_by_passkey;
    "/api/v1/session/passkey/challenge": post sign_in::passkeys::challenge_sign_in;
    "/api/v1/session/proof": post sign_in::proof::prove;
    "/api/v1/session/proof/challenge": post sign_in::proof::challenge_proof;
    "/api/v1/account": patch sign_in::profile::edit_account;
    "/api/v1/account/password": put sign_in::profile::change_password;
    "/api/v1/account/email": post sign_in::address::change_address;
    "/api/v1/account/email/resend": post sign_in::address::resend_address;
    "/api/v1/account/email/confirm": post sign_in::address::confirm_address;
    "/api/v1/password-resets": post sign_in::reset::ask_reset;
    "/api/v1/password-resets/redeem": post sign_in::reset::redeem_reset;
    "/api/v1/instance": get instance::get_public_instance;
    "/api/v1/account/security": get sign_in::get_security;
    "/api/v1/account/sessions": get sign_in::sessions::list_sessions, delete sign_in::sessions::end_other_sessions;
    "/api/v1/account/sessions/{session_id}": delete sign_in::sessions::end_session;
    "/api/v1/account/totp": post sign_in::totp::start_totp, delete sign_in::totp::remove_totp;
    "/api/v1/account/totp/confirm": post sign_in::totp::confirm_totp;
    "/api/v1/account/recovery-codes": post sign_in::totp::renew_recovery_codes;
    "/api/v1/account/passkeys": post sign_in::passkeys::add_passkey;
    "/api/v1/account/passkeys/challenge": post sign_in::passkeys::challenge_passkey;
    "/api/v1/account/passkeys/{passkey_id}": delete sign_in::passkeys::remove_passkey;
    "/api/v1/account/sources": get sources::account::list_linked, post sources::account::start_linking;
    "/api/v1/account/sources/{source_id}": delete sources::account::unlink_source;
    "/api/v1/vendors/{vendor}/sources": get sources::list_sources;
    "/api/v1/vendors/{vendor}/sources/{source_id}/start": get sources::start_sign_in;
    "/api/v1/vendors/{vendor}/sources/{source_id}/callback": get sources::back::finish_sign_in;
    "/api/v1/products": get catalog::list_products;
    "/api/v1/vendors/{vendor}": get storefront::get_vendor;
    "/api/v1/vendors/{vendor}/products/{product}/menu": get catalog::get_menu;
    "/api/v1/vendors/{vendor}/products/{product}/origins": get catalog::check_origin;
    "/api/v1/vendors/{vendor}/products/{product}/coupons/{code}": get coupon::get_coupon;
    "/api/v1/vendors/{vendor}/agreements/{digest}": get catalog::get_agreement;
    "/api/v1/quotes": post catalog::quote_selection;
    "/api/v1/orders": post order::place_order, get order::list_orders;
    "/api/v1/orders/{id}": get order::get_order, delete order::cancel_order;
    "/api/v1/orders/{id}/payments/test": post order::pay_test;
    "/api/v1/licenses": get license::list_licenses;
    "/api/v1/licenses/{id}": get license::get_license;
    "/api/v1/licenses/{id}/events": get stream::watch_license;
    "/api/v1/licenses/{id}/passes/{pass_id}": patch devices::rename_device;
    "/api/v1/licenses/{id}/identifiers": get identifiers::list_identifiers;
    "/api/v1/licenses/{id}/services": get services::get_services;
    "/api/v1/licenses/{id}/uses": get services::list_counted;
    "/api/v1/identifiers": post identifiers::add_identifier;
    "/api/v1/identifiers/{identifier}": delete identifiers::end_identifier;
    "/api/v1/licenses/{id}/recover": post devices::recover_device;
    "/api/v1/moves": post moves::offer_move;
    "/api/v1/moves/preview": post moves::redeem::preview_move;
    "/api/v1/moves/{id}": get moves::get_move, delete moves::withdraw_move;
    "/api/v1/passes/events": get stream::watch_pass;
    "/api/v1/admin/vendors/{vendor}/passes/{pass_id}/suspend": post admin::pass::suspend_pass;
    "/api/v1/admin/vendors/{vendor}/passes/{pass_id}/reinstate": post admin::pass::reinstate_pass;
    "/api/v1/admin/vendors/{vendor}/passes/{pass_id}/revoke": post admin::pass::revoke_pass;
    "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/suspend": post admin::license::suspend_license;
    "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/reinstate": post admin::license::reinstate_license;
    "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/revoke": post admin::license::revoke_license;
    "/api/v1/vendors": post admin::vendors::add_vendor;
    "/api/v1/admin/vendors": get admin::vendors::list_vendors;
    "/api/v1/admin/vendors/{vendor}/settings": get admin::settings::get_settings, put admin::settings::edit_settings;
    "/api/v1/admin/vendors/{vendor}/logo": put admin::logo::set_logo, delete admin::logo::remove_logo;
    "/api/v1/admin/vendors/{vendor}/members": get admin::team::list_members;
    "/api/v1/admin/vendors/{vendor}/members/{account_id}": patch admin::team::edit_member, delete admin::team::remove_member;
    "/api/v1/admin/vendors/{vendor}/leave": post admin::team::leave_team;
    "/api/v1/admin/vendors/{vendor}/invitations":
        get admin::invitations::list_invitations, post admin::invitations::invite_member;
    "/api/v1/admin/vendors/{vendor}/invitations/{invitation_id}": delete admin::invitations::withdraw_invitation;
    "/api/v1/invitations/preview": post admin::invitations::preview_invitation;
    "/api/v1/invitations/accept": post admin::invitations::accept_invitation;
    "/api/v1/admin/vendors/{vendor}/tokens": get admin::tokens::list_tokens, post admin::tokens::add_token;
    "/api/v1/admin/vendors/{vendor}/tokens/{token_id}": delete admin::tokens::revoke_token;
    "/api/v1/admin/vendors/{vendor}/webhooks": get admin::webhooks::list_webhooks, post admin::webhooks::add_webhook;
    "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}":
        get admin::webhooks::get_webhook, put admin::webhooks::edit_webhook, delete admin::webhooks::remove_webhook;
    "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}/secret": post admin::webhooks::renew_secret;
    "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}/test": post admin::webhooks::test_webhook;
    "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}/deliveries": get admin::webhooks::list_deliveries;
    "/api/v1/admin/vendors/{vendor}/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver":
        post admin::webhooks::redeliver;
    "/api/v1/admin/vendors/{vendor}/sources": get admin::sources::list_sources, post admin::sources::add_source;
    "/api/v1/admin/vendors/{vendor}/sources/{source_id}":
        get admin::sources::get_source, put admin::sources::edit_source, delete admin::sources::remove_source;
    "/api/v1/admin/vendors/{vendor}/sources/{source_id}/test": post admin::sources::test_source;
    "/api/v1/admin/vendors/{vendor}/mails": get admin::mails::list_mails;
    "/api/v1/admin/vendors/{vendor}/mails/{mail_id}": get admin::mails::get_mail;
    "/api/v1/admin/vendors/{vendor}/mails/{mail_id}/resend": post admin::mails::resend_mail;
    "/api/v1/admin/vendors/{vendor}/mail-templates": get admin::mail_templates::list_templates;
    "/api/v1/admin/vendors/{vendor}/mail-templates/{kind}":
        put admin::mail_templates::edit_template, delete admin::mail_templates::discard_template;
    "/api/v1/admin/vendors/{vendor}/mail-templates/{kind}/preview": post admin::mail_templates::preview_template;
    "/api/v1/admin/vendors/{vendor}/products": get admin::products::list_products, post admin::products::add_product;
    "/api/v1/admin/vendors/{vendor}/products/{product}":
        get admin::products::get_product, put admin::products::edit_product, delete admin::products::delete_product;
    "/api/v1/admin/vendors/{vendor}/products/{product}/draft":
        get admin::drafts::get_draft, put admin::drafts::save_draft, delete admin::drafts::discard_draft;
    "/api/v1/admin/vendors/{vendor}/products/{product}/menus": get admin::menus::list_menus, post admin::menus::publish_menu;
    "/api/v1/admin/vendors/{vendor}/products/{product}/menus/{version}": get admin::menus::get_version;
    "/api/v1/admin/vendors/{vendor}/products/{product}/tax": post admin::tax::publish_tax;
    "/api/v1/admin/vendors/{vendor}/agreements": get admin::agreements::list_agreements, post admin::agreements::add_agreement;
    "/api/v1/admin/vendors/{vendor}/figures": get admin::figures::get_figures;
    "/api/v1/admin/vendors/{vendor}/status-lists": get admin::instance::list_status_lists;
    "/api/v1/admin/vendors/{vendor}/instance": get admin::instance::report_instance;
    "/api/v1/admin/vendors/{vendor}/coupons": get admin::coupons::list_coupons, post admin::coupons::add_coupon;
    "/api/v1/admin/vendors/{vendor}/coupons/{code}": get admin::coupons::get_coupon, patch admin::coupons::edit_coupon;
    "/api/v1/admin/vendors/{vendor}/keys": get admin::keys::list_keys, post admin::keys::add_key;
    "/api/v1/admin/vendors/{vendor}/keys/{kid}/activate": post admin::keys::activate_key;
    "/api/v1/admin/vendors/{vendor}/keys/{kid}/retire": post admin::keys::retire_key;
    "/api/v1/admin/vendors/{vendor}/keys/{kid}/revoke": post admin::keys::revoke_key;
    "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/extend": post admin::goodwill::extend_license;
    "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/uses": post admin::goodwill::add_uses;
    "/api/v1/admin/vendors/{vendor}/licenses/{license_id}/moves": post admin::goodwill::allow_moves;
    "/api/v1/admin/vendors/{vendor}/licenses/bulk": post admin::bulk::act_in_bulk;
    "/api/v1/admin/vendors/{vendor}/customers": get admin::customers::list_customers;
    "/api/v1/admin/vendors/{vendor}/customers.csv": get admin::customers::export_customers;
    "/api/v1/admin/vendors/{vendor}/customers/{customer_id}": get admin::customers::get_customer;
    "/api/v1/admin/vendors/{vendor}/orders": get admin::orders::list_orders;
    "/api/v1/admin/vendors/{vendor}/orders.csv": get admin::orders::export_orders;
    "/api/v1/admin/vendors/{vendor}/orders/{order_id}": get admin::orders::get_order;
    "/api/v1/admin/vendors/{vendor}/orders/{order_id}/refund": post admin::refund::refund;
    "/api/v1/admin/vendors/{vendor}/orders/{order_id}/cancel": post admin::refund::cancel_unpaid;
    "/api/v1/admin/vendors/{vendor}/orders/{order_id}/paid": post order::mark_paid;
    "/api/v1/admin/vendors/{vendor}/licenses": get admin::licenses::list_licenses;
    "/api/v1/admin/vendors/{vendor}/licenses.csv": get admin::licenses::export_licenses;
    "/api/v1/admin/vendors/{vendor}/licenses/{license_id}": get admin::licenses::get_license;
    "/api/v1/admin/vendors/{vendor}/passes": get admin::passes::list_passes;
    "/api/v1/admin/vendors/{vendor}/passes.csv": get admin::passes::export_passes;
    "/api/v1/admin/vendors/{vendor}/passes/{pass_id}": get admin::passes::get_pass;
    "/api/v1/admin/vendors/{vendor}/moves": get admin::moves::list_moves;
    "/api/v1/admin/vendors/{vendor}/moves.csv": get admin::moves::export_moves;
    "/api/v1/admin/vendors/{vendor}/moves/{move_id}": get admin::moves::get_move;
    "/api/v1/admin/vendors/{vendor}/leases": get admin::leases::list_leases;
    "/api/v1/admin/vendors/{vendor}/leases.csv": get admin::leases::export_leases;
    "/api/v1/admin/vendors/{vendor}/leases/{lease_id}": get admin::leases::get_lease;
    "/api/v1/admin/vendors/{vendor}/leases/{lease_id}/end": post admin::leases::end_lease;
    "/api/v1/admin/vendors/{vendor}/identifiers/{identifier_id}/end": post admin::leases::end_identifier;
    "/api/v1/admin/vendors/{vendor}/queues": get admin::leases::list_queues;
    "/api/v1/admin/vendors/{vendor}/events": get admin::events::list_events;
    "/api/v1/admin/vendors/{vendor}/events.csv": get admin::events::export_events;
    "/v/{vendor}/logo/{digest}": get storefront::get_logo;
    "/api/openapi.json": get openapi::get_document;
}

/// The whole server: the table, the pages behind it, and how paths are read.
pub fn routes(cfg: &mut web::ServiceConfig) {
    // An id or name that cannot be one is not there.
    cfg.app_data(web::PathConfig::default().error_handler(|_, _| Failure::not_found().into()));
    cfg.app_data(
        web::QueryConfig::default().error_handler(|_, _| Failure::fields([("", "The query is wrong.")]).into()),
    );
    add_table(cfg);
    cfg.default_service(web::to(pages::serve_page));
}

/// The address is known, but not with this method.
fn wrong_method(allowed: &[&str]) -> Ready<Result<HttpResponse, Failure>> {
    let allowed = HeaderValue::from_str(&allowed.join(", ").to_uppercase());
    let refusal = Failure::not_found().with_status(StatusCode::METHOD_NOT_ALLOWED);
    ready(Err(allowed.into_iter().fold(refusal, |refusal, allowed| refusal.with_header(ALLOW, allowed))))
}
