//! Lighthouse's opinion of the pages that people see most, on its slow phone and on a desktop.

use std::{env, process::Command};

use crate::{
    Outcome,
    report::{Goal, Report},
};

/// The pages, and as whom they are looked at.
const PAGES: [(&str, &str, Option<&str>); 4] = [
    ("menu", "/products/acme/sketchpad", None),
    // The selection is {"offer":"solo","term":"P1M","terminals":1}.
    (
        "checkout",
        "/checkout/acme/sketchpad?menu=1&selection=eyJvZmZlciI6InNvbG8iLCJ0ZXJtIjoiUDFNIiwidGVybWluYWxzIjoxfQ",
        Some("customer@example.com"),
    ),
    ("licenses", "/licenses", Some("customer@example.com")),
    ("overview", "/admin/acme", Some("owner@example.com")),
];

/// Runs Lighthouse by its script beside the end-to-end tests, which prints a line for each score.
pub(crate) fn measure() -> Outcome<Report> {
    let node = env::var_os("PASSGATE_NODE").ok_or("PASSGATE_NODE names no Node; `cargo xtask bench` sets it")?;
    let mut report = Report::default();
    for (name, path, email) in PAGES {
        let output = Command::new(&node).args(["tests/e2e/lighthouse.mjs", path]).args(email).output()?;
        if !output.status.success() {
            return Err(format!("Lighthouse failed: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        for line in String::from_utf8(output.stdout)?.lines() {
            let (what, score) = line.split_once('\t').ok_or("Lighthouse's script printed no score")?;
            // Pages of one person are closed to search engines on purpose.
            if email.is_some() && what.ends_with(" seo") {
                continue;
            }
            report.add_with_goal(format!("{name}, {what}"), score.parse()?, "", Goal::AtLeast(95.0));
        }
    }
    Ok(report)
}
