//! Is it alive, is it ready: for whoever watches the installation.

use actix_web::{HttpResponse, web};

use crate::app::App;
use crate::error::Failure;

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = 200, description = "It does.")))]
pub async fn is_alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// The store answers too. Errors: `UNAVAILABLE`.
#[utoipa::path(get, path = "/readyz", tag = "operations", responses((status = 200, description = "It does.")))]
pub async fn is_ready(app: web::Data<App>) -> Result<HttpResponse, Failure> {
    app.store.read(|tx| tx.count_vendors()).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"))
}
