//! The thread that writes: group commit.

use std::sync::Arc;

use rusqlite::Connection;

use super::Counts;
use super::connection::Source;
use super::fault::execute;
use crate::clock::Stopwatch;
use crate::store::measures::Measures;
use crate::store::queue::Queue;
use crate::store::sql::tx::{Link, SqlTx};
use crate::store::{Job, Outcome, StoreError};

/// The owner of the one connection that writes.
pub(super) struct Writer {
    source: Source,
    /// Absent after a failure; opened anew with the next job, so that no restart is needed.
    connection: Option<Connection>,
    group: usize,
    counts: Arc<Counts>,
    measures: Measures,
}

/// A job that has run, with what it came to if the commit succeeds.
type Done = (Job, Outcome<()>);

impl Writer {
    pub(super) fn new(
        source: Source,
        connection: Connection,
        group: usize,
        counts: Arc<Counts>,
        measures: Measures,
    ) -> Self {
        Self { source, connection: Some(connection), group: group.max(1), counts, measures }
    }

    /// Runs jobs until the queue is closed and empty.
    pub(super) fn run(mut self, queue: &Queue) {
        while let Some(first) = queue.wait() {
            let mut waiting = vec![first];
            let mut done = Vec::new();
            match self.commit_group(queue, &mut waiting, &mut done) {
                Ok(()) => {
                    self.counts.add(done.iter().filter(|(_, outcome)| outcome.is_ok()).count());
                    for (job, outcome) in done {
                        job.finish(outcome);
                    }
                }
                Err(reason) => {
                    tracing::error!(reason, jobs = done.len() + waiting.len(), "a group of writes was not committed");
                    self.connection = None;
                    // Whatever waits meanwhile would only wait for the same failure.
                    waiting.extend(queue.take(self.group));
                    for job in done.into_iter().map(|(job, _)| job).chain(waiting) {
                        job.finish(Err(StoreError::Unavailable(reason.clone())));
                    }
                }
            }
        }
    }

    /// Runs the jobs and those that come meanwhile in one transaction. An error means that nothing was committed.
    fn commit_group(&mut self, queue: &Queue, waiting: &mut Vec<Job>, done: &mut Vec<Done>) -> Result<(), String> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.source.open_writer().map_err(|error| error.to_string())?),
        };
        execute(connection, "BEGIN IMMEDIATE").map_err(|error| error.to_string())?;
        while done.len() < self.group {
            if waiting.is_empty() {
                waiting.extend(queue.take(self.group - done.len()));
                // Taken last to first.
                waiting.reverse();
            }
            let Some(mut job) = waiting.pop() else { break };
            let ran = run_in_savepoint(connection, &mut job);
            let lost = ran.as_ref().err().cloned();
            done.push((job, ran.unwrap_or(Ok(()))));
            if let Some(reason) = lost {
                return Err(reason);
            }
        }
        let watch = Stopwatch::start();
        execute(connection, "COMMIT").map_err(|error| error.to_string())?;
        self.measures.commit_seconds.observe(watch.seconds());
        self.measures.group_size.observe(u32::try_from(done.len()).map_or(f64::INFINITY, f64::from));
        Ok(())
    }
}

/// Runs one job so that whatever it comes to leaves the others alone. An error means that the whole transaction is lost.
fn run_in_savepoint(connection: &Connection, job: &mut Job) -> Result<Outcome<()>, String> {
    execute(connection, "SAVEPOINT job").map_err(|error| error.to_string())?;
    let outcome = job.run_caught(&mut SqlTx::for_writing(Link::Sqlite(connection)));
    // Some failures, a full disk among them, make SQLite give up the transaction by itself.
    if connection.is_autocommit() {
        return Err(outcome
            .err()
            .map_or_else(|| "the transaction was rolled back".to_owned(), |error| error.to_string()));
    }
    if outcome.is_err() {
        execute(connection, "ROLLBACK TO job").map_err(|error| error.to_string())?;
    }
    execute(connection, "RELEASE job").map_err(|error| error.to_string())?;
    Ok(outcome)
}
