//! How connections are opened, and what every one of them is told.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Result};

use super::{Durability, Options, beside};

/// Statements kept prepared by each connection: more than there are in this folder.
const STATEMENTS: usize = 320;

/// The size of a page in bytes.
pub(super) const PAGE: usize = 4096;

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

    /// How many pages in the log are enough to bring them into the file.
    pub(super) fn log_pages(&self) -> u64 {
        self.options.log_pages.max(1)
    }

    /// The write-ahead log.
    pub(super) fn log(&self) -> PathBuf {
        beside(&self.path, "-wal")
    }

    /// The write-ahead log, opened to be flushed before anybody is told what it holds; none where nobody waits for the disk.
    pub(super) fn open_log_to_flush(&self) -> io::Result<Option<File>> {
        self.open_to_flush(&self.log())
    }

    /// The file, opened to be flushed before the log forgets what was brought into it; none likewise.
    pub(super) fn open_file_to_flush(&self) -> io::Result<Option<File>> {
        self.open_to_flush(&self.path)
    }

    fn open_to_flush(&self, path: &Path) -> io::Result<Option<File>> {
        let is_flushed = self.options.durability == Durability::Full;
        is_flushed.then(|| OpenOptions::new().read(true).write(true).open(path)).transpose()
    }

    /// A connection that can write, of which one does. Its commits are not on the disk when it says that they are made: `flush.rs` sees
    /// to that, and `checkpoint.rs` to it that the log comes into the file. What is brought in has been flushed before.
    pub(super) fn open_writer(&self) -> Result<Connection> {
        let connection = self.open_untouched()?;
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))?;
        let synchronous = match self.options.durability {
            Durability::Full => "normal",
            Durability::Relaxed => "off",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.pragma_update(
            None,
            "journal_size_limit",
            i64::try_from(4 * self.log_pages() * PAGE as u64).unwrap_or(i64::MAX),
        )?;
        if let Some(limit) = self.options.size_limit {
            let pages = i64::try_from(limit / PAGE as u64).unwrap_or(i64::MAX);
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
