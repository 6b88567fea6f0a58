//! Random histories of leases, told to the real handlers and to a reference that counts on paper: both must agree at every step,
//! and there is never a lease too many. The program is killed now and then, in the middle of what it does.
//!
//! A round is one store, some licenses and one seed, which a failure names.

use std::time::Instant;

use actix_web::rt::System;

use crate::{Outcome, issue::since, report::Report};

use dice::Dice;
use history::History;

mod dice;
mod history;
mod paper;
mod portal;

/// Operations on one store.
const OF_A_ROUND: usize = 20_000;
/// Operations in all.
const OPERATIONS: usize = 1_000_000;
/// What the first round's dice begin with.
const SEED: u64 = 1;

/// Tells histories of a million operations, and what they came to.
pub(crate) fn measure() -> Outcome<Report> {
    let operations = if crate::is_tried() { OF_A_ROUND / 20 } else { OPERATIONS };
    let start = Instant::now();
    let told = tell_rounds(operations, OF_A_ROUND, SEED)?;
    let mut report = Report::default();
    report.add("random operations, as the reference says", told.operations, "");
    report.add("  of them leases granted", told.granted, "");
    report.add("  refused for want of a seat", told.refused, "");
    report.add("  times killed and started again", told.killed, "");
    report.add("  at most seats taken at once, of those there were", 100.0 * told.fullest, "%");
    report.add("took", since(start).as_secs_f64(), "s");
    Ok(report)
}

/// What histories came to.
#[derive(Default)]
pub(crate) struct Told {
    operations: f64,
    granted: f64,
    refused: f64,
    killed: f64,
    fullest: f64,
}

fn tell_rounds(operations: usize, of_a_round: usize, seed: u64) -> Outcome<Told> {
    let mut told = Told::default();
    for (round, seed) in (seed..).take(operations.div_ceil(of_a_round)).enumerate() {
        let count = of_a_round.min(operations - round * of_a_round);
        // What answers is a task of the thread's own, as in a server's worker.
        let telling = System::new().block_on(tell(count, seed));
        let here = telling.map_err(|error| format!("seed {seed}: {error}"))?;
        told.operations += here.operations;
        told.granted += here.granted;
        told.refused += here.refused;
        told.killed += here.killed;
        told.fullest = told.fullest.max(here.fullest);
    }
    Ok(told)
}

async fn tell(count: usize, seed: u64) -> Outcome<Told> {
    let mut history = History::begin(Dice::new(seed)).await?;
    for number in 0..count {
        history.step().await.map_err(|error| format!("operation {number}: {error}"))?;
    }
    history.end().await
}

#[cfg(test)]
mod tests {
    use super::{SEED, tell_rounds};

    /// `cargo xtask bench leases-model` tells a million.
    #[test]
    fn there_is_never_a_seat_too_many_in_random_histories() {
        let told = tell_rounds(6_000, 3_000, SEED).unwrap_or_else(|error| unreachable!("{error}"));
        assert!(told.granted > 500.0 && told.refused > 100.0 && told.killed > 5.0 && told.fullest >= 1.0);
    }
}
