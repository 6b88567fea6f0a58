//! The thread that has the disk keep what was committed, and answers. While it waits for the disk, the writer runs the next
//! group.
//!
//! A commit can be seen by readers before the disk has it. Whoever has seen it is answered when the disk has it too: nobody is
//! told what a power cut could take back.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::connection::Source;
use super::fault::execute;
use crate::clock::Stopwatch;
use crate::store::measures::Measures;
use crate::store::queue::Queue;
use crate::store::{Job, Outcome, StoreError};

/// A job that has run, with what it came to if the disk keeps it.
pub(super) type Done = (Job, Outcome<()>);

/// How far the disk is behind the commits.
pub(super) struct Flush {
    source: Source,
    measures: Measures,
    /// The newest commit that may be seen; counted before it is made.
    newest: AtomicU64,
    /// The newest that the disk has.
    kept: AtomicU64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Committed, and not flushed yet: one group at most.
    handed: Option<Group>,
    is_flushing: bool,
    /// Reads that are to be answered once the disk has what they saw.
    reads: Vec<(u64, Done)>,
    /// The log, kept open: the system tells of a write that failed once to each who has the file open, and to nobody who opens it
    /// afterwards. None where nobody waits for the disk.
    log: Option<Arc<File>>,
    /// Why the disk may not have what is in the log, though it can be seen.
    in_doubt: Option<String>,
    is_closed: bool,
}

struct Group {
    jobs: Vec<Done>,
    commit: Commit,
}

/// A commit on its way to the disk.
pub(super) struct Commit {
    number: u64,
    since: Stopwatch,
}

impl Flush {
    pub(super) fn new(source: Source, measures: Measures) -> Self {
        Self {
            source,
            measures,
            newest: AtomicU64::default(),
            kept: AtomicU64::default(),
            state: Mutex::default(),
            changed: Condvar::default(),
        }
    }

    /// Flushes what the writer hands over, until [`Flush::close`]. Tells `queue` when the writer may commit again.
    pub(super) fn run(&self, queue: &Queue) {
        while let Some(group) = self.next_group() {
            let flushed = self.sync();
            let reads = self.settle(group.commit.number, &flushed);
            queue.nudge();
            self.measures.commit_seconds.observe(group.commit.since.seconds());
            for (job, outcome) in group.jobs.into_iter().chain(reads) {
                job.finish(flushed.as_ref().map_or_else(|reason| Err(unavailable(reason)), |()| outcome));
            }
        }
    }

    /// Whether nothing is on its way to the disk, so that the next commit would be flushed at once.
    pub(super) fn is_idle(&self) -> bool {
        self.lock().is_idle()
    }

    /// Waits until nothing is on its way to the disk.
    pub(super) fn wait(&self) {
        let waited = self.changed.wait_while(self.lock(), |state| !state.is_idle());
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// A commit that is about to be made, while nothing else is on its way. An error says why it must not be: the one that it
    /// follows may not be on the disk.
    pub(super) fn begin(&self) -> Result<Commit, String> {
        match &self.lock().in_doubt {
            Some(reason) => Err(reason.clone()),
            None => Ok(Commit { number: self.newest.fetch_add(1, Ordering::SeqCst) + 1, since: Stopwatch::start() }),
        }
    }

    /// The commit was made: its jobs are answered once the disk has it.
    pub(super) fn hand_over(&self, commit: Commit, jobs: Vec<Done>) {
        self.lock().handed = Some(Group { jobs, commit });
        self.changed.notify_all();
    }

    /// The commit was not made: there is nothing to wait for.
    pub(super) fn give_up(&self, commit: &Commit) {
        for (job, outcome) in self.settle(commit.number, &Ok(())) {
            job.finish(outcome);
        }
    }

    /// Answers a read whose snapshot has ended.
    pub(super) fn answer_read(&self, job: Job, outcome: Outcome<()>) {
        let seen = self.newest.load(Ordering::SeqCst);
        if self.kept.load(Ordering::SeqCst) >= seen {
            return job.finish(outcome);
        }
        if let Err(reason) = self.mend() {
            return job.finish(Err(unavailable(&reason)));
        }
        let mut state = self.lock();
        if let Some(reason) = &state.in_doubt {
            let refused = Err(unavailable(reason));
            drop(state);
            return job.finish(refused);
        }
        if self.kept.load(Ordering::SeqCst) < seen {
            return state.reads.push((seen, (job, outcome)));
        }
        drop(state);
        job.finish(outcome);
    }

    /// From now on the log that the writer's connection has opened is flushed: with a new one, it may be another file than before.
    pub(super) fn attach(&self) -> Result<(), String> {
        let log = self.source.open_log_to_flush().map_err(|error| error.to_string())?;
        self.lock().log = log.map(Arc::new);
        Ok(())
    }

    /// Whether a flush has failed that was not mended.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.lock().in_doubt.is_some()
    }

