//! What the processes on one database tell each other, by `NOTIFY`, and which of them is on duty for what is to be done once.
//!
//! Nothing depends on a note that arrives: who hears of nothing looks by itself before long, and the connection that hears is
//! also what being on duty ends with.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, OnceLock, Weak};
use std::thread;
use std::time::Duration;

use fallible_iterator::FallibleIterator as _;
use postgres::{Client, Error};

use super::connection::Source;
use super::fault;
use crate::store::Hear;

/// What the process that is on duty holds: "Passduty" in ASCII.
pub(super) const DUTY: i64 = 0x5061_7373_6475_7479;

/// What the connection by which a process listens is called: so processes are counted.
pub(super) const NODE: &str = "passgate node";

/// How many notes may wait to be told.
const MOST_NOTES: usize = 4096;

/// PostgreSQL takes notes up to 8000 bytes.
const LONGEST: usize = 7000;

/// How long one listens before looking whether anybody is on duty.
const LISTENING: Duration = Duration::from_millis(500);

/// How long one waits before connecting again.
const PAUSE: Duration = Duration::from_millis(500);

/// Stands for notes that were lost.
const EVERYTHING: &str = "*";

/// The process's bell.
pub(super) struct Bell {
    notes: SyncSender<String>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    hear: OnceLock<Hear>,
    is_on_duty: AtomicBool,
    /// Notes were lost.
    is_behind: AtomicBool,
    /// Who tells for this process: its own notes it need not hear.
    teller: AtomicI32,
}

impl Bell {
    /// Hangs it up: two threads with a connection each, which end when it is dropped.
    pub(super) fn hang(source: &Arc<Source>) -> std::io::Result<Self> {
        let (notes, told) = sync_channel(MOST_NOTES);
        let shared = Arc::new(Shared::default());
        let (from, to) = (Arc::clone(source), Arc::clone(&shared));
        thread::Builder::new().name("store-teller".to_owned()).spawn(move || tell(&from, &told, &to))?;
        let (from, to) = (Arc::clone(source), Arc::downgrade(&shared));
        thread::Builder::new().name("store-listener".to_owned()).spawn(move || listen(&from, &to))?;
        Ok(Self { notes, shared })
    }

    pub(super) fn tell(&self, note: String) {
        if let Err(TrySendError::Full(_)) = self.notes.try_send(note) {
            self.shared.is_behind.store(true, Ordering::Release);
        }
    }

    pub(super) fn hear(&self, hear: Hear) {
        // The first who listens is the one.
        let _ = self.shared.hear.set(hear);
    }

    pub(super) fn is_on_duty(&self) -> bool {
        self.shared.is_on_duty.load(Ordering::Acquire)
    }
}

/// Tells what it is given, many notes at once where many wait.
fn tell(source: &Source, notes: &Receiver<String>, shared: &Shared) {
    let mut kept: Option<Client> = None;
    while let Ok(mut note) = notes.recv() {
        while note.len() < LONGEST
            && let Ok(next) = notes.try_recv()
        {
            note.push('\n');
            note.push_str(&next);
        }
        if shared.is_behind.swap(false, Ordering::AcqRel) {
            EVERYTHING.clone_into(&mut note);
        }
        let told = match kept.take() {
            Some(client) => Ok(client),
            None => connect_teller(source, shared),
        };
        let told = told.and_then(|mut client| {
            client.execute("SELECT pg_notify('passgate', $1)", &[&note])?;
            Ok(client)
        });
        match told {
            Ok(client) => kept = Some(client),
            Err(error) => {
                tracing::warn!(reason = fault::sentence(&error), "other nodes were not told of a change");
                shared.is_behind.store(true, Ordering::Release);
            }
        }
    }
}

fn connect_teller(source: &Source, shared: &Shared) -> Result<Client, Error> {
    let mut client = source.connect()?;
    let id: i32 = client.query_one("SELECT pg_backend_pid()", &[])?.get(0);
    shared.teller.store(id, Ordering::Release);
    Ok(client)
}

fn listen(source: &Source, shared: &Weak<Shared>) {
    while let Some(kept) = shared.upgrade() {
        drop(kept);
        let ended = source.connect().and_then(|client| hear_from(client, shared));
        if let Some(kept) = shared.upgrade() {
            kept.is_on_duty.store(false, Ordering::Release);
        }
        match ended {
            Ok(()) => return,
            Err(error) => {
                tracing::warn!(reason = fault::sentence(&error), "not connected to hear of other nodes");
                thread::sleep(PAUSE);
            }
        }
    }
}

/// Listens until the connection breaks, or the bell is gone.
fn hear_from(mut client: Client, shared: &Weak<Shared>) -> Result<(), Error> {
    client.batch_execute(&format!("SET application_name = '{NODE}'; LISTEN passgate"))?;
    // What was told while nobody listened.
    hear(shared, EVERYTHING);
    while let Some(kept) = shared.upgrade() {
        if !kept.is_on_duty.load(Ordering::Acquire) {
            let is_on_duty = client.query_one("SELECT pg_try_advisory_lock($1)", &[&DUTY])?.get(0);
            kept.is_on_duty.store(is_on_duty, Ordering::Release);
        }
        drop(kept);
        let mut notifications = client.notifications();
        let mut arriving = notifications.timeout_iter(LISTENING);
        while let Some(note) = arriving.next()? {
            let teller = shared.upgrade().map_or(0, |kept| kept.teller.load(Ordering::Acquire));
            if note.process_id() != teller {
                hear(shared, note.payload());
            }
        }
    }
    Ok(())
}

fn hear(shared: &Weak<Shared>, notes: &str) {
    let Some(kept) = shared.upgrade() else { return };
    let Some(hear) = kept.hear.get() else { return };
    for note in notes.split('\n') {
        hear(Some(note).filter(|note| *note != EVERYTHING));
    }
}
