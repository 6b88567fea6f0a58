//! Bringing a backup back. The store is copied under a name that no server opens, and takes its own name as the last step:
//! whoever is interrupted before leaves a folder that a server refuses.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use shared::time::Timestamp;

use super::{Backup, BackupError, give_to_owner, private_file, sync_folder_of};
use crate::store::sqlite::{RESTORING, beside, hold};

/// A restore that has begun; dropped before its end it leaves the folder as it was.
pub struct Restoring {
    store: PathBuf,
    is_finished: bool,
    /// No server starts meanwhile.
    _lock: File,
}

impl Restoring {
    /// Begins to restore `backup` as the store at `store`.
    ///
    /// # Errors
    /// In this order: [`BackupError::Store`] when a process uses the folder; [`BackupError::Occupied`] when there is a store and
    /// `replace` is not said; what [`Backup`] says of its content.
    pub fn begin(store: &Path, backup: &mut Backup, replace: Replace) -> Result<Self, BackupError> {
        let lock = hold(store)?;
        if replace == Replace::Never && old_files(store).any(|file| is_filled(&file)) {
            return Err(BackupError::Occupied(folder_of(store).to_owned()));
        }
        let begun = Self { store: store.to_owned(), is_finished: false, _lock: lock };
        let cannot = BackupError::file(&begun.path());
        begun.remove_rest();
        let mut file = private_file(&begun.path()).map_err(&cannot)?;
        file.set_len(0).map_err(&cannot)?;
        backup.copy(&mut file)?;
        file.sync_all().and_then(|()| give_to_owner(&begun.path())).map_err(&cannot)?;
        Ok(begun)
    }

    /// Where the store is until it is whole, to be looked at.
    pub fn path(&self) -> PathBuf {
        beside(&self.store, RESTORING)
    }

    /// Makes it the store; where the old one lies now, if there was one.
    pub fn finish(mut self, now: Timestamp) -> Result<Option<PathBuf>, BackupError> {
        // From here on a failure leaves a folder that a server refuses: the old store may be on its way already.
        self.is_finished = true;
        let cannot = BackupError::file(&self.path());
        let mut kept = None;
        for file in old_files(&self.store).filter(|file| is_filled(file)) {
            let folder = folder_of(&self.store).join(format!("replaced-{}", now.as_unix()));
            let name = file.file_name().unwrap_or_default().to_owned();
            fs::create_dir_all(&folder)
                .and_then(|()| fs::rename(&file, folder.join(name)))
                .map_err(BackupError::file(&file))?;
            kept = Some(folder);
        }
        if let Some(kept) = &kept {
            sync_folder_of(&kept.join("x")).and_then(|()| sync_folder_of(&self.store)).map_err(&cannot)?;
        }
        fs::rename(self.path(), &self.store).and_then(|()| sync_folder_of(&self.store)).map_err(&cannot)?;
        Ok(kept)
    }

    fn remove_rest(&self) {
        for ending in ["-wal", "-shm", ".lock", ""] {
            // Most of them are not there.
            let _ = fs::remove_file(beside(&self.path(), ending));
        }
    }
}

impl Drop for Restoring {
    fn drop(&mut self) {
        if self.is_finished {
            // What was opened to be looked at, without writing.
            for ending in ["-wal", "-shm", ".lock"] {
                let _ = fs::remove_file(beside(&self.path(), ending));
            }
        } else {
            self.remove_rest();
        }
    }
}

/// What becomes of a store that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replace {
    /// It stays, and nothing is restored.
    Never,
    /// It is put into a folder beside.
    KeepOld,
}

/// The store and what SQLite keeps beside it: an old log would be played into the new store.
fn old_files(store: &Path) -> impl Iterator<Item = PathBuf> {
    ["", "-wal", "-shm"].map(|ending| beside(store, ending)).into_iter()
}

fn is_filled(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|file| file.len() > 0)
}

fn folder_of(store: &Path) -> &Path {
    store.parent().unwrap_or(store)
}
