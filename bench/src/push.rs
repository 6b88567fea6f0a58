//! How long a change takes to reach open apps: by `tests/e2e/latency.mjs`, in a real browser.

use std::{env, process::Command};

use crate::{
    Outcome,
    report::{Goal, Report},
};

/// Runs the script, which prints a line for each figure, in milliseconds.
pub(crate) fn measure() -> Outcome<Report> {
    let node = env::var_os("PASSGATE_NODE").ok_or("PASSGATE_NODE names no Node; `cargo xtask bench` sets it")?;
    let output = Command::new(node).arg("tests/e2e/latency.mjs").output()?;
    if !output.status.success() {
        return Err(format!("the script failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let mut report = Report::default();
    for line in String::from_utf8(output.stdout)?.lines() {
        let (what, milliseconds) = line.split_once('\t').ok_or("the script printed no figure")?;
        report.add_with_goal(what, milliseconds.parse()?, "ms", Goal::AtMost(1000.0));
    }
    Ok(report)
}
