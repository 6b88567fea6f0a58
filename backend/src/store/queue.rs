//! A bounded queue of jobs between the handlers and the store's threads.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use prometheus::{IntCounter, IntGauge};

use crate::store::{Job, StoreError};

/// First in, first out; full means refused, never waiting.
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    filled: Condvar,
    capacity: usize,
    length: IntGauge,
    refused: IntCounter,
}

struct Waiting {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl Queue {
    /// For `capacity` jobs; `length` tells how many wait, `refused` counts those that found it full.
    pub(super) fn new(capacity: usize, length: IntGauge, refused: IntCounter) -> Self {
        let waiting = Waiting { jobs: VecDeque::with_capacity(capacity.min(1024)), closed: false };
        Self { waiting: Mutex::new(waiting), filled: Condvar::new(), capacity, length, refused }
    }

    /// Adds a job. Errors: `Unavailable` after [`Queue::close`]; `Busy` when as many wait as may.
    pub(super) fn push(&self, job: Job) -> Result<(), StoreError> {
        let mut waiting = self.lock();
        if waiting.closed {
            return Err(StoreError::Unavailable("the store has stopped".to_owned()));
        }
        if waiting.jobs.len() >= self.capacity {
            self.refused.inc();
            return Err(StoreError::Busy);
        }
        waiting.jobs.push_back(job);
        self.tell(&waiting);
        drop(waiting);
        self.filled.notify_one();
        Ok(())
    }

    /// The next job, as soon as there is one; `None` once the queue is closed and empty.
    pub(super) fn wait(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            if let Some(job) = waiting.jobs.pop_front() {
                self.tell(&waiting);
                return Some(job);
            }
            if waiting.closed {
                return None;
            }
            waiting = self.filled.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// At most `limit` of the jobs that wait, as soon as there are any; none once `is_over`, which whoever makes it so tells by
    /// [`Queue::nudge`].
    pub(super) fn take_until(&self, limit: usize, is_over: impl Fn() -> bool) -> Vec<Job> {
        let waited = self.filled.wait_while(self.lock(), |waiting| waiting.jobs.is_empty() && !is_over());
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        self.take(limit)
    }

    /// Has [`Queue::take_until`] look again whether it is over.
    pub(super) fn nudge(&self) {
        drop(self.lock());
        self.filled.notify_all();
    }

    /// At most `limit` of the jobs that wait now.
    pub(super) fn take(&self, limit: usize) -> Vec<Job> {
        let mut waiting = self.lock();
        let count = waiting.jobs.len().min(limit);
        let taken = waiting.jobs.drain(..count).collect();
        self.tell(&waiting);
        taken
    }

    /// Takes no more jobs; those that wait will still be handed out.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    fn tell(&self, waiting: &Waiting) {
        self.length.set(i64::try_from(waiting.jobs.len()).unwrap_or(i64::MAX));
    }

    /// No code of ours can panic while it holds the lock, so a poisoned one is as good.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
