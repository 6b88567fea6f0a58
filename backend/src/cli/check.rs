//! `passgate check`: is the store consistent?

use serde_json::json;

use super::{CommandError, Outcome, Printer, open, want_store};
use crate::config::Settings;

/// Lists every fault; with one or more the command fails.
pub(super) async fn run(settings: &Settings, printer: &Printer) -> Outcome {
    want_store(settings)?;
    let (store, keys, _) = open(settings)?;
    keys.check_master_key(&store).await?;
    let faults = store.read(|tx| tx.find_faults()).await?;
    let value = json!({ "consistent": faults.is_empty(), "faults": faults });
    if faults.is_empty() {
        return printer.answer("The store is consistent.", &value);
    }
    printer.answer(&faults.join("\n"), &value)?;
    Err(CommandError::new(format!("the store has {} faults", faults.len())))
}
