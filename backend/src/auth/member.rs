//! Members: people of a vendor's team, known by their session and by the vendor that the address names.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use shared::id::AccountId;
use shared::refusal::RefusalCode;
use shared::slug::Slug;

use super::Customer;
use crate::app::App;
use crate::error::Failure;
use crate::store::not_found;
use crate::store::records::Vendor;

/// A member of the team of the address's `{vendor}` who may act on its customers' licenses: an owner, an admin or support.
///
/// Errors: 401 `SIGN_IN_REQUIRED`; 404 `NOT_FOUND` for whoever is not in the team, as for a vendor that is not there; 403
/// `FORBIDDEN` for a member who may only look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who acts.
    pub account_id: AccountId,
    /// For whom.
    pub vendor: Vendor,
}

/// The roles that may act.
const ACTING: [&str; 3] = ["owner", "admin", "support"];

impl FromRequest for Member {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let app = request.app_data::<web::Data<App>>().cloned();
        let slug: Option<Slug> = request.match_info().get("vendor").and_then(|slug| slug.parse().ok());
        let customer = Customer::from_request(request, payload);
        Box::pin(async move {
            let account_id = customer.await?.account_id;
            let (Some(app), Some(slug)) = (app, slug) else { return Err(Failure::not_found()) };
            let found = app.store.read(move |tx| {
                let vendor = tx.vendor(&slug)?.ok_or_else(not_found)?;
                let role = tx.role(vendor.vendor_id, account_id)?.ok_or_else(not_found)?;
                Ok((vendor, role))
            });
            let (vendor, role) = found.await?;
            if ACTING.contains(&role.as_str()) {
                return Ok(Self { account_id, vendor });
            }
            Err(Failure::code(RefusalCode::Forbidden, "Your role in this team is to look, not to act."))
        })
    }
}
