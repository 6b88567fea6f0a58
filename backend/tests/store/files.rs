//! The file itself: whose it is, and which release wrote it.

use backend::store::sqlite::{OpenError, Options, SqliteEngine};

use crate::database::{Database, raw};

fn open(path: &std::path::Path) -> Result<SqliteEngine, OpenError> {
    SqliteEngine::open(path, Options::for_tests())
}

#[track_caller]
fn check(opened: Result<SqliteEngine, OpenError>, sentence: &str) {
    match opened {
        Ok(_) => panic!("opened, though {sentence:?}"),
        Err(error) => assert!(error.to_string().contains(sentence), "{error}"),
    }
}

#[tokio::test]
async fn one_process_has_the_file_and_a_second_is_refused_until_it_ends() {
    let database = Database::new();
    check(open(&database.path()), "another passgate process uses");
    database.reopen();
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("passgate.db");
    drop(open(&path).expect("opens"));
    raw(&path, "INSERT INTO schema_migrations VALUES (99, 'later', 'x')").expect("written by a later release");
    check(open(&path), "the database has schema 99");
}

#[tokio::test]
async fn a_migration_that_was_applied_in_another_form_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("passgate.db");
    drop(open(&path).expect("opens"));
    raw(&path, "UPDATE schema_migrations SET checksum = 'x' WHERE version = 1").expect("written by another release");
    check(open(&path), "migration 1 was applied in another form");
}

#[tokio::test]
async fn another_program_s_file_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("theirs.db");
    raw(&path, "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)").expect("another program writes it");
    let before = std::fs::read(&path).expect("readable");
    check(open(&path), "of another program");
    assert_eq!(std::fs::read(&path).expect("readable"), before);

    std::fs::write(&path, "This is a letter, and no database.").expect("writable");
    check(open(&path), "cannot be opened");
    assert_eq!(std::fs::read(&path).expect("readable"), b"This is a letter, and no database.");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    check(
        open(std::path::Path::new("/nowhere/at/all/passgate.db")),
        "/nowhere/at/all/passgate.db.lock cannot be written to",
    );
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_but_the_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let database = Database::new();
    database.write(|tx| tx.count_vendors()).await;
    for suffix in ["", "-wal", "-shm"] {
        let path = format!("{}{suffix}", database.path().display());
        let mode = std::fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{path} has mode {mode:o}");
    }
}
