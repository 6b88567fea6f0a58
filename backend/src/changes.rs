//! Who waits for something to change: handlers say what changed after their commit, event streams wait for it.
//!
//! Nothing of importance lives here: a stream that is woken reads the store, and says what differs. One that is not woken
//! (another process wrote) looks by itself before long.

use std::collections::HashMap;
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
pub struct Changes(Mutex<HashMap<Subject, watch::Sender<()>>>);

impl Changes {
    /// Wakes everybody who waits for `subject`. Call it after the commit.
    pub fn tell(&self, subject: Subject) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = waiting.get(&subject)
            && sender.send(()).is_err()
        {
            waiting.remove(&subject);
        }
    }

    /// Resolves its `changed()` at each change of `subject` from now on.
    pub fn watch(&self, subject: Subject) -> watch::Receiver<()> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever went away without a word is forgotten when others come.
        waiting.retain(|kept, sender| *kept == subject || sender.receiver_count() > 0);
        waiting.entry(subject).or_insert_with(|| watch::channel(()).0).subscribe()
    }
}
