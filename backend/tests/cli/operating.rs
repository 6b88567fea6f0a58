//! What an operator asks a running or stopped installation, and what cannot be served.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use super::{Server, fail, folder, passgate, run, succeed};

/// The state of each check, by its name.
fn states(answer: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let findings = answer["findings"].as_array().expect("findings");
    findings.iter().map(|finding| (text(&finding["check"]), text(&finding["state"]))).collect()
}

#[track_caller]
fn check_state(answer: &Value, check: &str, state: &str) {
    assert!(states(answer).contains(&(check.to_owned(), state.to_owned())), "{check} {state}: {answer}");
}

#[test]
fn the_doctor_says_what_is_well_and_what_to_do_about_the_rest() {
    let folder = folder();
    let folder = folder.path();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("ours");
    let ask = |more: &[&str]| {
        let output = run(folder, &[&["doctor", "--json"], more].concat());
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        assert_eq!(answer["ok"], json!(output.status.success()), "{output:?}");
        for finding in answer["findings"].as_array().expect("findings") {
            assert!(finding["message"].as_str().is_some_and(|message| message.ends_with('.')), "{finding}");
        }
        answer
    };
    check_state(&ask(&[]), "store", "warn");
    succeed(folder, &["vendor", "add", "acme", "--name", "Acme"]);
    let answer = ask(&[]);
    for check in
        ["configuration", "data folder", "store", "master key", "key file", "clock", "signing keys", "deliveries"]
    {
        check_state(&answer, check, "ok");
    }
    for check in ["backup", "public URL", "mail"] {
        check_state(&answer, check, "warn");
    }
    check_state(&ask(&["--public-url", "https://licenses.example.com"]), "public URL", "ok");
    let backup = folder.join("b");
    succeed(folder, &["backup", "--to", backup.to_str().expect("a plain path")]);
    check_state(&ask(&[]), "backup", "ok");
    fs::write(folder.join("last-backup.json"), "{\"made_at\":\"2026-01-02T00:00:00Z\",\"bytes\":1,\"sha256\":\"\"}")
        .expect("ours");
    check_state(&ask(&[]), "backup", "warn");
    check_state(&ask(&["--backup-days", "0"]), "backup", "ok");

    // Nobody listens there any more.
    let gone = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let smtp = format!("smtp://{gone}?tls=off");
    check_state(&ask(&["--smtp-url", &smtp, "--mail-from", "a@b.example"]), "mail", "fail");

    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("ours");
    check_state(&ask(&[]), "data folder", "warn");
    fs::set_permissions(folder.join("master.key"), fs::Permissions::from_mode(0o644)).expect("ours");
    check_state(&ask(&[]), "key file", "fail");
    fs::remove_file(folder.join("master.key")).expect("ours");
    check_state(&ask(&[]), "master key", "fail");
    fs::write(folder.join("master.key"), "A".repeat(43)).expect("ours");
    check_state(&ask(&[]), "master key", "fail");
    fs::write(folder.join("passgate.db"), "a letter").expect("ours");
    check_state(&ask(&[]), "store", "fail");
    let words = run(folder, &["doctor"]);
    assert!(String::from_utf8_lossy(&words.stdout).contains("FAIL  store"), "{words:?}");
}

#[test]
fn a_server_that_runs_is_looked_at_without_being_stopped() {
    let folder = folder();
    let server = Server::start(passgate(folder.path(), &["serve", "--listen", "127.0.0.1:0"]));
    assert!(server.send("GET", "/readyz", "").starts_with("HTTP/1.1 200"));
    let answer = succeed(folder.path(), &["doctor", "--listen", &server.address]);
    check_state(&answer, "listening", "ok");
    assert!(answer.to_string().contains("A server uses this store."), "{answer}");
    assert_eq!(succeed(folder.path(), &["health", "--listen", &server.address])["ready"], json!(true));
    let everywhere = server.address.replace("127.0.0.1", "0.0.0.0");
    assert_eq!(succeed(folder.path(), &["health", "--listen", &everywhere])["address"], json!(server.address));
    let address = server.address.clone();
    assert!(server.stop().0);
    fail(folder.path(), &["health", "--listen", &address], "does not answer that it is ready");
}

