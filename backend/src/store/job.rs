//! A closure of a transaction on its way to the store's threads.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::sync::oneshot;

use super::{Outcome, StoreError, Tx};

/// A closure on its way to a store's thread; it sends its own answer. See [`Store::write`].
pub struct Job {
    run: Box<Run>,
    finish: Box<Finish>,
}

type Run = dyn FnMut(&mut dyn Tx) -> Outcome<()> + Send;
type Finish = dyn FnOnce(Outcome<()>) + Send;

impl Job {
    /// Runs the closure; its value is kept until [`Job::finish`]. May be called again after a rollback.
    pub fn run(&mut self, tx: &mut dyn Tx) -> Outcome<()> {
        (self.run)(tx)
    }

    /// The same; a panic in the closure is a fault of this job only.
    pub(super) fn run_caught(&mut self, tx: &mut dyn Tx) -> Outcome<()> {
        catch_unwind(AssertUnwindSafe(|| self.run(tx))).unwrap_or_else(|panic| {
            let fault = from_panic(panic.as_ref());
            tracing::error!(fault = %fault, "a transaction panicked");
            Err(fault)
        })
    }

    /// Answers the caller, after the commit (or with why there was none).
    pub fn finish(self, outcome: Outcome<()>) {
        (self.finish)(outcome);
    }

    pub(super) fn new<T: Send + 'static>(
        mut closure: impl FnMut(&mut dyn Tx) -> Outcome<T> + Send + 'static,
    ) -> (Self, oneshot::Receiver<Outcome<T>>) {
        let (sender, receiver) = oneshot::channel();
        let value = Arc::new(std::sync::Mutex::new(None));
        let kept = Arc::clone(&value);
        let lost = || StoreError::Fault("a transaction's value was lost".to_owned());
        let run = move |tx: &mut dyn Tx| {
            let value = closure(tx)?;
            *kept.lock().map_err(|_| lost())? = Some(value);
            Ok(())
        };
        let finish = move |outcome: Outcome<()>| {
            let kept = || value.lock().ok().and_then(|mut value| value.take()).ok_or_else(lost);
            // The caller may have gone away; what is committed stays committed.
            let _ = sender.send(outcome.and_then(|()| kept()));
        };
        (Self { run: Box::new(run), finish: Box::new(finish) }, receiver)
    }
}

/// What a panic in a closure is to its caller.
fn from_panic(panic: &(dyn Any + Send)) -> StoreError {
    let said = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    StoreError::Fault(format!("a transaction panicked: {}", said.unwrap_or("without a word")))
}
