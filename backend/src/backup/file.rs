//! Reading a backup: the store first, then the manifest, its length and a mark.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{BackupError, FORMAT, Manifest, PROBE, bound_to, digest};
use crate::keys::Keyring;

/// The last bytes of every backup.
const MARK: &[u8; 16] = b"passgate-backup\n";

/// How a file begins that holds a store.
const SQLITE: &[u8; 16] = b"SQLite format 3\0";

/// Manifests are far shorter: a longer one is an attack on our memory.
const LONGEST_MANIFEST: u64 = 64 * 1024;

/// A file whose manifest was read; its content has not been looked at.
pub struct Backup {
    path: PathBuf,
    file: File,
    manifest: Manifest,
}

/// What stands behind the store.
pub(super) fn trailer(manifest: &Manifest) -> Vec<u8> {
    // A manifest is plain text and numbers.
    let manifest = serde_json::to_vec(manifest).unwrap_or_default();
    [manifest.as_slice(), &(manifest.len() as u64).to_be_bytes(), MARK].concat()
}

impl Backup {
    /// Reads the manifest of the file at `path`.
    ///
    /// Errors: the file's; `Foreign`, `Cut`, `Newer`, `Changed`.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        let cannot = BackupError::file(path);
        let mut file = File::open(path).map_err(&cannot)?;
        let manifest = match read_manifest(&mut file) {
            Ok(Some(manifest)) => manifest,
            Ok(None) if begins_with_store(&mut file) => return Err(BackupError::Cut(path.to_owned())),
            Ok(None) => return Err(BackupError::Foreign(path.to_owned())),
            Err(error) => return Err(cannot(error)),
        };
        let format = manifest.get("format").and_then(serde_json::Value::as_u64);
        if format.is_some_and(|format| format > u64::from(FORMAT)) {
            let version = manifest.get("version").and_then(serde_json::Value::as_str).unwrap_or("").to_owned();
            return Err(BackupError::Newer { path: path.to_owned(), version });
        }
        let manifest = serde_json::from_value(manifest).map_err(|_| BackupError::Changed(path.to_owned()))?;
        Ok(Self { path: path.to_owned(), file, manifest })
    }

    /// What the file says of itself.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// That the backup was made with this master key. Errors: `WrongKey`.
    pub fn check_key(&self, keys: &Keyring) -> Result<(), BackupError> {
        let probe = URL_SAFE_NO_PAD.decode(&self.manifest.probe).unwrap_or_default();
        let opened = keys.open(&bound_to(&self.manifest.sha256), &probe);
        if opened.is_ok_and(|opened| opened == PROBE) { Ok(()) } else { Err(BackupError::WrongKey) }
    }

    /// Copies the store to `to`. Errors: `Cut` or `Changed` when it is not what was written; the files'.
    pub(super) fn copy(&mut self, to: &mut File) -> Result<(), BackupError> {
        self.file.rewind().map_err(BackupError::file(&self.path))?;
        let copied = digest(&mut self.file, self.manifest.bytes, to);
        let (bytes, sha256) = copied.map_err(BackupError::file(&self.path))?;
        if bytes < self.manifest.bytes {
            return Err(BackupError::Cut(self.path.clone()));
        }
        if sha256 == self.manifest.sha256 { Ok(()) } else { Err(BackupError::Changed(self.path.clone())) }
    }
}

/// `None` when the file does not end as a backup does.
fn read_manifest(file: &mut File) -> io::Result<Option<serde_json::Value>> {
    let length = file.metadata()?.len();
    let Some(end) = length.checked_sub(24) else { return Ok(None) };
    let mut count = [0; 8];
    let mut mark = [0; 16];
    file.seek(SeekFrom::Start(end))?;
    file.read_exact(&mut count)?;
    file.read_exact(&mut mark)?;
    let count = u64::from_be_bytes(count);
    let Some(begin) = end.checked_sub(count).filter(|_| &mark == MARK && count <= LONGEST_MANIFEST) else {
        return Ok(None);
    };
    file.seek(SeekFrom::Start(begin))?;
    let mut text = Vec::new();
    file.take(count).read_to_end(&mut text)?;
    Ok(serde_json::from_slice(&text).ok())
}

fn begins_with_store(file: &mut File) -> bool {
    let mut begin = [0; 16];
    file.rewind().and_then(|()| file.read_exact(&mut begin)).is_ok() && &begin == SQLITE
}
