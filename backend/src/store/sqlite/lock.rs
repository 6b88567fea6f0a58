//! One process per file: an advisory lock beside the database, which ends with the process, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::OpenError;

/// Locks the store at `path` for this process, and makes its file readable by its owner only.
pub(super) fn acquire(path: &Path) -> Result<File, OpenError> {
    let failed =
        |path: &Path, error: std::io::Error| OpenError::Failed { path: path.to_owned(), reason: error.to_string() };
    let lock_path = beside(path);
    let lock = private_file(&lock_path).map_err(|error| failed(&lock_path, error))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => return Err(failed(&lock_path, error)),
    }
    // SQLite gives its log the permissions of the database.
    private_file(path).map_err(|error| failed(path, error))?;
    Ok(lock)
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
