//! Members: people of a vendor's team, known by their session and by the vendor that the address names.
//!
//! What a handler needs is in its signature: `Member<EditLicenses>` is proof that whoever asks may act on licenses.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use shared::id::AccountId;
use shared::refusal::RefusalCode;
use shared::slug::Slug;
use shared::team::{Permission, Role};

use super::Customer;
use crate::app::App;
use crate::error::Failure;
use crate::store::not_found;
use crate::store::records::Vendor;

/// A permission as a type.
pub trait Need: 'static {
    /// Which.
    const PERMISSION: Permission;
}

macro_rules! needs {
    ($($permission:ident),+ $(,)?) => {
        /// The permissions, as what [`Member`] is asked with.
        pub mod need {
            $(
                #[doc = concat!("`Permission::", stringify!($permission), "`.")]
                #[derive(Clone, Copy, Debug)]
                pub struct $permission;

                impl super::Need for $permission {
                    const PERMISSION: super::Permission = super::Permission::$permission;
                }
            )+
        }
    };
}

needs! {
    ReadCatalog, EditCatalog, ReadOrders, EditOrders, ReadLicenses, EditLicenses, ReadKeys, EditKeys, ReadTeam, EditTeam, ReadTokens, EditTokens, ReadWebhooks, EditWebhooks, ReadAudit, ReadSettings, EditSettings,
}

/// Who acts, and for which vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Who acts.
    pub account_id: AccountId,
    /// What they are in the team.
    pub role: Role,
    /// For whom.
    pub vendor: Vendor,
}

/// A member of the team of the address's `{vendor}` who has the permission `P`.
///
/// Errors: 401 `SIGN_IN_REQUIRED`; 404 `NOT_FOUND` for whoever is not in the team, as for a vendor that is not there; 403
/// `FORBIDDEN` for a member whose role does not include it.
#[derive(Clone, Debug)]
pub struct Member<P> {
    authority: Authority,
    needed: PhantomData<P>,
}

impl<P> Member<P> {
    /// Who acts, without the permission: for what is done once it has been checked.
    pub fn into_authority(self) -> Authority {
        self.authority
    }
}

impl<P> Deref for Member<P> {
    type Target = Authority;

    fn deref(&self) -> &Authority {
        &self.authority
    }
}

impl<P: Need> FromRequest for Member<P> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let authority = find_authority(request, payload, P::PERMISSION);
        Box::pin(async move { Ok(Self { authority: authority.await?, needed: PhantomData }) })
    }
}

fn find_authority(
    request: &HttpRequest,
    payload: &mut Payload,
    needed: Permission,
) -> impl Future<Output = Result<Authority, Failure>> + use<> {
    let app = request.app_data::<web::Data<App>>().cloned();
    let slug: Option<Slug> = request.match_info().get("vendor").and_then(|slug| slug.parse().ok());
    let customer = Customer::from_request(request, payload);
    async move {
        let account_id = customer.await?.account_id;
        let (Some(app), Some(slug)) = (app, slug) else { return Err(Failure::not_found()) };
        let found = app.store.read(move |tx| {
            let vendor = tx.vendor(&slug)?.ok_or_else(not_found)?;
            let role = tx.role(vendor.vendor_id, account_id)?.ok_or_else(not_found)?;
            Ok((vendor, role))
        });
        let (vendor, role) = found.await?;
        if role.may(needed) {
            return Ok(Authority { account_id, role, vendor });
        }
        let detail = format!("Your role in this team, {role}, does not include this ({needed}).");
        Err(Failure::code(RefusalCode::Forbidden, detail))
    }
}
