//! Backups: the store as it was at one moment, in one file that says what it is.
//!
//! The file is an SQLite database (`sqlite3` opens it) with a [`Manifest`] behind it. Private keys in it stay sealed under the
//! master key, which is not in it. The manifest holds a probe that only this master key opens, for this digest only: it proves
//! that the key fits, and that the file is what was written.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use shared::time::Timestamp;

use crate::keys::Keyring;
use crate::store::sqlite::{OpenError, beside, write_snapshot};

mod file;
mod record;
mod restore;

pub use file::Backup;
pub use record::{Record, read_record, write_record};
pub use restore::{Replace, Restoring};

/// The form that this release writes.
const FORMAT: u32 = 1;

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the file.
    pub format: u32,
    /// The release that wrote it.
    pub version: String,
    /// The store's newest migration.
    pub schema: i64,
    /// When it was made.
    pub made_at: Timestamp,
    /// The length of the store in it.
    pub bytes: u64,
    /// SHA-256 of the store in it: of the first `bytes` bytes of the file, in hexadecimal.
    pub sha256: String,
    /// How much there is of what.
    pub counts: BTreeMap<String, u64>,
    /// Sealed under the master key, bound to `sha256`.
    probe: String,
}

/// Why a backup was not made or not brought back. Nothing is changed then.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store cannot be read or opened.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The file to be written is something else.
    #[error("{} is there already and is no backup: give another name", .0.display())]
    NotOverwritten(PathBuf),
    /// Another process writes the same file.
    #[error("another `passgate backup` writes {} just now: wait for it, or give another name", .0.display())]
    Busy(PathBuf),
    /// The file is no backup.
    #[error("{} is no backup of Passgate's: give a file that `passgate backup` wrote", .0.display())]
    Foreign(PathBuf),
    /// The file's end is missing.
    #[error("{} ends too early: copy it again from where it was made, or take another backup", .0.display())]
    Cut(PathBuf),
    /// The file's content is not what was written.
    #[error("{} was changed or damaged after it was made: copy it again, or take another backup", .0.display())]
    Changed(PathBuf),
    /// A later release has written it.
    #[error("{} was made by a later release, {version}: restore it with that one", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Which release.
        version: String,
    },
    /// The master key is another installation's.
    #[error(
        "the master key does not fit this backup: give the one of its installation, by --master-key-file or PASSGATE_MASTER_KEY"
    )]
    WrongKey,
    /// There is a store where one is to be restored.
    #[error("{} has a store already: give an empty folder, or say --replace, which keeps the old store beside", .0.display())]
    Occupied(PathBuf),
    /// A file cannot be read or written.
    #[error("{} cannot be read or written: {reason}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
}

impl BackupError {
    fn file(path: &Path) -> impl Fn(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |error| Self::File { path: path.clone(), reason: error.to_string() }
    }
}

/// Writes the store at `store` into the file `to`, whole or not at all; a backup that is there is replaced. The server may run.
pub fn make_backup(store: &Path, to: &Path, keys: &Keyring, now: Timestamp) -> Result<Manifest, BackupError> {
    if to.exists() && Backup::open(to).is_err() {
        return Err(BackupError::NotOverwritten(to.to_owned()));
    }
    let unfinished = beside(to, ".unfinished");
    let cannot = BackupError::file(&unfinished);
    let mut file = private_file(&unfinished).map_err(&cannot)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(BackupError::Busy(to.to_owned())),
        Err(TryLockError::Error(error)) => return Err(cannot(error)),
    }
    let made = write_into(&mut file, &unfinished, store, keys, now).and_then(|manifest| {
        fs::rename(&unfinished, to).and_then(|()| sync_folder_of(to)).map_err(BackupError::file(to))?;
        Ok(manifest)
    });
    if made.is_err() {
        // What is left of it would be overwritten by the next one.
        let _ = fs::remove_file(&unfinished);
    }
    made
}

fn write_into(
    file: &mut File,
    path: &Path,
    store: &Path,
    keys: &Keyring,
    now: Timestamp,
) -> Result<Manifest, BackupError> {
    let cannot = BackupError::file(path);
    file.set_len(0).map_err(&cannot)?;
    let contents = write_snapshot(store, path)?;
    let (bytes, sha256) = digest(file, u64::MAX, io::sink()).map_err(&cannot)?;
    let probe = URL_SAFE_NO_PAD.encode(keys.seal(&bound_to(&sha256), PROBE));
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let (schema, counts) = (contents.schema, contents.counts);
    let manifest = Manifest { format: FORMAT, version, schema, made_at: now, bytes, sha256, counts, probe };
    // Read to its end: this is where it goes on.
    file.write_all(&file::trailer(&manifest)).and_then(|()| file.sync_all()).map_err(&cannot)?;
    Ok(manifest)
}

const PROBE: &[u8] = b"passgate";

fn bound_to(sha256: &str) -> String {
    format!("passgate backup\n{sha256}")
}

/// Copies at most `limit` bytes of `file` to `to`; how many, and their SHA-256.
fn digest(file: &mut File, limit: u64, mut to: impl io::Write) -> io::Result<(u64, String)> {
    use std::fmt::Write as _;
    let (mut hash, mut buffer, mut left) = (Sha256::new(), vec![0; 1 << 20], limit);
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let count = file.read(buffer.get_mut(..wanted).unwrap_or_default())?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else { break };
        hash.update(read);
        to.write_all(read)?;
        left = left.saturating_sub(count as u64);
    }
    let sha256 = hash.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    Ok((limit.saturating_sub(left), sha256))
}

/// A file that its owner alone may read.
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Who runs the command as root leaves a file that the server can read: whoever has the folder has it.
fn give_to_owner(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, chown};
        let folder = fs::metadata(path.parent().unwrap_or(path))?;
        let file = fs::metadata(path)?;
        if (file.uid(), file.gid()) != (folder.uid(), folder.gid()) {
            chown(path, Some(folder.uid()), Some(folder.gid()))?;
        }
    }
    Ok(())
}

/// A new name is as durable as the folder that holds it.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
