//! A closure of a transaction on its way to the store's threads.

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
