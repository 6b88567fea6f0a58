//! What this installation is and offers, for anybody.

use actix_web::{HttpResponse, web};
use shared::api::account::PublicInstance;

use crate::app::App;

/// What this installation is and offers: what a page needs to know before anybody signs in.
#[utoipa::path(get, path = "/api/v1/instance", tag = "account", responses((status = 200, body = PublicInstance)))]
pub async fn get_public_instance(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok().json(PublicInstance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        mail: app.config.mail.is_some(),
        vendor_sign_up: app.config.vendor_sign_up,
    })
}
