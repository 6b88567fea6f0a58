//! The store in PostgreSQL: [`PostgresEngine`]. Any number of processes share one database, and none is special.
//!
//! Threads write, each with a connection. What belongs to a vendor waits for its turn with that vendor (`line.rs`), so that a
//! vendor's writes come one after the other as they do in SQLite, and different vendors' side by side; PostgreSQL makes them
//! durable together. Other threads read, each on a snapshot.

use std::fmt::Display;
use std::sync::Arc;
use std::thread;

use super::measures::Measures;
use super::queue::Queue;
use super::threads::Threads;
use super::{Engine, Hear, Job, StoreError};
use bell::Bell;
use connection::Source;
use prometheus::IntGauge;
use writer::Writer;

mod bell;
mod connection;
mod dialect;
mod fault;
pub(in crate::store) mod line;
mod looking;
mod migrate;
pub(in crate::store) mod tables;
pub(in crate::store) mod values;
mod worker;
mod writer;

pub use super::sqlite::Durability;
pub use looking::{Seen, look_at};

/// How the store runs. [`Options::default`] is what a vendor runs.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether an answered write survives a power failure.
    pub durability: Durability,
    /// Threads that write, with a connection each.
    pub writers: usize,
    /// Threads that read, likewise.
    pub readers: usize,
    /// How many writes may wait; beyond that they are refused as [`StoreError::Busy`].
    pub write_queue: usize,
    /// How many reads may wait, likewise.
    pub read_queue: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { durability: Durability::Full, writers: 8, readers: 6, write_queue: 1024, read_queue: 1024 }
    }
}

impl Options {
    /// For tests: everything as it is, but without waiting for the disk.
    pub fn for_tests() -> Self {
        Self { durability: Durability::Relaxed, writers: 4, readers: 2, ..Self::default() }
    }
}

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is none.
    #[error("the database URL is not one of PostgreSQL's: {0}")]
    Url(String),
    /// The database server is too old.
    #[error("the database {0} is on a PostgreSQL older than 14: upgrade it, or name another")]
    Old(String),
    /// The database cannot hold every text.
    #[error("the database {0} is not in UTF-8: make one with `createdb --encoding UTF8`")]
    Encoding(String),
    /// The database is some other program's.
    #[error("the database {0} holds another program's tables: make an empty one for passgate, and name that")]
    Foreign(String),
    /// A later release has written it.
    #[error(
        "the database has schema {found}, and this release knows {known}: run the release that last wrote it, or a later one"
    )]
    Newer {
        /// The schema of the database.
        found: i64,
        /// The newest schema this release knows.
        known: i64,
    },
    /// An earlier release has written it, and nobody has started this one on it yet.
    #[error(
        "the database has schema {found}, and this release wants {known}: start the server once, which brings it up to date"
    )]
    Older {
        /// The schema of the database.
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
    /// It cannot be reached, read or written.
    #[error("the database {name} cannot be opened: {reason}; see that it runs, and that its URL is right")]
    Failed {
        /// The database.
        name: String,
        /// What it says.
        reason: String,
    },
}

/// A store in PostgreSQL, for any number of processes. Dropping it finishes what waits.
pub struct PostgresEngine {
    writes: Arc<Queue>,
    reads: Arc<Queue>,
    measures: Measures,
    /// None where one only looks.
    bell: Option<Bell>,
    has_keys: bool,
    threads: Threads,
}

impl PostgresEngine {
    /// Whether the store had signing keys when it was opened: then there is a master key that they were sealed under.
    pub const fn has_keys(&self) -> bool {
        self.has_keys
    }

