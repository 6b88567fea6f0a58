//! The store in one SQLite file: [`SqliteEngine`].
//!
//! One thread writes. It takes the jobs that wait, runs them in one transaction, and commits once. Another flushes the commit to
//! the disk, and only then answers all of them: many durable writes cost one `fsync`, during which the next ones run already.
//! A third brings what the log holds into the file. Others read, each on a snapshot of its own; a glance at a few rows is taken by
//! whoever asks.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::measures::Measures;
use super::queue::Queue;
use super::threads::Threads;
use super::{Engine, Job, StoreError};
use checkpoint::Checkpoint;
use connection::Source;
use flush::Flush;
use glance::Glances;
pub use lock::{RESTORING, beside, hold};
pub use snapshot::{Contents, find_damage, read_contents, write_snapshot};

mod checkpoint;
mod connection;
mod fault;
mod flush;
mod glance;
mod lock;
mod migrate;
#[cfg(test)]
mod plans;
mod reader;
mod snapshot;
pub(in crate::store) mod statement;
pub(in crate::store) mod tables;
mod writer;

/// How the store runs. [`Options::default`] is what a vendor runs.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether an answered write survives a power failure.
    pub durability: Durability,
    /// Threads that read.
    pub readers: usize,
    /// How many writes may wait; beyond that they are refused as [`StoreError::Busy`].
    pub write_queue: usize,
    /// How many reads may wait, likewise.
    pub read_queue: usize,
    /// The most writes in one commit.
    pub group: usize,
    /// How many are enough for one, where more wait and the disk has nothing to do.
    pub enough: usize,
    /// How long to wait for another program that has locked the file.
    pub busy_timeout: Duration,
    /// How many pages of 4 KiB the log holds before they are brought into the file: so many that a page of a large store has been
    /// written more than once meanwhile, so few that they stay within the page cache.
    pub log_pages: u64,
    /// The largest size of the file in bytes, beside what the disk allows.
    pub size_limit: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            durability: Durability::Full,
            readers: 3,
            write_queue: 1024,
            read_queue: 1024,
            group: 256,
            enough: 32,
            busy_timeout: Duration::from_secs(2),
            log_pages: 16_000,
            size_limit: None,
        }
    }
}

impl Options {
    /// For tests: everything as it is, but without waiting for the disk.
    pub fn for_tests() -> Self {
        Self { durability: Durability::Relaxed, ..Self::default() }
    }
}

/// Whether an answered write survives a power failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// It does: the disk has confirmed it before the answer, as with `synchronous=FULL`.
    Full,
    /// It survives the end of the process, not that of the machine. For tests.
    Relaxed,
}

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error("another passgate process uses {}: stop it first, or give another data directory", .0.display())]
    InUse(PathBuf),
    /// The file is some other program's.
    #[error("{} is an SQLite database of another program: give another path", .0.display())]
    Foreign(PathBuf),
    /// There is none.
    #[error("there is no store at {}: name its folder with --data-dir", .0.display())]
    Missing(PathBuf),
    /// A restore into its folder was interrupted.
    #[error("a restore into {} was not finished: run `passgate restore` again", .0.display())]
    HalfRestored(PathBuf),
    /// The file is damaged, or never was a database.
    #[error(
        "the database {} cannot be opened: it is damaged, or no SQLite file; bring the last backup back with `passgate restore --replace`",
        .0.display()
    )]
    Corrupt(PathBuf),
    /// A later release has written it.
    #[error(
        "the database has schema {found}, and this release knows {known}: run the release that last wrote it, or a later one"
    )]
    Newer {
        /// The schema of the file.
        found: i64,
        /// The newest schema this release knows.
        known: i64,
    },
    /// An earlier release has written it, and nobody has started this one on it yet.
    #[error(
        "the database has schema {found}, and this release wants {known}: start the server once, which brings it up to date"
    )]
    Older {
        /// The schema of the file.
        found: i64,
        /// The newest schema this release knows.
        known: i64,
    },
    /// A migration was applied in another form than this release has.
    #[error(
        "migration {version} was applied in another form: run the release that wrote the database, or restore a backup"
    )]
    Changed {
        /// The migration.
        version: i64,
    },
    /// The folder does not let anything be made in it.
    #[error("{} cannot be written to ({reason}): give its folder to the user that runs passgate, or name another with --data-dir", .path.display())]
    Folder {
        /// The file that was to be made.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file cannot be made, read or written.
    #[error("the database {} cannot be opened: {reason}", .path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
}

/// What the writer has done since the store was opened.
#[derive(Debug, Default)]
pub struct Counts {
    commits: AtomicU64,
    writes: AtomicU64,
}

impl Counts {
    /// Commits.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Writes that were committed; divided by [`Counts::commits`], the size of a group.
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    fn add(&self, writes: usize) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.writes.fetch_add(writes as u64, Ordering::Relaxed);
    }
}

/// A store in one file, for one process. Dropping it finishes what waits, and closes the file.
pub struct SqliteEngine {
    writes: Arc<Queue>,
    reads: Arc<Queue>,
    counts: Arc<Counts>,
    measures: Measures,
    reading: Threads,
    /// Absent beside another process, where nobody is in a hurry.
    glances: Option<Glances>,
    /// Those that see to it that what is written is kept, then the one that writes.
    writing: Threads,
    /// Held as long as the store is open, after every connection: what has the file open, then the lock. Whoever only reads beside
    /// another process has none.
    _held: Option<(Arc<Checkpoint>, File)>,
}

