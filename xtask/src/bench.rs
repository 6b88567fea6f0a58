//! `cargo xtask bench`: builds what is measured, then hands over to the `bench` crate.

use crate::{
    artifacts,
    places::Places,
    shell::{Outcome, Run},
    testbed,
};

/// Runs the benchmarks named in `names`, or all.
pub(crate) fn run(places: &Places, names: &[String]) -> Outcome {
    let testbed = testbed::install(places)?;
    let server = artifacts::build(places)?;
    Run::cargo(&places.root, &places.target)
        .args(["run", "--locked", "--quiet", "--release", "--package", "passgate-bench", "--"])
        .args(names)
        .env("PASSGATE_BIN", server)
        .env("PASSGATE_NODE", testbed.node)
        .env("PASSGATE_CHROMIUM", testbed.chromium)
        .go()
}
