//! The program's commands on a store in PostgreSQL, where what they do is something else than for a file.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use backend::store::postgres::{Options, PostgresEngine};
use serde_json::Value;

use crate::database::apart;
use crate::server::Server;

fn run(folder: &Path, url: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_passgate"));
    command.args(arguments).env_clear().env("PASSGATE_DATA_DIR", folder).env("PASSGATE_DATABASE_URL", url);
    command.stdin(Stdio::null()).output().expect("the program runs")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// The state and the message of one of the doctor's checks.
#[track_caller]
fn found(output: &Output, check: &str) -> (String, String) {
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    let findings = answer["findings"].as_array().expect("findings");
    let finding =
        findings.iter().find(|finding| finding["check"] == check).unwrap_or_else(|| panic!("{check}: {answer}"));
    let text = |name: &str| finding[name].as_str().expect("a text").to_owned();
    (text("state"), text("message"))
}

#[test]
fn commands_work_beside_a_server() {
    let (folder, url) = (folder(), Server::shared().new_database());
    let _serving = apart(|| PostgresEngine::open(&url, Options::for_tests()).expect("opens"));
    for arguments in [&["vendor", "add", "acme", "--name", "Acme"][..], &["keys", "rotate", "acme"], &["check"]] {
        let output = run(folder.path(), &url, arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }
}

/// A file that was left in the folder is not the store, and is neither backed up nor written over.
#[test]
fn backups_are_postgresql_s_own() {
    let (folder, url) = (folder(), Server::shared().new_database());
    std::fs::write(folder.path().join("passgate.db"), "an old store").expect("ours");
    for (arguments, advice) in [(["backup", "--to", "b"], "pg_dump"), (["restore", "--from", "b"], "pg_restore")] {
        let output = run(folder.path(), &url, &arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains("in PostgreSQL") && said.contains(advice), "{output:?}");
        assert_eq!(said.trim().lines().count(), 1, "{said}");
    }
    assert!(!folder.path().join("b").exists());
}

#[test]
fn the_doctor_looks_at_the_database_and_changes_nothing() {
    let folder = folder();
    let doctor = |url: &str| run(folder.path(), url, &["doctor", "--json"]);
    let url = Server::shared().new_empty_database();
    for _ in 0..2 {
        assert_eq!(found(&doctor(&url), "store").0, "warn", "the first look made nothing");
    }
    let output = run(folder.path(), &url, &["vendor", "add", "acme", "--name", "Acme"]);
    assert!(output.status.success(), "{output:?}");
    let output = doctor(&url);
    for check in ["store", "way", "clocks", "server", "backup", "master key", "clock", "signing keys", "deliveries"] {
        assert_eq!(found(&output, check).0, "ok", "{check}: {output:?}");
    }
    assert!(found(&output, "store").1.contains("schema 2, "), "{output:?}");
    // The tests' server does not wait for its disk.
    let (state, message) = found(&output, "durability");
    assert!(state == "fail" && message.contains("fsync") && !output.status.success(), "{output:?}");
    assert!(found(&output, "server").1.starts_with("No server"), "{output:?}");
    let gone = doctor(&url.replace("test_", "no_such_"));
    assert!(found(&gone, "store").1.contains("does not exist"), "{gone:?}");
}

#[test]
fn the_doctor_counts_the_servers() {
    let (folder, url) = (folder(), Server::shared().new_database());
    let open = || apart(|| PostgresEngine::open(&url, Options::for_tests()).expect("opens"));
    let _serving = [open(), open()];
    // Each says who it is before it hears the first note.
    loop {
        let (_, message) = found(&run(folder.path(), &url, &["doctor", "--json"]), "server");
        if message.starts_with("2 servers use this database") {
            break;
        }
    }
}
