//! Who waits for something to change: handlers say what changed after their commit, event streams wait for it.
//!
//! Nothing of importance lives here: a stream that is woken reads the store, and says what differs. One that is not woken
//! (another process wrote) looks by itself before long.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use shared::id::{LicenseId, VendorId};
use tokio::sync::watch;

/// What may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A license, its counters, passes or moves.
    License(LicenseId),
    /// A vendor's signing keys.
    Keys(VendorId),
}

/// Those who wait, by what they wait for.
#[derive(Debug, Default)]
pub struct Changes {
    waiting: Mutex<HashMap<Subject, watch::Sender<()>>>,
    told: AtomicU64,
}

impl Changes {
    /// Wakes everybody who waits for `subject`. Call it after the commit.
    pub fn tell(&self, subject: Subject) {
        self.told.fetch_add(1, Ordering::Release);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = waiting.get(&subject)
            && sender.send(()).is_err()
        {
            waiting.remove(&subject);
        }
    }

    /// How many changes there were: what was read while this stayed the same is as new as it can be.
    pub fn told(&self) -> u64 {
        self.told.load(Ordering::Acquire)
    }

    /// Resolves its `changed()` at each change of `subject` from now on.
    pub fn watch(&self, subject: Subject) -> watch::Receiver<()> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever went away without a word is forgotten when others come.
        waiting.retain(|kept, sender| *kept == subject || sender.receiver_count() > 0);
        waiting.entry(subject).or_insert_with(|| watch::channel(()).0).subscribe()
    }
}
