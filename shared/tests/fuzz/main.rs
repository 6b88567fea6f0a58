//! The fuzz targets on stable, for a while: what they begin with, changed at random. cargo-fuzz goes on where this ends
//! (CONTRIBUTING.md). A failure prints the bytes.

#![expect(clippy::indexing_slicing, reason = "a place is drawn below the length")]

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

mod targets;

/// How many inputs each target gets.
const INPUTS: u32 = 4000;

/// What one change does to bytes.
#[derive(Clone, Debug)]
enum Change {
    Set(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Copy(Index, Index, usize),
}

/// Bytes that mean something to somebody.
const WORDS: [&str; 14] =
    ["{", "}", "\"", ",", ":", "0", "-1", "9007199254740993", "null", "1e9", "\\u0000", ".", "\u{202e}", "[[[["];

fn change() -> impl Strategy<Value = Change> {
    let word = prop::sample::select(WORDS.to_vec()).prop_map(|word| word.as_bytes().to_vec());
    prop_oneof![
        3 => (any::<Index>(), any::<u8>()).prop_map(|(place, byte)| Change::Set(place, byte)),
        2 => (any::<Index>(), word).prop_map(|(place, word)| Change::Insert(place, word)),
        2 => (any::<Index>(), 1..20_usize).prop_map(|(place, count)| Change::Remove(place, count)),
        1 => (any::<Index>(), any::<Index>(), 1..60_usize).prop_map(|(from, to, count)| Change::Copy(from, to, count)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    let end = bytes.len();
    match change {
        Change::Set(place, byte) if end > 0 => bytes[place.index(end)] = *byte,
        Change::Insert(place, word) => {
            let place = place.index(end + 1);
            bytes.splice(place..place, word.iter().copied());
        }
        Change::Remove(place, count) if end > 0 => {
            let place = place.index(end);
            bytes.drain(place..end.min(place + count));
        }
        Change::Copy(from, to, count) if end > 0 => {
            let (from, to) = (from.index(end), to.index(end));
            let piece = bytes[from..end.min(from + count)].to_vec();
            bytes.splice(to..to, piece);
        }
        _ => {}
    }
}

#[track_caller]
fn fuzz(wanted: &str) {
    let found = targets::TARGETS.into_iter().find(|(name, ..)| *name == wanted);
    let (_, target, seeds) = found.expect("there is such a target");
    let seeds = seeds();
    for seed in &seeds {
        target(seed);
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[6; 32]);
    let config = Config { cases: INPUTS, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, rng);
    let changed = (any::<Index>(), prop::collection::vec(change(), 1..6)).prop_map(move |(seed, changes)| {
        let mut bytes = seed.get(&seeds).clone();
        for change in &changes {
            apply(&mut bytes, change);
        }
        bytes
    });
    let outcome = runner.run(&changed, |bytes| {
        target(&bytes);
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[test]
fn no_bytes_fool_the_verifier() {
    fuzz("verifier");
}

#[test]
fn no_bytes_are_read_as_claims_that_differ_when_written() {
    fuzz("claims");
}

#[test]
fn no_bytes_break_the_menu() {
    fuzz("menu");
}

#[test]
fn no_selection_has_a_wrong_price() {
    fuzz("selection");
}

#[test]
fn no_bytes_break_the_status_list() {
    fuzz("status_list");
}
