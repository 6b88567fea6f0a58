//! How fast the SDK judges: by `sdk/tests/figures.mjs`, in a real browser.

use std::{env, process::Command};

use crate::{
    Outcome,
    report::{Goal, Report},
};

/// The figures that have a goal.
const GOALS: [(&str, Goal); 3] = [
    ("can()", Goal::AtMost(1000.0)),
    ("open() to verdict, stored pass", Goal::AtMost(10.0)),
    ("of the browser's own part", Goal::AtMost(1.5)),
];

/// The units of the figures.
const UNITS: [&str; 4] = ["ns", "µs", "ms", "×"];

/// Runs the script, which prints a line for each figure.
pub(crate) fn measure() -> Outcome<Report> {
    let node = env::var_os("PASSGATE_NODE").ok_or("PASSGATE_NODE names no Node; `cargo xtask bench` sets it")?;
    let output = Command::new(node).arg("sdk/tests/figures.mjs").output()?;
    if !output.status.success() {
        return Err(format!("the script failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let mut report = Report::default();
    for line in String::from_utf8(output.stdout)?.lines() {
        let [what, value, unit] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err("the script printed no figure".into());
        };
        let unit = UNITS.into_iter().find(|known| *known == unit).ok_or("the script printed another unit")?;
        match GOALS.iter().find(|(known, _)| *known == what) {
            Some((_, goal)) => report.add_with_goal(what, value.parse()?, unit, *goal),
            None => report.add(what, value.parse()?, unit),
        }
    }
    Ok(report)
}
