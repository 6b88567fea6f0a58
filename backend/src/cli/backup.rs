//! `passgate backup`: the store in one file, made while the server runs.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Outcome, Printer, open_master_key, want_file};
use crate::backup::{make_backup, write_record};
use crate::clock::Clock;
use crate::config::Settings;
use crate::keys::Keyring;
use crate::rng::Rng;

#[derive(Args)]
pub(super) struct Arguments {
    /// The file to write; a backup that is there is replaced once the new one is whole.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Writes the file and says what is in it.
pub(super) fn run(settings: &Settings, printer: &Printer, arguments: &Arguments) -> Outcome {
    want_file(
        settings,
        "back it up by `pg_dump --format=custom --file=nightly.dump URL`, beside the servers; the master key is not in it",
    )?;
    let rng = Rng::system();
    let keys = Keyring::new(open_master_key(settings, &rng, true)?, rng);
    let manifest = make_backup(&settings.store_file(), &arguments.to, &keys, Clock::system().now())?;
    let recorded = write_record(&settings.data_dir, &manifest);
    let file = arguments.to.display();
    let counts: Vec<_> = manifest.counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
    let mut lines = vec![
        format!("{file}: {} bytes, {}.", manifest.bytes, counts.join(", ")),
        format!(
            "The master key ({}) is not in it: keep a copy of the key elsewhere, since without it the backup opens nowhere.",
            settings.master_key_place()
        ),
    ];
    if let Err(error) = &recorded {
        let folder = settings.data_dir.display();
        lines.push(format!("The server will not know of this backup: {folder} cannot be written to: {error}"));
    }
    let value = json!({
        "file": arguments.to, "version": manifest.version, "schema": manifest.schema, "made_at": manifest.made_at,
        "bytes": manifest.bytes, "sha256": manifest.sha256, "counts": manifest.counts, "master_key_included": false,
        "recorded": recorded.is_ok(),
    });
    printer.answer(&lines.join("\n"), &value)
}
