//! Services: programs that check licenses out, known by an API token of a vendor. The vendor comes with the token.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{FromRequest, HttpRequest, web};
use shared::id::TokenId;
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;

use super::member::{Need, find_token, read_bearer, wrong_token};
use super::secret::Secret;
use crate::app::App;
use crate::error::Failure;
use crate::store::records::Vendor;
use crate::store::team::TokenRecord;
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

impl<P: Need> Service<P> {
    /// Errors: `FORBIDDEN` for a token without the scope.
    fn admit(token: &TokenRecord, vendor: Vendor) -> Result<Self, Failure> {
        if token.scopes.contains(&P::PERMISSION) {
            return Ok(Self { vendor, token_id: token.token_id, needed: PhantomData });
        }
        let detail = format!("This token does not have the scope {}.", P::PERMISSION);
        // As RFC 6750 has it, with nothing in it that a header may not hold: scopes are fixed words.
        let needed = format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", P::PERMISSION);
        let refusal = Failure::code(RefusalCode::Forbidden, detail);
        let header = HeaderValue::from_str(&needed).into_iter();
        Err(header.fold(refusal, |refusal, needed| refusal.with_header(WWW_AUTHENTICATE, needed)))
    }
}

impl<P: Need> FromRequest for Service<P> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let asking = asking(request);
        Box::pin(async move {
            let (app, secret) = asking?;
            let (token, vendor) = find_token(&app, secret).await?;
            Self::admit(&token, vendor)
        })
    }
}

/// A [`Service`] as it was a few seconds ago, so that nothing is read before the transaction that does what it asks for. There,
/// [`Lately::standing`] says whether the token still is good.
#[derive(Clone, Debug)]
pub struct Lately<P>(Service<P>);

impl<P> Lately<P> {
    /// The service, once its token is seen to be good in this transaction. Errors: `SIGN_IN_REQUIRED`.
    pub fn standing(&self, tx: &mut dyn Tx, now: Timestamp) -> Outcome<&Service<P>> {
        if tx.is_token_good(self.0.vendor.vendor_id, self.0.token_id, now)? {
            return Ok(&self.0);
        }
        Err(StoreError::Refused(Refusal::new(RefusalCode::SignInRequired, "The token has ended.")))
    }

    /// The service as it was: for what decides nothing.
    pub const fn presumed(&self) -> &Service<P> {
        &self.0
    }
}

impl<P: Need> FromRequest for Lately<P> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let asking = asking(request);
        Box::pin(async move {
            let (app, secret) = asking?;
            let now = app.clock.now();
            if let Some((token, vendor)) = app.known.token(&secret.hash(), now) {
                return Service::admit(&token, vendor).map(Self);
            }
            let (token, vendor) = find_token(&app, secret).await?;
            app.known.remember_token(token.clone(), vendor.clone(), now);
            Service::admit(&token, vendor).map(Self)
        })
    }
}

fn asking(request: &HttpRequest) -> Result<(web::Data<App>, Secret), Failure> {
    let app = request.app_data::<web::Data<App>>().cloned().ok_or_else(|| Failure::fault("no app"))?;
    let bearer = request.headers().get(AUTHORIZATION).and_then(read_bearer);
    Ok((app, bearer.ok_or_else(wrong_token)?))
}
