//! The database itself: whose it is, and which release wrote it.

use backend::store::postgres::{OpenError, Options, PostgresEngine};
use postgres::{Client, NoTls};

use crate::database::{Database, apart};
use crate::server::Server;

#[track_caller]
fn check(opened: Result<PostgresEngine, OpenError>, sentence: &str) {
    match opened {
        Ok(_) => panic!("opened, though {sentence:?}"),
        Err(error) => assert!(error.to_string().contains(sentence), "{error}"),
    }
}

fn open(url: &str) -> Result<PostgresEngine, OpenError> {
    apart(|| PostgresEngine::open(url, Options::for_tests()))
}

fn sql(url: &str, sql: &str) {
    apart(|| Client::connect(url, NoTls).expect("connects").batch_execute(sql).expect(sql));
}

#[test]
fn many_processes_have_one_database() {
    let url = Server::shared().new_database();
    let (_one, _other) = (open(&url).expect("the first"), open(&url).expect("the second"));
}

#[test]
fn processes_that_start_at_once_make_the_schema_once() {
    let url = Server::shared().new_empty_database();
    std::thread::scope(|scope| {
        let starting: Vec<_> = (0..4).map(|_| scope.spawn(|| open(&url).map(drop))).collect();
        for started in starting {
            started.join().expect("no panic").expect("opened");
        }
    });
}

#[test]
fn a_newer_schema_is_refused() {
    let url = Server::shared().new_database();
    sql(&url, "INSERT INTO schema_migrations VALUES (99, 'later', 'x')");
    check(open(&url), "the database has schema 99");
}

#[test]
fn a_migration_that_was_applied_in_another_form_is_refused() {
    let url = Server::shared().new_database();
    sql(&url, "UPDATE schema_migrations SET checksum = 'x' WHERE version = 1");
    check(open(&url), "migration 1 was applied in another form");
}

#[test]
fn another_program_s_database_is_refused_and_left_as_it_is() {
    let url = Server::shared().new_empty_database();
    sql(&url, "CREATE TABLE theirs (x int)");
    check(open(&url), "holds another program's tables");
    sql(&url, "CREATE TABLE accounts (x int)");
}

#[test]
fn what_cannot_be_reached_is_named() {
    check(open("postgres://passgate@%2Fnowhere/passgate"), "the database passgate at /nowhere cannot be opened");
    check(open("mysql://localhost/passgate"), "is not one of PostgreSQL's");
    let url = Server::shared().new_database().replace("test_", "no_such_");
    check(open(&url), "does not exist");
}

/// One truth in two tongues: whoever adds a column to one schema adds it to the other.
#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let database = Database::new();
    let (mut theirs, mut ours) = (columns_of_sqlite(), columns_of_postgres(&database.url));
    theirs.sort();
    ours.sort();
    let missing: Vec<_> = theirs.iter().filter(|column| !ours.contains(column)).collect();
    let extra: Vec<_> = ours.iter().filter(|column| !theirs.contains(column)).collect();
    assert!(missing.is_empty() && extra.is_empty(), "only SQLite has {missing:?}, only PostgreSQL has {extra:?}");
}

fn columns_of_sqlite() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("passgate.db");
    let options = backend::store::sqlite::Options::for_tests();
    drop(backend::store::sqlite::SqliteEngine::open(&path, options).expect("a new store"));
    let connection = rusqlite::Connection::open(&path).expect("opens");
    let sql =
        "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_xinfo(t.name) c WHERE t.type = 'table'";
    let mut columns = connection.prepare(sql).expect("read");
    let columns = columns.query_map([], |row| row.get(0)).expect("read");
    columns.collect::<Result<_, _>>().expect("read")
}

fn columns_of_postgres(url: &str) -> Vec<String> {
    let sql = "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'";
    let rows = apart(|| Client::connect(url, NoTls).expect("connects").query(sql, &[]).expect("read"));
    rows.iter().map(|row| row.get(0)).collect()
}
