//! Services: programs that check licenses out, known by an API token of a vendor. The vendor comes with the token.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{FromRequest, HttpRequest, web};
use shared::id::TokenId;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;

use super::member::{Need, find_token, read_bearer, wrong_token};
use crate::app::App;
use crate::error::Failure;
use crate::store::records::Vendor;
use crate::store::{Outcome, StoreError, Tx};

/// A program with an API token that has the permission `P`.
///
/// Errors: 401 `SIGN_IN_REQUIRED` without a token, or for one that is not good (any more); 403 `FORBIDDEN` for one without
/// the scope.
#[derive(Clone, Debug)]
pub struct Service<P> {
    /// For whom it acts.
    pub vendor: Vendor,
    /// Which token it has.
    pub token_id: TokenId,
    needed: PhantomData<P>,
}

impl<P> Service<P> {
    /// Whether the token is still good: for what is done some time after the request came.
    pub fn check_standing(&self, tx: &mut dyn Tx, now: Timestamp) -> Outcome<()> {
        let token = tx.token(self.vendor.vendor_id, self.token_id)?;
        match token.filter(|token| token.expires_at.is_none_or(|end| now < end)) {
            Some(_) => Ok(()),
            None => Err(StoreError::Refused(shared::license::Refusal::new(
                RefusalCode::SignInRequired,
                "The token has ended.",
            ))),
        }
    }
}

impl<P: Need> FromRequest for Service<P> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<web::Data<App>>().cloned();
        let bearer = request.headers().get(AUTHORIZATION).and_then(read_bearer);
        Box::pin(async move {
            let app = app.ok_or_else(|| Failure::fault("no app"))?;
            let (token, vendor) = find_token(&app, bearer.ok_or_else(wrong_token)?).await?;
            if !token.scopes.contains(&P::PERMISSION) {
                let detail = format!("This token does not have the scope {}.", P::PERMISSION);
                // As RFC 6750 has it, with nothing in it that a header may not hold: scopes are fixed words.
                let needed = format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", P::PERMISSION);
                let refusal = Failure::code(RefusalCode::Forbidden, detail);
                let header = HeaderValue::from_str(&needed).into_iter();
                return Err(header.fold(refusal, |refusal, needed| refusal.with_header(WWW_AUTHENTICATE, needed)));
            }
            Ok(Self { vendor, token_id: token.token_id, needed: PhantomData })
        })
    }
}
