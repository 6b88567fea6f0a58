//! `cargo xtask`: set-up, build, tests and benchmarks; anything that is set-up or has an `if`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for people: what it prints is what it is for"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "xtask finds its cache by the environment and times its steps; it is no part of the product"
)]

mod artifacts;
mod bench;
mod debian;
mod fresh;
mod npm;
mod pages;
mod places;
mod planted;
mod run;
mod script;
mod shell;
mod test;
mod testbed;
mod tidy;
mod tools;

use std::{env, process::ExitCode};

use crate::{
    places::Places,
    shell::{Failure, Outcome},
};

const HELP: &str = "\
cargo xtask <command>

  run [-- options of `passgate demo`]
                  installs and builds what is missing, then starts the portal with demo data
  test [part…]    installs what is missing, then runs all tests, or the parts named
  test --planted [bug…]
                  plants bugs in a copy, and shows that the tests find each of them
  bench [name…]   measures, and writes the figures to target/bench; stores with many licenses are filled once, and kept
  bench --forget  removes those stores
  sdk             builds the SDK into sdk/dist
  build           builds SDK, portal and server
  tools           installs what the builds need and this machine lacks

Everything that is installed goes to ~/.cache/passgate (PASSGATE_CACHE names another folder).
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match obey(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn obey(arguments: &[String]) -> Outcome {
    let (command, rest) = arguments.split_first().ok_or_else(|| Failure::new(HELP))?;
    let places = Places::find()?;
    match command.as_str() {
        "run" => run::run(&places, rest),
        "test" if rest.first().is_some_and(|first| first == "--planted") => {
            planted::run(&places, rest.get(1..).unwrap_or_default())
        }
        "test" => test::run(&places, rest),
        "bench" => bench::run(&places, rest),
        "sdk" => tools::install(&places).and_then(|_| artifacts::build_sdk(&places)),
        "build" => artifacts::build(&places).map(drop),
        "tools" => tools::install(&places).map(drop),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(Failure::new(format!("There is no command `{other}`.\n\n{HELP}"))),
    }
}