    /// Where a flush has failed, the system may take for written what is not, and a later flush that succeeds says nothing of
    /// it: writes the whole log again, and flushes that. An error says why not, and nothing that was seen may be told of.
    pub(super) fn mend(&self) -> Result<(), String> {
        let mut state = self.lock();
        if state.in_doubt.is_none() {
            return Ok(());
        }
        if let Some(log) = &state.log {
            // Nobody else writes to the log meanwhile. Nor is anybody waited for: the writer may be in the middle of what it will
            // have to give up.
            let held = self.source.open_writer().and_then(|connection| {
                connection.busy_timeout(Duration::ZERO)?;
                execute(&connection, "BEGIN IMMEDIATE")?;
                Ok(connection)
            });
            let _held = held.map_err(|error| error.to_string())?;
            write_again(log).map_err(|error| error.to_string())?;
        }
        state.in_doubt = None;
        self.kept.store(self.newest.load(Ordering::SeqCst), Ordering::SeqCst);
        Ok(())
    }

    /// Ends [`Flush::run`] once everything is answered.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    fn next_group(&self) -> Option<Group> {
        let waited = self.changed.wait_while(self.lock(), |state| state.handed.is_none() && !state.is_closed);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        let group = state.handed.take();
        state.is_flushing = group.is_some();
        group
    }

    /// Has the disk keep the log.
    fn sync(&self) -> Result<(), String> {
        let Some(log) = self.lock().log.clone() else { return Ok(()) };
        log.sync_data().map_err(|error| {
            tracing::error!(%error, "what was committed could not be flushed");
            format!("what was committed could not be flushed: {error}")
        })
    }

    /// Notes what became of a commit; the reads that waited for it.
    fn settle(&self, number: u64, flushed: &Result<(), String>) -> Vec<Done> {
        let mut state = self.lock();
        state.is_flushing = false;
        match flushed {
            Ok(()) => self.kept.store(number, Ordering::SeqCst),
            Err(reason) => state.in_doubt = Some(reason.clone()),
        }
        let (settled, waiting) = state.reads.drain(..).partition::<Vec<_>, _>(|(seen, _)| *seen <= number);
        state.reads = waiting;
        drop(state);
        self.changed.notify_all();
        settled.into_iter().map(|(_, read)| read).collect()
    }

    /// No code of ours can panic while it holds the lock, so a poisoned one is as good.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_idle(&self) -> bool {
        self.handed.is_none() && !self.is_flushing
    }
}

/// Writes what a file holds to where it is, and flushes it.
fn write_again(mut file: &File) -> io::Result<()> {
    let mut bytes = vec![0; 1 << 20];
    let mut at = 0;
    loop {
        file.seek(SeekFrom::Start(at))?;
        let count = file.read(&mut bytes)?;
        if count == 0 {
            return file.sync_all();
        }
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes.get(..count).unwrap_or_default())?;
        at += count as u64;
    }
}

fn unavailable(reason: &str) -> StoreError {
    StoreError::Unavailable(reason.to_owned())
}
