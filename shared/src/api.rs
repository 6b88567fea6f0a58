//! The messages that cross HTTP under `/api/v1`, one module per resource: the same types in server and pages.

pub mod account;
pub mod admin;
pub mod catalog;
pub mod events;
pub mod introspection;
pub mod leases;
pub mod license;
pub mod moves;
pub mod order;
pub mod pass;
pub mod problem;
pub mod sign_in;
pub mod sources;
pub mod uses;

use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// At most `limit` items, in the list's order.
    pub items: Vec<T>,
    /// Hand this back as `cursor` for the next page; `null` at the end.
    pub next: Option<String>,
}
