//! `passgate copy`: an installation from one database to another.

use clap::Args;
use serde_json::json;

use super::{CommandError, Outcome, Printer};
use crate::config::STORE_FILE;
use crate::store::copy::{self, NoPlace, Place};

/// Which to which.
#[derive(Args)]
pub(super) struct Arguments {
    /// The store to copy, which nobody may use meanwhile: postgres://… or sqlite:passgate-data.
    #[arg(long, value_name = "URL|FOLDER", value_parser = place)]
    from: Place,
    /// The empty database to copy it to, likewise; in the folder, a file is made.
    #[arg(long, value_name = "URL|FOLDER", value_parser = place)]
    to: Place,
}

/// A folder of data stands for the store in it.
fn place(text: &str) -> Result<Place, NoPlace> {
    Ok(match text.parse()? {
        Place::Sqlite(path) if path.is_dir() => Place::Sqlite(path.join(STORE_FILE)),
        place => place,
    })
}

/// Copies everything, counts it, and looks for faults in what there is then.
pub(super) async fn run(printer: &Printer, arguments: Arguments) -> Outcome {
    let counts = copy::copy(&arguments.from, &arguments.to)?;
    let rows: u64 = counts.values().sum();
    let faults = copy::open(&arguments.to)?.read(|tx| tx.find_faults()).await?;
    let value = json!({ "rows": rows, "tables": counts, "consistent": faults.is_empty(), "faults": faults });
    if faults.is_empty() {
        let sentence = format!("Copied {rows} rows; the store is consistent. It needs the same master key.");
        return printer.answer(&sentence, &value);
    }
    printer.answer(&faults.join("\n"), &value)?;
    Err(CommandError::new(format!("the copy has {} faults", faults.len())))
}
