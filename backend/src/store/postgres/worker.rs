//! The threads that read, and what they share with those that write (`writer.rs`): a connection of one's own.

use std::cell::RefCell;

use super::connection::Source;
use super::fault;
use super::line::Line;
use crate::store::queue::Queue;
use crate::store::sql::tx::{Link, SqlTx};
use crate::store::{Job, Outcome, StoreError};

/// How many connections may break under a job before it is refused.
pub(super) const BREAKS: u32 = 2;

/// Runs jobs that read until the queue is closed and empty.
pub(super) fn keep_reading(source: &Source, queue: &Queue) {
    let mut kept = None;
    while let Some(mut job) = queue.wait() {
        let outcome = read(source, &mut kept, &mut job).unwrap_or_else(|reason| {
            tracing::error!(reason, "the database is not available");
            // Whatever waits would only wait for the same failure.
            refuse_all(queue.take(usize::MAX), &reason);
            Err(StoreError::Unavailable(reason))
        });
        job.finish(outcome);
    }
}

/// Reads on one snapshot. Errors: why there is no connection.
fn read(source: &Source, kept: &mut Option<RefCell<Line>>, job: &mut Job) -> Result<Outcome<()>, String> {
    let mut breaks = 0;
    loop {
        let line = begin(source, kept.take(), "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
        let outcome = job.run_caught(&mut SqlTx::for_reading(Link::Postgres(&line)));
        if line.borrow_mut().command("ROLLBACK").is_ok() {
            *kept = Some(line);
        } else if matches!(outcome, Err(StoreError::Unavailable(_))) && breaks < BREAKS {
            breaks += 1;
            continue;
        }
        return Ok(outcome);
    }
}

/// Tells those who wait why nothing can be done now.
pub(super) fn refuse_all(jobs: impl IntoIterator<Item = Job>, reason: &str) {
    for job in jobs {
        job.finish(Err(StoreError::Unavailable(reason.to_owned())));
    }
}

/// Begins on the connection that was kept; on a new one where there is none, or where it broke while nobody used it. Errors:
/// why there is no connection.
pub(super) fn begin(source: &Source, kept: Option<RefCell<Line>>, begin: &str) -> Result<RefCell<Line>, String> {
    if let Some(line) = kept {
        line.borrow_mut().start_afresh();
        if line.borrow_mut().command(begin).is_ok() {
            return Ok(line);
        }
    }
    let mut line = Line::new(source.connect().map_err(|error| fault::sentence(&error))?);
    line.command(begin).map_err(|error| fault::sentence(&error))?;
    Ok(RefCell::new(line))
}
