//! Authentication sources as a vendor's team manages them: OpenID Connect providers, and the licenses that their word grants
//! (mechanism M6).

use serde::{Deserialize, Serialize};

use crate::id::{RuleId, SourceId};
use crate::quote::Selection;
use crate::slug::Slug;
use crate::time::Timestamp;

/// The most rules of one source.
pub const MAX_RULES: usize = 50;

/// The most scopes that are asked for.
pub const MAX_SCOPES: usize = 20;

/// One item of `GET …/sources`; `GET …/sources/{source_id}`. Its `ETag` is the revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// The source.
    pub source_id: SourceId,
    /// What the sign-in page calls it: "Continue with …".
    pub name: String,
    /// The provider's issuer identifier, as its discovery document and its tokens say it.
    pub issuer: String,
    /// What the provider calls this portal.
    pub client_id: String,
    /// Whether there is a client secret. It cannot be read again.
    pub has_secret: bool,
    /// What is asked for; `openid` is always among them.
    pub scopes: Vec<String>,
    /// What is granted to whom, at each sign-in.
    pub rules: Vec<ClaimRule>,
    /// Whether people may sign in through it.
    pub state: SourceState,
    /// The address that the provider sends people back to: to be registered there.
    pub redirect_uri: String,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// Grows with every change.
    pub revision: u64,
}

/// Whether people may sign in through a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SourceState {
    /// They may.
    Active,
    /// Not now: nobody is offered it, and the sessions that it began have ended.
    Suspended,
}

/// "Members of group `students` get offer `edu`."
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimRule {
    /// The rule; left out for a new one. What a rule granted is remembered by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub rule_id: Option<RuleId>,
    /// The claim, as a path of members: `groups`, `realm_access.roles`.
    pub claim: String,
    /// How the claim is compared.
    #[serde(rename = "match")]
    pub comparison: Comparison,
    /// With what.
    pub value: String,
    /// The product of which a license is granted.
    pub product: Slug,
    /// What is granted, as a customer would pick it from the current menu. Nothing is charged.
    pub selection: Selection,
    /// What becomes of the license when the claim is gone at a later sign-in.
    pub when_gone: WhenGone,
}

/// How a claim is compared with a rule's value: letter for letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Comparison {
    /// The claim is the value.
    Equals,
    /// The claim is a list, and the value is among it.
    Contains,
}

/// What becomes of a license when the claim that granted it is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum WhenGone {
    /// It stays.
    #[default]
    Keep,
    /// It is suspended, until a sign-in brings the claim back.
    Suspend,
}

/// `POST …/sources`: answers 201 [`Source`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceNew {
    /// What the sign-in page calls it.
    pub name: String,
    /// The provider's issuer identifier: https, at a public address unless the operator allows others. It cannot be changed:
    /// people are known by it.
    pub issuer: String,
    /// What the provider calls this portal.
    pub client_id: String,
    /// What the portal shows to the provider; left out for a public client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// What is asked for besides `openid`.
    #[serde(default = "usual_scopes")]
    pub scopes: Vec<String>,
    /// What is granted to whom.
    #[serde(default)]
    pub rules: Vec<ClaimRule>,
}

fn usual_scopes() -> Vec<String> {
    ["openid", "profile", "email"].map(str::to_owned).to_vec()
}

/// `PUT …/sources/{source_id}`, with `If-Match`: answers [`Source`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceEdit {
    /// What the sign-in page calls it.
    pub name: String,
    /// What the provider calls this portal.
    pub client_id: String,
    /// Another secret; an empty one makes the client public, and without it the secret stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// What is asked for besides `openid`.
    #[serde(default = "usual_scopes")]
    pub scopes: Vec<String>,
    /// What is granted to whom; without it, nothing is.
    #[serde(default)]
    pub rules: Vec<ClaimRule>,
    /// Whether people may sign in through it.
    pub state: SourceState,
}

/// `POST …/sources/{source_id}/test`: what the provider says of itself now, and what is wrong with it or with the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceTest {
    /// What is wrong, each as a sentence; empty when people can sign in.
    pub problems: Vec<String>,
    /// Where people are sent to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_endpoint: Option<String>,
    /// How many of the provider's keys can sign what this portal accepts.
    pub keys: u32,
}
