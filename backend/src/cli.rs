//! The commands, one file each. A command that did what it says ends with status 0, every other with 1 (2: misused).

use std::future::Future;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde::Serialize;

use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, LogFormat, Options, Settings};
use crate::error::Failure;
use crate::keys::{Keyring, MasterKey};
use crate::rng::Rng;
use crate::store::{Store, StoreError, postgres, sqlite};

mod account;
mod backup;
mod check;
mod copy;
mod demo;
mod doctor;
mod health;
mod keys;
mod member;
mod openapi;
mod restore;
mod serve;
mod vendor;
mod verify;

/// A self-hosted licensing portal: menus, licenses, and passes that browsers judge.
#[derive(Parser)]
#[command(name = "passgate", version, max_term_width = 100)]
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// Answers as JSON, for machines.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the portal.
    Serve,
    /// Serves the portal with demo data, a demo web app and test payments.
    Demo,
    /// Adds a vendor, with signing keys.
    #[command(subcommand)]
    Vendor(vendor::Command),
    /// Helps an account whose password is forgotten.
    #[command(subcommand)]
    Account(account::Command),
    /// Adds a member to a vendor's team.
    #[command(subcommand)]
    Member(member::Command),
    /// Lists, rotates, retires or revokes a vendor's signing keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Writes the store into one file, while the server runs or not. The master key is not in it: keep a copy apart.
    Backup(backup::Arguments),
    /// Brings a backup back into a data folder, while no server uses it.
    Restore(restore::Arguments),
    /// Looks at the installation, and says what to do about what is not well.
    Doctor,
    /// Whether the server at the configured address is ready.
    Health,
    /// Proves the store consistent, or lists what is not.
    Check,
    /// Copies an installation from one database to another.
    Copy(copy::Arguments),
    /// Judges a pass by the keys in the store.
    Verify(verify::Arguments),
    /// Prints the OpenAPI document.
    Openapi,
}

/// Why a command did not do what it says: a sentence for the person who called it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct CommandError(String);

type Outcome = Result<(), CommandError>;

impl CommandError {
    fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

macro_rules! from_errors {
    ($($error:ty),+) => {$(
        impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                Self(error.to_string())
            }
        }
    )+};
}

from_errors!(
    io::Error,
    StoreError,
    Failure,
    crate::config::ConfigError,
    sqlite::OpenError,
    postgres::OpenError,
    crate::store::copy::CopyError,
    crate::keys::KeyFault,
    crate::backup::BackupError
);

