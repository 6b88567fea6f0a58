//! How long to wait before trying again. Pure: the random bits are handed in.

use std::time::Duration;

/// The first pause, at most.
const FIRST: Duration = Duration::from_millis(200);

/// The longest pause, unless the portal asks for a longer one.
const LONGEST: Duration = Duration::from_secs(5);

/// The pause after the try number `tries`, from 1: doubled each time and drawn between its half and its whole, so that
/// services that lost the portal at once do not come back at once. Never shorter than the portal asked for.
pub(crate) fn pause(tries: u32, asked: Option<Duration>, random: u128) -> Duration {
    let most = FIRST.saturating_mul(1 << tries.saturating_sub(1).min(10)).min(LONGEST);
    let half = most / 2;
    let share = u32::from(u8::try_from(random & 0xff).unwrap_or(0));
    let drawn = half + half * share / 255;
    asked.map_or(drawn, |asked| drawn.max(asked))
}

#[cfg(test)]
mod tests {
    use super::{Duration, LONGEST, pause};

    #[test]
    fn pauses_grow_to_a_bound_and_are_drawn_between_half_and_whole() {
        let bounds = |tries| (pause(tries, None, 0).as_millis(), pause(tries, None, u128::MAX).as_millis());
        assert_eq!(bounds(1), (100, 200));
        assert_eq!(bounds(2), (200, 400));
        assert_eq!(bounds(5), (1600, 3200));
        assert_eq!(bounds(6), (2500, 5000));
        assert_eq!(bounds(u32::MAX), (2500, 5000));
    }

    #[test]
    fn what_the_portal_asks_for_is_the_least() {
        let asked = LONGEST * 6;
        assert_eq!(pause(1, Some(asked), 0), asked);
        assert_eq!(pause(9, Some(Duration::from_millis(1)), 0), LONGEST / 2);
    }
}
