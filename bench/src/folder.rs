//! A folder for the stores of one benchmark, on the checkout's disk and not in memory; it goes when the benchmark ends.

use std::{env, fs, path::Path};

use crate::Outcome;

/// Runs `work` in a new folder.
pub(crate) fn within<T>(name: &str, work: impl FnOnce(&Path) -> Outcome<T>) -> Outcome<T> {
    let folder = env::current_dir()?.join(format!("target/bench/{name}-store-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let outcome = work(&folder);
    fs::remove_dir_all(&folder)?;
    outcome
}
