//! `cargo xtask test`: every check there is, in one command, from set-up to a real browser.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use crate::{
    artifacts, pages,
    places::{Places, is_on_path},
    shell::{Failure, Outcome, Run, timed},
    testbed::{self, Testbed},
    tidy,
    tools::{self, WASM_TARGET},
};

/// Crates that run on this machine; tested together, so that their dependencies are compiled once.
const NATIVE: [&str; 9] = [
    "passgate-shared",
    "passgate",
    "passgate-client",
    "passgate-render",
    "passgate-sdk",
    "passgate-portal",
    "passgate-tests",
    "passgate-bench",
    "xtask",
];

/// Crates that run in the browser, and with which features.
const BROWSER: [&[&str]; 3] = [&["passgate-sdk"], &["passgate-sdk", "--features=curve"], &["passgate-portal"]];

/// A part of the tests, which can be run alone by its name.
struct Part {
    name: &'static str,
    what: &'static str,
    run: fn(&Places) -> Outcome,
}

/// In order: what fails soonest comes first.
const PARTS: [Part; 10] = [
    Part { name: "tidy", what: "Architecture and files", run: tidy::check },
    Part { name: "format", what: "Formatting", run: check_format },
    Part { name: "lint", what: "Lints", run: check_lints },
    Part { name: "rules", what: "Rules", run: |places| test_crates(places, &["passgate-shared"]) },
    Part {
        name: "http",
        what: "Server, storage and HTTP",
        run: |places| {
            testbed::install_postgres(places)?;
            test_crates(places, &["passgate", "passgate-tests"])?;
            test_on_postgres(places)
        },
    },
    Part {
        name: "other",
        what: "Other crates",
        run: |places| {
            test_crates(
                places,
                &["passgate-client", "passgate-render", "passgate-sdk", "passgate-portal", "passgate-bench", "xtask"],
            )
        },
    },
    Part { name: "docs", what: "Examples in the documentation", run: test_documentation },
    Part { name: "sdk", what: "SDK in the browser", run: |places| test_in_browser(places, "sdk/tests") },
    Part { name: "html", what: "HTML of portal and demo", run: check_html },
    Part { name: "e2e", what: "End to end in the browser", run: |places| test_in_browser(places, "tests/e2e") },
];

/// Runs the parts named in `names`, or all; goes on after a failure, so that one run shows all of them.
pub(crate) fn run(places: &Places, names: &[String]) -> Outcome {
    if let Some(unknown) = names.iter().find(|name| !PARTS.iter().any(|part| part.name == **name)) {
        let known: Vec<_> = PARTS.iter().map(|part| part.name).collect();
        return Err(Failure::new(format!("There is no part `{unknown}`; the parts are {}.", known.join(", "))));
    }
    let start = Instant::now();
    artifacts::claim_target(places)?;
    let mut failed = Vec::new();
    let mut passed = 0;
    for part in PARTS.iter().filter(|part| names.is_empty() || names.iter().any(|name| name == part.name)) {
        match timed(part.what, || (part.run)(places)) {
            Ok(()) => passed += 1,
            Err(failure) => failed.push(format!("  {}: {failure}", part.name)),
        }
    }
    let seconds = start.elapsed().as_secs();
    let time = format!("{} min {} s", seconds / 60, seconds % 60);
    if failed.is_empty() {
        println!("\nAll is well: {passed} of {passed} parts passed in {time}.");
        return Ok(());
    }
    let of = passed + failed.len();
    Err(Failure::new(format!("\n{} of {of} parts failed, in {time}:\n{}", failed.len(), failed.join("\n"))))
}

fn check_format(places: &Places) -> Outcome {
    cargo(places).args(["fmt", "--all", "--check"]).go()
}

fn check_lints(places: &Places) -> Outcome {
    tools::install(places)?;
    let deny = ["--", "-D", "warnings"];
    cargo(places).args(["clippy", "--locked", "--all-targets"]).args(packages(&NATIVE)).args(deny).go()?;
    // Each by itself, with the features it is built with: together they would share those of all.
    for options in BROWSER {
        cargo(places)
            .args(["clippy", "--locked", "--target", WASM_TARGET, "--package"])
            .args(options)
            .args(deny)
            .go()?;
    }
    Ok(())
}

