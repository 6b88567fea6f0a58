//! Who waits for a seat, in the order in which they came.
//!
//! A service that waits is a request that is open, so the queue is this process's own; seats are counted by the store.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::id::{LicenseId, VendorId};
use shared::time::Timestamp;
use tokio::sync::watch;

use crate::changes::{Changes, Subject};

/// How many may wait for the seats of one license: whoever comes after them is refused at once.
const MOST_WAITING: usize = 1000;

/// How many of those who wait are named.
const MOST_NAMED: usize = 25;

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
    by_license: HashMap<LicenseId, Queue>,
}

#[derive(Debug)]
struct Queue {
    vendor_id: VendorId,
    places: VecDeque<(u64, Waits)>,
}

/// Who waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waits {
    /// For whom, in the service's words.
    pub holder: String,
    /// Since when.
    pub since: Timestamp,
}

/// A license that somebody waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waited {
    /// Which.
    pub license_id: LicenseId,
    /// How many wait.
    pub waiting: u32,
    /// The first of them.
    pub first: Vec<Waits>,
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
    pub fn enter(
        self: &Arc<Self>,
        changes: &Arc<Changes>,
        (vendor_id, license_id): (VendorId, LicenseId),
        waits: Waits,
    ) -> Option<Place> {
        let mut queues = self.lock();
        if queues.is_closed {
            return None;
        }
        queues.came += 1;
        let number = queues.came;
        let new = || Queue { vendor_id, places: VecDeque::new() };
        let queue = queues.by_license.entry(license_id).or_insert_with(new);
        if queue.places.len() >= MOST_WAITING {
            return None;
        }
        queue.places.push_back((number, waits));
        drop(queues);
        let closing = self.closing.subscribe();
        Some(Place { waiting: Arc::clone(self), changes: Arc::clone(changes), license_id, number, closing })
    }

    /// How many wait for a seat of the license before this place; all of them where somebody has none.
    pub fn before(&self, license_id: LicenseId, number: Option<u64>) -> u32 {
        let queues = self.lock();
        let queue = queues.by_license.get(&license_id);
        let before = queue.map_or(0, |queue| {
            queue.places.iter().take_while(|(waiting, _)| number.is_none_or(|number| *waiting != number)).count()
        });
        u32::try_from(before).unwrap_or(u32::MAX)
    }

    /// Who waits for a seat of the vendor's license, and the first of them.
    pub fn of_license(&self, vendor_id: VendorId, license_id: LicenseId) -> Option<Waited> {
        let queues = self.lock();
        let queue = queues.by_license.get(&license_id).filter(|queue| queue.vendor_id == vendor_id)?;
        Some(queue.show(license_id))
    }

    /// The vendor's licenses that somebody waits for, those that most wait for before, at most `limit`.
    pub fn of_vendor(&self, vendor_id: VendorId, limit: usize) -> Vec<Waited> {
        let queues = self.lock();
        let own = queues.by_license.iter().filter(|(_, queue)| queue.vendor_id == vendor_id);
        let mut waited: Vec<_> = own.map(|(license_id, queue)| (queue.places.len(), *license_id)).collect();
        waited.sort_unstable_by(|one, other| other.cmp(one));
        waited.truncate(limit);
        let show = |(_, license_id)| queues.by_license.get(&license_id).map(|queue| queue.show(license_id));
        waited.into_iter().filter_map(show).collect()
    }

    /// How many wait for a seat of any license.
    pub fn count(&self) -> usize {
        self.lock().by_license.values().map(|queue| queue.places.len()).sum()
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

impl Queue {
    fn show(&self, license_id: LicenseId) -> Waited {
        let first = self.places.iter().take(MOST_NAMED).map(|(_, waits)| waits.clone()).collect();
        Waited { license_id, waiting: u32::try_from(self.places.len()).unwrap_or(u32::MAX), first }
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
            queue.places.retain(|(number, _)| *number != self.number);
            if queue.places.is_empty() {
                queues.by_license.remove(&self.license_id);
            }
        }
        drop(queues);
        self.changes.tell(Subject::License(self.license_id));
    }
}

#[cfg(test)]
mod tests {
    use super::{Changes, LicenseId, MOST_WAITING, Timestamp, VendorId, Waiting, Waits};
    use std::sync::Arc;

    fn of_acme(license_id: LicenseId) -> (VendorId, LicenseId) {
        (VendorId::new(1, 1), license_id)
    }

    fn farm() -> Waits {
        Waits { holder: "farm".to_owned(), since: Timestamp::from_unix(0) }
    }

    #[test]
    fn places_are_given_in_the_order_of_coming_and_given_up_by_leaving() {
        let (waiting, changes) = (Arc::new(Waiting::default()), Arc::new(Changes::default()));
        let (one, other) = (LicenseId::new(1, 1), LicenseId::new(1, 2));
        let enter = |license| waiting.enter(&changes, of_acme(license), farm()).expect("there is room");
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
        let place = waiting.enter(&changes, of_acme(LicenseId::new(1, 1)), farm()).expect("there is room");
        waiting.close();
        place.closed().await;
        assert!(waiting.enter(&changes, of_acme(LicenseId::new(1, 1)), farm()).is_none());
    }

    #[test]
    fn a_queue_is_bounded() {
        let (waiting, changes) = (Arc::new(Waiting::default()), Arc::new(Changes::default()));
        let license_id = LicenseId::new(1, 1);
        let places: Vec<_> =
            (0..MOST_WAITING).map_while(|_| waiting.enter(&changes, of_acme(license_id), farm())).collect();
        assert_eq!(places.len(), MOST_WAITING);
        assert!(waiting.enter(&changes, of_acme(license_id), farm()).is_none());
        let shown = waiting.of_license(VendorId::new(1, 1), license_id).expect("many wait");
        assert_eq!((shown.waiting, shown.first.len()), (1000, 25));
    }

    #[test]
    fn a_vendor_sees_its_own_queues_the_longest_first() {
        let (waiting, changes) = (Arc::new(Waiting::default()), Arc::new(Changes::default()));
        let (one, other, theirs) = (LicenseId::new(1, 1), LicenseId::new(1, 2), LicenseId::new(1, 3));
        let enter = |vendor, license| waiting.enter(&changes, (VendorId::new(1, vendor), license), farm());
        let places = [enter(1, one), enter(1, other), enter(1, other), enter(2, theirs)];
        let shown: Vec<_> = waiting.of_vendor(VendorId::new(1, 1), 10).iter().map(|one| one.waiting).collect();
        assert_eq!(shown, [2, 1]);
        assert_eq!(waiting.of_vendor(VendorId::new(1, 1), 1).len(), 1);
        assert!(waiting.of_license(VendorId::new(1, 2), one).is_none());
        drop(places);
        assert!(waiting.of_vendor(VendorId::new(1, 1), 10).is_empty());
    }
}
