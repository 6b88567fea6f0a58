//! The one door for randomness.

use std::cell::RefCell;
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

    /// 128 random bits for an id, which need not be secret. Some are asked for ahead: every request and every event has an id, and
    /// asking the system takes longer than all else about it.
    pub fn id_bits(&self) -> u128 {
        match &self.0 {
            Source::System => AHEAD.with_borrow_mut(|ahead| {
                ahead.pop().unwrap_or_else(|| {
                    let mut bytes = [0; 16 * AT_ONCE];
                    fill_from_system(&mut bytes);
                    ahead.extend(bytes.as_chunks().0.iter().copied().map(u128::from_le_bytes));
                    self.u128()
                })
            }),
            Source::Seeded(_) => self.u128(),
        }
    }
}

/// How many times 128 bits a thread asks for ahead.
const AT_ONCE: usize = 16;

thread_local! {
    /// The system's randomness that this thread has asked for, and not given yet.
    static AHEAD: RefCell<Vec<u128>> = const { RefCell::new(Vec::new()) };
}

#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn fill_from_system(bytes: &mut [u8]) {
    // Without randomness there are no keys and no sessions: stopping is the only safe answer.
    getrandom::fill(bytes).expect("the operating system gives randomness after boot");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{AT_ONCE, Rng};

    #[test]
    fn the_same_seed_gives_the_same_sequence_and_never_twice_the_same_value() {
        let (left, right) = (Rng::seeded(7), Rng::seeded(7));
        let first = left.u128();
        assert_eq!(first, right.u128());
        assert_ne!(first, left.clone().u128());
        assert_ne!(Rng::system().u128(), Rng::system().u128());
    }

    #[test]
    fn what_was_asked_for_ahead_is_given_once() {
        let draw = || (0..=AT_ONCE * 3).map(|_| Rng::system().id_bits());
        let elsewhere = std::thread::spawn(move || draw().collect::<Vec<_>>()).join().expect("a thread");
        let all: BTreeSet<_> = draw().chain(elsewhere).collect();
        assert_eq!(all.len(), 2 * (AT_ONCE * 3 + 1));
        assert!(!all.contains(&0));
    }
}
