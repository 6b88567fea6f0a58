//! Moving an installation from one database to another, row by row as it stands: triggers and references are not asked again,
//! checks are. The other database must be empty, and nothing of a copy that fails stays in it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use rusqlite::types::ValueRef;

use super::{Store, postgres, sqlite};

/// Where a store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In this file.
    Sqlite(PathBuf),
    /// At this URL.
    Postgres(String),
}

/// Not a place: neither a URL of PostgreSQL's nor a file.
#[derive(Debug, thiserror::Error)]
#[error("a database is named by postgres://… or by its folder or file: sqlite:passgate-data")]
pub struct NoPlace;

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        if path.is_empty() || path.contains("://") { Err(NoPlace) } else { Ok(Self::Sqlite(path.into())) }
    }
}

/// Why nothing was copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// One of them cannot be opened.
    #[error(transparent)]
    Sqlite(#[from] sqlite::OpenError),
    /// One of them cannot be opened.
    #[error(transparent)]
    Postgres(#[from] postgres::OpenError),
    /// There is no store to copy.
    #[error("there is no store at {0}")]
    Missing(String),
    /// The other one holds something.
    #[error("{0} has rows already: copy into an empty database")]
    NotEmpty(String),
    /// Other processes use the database that is to be copied.
    #[error("other passgate processes use the database that is to be copied: stop them first")]
    InUse,
    /// A database said no.
    #[error("{0} could not be copied: {1}")]
    Failed(String, String),
    /// Something got lost.
    #[error("{table} has {from} rows, and {to} after copying: nothing was kept")]
    Different {
        /// Which table.
        table: String,
        /// How many there are.
        from: u64,
        /// How many there were afterwards.
        to: u64,
    },
}

/// A table and the columns that are not worked out from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Table {
    pub(in crate::store) name: String,
    pub(in crate::store) columns: Vec<String>,
}

/// Takes a row's values.
pub(in crate::store) type Put<'p> = dyn FnMut(&[ValueRef<'_>]) -> Result<(), String> + 'p;

/// Gives a table's rows.
pub(in crate::store) type Give<'g> = dyn FnMut(&Table, &mut Put<'_>) -> Result<(), String> + 'g;

/// Copies everything; how many rows of what. Both stores are brought up to this release's schema first.
pub fn copy(from: &Place, to: &Place) -> Result<BTreeMap<String, u64>, CopyError> {
    // Neither client library runs inside an event loop.
    std::thread::scope(|scope| scope.spawn(|| copy_all(from, to)).join())
        .unwrap_or_else(|_| Err(CopyError::Failed("the store".to_owned(), "copying panicked".to_owned())))
}

fn copy_all(from: &Place, to: &Place) -> Result<BTreeMap<String, u64>, CopyError> {
    if let Place::Sqlite(path) = from
        && !path.is_file()
    {
        return Err(CopyError::Missing(path.display().to_string()));
    }
    // Brought up to this release's schema, and held until the end: nobody else opens a file meanwhile.
    let _held = (hold(from)?, hold(to)?);
    match from {
        Place::Sqlite(path) => sqlite::tables::read_all(path, &mut |tables, give| fill(to, tables, give)),
        Place::Postgres(url) => postgres::tables::read_all(url, &mut |tables, give| fill(to, tables, give)),
    }
}

fn fill(to: &Place, tables: &[Table], give: &mut Give<'_>) -> Result<BTreeMap<String, u64>, CopyError> {
    match to {
        Place::Sqlite(path) => sqlite::tables::fill_all(path, tables, give),
        Place::Postgres(url) => postgres::tables::fill_all(url, tables, give),
    }
}

/// Compares what was given with what is there now.
pub(in crate::store) fn compare(table: &Table, from: u64, to: u64) -> Result<(), CopyError> {
    if from == to { Ok(()) } else { Err(CopyError::Different { table: table.name.clone(), from, to }) }
}

fn hold(place: &Place) -> Result<Option<sqlite::SqliteEngine>, CopyError> {
    Ok(match place {
        Place::Sqlite(path) => Some(sqlite::SqliteEngine::open(path, sqlite::Options::default())?),
        Place::Postgres(_) => None,
    })
}

/// A store there, for looking at it.
pub fn open(place: &Place) -> Result<Store, CopyError> {
    Ok(match place {
        Place::Sqlite(path) => Store::new(sqlite::SqliteEngine::open(path, sqlite::Options::default())?),
        Place::Postgres(url) => Store::new(postgres::PostgresEngine::open(url, postgres::Options::default())?),
    })
}
