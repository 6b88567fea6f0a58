//! A thread that writes: what waits meanwhile is committed together, as far as nobody else is in its way.
//!
//! The first job of a transaction waits for its vendor's turn. Those that wait behind it go along in savepoints: most are of the
//! vendor whose turn is held already, so a vendor's commits are one flush of the disk for many writes, as in SQLite. One that
//! would have to wait for somebody else's turn is taken back, and begins the next transaction.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::connection::Source;
use super::fault;
use super::line::Line;
use super::worker::{BREAKS, begin, refuse_all};
use crate::clock::Stopwatch;
use crate::store::measures::Measures;
use crate::store::queue::Queue;
use crate::store::sql::events::Ends;
use crate::store::sql::tx::{Link, SqlTx};
use crate::store::{Job, Outcome, StoreError};

/// How often a job is run that others got in the way of. Each time one of them got on.
const TRIES: u32 = 8;

/// How many jobs share a commit. PostgreSQL keeps 64 steps of a transaction at hand.
const GROUP: usize = 48;

/// The first step of those that go along. Rows are waited for a moment only: whose turn is held waits too.
const FIRST_STEP: &str = "SET LOCAL lock_timeout = '50ms'; SAVEPOINT job";
const NEXT_STEP: &str = "RELEASE job; SAVEPOINT job";

/// A thread that writes.
pub(super) struct Writer {
    source: Arc<Source>,
    queue: Arc<Queue>,
    measures: Measures,
    /// Absent at first and after a failure.
    kept: Option<RefCell<Line>>,
    /// What others got in the way of; goes before what the queue holds.
    again: VecDeque<Attempt>,
}

/// A job that is to be run, and what it met with before.
struct Attempt {
    job: Job,
    /// How often others got in its way.
    tries: u32,
    /// How many connections broke under it.
    breaks: u32,
    /// The turns that it is known to need. Who takes several one after the other, as its statements come, may hold up somebody
    /// who holds it up; once they are known, they are taken together.
    turns: BTreeSet<i64>,
}

/// Why a job is run again.
#[derive(Clone, Copy)]
enum Obstacle {
    Others,
    Connection,
}

/// What running a job came to.
enum Ran {
    /// This, once it is committed.
    To(Outcome<()>),
    /// Others were in the way: it may be run again.
    Nothing,
}

/// A job that has run, with what it came to if the commit succeeds.
type Done = (Attempt, Outcome<()>);

impl Writer {
    pub(super) fn new(source: Arc<Source>, queue: Arc<Queue>, measures: Measures) -> Self {
        Self { source, queue, measures, kept: None, again: VecDeque::new() }
    }

    /// Runs jobs until the queue is closed and empty.
    pub(super) fn run(mut self) {
        while let Some(first) = self.next() {
            match begin(&self.source, self.kept.take(), "BEGIN ISOLATION LEVEL READ COMMITTED") {
                Ok(line) => self.commit_group(line, first),
                Err(reason) => self.refuse_everybody(first, &reason),
            }
        }
    }

    fn next(&mut self) -> Option<Attempt> {
        self.again.pop_front().or_else(|| self.queue.wait().map(Attempt::new))
    }