    /// Opens the store at this URL, and brings its schema up to date.
    ///
    /// # Errors
    /// In this order: [`OpenError::Url`], [`OpenError::Failed`], and the others as they are listed.
    pub fn open(url: &str, options: Options) -> Result<Self, OpenError> {
        let source = Arc::new(Source::parse(url, options)?);
        let failed = |reason: String| OpenError::Failed { name: source.name(), reason };
        // On a thread of its own: the client library does not run inside an event loop.
        let brought_up = thread::scope(|scope| scope.spawn(|| bring_up(&source)).join());
        let has_keys = brought_up.unwrap_or_else(|_| Err(failed("bringing its schema up panicked".to_owned())))?;
        let bell = Bell::hang(&source).map_err(|error| failed(error.to_string()))?;
        let engine = Self::idle(options, Some(bell), has_keys);
        let started = engine.start_writing(options.writers, &source);
        started.and_then(|()| engine.start_reading(options.readers, &source)).map_err(failed)?;
        Ok(engine)
    }

    /// Opens the store at this URL to read only, whatever its schema, beside the processes that serve it: for commands that
    /// look, after [`look_at`]. It hears and tells nothing, and is not on duty.
    ///
    /// # Errors
    /// [`OpenError::Url`]; [`OpenError::Failed`] where there is no thread.
    pub fn open_beside(url: &str, options: Options) -> Result<Self, OpenError> {
        let source = Arc::new(Source::parse(url, options)?);
        let engine = Self::idle(options, None, false);
        engine.writes.close();
        let started = engine.start_reading(1, &source);
        started.map_err(|reason| OpenError::Failed { name: source.name(), reason })?;
        Ok(engine)
    }

    fn idle(options: Options, bell: Option<Bell>, has_keys: bool) -> Self {
        let measures = Measures::default();
        let queue =
            |capacity, length: &IntGauge| Arc::new(Queue::new(capacity, length.clone(), measures.refused.clone()));
        Self {
            writes: queue(options.write_queue, &measures.waiting_writes),
            reads: queue(options.read_queue, &measures.waiting_reads),
            measures,
            bell,
            has_keys,
            threads: Threads::default(),
        }
    }

    /// Starts the threads that write.
    fn start_writing(&self, count: usize, source: &Arc<Source>) -> Result<(), String> {
        for number in 1..=count.max(1) {
            let writer = Writer::new(Arc::clone(source), Arc::clone(&self.writes), self.measures.clone());
            self.threads.spawn(&format!("store-writer-{number}"), move || writer.run())?;
        }
        Ok(())
    }

    /// Starts the threads that read.
    fn start_reading(&self, count: usize, source: &Arc<Source>) -> Result<(), String> {
        for number in 1..=count.max(1) {
            let (source, queue) = (Arc::clone(source), Arc::clone(&self.reads));
            self.threads.spawn(&format!("store-reader-{number}"), move || worker::keep_reading(&source, &queue))?;
        }
        Ok(())
    }
}

/// Brings the schema up to date; whether the store has signing keys.
fn bring_up(source: &Source) -> Result<bool, OpenError> {
    let failed = |error: postgres::Error| OpenError::Failed { name: source.name(), reason: fault::sentence(&error) };
    let mut client = source.connect().map_err(failed)?;
    migrate::migrate(&mut client, &source.name())?;
    client.query_one("SELECT EXISTS (SELECT 1 FROM signing_keys)", &[]).map(|row| row.get(0)).map_err(failed)
}

impl Engine for PostgresEngine {
    fn submit_write(&self, job: Job) -> Result<(), StoreError> {
        self.writes.push(job)
    }

    fn submit_read(&self, job: Job) -> Result<(), StoreError> {
        self.reads.push(job)
    }

    fn measures(&self) -> &Measures {
        &self.measures
    }

    fn close(&self) {
        self.reads.close();
        self.writes.close();
        self.threads.join();
    }

    fn tell(&self, note: &dyn Display) {
        if let Some(bell) = &self.bell {
            bell.tell(note.to_string());
        }
    }

    fn hear(&self, hear: Hear) {
        if let Some(bell) = &self.bell {
            bell.hear(hear);
        }
    }

    fn is_on_duty(&self) -> bool {
        self.bell.as_ref().is_some_and(Bell::is_on_duty)
    }
}

impl Drop for PostgresEngine {
    fn drop(&mut self) {
        self.close();
    }
}
