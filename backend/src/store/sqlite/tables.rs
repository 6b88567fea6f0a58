//! Every row of a file, to be copied out of it or into it.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, Error, params_from_iter};

use crate::store::copy::{CopyError, Give, Table, compare};

/// What takes the tables, and from what their rows come.
type Take<'t> = dyn FnMut(&[Table], &mut Give<'_>) -> Result<BTreeMap<String, u64>, CopyError> + 't;

/// Hands over everything in the file at `path`, as it is at one moment.
pub(in crate::store) fn read_all(path: &Path, take: &mut Take<'_>) -> Result<BTreeMap<String, u64>, CopyError> {
    let failed = |error: Error| CopyError::Failed(path.display().to_string(), error.to_string());
    let connection = Connection::open(path).map_err(failed)?;
    connection.execute_batch("BEGIN").map_err(failed)?;
    let tables = tables(&connection).map_err(failed)?;
    take(&tables, &mut |table, put| {
        let sql = format!("SELECT {} FROM {}", table.columns.join(", "), table.name);
        let mut statement = connection.prepare(&sql).map_err(|error| error.to_string())?;
        let mut rows = statement.query([]).map_err(|error| error.to_string())?;
        while let Some(row) = rows.next().map_err(|error| error.to_string())? {
            let values = (0..table.columns.len()).map(|index| row.get_ref(index));
            let values = values.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
            put(&values)?;
        }
        Ok(())
    })
}

/// Takes everything into the file at `path`, or nothing; how many rows of what.
pub(in crate::store) fn fill_all(
    path: &Path,
    tables: &[Table],
    give: &mut Give<'_>,
) -> Result<BTreeMap<String, u64>, CopyError> {
    let name = path.display().to_string();
    let failed = |error: Error| CopyError::Failed(name.clone(), error.to_string());
    let connection = Connection::open(path).map_err(failed)?;
    // Rows come as they stand: what triggers would count is counted.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false).map_err(failed)?;
    connection.execute_batch("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE").map_err(failed)?;
    let mut counts = BTreeMap::new();
    for table in tables {
        let count = || connection.query_row(&format!("SELECT count(*) FROM {}", table.name), [], |row| row.get(0));
        if count().map_err(failed)? != 0_u64 {
            return Err(CopyError::NotEmpty(name));
        }
        let places = vec!["?"; table.columns.len()].join(", ");
        let sql = format!("INSERT INTO {} ({}) VALUES ({places})", table.name, table.columns.join(", "));
        let mut statement = connection.prepare(&sql).map_err(failed)?;
        let mut given = 0;
        let put = &mut |values: &[rusqlite::types::ValueRef<'_>]| {
            given += 1;
            let values = values.iter().map(|value| ToSqlOutput::Borrowed(*value));
            statement.execute(params_from_iter(values)).map(drop).map_err(|error| error.to_string())
        };
        give(table, put).map_err(|reason| CopyError::Failed(table.name.clone(), reason))?;
        compare(table, given, count().map_err(failed)?)?;
        counts.insert(table.name.clone(), given);
    }
    connection.execute_batch("COMMIT").map_err(failed)?;
    Ok(counts)
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<Table>> {
    let sql = "
        SELECT name FROM sqlite_schema
        WHERE type = 'table' AND name <> 'schema_migrations' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid";
    let mut statement = connection.prepare(sql)?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let mut columns = connection.prepare("SELECT name FROM pragma_table_info(?)")?;
    let of = |name: String| {
        let columns = columns.query_map([&name], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(Table { name, columns })
    };
    names.into_iter().map(of).collect()
}