/// Compiles all native crates with one set of features and runs the tests of `some`.
fn test_crates(places: &Places, some: &[&str]) -> Outcome {
    if !is_on_path("cargo-nextest") {
        return cargo(places)
            .args(["test", "--locked", "--quiet", "--lib", "--bins", "--tests"])
            .args(packages(some))
            .go();
    }
    let filter: Vec<_> = some.iter().map(|name| format!("package(={name})")).collect();
    cargo(places)
        .args(["nextest", "run", "--locked", "--no-fail-fast", "--status-level=fail", "--no-tests=warn"])
        .args(packages(&NATIVE))
        .args(["--filterset", &format!("({}) - binary(={ON_POSTGRES})", filter.join(" | "))])
        .go()
}

/// The stories in which many do something at once, on the other database.
const STORIES_ON_POSTGRES: [&str; 7] = ["order::", "uses::", "slices::", "moves::", "leases::", "coupons::", "lists::"];

/// The store's promises on PostgreSQL: in one process, since that starts one server for all of them.
const ON_POSTGRES: &str = "store_on_postgres";

fn test_on_postgres(places: &Places) -> Outcome {
    // With the same crates as before, so that what was built fits.
    let test =
        |name| cargo(places).args(["test", "--locked", "--quiet"]).args(packages(&NATIVE)).args(["--test", name]);
    if is_on_path("cargo-nextest") {
        test(ON_POSTGRES).go()?;
    }
    test("licensing").args(["--"]).args(STORIES_ON_POSTGRES).env("PASSGATE_STORIES_ON", "postgres").go()
}

fn test_documentation(places: &Places) -> Outcome {
    cargo(places)
        .args(["test", "--locked", "--quiet", "--doc"])
        .args(packages(&["passgate-shared", "passgate", "passgate-client", "passgate-sdk"]))
        .go()
}

/// Builds what a vendor runs and hands it to the browser tests in `folder`.
fn test_in_browser(places: &Places, folder: &str) -> Outcome {
    let testbed = testbed::install(places)?;
    let server = artifacts::build(places)?;
    let files = find_files(&places.root.join(folder), ".test.mjs")?;
    // Two at a time: a page waits as often for the server as it computes, even on two cores.
    node(places, &testbed, &server).args(["--test", "--test-concurrency=2"]).args(files).go()
}

/// Node, told where the programs are that the tests use.
pub(crate) fn node(places: &Places, testbed: &Testbed, server: &Path) -> Run {
    Run::new(&testbed.node, &places.root)
        .env("PASSGATE_BIN", server)
        .env("PASSGATE_CHROMIUM", &testbed.chromium)
        .env("PASSGATE_PYTHON", &testbed.python)
}

fn check_html(places: &Places) -> Outcome {
    let testbed = testbed::install(places)?;
    let tools = tools::install(places)?;
    pages::build(places, &tools)?;
    let e2e = places.root.join("tests/e2e");
    let mut files = find_files(&places.root.join("demo"), ".html")?;
    files.extend(pages::first_pages().iter().map(|page| places.root.join(page)));
    Run::new(testbed.node, &e2e)
        .args(["node_modules/html-validate/bin/html-validate.mjs", "--config", ".htmlvalidate.json"])
        .args(files)
        .go()
}

/// The files of `folder` whose names end in `ending`; that there is none is a failure, since nothing would be tested.
fn find_files(folder: &Path, ending: &str) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in artifacts::list(folder)? {
        if path.to_string_lossy().ends_with(ending) {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Failure::new(format!("There is no *{ending} in {}.", folder.display())));
    }
    Ok(files)
}

fn cargo(places: &Places) -> Run {
    Run::cargo(&places.root, &places.target)
}

fn packages(names: &[&str]) -> Vec<String> {
    names.iter().flat_map(|name| ["--package".to_owned(), (*name).to_owned()]).collect()
}
