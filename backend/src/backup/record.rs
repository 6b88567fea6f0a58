//! When the last backup was made: a small file beside the store, since the command that makes it does not write into the store.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use shared::time::Timestamp;

use super::{Manifest, give_to_owner, private_file, sync_folder_of};
use crate::store::sqlite::beside;

const NAME: &str = "last-backup.json";

/// The last backup, as the installation remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When it was made.
    pub made_at: Timestamp,
    /// How long it is.
    pub bytes: u64,
    /// SHA-256 of the store in it.
    pub sha256: String,
}

/// Remembers that a backup was made of the store in `folder`.
pub fn write_record(folder: &Path, manifest: &Manifest) -> io::Result<()> {
    let record = Record { made_at: manifest.made_at, bytes: manifest.bytes, sha256: manifest.sha256.clone() };
    let path = folder.join(NAME);
    let unfinished = beside(&path, ".unfinished");
    let mut file = private_file(&unfinished)?;
    file.set_len(0)?;
    file.write_all(&serde_json::to_vec(&record)?)?;
    file.sync_all()?;
    give_to_owner(&unfinished)?;
    fs::rename(&unfinished, &path)?;
    sync_folder_of(&path)
}

/// The last backup of the store in `folder`; `None` when there was none, or its record cannot be read.
pub fn read_record(folder: &Path) -> Option<Record> {
    let text = fs::read(folder.join(NAME)).ok()?;
    serde_json::from_slice(&text).ok()
}
