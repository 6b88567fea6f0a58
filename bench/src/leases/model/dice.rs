//! What happens next, from a seed.

use backend::rng::Rng;

/// Dice that fall the same for the same seed.
pub(super) struct Dice(Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(Rng::seeded(seed))
    }

    /// A number below `end`; nothing lies below nothing.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let drawn = usize::from_le_bytes(self.0.bytes());
        drawn.checked_rem(end).unwrap_or(0)
    }

    /// A number from `least` to `most`.
    pub(super) fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most + 1 - least)
    }

    /// Whether what happens once in `times` happens now.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// A key that was not there before.
    pub(super) fn key(&mut self) -> String {
        format!("{:032x}", u128::from_le_bytes(self.0.bytes()))
    }
}
