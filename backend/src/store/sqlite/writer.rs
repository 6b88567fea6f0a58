//! The thread that writes: group commit.

use std::sync::Arc;

use rusqlite::Connection;

use super::checkpoint::{Checkpoint, KEPT};
use super::connection::Source;
use super::fault::execute;
use super::flush::{Done, Flush};
use super::{Counts, Options};
use crate::store::measures::Measures;
use crate::store::queue::Queue;
use crate::store::sql::events::Ends;
use crate::store::sql::tx::{Link, SqlTx};
use crate::store::{Job, Outcome, StoreError};

/// After a job that spoiled its group, how many groups have each job in a savepoint: where there was one, there are others.
const CAREFUL_GROUPS: u32 = 64;

/// How many more are taken at once while the disk has something to do, before it is asked again.
const PIECE: usize = 4;

/// The owner of the one connection that writes.
pub(super) struct Writer {
    source: Source,
    /// Absent after a failure; opened anew with the next job, so that no restart is needed.
    connection: Option<Connection>,
    flush: Arc<Flush>,
    checkpoint: Arc<Checkpoint>,
    /// The most writes in one commit.
    group: usize,
    /// How many are enough for one, if the disk has nothing to do.
    enough: usize,
    /// How many groups are still to be run in savepoints.
    careful: u32,
    counts: Arc<Counts>,
    measures: Measures,
}

impl Writer {
    pub(super) fn new(
        source: Source,
        connection: Connection,
        (flush, checkpoint): (Arc<Flush>, Arc<Checkpoint>),
        options: Options,
        counts: Arc<Counts>,
        measures: Measures,
    ) -> Self {
        let (group, enough) = (options.group.max(1), options.enough.max(1));
        Self { source, connection: Some(connection), flush, checkpoint, group, enough, careful: 0, counts, measures }
    }

    /// Runs jobs until the queue is closed and empty.
    pub(super) fn run(mut self, queue: &Queue) {
        while let Some(first) = queue.wait() {
            let mut waiting = vec![first];
            let mut done = Vec::new();
            if let Err(reason) = self.commit_group(queue, &mut waiting, &mut done) {
                tracing::error!(reason, jobs = done.len() + waiting.len(), "a group of writes was not committed");
                self.let_go();
                // Whatever waits meanwhile would only wait for the same failure.
                waiting.extend(queue.take(self.group));
                for job in done.into_iter().map(|(job, _)| job).chain(waiting) {
                    job.finish(Err(StoreError::Unavailable(reason.clone())));
                }
            }
        }
        self.flush.wait();
        let _ = self.flush.mend();
        self.checkpoint.close();
        self.checkpoint.let_go(self.connection.take());
        self.flush.close();
    }

    /// Gives up a transaction, and the connection with it, unless that may be the last one and what it has written is in doubt.
    fn let_go(&mut self) {
        // What was committed before is flushed while its log is there.
        self.flush.wait();
        let is_kept = self.flush.is_in_doubt();
        let is_sound = |connection: &Connection| connection.is_autocommit() || execute(connection, "ROLLBACK").is_ok();
        if !(is_kept && self.connection.as_ref().is_some_and(is_sound)) {
            self.checkpoint.let_go(self.connection.take());
        }
    }

    /// Runs the jobs and some that come meanwhile in one transaction, and hands them over to be flushed. An error means that
    /// nothing was committed.
    fn commit_group(&mut self, queue: &Queue, waiting: &mut Vec<Job>, done: &mut Vec<Done>) -> Result<(), String> {
        self.flush.mend()?;
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => {
                let anew = self.source.open_writer().map_err(|error| error.to_string())?;
                self.flush.attach()?;
                none.insert(anew)
            }
        };
        execute(connection, "BEGIN IMMEDIATE").map_err(|error| error.to_string())?;
        self.careful = self.careful.saturating_sub(1);
        let ends = Ends::default();
        loop {
            while let Some(mut job) = waiting.pop() {
                match run(connection, &ends, &mut job, self.careful > 0) {
                    Ran::To(outcome) => done.push((job, outcome)),
                    Ran::Spoiling => {
                        // From the first one again, as they came.
                        self.careful = CAREFUL_GROUPS;
                        waiting.push(job);
                        waiting.extend(done.drain(..).rev().map(|(job, _)| job));
                        execute(connection, "ROLLBACK").map_err(|error| error.to_string())?;
                        ends.forget();
                        execute(connection, "BEGIN IMMEDIATE").map_err(|error| error.to_string())?;
                    }
                    Ran::Over(reason) => {
                        waiting.push(job);
                        return Err(reason);
                    }
                }
            }
            if done.len() >= self.enough && self.flush.is_idle() {
                break;
            }
            let room = self.group.saturating_sub(done.len());
            if room == 0 {
                self.flush.wait();
                break;
            }
            let wanted = match self.enough.saturating_sub(done.len()) {
                // The disk being busy, more may come before a commit is of any use.
                0 => PIECE,
                missing => missing,
            };
            waiting.extend(queue.take_until(room.min(wanted), || self.flush.is_idle()));
            if waiting.is_empty() {
                break;
            }
            // Taken last to first.
            waiting.reverse();
        }
        let commit = self.flush.begin()?;
        if let Err(error) = execute(connection, "COMMIT") {
            self.flush.give_up(&commit);
            return Err(error.to_string());
        }
        self.measures.group_size.observe(u32::try_from(done.len()).map_or(f64::INFINITY, f64::from));
        self.counts.add(done.iter().filter(|(_, outcome)| outcome.is_ok()).count());
        self.flush.hand_over(commit, core::mem::take(done));
        if let Err(error) = self.checkpoint.follow(connection) {
            tracing::warn!(%error, "{KEPT}");
        }
        Ok(())
    }
}

/// What became of a job.
enum Ran {
    /// It came to this, and if that is nothing, it has written nothing.
    To(Outcome<()>),
    /// It came to nothing and has written something, which cannot be taken back without all the others.
    Spoiling,
    /// The whole transaction is lost.
    Over(String),
}

/// Runs one job. In a savepoint, whatever it comes to leaves the others alone; but each page that it writes is kept as it was,
/// and most jobs that come to nothing write nothing.
fn run(connection: &Connection, ends: &Ends, job: &mut Job, in_savepoint: bool) -> Ran {
    if in_savepoint {
        return run_in_savepoint(connection, ends, job).unwrap_or_else(|error| Ran::Over(error.to_string()));
    }

    let before = connection.total_changes();
    let outcome = job.run_caught(&mut SqlTx::for_writing(Link::Sqlite(connection), ends));
    if connection.is_autocommit() {
        return Ran::Over(describe_loss(outcome));
    }
    if outcome.is_err() && connection.total_changes() != before { Ran::Spoiling } else { Ran::To(outcome) }
}

fn run_in_savepoint(connection: &Connection, ends: &Ends, job: &mut Job) -> rusqlite::Result<Ran> {
    execute(connection, "SAVEPOINT job")?;
    let outcome = job.run_caught(&mut SqlTx::for_writing(Link::Sqlite(connection), ends));
    if connection.is_autocommit() {
        return Ok(Ran::Over(describe_loss(outcome)));
    }
    if outcome.is_err() {
        execute(connection, "ROLLBACK TO job")?;
        ends.forget();
    }
    execute(connection, "RELEASE job")?;
    Ok(Ran::To(outcome))
}

/// Some failures, a full disk among them, make SQLite give up the transaction by itself.
fn describe_loss(outcome: Outcome<()>) -> String {
    outcome.err().map_or_else(|| "the transaction was rolled back".to_owned(), |error| error.to_string())
}
