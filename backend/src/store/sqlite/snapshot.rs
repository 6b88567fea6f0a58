//! A consistent copy of the store in another file, made beside the process that serves it; and a look at a file without
//! changing it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{OpenError, migrate};

/// How long to wait for another process that recovers or closes the store.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is counted, so that people see what a backup holds.
const COUNTED: [&str; 6] = ["vendors", "accounts", "orders", "licenses", "passes", "events"];

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Its newest migration.
    pub schema: i64,
    /// How much there is of what.
    pub counts: BTreeMap<String, u64>,
}

/// Copies the store at `path`, as it is at one moment, into the empty file `to`. Another process may serve the store
/// meanwhile. Pages that are free are not copied: what was forgotten is not in the copy.
///
/// # Errors
/// In this order: [`OpenError::Missing`], [`OpenError::Foreign`], [`OpenError::Newer`], and [`OpenError::Corrupt`] or
/// [`OpenError::Failed`] wherever SQLite says so.
pub fn write_snapshot(path: &Path, to: &Path) -> Result<Contents, OpenError> {
    let source = open(path)?;
    read_schema(&source, path)?;
    let name = to.to_string_lossy();
    source.execute("VACUUM INTO ?1", [name.as_ref()]).map_err(|error| OpenError::of(path, &error))?;
    read_contents(to)
}

/// Looks at the store at `path` without changing it. Errors as of [`write_snapshot`].
pub fn read_contents(path: &Path) -> Result<Contents, OpenError> {
    let source = open(path)?;
    let schema = read_schema(&source, path)?;
    let mut counts = BTreeMap::new();
    for table in COUNTED {
        let count = source.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0));
        counts.insert(table.to_owned(), count.map_err(|error| OpenError::of(path, &error))?);
    }
    Ok(Contents { schema, counts })
}

/// Looks at every page of the file; what is wrong with it, at most ten sentences. Errors as of [`write_snapshot`].
pub fn find_damage(path: &Path) -> Result<Vec<String>, OpenError> {
    let source = open(path)?;
    read_schema(&source, path)?;
    let of = |error: &rusqlite::Error| OpenError::of(path, error);
    let mut statement = source.prepare("PRAGMA quick_check(10)").map_err(|error| of(&error))?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).map_err(|error| of(&error))?;
    let mut damage = rows.collect::<Result<Vec<_>, _>>().map_err(|error| of(&error))?;
    damage.retain(|sentence| sentence != "ok");
    Ok(damage)
}

/// The newest migration of the store at `path`. Errors as of [`write_snapshot`].
pub(super) fn read_schema_of(path: &Path) -> Result<i64, OpenError> {
    read_schema(&open(path)?, path)
}

fn open(path: &Path) -> Result<Connection, OpenError> {
    if !path.is_file() {
        return Err(OpenError::Missing(path.to_owned()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        Ok(connection)
    });
    opened.map_err(|error| OpenError::of(path, &error))
}

fn read_schema(source: &Connection, path: &Path) -> Result<i64, OpenError> {
    let of = |error: rusqlite::Error| OpenError::of(path, &error);
    let application: i64 = source.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(of)?;
    if application != migrate::APPLICATION_ID {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    let found = source.query_row(migrate::NEWEST, [], |row| row.get(0)).map_err(of)?;
    let known = migrate::MIGRATIONS.last().map_or(0, |migration| migration.version);
    if found > known { Err(OpenError::Newer { found, known }) } else { Ok(found) }
}

impl OpenError {
    /// What an error of SQLite's is about the file at `path`.
    pub(super) fn of(path: &Path, error: &rusqlite::Error) -> Self {
        let is_damaged =
            matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt));
        if is_damaged {
            return Self::Corrupt(path.to_owned());
        }
        Self::Failed { path: path.to_owned(), reason: error.to_string() }
    }
}
