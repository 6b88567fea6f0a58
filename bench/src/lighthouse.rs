//! Lighthouse's opinion of the menu page, on its slow phone and on a desktop.

use std::{env, process::Command};

use crate::{
    Outcome,
    report::{Goal, Report},
};

/// The page that a customer sees first.
const PAGE: &str = "/products/acme/sketchpad";

/// Runs Lighthouse by its script beside the end-to-end tests, which prints a line for each score.
pub(crate) fn measure() -> Outcome<Report> {
    let node = env::var_os("PASSGATE_NODE").ok_or("PASSGATE_NODE names no Node; `cargo xtask bench` sets it")?;
    let output = Command::new(node).args(["tests/e2e/lighthouse.mjs", PAGE]).output()?;
    if !output.status.success() {
        return Err(format!("Lighthouse failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let mut report = Report::default();
    for line in String::from_utf8(output.stdout)?.lines() {
        let (what, score) = line.split_once('\t').ok_or("Lighthouse's script printed no score")?;
        report.add_with_goal(format!("{PAGE}, {what}"), score.parse()?, "", Goal::AtLeast(95.0));
    }
    Ok(report)
}
