//! The data folder, its disk, and whose the secrets in it are.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::Finding;
use crate::config::Settings;

/// With less than this left on the disk, writes are about to fail.
const FULL_BYTES: u64 = 256 << 20;

/// A store grows, and its backup wants room beside it.
const ROOMY_BYTES: u64 = 2 << 30;

pub(super) fn look(settings: &Settings) -> Vec<Finding> {
    let folder = &settings.data_dir;
    let key = settings.master_key_file.exists().then(|| look_at_key(&settings.master_key_file));
    if settings.database_url.is_some() {
        // The store is elsewhere, and nothing but the key need lie here.
        return key.into_iter().collect();
    }
    if !folder.is_dir() {
        let message =
            format!("{} is not there: name the folder with --data-dir, or start the server once.", folder.display());
        return vec![Finding::fail("data folder", message)];
    }
    [look_at_folder(folder), look_at_disk(folder, &settings.store_file())].into_iter().chain(key).collect()
}

fn look_at_folder(folder: &Path) -> Finding {
    let name = folder.display();
    if let Err(error) = try_to_write(folder) {
        return Finding::fail(
            "data folder",
            format!("{name} cannot be written to ({error}): give it to the user that runs passgate."),
        );
    }
    match mode(folder) {
        Ok(mode) if mode & 0o077 != 0 => Finding::warn(
            "data folder",
            format!("Others on this machine may look into {name} (mode {mode:o}): chmod 700 {name}."),
        ),
        Ok(_) => Finding::ok("data folder", format!("{name} can be written to, by its owner alone.")),
        Err(error) => Finding::fail("data folder", format!("{name} cannot be looked at: {error}.")),
    }
}

fn try_to_write(folder: &Path) -> io::Result<()> {
    let file = folder.join(".doctor");
    fs::write(&file, b"")?;
    fs::remove_file(file)
}

fn look_at_disk(folder: &Path, store: &Path) -> Finding {
    let left = match rustix::fs::statvfs(folder) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => return Finding::warn("disk", format!("How much room is left cannot be seen: {error}.")),
    };
    let size = fs::metadata(store).map_or(0, |store| store.len());
    let message = format!("{} MiB are left, and the store takes {} MiB", left >> 20, size >> 20);
    if left < FULL_BYTES {
        Finding::fail("disk", format!("{message}: make room now, before writes fail."))
    } else if left < ROOMY_BYTES.max(size.saturating_mul(2)) {
        Finding::warn("disk", format!("{message}: make room soon."))
    } else {
        Finding::ok("disk", format!("{message}."))
    }
}

fn look_at_key(file: &Path) -> Finding {
    let name = file.display();
    match mode(file) {
        Ok(mode) if mode & 0o077 != 0 => Finding::fail(
            "key file",
            format!("Others on this machine may read {name} (mode {mode:o}): chmod 600 {name}."),
        ),
        Ok(_) => Finding::ok("key file", format!("{name} is readable by its owner alone. Keep a copy elsewhere.")),
        Err(error) => Finding::fail("key file", format!("{name} cannot be looked at: {error}.")),
    }
}

fn mode(path: &Path) -> io::Result<u32> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o7777)
}
