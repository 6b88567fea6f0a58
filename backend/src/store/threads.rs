//! The threads that an engine has running.

use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// Threads that end by themselves, once there is nothing more to do for them.
#[derive(Default)]
pub(super) struct Threads(Mutex<Vec<JoinHandle<()>>>);

impl Threads {
    /// Starts one. Errors: what the system says.
    pub(super) fn spawn(&self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), String> {
        let thread = thread::Builder::new().name(name.to_owned()).spawn(work).map_err(|error| error.to_string())?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        Ok(())
    }

    /// Waits until all of them have ended, the last that was started first.
    pub(super) fn join(&self) {
        let threads = core::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads.into_iter().rev() {
            // A job may hold the last handle to the store; its own thread cannot wait for itself.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}
