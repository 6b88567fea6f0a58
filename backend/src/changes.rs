//! Who waits for something to change: handlers say what changed after their commit, event streams wait for it.
//!
//! Nothing of importance lives here: a stream that is woken reads the store, and says what differs. Processes on one database
//! tell each other; a stream that is not woken all the same looks by itself before long.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use shared::id::{LicenseId, VendorId};
use tokio::sync::watch;

use crate::store::Store;

/// What may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A license, its counters, passes or moves.
    License(LicenseId),
    /// A vendor's signing keys.
    Keys(VendorId),
}

/// As other processes are told of it.
impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::License(license_id) => license_id.fmt(formatter),
            Self::Keys(vendor_id) => vendor_id.fmt(formatter),
        }
    }
}

impl Subject {
    fn parse(text: &str) -> Option<Self> {
        text.parse().map(Self::License).or_else(|_| text.parse().map(Self::Keys)).ok()
    }
}

/// Those who wait, by what they wait for.
#[derive(Default)]
pub struct Changes {
    waiting: Mutex<HashMap<Subject, watch::Sender<()>>>,
    told: AtomicU64,
    others: OnceLock<Store>,
}

impl fmt::Debug for Changes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Changes").field("told", &self.told).finish_non_exhaustive()
    }
}

impl Changes {
    /// Those of this process and of the others on the same database.
    pub fn on(store: &Store) -> Arc<Self> {
        let changes = Arc::new(Self::default());
        let _ = changes.others.set(store.clone());
        let here = Arc::downgrade(&changes);
        store.engine().hear(Box::new(move |note| {
            let Some(here) = here.upgrade() else { return };
            match note.map(Subject::parse) {
                Some(Some(subject)) => here.wake(subject),
                // A later release's.
                Some(None) => {}
                None => here.wake_all(),
            }
        }));
        changes
    }

    /// Wakes everybody who waits for `subject`, here and elsewhere. Call it after the commit.
    pub fn tell(&self, subject: Subject) {
        self.wake(subject);
        if let Some(others) = self.others.get() {
            others.engine().tell(&subject);
        }
    }

    fn wake_all(&self) {
        self.told.fetch_add(1, Ordering::Release);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, sender| sender.send(()).is_ok());
    }

    fn wake(&self, subject: Subject) {
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
