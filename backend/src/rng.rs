//! The one door for randomness.

use std::sync::{Arc, Mutex, PoisonError};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

/// Gives random bytes; clones draw from the same source.
#[derive(Clone)]
pub struct Rng(Source);

#[derive(Clone)]
enum Source {
    System,
    Seeded(Arc<Mutex<ChaCha20Rng>>),
}

impl Rng {
    /// The operating system's randomness.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// The same sequence for the same seed: for tests.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.0 {
            Source::System => fill_from_system(&mut bytes),
            Source::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes),
        }
        bytes
    }

    /// 128 random bits.
    pub fn u128(&self) -> u128 {
        u128::from_le_bytes(self.bytes())
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn fill_from_system(bytes: &mut [u8]) {
    // Without randomness there are no keys and no sessions: stopping is the only safe answer.
    getrandom::fill(bytes).expect("the operating system gives randomness after boot");
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn the_same_seed_gives_the_same_sequence_and_never_twice_the_same_value() {
        let (left, right) = (Rng::seeded(7), Rng::seeded(7));
        let first = left.u128();
        assert_eq!(first, right.u128());
        assert_ne!(first, left.clone().u128());
        assert_ne!(Rng::system().u128(), Rng::system().u128());
    }
}
