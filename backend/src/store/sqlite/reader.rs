//! The threads that read, each on snapshots of its own.

use rusqlite::Connection;

use super::connection::Source;
use super::fault::{self, execute};
use super::flush::Flush;
use crate::store::queue::Queue;
use crate::store::sql::tx::{Link, SqlTx};
use crate::store::{Job, Outcome};

/// Runs jobs until the queue is closed and empty. A connection that fails is opened anew with the next job.
pub(super) fn run(source: &Source, queue: &Queue, flush: &Flush) {
    let mut connection = None;
    while let Some(mut job) = queue.wait() {
        let outcome = read_snapshot(source, &mut connection, &mut job);
        flush.answer_read(job, outcome);
    }
}

/// Runs the job on a snapshot of its own, with the connection that is kept there, or a new one; one that fails is not kept.
pub(super) fn read_snapshot(source: &Source, kept: &mut Option<Connection>, job: &mut Job) -> Outcome<()> {
    let connection = match kept.take() {
        Some(connection) => connection,
        None => source.open_reader().map_err(fault::from_sqlite)?,
    };
    execute(&connection, "BEGIN DEFERRED").map_err(fault::from_sqlite)?;
    let outcome = job.run_caught(&mut SqlTx::for_reading(Link::Sqlite(&connection)));
    execute(&connection, "ROLLBACK").map_err(fault::from_sqlite)?;
    *kept = Some(connection);
    outcome
}
