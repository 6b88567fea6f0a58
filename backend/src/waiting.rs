//! Who waits for a seat, in the order in which they came.
//!
//! A service that waits is a request that is open, so the queue is this process's own; seats are counted by the store.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::id::LicenseId;
use tokio::sync::watch;

use crate::changes::{Changes, Subject};

/// How many may wait for the seats of one license: whoever comes after them is refused at once.
const MOST_WAITING: usize = 1000;

/// The queues of the licenses that somebody waits for.
#[derive(Debug)]
pub struct Waiting {
    queues: Mutex<Queues>,
    closing: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Queues {
    came: u64,
    is_closed: bool,
    by_license: HashMap<LicenseId, VecDeque<u64>>,
}

/// A place in a license's queue. Dropping it leaves the queue, and wakes whoever is next.
#[derive(Debug)]
pub struct Place {
    waiting: Arc<Waiting>,
    changes: Arc<Changes>,
    license_id: LicenseId,
    number: u64,
    closing: watch::Receiver<()>,
}

impl Default for Waiting {
    fn default() -> Self {
        Self { queues: Mutex::default(), closing: watch::channel(()).0 }
    }
}

impl Waiting {
    /// The last place of the license's queue; none when too many wait already.
    pub fn enter(self: &Arc<Self>, changes: &Arc<Changes>, license_id: LicenseId) -> Option<Place> {
        let mut queues = self.lock();
        if queues.is_closed {
            return None;
        }
        queues.came += 1;
        let number = queues.came;
        let queue = queues.by_license.entry(license_id).or_default();
        if queue.len() >= MOST_WAITING {
            return None;
        }
        queue.push_back(number);
        drop(queues);
        let closing = self.closing.subscribe();
        Some(Place { waiting: Arc::clone(self), changes: Arc::clone(changes), license_id, number, closing })
    }

    /// How many wait for a seat of the license before this place; all of them where somebody has none.
    pub fn before(&self, license_id: LicenseId, number: Option<u64>) -> u32 {
        let queues = self.lock();
        let queue = queues.by_license.get(&license_id);
        let before = queue.map_or(0, |queue| {
            queue.iter().take_while(|waiting| number.is_none_or(|number| **waiting != number)).count()
        });
        u32::try_from(before).unwrap_or(u32::MAX)
    }

    /// Lets nobody wait any more: the server is about to stop.
    pub fn close(&self) {
        self.lock().is_closed = true;
        self.closing.send_replace(());
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// What [`Waiting::before`] knows it by.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Resolves when nobody may wait any more.
    pub async fn closed(&self) {
        // The sender lives as long as the place.
        let _ = self.closing.clone().changed().await;
    }

    /// Whether nobody came before who still waits.
    pub fn is_first(&self) -> bool {
        self.waiting.before(self.license_id, Some(self.number)) == 0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut queues = self.waiting.lock();
        if let Some(queue) = queues.by_license.get_mut(&self.license_id) {
            queue.retain(|number| *number != self.number);
            if queue.is_empty() {
                queues.by_license.remove(&self.license_id);
            }
        }
        drop(queues);
        self.changes.tell(Subject::License(self.license_id));
    }
}

#[cfg(test)]
mod tests {
    use super::{Changes, LicenseId, MOST_WAITING, Waiting};
    use std::sync::Arc;

    #[test]
    fn places_are_given_in_the_order_of_coming_and_given_up_by_leaving() {
        let (waiting, changes) = (Arc::new(Waiting::default()), Arc::new(Changes::default()));
        let (one, other) = (LicenseId::new(1, 1), LicenseId::new(1, 2));
        let enter = |license| waiting.enter(&changes, license).expect("there is room");
        let (first, second, elsewhere) = (enter(one), enter(one), enter(other));
        assert!(first.is_first() && !second.is_first() && elsewhere.is_first());
        assert_eq!((waiting.before(one, None), waiting.before(other, None)), (2, 1));
        assert_eq!(waiting.before(one, Some(second.number())), 1);
        drop(first);
        assert!(second.is_first());
        drop(second);
        assert_eq!(waiting.before(one, None), 0);
    }

    #[tokio::test]
    async fn who_waits_when_the_server_stops_is_told() {
        let (waiting, changes) = (Arc::new(Waiting::default()), Arc::new(Changes::default()));
        let place = waiting.enter(&changes, LicenseId::new(1, 1)).expect("there is room");
        waiting.close();
        place.closed().await;
        assert!(waiting.enter(&changes, LicenseId::new(1, 1)).is_none());
    }

    #[test]
    fn a_queue_is_bounded() {
        let (waiting, changes) = (Arc::new(Waiting::default()), Arc::new(Changes::default()));
        let license_id = LicenseId::new(1, 1);
        let places: Vec<_> = (0..MOST_WAITING).map_while(|_| waiting.enter(&changes, license_id)).collect();
        assert_eq!(places.len(), MOST_WAITING);
        assert!(waiting.enter(&changes, license_id).is_none());
    }
}