    /// Runs the job, and those that wait behind it, in the transaction that has begun; commits, and answers them.
    fn commit_group(&mut self, line: RefCell<Line>, mut first: Attempt) {
        match run(&line, &mut first) {
            Ran::To(Ok(())) => {}
            other => {
                let ended = line.borrow_mut().command("ROLLBACK");
                let is_lost = ended.is_err();
                if !is_lost {
                    self.kept = Some(line);
                }
                return match other {
                    Ran::To(Err(StoreError::Unavailable(_))) if is_lost => self.try_again(first, Obstacle::Connection),
                    Ran::To(outcome) => first.job.finish(outcome),
                    Ran::Nothing => self.try_again(first, Obstacle::Others),
                };
            }
        }
        let mut done = vec![(first, Ok(()))];
        if self.take_along(&line, &mut done).is_err() {
            // Nobody has said COMMIT: nothing of it is there.
            return done.into_iter().for_each(|(attempt, _)| self.try_again(attempt, Obstacle::Connection));
        }
        let watch = Stopwatch::start();
        let ended = line.borrow_mut().command("COMMIT");
        if ended.is_ok() {
            self.measures.commit_seconds.observe(watch.seconds());
            self.measures.group_size.observe(u32::try_from(done.len()).map_or(f64::INFINITY, f64::from));
        }
        // Whatever a commit comes to, the transaction is over.
        if !line.borrow().is_closed() {
            self.kept = Some(line);
        }
        match ended {
            Ok(()) => {
                for (attempt, outcome) in done {
                    attempt.job.finish(outcome);
                }
            }
            Err(error) if fault::is_worth_another_try(&error) => {
                for (attempt, _) in done {
                    self.try_again(attempt, Obstacle::Others);
                }
            }
            // When the connection breaks in a commit, nobody here knows whether it was made: the client asks again with the same
            // idempotency key, and gets the answer that was kept, if it was.
            Err(error) => {
                let reason = fault::sentence(&error);
                tracing::error!(reason, jobs = done.len(), "a group of writes was not committed, as far as is known");
                refuse_all(done.into_iter().map(|(attempt, _)| attempt.job), &reason);
            }
        }
    }

    /// Runs what waits now, each in a step of its own. Errors: the connection broke, and the transaction with it.
    fn take_along(&mut self, line: &RefCell<Line>, done: &mut Vec<Done>) -> Result<(), postgres::Error> {
        let mut step = FIRST_STEP;
        while done.len() < GROUP
            && let Some(job) = self.queue.take(1).pop()
        {
            let mut attempt = Attempt::new(job);
            let begun = line.borrow_mut().step(step);
            if begun.is_err() {
                done.push((attempt, Ok(())));
                return begun;
            }
            step = NEXT_STEP;
            let ran = run(line, &mut attempt);
            if !matches!(ran, Ran::To(Ok(()))) {
                let back = line.borrow_mut().step_back();
                if back.is_err() {
                    done.push((attempt, Ok(())));
                    return back;
                }
            }
            match ran {
                Ran::To(outcome) => done.push((attempt, outcome)),
                Ran::Nothing => {
                    self.try_again(attempt, Obstacle::Others);
                    break;
                }
            }
        }
        Ok(())
    }

    /// Runs it before what the queue holds, unless it has met with too much.
    fn try_again(&mut self, mut attempt: Attempt, obstacle: Obstacle) {
        let (met, bound, reason) = match obstacle {
            Obstacle::Others => (&mut attempt.tries, TRIES, "others were always faster"),
            Obstacle::Connection => {
                (&mut attempt.breaks, BREAKS + 1, "the connection to the database broke again and again")
            }
        };
        *met += 1;
        if *met < bound {
            self.again.push_back(attempt);
        } else {
            attempt.job.finish(Err(StoreError::Unavailable(reason.to_owned())));
        }
    }

    /// The database takes no connection: whatever waits would only wait for the same failure.
    fn refuse_everybody(&mut self, first: Attempt, reason: &str) {
        tracing::error!(reason, "the database is not available");
        let waiting = self.again.drain(..).map(|attempt| attempt.job).chain(self.queue.take(usize::MAX));
        refuse_all([first.job].into_iter().chain(waiting), reason);
    }
}

impl Attempt {
    const fn new(job: Job) -> Self {
        Self { job, tries: 0, breaks: 0, turns: BTreeSet::new() }
    }
}

fn run(line: &RefCell<Line>, attempt: &mut Attempt) -> Ran {
    let ready = line.borrow_mut().take_turns(&attempt.turns);
    let ends = Ends::default();
    let outcome = ready.and_then(|()| attempt.job.run_caught(&mut SqlTx::for_writing(Link::Postgres(line), &ends)));
    let line = line.borrow();
    match outcome {
        outcome if line.wants_another_try() && (outcome.is_err() || line.has_failed()) => {
            attempt.turns.extend(line.asked());
            Ran::Nothing
        }
        Ok(()) if line.has_failed() => {
            Ran::To(Err(StoreError::Fault("a statement failed, and its transaction went on".to_owned())))
        }
        outcome => Ran::To(outcome),
    }
}
