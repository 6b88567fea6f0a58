//! Reads of a few rows on the thread of whoever asks: to hand one over to another thread and back takes longer than the read.
//!
//! They never wait for another program, and no longer than a moment for the disk: what would is left to the threads that read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError};
use std::time::Duration;

use rusqlite::Connection;

use super::connection::Source;
use super::flush::Flush;
use super::reader::read_snapshot;
use crate::clock::Stopwatch;
use crate::store::{Job, StoreError};

/// A read that took longer than this waited for the disk, and not only for a processor.
const SLOW_SECONDS: f64 = 0.05;

/// After one that did, or that failed, the others are left to the threads that read for so long.
const CAREFUL_SECONDS: f64 = 1.0;

/// Where such reads run.
pub(super) struct Glances {
    source: Source,
    flush: Arc<Flush>,
    /// Held while one runs; false once the store closes.
    is_open: RwLock<bool>,
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    connections: Vec<Connection>,
    /// Since one was slow, or failed.
    trouble: Option<Stopwatch>,
}

impl Glances {
    pub(super) fn new(source: Source, flush: Arc<Flush>) -> Self {
        Self { source, flush, is_open: RwLock::new(true), idle: Mutex::default() }
    }

    /// Runs the job at once. It is given back where that would mean to wait, or cannot be done.
    pub(super) fn run(&self, mut job: Job) -> Result<(), Job> {
        let open = match self.is_open.try_read() {
            Ok(open) => open,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(job),
        };
        // What is in doubt is mended by whoever reads it, which takes its time.
        if !*open || self.flush.is_in_doubt() {
            return Err(job);
        }
        let mut connection = self.connection();
        if connection.is_none() {
            return Err(job);
        }
        let watch = Stopwatch::start();
        let outcome = read_snapshot(&self.source, &mut connection, &mut job);
        let has_failed = matches!(outcome, Err(StoreError::Unavailable(_)));
        let is_trouble = has_failed || watch.seconds() > SLOW_SECONDS;
        let mut idle = self.idle();
        idle.connections.extend(connection.filter(|_| !has_failed));
        if is_trouble {
            idle.trouble = Some(Stopwatch::start());
        }
        drop(idle);
        if has_failed {
            return Err(job);
        }
        self.flush.answer_read(job, outcome);
        Ok(())
    }

    /// Runs no more, once those that run are done, and closes their connections.
    pub(super) fn close(&self) {
        *self.is_open.write().unwrap_or_else(PoisonError::into_inner) = false;
        self.idle().connections.clear();
    }

    /// One that waits for nobody; none where one cannot be had, or there was trouble a moment ago.
    fn connection(&self) -> Option<Connection> {
        let mut idle = self.idle();
        if idle.trouble.as_ref().is_some_and(|trouble| trouble.seconds() < CAREFUL_SECONDS) {
            return None;
        }
        let kept = idle.connections.pop();
        drop(idle);
        let anew = || {
            let connection = self.source.open_reader().ok()?;
            connection.busy_timeout(Duration::ZERO).ok()?;
            Some(connection)
        };
        kept.or_else(anew)
    }

    /// No code of ours can panic while it holds the lock, so a poisoned one is as good.
    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
