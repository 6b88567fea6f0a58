//! One process per file: an advisory lock beside the database, which ends with the process, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::OpenError;

/// What a store that is being restored is called until it is whole: its name with this at the end.
pub const RESTORING: &str = ".restoring";

/// Locks the store at `path` for this process, and makes its file readable by its owner only.
pub(super) fn acquire(path: &Path) -> Result<File, OpenError> {
    let lock = hold(path)?;
    if beside(path, RESTORING).exists() {
        return Err(OpenError::HalfRestored(path.parent().unwrap_or(path).to_owned()));
    }
    // SQLite gives its log the permissions of the database.
    private_file(path).map_err(|error| failed(path, &error))?;
    Ok(lock)
}

/// Keeps other processes from the store at `path`, whether there is one or not, until the answer is dropped.
///
/// Errors: [`OpenError::Folder`], [`OpenError::InUse`].
pub fn hold(path: &Path) -> Result<File, OpenError> {
    let lock_path = beside(path, ".lock");
    let lock = private_file(&lock_path).map_err(|error| failed(&lock_path, &error))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(&lock_path, &error)),
    }
}

fn failed(path: &Path, error: &std::io::Error) -> OpenError {
    OpenError::Folder { path: path.to_owned(), reason: error.to_string() }
}

/// The name of `path` with `ending` at its end.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
