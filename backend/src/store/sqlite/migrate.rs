//! Numbered migrations, embedded, each applied once in a transaction and recorded with its checksum.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};
use shared::canonical::digest_bytes;

use super::OpenError;

/// One step of the schema.
pub(super) struct Migration {
    /// Counted from 1, without gaps.
    pub(super) version: i64,
    /// What it does, in a word or two.
    name: &'static str,
    /// Never changed once released: the checksum tells.
    sql: &'static str,
}

/// All of them, in order.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "first", sql: include_str!("../../../migrations/sqlite/0001_first.sql") },
    Migration { version: 2, name: "moves", sql: include_str!("../../../migrations/sqlite/0002_moves.sql") },
    Migration { version: 3, name: "catalog", sql: include_str!("../../../migrations/sqlite/0003_catalog.sql") },
    Migration { version: 4, name: "support", sql: include_str!("../../../migrations/sqlite/0004_support.sql") },
    Migration { version: 5, name: "team", sql: include_str!("../../../migrations/sqlite/0005_team.sql") },
    Migration { version: 6, name: "webhooks", sql: include_str!("../../../migrations/sqlite/0006_webhooks.sql") },
    Migration { version: 7, name: "sign_in", sql: include_str!("../../../migrations/sqlite/0007_sign_in.sql") },
    Migration { version: 8, name: "mail", sql: include_str!("../../../migrations/sqlite/0008_mail.sql") },
    Migration { version: 9, name: "figures", sql: include_str!("../../../migrations/sqlite/0009_figures.sql") },
    Migration { version: 10, name: "coupons", sql: include_str!("../../../migrations/sqlite/0010_coupons.sql") },
    Migration { version: 11, name: "leases", sql: include_str!("../../../migrations/sqlite/0011_leases.sql") },
    Migration { version: 12, name: "sources", sql: include_str!("../../../migrations/sqlite/0012_sources.sql") },
    Migration { version: 13, name: "settings", sql: include_str!("../../../migrations/sqlite/0013_settings.sql") },
    Migration { version: 14, name: "lists", sql: include_str!("../../../migrations/sqlite/0014_lists.sql") },
    Migration { version: 15, name: "events", sql: include_str!("../../../migrations/sqlite/0015_events.sql") },
    Migration { version: 16, name: "signing", sql: include_str!("../../../migrations/sqlite/0016_signing.sql") },
    Migration { version: 17, name: "words", sql: include_str!("../../../migrations/sqlite/0017_words.sql") },
];

/// "Pass" in ASCII: marks the file as ours (`file` and `sqlite3` show it).
pub(super) const APPLICATION_ID: i64 = 0x5061_7373;

/// Asks for the newest migration that was applied.
pub(super) const NEWEST: &str = "SELECT coalesce(max(version), 0) FROM schema_migrations";

/// Marks an empty file as ours. Errors: `Foreign` when the file is another program's; it is left as it is.
pub(super) fn mark(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    match mark_empty(connection) {
        Ok(true) => Ok(()),
        Ok(false) => Err(OpenError::Foreign(path.to_owned())),
        Err(error) => Err(OpenError::of(path, &error)),
    }
}

/// Brings a marked database up to the newest of `migrations`.
///
/// # Errors
/// `Newer`, `Changed`, or `Failed` when SQLite refuses; migrations before the failing one stay applied.
pub(super) fn migrate(connection: &mut Connection, path: &Path, migrations: &[Migration]) -> Result<(), OpenError> {
    let failed = |error: rusqlite::Error| OpenError::of(path, &error);
    let known = migrations.last().map_or(0, |migration| migration.version);
    let found: i64 = connection.query_row(NEWEST, [], |row| row.get(0)).map_err(failed)?;
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    for migration in migrations {
        let checksum = digest_bytes(migration.sql.as_bytes());
        match recorded(connection, migration.version).map_err(failed)? {
            Some(applied) if applied == checksum => {}
            Some(_) => return Err(OpenError::Changed { version: migration.version }),
            None => {
                apply(connection, migration, &checksum).map_err(failed)?;
                tracing::info!(version = migration.version, name = migration.name, "migrated the database");
            }
        }
    }
    Ok(())
}

