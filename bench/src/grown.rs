//! Stores of vendors that have grown: filled once, kept in the per-user cache, and taken from there by every benchmark that wants
//! many licenses. `cargo xtask bench --forget` removes them.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Instant,
};

use backend::store::sqlite::Options;

use crate::{
    Outcome,
    issue::block_on,
    site::{Setup, Site},
};

pub(crate) use fill::{Known, OWN};

mod fill;

/// A million: what the goals are for.
pub(crate) const MILLION: u32 = 1_000_000;

/// Grows with every change of what is filled in: another store then.
const EDITION: u32 = 4;

/// Licenses for each customer.
const EACH: u32 = 20;

/// A store with many licenses.
pub(crate) struct Grown {
    /// Where it lies.
    pub(crate) folder: PathBuf,
    /// Something to look for in it.
    pub(crate) known: Known,
}

/// The store with so many licenses. It is filled the first time, in some minutes for a million.
pub(crate) fn open(licenses: u32) -> Outcome<Grown> {
    let base = env::var_os("PASSGATE_BENCH_CACHE").map_or_else(|| "target/bench/cache".into(), PathBuf::from);
    let folder = base.join(format!("grown-{EDITION}-{licenses}"));
    let list = folder.join("known.json");
    if !list.exists() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        let known = fill(&folder, licenses)?;
        fs::write(&list, serde_json::to_string_pretty(&known)?)?;
    }
    let known = serde_json::from_slice(&fs::read(&list)?)?;
    Ok(Grown { folder, known })
}

fn fill(folder: &Path, licenses: u32) -> Outcome<Known> {
    println!("Filling a store with {licenses} licenses, once: {}", folder.display());
    // Whoever fills it anew after a power cut has lost nothing.
    let setup = Setup { options: Options::for_tests(), ..Setup::new("http://127.0.0.1".to_owned()) };
    let site = Site::prepare(folder, "127.0.0.1:80".parse()?, setup)?;
    let start = Instant::now();
    let mut known = block_on(fill::fill(&site, licenses / EACH, licenses))?;
    site.settle()?;
    known.filled_in_seconds = start.elapsed().as_secs_f64();
    Ok(known)
}

impl Grown {
    /// A copy in `folder`, for whoever writes to it.
    pub(crate) fn copy(&self, folder: &Path) -> Outcome<()> {
        fs::create_dir_all(folder)?;
        for name in ["passgate.db", "passgate.db-wal", "master.key"] {
            if self.folder.join(name).exists() {
                fs::copy(self.folder.join(name), folder.join(name))?;
            }
        }
        // What the copy leaves to be written would be waited for by the first commits.
        fs::File::open(folder.join("passgate.db"))?.sync_all()?;
        Ok(())
    }

    /// The size of its file, in bytes.
    pub(crate) fn bytes(&self) -> Outcome<u64> {
        Ok(fs::metadata(self.folder.join("passgate.db"))?.len())
    }
}
