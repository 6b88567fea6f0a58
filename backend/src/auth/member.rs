//! Members: people of a vendor's team, known by their session, and programs with an API token of it; the address names the
//! vendor.
//!
//! What a handler needs is in its signature: `Member<EditLicenses>` is proof that whoever asks may act on licenses.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, USER_AGENT, WWW_AUTHENTICATE};
use actix_web::{FromRequest, HttpRequest, web};
use shared::id::{AccountId, TokenId};
use shared::refusal::RefusalCode;
use shared::slug::Slug;
use shared::team::{Permission, Role};
use shared::time::Timestamp;

use super::Customer;
use super::fresh::Proven;
use super::secret::Secret;
use crate::app::App;
use crate::error::Failure;
use crate::http::peer::Peer;
use crate::store::not_found;
use crate::store::records::Vendor;
use crate::store::team::TokenRecord;

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
    ReadCatalog, EditCatalog, ReadOrders, EditOrders, ReadLicenses, EditLicenses, EditLeases, Introspect, ReadKeys, EditKeys, ReadTeam, EditTeam, ReadTokens, EditTokens, ReadWebhooks, EditWebhooks, ReadAudit, ReadSettings, EditSettings,
}

/// Who acts for a vendor: the actor of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person of the team.
    Account(AccountId),
    /// A program, with an API token of the team.
    Token(TokenId),
}

impl Actor {
    /// The person, where it is one.
    pub const fn account_id(self) -> Option<AccountId> {
        match self {
            Self::Account(account_id) => Some(account_id),
            Self::Token(_) => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(account_id) => account_id.fmt(f),
            Self::Token(token_id) => token_id.fmt(f),
        }
    }
}

/// What somebody may do for a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// What the role of a member includes.
    Role(Role),
    /// What an API token was made for.
    Scopes(Vec<Permission>),
}

impl Standing {
    /// Whether the permission is included.
    pub fn may(&self, permission: Permission) -> bool {
        match self {
            Self::Role(role) => role.may(permission),
            Self::Scopes(scopes) => scopes.contains(&permission),
        }
    }

    /// Whether somebody may be given, or lose, this role: by a token as by an admin.
    pub fn may_appoint(&self, role: Role) -> bool {
        let own = if let Self::Role(own) = self { *own } else { Role::Admin };
        self.may(Permission::EditTeam) && own.may_appoint(role)
    }
}

/// Who acts, for which vendor, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Who acts.
    pub actor: Actor,
    /// What they may do.
    pub standing: Standing,
    /// For whom.
    pub vendor: Vendor,
    /// The address that the request came from.
    pub address: IpAddr,
    /// What the browser or program calls itself, at most 200 characters.
    pub agent: String,
}

/// A member of the team of the address's `{vendor}` who has the permission `P`, or a program with a token that has.
///
/// A request with an `Authorization` header is a program's, and no cookie of it is looked at.
///
/// Errors: 401 `SIGN_IN_REQUIRED`, for a token that is not one (any more) too; 404 `NOT_FOUND` for whoever is not in the
/// team, as for a vendor that is not there; 403 `FORBIDDEN` for a member whose role does not include it.
#[derive(Clone, Debug)]
pub struct Member<P> {
    authority: Authority,
    proved_at: Option<Timestamp>,
    needed: PhantomData<P>,
}

impl<P> Proven for Member<P> {
    fn proved_at(&self) -> Option<Timestamp> {
        self.proved_at
    }
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
        Box::pin(async move {
            let (authority, proved_at) = authority.await?;
            Ok(Self { authority, proved_at, needed: PhantomData })
        })
    }
}

fn find_authority(
    request: &HttpRequest,
    payload: &mut Payload,
    needed: Permission,
) -> impl Future<Output = Result<(Authority, Option<Timestamp>), Failure>> + use<> {
    let app = request.app_data::<web::Data<App>>().cloned();
    let slug: Option<Slug> = request.match_info().get("vendor").and_then(|slug| slug.parse().ok());
    let Ok(Peer(address)) = Peer::from_request(request, payload).into_inner();
    let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let agent = agent.chars().take(200).collect();
    let bearer = request.headers().get(AUTHORIZATION).map(read_bearer);
    let customer = Customer::from_request(request, payload);
    async move {
        let app = app.ok_or_else(Failure::not_found)?;
        let (found, proved_at) = if let Some(secret) = bearer {
            let (token, vendor) = find_token(&app, secret.ok_or_else(wrong_token)?).await?;
            if slug.as_ref() != Some(&vendor.slug) {
                return Err(Failure::not_found());
            }
            ((Actor::Token(token.token_id), Standing::Scopes(token.scopes), vendor), None)
        } else {
            let customer = customer.await?;
            (find_member(&app, customer.account_id, slug).await?, Some(customer.proved_at))
        };
        let (actor, standing, vendor) = found;
        if standing.may(needed) {
            return Ok((Authority { actor, standing, vendor, address, agent }, proved_at));
        }
        let detail = match &standing {
            Standing::Role(role) => format!("Your role in this team, {role}, does not include this ({needed})."),
            Standing::Scopes(_) => format!("This token does not have the scope {needed}."),
        };
        Err(Failure::code(RefusalCode::Forbidden, detail))
    }
}

type Found = (Actor, Standing, Vendor);

async fn find_member(app: &App, account_id: AccountId, slug: Option<Slug>) -> Result<Found, Failure> {
    let slug = slug.ok_or_else(Failure::not_found)?;
    let found = app.store.read(move |tx| {
        let vendor = tx.vendor(&slug)?.ok_or_else(not_found)?;
        let role = tx.role(vendor.vendor_id, account_id)?.ok_or_else(not_found)?;
        Ok((Actor::Account(account_id), Standing::Role(role), vendor))
    });
    Ok(found.await?)
}

/// How often the time of a token's last use is written down.
const TOUCH_SECONDS: i64 = 60;

/// The token with this secret, and whose it is. Errors: 401 `SIGN_IN_REQUIRED` for one that is not good (any more).
pub(super) async fn find_token(app: &App, secret: Secret) -> Result<(TokenRecord, Vendor), Failure> {
    let (hash, now) = (secret.hash(), app.clock.now());
    let found = app.store.glance(move |tx| {
        let Some(token) = tx.token_by_secret(&hash, now)? else { return Ok(None) };
        let vendor = tx.vendor_by_id(token.vendor_id)?.ok_or_else(not_found)?;
        Ok(Some((token, vendor)))
    });
    let (token, vendor) = found.await?.ok_or_else(wrong_token)?;
    let is_stale = token.last_used_at.is_none_or(|used| now.as_unix() - used.as_unix() >= TOUCH_SECONDS);
    if is_stale {
        let (vendor_id, token_id) = (token.vendor_id, token.token_id);
        app.store.write(move |tx| tx.touch_token(vendor_id, token_id, now)).await?;
    }
    Ok((token, vendor))
}

/// What API tokens begin with.
pub const TOKEN_PREFIX: &str = "pgt";

pub(super) fn read_bearer(value: &HeaderValue) -> Option<Secret> {
    let (scheme, secret) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Secret::parse(TOKEN_PREFIX, secret.trim()))?
}

pub(super) fn wrong_token() -> Failure {
    let refusal = Failure::code(RefusalCode::SignInRequired, "This is not a token that may be used here.");
    refusal.with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""))
}
