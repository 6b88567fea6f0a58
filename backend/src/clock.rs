//! The one door for time: handlers ask the [`Clock`], rules get `now` as a value.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use shared::time::Timestamp;

/// Tells the time; clones tell the same.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Milliseconds since the Unix epoch.
    Fixed(Arc<AtomicU64>),
}

impl Clock {
    /// The machine's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `now` until it is set: for tests.
    pub fn fixed(now: Timestamp) -> Self {
        Self(Source::Fixed(Arc::new(AtomicU64::new(as_millis(now)))))
    }

    /// The time in whole seconds.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_unix(i64::try_from(self.now_millis() / 1000).unwrap_or(i64::MAX))
    }

    /// Milliseconds since the Unix epoch.
    pub fn now_millis(&self) -> u64 {
        match &self.0 {
            Source::System => system_millis(),
            Source::Fixed(millis) => millis.load(Ordering::SeqCst),
        }
    }

    /// Sets a fixed clock, forward or back; the machine's clock is left alone.
    pub fn set(&self, now: Timestamp) {
        if let Source::Fixed(millis) = &self.0 {
            millis.store(as_millis(now), Ordering::SeqCst);
        }
    }

    /// Moves a fixed clock on; the machine's clock is left alone.
    pub fn advance(&self, by: Duration) {
        if let Source::Fixed(millis) = &self.0 {
            millis.fetch_add(u64::try_from(by.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn system_millis() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}

/// How long something takes, to be measured; nothing is decided by it, so it runs on where a [`Clock`] stands.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// A watch that runs from now on.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Since it was started, in nanoseconds.
    pub fn nanos(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Since it was started.
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

fn as_millis(time: Timestamp) -> u64 {
    u64::try_from(time.as_unix()).unwrap_or(0).saturating_mul(1000)
}

#[cfg(test)]
mod tests {
    use super::Clock;
    use shared::time::Timestamp;
    use std::time::Duration;

    #[test]
    fn a_fixed_clock_stands_until_it_is_moved_and_its_clones_agree() {
        let clock = Clock::fixed(Timestamp::from_unix(1_795_000_000));
        let other = clock.clone();
        assert_eq!(other.now_millis(), 1_795_000_000_000);
        clock.advance(Duration::from_millis(1500));
        assert_eq!((other.now_millis(), other.now().as_unix()), (1_795_000_001_500, 1_795_000_001));
        clock.set(Timestamp::from_unix(7));
        assert_eq!(other.now().as_unix(), 7);
    }

    #[test]
    fn the_machines_clock_cannot_be_moved() {
        let clock = Clock::system();
        clock.set(Timestamp::from_unix(0));
        assert!(clock.now().as_unix() > 1_700_000_000);
    }
}