#[test]
fn figures_are_for_who_shows_the_operators_token() {
    let folder = folder();
    let token = "a-token-of-the-operators";
    let mut command = passgate(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    command.env("PASSGATE_METRICS_TOKEN", token).env("RUST_LOG", "debug");
    let server = Server::start(command);
    assert!(server.send("GET", "/metrics", "").starts_with("HTTP/1.1 401"));
    let (_, _, log) = server.stop();
    assert!(!log.contains(token), "{log}");
    let open = Server::start(passgate(folder.path(), &["serve", "--listen", "127.0.0.1:0"]));
    assert!(open.send("GET", "/metrics", "").starts_with("HTTP/1.1 404"));
    fail(folder.path(), &["serve", "--metrics-token", "short"], "must have 16 to 200");
}

#[test]
fn what_cannot_be_used_is_refused_at_start_in_one_sentence() {
    let here = folder();
    let refused = |folder: &std::path::Path, more: &[&str], sentence: &str| {
        let output = run(folder, &[&["serve", "--listen", "127.0.0.1:0"], more].concat());
        super::check_failed(&output, sentence);
        assert_eq!(String::from_utf8_lossy(&output.stderr).trim().lines().count(), 1, "{output:?}");
    };
    refused(here.path(), &["--database-url", "mysql://localhost/x"], "must begin with postgres://");
    refused(here.path(), &["--database-url", "sqlite:/var/lib/else.db"], "leave it out for SQLite");
    refused(
        here.path(),
        &["--database-url", "postgres://nobody@127.0.0.1:1/x"],
        "see that it runs, and that its URL is right",
    );
    refused(std::path::Path::new("/proc"), &[], "another folder by --data-dir");
    refused(std::path::Path::new("/proc/passgate"), &[], "name another with --data-dir");
    let file = here.path().join("passgate.toml");
    fs::write(&file, "listen = \"127.0.0.1:0\"\nsmtp_password = \"hunter2\"\n").expect("writable");
    let config = file.to_str().expect("a plain path");
    refused(here.path(), &["--config", config], "line 2: unknown field `smtp_password`");
    assert!(!String::from_utf8_lossy(&run(here.path(), &["check", "--config", config]).stderr).contains("hunter2"));
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    fail(here.path(), &["serve", "--listen", &address], "stop what listens there, or give another --listen");

    succeed(here.path(), &["vendor", "add", "acme", "--name", "Acme"]);
    let key = fs::read(here.path().join("master.key")).expect("the key");
    fs::write(here.path().join("master.key"), "A".repeat(43)).expect("writable");
    refused(here.path(), &[], "start with the key that the store was made with");
    fs::write(here.path().join("master.key"), key).expect("writable");
    let store = here.path().join("passgate.db");
    let whole = fs::read(&store).expect("readable");
    fs::write(here.path().join("passgate.db.restoring"), &whole[..100]).expect("writable");
    refused(here.path(), &[], "was not finished: run `passgate restore` again");
    fs::remove_file(here.path().join("passgate.db.restoring")).expect("ours");
    fs::write(&store, &whole[..whole.len() / 2]).expect("writable");
    refused(here.path(), &[], "bring the last backup back");
    fs::write(&store, "a letter, and no database at all").expect("writable");
    refused(here.path(), &[], "bring the last backup back");
}

#[test]
fn the_documentation_lists_every_option_and_no_other() {
    let folder = folder();
    let help = run(folder.path(), &["serve", "--help"]);
    let help = String::from_utf8(help.stdout).expect("text");
    let options = |text: &str| -> BTreeSet<String> {
        let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-'));
        words.filter(|word| word.starts_with("--") && word.len() > 2).map(str::to_owned).collect()
    };
    let first_words = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let first_words: String =
        first_words.map(|line| line.split("  ").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let mut offered = options(&first_words);
    offered.remove("--help");
    offered.remove("--version");
    let document = include_str!("../../../docs/operations.md");
    let rows = document.lines().filter(|line| line.starts_with("| `--"));
    let first_cells: Vec<_> = rows.clone().filter_map(|line| line.split('|').nth(1)).collect();
    assert_eq!(options(&first_cells.join(" ")), offered);
    for row in rows {
        let variable = row.split('|').nth(2).expect("a cell").trim().trim_matches('`');
        assert!(help.contains(variable), "{variable}");
    }
}