/// Runs the program.
pub fn main() -> ExitCode {
    let Arguments { options, json, command } = Arguments::parse();
    let printer = Printer { json };
    let outcome = options.settle().map_err(CommandError::from).and_then(|settings| match command {
        Command::Serve => run(serve::serve(&settings, &printer)),
        Command::Demo => run(demo::serve(&settings, &printer)),
        Command::Vendor(command) => run(vendor::run(&settings, &printer, command)),
        Command::Account(command) => run(account::run(&settings, &printer, command)),
        Command::Member(command) => run(member::run(&settings, &printer, command)),
        Command::Keys(command) => run(keys::run(&settings, &printer, command)),
        Command::Backup(arguments) => backup::run(&settings, &printer, &arguments),
        Command::Restore(arguments) => run(restore::run(&settings, &printer, &arguments)),
        Command::Doctor => run(doctor::run(&settings, &printer)),
        Command::Health => health::run(&settings, &printer),
        Command::Check => run(check::run(&settings, &printer)),
        Command::Copy(arguments) => run(copy::run(&printer, arguments)),
        Command::Verify(arguments) => run(verify::run(&settings, &printer, arguments)),
        Command::Openapi => openapi::run(),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            printer.complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(command: impl Future<Output = Outcome>) -> Outcome {
    actix_web::rt::System::new().block_on(command)
}

/// Writes answers for people or for machines.
struct Printer {
    json: bool,
}

impl Printer {
    /// Answers: `sentence` for people, `value` for machines.
    fn answer(&self, sentence: &str, value: &impl Serialize) -> Outcome {
        let text = if self.json { serde_json::to_string(value).unwrap_or_default() } else { sentence.to_owned() };
        say(&text)
    }

    fn complain(&self, error: &CommandError) {
        let text = if self.json {
            serde_json::json!({ "error": error.to_string() }).to_string()
        } else {
            format!("passgate: {error}")
        };
        // Nobody is left to hear that standard error is closed.
        let _ = writeln!(io::stderr(), "{text}");
    }
}

/// One line on standard output, at once.
fn say(line: &str) -> Outcome {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// Opens the store in the data folder, and the keys beside it.
fn open(settings: &Settings) -> Result<(Store, Keyring, Rng), CommandError> {
    std::fs::create_dir_all(&settings.data_dir).map_err(|error| {
        let folder = settings.data_dir.display();
        CommandError::new(format!("the data folder {folder} cannot be made ({error}): name another with --data-dir"))
    })?;
    let (rng, file) = (Rng::system(), settings.store_file());
    if let Some(url) = &settings.database_url {
        let engine = postgres::PostgresEngine::open(url, postgres::Options::default())?;
        let master_key = open_master_key(settings, &rng, engine.has_keys())?;
        return Ok((Store::new(engine), Keyring::new(master_key, rng.clone()), rng));
    }
    // Before the store: one that was made with a key must not be opened with a new one.
    let master_key = open_master_key(settings, &rng, file.exists())?;
    let engine = sqlite::SqliteEngine::open(file, sqlite::Options::default())?;
    Ok((Store::new(engine), Keyring::new(master_key, rng.clone()), rng))
}

/// Refuses where there is no store: a command that looks at one must not make it, in a folder that was misspelt perhaps.
fn want_store(settings: &Settings) -> Outcome {
    match &settings.database_url {
        Some(url) => {
            let seen = postgres::look_at(url)?;
            let sentence = format!("there is no store in {} yet: name another by --database-url", seen.name);
            seen.schema.map(drop).ok_or_else(|| CommandError::new(sentence))
        }
        None if settings.store_file().is_file() => Ok(()),
        None => Err(sqlite::OpenError::Missing(settings.store_file()).into()),
    }
}

/// Refuses with `advice` where the store is no file of ours: an old file in the data folder must not be taken for it.
fn want_file(settings: &Settings, advice: &str) -> Outcome {
    match settings.database_url {
        Some(_) => Err(CommandError::new(format!("the store is in PostgreSQL: {advice}"))),
        None => Ok(()),
    }
}

fn open_master_key(settings: &Settings, rng: &Rng, is_needed: bool) -> Result<MasterKey, CommandError> {
    if let Some(text) = settings.master_key()? {
        return Ok(MasterKey::parse(&text)?);
    }
    let file = &settings.master_key_file;
    if is_needed && !file.exists() {
        let sentence = "the store has signing keys, but their master key is not at";
        return Err(CommandError::new(format!("{sentence} {}: bring it back, or name it", file.display())));
    }
    MasterKey::load_or_create(file, rng).map_err(|error| {
        let advice = "name another place by --master-key-file, or another folder by --data-dir";
        CommandError::new(format!("the master key {} cannot be used ({error}): {advice}", file.display()))
    })
}

/// Opens everything for a command that does not listen.
fn open_app(settings: &Settings) -> Result<App, CommandError> {
    let config = settings.config(settings.listen, crate::config::Demo::No)?;
    open_app_with(settings, config)
}

fn open_app_with(settings: &Settings, config: Config) -> Result<App, CommandError> {
    let (store, keys, rng) = open(settings)?;
    Ok(App::new(store, Clock::system(), rng, keys, config))
}

/// Logs go to standard error; `RUST_LOG` chooses what.
fn start_log(settings: &Settings) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_target(false);
    let log = log.with_ansi(io::stderr().is_terminal());
    // A second start in one process keeps the first one's log.
    let _ = match settings.log {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
}
