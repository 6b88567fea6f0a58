//! A store in a folder of its own, and ways to hold it up.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};

use backend::store::sqlite::{Counts, Options, SqliteEngine};
use backend::store::{Outcome, Store, Tx};

/// A store in a folder that goes with it.
pub(crate) struct Database {
    pub(crate) store: Store,
    pub(crate) counts: Arc<Counts>,
    folder: tempfile::TempDir,
}

impl Database {
    pub(crate) fn new() -> Self {
        Self::with(Options::for_tests())
    }

    pub(crate) fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let engine = SqliteEngine::open(folder.path().join("passgate.db"), options).expect("a new store opens");
        let counts = engine.counts();
        Self { store: Store::new(engine), counts, folder }
    }

    /// One that refuses after so many writes or reads wait; one of each runs.
    pub(crate) fn with_queues(write_queue: usize, read_queue: usize) -> Self {
        Self::with(Options { readers: 1, write_queue, read_queue, ..Options::for_tests() })
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("passgate.db")
    }

    /// Closes the store and opens it again.
    pub(crate) fn reopen(self) -> Self {
        let Self { store, folder, .. } = self;
        drop(store);
        let engine = SqliteEngine::open(folder.path().join("passgate.db"), Options::for_tests());
        let engine = engine.expect("the store opens again");
        let counts = engine.counts();
        Self { store: Store::new(engine), counts, folder }
    }

    /// Runs SQL behind the store's back, with the database's own checks. Errors: what the database says.
    pub(crate) fn raw(&self, sql: &str) -> Result<(), String> {
        raw(&self.path(), sql)
    }

    /// The number that the statement gives.
    pub(crate) fn count(&self, sql: &str) -> i64 {
        let connection = rusqlite::Connection::open(self.path()).expect("opens");
        connection.query_row(sql, [], |row| row.get(0)).expect(sql)
    }

    /// Runs SQL with every guard of the database off.
    pub(crate) fn damage(&self, sql: &str) {
        let unguard: Vec<String> = {
            let connection = rusqlite::Connection::open(self.path()).expect("opens");
            let mut triggers = connection
                .prepare("SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'")
                .expect("read");
            let names = triggers.query_map([], |row| row.get(0)).expect("read");
            names.collect::<Result<_, _>>().expect("read")
        };
        let unguard = unguard.join(";");
        self.raw(&format!("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; {unguard}; {sql}"))
            .expect("the damage can be done");
    }

    /// Writes, where the test does not expect a refusal.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        closure: impl FnMut(&mut dyn Tx) -> Outcome<T> + Send + 'static,
    ) -> T {
        self.store.write(closure).await.expect("the write succeeds")
    }

    /// Reads, where the test does not expect a refusal.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        closure: impl FnMut(&mut dyn Tx) -> Outcome<T> + Send + 'static,
    ) -> T {
        self.store.read(closure).await.expect("the read succeeds")
    }

    pub(crate) async fn faults(&self) -> Vec<String> {
        self.read(|tx| tx.find_faults()).await
    }
}

/// Runs SQL on the file at `path`, foreign keys on.
pub(crate) fn raw(path: &Path, sql: &str) -> Result<(), String> {
    let connection = rusqlite::Connection::open(path).map_err(|error| error.to_string())?;
    connection.execute_batch("PRAGMA foreign_keys = ON").map_err(|error| error.to_string())?;
    connection.execute_batch(sql).map_err(|error| error.to_string())
}

/// Begins something without waiting for it: it is queued when this returns.
pub(crate) fn begin<F: Future>(future: F) -> Pin<Box<F>> {
    let mut future = Box::pin(future);
    let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(polled, Poll::Pending), "it is over before anyone could wait for it");
    future
}

/// Occupies the writer until something is sent or the sender is dropped.
pub(crate) async fn occupy(store: Store) -> (mpsc::Sender<()>, impl Future<Output = Outcome<()>>) {
    let (release, released) = mpsc::channel();
    let (started, mut has_started) = tokio::sync::mpsc::unbounded_channel();
    let occupied = begin(async move {
        store
            .write(move |_| {
                let _ = started.send(());
                let _ = released.recv();
                Ok(())
            })
            .await
    });
    has_started.recv().await.expect("the writer takes it up");
    (release, occupied)
}
