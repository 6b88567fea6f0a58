//! Refusals: RFC 9457 `application/problem+json`.

use serde::{Deserialize, Serialize};

use crate::refusal::RefusalCode;
use crate::time::Timestamp;
use crate::verdict::Remedy;

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Always `about:blank`: the code says what it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code in words, the same for every occurrence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The code of the contract.
    pub code: RefusalCode,
    /// What happened this time, for the person who can act; absent where the fault is ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Names the request in the logs.
    pub request_id: String,
    /// What would help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
    /// When it may be tried again, where time alone helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<Timestamp>,
    /// Who holds the seats that are wanted, in the services' words: those whose leases end first, at most 25.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<String>,
    /// The members of the body that are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
}

/// A member of a body that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// Its path: `selection.uses.ai.render`.
    pub field: String,
    /// What is wrong with it, as a sentence.
    pub detail: String,
}
