//! The portal's time, told from its answers. The machine's wall clock is never asked: it may be hours off.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use shared::time::Timestamp;
use tokio::time::Instant;

/// By how much an answer's `Date` may lag behind the moment it was given: it is in whole seconds, and servers renew the
/// text twice a second.
const DATE_LAG_MILLIS: i64 = 1_500;

/// What is known of the portal's clock.
#[derive(Debug)]
pub(crate) struct PortalClock {
    /// Where this side counts from.
    start: Instant,
    /// At `start` the portal's clock showed at most this, in milliseconds since the Unix epoch.
    at_start: Mutex<Option<i64>>,
}

impl PortalClock {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), at_start: Mutex::new(None) }
    }

    /// Learns from the `Date` of an answer to a request that was sent at `sent` and is here at `received`.
    ///
    /// The portal wrote it in between, so `sent` gives a bound that is on the safe side. The lowest of all bounds is kept:
    /// the answer that took the shortest way. One that contradicts it says that the portal's clock was set.
    pub(crate) fn observe(&self, date: &str, sent: Instant, received: Instant) {
        let Ok(date) = httpdate::parse_http_date(date) else { return };
        let Some(date) = date.duration_since(UNIX_EPOCH).ok().map(as_millis) else { return };
        let most = date.saturating_add(DATE_LAG_MILLIS).saturating_sub(self.millis_at(sent));
        let least = date.saturating_sub(self.millis_at(received));
        let mut at_start = self.at_start.lock().unwrap_or_else(PoisonError::into_inner);
        *at_start = Some(match *at_start {
            Some(known) if least <= known => known.min(most),
            _ => most,
        });
    }

    /// The time by the portal's clock, at the latest; `None` before its first answer.
    pub(crate) fn now(&self) -> Option<Timestamp> {
        let at_start = (*self.at_start.lock().unwrap_or_else(PoisonError::into_inner))?;
        let now = at_start.saturating_add(self.millis_at(Instant::now()));
        Some(Timestamp::from_unix(now.div_euclid(1000)))
    }

    /// The first instant at which the portal's clock may show `time`.
    pub(crate) fn instant_of(&self, time: Timestamp) -> Option<Instant> {
        let at_start = (*self.at_start.lock().unwrap_or_else(PoisonError::into_inner))?;
        let millis = time.as_unix().saturating_mul(1000).saturating_sub(at_start);
        let millis = u64::try_from(millis).unwrap_or(0);
        self.start.checked_add(Duration::from_millis(millis))
    }

    fn millis_at(&self, instant: Instant) -> i64 {
        as_millis(instant.saturating_duration_since(self.start))
    }
}

fn as_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Duration, PortalClock, Timestamp};

    /// A moment of 1994, as every answer's `Date` is written.
    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const SHOWN: i64 = 784_111_777;

    /// How many milliseconds from now on the portal's clock may show `SHOWN + seconds`.
    fn until(clock: &PortalClock, seconds: i64) -> u128 {
        let at = clock.instant_of(Timestamp::from_unix(SHOWN + seconds)).expect("an answer came");
        at.saturating_duration_since(tokio::time::Instant::now()).as_millis()
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_is_told_by_the_portals_clock_and_what_has_passed() {
        let clock = PortalClock::new();
        assert_eq!(clock.instant_of(Timestamp::from_unix(SHOWN)), None);
        let sent = tokio::time::Instant::now();
        tokio::time::advance(Duration::from_millis(200)).await;
        clock.observe(DATE, sent, tokio::time::Instant::now());
        // 10 s, less what the date may lag behind, less what the answer may have been on its way.
        assert_eq!(until(&clock, 10), 8_300);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(until(&clock, 10), 3_300);
        assert_eq!(clock.now().map(Timestamp::as_unix), Some(SHOWN + 6));
        assert_eq!(until(&clock, -100), 0, "long past");
    }

    #[tokio::test(start_paused = true)]
    async fn the_quickest_answer_counts_and_a_clock_that_was_set_is_followed() {
        let clock = PortalClock::new();
        let start = tokio::time::Instant::now();
        tokio::time::advance(Duration::from_secs(30)).await;
        let received = tokio::time::Instant::now();
        clock.observe(DATE, start, received);
        assert_eq!(until(&clock, 60), 28_500, "a slow answer may be from its beginning");
        clock.observe(DATE, received, received);
        assert_eq!(until(&clock, 60), 58_500);
        clock.observe(DATE, start, received);
        assert_eq!(until(&clock, 60), 58_500, "a worse one teaches nothing");
        clock.observe("Sun, 06 Nov 1994 09:49:37 GMT", received, received);
        assert_eq!(until(&clock, 3660), 58_500, "the portal's clock was set");
        clock.observe("tomorrow", received, received);
        assert_eq!(until(&clock, 3660), 58_500);
    }
}
