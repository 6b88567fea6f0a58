//! Where things are: the checkout, and the per-user cache that outlives it.
//!
//! The one place of xtask that reads the environment. What is cached there is described in [`Places`].

use std::{env, fs, path::PathBuf};

use crate::shell::{Failure, Outcome};

/// The folders that every step works with.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The checkout: the folder of the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// `PASSGATE_CACHE`, else `$XDG_CACHE_HOME/passgate`, else `~/.cache/passgate`.
    pub(crate) cache: PathBuf,
    /// `CARGO_TARGET_DIR`, else `target` in the cache, so that a fresh clone builds in seconds.
    pub(crate) target: PathBuf,
}

impl Places {
    /// Reads the environment and creates the cache.
    pub(crate) fn find() -> Outcome<Self> {
        // At run time: a program found in a shared target folder may have been compiled from another checkout.
        let manifest = read_path("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = manifest.parent().ok_or_else(|| Failure::new("xtask is not inside a checkout."))?.to_path_buf();
        let cache = read_path("PASSGATE_CACHE")
            .or_else(|| read_path("XDG_CACHE_HOME").map(|base| base.join("passgate")))
            .or_else(|| read_path("HOME").map(|home| home.join(".cache/passgate")))
            .ok_or_else(|| Failure::new("Set HOME or PASSGATE_CACHE: the tools need a folder to live in."))?;
        let cache = if cache.is_absolute() { cache } else { root.join(cache) };
        fs::create_dir_all(&cache)
            .map_err(|error| Failure::new(format!("Cannot create {}: {error}.", cache.display())))?;
        let target = read_path("CARGO_TARGET_DIR").map_or_else(|| cache.join("target"), |target| root.join(target));
        Ok(Self { root, cache, target })
    }

    /// A tool's own folder, named after its version, so that two versions live side by side.
    pub(crate) fn tool(&self, name: &str, version: &str) -> PathBuf {
        self.cache.join("tools").join(format!("{name}-{version}"))
    }
}

/// An environment variable that names a path; empty counts as absent.
pub(crate) fn read_path(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Whether a program is to be found on the `PATH`.
pub(crate) fn is_on_path(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}