impl SqliteEngine {
    /// Opens the store at `path`, making it where there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// In this order: [`OpenError::InUse`], [`OpenError::HalfRestored`], [`OpenError::Failed`] or [`OpenError::Corrupt`],
    /// [`OpenError::Foreign`], [`OpenError::Newer`], [`OpenError::Changed`].
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Self, OpenError> {
        let path = path.as_ref().to_owned();
        let failed = |reason: String| OpenError::Failed { path: path.clone(), reason };
        let lock = lock::acquire(&path)?;
        let source = Source::new(path.clone(), options);
        let unusable = |error: rusqlite::Error| OpenError::of(&path, &error);
        let measures = Measures::default();
        let flush = Arc::new(Flush::new(source.clone(), measures.clone()));
        let checkpoint = Checkpoint::new(source.clone(), Arc::clone(&flush), measures.clone());
        let checkpoint = Arc::new(checkpoint.map_err(|error| failed(error.to_string()))?);
        migrate::mark(&mut source.open_untouched().map_err(unusable)?, &path)?;
        let mut connection = source.open_writer().map_err(unusable)?;
        migrate::migrate(&mut connection, &path, migrate::MIGRATIONS)?;

        let glances = Glances::new(source.clone(), Arc::clone(&flush));
        let engine = Self::idle(options, measures, Some(glances), Some((Arc::clone(&checkpoint), lock)));
        flush.attach().map_err(&failed)?;
        let (flushing, queue) = (Arc::clone(&flush), Arc::clone(&engine.writes));
        engine.writing.spawn("store-flusher", move || flushing.run(&queue)).map_err(&failed)?;
        let bringing = Arc::clone(&checkpoint);
        engine.writing.spawn("store-checkpoint", move || bringing.run()).map_err(&failed)?;
        let (counts, measures) = (Arc::clone(&engine.counts), engine.measures.clone());
        let behind = (Arc::clone(&flush), checkpoint);
        let writer = writer::Writer::new(source.clone(), connection, behind, options, counts, measures);
        let queue = Arc::clone(&engine.writes);
        engine.writing.spawn("store-writer", move || writer.run(&queue)).map_err(&failed)?;
        engine.read(&source, &flush).map_err(&failed)?;
        Ok(engine)
    }

    /// Opens the store at `path` to read only, beside the process that serves it: for commands that look.
    ///
    /// # Errors
    /// As of [`write_snapshot`], and [`OpenError::Older`] where a migration is missing.
    pub fn open_beside(path: impl AsRef<Path>, options: Options) -> Result<Self, OpenError> {
        let path = path.as_ref().to_owned();
        let known = migrate::MIGRATIONS.last().map_or(0, |migration| migration.version);
        let found = snapshot::read_schema_of(&path)?;
        if found < known {
            return Err(OpenError::Older { found, known });
        }
        let engine = Self::idle(options, Measures::default(), None, None);
        engine.writes.close();
        let source = Source::new(path.clone(), options);
        // Nothing is written here: whatever is read was kept, or is on its way to be, by the process that serves the store.
        let flush = Arc::new(Flush::new(source.clone(), engine.measures.clone()));
        engine.read(&source, &flush).map_err(|reason| OpenError::Failed { path, reason })?;
        Ok(engine)
    }

    fn idle(
        options: Options,
        measures: Measures,
        glances: Option<Glances>,
        held: Option<(Arc<Checkpoint>, File)>,
    ) -> Self {
        let queue = |capacity, length: &prometheus::IntGauge| {
            Arc::new(Queue::new(capacity, length.clone(), measures.refused.clone()))
        };
        Self {
            writes: queue(options.write_queue, &measures.waiting_writes),
            reads: queue(options.read_queue, &measures.waiting_reads),
            counts: Arc::new(Counts::default()),
            measures,
            reading: Threads::default(),
            glances,
            writing: Threads::default(),
            _held: held,
        }
    }

    /// Starts the threads that read.
    fn read(&self, source: &Source, flush: &Arc<Flush>) -> Result<(), String> {
        for number in 1..=source.readers() {
            let (source, queue, flush) = (source.clone(), Arc::clone(&self.reads), Arc::clone(flush));
            self.reading.spawn(&format!("store-reader-{number}"), move || reader::run(&source, &queue, &flush))?;
        }
        Ok(())
    }

    /// What the writer does, for figures.
    pub fn counts(&self) -> Arc<Counts> {
        Arc::clone(&self.counts)
    }
}

impl Engine for SqliteEngine {
    fn submit_write(&self, job: Job) -> Result<(), StoreError> {
        self.writes.push(job)
    }

    fn submit_read(&self, job: Job) -> Result<(), StoreError> {
        self.reads.push(job)
    }

    fn submit_glance(&self, job: Job) -> Result<(), StoreError> {
        let left = match &self.glances {
            Some(glances) => glances.run(job),
            None => Err(job),
        };
        left.or_else(|job| self.submit_read(job))
    }

    fn measures(&self) -> &Measures {
        &self.measures
    }

    fn close(&self) {
        // The last connection to close, the writer's, brings the log into the file; a reader's could not.
        self.reads.close();
        self.reading.join();
        self.glances.iter().for_each(Glances::close);
        self.writes.close();
        self.writing.join();
    }
}

impl Drop for SqliteEngine {
    fn drop(&mut self) {
        self.close();
    }
}
