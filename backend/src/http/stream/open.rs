//! The streams that are open: how many there may be, and which one ends when there are too many.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::error::Failure;

/// How many streams one pass, or one session on one license, may have: as many as a person has windows. The oldest ends
/// when there is one more.
pub const MAX_STREAMS_EACH: usize = 8;

/// How many streams there may be at all: each holds a connection, and reads the store every quarter of a minute.
pub const MAX_STREAMS: usize = 5000;

/// The streams that are open; clones are the same ones.
#[derive(Clone, Debug, Default)]
pub struct OpenStreams(Arc<Mutex<Places>>);

#[derive(Debug, Default)]
struct Places {
    /// By whom they are held, the oldest first.
    of: HashMap<String, VecDeque<(u64, oneshot::Sender<()>)>>,
    count: usize,
    given: u64,
    is_closed: bool,
}

/// An open stream's place, given back when it is dropped.
#[derive(Debug)]
pub struct Place {
    places: OpenStreams,
    holder: String,
    number: u64,
    ended: oneshot::Receiver<()>,
}

impl OpenStreams {
    /// A place for a stream of `holder`; the holder's oldest stream ends when it has too many.
    ///
    /// Errors: `UNAVAILABLE` when there are too many of all, or the server is about to stop.
    pub fn enter(&self, holder: String) -> Result<Place, Failure> {
        let mut places = self.lock();
        let own = places.of.get(&holder).map_or(0, VecDeque::len);
        if places.is_closed || (places.count >= MAX_STREAMS && own < MAX_STREAMS_EACH) {
            return Err(Failure::unavailable("too many event streams are open"));
        }
        places.given += 1;
        let (number, (sender, ended)) = (places.given, oneshot::channel());
        let held = places.of.entry(holder.clone()).or_default();
        held.push_back((number, sender));
        if held.len() > MAX_STREAMS_EACH {
            // Dropping the sender ends the stream.
            held.pop_front();
        } else {
            places.count += 1;
        }
        drop(places);
        Ok(Place { places: self.clone(), holder, number, ended })
    }

    /// Ends the streams of a session that is over.
    pub fn end_session(&self, session_hash: &str) {
        let mut places = self.lock();
        let over = places.of.extract_if(|holder, _| holder.starts_with(session_hash));
        let ended: usize = over.map(|(_, held)| held.len()).sum();
        places.count -= ended;
    }

    /// Ends every stream and opens no other: the server is about to stop, and must not wait for them.
    pub fn close(&self) {
        let mut places = self.lock();
        places.is_closed = true;
        places.count = 0;
        places.of.clear();
    }

    /// How many streams are open.
    pub fn count(&self) -> usize {
        self.lock().count
    }

    fn leave(&self, holder: &str, number: u64) {
        let mut places = self.lock();
        let Some(held) = places.of.get_mut(holder) else { return };
        let before = held.len();
        held.retain(|(other, _)| *other != number);
        let left = before - held.len();
        if held.is_empty() {
            places.of.remove(holder);
        }
        places.count -= left;
    }

    /// No code of ours can panic while it holds the lock, so a poisoned one is as good.
    fn lock(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Resolves when the stream has to end.
    pub(super) async fn ended(&mut self) {
        // Nothing is ever sent: the sender's end is the word.
        let _ = (&mut self.ended).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.leave(&self.holder, self.number);
    }
}
