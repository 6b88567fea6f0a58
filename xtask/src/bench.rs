//! `cargo xtask bench`: builds what is measured, then hands over to the `bench` crate. Stores with a million licenses are filled once
//! and kept in the per-user cache; `--forget` removes them.

use crate::{
    artifacts,
    places::Places,
    shell::{Outcome, Run},
    testbed, tools,
};

/// Runs the benchmarks named in `names`, or all; `--forget` alone removes the stores that were kept.
pub(crate) fn run(places: &Places, names: &[String]) -> Outcome {
    let stores = places.cache.join("bench");
    if names == ["--forget"] {
        return tools::remove_folder(&stores);
    }
    let testbed = testbed::install(places)?;
    let server = artifacts::build(places)?;
    Run::cargo(&places.root, &places.target)
        .args(["run", "--locked", "--quiet", "--release", "--package", "passgate-bench", "--"])
        .args(names)
        .env("PASSGATE_BIN", server)
        .env("PASSGATE_BENCH_CACHE", stores)
        .env("PASSGATE_NODE", testbed.node)
        .env("PASSGATE_CHROMIUM", testbed.chromium)
        .go()
}
