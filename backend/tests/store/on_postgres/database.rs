//! A store in a database of its own, and ways to hold it up: what `store/database.rs` is for SQLite.

use std::future::ready;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};

use backend::store::postgres::{Options, PostgresEngine};
use backend::store::{Outcome, Store, Tx};
use postgres::error::SqlState;
use postgres::{Client, NoTls};

use crate::server::Server;

/// A store in a database of the tests' own server.
pub(crate) struct Database {
    pub(crate) store: Store,
    pub(crate) url: String,
}

impl Database {
    pub(crate) fn new() -> Self {
        Self::with(Options::for_tests())
    }

    pub(crate) fn with(options: Options) -> Self {
        Self::at(Server::shared().new_database(), options)
    }

    pub(crate) fn at(url: String, options: Options) -> Self {
        let engine = PostgresEngine::open(&url, options).expect("a new store opens");
        Self { store: Store::new(engine), url }
    }

    /// One that refuses after so many writes or reads wait; one of each runs.
    pub(crate) fn with_queues(write_queue: usize, read_queue: usize) -> Self {
        Self::with(Options { writers: 1, readers: 1, write_queue, read_queue, ..Options::for_tests() })
    }

    /// Closes the store and opens it again.
    pub(crate) fn reopen(self) -> Self {
        let Self { store, url } = self;
        drop(store);
        Self::at(url, Options::for_tests())
    }

    /// Runs SQL behind the store's back, with the database's own checks. Errors: what the database says, in SQLite's words.
    pub(crate) fn raw(&self, sql: &str) -> Result<(), String> {
        let sql = sql.replace("x'00'", "'\\x00'");
        self.client().batch_execute(&sql).map_err(|error| describe(&error))
    }

    /// The number that the statement gives.
    pub(crate) fn count(&self, sql: &str) -> i64 {
        self.client().query_one(sql, &[]).expect(sql).get(0)
    }

    /// Runs SQL with every guard of the database off.
    pub(crate) fn damage(&self, sql: &str) {
        let mut client = self.client();
        let unguard = "
            CREATE FUNCTION zeroblob(int) RETURNS bytea LANGUAGE sql AS $$ SELECT decode(repeat('00', $1), 'hex') $$;
            CREATE FUNCTION replace(json, text, text) RETURNS json LANGUAGE sql AS $$ SELECT replace($1::text, $2, $3)::json $$;
            DO $$ DECLARE it record; BEGIN
                FOR it IN SELECT conrelid::regclass AS of, conname FROM pg_constraint
                    WHERE contype = 'c' AND connamespace = 'public'::regnamespace
                LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', it.of, it.conname); END LOOP;
            END $$;
            SET session_replication_role = replica;";
        client.batch_execute(unguard).expect("unguarded");
        client.batch_execute(sql).expect("the damage can be done");
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

    /// On a thread of its own, since the tests run in an event loop.
    fn client(&self) -> Connected {
        Connected::new(&self.url)
    }
}

/// A connection whose every call is made on another thread: the client has an event loop of its own.
struct Connected(Option<Client>);

impl Connected {
    fn new(url: &str) -> Self {
        Self(Some(apart(|| Client::connect(url, NoTls).expect("the server takes connections"))))
    }

    fn batch_execute(&mut self, sql: &str) -> Result<(), postgres::Error> {
        let client = self.0.as_mut().expect("connected");
        apart(|| client.batch_execute(sql))
    }

    fn query_one(&mut self, sql: &str, _: &[()]) -> Result<postgres::Row, postgres::Error> {
        let client = self.0.as_mut().expect("connected");
        apart(|| client.query_one(sql, &[]))
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        let client = self.0.take();
        apart(|| drop(client));
    }
}

/// Runs it on a thread of its own.
pub(crate) fn apart<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(run).join().expect("it does not panic"))
}

/// As SQLite says it.
fn describe(error: &postgres::Error) -> String {
    let Some(said) = error.as_db_error() else { return error.to_string() };
    let message = said.message();
    if *said.code() == SqlState::FOREIGN_KEY_VIOLATION {
        return format!("FOREIGN KEY constraint failed: {message}");
    }
    if *said.code() == SqlState::INVALID_TEXT_REPRESENTATION {
        return format!("cannot store TEXT: {message}");
    }
    if *said.code() == SqlState::UNIQUE_VIOLATION {
        let columns =
            said.detail().and_then(|detail| detail.strip_prefix("Key (")?.split_once(")=")).unwrap_or_default().0;
        let table = said.table().unwrap_or_default();
        return columns.split(", ").map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", ");
    }
    // Our triggers have this state too, and their own sentences.
    if *said.code() == SqlState::CHECK_VIOLATION && said.constraint().is_some() {
        return format!("CHECK constraint failed: {message}");
    }
    message.to_owned()
}

/// Begins something without waiting for it: it is queued when this returns. It may be over by then, since a writer that is occupied
/// has others beside it.
pub(crate) fn begin<'f, F: Future + 'f>(future: F) -> Pin<Box<dyn Future<Output = F::Output> + 'f>> {
    let mut future = Box::pin(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Pending => future,
        Poll::Ready(output) => Box::pin(ready(output)),
    }
}

/// Occupies a writer until something is sent or the sender is dropped.
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
