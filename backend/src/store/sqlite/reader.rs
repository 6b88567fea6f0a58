//! The threads that read, each on snapshots of its own.

use rusqlite::Connection;

use super::connection::Source;
use super::fault::{self, execute};
use super::queue::Queue;
use super::tx::SqliteTx;
use super::writer::run_caught;
use crate::store::{Job, Outcome};

/// Runs jobs until the queue is closed and empty. A connection that fails is opened anew with the next job.
pub(super) fn run(source: &Source, queue: &Queue) {
    let mut connection = None;
    while let Some(mut job) = queue.wait() {
        let outcome = read_snapshot(source, &mut connection, &mut job);
        job.finish(outcome);
    }
}

fn read_snapshot(source: &Source, kept: &mut Option<Connection>, job: &mut Job) -> Outcome<()> {
    let connection = match kept.take() {
        Some(connection) => connection,
        None => source.open_reader().map_err(fault::from_sqlite)?,
    };
    execute(&connection, "BEGIN DEFERRED").map_err(fault::from_sqlite)?;
    let outcome = run_caught(job, &mut SqliteTx::for_reading(&connection));
    execute(&connection, "ROLLBACK").map_err(fault::from_sqlite)?;
    *kept = Some(connection);
    outcome
}
