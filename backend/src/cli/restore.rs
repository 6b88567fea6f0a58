//! `passgate restore`: a backup becomes the store, after it was proved whole, fitting and consistent.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{CommandError, Outcome, Printer, open_master_key, want_file};
use crate::backup::{Backup, Replace, Restoring, write_record};
use crate::clock::Clock;
use crate::config::Settings;
use crate::keys::Keyring;
use crate::rng::Rng;
use crate::store::Store;
use crate::store::sqlite::{Options, SqliteEngine};

#[derive(Args)]
pub(super) struct Arguments {
    /// The file that `passgate backup` wrote.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Restores over a store that is there; the old one is kept in a folder beside.
    #[arg(long)]
    replace: bool,
}

/// Looks at the backup first; the data folder changes with the last step.
pub(super) async fn run(settings: &Settings, printer: &Printer, arguments: &Arguments) -> Outcome {
    want_file(
        settings,
        "bring it back by `pg_restore --dbname=URL nightly.dump` into an empty database; a backup file is restored without \
         --database-url, and then moved by `passgate copy`",
    )?;
    let mut backup = Backup::open(&arguments.from)?;
    let rng = Rng::system();
    if settings.master_key()?.is_none() && !settings.master_key_file.exists() {
        let file = settings.master_key_file.display();
        return Err(CommandError::new(format!(
            "the backup opens with its installation's master key only: put that at {file}, or name it by --master-key-file"
        )));
    }
    let keys = Keyring::new(open_master_key(settings, &rng, true)?, rng);
    backup.check_key(&keys)?;
    let replace = if arguments.replace { Replace::KeepOld } else { Replace::Never };
    std::fs::create_dir_all(&settings.data_dir)?;
    let restoring = Restoring::begin(&settings.store_file(), &mut backup, replace)?;
    look_at(&restoring, &keys).await?;
    let kept = restoring.finish(Clock::system().now())?;
    // Without it the server says that there was no backup yet, and everything else is as it should be.
    let _ = write_record(&settings.data_dir, backup.manifest());
    let manifest = backup.manifest();
    let before = kept.as_ref().map_or_else(String::new, |kept| format!(" The one before lies in {}.", kept.display()));
    let sentence = format!("The store in {} is that of {}.{before}", settings.data_dir.display(), manifest.made_at);
    let value = json!({
        "made_at": manifest.made_at, "schema": manifest.schema, "counts": manifest.counts, "replaced": kept,
    });
    printer.answer(&sentence, &value)
}

/// Brings the store's schema up to date and proves it consistent. Errors: what is wrong with it.
async fn look_at(restoring: &Restoring, keys: &Keyring) -> Outcome {
    let store = Store::new(SqliteEngine::open(restoring.path(), Options::default())?);
    keys.check_master_key(&store).await?;
    let faults = store.read(|tx| tx.find_faults()).await?;
    match faults.first() {
        None => Ok(()),
        Some(first) => Err(CommandError::new(format!(
            "the store in the backup has {} faults ({first}): restore an older backup",
            faults.len()
        ))),
    }
}
