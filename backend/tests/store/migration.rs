//! A store of the first release, with customers in it, opened by this one.

use backend::store::sqlite::{Options, SqliteEngine};
use backend::store::{Store, Tx};
use shared::canonical::digest_bytes;
use shared::license::Counter;

use crate::acts::{self, render};
use crate::database::{Database, raw};
use crate::world::World;

const FIRST: &str = include_str!("../../migrations/sqlite/0001_first.sql");

/// Writes the file as the first release would have: its schema, and the rows of `database` as far as it knew them.
fn write_first(database: &Database, path: &std::path::Path) {
    let mark = "PRAGMA application_id = 0x50617373;
        CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT";
    raw(path, mark).expect("marked");
    raw(path, FIRST).expect("the first schema");
    let record = format!("INSERT INTO schema_migrations VALUES (1, 'first', '{}')", digest_bytes(FIRST.as_bytes()));
    raw(path, &record).expect("recorded");
    let connection = rusqlite::Connection::open(path).expect("opens");
    let mut tables = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'schema_migrations'")
        .expect("read");
    let names = tables.query_map([], |row| row.get::<_, String>(0)).expect("read");
    let mut copy = format!("PRAGMA foreign_keys = OFF; ATTACH '{}' AS newer;", database.path().display());
    for name in names.map(|name| name.expect("a name")) {
        let mut columns = connection.prepare(&format!("SELECT name FROM pragma_table_info('{name}')")).expect("read");
        let columns = columns.query_map([], |row| row.get::<_, String>(0)).expect("read");
        let columns = columns.collect::<Result<Vec<_>, _>>().expect("read").join(", ");
        let row = ["INSERT INTO main.", &name, " (", &columns, ") SELECT ", &columns, " FROM newer.", &name, ";"];
        copy.extend(row);
    }
    connection.execute_batch(&copy).expect("the rows are copied");
}

#[tokio::test]
async fn the_first_releases_customers_keep_what_they_have() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let pass = world.connect(&database, &license, "laptop").await;
    let event = world.event("thing.happened");
    database.write(move |tx| tx.append_event(&event)).await;

    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("passgate.db");
    write_first(&database, &path);
    let store = Store::new(SqliteEngine::open(&path, Options::for_tests()).expect("it is brought up to date"));
    let (vendor_id, license_id, pass_id) = (pass.vendor_id, license.license_id, pass.pass_id);
    let read = move |tx: &mut dyn Tx| {
        Ok((tx.license_at(vendor_id, license_id)?, tx.pass(vendor_id, pass_id)?, tx.find_faults()?))
    };
    let (found, kept, faults) = store.read(read).await.expect("read");
    assert_eq!((found.as_ref(), kept), (Some(&license), Some(pass.clone())));
    assert_eq!(faults, Vec::<String>::new());
    let counter = found.and_then(|record| record.license.features.get(&render()).copied().flatten());
    let untouched = Counter { spent: 0, resets_at: None, ..counter.expect("renders are counted") };
    assert_eq!(counter, Some(untouched), "nothing was counted then");

    // And everything that is new works on it.
    let used = store.write(move |tx| {
        let license = acts::count(tx, &license, &pass, 3);
        acts::grant(tx, &license, &pass, 5);
        acts::offer(tx, &pass, "AAAA");
        Ok(())
    });
    used.await.expect("written");
    assert_eq!(store.read(|tx| tx.find_faults()).await.expect("read"), Vec::<String>::new());
}
