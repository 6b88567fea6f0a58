//! The customer whose license the address names.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use shared::id::{AccountId, LicenseId};

use super::Issuer;
use crate::auth::Customer;
use crate::error::Failure;
use crate::store::Tx;

/// The signed-in caller with the license that the address names: both are found in one read.
///
/// Errors: 404 `NOT_FOUND` for what cannot be a license's id; those of [`Customer`].
pub struct Licensee {
    pub(super) account_id: AccountId,
    pub(super) license_id: LicenseId,
    /// Who signs for the license; none when it is not the caller's.
    pub(super) issuer: Option<Issuer<()>>,
}

impl FromRequest for Licensee {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let license_id = web::Path::<LicenseId>::extract(&request).await.map_err(|_| Failure::not_found())?;
            let license_id = license_id.into_inner();
            let find = move |tx: &mut dyn Tx, account_id| match tx.license(account_id, license_id)? {
                Some(record) => Issuer::find(tx, &record).map(Some),
                None => Ok(None),
            };
            let (Customer { account_id, .. }, issuer) = Customer::with(request, find).await?;
            Ok(Self { account_id, license_id, issuer })
        })
    }
}
