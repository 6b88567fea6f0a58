//! How the installation stands, and a vendor's status lists.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// One item of `GET …/status-lists`, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusListRow {
    /// The list, counted from 1.
    pub list: u32,
    /// Where it is published.
    pub uri: String,
    /// How many passes have a place in it.
    pub size: u32,
    /// Grows with every change of an entry.
    pub version: u64,
    /// Passes that may be used.
    pub valid: u32,
    /// Passes on their way to another device.
    pub moving: u32,
    /// Suspended passes.
    pub suspended: u32,
    /// Passes that are over.
    pub invalid: u32,
    /// When what is published now was signed; absent when nobody has asked for the list since the server was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
}

/// `GET …/instance`: for admins and owners.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstanceReport {
    /// Passgate's version.
    pub version: String,
    /// When the server was started.
    pub started_at: Timestamp,
    /// Where everything is kept.
    pub store: StoreReport,
    /// Whether mail is sent.
    pub mail: bool,
    /// How many signing keys of the vendor's sign or are still published.
    pub signing_keys: u32,
    /// The last backup and the next one; absent where the database's own tools make them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<BackupReport>,
    /// What was looked at just now.
    pub checks: Vec<InstanceCheck>,
}

/// Backups: made on the server's machine, by whoever runs it, since one holds every vendor's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BackupReport {
    /// When the last one was made; absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_at: Option<Timestamp>,
    /// How long it is, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// What to type to make one.
    pub command: String,
}

/// Where everything is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoreReport {
    /// The kind of database: `sqlite`.
    pub kind: String,
    /// How much room it takes, in bytes.
    pub bytes: u64,
    /// The number of its newest migration.
    pub schema: u32,
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstanceCheck {
    /// What: `store`, `signing`, `figures`, `webhooks`, `address`, `backup`.
    pub name: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// A sentence for the operator, where it is not, or where there is something to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}
