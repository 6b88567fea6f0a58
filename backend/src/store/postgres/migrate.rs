//! Numbered migrations, embedded, each applied once in a transaction and recorded with its checksum; by one process at a time.

use std::cmp::Ordering;

use postgres::{Client, Error};
use shared::canonical::digest_bytes;

use super::{OpenError, fault};

/// All of them, in order: the name, and what it does. Never changed once released: the checksum tells.
const MIGRATIONS: &[(&str, &str)] = &[
    ("first", include_str!("../../../migrations/postgres/0001_first.sql")),
    ("signing", include_str!("../../../migrations/postgres/0002_signing.sql")),
];

/// What processes that bring the schema up take turns by: "Passgate" in ASCII.
const TURN: i64 = 0x5061_7373_6761_7465;

/// What a database is known by.
const MARK: &str =
    "CREATE TABLE schema_migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)";

const NEWEST: &str = "SELECT coalesce(max(version), 0) FROM schema_migrations";

/// The oldest release of PostgreSQL that this is written for.
const OLDEST: i32 = 140_000;

/// Brings the database up to the newest of them.
///
/// # Errors
/// In this order: `Old`, `Encoding`, `Foreign`, `Newer`, `Changed`; `Failed` when PostgreSQL refuses.
pub(super) fn migrate(client: &mut Client, name: &str) -> Result<(), OpenError> {
    let failed = |error: Error| OpenError::Failed { name: name.to_owned(), reason: fault::sentence(&error) };
    check_server(client, name)?;
    client.execute("SELECT pg_advisory_lock($1)", &[&TURN]).map_err(failed)?;
    let done = bring_up(client, name).unwrap_or_else(|error| Err(failed(error)));
    client.execute("SELECT pg_advisory_unlock($1)", &[&TURN]).map_err(failed)?;
    done
}

/// The newest migration of a database that is not to be changed; none where there is nothing yet.
///
/// # Errors
/// In this order: `Old`, `Encoding`, `Foreign`, `Newer`, `Older`; `Failed` when PostgreSQL refuses.
pub(super) fn find_schema(client: &mut Client, name: &str) -> Result<Option<i64>, OpenError> {
    let failed = |error: Error| OpenError::Failed { name: name.to_owned(), reason: fault::sentence(&error) };
    check_server(client, name)?;
    match look(client).map_err(failed)? {
        Found::Foreign => return Err(OpenError::Foreign(name.to_owned())),
        Found::Empty => return Ok(None),
        Found::Ours => {}
    }
    let found: i64 = client.query_one(NEWEST, &[]).map_err(failed)?.get(0);
    match found.cmp(&known()) {
        Ordering::Less => Err(OpenError::Older { found, known: known() }),
        Ordering::Equal => Ok(Some(found)),
        Ordering::Greater => Err(OpenError::Newer { found, known: known() }),
    }
}

fn check_server(client: &mut Client, name: &str) -> Result<(), OpenError> {
    let failed = |error: Error| OpenError::Failed { name: name.to_owned(), reason: fault::sentence(&error) };
    let about = "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')";
    let about = client.query_one(about, &[]).map_err(failed)?;
    if about.get::<_, i32>(0) < OLDEST {
        return Err(OpenError::Old(name.to_owned()));
    }
    if about.get::<_, String>(1) != "UTF8" {
        return Err(OpenError::Encoding(name.to_owned()));
    }
    Ok(())
}

/// The newest migration that this release knows.
fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

fn bring_up(client: &mut Client, name: &str) -> Result<Result<(), OpenError>, Error> {
    match look(client)? {
        Found::Foreign => return Ok(Err(OpenError::Foreign(name.to_owned()))),
        Found::Empty => client.batch_execute(MARK)?,
        Found::Ours => {}
    }
    let found: i64 = client.query_one(NEWEST, &[])?.get(0);
    if found > known() {
        return Ok(Err(OpenError::Newer { found, known: known() }));
    }
    for (version, (name, sql)) in (1_i64..).zip(MIGRATIONS) {
        let checksum = digest_bytes(sql.as_bytes());
        let recorded = client.query_opt("SELECT checksum FROM schema_migrations WHERE version = $1", &[&version])?;
        match recorded.map(|row| row.get::<_, String>(0)) {
            Some(applied) if applied == checksum => {}
            Some(_) => return Ok(Err(OpenError::Changed { version })),
            None => {
                let mut transaction = client.transaction()?;
                transaction.batch_execute(sql)?;
                let record = "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)";
                transaction.execute(record, &[&version, name, &checksum])?;
                transaction.commit()?;
                tracing::info!(version, name, "migrated the database");
            }
        }
    }
    Ok(Ok(()))
}

/// Whose tables the schema holds that new ones would go to.
enum Found {
    Empty,
    Ours,
    Foreign,
}

fn look(client: &mut Client) -> Result<Found, Error> {
    let ours = "SELECT to_regclass(quote_ident(current_schema()) || '.schema_migrations') IS NOT NULL";
    if client.query_one(ours, &[])?.get(0) {
        let columns = "
            SELECT count(*) FROM pg_attribute WHERE attnum > 0 AND attname IN ('version', 'name', 'checksum')
                AND attrelid = to_regclass(quote_ident(current_schema()) || '.schema_migrations')";
        let is_ours = client.query_one(columns, &[])?.get::<_, i64>(0) == 3;
        return Ok(if is_ours { Found::Ours } else { Found::Foreign });
    }
    let is_empty = "SELECT NOT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace)";
    Ok(if client.query_one(is_empty, &[])?.get(0) { Found::Empty } else { Found::Foreign })
}
