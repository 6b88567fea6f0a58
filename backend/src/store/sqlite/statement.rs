//! Statements on a connection to SQLite, kept prepared.

use rusqlite::{CachedStatement, Connection, Result};

use super::fault;
use crate::store::sql::row::{Columns, Params, Row};
use crate::store::{Outcome, StoreError};

/// The first row, when there is one.
pub(in crate::store) fn one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&mut Columns<'_>) -> Result<T>,
) -> Outcome<Option<T>> {
    let mut statement = prepare(connection, sql, params)?;
    let mut rows = statement.raw_query();
    let row = rows.next().map_err(fault::from_sqlite)?;
    row.map(|row| read(&mut Columns::of(Row::Sqlite(row))).map_err(fault::from_sqlite)).transpose()
}

/// Every row.
pub(in crate::store) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&mut Columns<'_>) -> Result<T>,
) -> Outcome<Vec<T>> {
    let mut statement = prepare(connection, sql, params)?;
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(fault::from_sqlite)? {
        found.push(read(&mut Columns::of(Row::Sqlite(row))).map_err(fault::from_sqlite)?);
    }
    Ok(found)
}

/// Changes rows; how many.
pub(in crate::store) fn change(connection: &Connection, sql: &str, params: impl Params) -> Outcome<usize> {
    prepare(connection, sql, params)?.raw_execute().map_err(fault::from_sqlite)
}

/// A statement, kept prepared by the connection, with everything bound.
fn prepare<'c>(connection: &'c Connection, sql: &str, params: impl Params) -> Outcome<CachedStatement<'c>> {
    // After some failures SQLite rolls back by itself. What a closure did then would be committed statement by statement.
    if connection.is_autocommit() {
        return Err(StoreError::Unavailable("the transaction was rolled back".to_owned()));
    }
    let mut statement = connection.prepare_cached(sql).map_err(fault::from_sqlite)?;
    let mut bound = 0;
    let bind = |place: usize, value: &dyn rusqlite::ToSql| {
        bound = place;
        statement.raw_bind_parameter(place, value)
    };
    params.each(bind).map_err(fault::from_sqlite)?;
    if bound == statement.parameter_count() {
        return Ok(statement);
    }
    let (given, wanted) = (bound, statement.parameter_count());
    Err(StoreError::Fault(format!("{given} values for {wanted} places")))
}
