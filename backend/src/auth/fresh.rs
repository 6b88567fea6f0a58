//! Callers who have just shown who they are: what is sensitive asks for `Fresh<…>`.
//!
//! Somebody who finds a browser signed in, or copies its cookie, must not be able to take the account or the vendor over.

use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use shared::refusal::RefusalCode;
use shared::time::Timestamp;
use shared::verdict::Remedy;

use super::member::Authority;
use super::{Customer, Member};
use crate::app::App;
use crate::error::Failure;

/// How long a password, a code or a passkey speaks for whoever sits there.
pub const FRESH_SECONDS: i64 = 600;

/// A caller of whom it is known when they last showed who they are.
pub trait Proven {
    /// When; nothing for a program, which has nobody to ask.
    fn proved_at(&self) -> Option<Timestamp>;

    /// Whether the caller could ever show it. Errors: `FORBIDDEN`.
    fn check_provable(&self) -> Result<(), Failure> {
        Ok(())
    }
}

impl Proven for Customer {
    fn proved_at(&self) -> Option<Timestamp> {
        Some(self.proved_at)
    }

    fn check_provable(&self) -> Result<(), Failure> {
        self.refuse_source()
    }
}

/// A caller of this kind who has shown within ten minutes who they are: signed in, or `POST /session/proof`. API tokens pass.
///
/// Errors: those of the caller; 403 `FORBIDDEN` for a session that a vendor's source began; 403 `CONFIRMATION_REQUIRED` with the remedy `sign_in`.
#[derive(Clone, Debug)]
pub struct Fresh<C>(C);

impl<C> Deref for Fresh<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0
    }
}

impl<P> Fresh<Member<P>> {
    /// Who acts: [`Member::into_authority`].
    pub fn into_authority(self) -> Authority {
        self.0.into_authority()
    }
}

impl<C: FromRequest<Error = Failure> + Proven + 'static> FromRequest for Fresh<C> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let now = request.app_data::<web::Data<App>>().map(|app| app.clock.now());
        let caller = C::from_request(request, payload);
        Box::pin(async move {
            let caller = caller.await?;
            caller.check_provable()?;
            let age = |proved_at: Timestamp| Some(now?.as_unix().saturating_sub(proved_at.as_unix()));
            match caller.proved_at() {
                Some(proved_at) if age(proved_at).is_none_or(|age| age > FRESH_SECONDS) => Err(confirm_first()),
                _ => Ok(Self(caller)),
            }
        })
    }
}

fn confirm_first() -> Failure {
    let sentence = "Show again that it is you, with your password, a code or a passkey: this is sensitive.";
    Failure::code(RefusalCode::ConfirmationRequired, sentence).with_remedy(Remedy::SignIn)
}
