//! `passgate doctor`: looks at everything that an installation needs, beside the running server or without it, and says what to
//! do about what is not well.

use serde::Serialize;
use serde_json::json;

use super::{CommandError, Outcome, Printer};
use crate::config::Settings;

mod machine;
mod network;
mod postgres;
mod store;

/// What was looked at, and how it stands.
#[derive(Serialize)]
struct Finding {
    check: &'static str,
    state: State,
    /// What was found; where it is not well, what to do.
    message: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Warn,
    Fail,
}

impl Finding {
    fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, state: State::Ok, message: message.into() }
    }

    fn warn(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, state: State::Warn, message: message.into() }
    }

    fn fail(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, state: State::Fail, message: message.into() }
    }
}

/// Says everything; fails when something is broken, not when something could be better.
pub(super) async fn run(settings: &Settings, printer: &Printer) -> Outcome {
    let mut findings = vec![Finding::ok("configuration", "The options can be read.")];
    findings.extend(machine::look(settings));
    findings.extend(match &settings.database_url {
        Some(url) => postgres::look(settings, url).await,
        None => store::look(settings).await,
    });
    findings.extend(network::look(settings).await);
    let lines: Vec<_> = findings
        .iter()
        .map(|finding| {
            let state = match finding.state {
                State::Ok => "ok  ",
                State::Warn => "warn",
                State::Fail => "FAIL",
            };
            format!("{state}  {:13}  {}", finding.check, finding.message)
        })
        .collect();
    let failed = findings.iter().filter(|finding| finding.state == State::Fail).count();
    printer.answer(&lines.join("\n"), &json!({ "ok": failed == 0, "findings": findings }))?;
    if failed == 0 { Ok(()) } else { Err(CommandError::new(format!("{failed} of {} checks failed", findings.len()))) }
}
