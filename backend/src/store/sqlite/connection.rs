//! How connections are opened, and what every one of them is told.

use std::path::PathBuf;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Result};

use super::{Durability, Options, beside};

/// Statements kept prepared by each connection: more than there are in this folder.
const STATEMENTS: usize = 320;

/// When the write-ahead log is moved into the file, in pages of 4 KiB: rarely enough that a page of a large store has been written
/// more than once meanwhile, often enough to stay within the page cache.
const CHECKPOINT_PAGES: i64 = 16_000;

/// How much of the file a connection keeps in memory, in KiB. More is no faster: while the file is smaller than a gigabyte, SQLite
/// goes through all that the writer keeps with nearly every commit (it renumbers pages by way of one beyond the file's end, and
/// looks for what lies there); and the system keeps the file in its memory anyway.
const CACHE_KIB: i64 = 8192;

/// Where connections come from.
#[derive(Clone)]
pub(super) struct Source {
    path: PathBuf,
    options: Options,
}

impl Source {
    pub(super) const fn new(path: PathBuf, options: Options) -> Self {
        Self { path, options }
    }

    /// How many threads read.
    pub(super) fn readers(&self) -> usize {
        self.options.readers.max(1)
    }

    /// The write-ahead log, which is to be flushed before anybody is told what it holds; none where nobody waits for the disk.
    pub(super) fn log_to_flush(&self) -> Option<PathBuf> {
        (self.options.durability == Durability::Full).then(|| beside(&self.path, "-wal"))
    }

    /// The one connection that writes. Its commits are not on the disk when it says that they are made: `flush.rs` sees to that.
    /// What is brought into the file has been flushed before, and is after.
    pub(super) fn open_writer(&self) -> Result<Connection> {
        let connection = self.open_untouched()?;
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))?;
        let synchronous = match self.options.durability {
            Durability::Full => "normal",
            Durability::Relaxed => "off",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        connection.pragma_update(None, "journal_size_limit", 4 * CHECKPOINT_PAGES * 4096)?;
        if let Some(limit) = self.options.size_limit {
            let pages = i64::try_from(limit / 4096).unwrap_or(i64::MAX);
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        Ok(connection)
    }

    /// A connection that could write but has changed nothing of the file yet: it may be another program's.
    pub(super) fn open_untouched(&self) -> Result<Connection> {
        self.open(OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// A connection that cannot write.
    pub(super) fn open_reader(&self) -> Result<Connection> {
        let connection = self.open(OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        Ok(connection)
    }

    /// No memory map: a disk error would then end the process instead of failing one statement.
    fn open(&self, access: OpenFlags) -> Result<Connection> {
        let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(self.options.busy_timeout)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // A file from elsewhere cannot make our statements call functions, nor can SQL damage the file's own structure.
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        // Without it SQLite may plan a statement anew for each value bound to it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "recursive_triggers", true)?;
        connection.pragma_update(None, "temp_store", "memory")?;
        Ok(connection)
    }
}
