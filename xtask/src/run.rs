//! `cargo xtask run`: from a fresh checkout to the portal with demo data, in one command.

use std::{env, os::unix::process::CommandExt, process::Stdio};

use crate::{
    artifacts,
    places::Places,
    shell::{Failure, Outcome, Run},
};

/// What the server is told unless the person says otherwise: option, environment variable, value.
const DEFAULTS: [(&str, &str, &str); 2] =
    [("--listen", "PASSGATE_LISTEN", "127.0.0.1:8080"), ("--data-dir", "PASSGATE_DATA_DIR", "passgate-data")];

/// Builds what changed and becomes the server; `arguments` (after an optional `--`) go to it.
pub(crate) fn run(places: &Places, arguments: &[String]) -> Outcome {
    let program = artifacts::build(places)?;
    let arguments = arguments.strip_prefix(&["--".to_owned()][..]).unwrap_or(arguments);
    let mut server = Run::new(program, &places.root).args(["demo"]).args(arguments);
    for (option, variable, value) in DEFAULTS {
        if !is_given(option, variable, arguments) {
            server = server.args([option, value]);
        }
    }
    // The server takes this process's place, so that Ctrl-C and signals reach it alone.
    let error = server.into_command().stdin(Stdio::inherit()).exec();
    Err(Failure::new(format!("The server cannot start: {error}.")))
}

fn is_given(option: &str, variable: &str, arguments: &[String]) -> bool {
    env::var_os(variable).is_some()
        || arguments
            .iter()
            .any(|argument| argument.strip_prefix(option).is_some_and(|rest| rest.is_empty() || rest.starts_with('=')))
}
