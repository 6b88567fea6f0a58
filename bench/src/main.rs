//! Benchmarks: each measures one thing, prints its figures as a table and writes them as JSON.
//!
//! `cargo xtask bench` builds what they measure and runs them from the checkout's folder.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures are for people to read")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock and where its programs are")]

mod cpu;
mod folder;
mod grown;
mod growth;
mod issue;
mod leases;
mod lighthouse;
mod lists;
mod load;
mod nodes;
mod operations;
mod push;
mod report;
mod sdk;
mod server;
mod site;
mod size;
mod start;
mod status;
mod uses;
mod verify;

use std::{env, process::ExitCode};

use crate::report::Report;

#[path = "../../tests/postgres_server.rs"]
#[expect(dead_code, reason = "tests stop the server too")]
mod postgres_server;

/// Why a benchmark has no figures: a sentence.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Whether benchmarks only show that they run: with `PASSGATE_BENCH_TRY` in the environment they do little, and their figures
/// mean nothing.
fn is_tried() -> bool {
    env::var_os("PASSGATE_BENCH_TRY").is_some()
}

/// A benchmark: its name, and how to run it.
type Bench = (&'static str, fn() -> Outcome<Report>);

const BENCHES: [Bench; 16] = [
    ("issue", issue::measure),
    ("uses", uses::measure),
    ("cpu", cpu::measure),
    ("leases", leases::measure),
    ("leases-model", leases::model::measure),
    ("size", size::measure),
    ("start", start::measure),
    ("lighthouse", lighthouse::measure),
    ("push", push::measure),
    ("sdk", sdk::measure),
    ("lists", lists::measure),
    ("verify", verify::measure),
    ("status", status::measure),
    ("growth", growth::measure),
    ("operations", operations::measure),
    ("nodes", nodes::measure),
];

fn main() -> ExitCode {
    let names: Vec<String> = env::args().skip(1).collect();
    if let Some(unknown) = names.iter().find(|name| !BENCHES.iter().any(|(known, _)| known == name)) {
        let known: Vec<_> = BENCHES.iter().map(|(name, _)| *name).collect();
        eprintln!("There is no benchmark `{unknown}`; there are {}.", known.join(", "));
        return ExitCode::FAILURE;
    }
    for (name, measure) in BENCHES {
        if !names.is_empty() && !names.iter().any(|wanted| wanted == name) {
            continue;
        }
        if let Err(error) = measure().and_then(|report| report.publish(name)) {
            eprintln!("{name}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
