//! Figures and their goals, as a table for people and as JSON for machines.

use std::{fs, path::Path};

use serde::Serialize;

use crate::Outcome;

/// What a benchmark found, in the order in which it is to be read.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    figures: Vec<Figure>,
}

#[derive(Debug, Serialize)]
struct Figure {
    what: String,
    value: f64,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<Goal>,
}

/// What a figure ought to be.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    /// The figure or less.
    AtMost(f64),
    /// The figure or more.
    AtLeast(f64),
}

impl Report {
    /// Adds a figure that has no goal of its own.
    pub(crate) fn add(&mut self, what: impl Into<String>, value: f64, unit: &'static str) {
        self.figures.push(Figure { what: what.into(), value, unit, goal: None });
    }

    /// Adds a figure that has a goal.
    pub(crate) fn add_with_goal(&mut self, what: impl Into<String>, value: f64, unit: &'static str, goal: Goal) {
        self.figures.push(Figure { what: what.into(), value, unit, goal: Some(goal) });
    }

    /// Prints the table and writes `target/bench/{name}.json`.
    pub(crate) fn publish(&self, name: &str) -> Outcome<()> {
        let width = self.figures.iter().map(|figure| figure.what.chars().count()).max().unwrap_or(0);
        println!("\n{name}");
        for Figure { what, value, unit, goal } in &self.figures {
            let goal = goal.map(|goal| goal.judge(*value)).unwrap_or_default();
            println!("  {what:width$}  {value:>10.2} {unit:<6} {goal}");
        }
        let folder = Path::new("target/bench");
        fs::create_dir_all(folder)?;
        fs::write(folder.join(format!("{name}.json")), serde_json::to_string_pretty(self)? + "\n")?;
        Ok(())
    }
}

impl Goal {
    fn judge(self, value: f64) -> String {
        let (sign, goal, is_met) = match self {
            Self::AtMost(goal) => ('≤', goal, value <= goal),
            Self::AtLeast(goal) => ('≥', goal, value >= goal),
        };
        format!("goal {sign} {goal}{}", if is_met { "" } else { "  MISSED" })
    }
}