/// False when the file is another program's.
fn mark_empty(connection: &mut Connection) -> rusqlite::Result<bool> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let application: i64 = transaction.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != APPLICATION_ID {
        let is_empty = "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)";
        if application != 0 || !transaction.query_row(is_empty, [], |row| row.get::<_, bool>(0))? {
            return Ok(false);
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.execute_batch(
            "CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT",
        )?;
    }
    transaction.commit()?;
    Ok(true)
}

fn recorded(connection: &Connection, version: i64) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT checksum FROM schema_migrations WHERE version = ?";
    connection.query_row(sql, [version], |row| row.get(0)).optional()
}

/// Migrations alone may write the schema itself: what a check says is changed without a copy of its table.
fn apply(connection: &mut Connection, migration: &Migration, checksum: &str) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)?;
    let applied = run(connection, migration, checksum);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    applied
}

fn run(connection: &mut Connection, migration: &Migration, checksum: &str) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(migration.sql)?;
    let record = "INSERT INTO schema_migrations (version, name, checksum) VALUES (?, ?, ?)";
    transaction.execute(record, (migration.version, migration.name, checksum))?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::{Migration, OpenError, mark, migrate};
    use rusqlite::Connection;
    use std::path::Path;

    const ONE: Migration = Migration { version: 1, name: "one", sql: "CREATE TABLE one (x) " };
    const TWO: Migration = Migration { version: 2, name: "two", sql: "CREATE TABLE two (x)" };

    fn run(connection: &mut Connection, migrations: &[Migration]) -> Result<(), OpenError> {
        mark(connection, Path::new("test.db"))?;
        migrate(connection, Path::new("test.db"), migrations)
    }

    fn has_table(connection: &Connection, name: &str) -> bool {
        connection.table_exists(None, name).expect("the schema is readable")
    }

    #[test]
    fn each_migration_is_applied_once_and_in_order() {
        let mut connection = Connection::open_in_memory().expect("opens");
        run(&mut connection, &[ONE]).expect("the first");
        assert!(has_table(&connection, "one") && !has_table(&connection, "two"));
        run(&mut connection, &[ONE, TWO]).expect("the second");
        run(&mut connection, &[ONE, TWO]).expect("nothing to do");
        assert!(has_table(&connection, "two"));
    }

    #[test]
    fn a_failing_migration_leaves_nothing_of_itself() {
        let mut connection = Connection::open_in_memory().expect("opens");
        let bad = Migration { version: 2, name: "bad", sql: "CREATE TABLE half (x); CREATE TABLE one (x);" };
        assert!(matches!(run(&mut connection, &[ONE, bad]), Err(OpenError::Failed { .. })));
        assert!(has_table(&connection, "one") && !has_table(&connection, "half"));
        run(&mut connection, &[ONE, TWO]).expect("repaired");
    }

    #[test]
    fn a_changed_migration_is_refused() {
        let mut connection = Connection::open_in_memory().expect("opens");
        run(&mut connection, &[ONE, TWO]).expect("applied");
        let changed = Migration { sql: "CREATE TABLE one (x, y)", ..ONE };
        assert!(matches!(run(&mut connection, &[changed, TWO]), Err(OpenError::Changed { version: 1 })));
    }

    #[test]
    fn a_newer_schema_is_refused() {
        let mut connection = Connection::open_in_memory().expect("opens");
        run(&mut connection, &[ONE, TWO]).expect("applied");
        assert!(matches!(run(&mut connection, &[ONE]), Err(OpenError::Newer { found: 2, known: 1 })));
    }

    #[test]
    fn another_program_s_database_is_refused_and_left_alone() {
        let mut connection = Connection::open_in_memory().expect("opens");
        connection.execute_batch("CREATE TABLE theirs (x)").expect("made");
        assert!(matches!(run(&mut connection, &[ONE]), Err(OpenError::Foreign(_))));
        assert!(!has_table(&connection, "one") && !has_table(&connection, "schema_migrations"));
    }
}
