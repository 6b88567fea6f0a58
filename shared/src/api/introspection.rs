//! Introspection (RFC 7662): a service asks what a pass, a lease or an identifier is worth at this moment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{LicenseId, TokenId};
use crate::slug::{Feature, Slug};

/// `POST /introspect`, form-encoded: answers [`Introspection`].
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntrospectionRequest {
    /// The pass, the lease or the license identifier that was presented.
    pub token: String,
    /// What the asker takes it for. A hint only: the answer is the same with any, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type_hint: Option<String>,
    /// The proof that came with a pass (the header `DPoP` of the request that is to be judged): the pass is active only when
    /// its own device made it. Goes with `htm` and `htu`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dpop: Option<String>,
    /// The method of the request that carried the proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub htm: Option<String>,
    /// The address of the request that carried the proof, as its sender knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub htu: Option<String>,
}

/// What the server knows of a token now. Of one that is not active, nothing but that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Introspection {
    /// Whether it may be relied on at this moment. Unknown, malformed, ended, suspended, moved and foreign tokens all are not.
    pub active: bool,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<TokenKind>,
    /// How it is presented: `DPoP` what is bound to a device's key, `Bearer` the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// Who issued it: `{public_url}/v/{vendor}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// What it is for: `{vendor}/{product}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// The customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// The id of the pass, lease or identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// When it was signed or made, seconds since the Unix epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// From when it is good, where that is another time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// The first second at which it is good no more; absent for an identifier that does not end by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// The key of the device that a pass is bound to (RFC 7800): demand a proof of it (RFC 9449), or a copy is as good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<BoundKey>,
    /// The license.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license_id: Option<LicenseId>,
    /// The offer that it was bought from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Slug>,
    /// What the license grants, with the counters of now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<BTreeMap<Feature, GrantedFeature>>,
    /// How many may have it checked out at once, and how many of these seats are free. Of leases and identifiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<SeatsNow>,
    /// What a lease is for; absent: the license as such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature: Option<Feature>,
    /// How many uses were debited with a lease.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Who works with a lease, in the service's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// For how many more check-outs an identifier is good; absent: any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
    /// The one service that may present an identifier: the asker's own token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<TokenId>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TokenKind {
    /// It lets one device use a license.
    Pass,
    /// A service has checked a license out.
    Lease,
    /// It lets services check a license out.
    Identifier,
}

/// The key that a token is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoundKey {
    /// Its RFC 7638 thumbprint.
    pub jkt: String,
}

/// How a feature is granted; uncounted without `uses`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantedFeature {
    /// Its counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<UsesNow>,
}

/// A counter as it is now: both `null` when there is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsesNow {
    /// How many were bought.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub limit: Option<u64>,
    /// How many are left.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub left: Option<u64>,
}

/// The seats of a license as they are now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeatsNow {
    /// How many there are.
    pub limit: u32,
    /// How many are free.
    pub left: u32,
}

impl Introspection {
    /// What is said of a token that may not be relied on, whatever the reason.
    pub fn inactive() -> Self {
        Self::default()
    }
}
