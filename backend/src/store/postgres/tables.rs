//! Every row of a database, to be copied out of it or into it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;

use fallible_iterator::FallibleIterator as _;
use postgres::types::ToSql;
use postgres::{Client, Error};
use rusqlite::types::ValueRef;

use super::bell::DUTY;
use super::connection::Source;
use super::values::value_at;
use super::{Options, bring_up, fault};
use crate::store::copy::{CopyError, Give, Table, compare};

/// What takes the tables, and from what their rows come.
type Take<'t> = dyn FnMut(&[Table], &mut Give<'_>) -> Result<BTreeMap<String, u64>, CopyError> + 't;

/// Hands over everything in the database, as it is at one moment.
pub(in crate::store) fn read_all(url: &str, take: &mut Take<'_>) -> Result<BTreeMap<String, u64>, CopyError> {
    let (mut client, name) = connect(url)?;
    let failed = |error: Error| CopyError::Failed(name.clone(), fault::sentence(&error));
    // Of the processes that serve it, one would be on duty.
    if !client.query_one("SELECT pg_try_advisory_lock($1)", &[&DUTY]).map_err(failed)?.get::<_, bool>(0) {
        return Err(CopyError::InUse);
    }
    client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").map_err(failed)?;
    let tables = tables(&mut client).map_err(failed)?;
    take(&tables, &mut |table, put| {
        let sql = format!("SELECT {} FROM {}", table.columns.join(", "), table.name);
        let said = |error: Error| fault::sentence(&error);
        let none: [&dyn ToSql; 0] = [];
        let mut rows = client.query_raw(&sql, none).map_err(said)?;
        while let Some(row) = rows.next().map_err(said)? {
            let values = (0..table.columns.len()).map(|index| value_at(&row, index));
            put(&values.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?)?;
        }
        Ok(())
    })
}

/// Takes everything into the database, or nothing; how many rows of what.
pub(in crate::store) fn fill_all(
    url: &str,
    tables: &[Table],
    give: &mut Give<'_>,
) -> Result<BTreeMap<String, u64>, CopyError> {
    let (mut client, name) = connect(url)?;
    let failed = |error: Error| CopyError::Failed(name.clone(), fault::sentence(&error));
    let mut transaction = client.transaction().map_err(failed)?;
    let mut counts = BTreeMap::new();
    for table in in_order(tables, &references(&mut transaction).map_err(failed)?) {
        let count = format!("SELECT count(*) FROM {}", table.name);
        if transaction.query_one(&count, &[]).map_err(failed)?.get::<_, i64>(0) != 0 {
            return Err(CopyError::NotEmpty(name));
        }
        // Rows come as they stand: what triggers would count is counted. References are looked after all the same.
        transaction.batch_execute(&format!("ALTER TABLE {} DISABLE TRIGGER USER", table.name)).map_err(failed)?;
        let copy = format!("COPY {} ({}) FROM STDIN", table.name, table.columns.join(", "));
        let mut writer = transaction.copy_in(&copy).map_err(failed)?;
        let (mut given, mut line) = (0, String::new());
        let put = &mut |values: &[ValueRef<'_>]| {
            given += 1;
            line.clear();
            write_row(&mut line, values)?;
            writer.write_all(line.as_bytes()).map_err(|error| error.to_string())
        };
        give(table, put).map_err(|reason| CopyError::Failed(table.name.clone(), reason))?;
        writer.finish().map_err(failed)?;
        transaction.batch_execute(&format!("ALTER TABLE {} ENABLE TRIGGER USER", table.name)).map_err(failed)?;
        let found: i64 = transaction.query_one(&count, &[]).map_err(failed)?.get(0);
        compare(table, given, u64::try_from(found).unwrap_or(0))?;
        counts.insert(table.name.clone(), given);
    }
    // Numbers go on behind those that came.
    for table in ["answers", "proofs"] {
        let sql = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'number'), coalesce((SELECT max(number) FROM {table}), 0) + 1)"
        );
        transaction.execute(&sql, &[]).map_err(failed)?;
    }
    transaction.commit().map_err(failed)?;
    Ok(counts)
}

fn connect(url: &str) -> Result<(Client, String), CopyError> {
    let source = Source::parse(url, Options::default())?;
    bring_up(&source)?;
    let client = source.connect().map_err(|error| CopyError::Failed(source.name(), fault::sentence(&error)))?;
    Ok((client, source.name()))
}

/// As `COPY` reads it.
fn write_row(line: &mut String, values: &[ValueRef<'_>]) -> Result<(), String> {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            line.push('\t');
        }
        match value {
            ValueRef::Null => line.push_str("\\N"),
            ValueRef::Integer(number) => write!(line, "{number}").map_err(|error| error.to_string())?,
            ValueRef::Real(number) => return Err(format!("the number {number} is not a whole one")),
            ValueRef::Text(text) => {
                for letter in std::str::from_utf8(text).map_err(|error| error.to_string())?.chars() {
                    match letter {
                        '\\' => line.push_str("\\\\"),
                        '\t' => line.push_str("\\t"),
                        '\n' => line.push_str("\\n"),
                        '\r' => line.push_str("\\r"),
                        '\0' => return Err("a text holds a zero, which PostgreSQL does not take".to_owned()),
                        letter => line.push(letter),
                    }
                }
            }
            ValueRef::Blob(bytes) => {
                line.push_str("\\\\x");
                for byte in *bytes {
                    write!(line, "{byte:02x}").map_err(|error| error.to_string())?;
                }
            }
        }
    }
    line.push('\n');
    Ok(())
}

fn tables(client: &mut Client) -> Result<Vec<Table>, Error> {
    let sql = "
        SELECT table_name::text, array_to_string(array_agg(column_name::text ORDER BY ordinal_position), ',')
        FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name <> 'schema_migrations' AND is_generated = 'NEVER'
        GROUP BY table_name ORDER BY table_name";
    let rows = client.query(sql, &[])?;
    let of = |row: &postgres::Row| Table {
        name: row.get(0),
        columns: row.get::<_, String>(1).split(',').map(str::to_owned).collect(),
    };
    Ok(rows.iter().map(of).collect())
}

/// Which table refers to which.
fn references(transaction: &mut postgres::Transaction<'_>) -> Result<Vec<(String, String)>, Error> {
    let sql = "
        SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
        WHERE contype = 'f' AND conrelid <> confrelid AND connamespace = current_schema()::regnamespace";
    Ok(transaction.query(sql, &[])?.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// The tables so that each comes after those that it refers to.
fn in_order<'t>(tables: &'t [Table], references: &[(String, String)]) -> Vec<&'t Table> {
    let (mut ordered, mut done) = (Vec::new(), BTreeSet::new());
    let mut left: Vec<&Table> = tables.iter().collect();
    while !left.is_empty() {
        let is_ready = |table: &&Table| {
            let mut own = references.iter().filter(|(from, _)| *from == table.name);
            own.all(|(_, to)| done.contains(to.as_str()))
        };
        let (ready, waiting): (Vec<_>, Vec<_>) = left.into_iter().partition(is_ready);
        // References that go round would never be ready: the database then says so.
        let ready = if ready.is_empty() { waiting.clone() } else { ready };
        done.extend(ready.iter().map(|table| table.name.as_str()));
        left = waiting.into_iter().filter(|table| !done.contains(table.name.as_str())).collect();
        ordered.extend(ready);
    }
    ordered
}
